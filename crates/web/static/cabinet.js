// What makes the cabinet more comfortable. Everything in it works without this file.
(() => {
  "use strict";
  const all = (what) => [...document.querySelectorAll(what)];
  const one = (what) => document.querySelector(what);

  for (const button of all("[data-copy]")) {
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText("value" in field ? field.value : field.textContent);
      } catch {
        getSelection().selectAllChildren(field);
        if (field.select) field.select();
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
      if (form.getAttribute("method") !== "post") return;
      if (form.dataset.sent) return event.preventDefault();
      form.dataset.sent = "1";
      const button = event.submitter && event.submitter.dataset.busy ? event.submitter : form.querySelector("[data-busy]");
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

  const errors = one("[data-focus]");
  if (errors) errors.focus();

  // A menu closes with Escape and when something else is chosen.
  for (const menu of all("details.menu")) {
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  }

  // The chosen section stays in sight where the side list is a row that scrolls.
  const here = one(".side [aria-current]");
  if (here) here.scrollIntoView({ block: "nearest", inline: "center" });
})();
