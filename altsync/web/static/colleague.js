// The question of who is unsure: opened by its key, it is about the chosen text, and its field has the focus at once.
"use strict";
(() => {
  const { card, say } = window.altsync;

  document.addEventListener("click", (event) => {
    const summary = event.target.closest("[data-ask] > summary");
    if (!summary) return;
    const ask = summary.parentElement;
    const closes = ask.open && (event.detail > 0 || document.activeElement === summary);
    if (closes) return;
    event.preventDefault();
    ask.open = true;
    const chosen = card() && card().elements.candidate.value;
    const about = ask.querySelector("select[name=candidate]");
    if (about && [...about.options].some((one) => one.value === chosen)) about.value = chosen;
    ask.querySelector("textarea").focus();
  });

  // Esc closes it, and the keys are verdicts again.
  document.addEventListener("keydown", (event) => {
    const ask = event.target.closest && event.target.closest("[data-ask][open]");
    if (!ask || event.key !== "Escape") return;
    ask.open = false;
    ask.querySelector("summary").focus();
    say("Nothing was asked.");
  });
})();
