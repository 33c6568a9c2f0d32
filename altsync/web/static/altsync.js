// Every page works without this. It makes judging quicker: keys, the next picture at once.
"use strict";
(() => {
  const STORE = "altsync-keys";
  const KEPT = 6; // pictures
  const OPENING = new Set(["e", "q"]); // keys after which one types
  const altsync = window.altsync; // sending.js
  const { say, wish, ask } = altsync;
  const kept = []; // pictures on their way, kept so that the browser does not drop them
  let begun; // the request that the wish in hand has begun
  let acting = false; // what is clicked now is clicked by a wish
  let shown = ""; // the address of the page that is here
  let opening = false; // an editor will be open when it is the turn of the next key

  const review = () => document.querySelector(".review");
  const card = () => document.querySelector(".card.chosen");
  // Both the owner, for everybody, and the reader can switch them off.
  const stored = () => { try { return localStorage.getItem(STORE); } catch { return null; } };
  const keysOn = () => !("noKeys" in document.body.dataset) && stored() !== "off";

  function preload() {
    const article = review();
    if (!article) return;
    for (const source of (article.dataset.preload || "").split(" ").filter(Boolean)) {
      if (kept.some((one) => one.getAttribute("src") === source)) continue;
      const image = new Image();
      image.src = source;
      kept.push(image);
      if (kept.length > KEPT) kept.shift();
    }
  }

  function choose(number) {
    const wanted = document.querySelector(`.card[data-card="${number}"]`);
    if (!wanted) return false;
    for (const one of document.querySelectorAll(".card.chosen")) one.classList.remove("chosen");
    wanted.classList.add("chosen");
    wanted.scrollIntoView({ block: "nearest" });
    const title = wanted.querySelector("h3");
    say(`Chosen: ${title ? title.textContent.trim() : number}`);
    return true;
  }

  // Put the answer of the server in place of the page, with the picture that is already here.
  function swap(next, url) {
    const main = next.getElementById("main");
    // An <img> that changes its document is loaded anew: the waiting one never leaves ours, the other never enters it.
    const places = [];
    for (const image of main.querySelectorAll("img.large")) {
      const ready = kept.find((one) => one.getAttribute("src") === image.getAttribute("src"));
      if (!ready) continue;
      ready.className = image.className;
      ready.alt = image.alt;
      const place = next.createElement("span");
      image.replaceWith(place);
      places.push([place, ready]);
    }
    document.adoptNode(main);
    for (const [place, ready] of places) place.replaceWith(ready);
    document.getElementById("main").replaceWith(main);
    document.title = next.title;
    if (url !== location.href) history.pushState(null, "", url);
    main.classList.add("swap");
    window.scrollTo(0, 0);
    start();
    altsync.arrived(main); // speaking.js: what is said, and where the focus lands
  }

  // What was done is told once: a page that is loaded anew, or gone back to, tells nothing that was taken back since.
  function told() {
    const url = new URL(location.href);
    if (review_page()) for (const name of ["done", "of"]) url.searchParams.delete(name);
    if (url.href !== location.href) history.replaceState(null, "", url);
    shown = here();
  }
  const review_page = () => document.body.classList.contains("page-review");
  const here = () => location.pathname + location.search;

  // The page that is shown, as it stands in an address.
  function place() {
    const query = new URLSearchParams(location.search);
    for (const name of ["done", "of", "image", "place", "judged", "from", "to"]) query.delete(name);
    const at = document.querySelector("main [name=place]");
    const run = document.querySelector("form.compare [name=run]");
    if (run) query.set("run", run.value);
    if (at) query.set("place", at.value);
    else if (review()) query.set("image", review().dataset.image);
    return String(query);
  }

  // A wish that clicks: what it begins is waited for before the next one.
  function click(target) {
    if (!target || target.disabled) return false;
    begun = undefined;
    acting = true;
    try { target.click(); } finally { acting = false; }
    return begun;
  }

  function keyed(name) {
    const own = card() && card().querySelector(`[data-key="${name}"]`);
    return own || [...document.querySelectorAll(`[data-key="${name}"]`)].find((one) => !one.closest(".card"));
  }

  // Carried out at once by a wish, or as a wish of its own.
  function begin(act, what = "click") {
    if (acting) begun = act();
    else wish(what, act);
  }

  function submit(form, button) {
    const fields = new URLSearchParams(new FormData(form));
    if (button && button.name) fields.set(button.name, button.value);
    // not form.action: the buttons are named "action" and hide it
    return ask(form.getAttribute("action"), { method: "POST", body: String(fields), keepalive: true, headers: FORM });
  }
  const FORM = { "content-type": "application/x-www-form-urlencoded;charset=UTF-8" };

  document.addEventListener("submit", (event) => {
    const [form, button] = [event.target, event.submitter];
    if (!form.matches("form[data-quick]")) return;
    event.preventDefault();
    // A click means what it was made on. Is that gone when its turn comes, only Undo means something else.
    begin(() => {
      if (form.isConnected) return submit(form, button);
      return button && button.value === "undo" ? click(keyed("u")) : false;
    });
  });

  // The second click of a double click is no wish of its own.
  document.addEventListener("click", (event) => {
    const target = event.target.closest("form[data-quick] button, a[data-key]");
    if (!target || event.detail < 2) return;
    event.preventDefault();
    event.stopPropagation();
    say("A double click counts once.");
  }, true);

  document.addEventListener("click", (event) => {
    const target = event.target.closest("a, button");
    if (!target) return;
    if (target.matches("a[data-key]") && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      begin(() => (target.isConnected ? ask(target.href) : false));
    } else if (target.matches("[data-edit]")) {
      edit(target.closest(".card"));
    } else if (target.matches("[data-copy-button]")) {
      const text = document.querySelector("[data-copy]").textContent;
      navigator.clipboard.writeText(text).then(() => say("Copied"), () => say("Copying is not possible here"));
    }
  });

  document.addEventListener("focusin", (event) => {
    const inside = event.target.closest(".card[data-card]");
    if (inside && !inside.classList.contains("chosen")) {
      for (const one of document.querySelectorAll(".card.chosen")) one.classList.remove("chosen");
      inside.classList.add("chosen");
    }
  });

  function edit(from) {
    const area = from && from.querySelector("textarea");
    if (!area) return;
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  }

  const leave = () => altsync.rest(); // speaking.js

  // The editor that is open, once the wishes before have opened it.
  const editor = () => document.activeElement && document.activeElement.closest("textarea");

  function write(change) {
    const area = editor();
    if (!area || area.readOnly) return false;
    change(area);
    area.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  }

  function approve(area) {
    const button = area && area.form && area.form.querySelector('[value="approve"]');
    if (!button) return false;
    leave(); // the keys after this one are no text any more
    return click(button);
  }

  // Keys in an editor that the wishes before it have yet to open: they are its text, and no verdicts.
  function write_later(event) {
    const { key } = event;
    const ends = key === "Escape" || (key === "Enter" && (event.ctrlKey || event.metaKey));
    if (!ends && (event.ctrlKey || event.metaKey || event.altKey)) return;
    if (ends) opening = false;
    if (key === "Escape") wish("key", () => (editor() ? leave() : false));
    else if (ends) wish("key", () => approve(editor()));
    else if (key === "Backspace") wish("key", () => write((area) => area.setRangeText("", Math.max(0, area.selectionStart - 1), area.selectionEnd, "end")));
    else if (key.length === 1 || key === "Enter") wish("key", () => write((area) => area.setRangeText(key === "Enter" ? "\n" : key, area.selectionStart, area.selectionEnd, "end")));
    else return;
    event.preventDefault();
  }

  function key_in(area, event) {
    if (event.key === "Escape") {
      leave();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      wish("key", () => (area.isConnected ? approve(area) : false));
      if (area.isConnected) leave();
    }
  }

  function key_on(event) {
    const name = event.key.toLowerCase();
    if (/^[1-9]$/.test(name)) {
      wish("key", () => choose(name));
      return;
    }
    if (!/^[a-z]$/.test(name)) return;
    const target = keyed(name);
    if (altsync.idle() && (!target || target.disabled)) return;
    event.preventDefault();
    if (!altsync.idle() && OPENING.has(name)) opening = true;
    wish("key", () => click(keyed(name)));
  }

  document.addEventListener("keydown", (event) => {
    const target = event.target;
    if (!target.closest) return;
    const held = event.repeat && (event.key === "Enter" || event.key === " ");
    if (held && target.closest("form[data-quick] button, a[data-key]")) event.preventDefault();
    const area = target.closest("textarea");
    if (area) { key_in(area, event); return; }
    if (altsync.idle()) opening = false;
    const article = document.querySelector("[data-keys], .empty [data-key]");
    if (!article || !keysOn() || event.repeat) return;
    if (target.closest("input, select, [contenteditable]")) return;
    if (opening) write_later(event);
    else if (!event.ctrlKey && !event.metaKey && !event.altKey) key_on(event);
  });

  window.addEventListener("popstate", () => {
    if (!review_page() || here() === shown) return; // a link within the page
    wish("key", async () => {
      const used = await ask(location.href);
      if (used === false) history.pushState(null, "", shown);
      return used;
    });
  });

  function start() {
    for (const one of document.querySelectorAll("[data-edit], [data-keys-panel], [data-copy-button], [data-all]")) one.hidden = false;
    const toggle = document.querySelector("[data-keys-toggle]");
    const apply = () => document.body.classList.toggle("no-keys", !keysOn());
    if (toggle) {
      toggle.checked = keysOn();
      toggle.addEventListener("change", () => {
        try { localStorage.setItem(STORE, toggle.checked ? "on" : "off"); } catch { /* private window: for this page only */ }
        apply();
      });
    }
    apply();
    preload();
    told();
    document.dispatchEvent(new CustomEvent("altsync:shown")); // a page is there, or was put in place of another
  }
  Object.assign(altsync, { review, card, keysOn, swap, place });
  addEventListener("DOMContentLoaded", start); // when the files after this one are there too
})();
