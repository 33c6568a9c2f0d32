// For who does not see the page: what is said once another image is there, where the focus lands, and which
// keys there are.
"use strict";
(() => {
  const altsync = window.altsync;
  const plain = (node) => (node ? node.textContent.replace(/\s+/g, " ").trim() : "");

  // One breath: what became of the verdict, then what is there now, each part in its language.
  altsync.arrived = (main) => {
    const words = document.createElement("span");
    const prepared = main.querySelector("template[data-says]");
    const end = [...main.querySelectorAll(".empty h2, .empty p")].map(plain).join(". ");
    words.append(`${[...main.querySelectorAll(".notice.done")].map(plain).join(" ")} `);
    words.append(prepared ? prepared.content.cloneNode(true) : end);
    altsync.say(words); // an alert says itself
    altsync.rest();
  };

  // The first action of the chosen text, one key from a verdict. Not its field: there a letter is typed.
  altsync.rest = () => {
    const card = altsync.card();
    const area = card && card.querySelector("textarea");
    const empty = area && area.required && !area.value.trim();
    const action = card && card.querySelector(empty ? "[data-edit]" : '[value="approve"]');
    const place = action || document.querySelector("main h1");
    if (!place) return;
    if (!action) place.tabIndex = -1;
    place.focus({ preventScroll: true });
  };

  // Keys are told by the attribute that screen readers know, as long as they work.
  function tell() {
    for (const one of document.querySelectorAll("[data-key]")) {
      if (altsync.keysOn()) one.setAttribute("aria-keyshortcuts", one.dataset.key);
      else one.removeAttribute("aria-keyshortcuts");
    }
    for (const one of document.querySelectorAll("[data-keys-open]")) {
      one.hidden = false;
      if (altsync.keysOn()) one.setAttribute("aria-keyshortcuts", "?");
      else one.removeAttribute("aria-keyshortcuts");
    }
  }
  document.addEventListener("altsync:shown", tell);
  document.addEventListener("change", (event) => { if (event.target.matches("[data-keys-toggle]")) tell(); });

  // The keys of the page in words, by `?`. A dialog gives the focus back to where it was.
  const dialog = () => document.querySelector("dialog[data-keys-list]");
  function list() {
    dialog().showModal();
    dialog().querySelector("h2").focus();
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-open]") && dialog()) list();
  });
  window.addEventListener("keydown", (event) => {
    const open = document.querySelector("dialog[open]");
    if (open) {
      if (open === dialog() && event.key.length === 1) event.stopPropagation(); // no verdict from in there
      if (open === dialog() && event.key === "?") open.close();
      return;
    }
    if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || !dialog() || !altsync.keysOn()) return;
    if (event.target.closest && event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
    event.preventDefault();
    list();
  }, true);
  tell();
})();
