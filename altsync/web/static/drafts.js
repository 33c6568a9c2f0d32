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
    if (!failing) {
      const text = "This browser keeps no drafts: its storage is full or switched off. Before you leave a text you are asked.";
      altsync.line(text);
      altsync.say(text);
    }
    failing = true;
  }

  // Old ones of anybody, and whatever is more than enough.
  function end_old() {
    all().slice(MOST).forEach((one) => forget(one.name));
    for (const name of stored((storage) => Object.keys(storage)) || []) {
      if (name.startsWith(START) && !(Date.now() - written_at(name) < LONGEST)) forget(name);
    }
  }

  function written_at(name) {
    try {
      return JSON.parse(stored((storage) => storage.getItem(name))).at;
    } catch {
      return 0; // not written by this script
    }
  }

  // Where words belong: an image and a candidate, or a place of a sample; and the form that they stand in there.
  function where(form) {
    return placed(new FormData(form), form.matches(".card") ? "" : form.id || "ask");
  }

  function placed(fields, kind) {
    const sample = fields.get("sample") ? `${fields.get("sample")}/${fields.get("place")}` : "";
    return { image: fields.get("image"), sample, candidate: fields.get("candidate") || "", kind };
  }

  // A form's fields for words, wherever they stand: a note may be outside of it.
  const areas = (form) => [...form.elements].filter((one) => one.matches("textarea"));
  const before = (area) => plain(area.dataset.original || "");
  const values = (form) => Object.fromEntries(areas(form).map((one) => [one.name, plain(one.value)]));
  const touched = (form) => areas(form).some((one) => plain(one.value) !== before(one));
  const same_words = (one, other) => ["text", "long", "note"].every((name) => (one[name] || "") === (other[name] || ""));
  const same_place = (one, other) => one.image === other.image && one.sample === other.sample;
  const same_form = (one, other) => same_place(one, other) && (one.kind || "") === other.kind &&
    (one.kind || one.candidate === other.candidate);
  const forms = () => [...document.querySelectorAll(".review form[data-quick]")].filter((one) => areas(one).length);

  document.addEventListener("input", (event) => {
    const form = event.target.matches("textarea") && event.target.form;
    if (!mine.reviewer || !form || !form.matches(".review form[data-quick]")) return;
    if (!slots.has(form)) slots.set(form, `${own}${Date.now()} ${Math.random()}`);
    const name = slots.get(form);
    if (!touched(form)) { forget(name); return; }
    const rewritten = areas(form).some((one) => one.name !== "note" && plain(one.value) !== before(one));
    keep(name, { ...where(form), ...values(form), rewritten, at: Date.now() });
  });

  // Twice the same words are one draft. Not while one types: the words of another tab may be the beginning of these.
  function fold() {
    const drafts = all();
    drafts.forEach((draft, at) => {
      const newer = drafts.slice(0, at).some((one) => same_form(draft, one) && same_words(draft, one));
      if (newer) forget(draft.name);
    });
  }

  // Words that would be lost with this page: changed, in no draft, and not what is sent now.
  function unkept(body) {
    const sent = new URLSearchParams(body);
    const approved = sent.get("action") === "approve" ? sent.get("candidate") || "" : null;
    return forms().some((form) => {
      if (!touched(form) || (form.matches(".card") && where(form).candidate === approved)) return false;
      const kept = all().find((one) => one.name === slots.get(form));
      return !kept || !same_words(kept, values(form));
    });
  }

  // A verdict with these very words was written: they are no draft any more. Other verdicts than an approval take
  // only the note.
  function written(fields) {
    const here = placed(fields, "");
    const sent = Object.fromEntries(["text", "long", "note"].map((name) => [name, plain(fields.get(name) || "")]));
    const approved = fields.get("action") === "approve";
    for (const one of all()) {
      if (!same_place(one, here) || (one.note || "") !== sent.note) continue;
      if (approved ? same_words(one, sent) : !one.rewritten && sent.note) forget(one.name);
    }
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

  function quoted(text, language) {
    const words = element("q", text, "text");
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
    for (const one of areas(form)) one.dispatchEvent(new Event("input", { bubbles: true }));
    const area = areas(form).find((one) => plain(one.value) !== before(one)) || areas(form)[0];
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  }

  // What was typed here earlier, before the field: use it, or discard it.
  function offer(form, draft) {
    const title = `Your draft of ${time(draft.at)}`;
    const box = element("div", "", "draft");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", title);
    const area = areas(form)[0];
    const folded = area.closest("details");
    if (folded) folded.open = true;
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
    const words = element("p", `${title}, not written: `);
    words.append(...told(draft, area.lang));
    box.append(words, actions);
    const label = area.labels[0] || area;
    (label.contains(area) ? area : label).before(box);
    return title;
  }

  // The words of a draft that are its reader's own.
  function told(draft, language = "") {
    const parts = [];
    if (draft.text !== undefined && draft.rewritten) parts.push(quoted(draft.text, language));
    if (draft.long && draft.rewritten) parts.push(element("span", `a long description of ${draft.long.length} characters`, "hint"));
    if (draft.note) parts.push("the note ", quoted(draft.note));
    return parts.flatMap((one) => [one, " "]);
  }

  function offer_all() {
    const here = forms();
    if (!here.length || !mine.reviewer) return;
    const back = location.hash === "#draft";
    const offered = [];
    for (const draft of all().filter((one) => same_place(one, where(here[0])))) {
      const form = here.find((one) => same_form(draft, where(one))) || here[0];
      if (same_words(values(form), draft)) slots.set(form, draft.name);
      else if (back && !touched(form)) use(form, draft);
      else offered.push(offer(form, draft));
      if (draft.unsent) keep(draft.name, { ...draft, unsent: false });
    }
    if (back) history.replaceState(null, "", location.pathname + location.search);
    if (offered.length) altsync.say(`${offered.join(". ")} is kept here, before the field.`);
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
    const here = forms().map(where);
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
      item.append(link(draft), ` ${time(draft.at)} `, ...told(draft), discard);
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

  // The changed words of this page.
  const changed = (form) => areas(form).filter((one) => plain(one.value) !== before(one));
  const typed = () => forms().flatMap(changed).map((one) => one.value.trim()).filter(Boolean).join("\n\n");

  function unsent() {
    for (const form of forms().filter(touched)) {
      const name = slots.get(form);
      const draft = all().find((one) => one.name === name);
      if (draft) keep(name, { ...draft, unsent: true });
    }
  }

  document.addEventListener("altsync:shown", () => {
    end_old();
    fold();
    offer_all();
    list_all();
  });
  altsync.drafts = { written, typed, unsent, unkept };
})();
