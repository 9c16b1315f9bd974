//! Payments and messages of the emulator as JSON.

use crate::state::Kassa;
use engine::emulation::log::Event;
use engine::emulation::payments::Listed;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use wire::http::Headers;

/// A payment with what its shop was told.
pub(super) fn payment(engine: &Kassa, listed: &Listed) -> Value {
    let (payment, notice) = (&listed.payment, &listed.notice);
    let mut view = json!({
        "id": engine.print(payment.id),
        "login": listed.login,
        "inv_id": payment.terms.number,
        "out_sum": payment.amount.to_string(),
        "state": payment.state.word(),
        "test": is_test(listed),
        "expires_at": moment(payment.ends_at),
        "notice": {
            "state": notice.state.code(),
            "tries": notice.tries,
            "next_at": notice.next_at.map(moment),
            "last_answer": notice.last_answer.as_ref().map(|(status, body)| json!({ "status": status, "body": body })),
        },
    });
    if let (Some(payment_no), Some(members)) = (payment.payment_no(), view.as_object_mut()) {
        members.insert("checkout".to_owned(), listed.login.clone().into());
        members.insert("pm_no".to_owned(), payment_no.into());
        members.insert("currency".to_owned(), payment.currency().code().into());
    }
    view
}

/// Whether it is a rehearsal.
pub(super) fn is_test(listed: &Listed) -> bool {
    match listed.payment.id.book.kind() {
        domain::ids::BookKind::Test => true,
        domain::ids::BookKind::Live => false,
    }
}

/// A message as it was sent.
pub(super) fn event(engine: &Kassa, event: &Event) -> Value {
    json!({
        "number": event.number,
        "time": event.at.to_string(),
        "direction": event.way.code(),
        "kind": event.kind.code(),
        "method": event.method,
        "url": event.url,
        "status": event.status,
        "headers": headers(&event.headers),
        "body": String::from_utf8_lossy(&event.body),
        "error": event.error,
        "answers": event.answers,
        "payment": event.payment.map(|payment| engine.print(payment)),
    })
}

/// Header lines by name in small letters; what occurs more than once is joined by commas.
fn headers(headers: &Headers) -> Value {
    let mut lines: Map<String, Value> = Map::new();
    for (name, value) in headers.iter() {
        let name = name.to_ascii_lowercase();
        let joined = match lines.get(&name).and_then(Value::as_str) {
            Some(before) => format!("{before}, {value}"),
            None => value.to_owned(),
        };
        lines.insert(name, joined.into());
    }
    Value::Object(lines)
}

/// A moment in whole seconds, as ISO 8601 writes it.
fn moment(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_occurs_twice_loses_nothing() {
        let mut lines = Headers::new();
        for (name, value) in [("Accept", "text/html"), ("X-One", "1"), ("x-one", "2")] {
            lines.push(name, value);
        }
        assert_eq!(headers(&lines), json!({ "accept": "text/html", "x-one": "1, 2" }));
    }
}
