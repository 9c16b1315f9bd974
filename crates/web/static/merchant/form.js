// A button, or a form with a sum, at the place of the script that named it: every value comes from the script's
// own address and goes on to the payment page as it was written there, whatever its encoding.
(() => {
  "use strict";
  const script = document.currentScript;
  const source = new URL(script.src, location.href);
  // In a frame the values stand in the address of the frame.
  const framed = source.search === "";
  const address = framed ? new URL(location.href) : source;
  const [, base, look] = /^(.*)\/merchant\/paymentform\/form([a-z]+)\.(?:js|if)$/i.exec(address.pathname) ?? [];
  if (look === undefined) return;
  const kind = look.toUpperCase();
  const given = new Map([...address.searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  const english = (given.get("culture") ?? "ru").toLowerCase() !== "ru";
  const words = english
    ? { pay: "Pay", sum: "Sum", order: "Order" }
    : { pay: "Оплатить", sum: "Сумма", order: "Заказ" };
  const open = kind === "FL" || kind === "FLS";
  const large = kind === "L" || kind === "V" || kind === "FL";
  const small = kind === "S" || kind === "SS" || kind === "FLS";
  const shown = given.get(open ? "defaultsum" : "outsum") ?? given.get("outsum") ?? "";

  const make = (tag, styles, properties = {}) => {
    const element = Object.assign(document.createElement(tag), properties);
    Object.assign(element.style, styles);
    return element;
  };
  const font = { font: `${small ? 14 : 16}px/1.4 system-ui, sans-serif`, color: "#16202c" };
  const form = make(
    "form",
    {
      ...font,
      display: "inline-flex",
      flexDirection: kind === "V" || large ? "column" : "row",
      alignItems: large ? "stretch" : "center",
      gap: "8px",
      boxSizing: "border-box",
      maxWidth: "100%",
      ...(large ? { padding: "16px", border: "1px solid #c5ccd6", borderRadius: "12px", background: "#fff" } : {}),
    },
    { method: "post", action: `${address.origin}${base}/Merchant/Index.aspx${address.search}`, target: "_top" },
  );
  form.acceptCharset = "utf-8";
  form.dataset.robokassa = kind;
  const description = given.get("description") ?? given.get("desc") ?? "";
  const old = /^(windows-)?1251$/i.test(given.get("encoding") ?? "");
  // A text in an old encoding cannot be read here; the page that follows can read it.
  if (large && description && !old) form.append(make("span", {}, { textContent: description }));
  const number = given.get("invoiceid") ?? given.get("invid") ?? "";
  if (large && number && number !== "0") form.append(make("small", {}, { textContent: `${words.order} ${number}` }));
  if (open) {
    const field = make(
      "input",
      { ...font, width: "8em", minHeight: "44px", boxSizing: "border-box", padding: "0 8px" },
      { name: "DefaultSum", value: shown, required: true, inputMode: "decimal", pattern: "[0-9]+([.][0-9]{1,2})?" },
    );
    field.setAttribute("aria-label", words.sum);
    form.append(field);
  } else if (shown && kind !== "S" && kind !== "M") {
    form.append(make("strong", {}, { textContent: shown }));
  }
  form.append(
    make(
      "button",
      {
        ...font,
        color: "#fff",
        background: "#0b57d0",
        border: "0",
        borderRadius: "8px",
        minHeight: small ? "36px" : "44px",
        padding: small ? "0 12px" : "0 20px",
        cursor: "pointer",
      },
      { type: "submit", textContent: words.pay },
    ),
  );
  if (framed) document.body.append(form);
  else script.after(form);
})();
