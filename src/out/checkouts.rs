//! Checkouts as people read them.

use super::settings::address;
use super::table::{Fields, Table};
use super::yes;
use crate::admin::reply::checkouts::{CheckoutView, FormView};

pub(super) fn checkout(view: &CheckoutView) -> String {
    let mut fields = Fields::new();
    fields.add("checkout", &view.checkout);
    fields.add("shop, protocol of 2008", &view.first_id);
    fields.add("account", &view.account);
    fields.add("user of the API", &view.user);
    fields.add("shop", &view.shop);
    fields.add("seller", &view.seller);
    fields.add("name", &view.name);
    fields.add("site", &view.site);
    fields.add("currencies", view.currencies.join(", "));
    fields.add("active", yes(view.active));
    fields.add("algorithm", &view.algorithm);
    fields.add("keys", format!("version {}; never shown again", view.key_version));
    fields.add("requests must be signed", yes(view.must_sign));
    fields.add("a number is one sale", yes(view.unique_numbers));
    fields.add("a request may replace", list(&view.replaceable));
    fields.add("interaction", address(view.interaction.as_ref()));
    fields.add("success", address(view.success.as_ref()));
    fields.add("pending", address(view.pending.as_ref()));
    fields.add("fail", address(view.fail.as_ref()));
    fields.add("told of ended payments", yes(view.tells_ended));
    fields.add("expected answer", expected(view));
    fields.add("methods", view.methods.join(", "));
    fields.add("buyer's share of the fee", &view.buyer_share);
    fields.add("two-step", if view.two_step { "yes: capture or release each payment" } else { "no" });
    fields.add("settlement delay", &view.delay);
    fields.add("a payment lives", &view.lifetime);
    fields.add("late money counts", &view.grace);
    fields.add("domains", view.domains.join(", "));
    fields.add("time zone", &view.zone);
    fields.add("API", yes(view.api));
    for form in &view.forms {
        fields.add("form", format!("{} {} {}", form.address, form.amount, form.currency));
    }
    let keys = [("sign key", &view.sign_key), ("test key", &view.test_key), ("API key", &view.api_key)];
    for (name, key) in keys {
        fields.add_some(name, key.as_ref());
    }
    if keys.iter().all(|(_, key)| key.is_none()) {
        return fields.to_string();
    }
    format!("{fields}\nKeys are shown this once. Put them into the shop's settings now.\n")
}

fn list(all: &[String]) -> String {
    if all.is_empty() { "nothing".to_owned() } else { all.join(", ") }
}

fn expected(view: &CheckoutView) -> String {
    match view.expected_text.as_str() {
        "" => format!("status {}, any text", view.expected_status),
        text => format!("status {}, the text \"{text}\"", view.expected_status),
    }
}

pub(super) fn checkouts(all: &[CheckoutView]) -> String {
    let mut table = Table::new(&["checkout", "name", "active", "currencies", "algorithm", "interaction"]);
    for view in all {
        let interaction = address(view.interaction.as_ref());
        table.row([
            &view.checkout,
            &view.name,
            yes(view.active),
            &view.currencies.join(", "),
            &view.algorithm,
            &interaction,
        ]);
    }
    table.to_string()
}

pub(super) fn form(view: &FormView) -> String {
    let mut fields = Fields::new();
    fields.add("address", &view.address);
    fields.add("sum", format!("{} {}", view.amount, view.currency));
    fields.add("for", &view.description);
    fields.to_string()
}
