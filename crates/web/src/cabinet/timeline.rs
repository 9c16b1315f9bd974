//! What happened to a payment, in sentences: the history and the exchanges, merged in the order of time.

use crate::cabinet::notices::said;
use crate::cabinet::shell::Frame;
use domain::history::Actor;
use domain::methods::Method;
use domain::providers::ProviderAccount;
use money::Money;
use money::currency::Currency;
use store::reads::exchanges::Said;
use store::reads::history::HistoryLine;

/// A sentence of the timeline.
#[derive(Clone, Debug, Default)]
pub struct Happening {
    /// The day, where it differs from that of the sentence before.
    pub day: Option<String>,
    /// The time of the day.
    pub at: String,
    /// The moment for programs.
    pub iso: String,
    /// What happened.
    pub text: String,
    /// Who did it; may be empty.
    pub by: String,
    /// What was said, for an exchange with a provider or shop.
    pub raw: Option<Raw>,
}

/// An exchange as it went over the wire, redacted.
#[derive(Clone, Debug)]
pub struct Raw {
    /// A word that makes the identifiers of its blocks unique.
    pub id: String,
    /// The request.
    pub request: String,
    /// The answer; none came otherwise.
    pub answer: Option<String>,
    /// Why no answer came; may be empty.
    pub error: String,
    /// The request as a curl command; empty for what others sent to us.
    pub curl: String,
}

/// The timeline, the oldest first.
pub(crate) fn timeline(
    frame: &Frame,
    history: &[HistoryLine],
    exchanges: &[Said],
    accounts: &[ProviderAccount],
) -> Vec<Happening> {
    let mut all: Vec<(jiff::Timestamp, Happening)> = Vec::new();
    for line in history {
        let text = sentence(frame, line);
        all.push((line.at, Happening { text, by: by(frame, &line.actor, accounts), ..Happening::default() }));
    }
    for (place, exchange) in exchanges.iter().enumerate() {
        let (text, raw) = (exchange_sentence(frame, exchange), Some(raw(place, exchange)));
        all.push((exchange.at, Happening { text, raw, ..Happening::default() }));
    }
    // The sort is stable, so what was written down at one moment keeps its order.
    all.sort_by_key(|(at, _)| *at);
    let mut last_day = None;
    let zone = &frame.page.zone;
    for (at, happening) in &mut all {
        let local = at.to_zoned_datetime(zone.clone());
        if last_day != Some(local.date()) {
            last_day = Some(local.date());
            happening.day = Some(crate::dates::day(local.date(), frame.words().language()));
        }
        happening.at = local.strftime("%H:%M:%S").to_string();
        happening.iso = at.to_string();
    }
    all.into_iter().map(|(_, happening)| happening).collect()
}

fn by(frame: &Frame, actor: &Actor, accounts: &[ProviderAccount]) -> String {
    let w = frame.words();
    match actor {
        Actor::Buyer => w.pp_by_buyer().to_owned(),
        Actor::Shop => w.pp_by_shop().to_owned(),
        Actor::Clock => w.pp_by_clock().to_owned(),
        Actor::Provider(id) => {
            let account = accounts.iter().find(|account| account.id == *id);
            account.map(|account| account.name.clone()).unwrap_or_default()
        }
        Actor::Operator(name) => name.clone(),
    }
}

fn detail<'a>(line: &'a HistoryLine, name: &str) -> &'a str {
    line.details.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

/// The sum of a line as readers write it.
fn sum(frame: &Frame, line: &HistoryLine) -> String {
    let currency = Currency::from_code(detail(line, "currency"));
    let money = currency.and_then(|currency| Money::parse(detail(line, "sum"), currency).ok());
    money.map_or_else(|| detail(line, "sum").to_owned(), |money| frame.sum(money))
}

