//! The slots of the signed text: in which ways each may have been signed, and what it then says.
//!
//! The text has no names in it: a value signed as `OutSumCurrency=USD` would fit just as well if it were
//! sent as `UserIp=USD`. So a reading exists only if the value it stands for is of the slot's own type.

use std::net::IpAddr;
use std::rc::Rc;

use domain::sellers::{ShopAddress, Verb};
use money::currency::Currency;
use serde::de::IgnoredAny;
use url::Url;
use wire::form::TextEncoding;

use super::fields::{Given, has_control};
use super::spelling::{Spelling, decoded};

/// How long an operation's key may be, in characters; the service's own have 46.
const TOKEN_CHARS: std::ops::RangeInclusive<usize> = 3..=64;
/// The currencies in which a sum may be named whatever the shop's own is.
const CURRENCIES: [Currency; 4] = [Currency::Usd, Currency::Eur, Currency::Kzt, Currency::Rub];
/// How often a value may have been encoded before it was signed: what is used is decoded as often.
const LAYERS_MAX: usize = 3;

/// So many spellings of a receipt are those of official modules: as received, and decoded once.
const OFFICIAL_RECEIPTS: usize = 2;

/// What the slots before the password say, in the reading whose hash matched. A value that the signature
/// does not cover is not in it.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct SignedTerms {
    /// The currency of the sum, if one was named.
    pub currency: Option<Currency>,
    /// The buyer's network address.
    pub user_ip: Option<IpAddr>,
    /// The JSON of a receipt.
    pub receipt: Option<Rc<str>>,
    /// The money is to be held.
    pub step_by_step: bool,
    /// A second address for notices.
    pub result_url2: Option<String>,
    /// The way back after success.
    pub success: Option<ShopAddress>,
    /// The way back otherwise.
    pub fail: Option<ShopAddress>,
    /// The key of the operation whose card is to be used again.
    pub token: Option<Rc<str>>,
}

impl SignedTerms {
    fn and(self, other: &SignedTerms) -> SignedTerms {
        SignedTerms {
            currency: self.currency.or(other.currency),
            user_ip: self.user_ip.or(other.user_ip),
            receipt: self.receipt.or_else(|| other.receipt.clone()),
            step_by_step: self.step_by_step || other.step_by_step,
            result_url2: self.result_url2.or_else(|| other.result_url2.clone()),
            success: self.success.or_else(|| other.success.clone()),
            fail: self.fail.or_else(|| other.fail.clone()),
            token: self.token.or_else(|| other.token.clone()),
        }
    }
}

/// One way to read some neighbouring slots: the texts that were signed, none for slots left out, and what
/// they say.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct Reading {
    /// What stands between the colons.
    pub texts: Vec<Rc<str>>,
    /// What it says.
    pub terms: SignedTerms,
}

impl Reading {
    /// A slot that says nothing by itself.
    fn silent(text: &str) -> Reading {
        Reading { texts: vec![text.into()], terms: SignedTerms::default() }
    }

    fn saying(text: &str, terms: SignedTerms) -> Reading {
        Reading { texts: vec![text.into()], terms }
    }

    fn and(&self, next: &Reading) -> Reading {
        let texts = self.texts.iter().chain(&next.texts).cloned().collect();
        Reading { texts, terms: self.terms.clone().and(&next.terms) }
    }
}

/// Every value that takes a slot, after one form-decode.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    pub login: String,
    pub out_sum: Given,
    pub default_sum: Given,
    pub number: Given,
    pub currency: Given,
    pub user_ip: Given,
    pub receipt: Given,
    pub step_by_step: Given,
    pub result_url2: Given,
    pub success: (Given, Given),
    pub fail: (Given, Given),
    pub token: Given,
    pub encoding: TextEncoding,
}

/// Where a client puts the buyer's network address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum IpPlace {
    /// After the currency: the old documentation and most clients.
    AfterCurrency,
    /// Nowhere: it is sent but not signed.
    Nowhere,
    /// Just before the password: the iOS library.
    BeforePassword,
}

