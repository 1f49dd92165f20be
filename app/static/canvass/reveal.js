// A checkbox under each password field that shows what was typed. Without JavaScript there is none.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  for (const field of document.querySelectorAll("input[data-reveal]")) {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.id = `${field.id}-reveal`;
    box.className = "form-check-input";
    box.addEventListener("change", () => { field.type = box.checked ? "text" : "password"; });
    field.form.addEventListener("submit", () => { field.type = "password"; });
    const label = document.createElement("label");
    label.htmlFor = box.id;
    label.className = "form-check-label";
    label.textContent = field.dataset.reveal;
    const line = document.createElement("div");
    line.className = "form-check mt-1";
    line.append(box, label);
    field.after(line);
  }
});
