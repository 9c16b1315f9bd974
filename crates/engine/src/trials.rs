//! Trying a shop's address: a message like a real one is sent there, and what came back is told.
//!
//! It is signed with the shop's passwords for rehearsals and marked as one, under the largest number there is,
//! so no shop that checks what it is told can take it for money.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use domain::ids::{BookKind, ShopId};
use domain::methods::Method;
use domain::payments::Language;
use domain::sellers::{Shop, ShopAddress, Verb};
use money::Money;
use protocols::robokassa::notice::{
    Paid, Pairs, Signer, Told, accepted, fail_fields, result_fields, success_fields, with_query,
};
use tokio::sync::Semaphore;
use wire::card_numbers::mask_card_numbers;
use wire::form::encode_pairs;
use wire::http::{Auth, Headers, HttpCall, HttpReply, Method as HttpMethod, Repeat};

/// The number of the order that a trial speaks of; also the largest that this dialect knows.
pub const TRIAL_NUMBER: i64 = 2_147_483_647;
/// What the order of a trial costs, in the smallest units of the shop's currency.
const TRIAL_MINOR: i64 = 10_000;
/// Somebody waits before a page, so the shop has less time than for a notice, in milliseconds.
const TRIAL_DEADLINE_MS: u32 = 10_000;
/// So much of an answer is shown, in bytes.
pub const TRIAL_SHOWN_BYTES: usize = 1_024;
/// So many trials are under way at once: each holds a page that waits for a stranger.
const TRIALS_AT_ONCE: usize = 8;

static TRIALS: Semaphore = Semaphore::const_new(TRIALS_AT_ONCE);

/// Which address of a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Where it is told of payments.
    Result,
    /// Where its buyers return after success.
    Success,
    /// Where its buyers return otherwise.
    Fail,
}

impl Place {
    /// Every address.
    pub const ALL: [Place; 3] = [Place::Result, Place::Success, Place::Fail];

    /// The word in forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Place::Result => "result",
            Place::Success => "success",
            Place::Fail => "fail",
        }
    }

    /// The address in a shop's settings.
    #[must_use]
    pub const fn of(self, shop: &Shop) -> Option<&ShopAddress> {
        match self {
            Place::Result => shop.result.as_ref(),
            Place::Success => shop.success.as_ref(),
            Place::Fail => shop.fail.as_ref(),
        }
    }
}

/// What came of a trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// Which address was tried.
    pub place: Place,
    /// Whether the answer is the one that is expected: `OK` and the number of a notice, any page of a way back.
    pub accepted: bool,
    /// The status of the answer; none if there was none.
    pub status: Option<u16>,
    /// The beginning of the answer, at most [`TRIAL_SHOWN_BYTES`], card numbers masked.
    pub answer: String,
    /// Why there is no answer.
    pub error: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Sends a message of a rehearsal to an address of a shop.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when the shop or the address is not there, [`EngineError::Busy`] when too many
    /// addresses are being tried.
    #[tracing::instrument(skip_all, fields(shop = shop.number, place = place.code()))]
    pub async fn try_address(&self, shop: ShopId, place: Place) -> Result<Trial, EngineError> {
        let shop = self.shop_twin(shop, BookKind::Test).await?;
        let address = place.of(&shop).ok_or(EngineError::NotFound("address"))?;
        let fields = fields(&shop, place).ok_or(EngineError::NotFound("password"))?;
        let call = call(address, &fields);
        let _held = TRIALS.try_acquire().map_err(|_| EngineError::Busy)?;
        let began = self.now();
        let sent = self.exchange_with_shop(shop.id.book, &call).await;
        let took = self.now().duration_since(began).as_millis();
        let took_ms = u64::try_from(took).unwrap_or(0);
        Ok(match sent {
            Ok(reply) => Trial {
                place,
                accepted: is_accepted(place, &reply),
                status: Some(reply.status),
                answer: shown(&reply.body),
                error: None,
                took_ms,
            },
            Err(error) => Trial {
                place,
                accepted: false,
                status: None,
                answer: String::new(),
                error: Some(error.to_string()),
                took_ms,
            },
        })
    }
}

