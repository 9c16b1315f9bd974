//! Words of the domain as people type and read them.

use crate::error::Failure;
use domain::attempts::AttemptState;
use domain::calendar::end_of;
use domain::checkouts::Replaceable;
use domain::history::Actor;
use domain::ids::BookKind;
use domain::methods::Method;
use domain::notices::NoticeState;
use domain::providers::ProviderAccount;
use domain::refunds::RefundState;
use domain::sellers::{Algorithm, Switch};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use money::Money;
use money::currency::Currency;

/// Reads a word of a closed list.
fn one_of<T: Copy>(what: &str, text: &str, all: &[T], code: fn(T) -> &'static str) -> Result<T, Failure> {
    all.iter().copied().find(|known| code(*known) == text).ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|known| code(*known)).collect();
        Failure::usage(format!("there is no {what} \"{text}\"; there are {}", known.join(", ")))
    })
}

pub(super) fn digest(text: &str) -> Result<Algorithm, Failure> {
    one_of("digest", text, Algorithm::ALL, Algorithm::code)
}

pub(super) fn method(text: &str) -> Result<Method, Failure> {
    one_of("method", text, Method::ALL, Method::code)
}

pub(super) fn methods(list: &[String]) -> Result<Vec<Method>, Failure> {
    list.iter().map(|text| method(text)).collect()
}

pub(super) fn switch(text: &str) -> Result<Switch, Failure> {
    one_of("switch", text, Switch::ALL, Switch::code)
}

pub(super) fn replaceable(text: &str) -> Result<Replaceable, Failure> {
    one_of("replaceable setting", text, Replaceable::ALL, Replaceable::code)
}

/// The digest of a checkout: its protocol knows two.
pub(super) fn checkout_digest(text: &str) -> Result<Algorithm, Failure> {
    one_of("algorithm", text, &[Algorithm::Md5, Algorithm::Sha256], Algorithm::code)
}

pub(super) fn currency(text: &str) -> Result<Currency, Failure> {
    Currency::from_code(&text.to_ascii_uppercase()).ok_or_else(|| {
        Failure::usage(format!("there is no currency \"{text}\"; expected a code such as RUB"))
    })
}

pub(super) fn sum(text: &str, currency: Currency) -> Result<Money, Failure> {
    Money::parse(text, currency).map_err(|error| Failure::usage(format!("\"{text}\": {error}")))
}

pub(super) fn kind(text: &str) -> Result<BookKind, Failure> {
    match text {
        "live" => Ok(BookKind::Live),
        "test" => Ok(BookKind::Test),
        _ => Err(Failure::usage(format!("\"{text}\" is neither live nor test"))),
    }
}

/// The buyer's share in thousandths, from a percentage with at most one digit after the dot.
pub(super) fn buyer_share(text: &str) -> Result<u16, Failure> {
    let wrong = || Failure::usage(format!("\"{text}\" is no share: expected 0% to 100%, such as 50%"));
    let number = text.strip_suffix('%').ok_or_else(wrong)?;
    let (whole, tenth) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(tenth) || tenth.len() != 1 {
        return Err(wrong());
    }
    let thousandths: u16 = format!("{whole}{tenth}").parse().map_err(|_| wrong())?;
    if thousandths > 1_000 { Err(wrong()) } else { Ok(thousandths) }
}

pub(super) fn buyer_share_text(thousandths: u16) -> String {
    match thousandths % 10 {
        0 => format!("{}%", thousandths / 10),
        tenth => format!("{}.{tenth}%", thousandths / 10),
    }
}

/// A moment as people name it: RFC 3339, or a day, which means its end in the seller's zone.
pub(super) fn as_of(text: &str, zone: &str) -> Result<Timestamp, Failure> {
    let day = || text.parse::<Date>().ok().and_then(|day| end_of(day, zone));
    let moment = if text.contains('T') { text.parse().ok() } else { day() };
    moment.ok_or_else(|| {
        Failure::usage(format!(
            "\"{text}\" is no moment: expected one such as 2026-01-31T12:00:00Z, or a day such as 2026-01-31"
        ))
    })
}

/// The beginning of a span: a moment, or a day, which begins where the day before ended.
pub(super) fn since(text: &str, zone: &str) -> Result<Timestamp, Failure> {
    match text.parse::<Date>().ok().and_then(|day| day.yesterday().ok()) {
        Some(before) if !text.contains('T') => until(&before.to_string(), zone),
        Some(_) | None => as_of(text, zone),
    }
}

