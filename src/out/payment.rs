//! A payment as people read it: the story first, raw exchanges last.

use super::splits::moves;
use super::table::{Fields, Table};
use crate::admin::reply::receipt::ReceiptView;
use crate::admin::reply::{EventView, ExchangeView, MovementView, PaymentView};

/// So much of a request or an answer is shown to people; `--json` has it whole.
const SHOWN_CHARS: usize = 160;

pub(super) fn text(view: &PaymentView) -> String {
    let mut parts = vec![head(view)];
    let mut add = |title: &str, table: Table| parts.push(format!("{title}\n{table}"));
    if let Some(receipt) = &view.receipt {
        add("receipt", lines(receipt));
    }
    if !view.parts.is_empty() {
        add("parts of other shops", moves(&view.parts));
    }
    add("attempts", attempts(view));
    add("refunds", refunds(view));
    add("notices to the shop", notices(view));
    add("where the money went", ledger_table(&view.ledger));
    add("history", history_table(&view.history));
    add("exchanges", exchange_table(&view.exchanges));
    parts.join("\n")
}

fn head(view: &PaymentView) -> String {
    let currency = &view.line.currency;
    let mut fields = Fields::new();
    fields.add("payment", &view.line.payment);
    fields.add("shop", &view.line.shop);
    fields.add("order", &view.line.order);
    if view.line.test {
        fields.add("kind", "test: a rehearsal, no money moves");
    }
    fields.add("state", &view.line.state);
    let sums = [
        ("sum", &view.line.amount),
        ("received", &view.line.captured),
        ("refunded", &view.line.refunded),
        ("fee", &view.fee),
        ("fee given back", &view.fee_returned),
        ("not settled yet", &view.unsettled),
        ("payer's credit", &view.credit),
        ("unclaimed", &view.unclaimed),
    ];
    for (name, sum) in sums {
        fields.add(name, format!("{sum} {currency}"));
    }
    if let Some(price) = &view.price {
        let text = format!("{} {} at {} since {}", price.sum, price.currency, price.rate, price.rate_from);
        fields.add("price", text);
    }
    fields.add_some("part of", view.part_of.as_ref());
    fields.add("description", &view.description);
    fields.add_some("e-mail", view.email.as_ref());
    for (name, value) in &view.custom {
        fields.add("field", format!("{name}={value}"));
    }
    if let Some(stored) = &view.stored {
        let order = stored.parent_order.as_ref().map(|order| format!(", order {order}")).unwrap_or_default();
        let method = format!("{} ({}, {})", stored.mask, stored.stored_method, stored.state);
        match stored.role.as_str() {
            "kept" => fields.add("method kept", method),
            _ => fields.add("charged by", format!("{method}, kept under {}{order}", stored.parent)),
        }
    }
    fields.add("opened", &view.line.opened_at);
    fields.add("ends", &view.ends_at);
    fields.add_some("paid", view.paid_at.as_ref());
    fields.add("page", &view.pay_url);
    fields.to_string()
}

fn lines(receipt: &ReceiptView) -> Table {
    let mut table = Table::new(&["name", ">quantity", ">sum", "tax", "paid as", "sold as"]);
    for item in &receipt.items {
        let [mode, subject] = [&item.payment_mode, &item.subject].map(|word| word.as_deref().unwrap_or(""));
        table.row([&item.name, &item.quantity, &item.sum, &item.tax, mode, subject]);
    }
    table
}

fn attempts(view: &PaymentView) -> Table {
    let mut table = Table::new(&[
        "started",
        "method",
        "provider",
        "state",
        "reason",
        ">sum",
        ">received",
        ">cost",
        "attempt",
    ]);
    for attempt in &view.attempts {
        table.row([
            &attempt.started_at,
            &attempt.method,
            &attempt.provider,
            &attempt.state,
            attempt.reason.as_deref().unwrap_or(""),
            &attempt.amount,
            attempt.received.as_deref().unwrap_or(""),
            attempt.cost.as_deref().unwrap_or(""),
            &attempt.attempt,
        ]);
    }
    table
}

fn refunds(view: &PaymentView) -> Table {
    let mut table =
        Table::new(&["asked", "by", "state", "reason", ">sum", "currency", "of", ">fee back", "refund"]);
    for refund in &view.refunds {
        table.row([
            &refund.asked_at,
            &refund.asked_by,
            &refund.state,
            refund.reason.as_deref().unwrap_or(""),
            &refund.amount,
            &refund.currency,
            &refund.source,
            &refund.fee_returned,
            &refund.refund,
        ]);
    }
    table
}

fn notices(view: &PaymentView) -> Table {
    let mut table =
        Table::new(&["promised", "kind", "state", ">tries", "accepted", "next", "address", "notice"]);
    for notice in &view.notices {
        table.row([
            &notice.owed_at,
            &notice.kind,
            &notice.state,
            &notice.tries.to_string(),
            notice.accepted_at.as_deref().unwrap_or(""),
            notice.next_at.as_deref().unwrap_or(""),
            &format!("{} {}", notice.method, notice.url),
            &notice.notice,
        ]);
    }
    table
}

pub(super) fn ledger_table(movements: &[MovementView]) -> Table {
    let mut table = Table::new(&[">entry", "written", "cause", "from", "to", ">sum", "currency"]);
    for movement in movements {
        table.row([
            &movement.entry.to_string(),
            &movement.at,
            &movement.cause,
            &movement.from,
            &movement.to,
            &movement.amount,
            &movement.currency,
        ]);
    }
    table
}

pub(super) fn history_table(events: &[EventView]) -> Table {
    let mut table = Table::new(&["at", "by", "what", "details"]);
    for event in events {
        table.row([&event.at, &event.actor, &event.what, &details(event)]);
    }
    table
}

fn details(event: &EventView) -> String {
    event.details.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
}

pub(super) fn exchange_table(exchanges: &[ExchangeView]) -> Table {
    let mut table = Table::new(&["at", "way", "with", "status", ">ms", "request", "answer"]);
    for exchange in exchanges {
        table.row([
            &exchange.at,
            &exchange.direction,
            &exchange.peer,
            &exchange.status.map(|status| status.to_string()).unwrap_or_default(),
            &exchange.took_ms.to_string(),
            &cut(&exchange.request),
            &cut(answer(exchange)),
        ]);
    }
    table
}

fn answer(exchange: &ExchangeView) -> &str {
    exchange.reply.as_deref().or(exchange.error.as_deref()).unwrap_or("")
}

fn cut(text: &str) -> String {
    let mut letters = text.chars();
    let shown: String = letters.by_ref().take(SHOWN_CHARS).collect();
    if letters.next().is_some() { format!("{shown}…") } else { shown }
}
