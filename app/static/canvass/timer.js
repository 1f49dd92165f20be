// A page whose time is limited: count down, say when little is left, and send the page as it is when it is over.
"use strict";

const box = document.querySelector("[data-seconds]");
const total = Number(box?.dataset.seconds);
const over = Date.now() + 1000 * total;
const soon = Math.min(30, total / 2); // seconds: enough to ask for more

function count() {
  const left = Math.max(0, Math.ceil((over - Date.now()) / 1000));
  box.querySelector("[data-left]").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  const warning = box.querySelector("[data-soon]");
  if (left <= soon && !warning.textContent) warning.textContent = warning.dataset.soon;
  if (left > 0) return;
  clearInterval(clock);
  const form = box.closest("form");
  form.insertAdjacentHTML("beforeend", '<input type="hidden" name="time_over" value="1">');
  form.requestSubmit(form.querySelector(".cv-default"));
}
const clock = box && setInterval(count, 1000);
