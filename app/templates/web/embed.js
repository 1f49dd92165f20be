(() => {
  "use strict";
  const settings = {{ settings | safe }};
  const tag = document.currentScript;
  if (!settings.open || !tag) return;

  const day = 86400000;
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem(settings.key)) || {}; } catch { /* blocked storage: every visit is the first */ }
  if (kept.shown && Date.now() - kept.shown < settings.reshowDays * day) return;
  const drawn = kept.drawn && Date.now() - kept.drawn < settings.reshowDays * day ? kept.chosen : Math.random() * settings.oneIn < 1;
  const keep = (values) => { try { localStorage.setItem(settings.key, JSON.stringify(values)); } catch { /* as above */ } };
  if (!drawn) { keep({ drawn: kept.drawn || Date.now(), chosen: false }); return; }

  const { customer, expires, signature } = tag.dataset;
  const address = new URL(settings.frame);
  if (customer) {
    address.searchParams.set("customer", customer);
    address.searchParams.set("expires", expires || "");
    address.searchParams.set("signature", signature || "");
  }
  const frame = document.createElement("iframe");
  frame.src = address.href;
  frame.title = settings.title;
  Object.assign(frame.style, { width: "100%", height: "480px", border: "0", display: "block" });
  addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== address.origin) return;
    if (event.data && event.data.canvass === "height") frame.style.height = `${Math.ceil(event.data.height)}px`;
    if (event.data && event.data.canvass === "answered") keep({ shown: Date.now() });
  });
  tag.after(frame);
})();
