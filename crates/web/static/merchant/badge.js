// A code for payment by bank app on a shop's own page, and small elements that say how an order can be paid.
(() => {
  "use strict";
  const source = new URL(document.currentScript.src, location.href);
  const base = source.origin + source.pathname.replace(/\/merchant\/.*$/i, "");
  const names = {
    merchantlogin: "MerchantLogin",
    outsum: "OutSum",
    invid: "InvId",
    email: "Email",
    receipt: "Receipt",
    signature: "SignatureValue",
    description: "Description",
    istest: "IsTest",
  };
  const fieldsOf = (options) => {
    const fields = new URLSearchParams();
    for (const [name, value] of Object.entries(options)) {
      const official = names[name.toLowerCase()] ?? (/^shp/i.test(name) ? name : null);
      if (official === null || value === undefined || value === null) continue;
      fields.append(official, typeof value === "object" ? JSON.stringify(value) : String(value));
    }
    return fields;
  };

  const draw = (options, svg) => {
    const place = options.qrContainerId ? document.getElementById(options.qrContainerId) : null;
    if (!place) return;
    // An image runs nothing, whatever stands in it; alone it must name what it is.
    const alone = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ');
    const picture = Object.assign(new Image(), { alt: "QR", src: `data:image/svg+xml,${encodeURIComponent(alone)}` });
    const size = Number(options.qrContainerSize) || 256;
    Object.assign(picture.style, { width: `${size}px`, height: `${size}px` });
    place.replaceChildren(picture);
  };

  const startOp = async (options = {}) => {
    if (options.paymentMethod !== "SBP") throw new Error("paymentMethod: expected SBP");
    const answer = await fetch(`${base}/Merchant/bundle/sbp`, { method: "POST", body: fieldsOf(options) });
    const said = await answer.json();
    if (said.errorCode !== 0) throw Object.assign(new Error(said.errorMessage), { code: said.errorCode });
    if (said.svg) draw(options, said.svg);
    if (typeof options.onpaymentlink === "function") options.onpaymentlink(said.link);
    return said.link;
  };

  // What an element says is made of its attributes alone, as text.
  class Element extends HTMLElement {
    static observedAttributes = ["outsum", "paymentmethod", "theme", "size", "type", "showlogo", "borderradius"];
    connectedCallback() {
      this.draw();
    }
    attributeChangedCallback() {
      if (this.isConnected) this.draw();
    }
    draw() {
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      const of = (name) => this.getAttribute(name) ?? "";
      const button = document.createElement(of("mode") === "checkout" ? "button" : "span");
      const dark = (of("theme") || of("colorScheme")) === "dark";
      Object.assign(button.style, {
        display: "inline-block",
        font: `${of("size") === "s" ? 12 : 14}px/1.4 system-ui, sans-serif`,
        color: dark ? "#fff" : "#16202c",
        background: dark ? "#16202c" : "#eef2f7",
        border: "0",
        borderRadius: /^\d{1,2}(px)?$/.test(of("borderRadius")) ? `${parseInt(of("borderRadius"), 10)}px` : "8px",
        padding: "6px 12px",
      });
      button.textContent = [of("paymentMethod"), of("outSum")].filter(Boolean).join(" · ");
      if (button.localName === "button") button.addEventListener("click", () => this.checkout());
      root.replaceChildren(button);
    }
    checkout() {
      const address = this.getAttribute("checkoutUrl");
      const event = new CustomEvent("checkout", { bubbles: true, cancelable: true });
      if (typeof this.oncheckout === "function") this.oncheckout(event);
      if (!this.dispatchEvent(event) || !address) return;
      const url = new URL(address, location.href);
      if (/^https?:$/.test(url.protocol)) location.assign(url);
    }
  }
  for (const name of ["robokassa-badge", "robokassa-widget", "robokassa-graph"]) {
    if (!customElements.get(name)) customElements.define(name, class extends Element {});
  }
  window.initRobokassaGraphs = (method) => {
    for (const graph of document.querySelectorAll("robokassa-graph")) {
      if (method) graph.setAttribute("paymentMethod", String(method));
      else graph.draw();
    }
  };
  window.Robokassa = Object.assign(window.Robokassa ?? {}, { pay: { startOp } });
})();