impl Slots {
    /// The places to try: without an address they are all alike.
    pub(super) fn ip_places(&self) -> &'static [IpPlace] {
        match self.user_ip {
            Given::Text(_) => &[IpPlace::AfterCurrency, IpPlace::Nowhere, IpPlace::BeforePassword],
            Given::Absent | Given::Empty => &[IpPlace::AfterCurrency],
        }
    }

    /// Whether parameters sent without a value may have kept their slots: tried only if there are any.
    pub(super) fn empty_slots(&self) -> &'static [bool] {
        let optional = [
            &self.currency,
            &self.user_ip,
            &self.receipt,
            &self.step_by_step,
            &self.result_url2,
            &self.success.0,
            &self.fail.0,
            &self.token,
        ];
        if optional.into_iter().any(|given| *given == Given::Empty) { &[false, true] } else { &[false] }
    }

    /// All readings of everything before the password, in the order of the signed text. The list of each
    /// slot is short, so their product is as well. A strict list has no spelling that the live service refuses.
    pub(super) fn readings(
        &self,
        own: Currency,
        place: IpPlace,
        keep_empty: bool,
        strict: bool,
    ) -> Vec<Reading> {
        let as_currency = |text: &str| {
            let currency = currency_of(text).filter(|named| *named == own || CURRENCIES.contains(named))?;
            Some(SignedTerms { currency: Some(currency), ..SignedTerms::default() })
        };
        let at = |wanted: IpPlace| match place == wanted {
            true => optional(&self.user_ip, keep_empty, as_ip),
            false => vec![Reading::default()],
        };
        let slots = [
            vec![Reading::silent(&self.login)],
            self.sum(),
            vec![Reading::silent(self.number.text().unwrap_or_default())],
            optional(&self.currency, keep_empty, as_currency),
            at(IpPlace::AfterCurrency),
            self.receipt(keep_empty, strict),
            optional(&self.step_by_step, keep_empty, as_step_by_step),
            self.addresses(keep_empty, strict),
            optional(&self.token, keep_empty, as_token),
            at(IpPlace::BeforePassword),
        ];
        slots.iter().fold(vec![Reading::default()], |so_far, slot| {
            so_far.iter().flat_map(|before| slot.iter().map(|next| before.and(next))).collect()
        })
    }

    /// An open-sum form lets the buyer choose: published signatures leave its slot empty, one client signs
    /// the sum that it proposes.
    fn sum(&self) -> Vec<Reading> {
        match (self.out_sum.text(), self.default_sum.text()) {
            (Some(sum), _) => vec![Reading::silent(sum)],
            (None, Some(proposed)) => vec![Reading::silent(""), Reading::silent(proposed)],
            (None, None) => vec![Reading::silent("")],
        }
    }

    fn receipt(&self, keep_empty: bool, strict: bool) -> Vec<Reading> {
        let Some(received) = self.receipt.text() else {
            return optional(&self.receipt, keep_empty, |_| None);
        };
        let spellings = [
            Spelling::Received,
            Spelling::Decoded,
            Spelling::DecodedTwice,
            Spelling::Form,
            Spelling::Raw,
            Spelling::Script,
        ];
        let spellings = spellings.into_iter().take(if strict { OFFICIAL_RECEIPTS } else { spellings.len() });
        let typed = spellings.filter_map(|spelling| {
            let text = spelling.of(received, self.encoding)?;
            // What is used is the first decoding of the signed text that is JSON.
            let json = layers(&text, self.encoding).into_iter().find(|json| is_json_object(json))?;
            let terms = SignedTerms { receipt: Some(json.into()), ..SignedTerms::default() };
            Some(Reading::saying(&text, terms))
        });
        distinct(typed.chain((!strict).then(|| Reading::silent(""))))
    }

    /// The three addresses are signed in one spelling: they come from one piece of a client's code.
    fn addresses(&self, keep_empty: bool, strict: bool) -> Vec<Reading> {
        let spellings =
            [Spelling::Received, Spelling::Decoded, Spelling::Form, Spelling::Raw, Spelling::Script];
        let spelt = spellings.map(Some).into_iter().chain([None]).take(if strict { 1 } else { usize::MAX });
        let readings = spelt.filter_map(|spelling| {
            let result = self.result(spelling, keep_empty)?;
            let (texts, success) = self.way_back(&self.success, spelling, keep_empty)?;
            let success = Reading { texts, terms: SignedTerms { success, ..SignedTerms::default() } };
            let (texts, fail) = self.way_back(&self.fail, spelling, keep_empty)?;
            let ways = success.and(&Reading { texts, terms: SignedTerms { fail, ..SignedTerms::default() } });
            Some(result.into_iter().map(move |result| result.and(&ways)))
        });
        distinct(readings.flatten())
    }

    /// The readings of `ResultUrl2`; no spelling at all means an empty slot.
    fn result(&self, spelling: Option<Spelling>, keep_empty: bool) -> Option<Vec<Reading>> {
        match (self.result_url2.text(), spelling) {
            (Some(received), Some(spelling)) => {
                let text = spelling.of(received, self.encoding)?;
                let result_url2 = Some(as_address(&text, self.encoding)?);
                let terms = SignedTerms { result_url2, ..SignedTerms::default() };
                Some(vec![Reading::saying(&text, terms)])
            }
            (Some(_), None) => Some(vec![Reading::silent("")]),
            // Clients with a saved card leave an empty slot for it although they do not send it.
            (None, _) if self.token.text().is_some() => Some(vec![Reading::default(), Reading::silent("")]),
            (None, _) => Some(optional(&self.result_url2, keep_empty, |_| None)),
        }
    }

    /// The texts of an address and its method, none if they are left out, with the address they mean; `None`
    /// if the value is no address in this spelling.
    fn way_back(
        &self,
        (url, verb): &(Given, Given),
        spelling: Option<Spelling>,
        keep_empty: bool,
    ) -> Option<(Vec<Rc<str>>, Option<ShopAddress>)> {
        let verb = verb.text().unwrap_or_default();
        match (url, spelling) {
            (Given::Absent, _) => Some((Vec::new(), None)),
            (Given::Empty, _) if !keep_empty => Some((Vec::new(), None)),
            (Given::Empty, _) | (Given::Text(_), None) => Some((vec!["".into(), verb.into()], None)),
            (Given::Text(received), Some(spelling)) => {
                let text = spelling.of(received, self.encoding)?;
                let address =
                    ShopAddress { url: as_address(&text, self.encoding)?, verb: Verb::from_code(verb)? };
                Some((vec![text.into(), verb.into()], Some(address)))
            }
        }
    }
}

