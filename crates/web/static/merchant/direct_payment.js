// Payment by one named method: the buyer goes straight to the payment page with the method chosen.
(() => {
  "use strict";
  const source = new URL(document.currentScript.src, location.href);
  const base = source.origin + source.pathname.replace(/\/merchant\/.*$/i, "");
  const startOp = (options = {}) => {
    const form = Object.assign(document.createElement("form"), {
      method: "post",
      action: `${base}/Merchant/Index.aspx`,
      hidden: true,
    });
    for (const [name, value] of Object.entries(options)) {
      if (value === undefined || value === null || typeof value === "function") continue;
      const text = typeof value === "object" ? JSON.stringify(value) : String(value);
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value: text }));
    }
    document.body.append(form);
    form.submit();
  };
  window.Robo = Object.assign(window.Robo ?? {}, { directPayment: { startOp } });
})();