/// The end of a span, which does not belong to it: a moment, or the moment after the end of a day.
pub(super) fn until(text: &str, zone: &str) -> Result<Timestamp, Failure> {
    let end = as_of(text, zone)?;
    let after = SignedDuration::from_micros(i64::from(!text.contains('T')));
    Ok(end.saturating_add(after).unwrap_or(end))
}

/// A moment as everybody reads it: ISO 8601 in UTC, whole seconds.
pub(super) fn moment(at: Timestamp) -> String {
    let seconds = Timestamp::from_second(at.as_second()).unwrap_or(at);
    seconds.to_string()
}

pub(super) fn attempt_state(state: &AttemptState) -> (&'static str, Option<String>) {
    match state {
        AttemptState::Planned => ("planned", None),
        AttemptState::Sending { .. } => ("sending", None),
        AttemptState::Waiting => ("waiting", None),
        AttemptState::Unknown => ("unknown", None),
        AttemptState::Held => ("held", None),
        AttemptState::Received => ("received", None),
        AttemptState::Declined { reason } => ("declined", Some(reason.code().to_owned())),
        AttemptState::Released => ("released", None),
        AttemptState::Abandoned => ("abandoned", None),
    }
}

pub(super) fn refund_state(state: RefundState) -> (&'static str, Option<String>) {
    match state {
        RefundState::Asked => ("asked", None),
        RefundState::Sent => ("sent", None),
        RefundState::Returned => ("returned", None),
        RefundState::Failed { reason } => ("failed", Some(reason.code().to_owned())),
    }
}

pub(super) fn notice_state(state: NoticeState) -> (&'static str, Option<String>) {
    match state {
        NoticeState::Owed => ("owed", None),
        NoticeState::Accepted { at } => ("accepted", Some(moment(at))),
        NoticeState::GivenUp => ("given_up", None),
    }
}

/// Who did it; provider accounts by their name.
pub(super) fn actor(actor: &Actor, accounts: &[ProviderAccount]) -> String {
    match actor {
        Actor::Provider(id) => match accounts.iter().find(|account| account.id == *id) {
            Some(account) => format!("provider {}", account.name),
            None => "provider".to_owned(),
        },
        Actor::Operator(name) => format!("operator {name}"),
        Actor::Buyer | Actor::Shop | Actor::Clock => actor.code(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_buyers_are_read_and_printed_alike() {
        for (text, thousandths) in [("0%", 0), ("50%", 500), ("33.3%", 333), ("100%", 1_000)] {
            assert_eq!(buyer_share(text), Ok(thousandths));
            assert_eq!(buyer_share_text(thousandths), text);
        }
        for text in ["50", "101%", "-1%", "1.25%", "+5%", ".5%", "%"] {
            assert!(buyer_share(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_day_ends_where_the_seller_lives() {
        let read = |text, zone| as_of(text, zone).map(|moment| moment.to_string());
        assert_eq!(read("2026-01-31T12:00:00+03:00", "UTC").unwrap(), "2026-01-31T09:00:00Z");
        assert_eq!(read("2026-01-31", "Europe/Moscow").unwrap(), "2026-01-31T20:59:59.999999Z");
        assert_eq!(read("2026-01-31", "UTC").unwrap(), "2026-01-31T23:59:59.999999Z");
        for text in ["2026-01-31T12:00:00", "2026-02-30", "31.01.2026", "", "yesterday"] {
            assert!(as_of(text, "UTC").unwrap_err().message.contains("2026-01-31"), "{text}");
        }
    }

    #[test]
    fn a_span_of_days_holds_them_whole() {
        let read = |bound: Result<Timestamp, Failure>| bound.unwrap().to_string();
        assert_eq!(read(since("2026-02-01", "Europe/Moscow")), "2026-01-31T21:00:00Z");
        assert_eq!(read(until("2026-01-31", "Europe/Moscow")), "2026-01-31T21:00:00Z");
        assert_eq!(read(since("2026-01-31T12:00:00Z", "UTC")), "2026-01-31T12:00:00Z");
        assert_eq!(read(until("2026-01-31T12:00:00Z", "UTC")), "2026-01-31T12:00:00Z");
        assert!(since("yesterday", "UTC").is_err() && until("", "UTC").is_err());
    }

    #[test]
    fn an_unknown_word_is_answered_with_the_known_ones() {
        let message = digest("sha3").unwrap_err().message;
        assert!(message.contains("sha3") && message.contains("sha256"), "{message}");
        assert!(method("sbp").is_ok() && switch("md5_for_holds").is_ok());
    }
}