/// A slot with one spelling: left out if there is no value, else of its own type.
fn optional(given: &Given, keep_empty: bool, typed: impl Fn(&str) -> Option<SignedTerms>) -> Vec<Reading> {
    match given {
        Given::Absent => vec![Reading::default()],
        Given::Empty if keep_empty => vec![Reading::silent("")],
        Given::Empty => vec![Reading::default()],
        Given::Text(text) => typed(text).map(|terms| Reading::saying(text, terms)).into_iter().collect(),
    }
}

/// The currency of a code; `RUR` is the old one of the rouble, which many still send.
fn currency_of(code: &str) -> Option<Currency> {
    match code {
        "RUR" => Some(Currency::Rub),
        _ => Currency::from_code(code),
    }
}

fn as_ip(text: &str) -> Option<SignedTerms> {
    let address: IpAddr = text.parse().ok()?;
    Some(SignedTerms { user_ip: Some(address), ..SignedTerms::default() })
}

fn as_step_by_step(text: &str) -> Option<SignedTerms> {
    (text == "true").then(|| SignedTerms { step_by_step: true, ..SignedTerms::default() })
}

/// Keys of operations differ between services, and clients' tests use short ones, so the form is: letters,
/// digits and dashes, and nothing that another slot could hold.
fn as_token(text: &str) -> Option<SignedTerms> {
    let form =
        TOKEN_CHARS.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let elsewhere = currency_of(&text.to_ascii_uppercase()).is_some()
        || as_ip(text).is_some()
        || text.eq_ignore_ascii_case("true")
        || Verb::from_code(text).is_some();
    (form && !elsewhere).then(|| SignedTerms { token: Some(text.into()), ..SignedTerms::default() })
}

/// The absolute http or https address that a signed text means, as a browser will understand it.
fn as_address(text: &str, encoding: TextEncoding) -> Option<String> {
    layers(text, encoding).iter().take(2).find_map(|text| {
        let url = Url::parse(text).ok()?;
        let lower = text.to_ascii_lowercase();
        let absolute = ["http://", "https://"].iter().any(|scheme| lower.starts_with(scheme));
        // An address that holds the beginning of the next slot could have swallowed it.
        let seam = [":http", ":get", ":post"].iter().any(|next| lower.contains(next));
        let bare = !text.contains(' ') && !has_control(text, &[]);
        (absolute && bare && !seam && url.has_host()).then(|| url.to_string())
    })
}

pub(super) fn is_json_object(text: &str) -> bool {
    text.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// A text and what it becomes when it is decoded again and again.
pub(super) fn layers(text: &str, encoding: TextEncoding) -> Vec<String> {
    let first = Some(text.to_owned());
    std::iter::successors(first, |text| decoded(text, encoding)).take(LAYERS_MAX).collect()
}

/// The readings without those whose signed texts stood before.
fn distinct(readings: impl Iterator<Item = Reading>) -> Vec<Reading> {
    readings.fold(Vec::new(), |mut kept, reading| {
        if !kept.iter().any(|known: &Reading| known.texts == reading.texts) {
            kept.push(reading);
        }
        kept
    })
}
