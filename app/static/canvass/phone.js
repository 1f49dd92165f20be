// The interviewer's keyboard and heartbeat. Everything also works with the mouse, and without this file.
"use strict";

const root = document.querySelector(".ph");
const SWITCH = "canvass-single-keys";
const CODE_WAIT = 900; // ms in which a second digit belongs to the first
const BEAT = 15_000;

// --- keys ---------------------------------------------------------------------------------------

const typing = (element) => element.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
const singleKeys = () => localStorage.getItem(SWITCH) !== "off";
let typed = "";
let waiting;

// Codes belong to the question that has the focus, else to the first one on the page that takes codes.
function scope() {
  const own = document.activeElement.closest(".ph-line, [data-outcomes]");
  return own ?? document.querySelector(".ph-line:has([data-code]), [data-outcomes]") ?? document;
}

function choose(code) {
  const option = scope().querySelector(`[data-code="${CSS.escape(code)}"]`);
  if (!option) return false;
  if (option.type === "radio") option.checked = true;
  else {
    option.checked = !option.checked;
    exclude(option);
  }
  option.focus();
  option.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

// Don't know and refused stand alone.
function exclude(option) {
  if (!option.checked) return;
  const line = option.closest(".ph-line");
  if (!line || option.name === "override") return;
  for (const other of line.querySelectorAll("input[type=checkbox][data-code]")) {
    if (other !== option && ("special" in option.dataset || "special" in other.dataset) && other.name !== "override") other.checked = false;
  }
}

function digit(key) {
  clearTimeout(waiting);
  typed += key;
  const codes = [...scope().querySelectorAll("[data-code]")].map((option) => option.dataset.code);
  const longer = codes.some((code) => code !== typed && code.startsWith(typed));
  if (!codes.includes(typed) && !longer) typed = key; // a new code begins
  if (codes.includes(typed)) {
    if (longer) waiting = setTimeout(() => { choose(typed); typed = ""; }, CODE_WAIT);
    else { choose(typed); typed = ""; }
  }
}

function settleDigits() {
  clearTimeout(waiting);
  if (typed) choose(typed);
  typed = "";
}

function open(selector, focus) {
  const details = document.querySelector(selector);
  if (!details) return;
  details.open = !details.open;
  (details.open ? details.querySelector(focus) ?? details.querySelector("summary") : details.querySelector("summary"))?.focus();
}

const press = (key) => document.querySelector(`[data-key="${key}"]`)?.click();

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && document.activeElement.closest("[data-question], [data-outcomes]")) {
    event.preventDefault();
    press("Enter");
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const here = document.activeElement;
  if (event.key === "Escape" && typing(here)) { here.blur(); return; }
  if (event.key === "PageUp" && document.querySelector('[data-key="b"]')) { event.preventDefault(); press("b"); return; }
  if (typing(here) || here.closest(".cv-bar, [data-keys-switch]")) return;
  if (event.key === "Enter") {
    if (here.matches("a, button, summary")) return;
    event.preventDefault();
    settleDigits();
    press("Enter");
    return;
  }
  if (!singleKeys() || event.key.length !== 1) return;
  const key = event.key.toLowerCase();
  const actions = {
    b: () => press("b"),
    e: () => press("e"),
    n: () => open("[data-note]", "textarea"),
    j: () => open("[data-jump]", "a"),
    "?": () => open("[data-help]", "summary"),
  };
  if (/^[0-9]$/.test(key)) digit(key);
  else if (!choose(key)) {
    if (!actions[key]) return;
    actions[key]();
  }
  event.preventDefault();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-code]")) exclude(event.target);
  if (event.target.matches("[data-keys-switch]")) localStorage.setItem(SWITCH, event.target.checked ? "on" : "off");
});

// Who types an answer after all takes don't know back.
document.addEventListener("input", (event) => {
  const line = typing(event.target) && event.target.value && !event.target.name.startsWith("override_note") && event.target.closest(".ph-line");
  if (line) for (const box of line.querySelectorAll("[data-special]")) box.checked = false;
});

for (const box of document.querySelectorAll("[data-keys-switch]")) {
  box.checked = singleKeys();
  box.closest("label").hidden = false;
}

// Only what the chosen outcome asks for is shown.
const outcomes = document.querySelector("[data-outcomes]");

function showAsked() {
  const asked = outcomes.querySelector("[data-asks]:checked")?.dataset.asks;
  for (const part of outcomes.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== asked;
}

outcomes?.addEventListener("change", showAsked);
if (outcomes) showAsked();

// --- the lease ----------------------------------------------------------------------------------

const shownTexts = document.querySelectorAll(".ph-texts time").length;

function warn(what) {
  const banner = document.querySelector("[data-lease]");
  banner.hidden = !what;
  for (const line of banner.querySelectorAll("[data-lost]")) line.hidden = line.dataset.lost !== what;
}

async function beat() {
  const body = new URLSearchParams({ t: root.dataset.token });
  try {
    const answer = await fetch(root.dataset.heartbeat, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": root.dataset.csrf, Accept: "application/json" },
    });
    const held = await answer.json();
    warn(!held.case ? "case" : !held.interview ? "interview" : "");
    if (!held.case) clearInterval(beating);
    if (held.texts > shownTexts && !document.querySelector("[data-question] :is(textarea, input:not([type=hidden]):not([type=radio]):not([type=checkbox])):focus")) showTexts();
  } catch {
    warn("network");
  }
}

// A text message came in: bring the part of the page that shows them, and leave what is being typed alone.
async function showTexts() {
  const answer = await fetch(location.href);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".ph-texts");
  const old = document.querySelector(".ph-texts");
  if (fresh && old) old.replaceWith(fresh);
  else if (fresh) document.querySelector(".ph-beside").prepend(fresh);
}

const beating = root?.dataset.heartbeat ? setInterval(beat, BEAT) : undefined;

// --- clocks -------------------------------------------------------------------------------------

const language = document.documentElement.lang;
const skew = (() => {
  const shown = document.querySelector("time[data-clock]");
  return shown ? new Date(shown.dateTime) - Date.now() : 0; // the server's clock rules
})();

setInterval(() => {
  for (const clock of document.querySelectorAll("time[data-clock]")) {
    const at = new Date(Date.now() + skew);
    clock.textContent = at.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: clock.dataset.clock });
  }
}, 5000);

// An appointment is typed in the person's time; say what that is here.
function offset(at, zone) {
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" }).formatToParts(at).map((part) => [part.type, part.value]));
  return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute) - at.setSeconds(0, 0);
}

const wall = document.querySelector("#wall");
wall?.addEventListener("input", () => {
  const text = document.querySelector("[data-here-text]");
  const given = new Date(`${wall.value}Z`);
  if (Number.isNaN(given.valueOf())) { text.textContent = ""; return; }
  const there = document.querySelector("#zone").value;
  const at = new Date(given - offset(new Date(given), there));
  const here = at.toLocaleString(language, { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: wall.dataset.here });
  text.textContent = `${text.dataset.hereText} ${here}.`;
});
