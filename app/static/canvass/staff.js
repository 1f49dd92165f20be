// Small comforts of staff pages; every page works without them.
"use strict";

// A form that came back with errors: the summary takes the focus, so that a screen reader reads it first.
const focusProblems = (root) => root.querySelector("[data-focus]")?.focus();
document.addEventListener("DOMContentLoaded", () => focusProblems(document));
document.addEventListener("htmx:after:swap", () => focusProblems(document));

// The person's menu closes on Escape and on a click elsewhere.
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.cv-person[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  const open = document.querySelector("details.cv-person[open]");
  if (open && !open.contains(event.target)) open.open = false;
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
