import { initAll } from "./govuk-frontend.min.js";
import { initTypeaheads } from "./typeahead.js";

initAll();
initTypeaheads(document);

// Links that only ask the browser to print need a script; without one they stay hidden.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
