// Keeps the parts marked data-live as they would be after a reload. Everything works without this file, by reloading.
"use strict";

const EVERY_MS = 1500;

function atEnd(box) {
  return box.scrollHeight - box.scrollTop - box.clientHeight < 40;
}

function toEnd(box) {
  box.scrollTop = box.scrollHeight;
}

// Replaces only what changed, so that a screen reader reads out the new text and not the whole conversation.
function patch(old, fresh) {
  const wanted = [...fresh.children];
  wanted.forEach((next, index) => {
    const present = old.children[index];
    if (!present) old.append(next);
    else if (present.isEqualNode(next)) return;
    else if (present.matches("ol, ul") && next.matches("ol, ul")) patch(present, next);
    else present.replaceWith(next);
  });
  while (old.children.length > wanted.length) old.lastElementChild.remove();
}

async function refresh() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    if (!next || next.isEqualNode(part)) continue;
    const box = part.hasAttribute("data-follow") ? part.parentElement : null;
    const follow = box && atEnd(box);
    const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    patch(part, next);
    if (focused) part.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    if (follow) toEnd(box);
  }
}

async function keepFresh() {
  if (!document.hidden) await refresh().catch(() => {}); // the simulator may be restarting
  setTimeout(keepFresh, EVERY_MS);
}

document.querySelectorAll("[data-follow]").forEach((part) => toEnd(part.parentElement));
setTimeout(keepFresh, EVERY_MS);
