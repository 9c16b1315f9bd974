// What makes the payment page more comfortable. Everything on it works without this file.
(() => {
  "use strict";
  const all = (what) => [...document.querySelectorAll(what)];
  const one = (what) => document.querySelector(what);
  const main = one("main");

  // In a frame on a shop's page only that page can lead the whole window on, without somebody's pressing anything.
  const framed = window.parent !== window;
  const leave = (address) => {
    if (!framed) return location.assign(address);
    window.parent.postMessage({ openkassa: "leave", address: new URL(address, location.href).href }, "*");
  };
  if (framed) for (const link of all('a[data-go], a[href$="/back"]')) link.target = "_top";

  // The page notices by itself that the payment's state has changed, and only then loads itself again.
  const watch = main && main.dataset.watch;
  if (watch) {
    let asked = 0;
    let timer = 0;
    const ask = async () => {
      clearTimeout(timer);
      if (document.hidden) return;
      asked += 1;
      try {
        const answer = await fetch(watch, { headers: { accept: "application/json" }, cache: "no-store" });
        if (answer.ok && (await answer.json()).state !== main.dataset.state) return location.reload();
      } catch { /* No connection: the next question may have one. */ }
      timer = setTimeout(ask, asked < 30 ? 2000 : asked < 90 ? 5000 : 15000);
    };
    document.addEventListener("visibilitychange", ask);
    timer = setTimeout(ask, 1000);
  }

  // To the provider's page, once: whoever comes back from there must not be sent away again.
  const go = one("a[data-go]");
  if (go) {
    const key = "went:" + go.href;
    let went = true;
    try {
      went = sessionStorage.getItem(key) !== null;
      sessionStorage.setItem(key, "1");
    } catch { /* Without storage the button is the only way, which is safe. */ }
    if (!went) leave(go.href);
  }
  // The same for the form that carries the shop's fields; after "back" the button is there.
  const post = one("form[data-submit]");
  const arrival = performance.getEntriesByType("navigation")[0];
  if (post && !(arrival && arrival.type === "back_forward")) post.requestSubmit();

  // Back to the shop after five seconds, unless stopped.
  const back = one("[data-return]");
  if (back) {
    back.hidden = false;
    const timer = setTimeout(() => leave(back.dataset.return), 5000);
    const stop = () => {
      clearTimeout(timer);
      back.hidden = true;
    };
    one("[data-stop]").addEventListener("click", () => {
      stop();
      const link = one("main .primary");
      if (link) link.focus();
    });
    // A page taken from the browser's memory starts no new count.
    addEventListener("pageshow", (event) => event.persisted && stop());
  }

  for (const button of all("[data-copy]")) {
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(field.value);
      } catch {
        field.select();
        if (!document.execCommand("copy")) return;
      }
      const text = button.textContent;
      button.style.minInlineSize = button.offsetWidth + "px";
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = text; }, 2000);
    });
  }

  // A button that was pressed keeps its width and says what happens; a second press does nothing.
  for (const form of all("form")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) return event.preventDefault();
      // A form may have a field called "method", which hides the property of that name.
      if (form.getAttribute("method") !== "post") return;
      form.dataset.sent = "1";
      const button = form.querySelector("[data-busy]");
      if (!button) return;
      button.style.minInlineSize = button.offsetWidth + "px";
      button.setAttribute("aria-busy", "true");
      button.dataset.text = button.textContent;
      button.textContent = button.dataset.busy;
    });
  }
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of all("form[data-sent]")) {
      delete form.dataset.sent;
      const button = form.querySelector("[data-text]");
      if (!button) continue;
      button.textContent = button.dataset.text;
      button.removeAttribute("aria-busy");
    }
  });

  // The last quarter of a deadline is counted down, in the words that the browser has for the page's language.
  for (const place of all("[data-left]")) {
    const whole = Number(place.dataset.left);
    const started = performance.now();
    const words = (n, unit) => new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long" }).format(n);
    const spoken = document.createElement("span");
    spoken.setAttribute("role", "status");
    spoken.className = "spoken";
    place.after(spoken);
    const tick = () => {
      const left = Math.ceil(whole - (performance.now() - started) / 1000);
      place.hidden = left > Number(place.dataset.last) || left <= 0;
      const minutes = Math.ceil(left / 60);
      place.textContent = left > 60 ? words(minutes, "minute") : words(left, "second");
      if (left === 300 || left === 60) spoken.textContent = words(minutes, "minute");
      if (left > 0) setTimeout(tick, 1000);
    };
    place.setAttribute("aria-hidden", "true");
    tick();
  }

  const errors = one("[data-focus]");
  if (errors) errors.focus();

  // Search as you type; the list on the page is the whole list unless something was searched for.
  const query = one(".search input[type=search]");
  if (query && query.value === "") {
    query.addEventListener("input", () => {
      const text = query.value.trim().toLowerCase();
      for (const row of all(".rows > li")) row.hidden = !row.textContent.toLowerCase().includes(text);
      for (const card of all(".card.rows, .groups, .groups > .rows")) card.hidden = !card.querySelector("li:not([hidden])");
      for (const group of all(".groups > details")) {
        group.hidden = !group.querySelector("li:not([hidden])");
        group.name = text ? "" : "groups";
        group.open = text !== "" && !group.hidden;
      }
    });
  }
})();
