//! Payouts as people read them.

use super::payment::{exchange_table, history_table, ledger_table};
use super::table::{Fields, Table};
use crate::admin::reply::payouts::{PayoutView, PayoutsView};

pub(super) fn list(view: &PayoutsView) -> String {
    let mut table =
        Table::new(&["asked", "number", "state", "reason", ">sum", ">fee", "currency", "to", "payout"]);
    for line in &view.payouts {
        table.row([
            &line.asked_at,
            &line.number,
            &line.state,
            line.reason.as_deref().unwrap_or(""),
            &line.amount,
            &line.fee,
            &line.currency,
            &format!("{} {}", line.kind, line.to),
            &line.payout,
        ]);
    }
    match &view.next {
        Some(next) => format!("{table}\nThere may be more: --after {next}\n"),
        None => table.to_string(),
    }
}

pub(super) fn text(view: &PayoutView) -> String {
    let mut parts = vec![head(view)];
    let mut add = |title: &str, table: Table| parts.push(format!("{title}\n{table}"));
    add("where the money went", ledger_table(&view.ledger));
    add("history", history_table(&view.history));
    add("exchanges", exchange_table(&view.exchanges));
    parts.join("\n")
}

fn head(view: &PayoutView) -> String {
    let line = &view.line;
    let mut fields = Fields::new();
    fields.add("payout", &line.payout);
    fields.add("shop", &line.shop);
    fields.add("number", &line.number);
    if view.repeated {
        fields.add("repeated", "the same was asked for before; nothing is paid twice");
    }
    if line.test {
        fields.add("kind", "test: a rehearsal, no money moves");
    }
    fields.add("state", &line.state);
    fields.add_some("reason", line.reason.as_ref());
    fields.add("arrives", format!("{} {}", line.amount, line.currency));
    fields.add("fee", format!("{} {}", line.fee, line.currency));
    fields.add("leaves", format!("{} {}", line.taken, line.currency));
    fields.add("to", format!("{} {}", line.kind, line.to));
    fields.add_some("bank", view.bank.as_ref());
    fields.add("description", &view.description);
    fields.add("through", &view.provider);
    fields.add_some("provider's number", view.provider_memo.as_ref());
    fields.add("asked", format!("{} by {}", line.asked_at, view.asked_by));
    fields.add("changed", &view.changed_at);
    fields.add_some("next try", view.next_at.as_ref());
    fields.to_string()
}
