// A tab whose login has ended (altsync was started anew): nothing is lost, and it finds the way back.
"use strict";
(() => {
  const altsync = window.altsync;
  const mine = document.body.dataset;
  const by_link = () => "byLink" in mine;
  const channel = window.BroadcastChannel ? new BroadcastChannel("altsync") : null;
  let out = null; // the message, once this tab was turned away
  let home = ""; // where another tab is logged in

  // Tabs of one browser tell each other where altsync is now: its address is a secret of each start, and is kept nowhere.
  const tell = () => channel && channel.postMessage({ mirror: mine.mirror, reviewer: mine.reviewer, home: mine.home });
  if (channel) {
    channel.addEventListener("message", ({ data }) => {
      if (data.mirror !== mine.mirror) return;
      if (data.asks && !out && mine.reviewer) tell();
      else if (data.home && out) logged_in(data);
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
    if (channel) channel.postMessage({ mirror: mine.mirror, asks: true });
  };

  // A form of the grid or a comparison that a sign-on leads to another host: the page's policy stops that, and the browser
  // says nothing.
  document.addEventListener("securitypolicyviolation", (event) => {
    if (event.effectiveDirective !== "form-action") return;
    const text = "Your login has ended. Log in in another tab of this browser, then press it here again: the page stays as it is.";
    const actions = buttons();
    actions.append(door());
    altsync.alarm("Nothing was written: log in again.", text, actions);
  });

  function buttons() {
    const box = document.createElement("p");
    box.className = "buttons";
    return box;
  }

  function words_for(answer) {
    const code = !answer || answer.ok || answer.status === 403 ? "" : ` (The answer was ${answer.status}.)`;
    const ended = by_link() ? "Your login has ended, or altsync was started anew." : "Your login has ended.";
    const by = by_link() ? ", by the link that altsync printed in its terminal," : ",";
    const kept = altsync.drafts.typed() ? " Your text stays here, and is a draft in this browser." : "";
    const port = kept && by_link() ? " On another port it would have none: copy it." : "";
    return `${ended}${code} Log in in another tab of this browser${by} then go on here.${kept}${port}`;
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
    const address = `${home || mine.home}?${altsync.place()}`;
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      const there = new DOMParser().parseFromString(await answer.text(), "text/html").body.dataset;
      if (there.mirror === mine.mirror && there.reviewer === mine.reviewer) {
        out = null;
        location.assign(`${address}#draft`);
        return;
      }
    } catch { /* nobody is there: the same words */ }
    status("No tab of this browser is logged in yet.");
    altsync.say("No tab of this browser is logged in yet.");
  }

  function copy() {
    const words = altsync.drafts.typed();
    const copied = navigator.clipboard ? navigator.clipboard.writeText(words) : Promise.reject();
    copied.then(() => status("Copied."), () => status("Copying is not possible here."));
  }
})();
