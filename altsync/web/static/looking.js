// Looking closer: the enlarged picture. Without this a click on a picture opens its file.
"use strict";
(() => {
  const altsync = window.altsync;
  const WRITING = "input, select, textarea, [contenteditable]";
  const open = () => document.querySelector("dialog.enlarged[open]");
  const plain = (event) => !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;

  function enlarge(link) {
    const dialog = link.parentElement.querySelector("dialog.enlarged");
    const shown = link.querySelector("img");
    const large = dialog.querySelector("img");
    const pan = dialog.querySelector(".pan");
    large.width = Math.max(2 * shown.clientWidth, shown.naturalWidth);
    dialog.querySelector("[data-pixels]").textContent = ` of ${shown.naturalWidth} × ${shown.naturalHeight} pixels`;
    dialog.showModal();
    pan.focus();
    pan.scrollTo((pan.scrollWidth - pan.clientWidth) / 2, (pan.scrollHeight - pan.clientHeight) / 2);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-zoom]");
    if (link && plain(event) && event.button === 0) {
      event.preventDefault();
      enlarge(link);
    } else if (event.target.closest("dialog.enlarged .pan, [data-zoom-close]")) {
      open().close();
    }
  });

  // First of all listeners: while the picture is enlarged no key gives a verdict behind it.
  document.addEventListener("keydown", (event) => {
    const dialog = open();
    const asked = event.key.toLowerCase() === "z" && plain(event) && altsync.keysOn();
    if (dialog) {
      if (asked) dialog.close();
      if (/^.$/u.test(event.key)) event.stopImmediatePropagation();
      return;
    }
    const link = document.querySelector("[data-zoom]");
    if (!asked || !link || event.repeat || !altsync.idle() || event.target.closest(WRITING)) return;
    event.preventDefault();
    enlarge(link);
  }, true);

  function tell() {
    for (const one of document.querySelectorAll("[data-zoom]")) {
      if (altsync.keysOn()) one.setAttribute("aria-keyshortcuts", "z");
      else one.removeAttribute("aria-keyshortcuts");
    }
  }
  document.addEventListener("altsync:shown", tell);
  document.addEventListener("change", (event) => { if (event.target.matches("[data-keys-toggle]")) tell(); });

  // On a phone the tabs are one line that scrolls: the current one is in sight.
  const tab = document.querySelector(".top nav [aria-current]");
  if (tab) tab.scrollIntoView({ block: "nearest", inline: "center" });
})();
