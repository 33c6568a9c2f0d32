// What is said, and where the focus lands, once another page stands in place of the one before.
"use strict";
(() => {
  const altsync = window.altsync;
  const plain = (node) => (node ? node.textContent.replace(/\s+/g, " ").trim() : "");

  // One breath: what became of the verdict, then what is there now.
  altsync.arrived = (main) => {
    const here = altsync.review() ? altsync.review().dataset.image : plain(main.querySelector("h2"));
    altsync.say(`${plain(main.querySelector(".notice"))} ${here ? `Now: ${here}` : ""}`);
    const heading = main.querySelector("h1");
    if (heading) heading.focus({ preventScroll: true });
  };
})();
