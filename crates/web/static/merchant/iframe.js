// The payment page inside a shop's own page: in a window over it, or at a place in it.
(() => {
  "use strict";
  const source = new URL(document.currentScript.src, location.href);
  const base = source.origin + source.pathname.replace(/\/merchant\/.*$/i, "");
  const names = new Map(
    Object.entries({ mrchlogin: "MerchantLogin", merchantlogin: "MerchantLogin", invoiceid: "InvId", invid: "InvId" }),
  );
  let count = 0;

  // Values as the payment start takes them: lists become repeated parameters, objects JSON.
  const fieldsOf = (options) => {
    const fields = [];
    for (const [name, value] of Object.entries(options)) {
      if (value === undefined || value === null || typeof value === "function") continue;
      const plain = name.toLowerCase();
      if (plain === "settings") continue;
      const official = names.get(plain) ?? name;
      if (Array.isArray(value)) for (const one of value) fields.push([official, String(one)]);
      else fields.push([official, typeof value === "object" ? JSON.stringify(value) : String(value)]);
    }
    return fields;
  };

  const settingsOf = (options) => {
    const [, given] = Object.entries(options).find(([name]) => name.toLowerCase() === "settings") ?? [];
    let settings = given ?? {};
    try {
      if (typeof given === "string") settings = JSON.parse(given);
    } catch {
      settings = {};
    }
    const of = (name) => Object.entries(settings).find(([known]) => known.toLowerCase() === name)?.[1];
    const methods = of("paymentmethods");
    return { methods: Array.isArray(methods) ? methods.map(String) : [], mode: String(of("mode") ?? "modal") };
  };

  // What the page in the frame cannot do itself: lead the whole window on.
  const listen = (frame) =>
    addEventListener("message", (event) => {
      const said = event.data;
      if (event.source !== frame.contentWindow || event.origin !== source.origin || !said) return;
      if (said.openkassa !== "leave" || typeof said.address !== "string") return;
      if (/^https?:\/\//i.test(said.address)) location.assign(said.address);
    });

  const fill = (place, fields) => {
    count += 1;
    const frame = Object.assign(document.createElement("iframe"), { name: `robokassa${count}`, title: "Robokassa" });
    Object.assign(frame.style, { border: "0", width: "100%", height: "100%", minHeight: "560px", background: "#fff" });
    frame.allow = "payment; clipboard-write";
    place.append(frame);
    listen(frame);
    const form = Object.assign(document.createElement("form"), {
      method: "post",
      action: `${base}/Merchant/Index.aspx`,
      target: frame.name,
      hidden: true,
    });
    for (const [name, value] of fields) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    document.body.append(form);
    form.submit();
    form.remove();
    return frame;
  };

  const StartPayment = (options = {}) => {
    const dialog = document.createElement("dialog");
    dialog.className = "robokassa";
    Object.assign(dialog.style, {
      padding: "0",
      border: "0",
      borderRadius: "12px",
      width: "min(560px, 100vw)",
      height: "min(760px, 100vh)",
      maxWidth: "100vw",
      maxHeight: "100vh",
      overflow: "hidden",
    });
    const close = Object.assign(document.createElement("button"), { type: "button", textContent: "×", ariaLabel: "Close" });
    Object.assign(close.style, {
      position: "absolute",
      insetBlockStart: "0",
      insetInlineEnd: "0",
      width: "44px",
      height: "44px",
      border: "0",
      background: "transparent",
      font: "24px/1 system-ui, sans-serif",
      cursor: "pointer",
    });
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    dialog.append(close);
    document.body.append(dialog);
    fill(dialog, fieldsOf(options));
    dialog.showModal();
    return dialog;
  };

  const titles = { bankcard: "Банковская карта", sbp: "СБП", sberpay: "SberPay" };
  const Render = (options = {}, containerId) => {
    const { methods, mode } = settingsOf(options);
    let place = containerId ? document.getElementById(containerId) : null;
    if (!place) document.body.append((place = document.createElement("div")));
    place.replaceChildren();
    const fields = fieldsOf(options);
    if (mode.toLowerCase() === "widget") {
      fill(place, [...fields, ...methods.map((method) => ["PaymentMethods", method])]);
      return place;
    }
    for (const method of methods.length > 0 ? methods : [""]) {
      const text = method ? (titles[method.toLowerCase()] ?? method) : "Оплатить";
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
      Object.assign(button.style, { minHeight: "44px", padding: "0 20px", marginInlineEnd: "8px" });
      button.addEventListener("click", () => StartPayment(method ? { ...options, IncCurrLabel: method } : options));
      place.append(button);
    }
    return place;
  };

  window.Robokassa = Object.assign(window.Robokassa ?? {}, { StartPayment, Render });
})();