/// What is sent, signed as the same message of a payment would be.
fn fields(shop: &Shop, place: Place) -> Option<Pairs> {
    let passwords = shop.current_passwords()?;
    let sum = Money::from_minor(TRIAL_MINOR, shop.currency);
    let text = sum.to_string();
    let told = Told { number: TRIAL_NUMBER, sum, sum_text: Some(&text), test: true, custom: &[] };
    let signer = |password| Signer { password, algorithm: shop.algorithm };
    Some(match place {
        Place::Result => {
            let fee = Money::zero(shop.currency);
            let paid = Paid { method: Some(Method::BankCard), paid: sum, fee, email: None };
            result_fields(&told, &paid, &signer(&passwords.second))
        }
        Place::Success => success_fields(&told, Language::Ru, &signer(&passwords.first)),
        Place::Fail => fail_fields(&told, Language::Ru),
    })
}

fn call(address: &ShopAddress, fields: &[(String, String)]) -> HttpCall {
    let mut headers = Headers::new();
    let (method, url, body) = match address.verb {
        Verb::Get => (HttpMethod::Get, with_query(&address.url, fields), Vec::new()),
        Verb::Post => {
            headers.push("content-type", "application/x-www-form-urlencoded");
            let body = encode_pairs(fields.iter().map(|(name, value)| (name, value)));
            (HttpMethod::Post, address.url.clone(), body.into_bytes())
        }
    };
    let (auth, repeat, deadline_ms) = (Auth::None, Repeat::Never, TRIAL_DEADLINE_MS);
    HttpCall { method, url, headers, body, token_at: None, auth, repeat, deadline_ms }
}

/// A way back may lead on to another page: a browser follows, we do not.
fn is_accepted(place: Place, reply: &HttpReply) -> bool {
    match place {
        Place::Result => (200..300).contains(&reply.status) && accepted(&reply.body, TRIAL_NUMBER),
        Place::Success | Place::Fail => (200..400).contains(&reply.status),
    }
}

/// The beginning of an answer, cut between letters; it is text of a stranger like any other.
fn shown(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let masked = mask_card_numbers(text.trim());
    let mut end = masked.len().min(TRIAL_SHOWN_BYTES);
    while !masked.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    masked.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &str) -> HttpReply {
        HttpReply { status, headers: Headers::new(), body: body.as_bytes().to_vec() }
    }

    #[test]
    fn a_notice_wants_its_number_back_and_a_way_back_any_page() {
        assert!(is_accepted(Place::Result, &reply(200, "OK2147483647\n")));
        assert!(!is_accepted(Place::Result, &reply(200, "OK")));
        assert!(!is_accepted(Place::Result, &reply(500, "OK2147483647")));
        assert!(is_accepted(Place::Success, &reply(302, "")));
        assert!(!is_accepted(Place::Fail, &reply(404, "")));
    }

    #[test]
    fn a_long_answer_is_cut_between_letters_and_shows_no_card_number() {
        let long = "ж".repeat(TRIAL_SHOWN_BYTES);
        assert_eq!(shown(long.as_bytes()).len(), TRIAL_SHOWN_BYTES);
        let odd = shown(format!("x{long}").as_bytes());
        assert!(odd.len() < TRIAL_SHOWN_BYTES && odd.ends_with('ж'));
        assert!(!shown(b"card 4111 1111 1111 1111").contains("4111 1111 1111 1111"));
    }

    #[test]
    fn what_is_sent_goes_where_the_address_wants_it() {
        let fields = vec![("InvId".to_owned(), "7".to_owned())];
        let url = "https://shop.example/ok?x=1".to_owned();
        let got = call(&ShopAddress { url: url.clone(), verb: Verb::Get }, &fields);
        assert_eq!((got.url.as_str(), got.body.len()), ("https://shop.example/ok?x=1&InvId=7", 0));
        let posted = call(&ShopAddress { url: url.clone(), verb: Verb::Post }, &fields);
        assert_eq!((posted.url, posted.body), (url, b"InvId=7".to_vec()));
    }
}
