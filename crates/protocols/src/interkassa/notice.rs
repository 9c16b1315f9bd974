//! What a checkout is told: the interaction notice, the fields of the way back, and when an answer counts.

use domain::payments::CustomField;
use domain::secrets::Secret;
use domain::sellers::Algorithm;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use money::Money;

use super::names;
use super::payways::TEST_PAYWAY;
use super::signature::sign;
use super::states::{Back, InvoiceState};
use super::terms::{Act, Terms};
use super::tree::Tree;

/// How many decimals the amounts have.
const AMOUNT_DECIMALS: usize = 2;
/// How many decimals the credited amount has.
const CREDITED_DECIMALS: usize = 4;

/// Fields in the order in which they are sent.
pub type Pairs = Vec<(String, String)>;

/// What every message about an invoice says.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The checkout, as it is written in requests.
    pub checkout: &'a str,
    /// The number of the checkout's purse, of twelve digits.
    pub purse: u64,
    /// The number of the invoice; receivers read it as an integer.
    pub invoice: u64,
    /// Where it stands.
    pub state: InvoiceState,
    /// When it was made.
    pub created: Timestamp,
    /// When it was decided; `None` while it is not.
    pub processed: Option<Timestamp>,
    /// The number of the transaction at the system; empty if there is none.
    pub transaction: &'a str,
    /// The merchant's number, as requested; empty if there was none.
    pub payment_no: &'a str,
    /// The alias of the payway that was used; empty before one was.
    pub payway: &'a str,
    /// The amount of the invoice.
    pub amount: Money,
    /// What the checkout is credited with.
    pub credited: Money,
    /// What the buyer pays.
    pub price: Money,
    /// The description, as requested.
    pub description: &'a str,
    /// The merchant's own fields, by their whole names.
    pub custom: &'a [CustomField],
    /// The zone in which times are told.
    pub zone: &'a TimeZone,
}

/// Fields that are told only to a checkout whose request used them: some receivers hash a fixed list of
/// names and refuse a notice with one more.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Extras<'a> {
    /// The request asked for `ik_act=process`.
    pub process: bool,
    /// The payer's contact.
    pub contact: Option<&'a str>,
    /// The newer words for the payway and its currency.
    pub method: Option<(&'a str, &'a str)>,
    /// What is known of the card.
    pub card: Option<Card<'a>>,
}

/// What is told of a card: never more of its number than a mask.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Card<'a> {
    /// The number with its middle hidden: `411111******1111`.
    pub mask: &'a str,
    /// The token under which it can be charged again.
    pub token: Option<&'a str>,
    /// How the issuer was asked.
    pub eci: Option<&'a str>,
    /// The number of the order at the gateway.
    pub gateway_order: Option<&'a str>,
}

impl<'a> Extras<'a> {
    /// What the terms of a request ask for; the card is told with the newer words or after a saved card.
    pub fn of(terms: &'a Terms, card: Option<Card<'a>>) -> Extras<'a> {
        let newer = terms.method.is_some() || terms.pay_token.is_some();
        let currency = terms.method_currency.as_deref().unwrap_or_default();
        Extras {
            process: terms.act == Act::Process,
            contact: terms.contact.as_deref(),
            method: terms.method.as_deref().map(|method| (method, currency)),
            card: card.filter(|_| newer),
        }
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        let optional = |name, value: Option<&str>| value.map(|value| (name, value.to_owned()));
        let card = self.card.unwrap_or_default();
        let mask = Some(card.mask).filter(|mask| !mask.is_empty());
        let method = self.method.map(|(method, _)| method);
        let currency = self.method.map(|(_, currency)| currency).filter(|currency| !currency.is_empty());
        let all = [
            optional(names::CLI, self.contact),
            optional(names::ACT, self.process.then_some("process")),
            optional(names::PAYMENT_METHOD, method),
            optional(names::PAYMENT_CURRENCY, currency),
            optional(names::P_CARD_MASK, mask),
            optional(names::P_CARD_TOKEN, card.token),
            optional(names::P_ECI, card.eci),
            optional(names::P_GW_ORDER_ID, card.gateway_order),
        ];
        all.into_iter().flatten().collect()
    }
}

/// Which of a checkout's keys signs a notice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Key {
    /// The sign key.
    Sign,
    /// The test key.
    Test,
}

impl Key {
    /// The key for a notice about this payway: receivers check the test payway's with the test key.
    pub fn of(payway: &str) -> Key {
        if payway == TEST_PAYWAY { Key::Test } else { Key::Sign }
    }
}

/// The fields of a notice, signed. The key is the one that [`Key::of`] names.
pub fn notice_fields(told: &Told<'_>, extras: &Extras<'_>, key: &Secret, algorithm: Algorithm) -> Pairs {
    let mut fields = vec![
        (names::CO_ID, told.checkout.to_owned()),
        (names::CO_PRS_ID, told.purse.to_string()),
        (names::INV_ID, told.invoice.to_string()),
        (names::INV_ST, told.state.code().to_owned()),
        (names::INV_CRT, told.time(told.created)),
        (names::INV_PRC, told.processed.map(|at| told.time(at)).unwrap_or_default()),
        (names::TRN_ID, told.transaction.to_owned()),
    ];
    fields.extend(told.bought());
    fields.extend(extras.fields());
    signed_fields(told.with_custom(fields), key, algorithm)
}

