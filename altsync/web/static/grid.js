// Marking in the grid.
"use strict";
(() => {
  document.addEventListener("input", (event) => {
    if (event.target.matches(".mark input, [data-all-box]")) marked(event.target);
  });

  function marked(box) {
    const form = box.closest("form");
    const boxes = [...form.querySelectorAll(".mark input")];
    if (box.matches("[data-all-box]")) for (const one of boxes) one.checked = box.checked;
    const count = boxes.filter((one) => one.checked).length;
    form.querySelector("[data-marked]").textContent = count ? `${count} marked` : "";
    form.querySelector("[data-all-box]").checked = count === boxes.length;
  }
})();
