// What the lint says and what is heard, while a text is typed.
"use strict";
(() => {
  const { review, say } = window.altsync;

  // The lint while typing: half a second after the last key, the latest answer wins.
  let timer = 0;
  let asked = 0;
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (!area.matches(".card textarea")) return;
    const form = area.form;
    const label = form.querySelector("[data-label]");
    const button = form.querySelector("[data-changed]");
    const same = [...form.querySelectorAll("textarea")].every((one) => one.value.trim() === one.dataset.original.replace(/\r\n?/g, "\n").trim());
    if (label && button) label.textContent = same ? "Approve" : button.dataset.changed;
    if (area.name !== "text") return; // a long description has no lint
    form.querySelector("[data-length]").textContent = area.value.trim().length;
    clearTimeout(timer);
    timer = setTimeout(() => check(form, area), 350);
  });

  async function check(form, area) {
    const mine = ++asked;
    const fields = new URLSearchParams();
    for (const name of ["csrftoken", "image", "candidate"]) fields.set(name, form.elements[name].value);
    fields.set("text", area.value);
    try {
      const answer = await fetch(review().dataset.check, { method: "POST", body: fields, credentials: "same-origin" });
      if (!answer.ok || mine !== asked) return;
      show(form, await answer.json());
    } catch { /* the text is checked again when it is approved */ }
  }

  function show(form, found) {
    form.querySelector("[data-spoken]").replaceChildren(...found.spoken.map((one) => {
      const item = document.createElement("li");
      item.className = one.fault ? "fault" : "";
      item.textContent = one.line;
      return item;
    }));
    form.querySelector(".length").classList.toggle("long", found.length > 250);
    const list = document.createElement("ul");
    list.className = "findings";
    for (const one of found.findings) {
      const item = document.createElement("li");
      item.className = one.severity;
      const grave = document.createElement("strong");
      grave.textContent = one.severity;
      const rule = document.createElement("code");
      rule.textContent = one.rule;
      item.append(grave, ` ${one.message} `, rule);
      list.append(item);
    }
    form.querySelector("[data-findings]").replaceChildren(...(found.findings.length ? [list] : []));
    const faults = found.spoken.filter((one) => one.fault).map((one) => `${one.line}.`);
    const remarks = found.findings.map((one) => `${one.severity}: ${one.message}`);
    say([...faults, ...remarks].join(" ") || "Nothing found");
  }
})();
