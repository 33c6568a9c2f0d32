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
  let sure; // the form that leaves the page now
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
  async function exchange(address, options, writing = Boolean(options.body)) {
    const words = writing ? "Not sent yet" : "Not loaded yet";
    const ending = new AbortController(); // of a server that is there and silent, too
    const { signal } = ending;
    const end = setTimeout(() => ending.abort(), PATIENCE);
    const slow = setTimeout(() => {
      cut = writing;
      line("Waiting for an answer …", button("Stop waiting", () => ending.abort()));
    }, SLOW);
    try {
      for (let pause = 500; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
        try {
          const answer = await fetch(address, { credentials: "same-origin", signal, ...options });
          return { answer, html: await answer.text() };
        } catch {
          if (signal.aborted) return null;
          if (await led_away()) return {};
          if (!dropping) say(`${words}: no connection to altsync. Trying again.`);
          cut = true;
          dropping = true;
          clearTimeout(slow);
        }
        if (await given_up(pause, words, signal)) return null;
      }
    } finally {
      clearTimeout(slow);
      clearTimeout(end);
      cut = false;
      line("");
    }
  }

  // A pause that the reader can cut short, or end.
  function given_up(pause, words, signal) {
    return new Promise((resolve) => {
      const go_on = () => end(false);
      const stop = () => end(true);
      const timer = setTimeout(go_on, pause);
      function end(up) {
        clearTimeout(timer);
        removeEventListener("online", go_on);
        signal.removeEventListener("abort", stop);
        resolve(up);
      }
      addEventListener("online", go_on);
      signal.addEventListener("abort", stop);
      line(`${words}: no connection to altsync. Trying again …`, button("Try now", go_on), button("Stop trying", stop));
    });
  }

  // One request and what comes of it. Its answer is the only thing that says what was done.
  async function ask(address, options = {}) {
    const leaving = !altsync.drafts.unkept(options.body) || confirm("This browser keeps no draft of your text. Leave it?");
    if (!leaving) return false;
    const found = await exchange(address, options);
    if (!found) {
      dropping = true;
      unanswered(address, options);
      return undefined;
    }
    const { answer, html } = found;
    if (!answer) {
      dropping = true;
      altsync.turned_away(null, Boolean(options.body)); // returning.js
      return undefined;
    }
    const next = new DOMParser().parseFromString(html, "text/html");
    if (!is_ours(next)) {
      dropping = true;
      const led = options.body && answer.redirected; // by altsync, which has written, or by a sign-on
      if (answer.status >= 500) unanswered(address, options);
      else altsync.turned_away(led ? null : answer, Boolean(options.body)); // returning.js
      return undefined;
    }
    if (!answer.ok) dropping = true;
    else if (options.body) altsync.drafts.written(new URLSearchParams(options.body)); // drafts.js
    // The address of a verdict is no page: one that was refused stands at the address that it had.
    const kept = options.method === "POST" && !answer.redirected;
    altsync.swap(next, kept ? location.href : answer.url); // altsync.js
    return undefined;
  }

  // A page of the same mirror for the same reviewer.
  function is_ours(page) {
    const [ours, theirs] = [document.body.dataset, page.body.dataset];
    return theirs.mirror === ours.mirror && theirs.reviewer === ours.reviewer;
  }

  function unanswered(address, options) {
    const text = options.body
      ? "Whether your verdict was written is not known: try again, and it is written if it was not, and never twice."
      : "The page stands as it was.";
    no_answer(`${text} What you typed stays here.`, () => ask(address, options));
  }

  function no_answer(text, act) {
    const again = () => wish("click", () => { box.remove(); return act(); });
    const box = alarm("No answer of altsync came.", text, button("Try again", again));
  }

  // Marks and grades are sent by a form that leaves the page: once it is known that somebody is there who answers.
  async function leave(form, submitter) {
    const found = await exchange(location.href, {}, true);
    cut = false;
    const answer = found && (found.answer || { status: 403 }); // a sign-on
    if (!answer || answer.status >= 500) {
      no_answer("Nothing was written. The page stands as it was.", () => leave(form, submitter));
    } else if (!is_ours(new DOMParser().parseFromString(found.html || "", "text/html"))) {
      altsync.turned_away(answer, true);
    } else {
      sure = form;
      form.requestSubmit(submitter);
    }
  }

  document.addEventListener("submit", (event) => {
    const [form, submitter] = [event.target, event.submitter];
    if (!form.matches("form[method=post]:not([data-quick])")) return;
    if (sure === form) { sure = undefined; return; }
    event.preventDefault();
    if (!running) wish("click", () => leave(form, submitter));
  });

  addEventListener("beforeunload", (event) => {
    if (cut || waiting.length || altsync.drafts.unkept()) event.preventDefault();
  });

  Object.assign(altsync, { say, line, alarm, button, wish, ask, idle: () => !running });
})();
