// A text that was changed and not written is a draft: kept in this browser, and offered where it was typed.
"use strict";
(() => {
  const altsync = window.altsync;
  const START = "altsync-draft ";
  const MOST = 200; // of this reviewer and mirror
  const LONGEST = 90 * 24 * 60 * 60 * 1000; // milliseconds that a draft is kept
  const slots = new WeakMap(); // form -> the name under which its draft is kept
  const mine = document.body.dataset;
  const own = `${START}${JSON.stringify([mine.mirror, mine.reviewer])} `;
  const plain = (text) => text.replace(/\r\n?/g, "\n").trim();
  let failing = false;

  // Storage may be full, forbidden, or gone while the page is open: judging goes on without it.
  function stored(act) {
    try {
      const found = act(localStorage);
      failing = false;
      return found;
    } catch {
      return null;
    }
  }

  function all() {
    const found = [];
    for (const name of stored((storage) => Object.keys(storage)) || []) {
      if (!name.startsWith(own)) continue;
      try {
        found.push({ name, ...JSON.parse(stored((storage) => storage.getItem(name))) });
      } catch { /* not written by this script */ }
    }
    return found.sort((one, other) => other.at - one.at);
  }

  const forget = (name) => stored((storage) => storage.removeItem(name));

  function keep(name, draft) {
    const { name: _, ...content } = draft;
    if (stored((storage) => { storage.setItem(name, JSON.stringify(content)); return true; })) return;
    if (!failing) altsync.say("This browser keeps no drafts: its storage is full or switched off.");
    failing = true;
  }

  function end_old() {
    all().forEach((one, place) => {
      if (place >= MOST || Date.now() - one.at > LONGEST) forget(one.name);
    });
  }

  // Where a text belongs: an image and a candidate, or a place of a sample.
  function where(form) {
    const fields = form.elements;
    const sample = fields.sample ? `${fields.sample.value}/${fields.place.value}` : "";
    return { image: fields.image.value, sample, candidate: fields.candidate.value };
  }

  const areas = (form) => [...form.querySelectorAll("textarea[data-original]")];
  const values = (form) => Object.fromEntries(areas(form).map((one) => [one.name, plain(one.value)]));
  const touched = (form) => areas(form).some((one) => plain(one.value) !== plain(one.dataset.original));
  const same_words = (one, other) => one.text === other.text && (one.long || "") === (other.long || "");
  const same_place = (one, other) => one.image === other.image && one.sample === other.sample;
  const same_card = (one, other) => same_place(one, other) && one.candidate === other.candidate;
  const cards = () => [...document.querySelectorAll("form.card")].filter((one) => areas(one).length);

  document.addEventListener("input", (event) => {
    const area = event.target;
    if (!mine.reviewer || !area.matches("form.card textarea[data-original]")) return;
    const form = area.form;
    if (!slots.has(form)) slots.set(form, `${own}${Date.now()} ${Math.random()}`);
    const name = slots.get(form);
    if (!touched(form)) { forget(name); return; }
    const draft = { ...where(form), ...values(form), at: Date.now() };
    for (const one of all()) {
      if (one.name !== name && same_card(one, draft) && same_words(one, draft)) forget(one.name);
    }
    keep(name, draft);
  });

  // A verdict with these very words was written: they are no draft any more.
  function written(fields) {
    if (fields.get("action") !== "approve" || !fields.has("text")) return;
    const sample = fields.get("sample") ? `${fields.get("sample")}/${fields.get("place")}` : "";
    const sent = {
      image: fields.get("image"),
      sample,
      text: plain(fields.get("text")),
      long: plain(fields.get("long") || ""),
    };
    for (const one of all()) if (same_place(one, sent) && same_words(one, sent)) forget(one.name);
  }

  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });
  function time(at) {
    const then = new Date(at);
    const today = then.toDateString() === new Date().toDateString();
    return today ? clock.format(then) : `${day.format(then)}, ${clock.format(then)}`;
  }

  function element(tag, text = "", css = "") {
    const one = document.createElement(tag);
    one.textContent = text;
    if (css) one.className = css;
    return one;
  }

  function quoted(draft, language) {
    const words = element("q", draft.text, "text");
    words.dir = "auto";
    if (language) words.lang = language;
    return words;
  }

  function use(form, draft) {
    for (const area of areas(form)) {
      const words = draft[area.name];
      if (words === undefined || plain(area.value) === words) continue;
      area.value = words;
      const folded = area.closest("details");
      if (folded) folded.open = true;
    }
    slots.set(form, draft.name);
    const area = form.querySelector("textarea");
    for (const one of areas(form)) one.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  }

  // What was typed here earlier, before the field: use it, or discard it.
  function offer(form, draft) {
    const title = `Your draft of ${time(draft.at)}`;
    const box = element("div", "", "draft");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", title);
    const words = element("p", `${title}, not written: `);
    const area = form.querySelector("textarea");
    words.append(quoted(draft, area.lang));
    if (draft.long) words.append(" ", element("span", `and a long description of ${draft.long.length} characters`, "hint"));
    const actions = element("p", "", "buttons");
    actions.append(
      altsync.button("Use it", () => { box.remove(); use(form, draft); }),
      " ",
      altsync.button("Discard it", () => {
        forget(draft.name);
        box.remove();
        altsync.say("Draft discarded");
        area.focus();
      }),
    );
    box.append(words, actions);
    form.querySelector("textarea").previousElementSibling.before(box);
    return title;
  }

  function offer_all() {
    const forms = cards();
    if (!forms.length || !mine.reviewer) return;
    const here = where(forms[0]);
    const back = location.hash === "#draft";
    const offered = [];
    for (const draft of all().filter((one) => same_place(one, here))) {
      const form = forms.find((one) => same_card(where(one), draft)) || forms[0];
      if (same_words(values(form), draft)) slots.set(form, draft.name);
      else if (back && !touched(form)) use(form, draft);
      else offered.push(offer(form, draft));
      if (draft.unsent) keep(draft.name, { ...draft, unsent: false });
    }
    if (back) history.replaceState(null, "", location.pathname + location.search);
    if (offered.length) altsync.say(`${offered.join(". ")} is kept here, before the text.`);
  }

  function address(draft) {
    const [run, place] = draft.sample.split("/");
    const query = draft.sample ? { sample: run, place } : { image: draft.image };
    return `${mine.home}?${new URLSearchParams(query)}`;
  }

  function link(draft) {
    const one = element("a", draft.sample ? `place ${draft.sample.split("/")[1]} of sample ${draft.sample.split("/")[0]}` : draft.image);
    one.href = address(draft);
    return one;
  }

  // The drafts of other images, at the end of the page; above it the one that was on its way when the login ended.
  function list_all() {
    const main = document.getElementById("main");
    for (const old of main.querySelectorAll(".drafts, .unsent")) old.remove();
    const page = document.body.classList;
    if (!mine.reviewer || !(page.contains("page-review") || page.contains("page-dashboard"))) return;
    const here = cards().map(where);
    const others = all().filter((one) => !here.some((place) => same_place(place, one)));
    if (!others.length) return;
    const box = element("details", "", "why drafts");
    const count = `${others.length} draft${others.length === 1 ? "" : "s"} in this browser`;
    const list = element("ul");
    box.append(element("summary", count), list);
    for (const draft of others) {
      const item = element("li");
      const discard = altsync.button("Discard", () => { forget(draft.name); list_all(); altsync.say("Draft discarded"); });
      discard.setAttribute("aria-label", `Discard the draft on ${draft.image}`);
      item.append(link(draft), ` ${time(draft.at)} `, quoted(draft), " ", discard);
      list.append(item);
    }
    main.append(box);
    const unsent = others.find((one) => one.unsent);
    if (!unsent) return;
    const note = element("p", "", "notice unsent");
    note.append("You were at ", link(unsent), " with a text that was not sent. ");
    const there = link(unsent);
    there.textContent = "Go on there";
    there.hash = "draft";
    note.append(there);
    const bar = main.querySelector(".bar");
    if (bar) bar.after(note);
    else main.prepend(note);
  }

  // The changed texts of this page.
  const typed = () => cards().filter(touched).flatMap((form) => Object.values(values(form))).filter(Boolean).join("\n\n");

  function unsent() {
    for (const form of cards().filter(touched)) {
      const name = slots.get(form);
      const draft = all().find((one) => one.name === name);
      if (draft) keep(name, { ...draft, unsent: true });
    }
  }

  document.addEventListener("altsync:shown", () => {
    end_old();
    offer_all();
    list_all();
  });
  altsync.drafts = { written, typed, unsent };
})();
