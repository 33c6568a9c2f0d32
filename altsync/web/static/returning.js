// A tab whose login has ended (altsync was started anew): nothing is lost, and it finds the way back.
"use strict";
(() => {
  const altsync = window.altsync;
  const mine = document.body.dataset;
  const by_link = () => "byLink" in mine;
  const channel = window.BroadcastChannel ? new BroadcastChannel("altsync") : null;
  let out = null; // the message, once this tab was turned away
  let home = ""; // where another tab is logged in
  const MARKS = "altsync-marks";

  // Tabs of one browser tell each other where altsync is now: its address is a secret of each start, and is kept nowhere.
  const tell = () => channel && channel.postMessage({ mirror: mine.mirror, reviewer: mine.reviewer, home: mine.home });
  if (channel) {
    channel.addEventListener("message", ({ data }) => {
      if (data.mirror !== mine.mirror) return;
      if (!data.asks && data.home && out) logged_in(data);
      // a tab of the start that has ended knows no more than the one that asks
      if (data.asks && !out && mine.reviewer && data.home !== mine.home) tell();
    });
    if (mine.reviewer) tell();
  }

  function logged_in(there) {
    if (there.reviewer !== mine.reviewer) return;
    home = there.home;
    status("You are logged in again in another tab.");
  }

  function status(text) {
    out.querySelector("[data-status]").textContent = text;
  }

  // The page stands as it is, with every word in it.
  altsync.turned_away = (answer, writing) => {
    const waits = document.createElement("p");
    waits.dataset.status = "";
    const actions = buttons();
    actions.append(altsync.button("Go on here", go_on), " ");
    if (!by_link()) actions.append(door(), " ");
    if (altsync.drafts.typed()) {
      actions.append(altsync.button("Copy my text", copy));
      altsync.drafts.unsent();
    }
    const what = answer ? `Nothing was ${writing ? "written" : "loaded"}` : "No answer of altsync came";
    out = altsync.alarm(`${what}: log in again.`, words_for(answer), waits, actions);
    if (channel) channel.postMessage({ mirror: mine.mirror, asks: true, home: mine.home });
  };

  function buttons() {
    const box = document.createElement("p");
    box.className = "buttons";
    return box;
  }

  function words_for(answer) {
    const code = !answer || answer.ok || answer.status === 403 ? "" : ` (The answer was ${answer.status}.)`;
    const ended = by_link() ? "Your login has ended, or altsync was started anew." : "Your login has ended.";
    const by = by_link() ? ", by the link that altsync printed in its terminal," : ",";
    const marks = marked().length ? " What you marked stays marked here." : "";
    return `${ended}${code} Log in in another tab of this browser${by} then go on here.${words_of_text()}${marks}`;
  }

  function words_of_text() {
    if (!altsync.drafts.typed()) return "";
    if (altsync.drafts.unkept()) return " Your text stays here. This browser keeps no draft of it: copy it.";
    const port = by_link() ? " On another port it would have none: copy it." : "";
    return ` Your text stays here, and is a draft in this browser.${port}`;
  }

  // Behind a proxy the same page leads to its login.
  function door() {
    const link = document.createElement("a");
    link.className = "button quiet";
    link.href = mine.home;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "Log in in another tab";
    return link;
  }

  async function go_on() {
    const page = location.pathname.split("/-/altsync/")[1]; // the same one, of the new start
    const address = `${(home || mine.home).replace(/review$/, page)}?${altsync.place()}`;
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      const there = new DOMParser().parseFromString(await answer.text(), "text/html").body.dataset;
      if (there.mirror === mine.mirror && there.reviewer === mine.reviewer) {
        out = null;
        keep_marks();
        const same = new URL(address, location.href).href === location.href.split("#")[0];
        location.assign(`${address}#draft`);
        if (same) location.reload(); // the same address was only scrolled
        return;
      }
    } catch { /* nobody is there: the same words */ }
    status("No tab of this browser is logged in yet.");
    altsync.say("No tab of this browser is logged in yet.");
  }

  // Marks of the grid and grades of a comparison go along, in this tab alone.
  function marked() {
    const boxes = [...document.querySelectorAll("main form[method=post]:not([data-quick]) input:checked")];
    return boxes.filter((one) => one.name).map((one) => [one.name, one.value]);
  }

  function keep_marks() {
    try { sessionStorage.setItem(MARKS, JSON.stringify(marked())); } catch { /* then they have to be made again */ }
  }

  function mark_again() {
    if (location.hash !== "#draft") return;
    let marks = [];
    try {
      marks = JSON.parse(sessionStorage.getItem(MARKS)) || [];
      sessionStorage.removeItem(MARKS);
    } catch { /* none were kept */ }
    if (!marks.length) return;
    history.replaceState(null, "", location.pathname + location.search);
    const boxes = [...document.querySelectorAll("main form[method=post]:not([data-quick]) input")];
    const found = boxes.filter((box) => marks.some(([name, value]) => box.name === name && box.value === value));
    for (const box of found) {
      box.checked = true;
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const rest = found.length < marks.length ? " The others have changed meanwhile." : "";
    const text = `${found.length} of ${marks.length} marks are here again.${rest} Nothing was written yet.`;
    altsync.line(text);
    altsync.say(text);
  }
  document.addEventListener("altsync:shown", mark_again);

  function copy() {
    const words = altsync.drafts.typed();
    const copied = navigator.clipboard ? navigator.clipboard.writeText(words) : Promise.reject();
    copied.then(() => status("Copied."), () => status("Copying is not possible here."));
  }
})();
