//! The start of a payment by the first protocol.

use domain::payments::CustomField;
use domain::secrets::Secret;
use domain::sellers::{ShopAddress, Verb};
use money::Money;
use money::currency::Currency;
use wire::digest::sha256;

use super::super::errors::{Code, Refused};
use super::super::fields::Fields;
use super::super::payways::{is_test, method_of_alias};
use super::super::reader::{Reader, is_word};
use super::signature::{HEX_CHARS, fits};
use crate::order::Order;

/// The name of the shop's field, by which this protocol is known.
pub(in crate::interkassa) const SHOP_ID: &str = "ik_shop_id";
const AMOUNT: &str = "ik_payment_amount";
const PAYMENT_ID: &str = "ik_payment_id";
const DESC: &str = "ik_payment_desc";
pub(crate) const ALIAS: &str = "ik_paysystem_alias";
/// The merchant's own text, which comes back everywhere.
pub const BAGGAGE: &str = "ik_baggage_fields";
const SIGN: &str = "ik_sign_hash";

/// How long the texts of this protocol may be, in characters.
const TEXT_CHARS_MAX: usize = 255;
/// The lengths of the groups of a shop's identifier.
const SHOP_ID_GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
/// How long an amount may be written, in characters.
const AMOUNT_CHARS_MAX: usize = 16;

/// What of a shop a request is checked with.
#[derive(Clone, Copy, Debug)]
pub struct FirstKeys<'a> {
    /// The identifier, upper-case hex in five groups.
    pub shop_id: &'a str,
    /// The currency of its amounts.
    pub currency: Currency,
    /// Its only key.
    pub secret: &'a Secret,
    /// Whether a request without a signature is refused.
    pub must_sign: bool,
}

/// How a buyer is sent back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// With the fields in the query.
    Get,
    /// With the fields in a form.
    Post,
    /// By a plain link, with nothing.
    Link,
}

/// How a shop is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Telling {
    /// With the fields in the query.
    Get,
    /// With the fields in a form.
    Post,
    /// Not at all.
    Off,
}

/// What a request gives instead of a setting of the shop's; what it does not give stays as it is set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instead<T> {
    /// The address.
    pub url: Option<String>,
    /// How to go there.
    pub how: Option<T>,
}

/// Everything that only this protocol says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FirstTerms {
    /// The merchant's number of the payment.
    pub payment_id: String,
    /// The payment system asked for, as written; empty leaves it to the buyer.
    pub alias: String,
    /// The merchant's own text, which comes back everywhere.
    pub baggage: String,
    /// Whether the request carried a signature, which was then right.
    pub signed: bool,
    /// Where to return after success.
    pub success: Instead<Way>,
    /// Where to return otherwise.
    pub fail: Instead<Way>,
    /// Where to be told.
    pub status: Instead<Telling>,
}

/// What a verified request asks for.
#[derive(Clone, Debug)]
pub struct FirstOpened {
    /// The order, in the words of the business. Its number is always to be assigned.
    pub order: Order,
    /// Everything else that it says.
    pub terms: FirstTerms,
}

/// A payment start that was read but not verified: it says whose key is needed.
#[derive(Clone, Debug)]
pub struct FirstStart {
    shop_id: String,
    amount: String,
    description: String,
    signature: Option<String>,
    terms: FirstTerms,
}

impl FirstStart {
    /// Takes the fields of a request that names a shop.
    ///
    /// # Errors
    /// 1021, 1022, 1023 and 1024 for fields that are missing or break their pattern.
    pub(in crate::interkassa) fn of(fields: &Fields) -> Result<FirstStart, Refused> {
        let reader = Reader(&fields.ik);
        let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let shop_id = reader.needed(SHOP_ID)?;
        if !is_shop_id(shop_id) {
            let why = "a shop is named by 32 hex digits in five groups";
            return Err(Refused::because_of(SHOP_ID, Code::WrongFormat, why));
        }
        reader.needed(PAYMENT_ID)?;
        reader.needed(DESC)?;
        let ways = [("GET", Way::Get), ("POST", Way::Post), ("LINK", Way::Link)];
        let tellings = [("GET", Telling::Get), ("POST", Telling::Post), ("OFF", Telling::Off)];
        let back = |url, how| {
            let how = reader.word(how, Code::Invalid, &ways)?;
            Ok::<_, Refused>(Instead { url: reader.address(url)?, how })
        };
        Ok(FirstStart {
            shop_id: shop_id.to_owned(),
            amount: reader.needed(AMOUNT)?.to_owned(),
            description: owned(reader.pattern(DESC, TEXT_CHARS_MAX, |_| true)?),
            signature: reader.text(SIGN)?.map(str::to_owned),
            terms: FirstTerms {
                payment_id: owned(reader.pattern(PAYMENT_ID, 32, is_word)?),
                alias: owned(reader.pattern(ALIAS, 32, is_word)?),
                baggage: owned(reader.pattern(BAGGAGE, TEXT_CHARS_MAX, |_| true)?),
                signed: false,
                success: back("ik_success_url", "ik_success_method")?,
                fail: back("ik_fail_url", "ik_fail_method")?,
                status: Instead {
                    url: reader.address("ik_status_url")?,
                    how: reader.word("ik_status_method", Code::Invalid, &tellings)?,
                },
            },
        })
    }

