// What a respondent's page can do better with a script; everything works without it.
"use strict";

// A slider's line and its number say the same. The line is only for a pointer: the number is what is sent, and what keys change.
for (const slider of document.querySelectorAll("[data-slider]")) {
  const [number, line] = slider.querySelectorAll("input");
  const follow = () => {
    const said = parseFloat(number.value.replace(",", "."));
    line.classList.toggle("cv-slider__line--untouched", Number.isNaN(said));
    if (!Number.isNaN(said)) line.value = said;
  };
  line.hidden = false;
  line.addEventListener("input", () => {
    number.value = line.value;
    number.dispatchEvent(new Event("input", { bubbles: true }));
  });
  line.addEventListener("pointerdown", () => line.classList.remove("cv-slider__line--untouched"));
  line.addEventListener("click", () => {
    number.value = line.value; // also where the middle was meant and nothing moved
    follow();
  });
  number.addEventListener("input", follow);
  follow();
}

// What the numbers of a constant sum come to.
for (const lines of document.querySelectorAll("[data-sum]")) {
  const [sum, output] = [lines.querySelector(".cv-lines__sum"), lines.querySelector("output")];
  const add = () => {
    const numbers = [...lines.querySelectorAll("input.govuk-input")].map((input) => parseFloat(input.value.replace(",", ".")) || 0);
    output.textContent = Math.round(numbers.reduce((a, b) => a + b, 0) * 1e6) / 1e6;
  };
  sum.hidden = false;
  lines.addEventListener("input", add);
  add();
}
