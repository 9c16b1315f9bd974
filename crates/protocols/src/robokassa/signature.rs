//! The signature of a payment start: candidates for the text that a shop may have signed, until one fits.
//!
//! Official modules disagree on spelling and order, so the check tries a short list. The password is inside
//! every candidate: more of them do not weaken the check. But what is used afterwards is what the matching
//! candidate says, never what another reading of the same bytes would say.

use domain::faults::{Planted, planted};
use domain::payments::CustomField;
use domain::secrets::Secret;
use wire::digest::Digest;
use wire::form::TextEncoding;

use super::keys::ShopKeys;
use super::slots::{IpPlace, Reading, SignedTerms, Slots};
use super::spelling::Spelling;

/// The most texts that are hashed for one request. All variants of one request at once are about 2,500.
const CANDIDATES_MAX: usize = 3_000;
/// The most bytes that are hashed for one request; no client seen needs a fiftieth of it.
const HASHED_BYTES_MAX: usize = 16_777_216;

/// What a matching signature says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Signed {
    /// The slots before the password.
    pub terms: SignedTerms,
    /// The shop's own fields, in the order in which they go back.
    pub custom: Vec<CustomField>,
    /// A custom value could also be read as two fields.
    pub ambiguous: bool,
}

/// The order in which a client signs its custom fields. Each sorts by name, but not by the same rules;
/// ignoring case is what the live service does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum CustomOrder {
    NameAnyCase,
    NameBytes,
    WholePairs,
    AsReceived,
}

const ORDERS: [CustomOrder; 4] =
    [CustomOrder::NameAnyCase, CustomOrder::NameBytes, CustomOrder::WholePairs, CustomOrder::AsReceived];
const CUSTOM_SPELLINGS: [Spelling; 5] =
    [Spelling::Received, Spelling::Form, Spelling::Raw, Spelling::Script, Spelling::Decoded];

/// One way to read the custom fields: the pairs that were signed, and the fields they mean.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Tail {
    pairs: Vec<String>,
    custom: Vec<CustomField>,
}

/// Finds the reading of a request whose hash is the one received.
pub(super) fn matching(
    slots: &Slots,
    custom: &[CustomField],
    keys: &ShopKeys<'_>,
    received: &str,
) -> Option<Signed> {
    // What has not even the length of a hash costs no work.
    if !keys.digests().any(|digest| digest.hex(b"").len() == received.len()) {
        return None;
    }
    let strict = keys.switches.strict;
    let tails = if strict { official_tails(custom, slots.encoding) } else { tails(custom, slots.encoding) };
    let mut check = Check { keys, received, encoding: slots.encoding, tried: 0, hashed: 0 };
    for &keep_empty in slots.empty_slots() {
        for &place in slots.ip_places().iter().filter(|place| !strict || **place != IpPlace::Nowhere) {
            for head in slots.readings(keys.currency, place, keep_empty, strict) {
                for tail in &tails {
                    match check.fits(&head, tail) {
                        Verdict::Fits => return Some(signed(head, tail)),
                        Verdict::Differs => {}
                        Verdict::Enough => return None,
                    }
                }
            }
        }
    }
    None
}

fn signed(head: Reading, tail: &Tail) -> Signed {
    let fits_two_fields = |text: &str| text.to_ascii_lowercase().contains(":shp");
    let ambiguous = tail.pairs.iter().any(|pair| fits_two_fields(pair))
        || tail.custom.iter().any(|field| fits_two_fields(&field.value));
    Signed { terms: head.terms, custom: tail.custom.clone(), ambiguous }
}

enum Verdict {
    Fits,
    Differs,
    /// The work that one request may cause is done.
    Enough,
}

struct Check<'a> {
    keys: &'a ShopKeys<'a>,
    received: &'a str,
    encoding: TextEncoding,
    tried: usize,
    hashed: usize,
}

impl Check<'_> {
    fn fits(&mut self, head: &Reading, tail: &Tail) -> Verdict {
        let parts = head.texts.iter().map(AsRef::as_ref);
        let parts = parts.chain([self.keys.password1.expose()]).chain(tail.pairs.iter().map(String::as_str));
        let text = parts.collect::<Vec<_>>().join(":");
        self.tried = self.tried.saturating_add(1);
        self.hashed = self.hashed.saturating_add(text.len());
        if self.tried > CANDIDATES_MAX || self.hashed > HASHED_BYTES_MAX {
            return Verdict::Enough;
        }
        let fits = |bytes: &[u8]| self.keys.digests().any(|digest: Digest| digest.fits(bytes, self.received));
        // A shop with an encoding of its own may hash its own bytes instead of UTF-8.
        let own_bytes = || self.encoding.encode(&text).filter(|_| self.encoding != TextEncoding::UTF_8);
        if fits(text.as_bytes())
            || own_bytes().is_some_and(|bytes| fits(&bytes))
            || planted(Planted::SkipSignature)
        {
            Verdict::Fits
        } else {
            Verdict::Differs
        }
    }
}

fn tails(custom: &[CustomField], encoding: TextEncoding) -> Vec<Tail> {
    distinct_tails(custom, encoding, &ORDERS, &CUSTOM_SPELLINGS)
}

/// The orders and spellings of the documentation and of official modules only.
fn official_tails(custom: &[CustomField], encoding: TextEncoding) -> Vec<Tail> {
    let orders = [CustomOrder::NameAnyCase, CustomOrder::WholePairs];
    distinct_tails(custom, encoding, &orders, &[Spelling::Received, Spelling::Form, Spelling::Raw])
}

