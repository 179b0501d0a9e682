// What makes pages quicker. Every behaviour is progressive: without this file all pages work the same, only with more clicks.
(() => {
  "use strict";
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const chinese = document.documentElement.lang.startsWith("zh");
  const token = () => (document.querySelector("input[name=csrf_token]") || {}).value || "";

  // A refused form: the summary is read first.
  const focusSummary = (box) => box.focus();

  // A second click sends nothing twice; the button shows that it runs and keeps its words.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => all("[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    all("[aria-busy]", form).forEach((button) => button.removeAttribute("aria-busy"));
  }));

  // Amounts: the exact figure and 大写 below the field, said by the server.
  document.addEventListener("change", async (event) => {
    const input = event.target;
    if (!input.matches("[data-amount]")) return;
    const echo = document.getElementById(`echo-${input.name}`);
    const answer = await fetch(`/amounts/echo?text=${encodeURIComponent(input.value)}`).catch(() => null);
    if (echo && answer && answer.ok) echo.textContent = await answer.text();
  });

  // Drafts: kept 2 s after typing and on leaving a field, never in the browser.
  const timers = new WeakMap();
  const keep = async (form) => {
    const body = new FormData(form);
    all("input[type=password], input[type=file]", form).forEach((input) => body.delete(input.name));
    body.set("_draft", "1");
    const answer = await fetch(form.dataset.draft, { method: "POST", body, headers: { "X-CSRFToken": token(), "X-Draft": "1" } }).catch(() => null);
    const place = form.querySelector("[data-saved]");
    if (!place || !answer) return;
    if (answer.status === 409) place.textContent = chinese ? "另一窗口已保存此表单；点击“保存草稿”查看差异" : "Another window saved this form; press “Save the draft” to compare";
    if (!answer.ok || answer.redirected) return;
    place.textContent = await answer.text();
    form.elements._draft_version.value = answer.headers.get("X-Draft-Version");
  };
  const plan = (event, wait) => {
    const form = event.target.form;
    if (!form || !form.dataset.draft || form.dataset.sent) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(keep, wait, form));
  };
  document.addEventListener("input", (event) => plan(event, 2000));
  document.addEventListener("change", (event) => plan(event, 50));

  // Files dropped on a zone go into its ordinary control.
  for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, (event) => {
    const zone = event.target.closest && event.target.closest("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("over", kind === "dragover");
    if (kind === "drop") {
      const input = zone.querySelector("input");
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });

  // Countdowns run on the server's clock; they are spoken at 5 min, 1 min and the end only.
  const pad = (number) => String(number).padStart(2, "0");
  const count = (place) => {
    const offset = Date.parse(place.dataset.now) - Date.now();
    const said = place.parentElement.querySelector("[data-until-say]");
    const tick = () => {
      const left = Math.max(0, Math.ceil((Date.parse(place.dataset.until) - Date.now() - offset) / 1000));
      const days = Math.floor(left / 86400);
      const hours = `${pad(Math.floor(left / 3600) % 24)}:${pad(Math.floor(left / 60) % 60)}:${pad(left % 60)}`;
      place.textContent = (days ? `${days} ${chinese ? "天" : "d"} ` : "") + hours;
      if (said && [300, 60, 0].includes(left)) said.textContent = left ? `${left / 60} ${chinese ? "分钟" : "min"}` : place.dataset.closed || "";
      if (left && place.isConnected) setTimeout(tick, 1000 - ((Date.now() + offset) % 1000));
    };
    tick();
  };

  // Two panes: the divider moves by pointer and by keyboard.
  const divide = (split) => {
    const bar = split.querySelector(".divider");
    if (!bar) return;
    let share = 50;
    const set = (value) => {
      share = Math.min(75, Math.max(25, value));
      split.style.setProperty("--left", `${share}fr`);
      split.style.setProperty("--right", `${100 - share}fr`);
      bar.setAttribute("aria-valuenow", Math.round(share));
    };
    split.dataset.ready = "1";
    bar.tabIndex = 0;
    bar.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -5, ArrowRight: 5 }[event.key];
      if (step) { event.preventDefault(); set(share + step); }
    });
    bar.addEventListener("pointerdown", (event) => bar.setPointerCapture(event.pointerId));
    bar.addEventListener("pointermove", (event) => {
      if (!bar.hasPointerCapture(event.pointerId)) return;
      const box = split.getBoundingClientRect();
      set(((event.clientX - box.left) / box.width) * 100);
    });
    set(50);
  };

  // The session's end is told two minutes before, with a way to stay.
  const session = document.querySelector("[data-session-seconds]");
  if (session) {
    const wait = () => setTimeout(() => { session.hidden = false; }, Math.max(0, session.dataset.sessionSeconds - 120) * 1000);
    session.querySelector("button").addEventListener("click", async () => {
      const answer = await fetch(location.href, { method: "HEAD" }).catch(() => null);
      if (answer && answer.ok) { session.hidden = true; wait(); }
    });
    wait();
  }

  // Ctrl-K and / go to the search box.
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches && event.target.matches("input, textarea, select, [contenteditable]");
    const wanted = (event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing);
    const box = document.querySelector("[data-shortcut=search]");
    if (wanted && box) { event.preventDefault(); box.focus(); box.select(); }
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest && event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog).showModal();
    if (event.target.closest && event.target.closest("[data-print]")) window.print();
  });
  window.addEventListener("beforeprint", () => all("details").forEach((box) => { box.open = true; }));

  // Each part is woken once, on arrival with the page or with a swap.
  const parts = { "[data-focus]": focusSummary, "[data-until]": count, ".split": divide };
  const wake = () => Object.entries(parts).forEach(([selector, begin]) => all(`${selector}:not([data-awake])`).forEach((part) => {
    part.dataset.awake = "1";
    begin(part);
  }));
  wake();
  document.addEventListener("htmx:after:swap", wake);
})();