/// One sentence for each word of the history.
fn sentence(frame: &Frame, line: &HistoryLine) -> String {
    let w = frame.words();
    let sum = || sum(frame, line);
    let reason = || {
        let code = detail(line, "reason");
        let known = domain::attempts::Reason::from_code(code);
        known.map_or_else(|| code.to_owned(), |reason| lower(w.reason(&reason)))
    };
    match line.what.as_str() {
        "payment_opened" => w.ev_opened(detail(line, "number")),
        "payment_replaced" => w.ev_replaced().to_owned(),
        "attempt_started" => {
            let method = Method::from_code(detail(line, "method"));
            w.ev_attempt(method.map_or("", |method| w.method(&method)))
        }
        "call_saved" => w.ev_call().to_owned(),
        "prompt_shown" => w.ev_prompt().to_owned(),
        "answer_lost" => w.ev_lost().to_owned(),
        "attempt_declined" => w.ev_declined(&reason()),
        "attempt_abandoned" => w.ev_abandoned().to_owned(),
        "funds_held" => w.ev_held(&sum()),
        "funds_received" => w.ev_received(&sum()),
        "method_stored" => w.ev_stored(detail(line, "mask")),
        "method_ended" => w.ev_stored_ended().to_owned(),
        "payment_paid" => w.ev_paid(&sum()),
        "money_set_aside" => w.ev_aside(&sum()),
        "news_contradicts" => w.ev_contradicts(&sum()),
        "capture_asked" => w.ev_capture(&sum()),
        "release_asked" => w.ev_release().to_owned(),
        "hold_released" => w.ev_released().to_owned(),
        "operation_refused" => w.ev_refused(&reason()),
        "payment_closing" => w.ev_closing().to_owned(),
        "payment_cancelled" => w.ev_cancelled().to_owned(),
        "payment_expired" => w.ev_expired().to_owned(),
        "payment_settled" => w.ev_settled(&sum()),
        "refund_asked" => w.ev_refund(&sum()),
        "refund_returned" => w.ev_refunded(&sum()),
        "refund_failed" => w.ev_refund_failed(&reason()),
        "notice_owed" => w.ev_notice().to_owned(),
        "notice_accepted" => w.ev_notice_ok().to_owned(),
        "notice_refused" => w.ev_notice_no(&lower(&said(&w, detail(line, "why")))),
        "notice_given_up" => w.ev_notice_up().to_owned(),
        "notice_again" => w.ev_notice_again().to_owned(),
        "part_sent" => w.ev_part_sent(&sum()),
        "part_arrived" => w.ev_part_arrived(&sum()),
        "part_waits" => w.ev_part_waits().to_owned(),
        "part_returned" => w.ev_part_returned(&sum()),
        "part_received" => w.ev_part_received(&sum()),
        "job_resumed" => w.ev_resumed().to_owned(),
        other => w.ev_other(other),
    }
}

/// A whole sentence as the end of another one.
fn lower(sentence: &str) -> String {
    let sentence = sentence.trim_end_matches('.');
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Whom our own exchanges call a shop.
const SHOP: &str = "shop";

fn exchange_sentence(frame: &Frame, exchange: &Said) -> String {
    let w = frame.words();
    let status = exchange.status.map(|status| status.to_string());
    match (exchange.ours, exchange.peer.as_str(), status) {
        (true, SHOP, Some(status)) => w.pp_told_shop(&status),
        (true, SHOP, None) => w.pp_told_shop_lost().to_owned(),
        (true, name, Some(status)) => w.pp_asked_provider(name, &status),
        (true, name, None) => w.pp_asked_provider_lost(name),
        (false, name, _) => w.pp_heard_provider(name),
    }
}

fn raw(place: usize, exchange: &Said) -> Raw {
    Raw {
        id: format!("x{place}"),
        request: exchange.request.clone(),
        answer: exchange.reply.clone(),
        error: exchange.error.clone().unwrap_or_default(),
        curl: if exchange.ours { curl(&exchange.request) } else { String::new() },
    }
}

/// A request as a curl command. Its secrets are masked already, so whoever runs it puts his own in.
pub(crate) fn curl(request: &str) -> String {
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    let mut lines = head.lines();
    let (method, url) = lines.next().and_then(|line| line.split_once(' ')).unwrap_or(("GET", ""));
    let mut command = format!("curl -X {method} {}", quoted(url));
    for header in lines.filter(|line| !line.is_empty()) {
        command.push_str(" \\\n  -H ");
        command.push_str(&quoted(header));
    }
    if !body.is_empty() {
        command.push_str(" \\\n  --data-raw ");
        command.push_str(&quoted(body));
    }
    command
}

/// A text as one word for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_becomes_a_command_that_no_quote_breaks() {
        let request = "POST http://127.0.0.1:1/result\ncontent-type: text/plain\n\nit's 1";
        let expected = "curl -X POST 'http://127.0.0.1:1/result' \\\n  -H 'content-type: text/plain' \\\n  \
                        --data-raw 'it'\\''s 1'";
        assert_eq!(curl(request), expected);
    }

    #[test]
    fn a_sentence_ends_another_one_without_its_capital_and_dot() {
        assert_eq!(lower("Срок действия карты истёк."), "срок действия карты истёк");
        assert_eq!(lower(""), "");
    }
}