fn distinct_tails(
    custom: &[CustomField],
    encoding: TextEncoding,
    orders: &[CustomOrder],
    spellings: &[Spelling],
) -> Vec<Tail> {
    let all = orders
        .iter()
        .flat_map(|order| spellings.iter().filter_map(|spelling| tail(custom, *order, *spelling, encoding)));
    all.fold(Vec::new(), |mut kept: Vec<Tail>, tail| {
        if !kept.iter().any(|known| known.pairs == tail.pairs) {
            kept.push(tail);
        }
        kept
    })
}

/// The fields in one spelling and order; `None` if a value has no such spelling.
fn tail(
    custom: &[CustomField],
    order: CustomOrder,
    spelling: Spelling,
    encoding: TextEncoding,
) -> Option<Tail> {
    let mut pairs: Vec<(CustomField, String)> = Vec::with_capacity(custom.len());
    for field in custom {
        let text = spelling.of(&field.value, encoding)?;
        // The client decoded what it received from somewhere: that is the value it knows.
        let value = if spelling == Spelling::Decoded { text.clone() } else { field.value.clone() };
        if super::fields::has_control(&value, &[]) {
            return None;
        }
        let pair = format!("{}={text}", field.name);
        pairs.push((CustomField { name: field.name.clone(), value }, pair));
    }
    match order {
        CustomOrder::NameAnyCase => pairs.sort_by_cached_key(|(field, _)| field.name.to_lowercase()),
        CustomOrder::NameBytes => pairs.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name)),
        CustomOrder::WholePairs => pairs.sort_by(|(_, a), (_, b)| a.cmp(b)),
        CustomOrder::AsReceived => {}
    }
    let (mut custom, pairs): (Vec<CustomField>, Vec<String>) = pairs.into_iter().unzip();
    // A client that does not sort signs notices by the documented order all the same: it has no other.
    if order == CustomOrder::AsReceived {
        custom.sort_by_cached_key(|field| field.name.to_lowercase());
    }
    Some(Tail { pairs, custom })
}

/// The signature of a notice or of a way back: hash of sum, number, password and custom fields, in lower
/// case.
pub(super) fn answer_signature(
    sum: &str,
    number: i64,
    password: &Secret,
    custom: &[CustomField],
    digest: Digest,
) -> String {
    let mut text = format!("{sum}:{number}:{}", password.expose());
    for field in custom {
        text.push_str(&format!(":{}={}", field.name, field.value));
    }
    digest.hex(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Vec<CustomField> {
        let field =
            |&(name, value): &(&str, &str)| CustomField { name: name.to_owned(), value: value.to_owned() };
        pairs.iter().map(field).collect()
    }

    fn pairs(tails: &[Tail]) -> Vec<String> {
        tails.iter().map(|tail| tail.pairs.join(":")).collect()
    }

    #[test]
    fn orders_that_agree_are_tried_once() {
        let custom = fields(&[("Shp_a", "1"), ("Shp_b", "2")]);
        assert_eq!(pairs(&tails(&custom, TextEncoding::UTF_8)), ["Shp_a=1:Shp_b=2"]);
        assert_eq!(pairs(&tails(&[], TextEncoding::UTF_8)), [""]);
    }

    #[test]
    fn the_documented_order_is_tried_first_and_the_received_one_last() {
        let custom = fields(&[("shp_c", "1"), ("Shp_a1", "2"), ("Shp_a", "3"), ("SHP_b", "4")]);
        assert_eq!(
            pairs(&tails(&custom, TextEncoding::UTF_8)),
            [
                "Shp_a=3:Shp_a1=2:SHP_b=4:shp_c=1",
                "SHP_b=4:Shp_a=3:Shp_a1=2:shp_c=1",
                "SHP_b=4:Shp_a1=2:Shp_a=3:shp_c=1",
                "shp_c=1:Shp_a1=2:Shp_a=3:SHP_b=4",
            ]
        );
    }

    #[test]
    fn fields_go_back_in_the_order_that_the_client_sorts_by() {
        let custom = fields(&[("Shp_a1", "2"), ("Shp_a", "1")]);
        let names = |tail: &Tail| tail.custom.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
        let all = tails(&custom, TextEncoding::UTF_8);
        assert_eq!(names(&all[0]), ["Shp_a", "Shp_a1"]);
        // Whole pairs and the received order read alike here; the client that sorts is believed.
        assert_eq!(names(&all[1]), ["Shp_a1", "Shp_a"]);
    }

    #[test]
    fn repeated_names_keep_their_order() {
        let custom = fields(&[("Shp_a", "2"), ("Shp_a", "1")]);
        assert_eq!(pairs(&tails(&custom, TextEncoding::UTF_8))[0], "Shp_a=2:Shp_a=1");
    }

    #[test]
    fn the_value_that_is_used_belongs_to_the_spelling_that_was_signed() {
        let custom = fields(&[("Shp_a", "%41")]);
        let all = tails(&custom, TextEncoding::UTF_8);
        let meant: Vec<(&str, &str)> =
            all.iter().map(|tail| (tail.pairs[0].as_str(), tail.custom[0].value.as_str())).collect();
        assert_eq!(meant, [("Shp_a=%41", "%41"), ("Shp_a=%2541", "%41"), ("Shp_a=A", "A")]);
    }

    #[test]
    fn a_decoding_that_yields_control_characters_is_no_reading() {
        let custom = fields(&[("Shp_a", "%0a")]);
        assert_eq!(pairs(&tails(&custom, TextEncoding::UTF_8)), ["Shp_a=%0a", "Shp_a=%250a"]);
    }
}