    /// The shop that the request names, as written.
    pub fn shop_id(&self) -> &str {
        &self.shop_id
    }

    /// Verifies the signature, then the amount.
    ///
    /// # Errors
    /// 1021 without a signature that the shop requires, 1023 for one that does not fit, 1024 for an amount
    /// that is none.
    pub fn verify(&self, keys: &FirstKeys<'_>) -> Result<FirstOpened, Refused> {
        let signed = self.check_signature(keys)?;
        let wrong = Refused::because_of(
            AMOUNT,
            Code::WrongFormat,
            "the amount is not a plain decimal above zero with at most the digits of its currency",
        );
        let sum = Money::parse(&self.amount, keys.currency).ok();
        let sum =
            sum.filter(|sum| sum.is_positive() && self.amount.len() <= AMOUNT_CHARS_MAX).ok_or(wrong)?;
        let terms = FirstTerms { signed, ..self.terms.clone() };
        let back = |instead: &Instead<Way>| {
            let verb = match instead.how {
                Some(Way::Post) => Verb::Post,
                Some(Way::Get | Way::Link) | None => Verb::Get,
            };
            instead.url.clone().map(|url| ShopAddress { url, verb })
        };
        let baggage = CustomField { name: BAGGAGE.to_owned(), value: terms.baggage.clone() };
        let order = Order {
            sum,
            sum_text: self.amount.clone(),
            number: None,
            description: self.description.clone(),
            email: None,
            payer_ip: None,
            language: None,
            custom: Some(baggage).filter(|field| !field.value.is_empty()).into_iter().collect(),
            success: back(&terms.success),
            fail: back(&terms.fail),
            until: None,
            preferred: method_of_alias(&terms.alias),
            allowed: Vec::new(),
            hold: false,
            recurring: false,
            token: None,
            statement_to: None,
            split: Vec::new(),
            receipt: None,
            test: is_test(&terms.alias),
            fingerprint: self.fingerprint(sum),
        };
        Ok(FirstOpened { order, terms })
    }

    /// Whether the request is signed, which it must be where the shop says so.
    ///
    /// # Errors
    /// 1021 and 1023, as [`FirstStart::verify`].
    pub(in crate::interkassa) fn check_signature(&self, keys: &FirstKeys<'_>) -> Result<bool, Refused> {
        let wrong = |code, why| Refused::because_of(SIGN, code, why);
        if !self.shop_id.eq_ignore_ascii_case(keys.shop_id) {
            return Err(Refused::because_of(SHOP_ID, Code::Invalid, "the request names another shop"));
        }
        let Some(received) = &self.signature else {
            let why = "the shop takes signed requests only";
            return if keys.must_sign { Err(wrong(Code::NotSet, why)) } else { Ok(false) };
        };
        if fits(&self.signed_values(), keys.secret, received) {
            return Ok(true);
        }
        // A digest that was printed through a number lost the zeros at its beginning.
        let padded = format!("{received:0>HEX_CHARS$}");
        if received.len() < HEX_CHARS && fits(&self.signed_values(), keys.secret, &padded) {
            let why = "the signature has 32 hex digits: a leading zero is missing";
            return Err(wrong(Code::WrongFormat, why));
        }
        Err(wrong(Code::Invalid, "the signature is not the one of these fields under the secret key"))
    }

    fn signed_values(&self) -> [&str; 5] {
        let terms = &self.terms;
        [&self.shop_id, &self.amount, &terms.payment_id, &terms.alias, &terms.baggage]
    }

    /// Everything that makes two requests the same payment. Each part is preceded by its length.
    fn fingerprint(&self, sum: Money) -> [u8; 32] {
        let terms = &self.terms;
        let url = |url: &Option<String>| url.clone().unwrap_or_default();
        let parts = [
            "interkassa order 1".to_owned(),
            self.shop_id.to_ascii_uppercase(),
            terms.payment_id.clone(),
            format!("{sum} {}", sum.currency()),
            self.description.clone(),
            terms.baggage.clone(),
            url(&terms.success.url),
            url(&terms.fail.url),
            url(&terms.status.url),
        ];
        let content: String = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
        sha256(content.as_bytes())
    }
}

fn is_shop_id(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths = groups.iter().map(|group| group.len());
    lengths.eq(SHOP_ID_GROUPS) && groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_hexdigit()))
}
