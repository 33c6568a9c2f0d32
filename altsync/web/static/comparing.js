// Keys of a comparison: a number goes to a text, a letter grades it, Enter keeps and goes on.
"use strict";
(() => {
  const altsync = window.altsync;
  const TYPED = "input:not([type=radio]), textarea, select, [contenteditable]";
  let current = 0; // which text the letters are about

  const form = () => document.querySelector("form[data-compare-keys]");
  const cards = () => [...form().querySelectorAll("fieldset.card")];

  function go(number) {
    const card = cards()[number];
    if (!card) return false;
    current = number;
    (card.querySelector(".grades :checked") || card.querySelector(".grades input")).focus();
    return true;
  }

  function set(box, words) {
    if (!box) return false;
    box.checked = true;
    altsync.say(`Text ${current + 1}: ${words}`);
    return true;
  }

  function act(name) {
    if (/^[1-9]$/.test(name)) return go(Number(name) - 1);
    const card = cards()[current];
    if (name === "p") return set(card.querySelector(".pick input"), "the best of these");
    const grade = name.toUpperCase();
    return /^[A-Z]$/.test(grade) && set(card.querySelector(`.grades [value="${grade}"]`), grade);
  }

  document.addEventListener("focusin", (event) => {
    const card = form() && event.target.closest("fieldset.card");
    if (card) current = cards().indexOf(card);
  });

  document.addEventListener("keydown", (event) => {
    const target = event.target;
    if (!form() || !altsync.keysOn() || document.querySelector("dialog[open]")) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || target.closest(TYPED)) return;
    if (event.key === "Enter" && !target.closest("a, button, summary, label, input")) {
      event.preventDefault();
      form().requestSubmit();
    } else if (act(event.key.toLowerCase())) {
      event.preventDefault();
    }
  });
})();
