// Suggests albums while one is typed: a list of all would be larger than the page.
"use strict";
(() => {
  let timer = 0;
  let asked = 0;
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches("[data-suggest]")) return;
    clearTimeout(timer);
    timer = setTimeout(() => suggest(field), 200);
  });

  async function suggest(field) {
    const mine = ++asked;
    const query = new URLSearchParams({ names: "1", words: field.value });
    try {
      const answer = await fetch(`${field.dataset.suggest}?${query}`, { credentials: "same-origin" });
      if (!answer.ok || mine !== asked) return;
      const options = (await answer.json()).map((name) => Object.assign(document.createElement("option"), { value: name }));
      field.list.replaceChildren(...options);
    } catch { /* the first albums stay suggested */ }
  }
})();
