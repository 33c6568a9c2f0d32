// Marking in the grid, and moving about it: arrows, Home, End; space or x marks, with Shift from the last mark to here.
// The order of Tab stays as it is.
"use strict";
(() => {
  const altsync = window.altsync;
  const MOVES = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];
  let last; // the box that was marked, or unmarked, last

  const tiles = () => [...document.querySelectorAll(".tile")];
  const box_of = (tile) => tile && tile.querySelector(".mark input");
  const boxes = () => tiles().map(box_of).filter(Boolean);

  document.addEventListener("input", (event) => {
    const box = event.target;
    if (box.matches("[data-all-box]")) for (const one of boxes()) one.checked = box.checked;
    else if (!box.matches(".mark input")) return;
    else last = box;
    count(box.form);
  });

  function count(form) {
    const every = boxes();
    const marked = every.filter((one) => one.checked).length;
    form.querySelector("[data-marked]").textContent = marked ? `${marked} marked` : "";
    form.querySelector("[data-all-box]").checked = marked === every.length;
  }

  function mark(box, checked) {
    if (!box) return;
    box.checked = checked;
    last = box;
    count(box.form);
  }

  // As in a mail program: all from the last one to here get what that one got.
  function mark_range(box, from = last) {
    const known = from && from.isConnected;
    const checked = known ? from.checked : true;
    const ends = [box, known ? from : box].map((one) => boxes().indexOf(one));
    for (const one of boxes().slice(Math.min(...ends), Math.max(...ends) + 1)) one.checked = checked;
    mark(box, checked);
  }

  document.addEventListener("click", (event) => {
    const [box, from] = [event.target, last];
    if (!box.matches(".mark input") || !event.shiftKey || !from || from === box) return;
    setTimeout(() => mark_range(box, from)); // once the click has had its own effect
  }, true);

  // The tile above or below that lies nearest, as the eye sees it.
  function beside(tile, down) {
    const here = tile.getBoundingClientRect();
    const rows = tiles().map((one) => [one, one.getBoundingClientRect()]);
    const further = rows.filter(([, at]) => (down ? at.top >= here.bottom : at.bottom <= here.top));
    if (!further.length) return undefined;
    const edge = down ? Math.min(...further.map(([, at]) => at.top)) : Math.max(...further.map(([, at]) => at.top));
    const row = further.filter(([, at]) => Math.abs(at.top - edge) < 2);
    const off = ([, at]) => Math.abs(at.left - here.left);
    return row.reduce((best, one) => (off(one) < off(best) ? one : best))[0];
  }

  function target_of(tile, key) {
    const every = tiles();
    const at = every.indexOf(tile);
    if (key === "ArrowLeft") return every[at - 1];
    if (key === "ArrowRight") return every[at + 1];
    if (key === "Home") return every[0];
    if (key === "End") return every[every.length - 1];
    return beside(tile, key === "ArrowDown");
  }

  function go(tile) {
    const stop = box_of(tile) || tile.querySelector(".tile-about a");
    stop.focus({ preventScroll: true });
    tile.scrollIntoView({ block: "nearest" });
  }

  function move(tile, event) {
    const next = target_of(tile, event.key);
    event.preventDefault();
    if (!next) return;
    if (event.shiftKey) for (const one of [tile, next]) mark(box_of(one), true);
    go(next);
  }

  document.addEventListener("keydown", (event) => {
    const tile = event.target.closest && event.target.closest(".tile");
    if (!tile || event.ctrlKey || event.metaKey || event.altKey) return;
    const box = box_of(tile);
    if (MOVES.includes(event.key)) {
      move(tile, event);
    } else if (event.key === "Enter" && event.target === box) {
      event.preventDefault(); // a form would be sent by it
      tile.querySelector(".tile-about a").click();
    } else if (event.key.toLowerCase() === "x" && box && altsync.keysOn() && document.querySelector("[data-grid-keys]")) {
      event.preventDefault();
      if (event.shiftKey) mark_range(box);
      else if (!event.repeat) mark(box, !box.checked); // a key that is held down is one wish
    }
  });

  function tell() {
    const grid = document.querySelector("[data-grid-keys]");
    if (!grid) return;
    if (altsync.keysOn()) grid.setAttribute("aria-keyshortcuts", "x Shift+X");
    else grid.removeAttribute("aria-keyshortcuts");
  }
  document.addEventListener("altsync:shown", tell);
  document.addEventListener("change", (event) => { if (event.target.matches("[data-keys-toggle]")) tell(); });
})();
