// Every page works without this. It makes judging quicker: keys, the next picture at once, the lint while typing.
"use strict";
(() => {
  const STORE = "altsync-keys";
  const kept = []; // pictures on their way, kept so that the browser does not drop them
  let busy = false;

  const review = () => document.querySelector(".review");
  const card = () => document.querySelector(".card.chosen");
  const say = (text) => { const live = document.getElementById("live"); live.textContent = ""; setTimeout(() => { live.textContent = text; }, 30); };
  const keysOn = () => { try { return localStorage.getItem(STORE) !== "off"; } catch { return true; } };

  function preload() {
    const article = review();
    if (!article) return;
    for (const source of (article.dataset.preload || "").split(" ").filter(Boolean)) {
      if (kept.some((one) => one.getAttribute("src") === source)) continue;
      const image = new Image();
      image.src = source;
      kept.push(image);
      if (kept.length > 6) kept.shift();
    }
  }

  function choose(number) {
    const wanted = document.querySelector(`.card[data-card="${number}"]`);
    if (!wanted) return;
    for (const one of document.querySelectorAll(".card.chosen")) one.classList.remove("chosen");
    wanted.classList.add("chosen");
    wanted.scrollIntoView({ block: "nearest" });
    const title = wanted.querySelector("h3");
    say(`Chosen: ${title ? title.textContent.trim() : number}`);
  }

  // Put the answer of the server in place of the page, with the picture that is already here.
  function swap(html, url) {
    const next = new DOMParser().parseFromString(html, "text/html");
    const main = next.getElementById("main");
    if (!main) { location.assign(url); return; }
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
    window.altsync.arrived(main); // speaking.js: what is said, and where the focus lands
  }

  async function go(request, url) {
    if (busy) return;
    busy = true;
    try {
      const answer = await request;
      swap(await answer.text(), answer.url);
    } catch {
      location.assign(url); // the server is gone: let the browser say so
    } finally {
      busy = false;
    }
  }

  function submit(form, button) {
    const fields = new URLSearchParams(new FormData(form));
    if (button && button.name) fields.set(button.name, button.value);
    // not form.action: the buttons are named "action" and hide it
    go(fetch(form.getAttribute("action"), { method: "POST", body: fields, credentials: "same-origin" }), location.href);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-quick]")) return;
    event.preventDefault();
    submit(form, event.submitter);
  });

  document.addEventListener("click", (event) => {
    const target = event.target.closest("a, button");
    if (!target) return;
    if (target.matches("a[data-key]") && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      go(fetch(target.href, { credentials: "same-origin" }), target.href);
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

  document.addEventListener("keydown", (event) => {
    const area = event.target.closest && event.target.closest("textarea");
    if (area) {
      if (event.key === "Escape") {
        area.blur();
        const heading = document.querySelector("h1");
        if (heading) heading.focus({ preventScroll: true });
      } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        const button = area.form.querySelector('[value="approve"]');
        if (button) area.form.requestSubmit(button);
      }
      return;
    }
    const article = document.querySelector("[data-keys], .empty [data-key]");
    if (!article || !keysOn() || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("input, select, [contenteditable]")) return;
    if (/^[1-9]$/.test(event.key)) { choose(event.key); return; }
    const name = event.key.toLowerCase();
    if (!/^[a-z]$/.test(name)) return;
    const own = card() && card().querySelector(`[data-key="${name}"]`);
    const target = own || [...document.querySelectorAll(`[data-key="${name}"]`)].find((one) => !one.closest(".card"));
    if (!target || target.disabled) return;
    event.preventDefault();
    target.click();
  });

  window.addEventListener("popstate", () => { if (review() || document.querySelector(".page-review .empty")) go(fetch(location.href), location.href); });

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
    document.dispatchEvent(new CustomEvent("altsync:shown")); // a page is there, or was put in place of another
  }
  window.altsync = { review, card, say, keysOn };
  start();
})();
