// Shows new messages of the emulator by themselves. Everything on the page works without this file.
(() => {
  "use strict";
  const main = document.querySelector("main[data-last]");
  const reload = document.querySelector("[data-reload]");
  if (reload) reload.hidden = true;
  let last = Number(main.dataset.last);

  // The page itself is fetched again and its live part put in place; what is open or focused stays so.
  const renew = async () => {
    const answer = await fetch("/emulator", { cache: "no-store" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [here, there] = [document, fresh].map((page) => page.querySelector("[data-live]"));
    if (!here || !there) return;
    for (const open of here.querySelectorAll("details[open]")) {
      const same = there.querySelector(`details[data-number="${open.dataset.number}"]`);
      if (same) same.open = true;
    }
    const focused = document.activeElement;
    const form = focused && focused.closest("[data-live] form");
    const place = form && `form[action="${form.getAttribute("action")}"] [value="${focused.value}"]`;
    here.replaceWith(there);
    const again = place && there.querySelector(place);
    if (again) again.focus();
  };

  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const watch = async () => {
    for (;;) {
      try {
        const answer = await fetch(`/emulator/events?after=${last}&wait=20`, { cache: "no-store" });
        const events = answer.ok ? await answer.json() : [];
        if (events.length > 0) {
          last = events[events.length - 1].number;
          await renew();
        }
        await pause(answer.ok ? 300 : 3000);
      } catch {
        // No connection: the next question may have one.
        await pause(3000);
      }
    }
  };
  watch();
})();
