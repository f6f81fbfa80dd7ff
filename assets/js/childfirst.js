import { initAll } from "./govuk-frontend.min.js";
import { initTypeaheads } from "./typeahead.js";

initAll();
initTypeaheads(document);

// GOV.UK Frontend marks radios that reveal something with aria-expanded, which ARIA does not allow on a radio.
function dropExpandedFromRadios() {
  for (const radio of document.querySelectorAll('input[type="radio"][aria-expanded]')) {
    radio.removeAttribute("aria-expanded");
  }
}
dropExpandedFromRadios();
document.addEventListener("click", dropExpandedFromRadios);
window.addEventListener("pageshow", dropExpandedFromRadios);

// A table that is wider than its box says that it scrolls.
const boxes = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    target.classList.toggle("cf-scroll--wider", target.scrollWidth > target.clientWidth + 1);
  }
});
for (const box of document.querySelectorAll(".cf-scroll")) {
  boxes.observe(box);
}

// Links that only ask the browser to print need a script; without one they stay hidden.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
