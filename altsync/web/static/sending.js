// Keys and clicks are wishes, carried out one after the other; what is sent waits for its answer.
"use strict";
(() => {
  const PATIENCE = 120_000; // milliseconds without an answer: then the page says that none came
  const SLOW = 1_000; // before it says that it waits
  const LONGEST_PAUSE = 15_000;
  const waiting = [];
  let running = false;
  let dropping = false; // the wishes that are waiting rest on something that did not happen
  let cut = false; // an answer is lacking: leaving the page now may lose a verdict
  const altsync = (window.altsync = {});

  // Words that are said within a moment are one message: the later does not silence the earlier.
  const said = [];
  function say(text) { // or a node
    const live = document.getElementById("live");
    if (!said.length) {
      live.textContent = "";
      setTimeout(() => live.replaceChildren(...said.splice(0).flatMap((one, at) => (at ? [" ", one] : [one]))), 30);
    }
    said.push(text);
  }

  function button(label, act) {
    const one = document.createElement("button");
    one.type = "button";
    one.className = "quiet";
    one.textContent = label;
    one.addEventListener("click", act);
    return one;
  }

  // The line at the edge of the page: what is on its way, and what was not used.
  function line(text, ...buttons) {
    const box = document.getElementById("sending");
    const words = document.createElement("p");
    words.textContent = text;
    box.replaceChildren(words, ...buttons);
    box.hidden = !text;
  }

  // A message at the top of the page as it stands. Not the server's: there was no answer that could be shown.
  function alarm(strong, text, ...more) {
    for (const old of document.querySelectorAll("#main > .notice")) old.remove(); // told already
    const box = document.createElement("div");
    box.className = "notice alert";
    box.setAttribute("role", "alert");
    const loud = document.createElement("strong");
    loud.textContent = strong;
    const first = document.createElement("p");
    first.append(loud, ` ${text}`);
    box.append(first, ...more);
    const main = document.getElementById("main");
    const bar = main.querySelector(".bar");
    if (bar) bar.after(box);
    else main.prepend(box);
    box.scrollIntoView({ block: "nearest" });
    return box;
  }

  function wish(what, act) {
    waiting.push({ what, act });
    if (!running) run();
  }

  async function run() {
    running = true;
    const unused = [];
    line("");
    while (waiting.length) {
      const { what, act } = waiting.shift();
      const used = await act();
      if (used === false) unused.push(what);
      if (dropping) unused.push(...waiting.splice(0).map((one) => one.what));
      dropping = false;
    }
    running = false;
    if (unused.length) not_used(unused);
  }

  function not_used(unused) {
    const counts = ["key", "click"].map((what) => [unused.filter((one) => one === what).length, what]);
    const parts = counts.filter(([count]) => count).map(([count, what]) => `${count} ${what}${count === 1 ? "" : "s"}`);
    if (!parts.length) return;
    const text = `${parts.join(" and ")} ${parts[0].startsWith("1 ") && parts.length === 1 ? "was" : "were"} not used.`;
    line(text);
    say(text);
  }

  // A browser tells a request that a sign-on leads to another host like one without a connection.
  async function led_away() {
    try {
      const options = { method: "HEAD", redirect: "manual", credentials: "same-origin", signal: AbortSignal.timeout(5_000) };
      return (await fetch(location.href, options)).type === "opaqueredirect";
    } catch { return false; }
  }

  // Until an answer is there: {answer, html}; {} where the login has ended, null where none came.
  async function exchange(address, options) {
    const words = options.body ? "Not sent yet" : "Not loaded yet";
    const began = Date.now();
    const slow = setTimeout(() => line("Waiting for an answer …"), SLOW);
    try {
      for (let pause = 500; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
        try {
          const answer = await fetch(address, { credentials: "same-origin", ...options });
          return { answer, html: await answer.text() };
        } catch {
          if (await led_away()) return {};
          if (!cut) say(`${words}: no connection to altsync. Trying again.`);
          cut = true;
          dropping = true;
          clearTimeout(slow);
        }
        if (Date.now() - began > PATIENCE || (await given_up(pause, words))) return null;
      }
    } finally {
      clearTimeout(slow);
      cut = false;
      line("");
    }
  }

  // A pause that the reader can cut short, or end.
  function given_up(pause, words) {
    return new Promise((resolve) => {
      const go_on = () => end(false);
      const timer = setTimeout(go_on, pause);
      function end(up) {
        clearTimeout(timer);
        removeEventListener("online", go_on);
        resolve(up);
      }
      addEventListener("online", go_on);
      line(`${words}: no connection to altsync. Trying again …`, button("Try now", go_on), button("Stop trying", () => end(true)));
    });
  }

  // One request and what comes of it. Its answer is the only thing that says what was done.
  async function ask(address, options = {}) {
    const found = await exchange(address, options);
    if (!found) {
      dropping = true;
      unanswered(address, options);
      return;
    }
    const { answer, html } = found;
    if (!answer) {
      dropping = true;
      altsync.turned_away(null, Boolean(options.body)); // returning.js
      return;
    }
    const next = new DOMParser().parseFromString(html, "text/html");
    const [ours, theirs] = [document.body.dataset, next.body.dataset];
    if (theirs.mirror !== ours.mirror || theirs.reviewer !== ours.reviewer) {
      dropping = true;
      const led = options.body && answer.redirected; // by altsync, which has written, or by a sign-on
      if (answer.status >= 500) unanswered(address, options);
      else altsync.turned_away(led ? null : answer, Boolean(options.body)); // returning.js
      return;
    }
    if (!answer.ok) dropping = true;
    else if (options.body) altsync.drafts.written(new URLSearchParams(options.body)); // drafts.js
    // The address of a verdict is no page: one that was refused stands at the address that it had.
    const kept = options.method === "POST" && !answer.redirected;
    altsync.swap(next, kept ? location.href : answer.url); // altsync.js
  }

  function unanswered(address, options) {
    const again = () => wish("click", () => { box.remove(); return ask(address, options); });
    const text = options.body
      ? "Whether your verdict was written is not known: try again, and it is written if it was not, and never twice."
      : "The page stands as it was.";
    const box = alarm("No answer of altsync came.", `${text} What you typed stays here.`, button("Try again", again));
  }

  addEventListener("beforeunload", (event) => {
    if (cut || waiting.length) event.preventDefault();
  });

  Object.assign(altsync, { say, alarm, button, wish, ask, idle: () => !running });
})();
