// Comforts of the studio; every page works without them.
"use strict";

const sheet = document.getElementById("sheet");
const save = document.getElementById("save");
let dirty = false;

const mark = (now) => {
  dirty = now;
  sheet.classList.toggle("st-dirty", now);
};

if (sheet && save) {
  sheet.addEventListener("input", () => mark(true));
  sheet.addEventListener("submit", () => mark(false));
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
  // Going to another question saves this one on the way.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-at]");
    if (!link || !dirty || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    sheet.elements.next.value = link.dataset.at || "-";
    sheet.requestSubmit(save);
  });
  // Another language of the preview shows what is typed, too.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-language]");
    if (!link || !sheet.elements.language) return;
    event.preventDefault();
    sheet.elements.language.value = link.dataset.language;
    htmx.trigger(sheet, "change");
  });
}

// Ctrl+S saves, Alt+arrows move: a button names its key in data-key.
document.addEventListener("keydown", (event) => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const saving = (event.ctrlKey || event.metaKey) && key === "s";
  const moving = event.altKey && (key === "ArrowUp" || key === "ArrowDown");
  const button = (saving || moving) && document.querySelector(`[data-key="${key}"]`);
  if (!button || button.disabled) return;
  event.preventDefault();
  button.click();
});

// On a narrow screen the outline is folded, so that the question comes first.
if (matchMedia("(max-width: 48rem)").matches) {
  document.querySelector("[data-wide-open]")?.removeAttribute("open");
}

// After a live check: the total, and each problem at its field.
const spread = () => {
  const checked = document.getElementById("aside") || document.getElementById("lines");
  const total = document.getElementById("total");
  if (!checked || !total) return;
  total.textContent = checked.dataset.totalText;
  total.classList.toggle("st-total--bad", checked.dataset.total !== "0");
  if (checked.id !== "aside") return;
  const mark = document.querySelector(".st-item[aria-current] .st-mark");
  if (mark) {
    mark.hidden = checked.dataset.here === "0";
    mark.firstChild.textContent = checked.dataset.here;
  }
  const said = {};
  for (const item of checked.querySelectorAll("[data-field]")) {
    (said[item.dataset.field] ||= []).push(item.textContent.trim());
  }
  for (const slot of document.querySelectorAll("[data-slot]")) {
    const texts = said[slot.dataset.slot];
    slot.hidden = !texts;
    slot.textContent = texts ? texts.join(" ") : "";
    document.getElementById(slot.dataset.slot)?.classList.toggle("is-invalid", Boolean(texts));
  }
};
document.addEventListener("htmx:after:swap", spread);

// A web preview is as tall as its page, within reason, and shows the question that is being written.
const fit = (frame) => {
  const page = frame.contentDocument?.documentElement;
  if (!page) return;
  frame.style.height = "";
  frame.style.height = `${Math.min(page.scrollHeight + 2, frame.closest(".st-aside") ? 420 : 2400)}px`;
  const field = frame.dataset.question && frame.contentDocument.getElementsByName(frame.dataset.question)[0];
  const question = field?.closest("fieldset, .govuk-form-group");
  if (question) frame.contentWindow.scrollTo(0, question.getBoundingClientRect().top + frame.contentWindow.scrollY - 16);
};
const fitAll = () => document.querySelectorAll("iframe[data-fit]").forEach((frame) => {
  frame.addEventListener("load", () => fit(frame));
  fit(frame);
});
fitAll();
document.addEventListener("htmx:after:swap", fitAll);

// A link to a field that lies in a folded group unfolds it.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".st-problems a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  for (let group = field.closest("details"); group; group = group.parentElement.closest("details")) group.open = true;
  field.scrollIntoView({ block: "center" });
  field.focus();
});

// The source: line numbers, and a way to the line of a problem.
const source = document.getElementById("source");
if (source) {
  const gutter = document.querySelector("[data-gutter]");
  const number = () => {
    const wrong = new Set([...document.querySelectorAll(".st-problems > .st-lines:not(.st-advice) > [data-line]")].map((item) => item.dataset.line));
    gutter.replaceChildren(
      ...source.value.split("\n").map((_, index) => {
        const line = document.createElement(wrong.has(String(index + 1)) ? "b" : "span");
        line.textContent = `${index + 1}\n`;
        return line;
      }),
    );
    gutter.scrollTop = source.scrollTop;
  };
  source.addEventListener("input", number);
  source.addEventListener("scroll", () => (gutter.scrollTop = source.scrollTop));
  document.addEventListener("htmx:after:swap", number);
  document.addEventListener("click", (event) => {
    const line = event.target.closest("[data-go]")?.closest("[data-line]").dataset.line;
    if (!line) return;
    const lines = source.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    source.focus();
    source.setSelectionRange(start, start + lines[line - 1].length);
    source.scrollTop = (line - 5) * parseFloat(getComputedStyle(source).lineHeight);
  });
  // Two spaces for Tab, as YAML wants; Escape and then Tab leaves the field.
  let leaving = false;
  source.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leaving = true;
    else if (event.key === "Tab" && !event.shiftKey && !leaving) {
      event.preventDefault();
      source.setRangeText("  ", source.selectionStart, source.selectionEnd, "end");
      source.dispatchEvent(new Event("input", { bubbles: true }));
    } else leaving = false;
  });
  number();
}

// What unfolds below the outline comes into view.
document.querySelector(".st-add")?.addEventListener("toggle", (event) => event.target.scrollIntoView({ block: "nearest" }));

// A text to be copied is selected at once.
for (const field of document.querySelectorAll("[data-copy]")) field.addEventListener("focus", () => field.select());
