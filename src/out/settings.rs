//! Shops, provider accounts and tariffs as people read them.

use super::table::{Fields, Table};
use super::yes;
use crate::admin::reply::{AddressView, ProviderView, ShopView, TariffView};

pub(super) fn shop(view: &ShopView) -> String {
    let mut fields = Fields::new();
    fields.add("shop", &view.shop);
    fields.add("login", &view.login);
    fields.add("seller", &view.seller);
    fields.add("name", &view.name);
    fields.add("site", &view.site);
    fields.add("currency", &view.currency);
    fields.add("active", yes(view.active));
    fields.add("digest", &view.digest);
    fields.add("passwords", format!("version {}; never shown again", view.password_version));
    fields.add("result", address(view.result.as_ref()));
    fields.add("success", address(view.success.as_ref()));
    fields.add("fail", address(view.fail.as_ref()));
    fields.add("methods", view.methods.join(", "));
    fields.add("buyer's share of the fee", &view.buyer_share);
    fields.add("two-step", if view.two_step { "yes: capture or release each payment" } else { "no" });
    fields.add("settlement delay", &view.delay);
    fields.add("a payment lives", &view.lifetime);
    fields.add("late money counts", &view.grace);
    fields.add("domains", view.domains.join(", "));
    fields.add("switches", view.switches.join(", "));
    fields.add("time zone", &view.zone);
    fields.add("refunds by its program", yes(view.refunds));
    match &view.password3 {
        Some(password) => {
            fields.add("password 3", password);
            format!("{fields}\nPassword 3 is shown this once. Put it into the shop's settings now.\n")
        }
        None => fields.to_string(),
    }
}

pub(super) fn address(view: Option<&AddressView>) -> String {
    view.map_or_else(|| "none".to_owned(), |view| format!("{} {}", view.method, view.url))
}

pub(super) fn shops(all: &[ShopView]) -> String {
    let mut table = Table::new(&["login", "name", "active", "currency", "digest", "result", "shop"]);
    for shop in all {
        let result = address(shop.result.as_ref());
        table.row([
            &shop.login,
            &shop.name,
            yes(shop.active),
            &shop.currency,
            &shop.digest,
            &result,
            &shop.shop,
        ]);
    }
    table.to_string()
}

pub(super) fn provider(view: &ProviderView) -> String {
    let mut fields = Fields::new();
    fields.add("provider", &view.provider);
    fields.add("name", &view.name);
    fields.add("connector", &view.connector);
    fields.add("base address", &view.base_url);
    fields.add("active", yes(view.active));
    fields.add("serves", serves(view));
    fields.add("methods", view.methods.join(", "));
    fields.add("callback address", &view.callback_url);
    for (name, value) in &view.settings {
        fields.add("setting", format!("{name}={value}"));
    }
    fields.to_string()
}

fn serves(view: &ProviderView) -> &'static str {
    match (view.live, view.test) {
        (true, true) => "live and test books",
        (true, false) => "live books",
        (false, true) => "test books",
        (false, false) => "nothing",
    }
}

pub(super) fn providers(all: &[ProviderView]) -> String {
    let mut table = Table::new(&["name", "connector", "serves", "active", "base address", "provider"]);
    for view in all {
        table.row([
            &view.name,
            &view.connector,
            serves(view),
            yes(view.active),
            &view.base_url,
            &view.provider,
        ]);
    }
    table.to_string()
}

pub(super) fn tariffs(all: &[TariffView]) -> String {
    let mut table =
        Table::new(&["tariff", "for", "method", "currency", ">from turnover", "fee", "on refund", "active"]);
    for tariff in all {
        let whom = match (&tariff.shop, &tariff.seller) {
            (Some(shop), _) => format!("shop {shop}"),
            (None, Some(seller)) => seller.clone(),
            (None, None) => "everybody".to_owned(),
        };
        for step in &tariff.steps {
            table.row([
                &tariff.tariff,
                &whom,
                tariff.method.as_deref().unwrap_or("all"),
                &tariff.currency,
                &step.from,
                &step.fee,
                &tariff.refund_fee,
                yes(tariff.active),
            ]);
        }
    }
    table.to_string()
}