/// The fields with which a buyer returns: those of 2015, which hold the four of 2019. They are not signed,
/// so no shop may take them for a proof.
pub fn return_fields(told: &Told<'_>) -> Pairs {
    // The page of an undecided payment was seen with one state only.
    let state = match told.state.back() {
        Back::Pending => InvoiceState::WaitAccept,
        Back::Success | Back::Fail => told.state,
    };
    let mut fields = vec![
        (names::CO_ID, told.checkout.to_owned()),
        (names::INV_ID, told.invoice.to_string()),
        (names::INV_ST, state.code().to_owned()),
        (names::INV_CRT, told.time(told.created)),
        (names::INV_PRC, told.processed.map(|at| told.time(at)).unwrap_or_default()),
    ];
    fields.extend(told.bought());
    told.with_custom(fields)
}

impl Told<'_> {
    fn bought(&self) -> [(&'static str, String); 7] {
        [
            (names::PM_NO, self.payment_no.to_owned()),
            (names::PW_VIA, self.payway.to_owned()),
            (names::AM, self.amount.decimals(AMOUNT_DECIMALS)),
            (names::CO_RFN, self.credited.decimals(CREDITED_DECIMALS)),
            (names::PS_PRICE, self.price.decimals(AMOUNT_DECIMALS)),
            (names::CUR, self.amount.currency().code().to_owned()),
            (names::DESC, self.description.to_owned()),
        ]
    }

    fn with_custom(&self, fields: Vec<(&'static str, String)>) -> Pairs {
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
        let custom = self.custom.iter().map(|field| (field.name.clone(), field.value.clone()));
        fields.chain(custom).collect()
    }

    fn time(&self, at: Timestamp) -> String {
        local_time(at, self.zone)
    }
}

/// A time as the service writes it, in its zone.
pub fn local_time(at: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// The fields with their signature behind them. Whoever signs other fields than a notice's own uses it too:
/// a simulator, or a test with recorded values.
pub fn signed_fields(mut fields: Pairs, key: &Secret, algorithm: Algorithm) -> Pairs {
    let mut tree = Tree::default();
    for (name, value) in &fields {
        // Every name here is a documented one or was read from a request, so it has a place.
        let _placed = tree.insert(name, value.clone());
    }
    let signature = sign(&tree, key, algorithm);
    fields.push((names::SIGN.to_owned(), signature));
    fields
}

/// The answer by which a checkout accepts a notice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expected {
    /// The status code.
    pub status: u16,
    /// The body; empty if any will do.
    pub text: String,
}

impl Default for Expected {
    fn default() -> Expected {
        Expected { status: 200, text: String::new() }
    }
}

impl Expected {
    /// Whether an answer is the expected one: exactly its status, and exactly its text where there is one.
    ///
    /// ```
    /// use protocols::interkassa::notice::Expected;
    /// assert!(Expected::default().is(200, b"anything") && !Expected::default().is(204, b""));
    /// let ok = Expected { status: 200, text: "OK".to_owned() };
    /// assert!(ok.is(200, b"OK") && !ok.is(200, b"OK<!-- served by host -->"));
    /// ```
    pub fn is(&self, status: u16, body: &[u8]) -> bool {
        status == self.status && (self.text.is_empty() || body == self.text.as_bytes())
    }
}

/// How long is waited after each refused attempt, in seconds: powers of e. The service was seen to make
/// thirteen attempts, over three days.
const GAPS_S: [u32; 12] = [3, 8, 21, 55, 149, 404, 1_097, 2_981, 8_104, 22_027, 59_875, 162_755];
/// Its attempts start with the minute.
const MINUTE_S: i64 = 60;

/// When a notice is tried again after so many attempts, the last of them at this time: the gap, then the next
/// full minute. `None` when it was tried often enough.
pub fn next_try(attempts: u32, last: Timestamp) -> Option<Timestamp> {
    let gap = GAPS_S.get(usize::try_from(attempts.checked_sub(1)?).ok()?)?;
    let earliest = last.as_second().checked_add(i64::from(*gap))?;
    let minute = earliest.checked_add(MINUTE_S.checked_sub(1)?)?.checked_div_euclid(MINUTE_S)?;
    Timestamp::from_second(minute.checked_mul(MINUTE_S)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_grow_apart_and_end_after_three_days() {
        let first: Timestamp = "2030-01-01T00:00:01Z".parse().unwrap();
        let mut at = first;
        let mut gaps = Vec::new();
        for attempts in 1..=12 {
            let next = next_try(attempts, at).unwrap();
            gaps.push((next.as_second() - at.as_second()) / 60);
            at = next;
        }
        // The dump shows 3, 7, 19, 50, 136, 368, 998 and 2713 minutes for the later ones.
        assert_eq!(gaps, [0, 1, 1, 1, 3, 7, 19, 50, 136, 368, 998, 2_713]);
        assert_eq!((next_try(0, at), next_try(13, at)), (None, None));
        assert_eq!((at.as_second() - first.as_second()) / 3_600, 71);
    }

    #[test]
    fn only_the_test_payway_itself_is_signed_with_the_test_key() {
        assert_eq!(Key::of(TEST_PAYWAY), Key::Test);
        for payway in ["card_kassa_merchant_uah", "test", "", "TEST_interkassa_test_xts"] {
            assert_eq!(Key::of(payway), Key::Sign, "{payway}");
        }
    }

    #[test]
    fn times_are_told_in_the_checkouts_zone() {
        let kyiv = TimeZone::get("Europe/Kyiv").unwrap();
        let at = "2015-04-28T15:48:39Z".parse().unwrap();
        assert_eq!(local_time(at, &kyiv), "2015-04-28 18:48:39");
        assert_eq!(local_time(at, &TimeZone::UTC), "2015-04-28 15:48:39");
    }
}
