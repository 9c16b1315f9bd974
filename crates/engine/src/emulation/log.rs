//! What an emulated service heard and said: the last messages, in order, as they were sent.
//!
//! It stands in memory and is bounded: what is kept for ever stands in the store, redacted. Nothing is masked
//! here but card numbers, because an emulator has no secrets; shops' programmers look for the exact bytes.

use domain::ids::PaymentId;
use jiff::Timestamp;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;
use wire::card_numbers::mask_card_numbers;
use wire::http::Headers;

/// So many messages are kept.
pub const EVENTS_MAX: usize = 4_000;
/// So much of a body is kept, in bytes.
pub const BODY_BYTES_MAX: usize = 65_536;
/// So much is kept of all messages together, in bytes.
const KEPT_BYTES_MAX: usize = 67_108_864;

/// What kind of message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// Somebody asked the service.
    Request,
    /// The service told a shop.
    Notice,
    /// The service told a phone.
    Message,
    /// What was answered to any of them.
    Answer,
}

impl EventKind {
    /// The word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            EventKind::Request => "request",
            EventKind::Notice => "notice",
            EventKind::Message => "message",
            EventKind::Answer => "answer",
        }
    }
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It came to the service.
    In,
    /// It left the service.
    Out,
}

impl Way {
    /// The word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Way::In => "in",
            Way::Out => "out",
        }
    }
}

/// A message that was heard.
#[derive(Clone, Debug)]
pub struct Event {
    /// Counts messages from 1.
    pub number: u64,
    /// When, by the installation's clock.
    pub at: Timestamp,
    /// What it is.
    pub kind: EventKind,
    /// Which way it went.
    pub way: Way,
    /// GET, POST and so on; of an answer, the method of what it answers.
    pub method: &'static str,
    /// The address; of an answer, the address of what it answers.
    pub url: String,
    /// The status of an answer; none if no answer came.
    pub status: Option<u16>,
    /// The header lines.
    pub headers: Headers,
    /// The body, cut at [`BODY_BYTES_MAX`].
    pub body: Vec<u8>,
    /// Why no answer came.
    pub error: Option<String>,
    /// The number of the message that this one answers.
    pub answers: Option<u64>,
    /// The payment, where it is known.
    pub payment: Option<PaymentId>,
}

/// The last messages.
#[derive(Debug)]
pub struct Log {
    kept: Mutex<Kept>,
    last: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Kept {
    events: VecDeque<Arc<Event>>,
    bytes: usize,
    last: u64,
}

impl Default for Log {
    fn default() -> Log {
        Log { kept: Mutex::default(), last: watch::Sender::new(0) }
    }
}

impl Log {
    /// Keeps a message; its number is given here. Card numbers in it are masked.
    pub fn hear(&self, event: Event) -> u64 {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.last = kept.last.saturating_add(1);
        let number = kept.last;
        let event = Event { number, ..masked(event) };
        kept.bytes = kept.bytes.saturating_add(weight(&event));
        kept.events.push_back(Arc::new(event));
        while kept.events.len() > EVENTS_MAX || kept.bytes > KEPT_BYTES_MAX {
            let Some(old) = kept.events.pop_front() else { break };
            kept.bytes = kept.bytes.saturating_sub(weight(&old));
        }
        drop(kept);
        self.last.send_replace(number);
        number
    }

    /// The messages after a number, the first one first; so many at most.
    #[must_use]
    pub fn after(&self, number: u64, most: usize) -> Vec<Arc<Event>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.events.iter().filter(|event| event.number > number).take(most).cloned().collect()
    }

    /// The last messages, the newest first; so many at most.
    #[must_use]
    pub fn newest(&self, most: usize) -> Vec<Arc<Event>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.events.iter().rev().take(most).cloned().collect()
    }

    /// The number of the last message as it grows.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }

    /// The last answer of a shop to a notice about a payment that went to this address; none is known, or none came.
    #[must_use]
    pub(super) fn last_answer(&self, payment: PaymentId, address: &str) -> Option<Arc<Event>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let told = |event: &&Arc<Event>| {
            event.kind == EventKind::Answer
                && event.way == Way::In
                && event.payment == Some(payment)
                && is_at(&event.url, address)
        };
        kept.events.iter().rev().find(told).cloned()
    }
}

/// Whether an address is another one, but for what a query adds.
fn is_at(url: &str, address: &str) -> bool {
    url.strip_prefix(address).is_some_and(|rest| rest.is_empty() || rest.starts_with(['?', '&']))
}

fn masked(event: Event) -> Event {
    let mut body = event.body;
    body.truncate(BODY_BYTES_MAX);
    // Bytes that are no text are kept as they are: nobody writes a card number in them.
    let body = match String::from_utf8(body) {
        Ok(text) => mask_card_numbers(&text).into_owned().into_bytes(),
        Err(error) => error.into_bytes(),
    };
    let masked = |text: &str| mask_card_numbers(text).into_owned();
    let headers = event.headers.iter().map(|(name, value)| (name.to_owned(), masked(value))).collect();
    Event { url: masked(&event.url), headers, body, ..event }
}

fn weight(event: &Event) -> usize {
    let headers: usize =
        event.headers.iter().map(|(name, value)| name.len().saturating_add(value.len())).sum();
    event.url.len().saturating_add(event.body.len()).saturating_add(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(url: &str, body: &[u8]) -> Event {
        Event {
            number: 0,
            at: Timestamp::UNIX_EPOCH,
            kind: EventKind::Request,
            way: Way::In,
            method: "POST",
            url: url.to_owned(),
            status: None,
            headers: Headers::new(),
            body: body.to_vec(),
            error: None,
            answers: None,
            payment: None,
        }
    }

    #[test]
    fn messages_are_numbered_in_order_and_the_oldest_make_room() {
        let log = Log::default();
        for _ in 0..EVENTS_MAX + 5 {
            log.hear(event("/", b"x"));
        }
        let kept = log.after(0, usize::MAX);
        assert_eq!((kept.len(), kept[0].number), (EVENTS_MAX, 6));
        let last = *log.watch().borrow();
        assert_eq!(
            log.after(last - 2, 10).iter().map(|event| event.number).collect::<Vec<_>>(),
            [last - 1, last]
        );
        assert_eq!(log.newest(1)[0].number, last);
    }

    #[test]
    fn large_messages_make_room_for_one_another() {
        let log = Log::default();
        for _ in 0..1_200 {
            log.hear(event("/", &vec![b'x'; BODY_BYTES_MAX + 10]));
        }
        let kept = log.after(0, usize::MAX);
        assert!(kept.len() < 1_200 && kept.iter().all(|event| event.body.len() == BODY_BYTES_MAX));
    }

    #[test]
    fn card_numbers_are_masked_and_everything_else_is_as_it_was_sent() {
        let log = Log::default();
        log.hear(event("/?Password1=fake&pan=4111111111111111", b"card=4111111111111111&a=%20"));
        let heard = log.newest(1);
        assert!(heard[0].url.starts_with("/?Password1=fake&") && !heard[0].url.contains("4111111111111111"));
        let body = String::from_utf8(heard[0].body.clone()).unwrap();
        assert!(body.ends_with("&a=%20") && !body.contains("4111111111111111"), "{body}");
    }

    #[test]
    fn an_address_with_a_query_is_still_that_address() {
        assert!(
            is_at("http://a/result?x=1", "http://a/result") && is_at("http://a/r?x=1&y=2", "http://a/r?x=1")
        );
        assert!(!is_at("http://a/result2", "http://a/result"));
    }
}
