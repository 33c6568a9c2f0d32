// What the lint says and what is heard, while a text is typed.
"use strict";
(() => {
  const { review, say } = window.altsync;

  // The lint while typing: half a second after the last key, the latest answer wins.
  let timer = 0;
  let asked = 0;
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (!area.matches(".card textarea[data-original]")) return;
    const form = area.form;
    const label = form.querySelector("[data-label]");
    const button = form.querySelector("[data-changed]");
    const same = [...form.querySelectorAll("textarea[data-original]")].every((one) => one.value.trim() === one.dataset.original.replace(/\r\n?/g, "\n").trim());
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

  function foreign(text, language) {
    const piece = document.createElement("span");
    piece.lang = language;
    piece.dir = "auto";
    piece.textContent = text;
    return piece;
  }

  function show(form, found) {
    form.querySelector("[data-spoken]").replaceChildren(...found.spoken.map((one) => {
      const item = document.createElement("li");
      item.className = one.fault ? "fault" : "";
      for (const [text, language] of one.pieces) item.append(language ? foreign(text, language) : text);
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
    changes(form, now(form));
  }

  // Each remark is said once; what a text had from the start was said when it came.
  const known = new WeakMap();
  const words = (one) => [...one.childNodes].filter((part) => part.nodeName !== "CODE").map((part) => part.textContent).join("");
  const now = (form) => [...form.querySelectorAll("[data-spoken] .fault, [data-findings] li")].map((one) => words(one).replace(/\s+/g, " ").trim());

  function changes(form, found) {
    const before = known.get(form) || [];
    known.set(form, found);
    const fresh = found.filter((one) => !before.includes(one));
    if (fresh.length) say(fresh.join(" "));
    else if (before.length && !found.length) say("Nothing found any more");
    else if (found.length < before.length) say(`${found.length} of ${before.length} remarks are left`);
  }

  const begin = () => { for (const one of document.querySelectorAll(".card")) known.set(one, now(one)); };
  document.addEventListener("altsync:shown", begin);
  begin();
})();
