//! What a request says besides its order, in types: how to answer it, which payways, where to go, who pays.

use domain::payments::CustomField;
use domain::secrets::Secret;
use domain::sellers::ShopAddress;

use super::errors::{Code, Refused};
use super::fields::OWN;
use super::keys::CheckoutKeys;
use super::names;
use super::payways::{PaywayList, is_test};
use super::reader::{Reader, is_dashed_word, is_list, is_word};
use super::tree::{Node, Tree};

/// The most lines of a basket that are kept.
const PRODUCTS_MAX: usize = 100;
/// How long a value of a basket or of the payer's data may be, in characters.
const LOOSE_CHARS_MAX: usize = 255;

/// What is to be done with a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// The buyer picks a payway.
    Choose,
    /// The payways are listed.
    Payways,
    /// The price by one payway is computed.
    Calculate,
    /// The buyer goes straight to one payway.
    Process,
}

/// In which form a request is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interface {
    /// With a page.
    Web,
    /// With JSON.
    Json,
}

/// Which side the amount fixes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AmountSide {
    /// What the checkout is credited with.
    Invoice,
    /// What the buyer pays at the system.
    Payway,
}

/// One line of a basket, as the shop wrote it.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Product {
    /// The shop's own number of it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// How many.
    pub quantity: String,
    /// The currency of the amount.
    pub currency: String,
    /// The amount.
    pub amount: String,
}

/// Everything that only this protocol says. Its texts come from strangers: whoever saves them masks card
/// numbers first.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The merchant's number of the payment; empty if there is none.
    pub payment_no: String,
    /// Whether the request carried a signature, which was then right.
    pub signed: bool,
    /// What is to be done.
    pub act: Act,
    /// How the answer looks.
    pub interface: Interface,
    /// Which side the amount fixes.
    pub side: AmountSide,
    /// Whether the buyer may change the amount; `None` leaves it to the checkout.
    pub editable: Option<bool>,
    /// The only payways to offer; empty for all.
    pub allow: PaywayList,
    /// Payways not to offer.
    pub deny: PaywayList,
    /// The alias of the payway to take, as written.
    pub via: Option<String>,
    /// The newer word for the payway: `card`, `test`.
    pub method: Option<String>,
    /// The currency on the side of the system, as written in capitals: `EUR`, `USDTTRC`.
    pub method_currency: Option<String>,
    /// Where to be told of this payment instead of the checkout's address.
    pub interaction: Option<ShopAddress>,
    /// Where to return while undecided instead of the checkout's address.
    pub pending: Option<ShopAddress>,
    /// The payer's e-mail address or phone, echoed in notices.
    pub contact: Option<String>,
    /// What is known of the payer: the `ik_customer_` fields by their whole names.
    pub customer: Vec<CustomField>,
    /// Inputs of the payway, by their whole names.
    pub inputs: Vec<CustomField>,
    /// The basket.
    pub products: Vec<Product>,
    /// The merchant's number of the end user.
    pub sub_account: Option<String>,
    /// The mode, as written; `invoice` is the only one seen.
    pub mode: Option<String>,
    /// A token that stands for a card of an earlier payment.
    pub pay_token: Option<Secret>,
}

impl Terms {
    /// Reads them from the fields of a request.
    ///
    /// # Errors
    /// 1023, 1024 and 1030 for values that break their pattern.
    pub(super) fn read(fields: &Tree, keys: &CheckoutKeys<'_>, signed: bool) -> Result<Terms, Refused> {
        let reader = Reader(fields);
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let own = keys.addresses;
        let list = |name| reader.pattern(name, 512, is_list).map(|list| list.map(PaywayList::read));
        let method = reader.pattern(names::PAYMENT_METHOD, 32, is_word)?;
        let currency = reader.pattern(names::PAYMENT_CURRENCY, 7, |c| c.is_ascii_alphabetic())?;
        Ok(Terms {
            payment_no: owned(reader.pattern(names::PM_NO, 50, is_dashed_word)?).unwrap_or_default(),
            signed,
            act: act(reader)?,
            interface: reader
                .word(names::INT, Code::Invalid, &[("web", Interface::Web), ("json", Interface::Json)])?
                .unwrap_or(Interface::Web),
            side: reader
                .word(
                    names::AM_T,
                    Code::Invalid,
                    &[("invoice", AmountSide::Invoice), ("payway", AmountSide::Payway)],
                )?
                .unwrap_or(AmountSide::Invoice),
            editable: reader.word(names::AM_ED, Code::Invalid, &[("0", false), ("1", true)])?,
            allow: list(names::PW_ON)?.unwrap_or_default(),
            deny: list(names::PW_OFF)?.unwrap_or_default(),
            via: owned(reader.pattern(names::PW_VIA, 62, is_word)?),
            method: method.map(str::to_ascii_lowercase),
            method_currency: currency.map(str::to_ascii_uppercase),
            interaction: reader.replaced(
                (names::IA_U, names::IA_M),
                own.interaction.as_ref(),
                keys.overrides.interaction,
            )?,
            pending: reader.replaced(
                (names::PND_U, names::PND_M),
                own.pending.as_ref(),
                keys.overrides.pending,
            )?,
            contact: owned(reader.pattern(names::CLI, 64, |_| true)?),
            customer: flat(fields, |name| name.starts_with(names::CUSTOMER))?,
            inputs: flat(fields, |name| name == names::PAYWAY_FIELDS)?,
            products: products(reader)?,
            sub_account: owned(reader.pattern(names::SUB_ACC_NO, 32, is_dashed_word)?),
            mode: owned(reader.pattern(names::MODE, 32, is_dashed_word)?),
            pay_token: pay_token(reader)?,
        })
    }

    /// Whether the request asks for a rehearsal: it names the test payway, or allows no other.
    pub fn is_test(&self) -> bool {
        self.via.as_deref().or(self.method.as_deref()).is_some_and(is_test)
            || self.method_currency.as_deref() == Some("XTS")
            || (self.via.is_none() && self.method.is_none() && self.allow.is_test_only())
    }
}

fn act(reader: Reader<'_>) -> Result<Act, Refused> {
    let words = [
        ("payways", Act::Payways),
        ("payway", Act::Calculate),
        ("payways_calc", Act::Calculate),
        ("process", Act::Process),
    ];
    Ok(reader.word(names::ACT, Code::WrongAction, &words)?.unwrap_or(Act::Choose))
}

fn pay_token(reader: Reader<'_>) -> Result<Option<Secret>, Refused> {
    let allowed = |c: char| is_word(c) || "/'\":;[]{}+=-".contains(c);
    let token = reader.pattern(names::PAY_TOKEN, 512, allowed)?;
    if token.is_some_and(|token| token.len() < 10) {
        return Err(Refused::because_of(names::PAY_TOKEN, Code::WrongFormat, "the token is too short"));
    }
    Ok(token.map(|token| Secret::new(token.to_owned())))
}

/// The merchant's own fields, by their whole names and in the order in which they are signed.
pub(super) fn own(fields: &Tree) -> Vec<CustomField> {
    all(fields, |name| name.starts_with(OWN))
}

/// The values under fields of some names, by their whole names.
fn all(fields: &Tree, wanted: impl Fn(&str) -> bool) -> Vec<CustomField> {
    let chosen = fields.iter().filter(|(name, _)| wanted(name));
    let pairs = chosen.flat_map(|(name, node)| node.pairs(name.to_owned()));
    pairs.map(|(name, value)| CustomField { name, value: value.to_owned() }).collect()
}

/// The same where the values are not echoed and need not be long.
fn flat(fields: &Tree, wanted: impl Fn(&str) -> bool) -> Result<Vec<CustomField>, Refused> {
    let all = all(fields, wanted);
    if all.iter().any(|field| field.value.chars().count() > LOOSE_CHARS_MAX) {
        return Err(Refused::with(Code::WrongFormat, "a value of the payer's data is too long"));
    }
    Ok(all)
}

fn products(reader: Reader<'_>) -> Result<Vec<Product>, Refused> {
    let wrong = |why| Refused::because_of(names::PRODUCTS, Code::WrongFormat, why);
    let lines = match reader.0.get(names::PRODUCTS) {
        None => return Ok(Vec::new()),
        Some(Node::Text(text)) if text.is_empty() => return Ok(Vec::new()),
        Some(Node::Text(_)) => return Err(wrong("the basket is a list of products")),
        Some(Node::Tree(lines)) => lines,
    };
    let mut products = Vec::new();
    let mut numbered: Vec<(u64, &Tree)> = Vec::new();
    for (number, line) in lines.iter() {
        let Node::Tree(line) = line else { return Err(wrong("a product has a name and an amount")) };
        numbered.push((number.parse().unwrap_or(u64::MAX), line));
    }
    if numbered.len() > PRODUCTS_MAX {
        return Err(wrong("the basket has too many products"));
    }
    // They are signed in the order of their numbers as texts, and shown as the shop numbered them.
    numbered.sort_by_key(|(number, _)| *number);
    for (_, line) in numbered {
        let text = |name: &'static str| line.text(name).unwrap_or_default();
        let first = |names: [&'static str; 2]| names.into_iter().map(text).find(|text| !text.is_empty());
        let product = Product {
            id: text("id").to_owned(),
            name: text("name").to_owned(),
            description: text("description").to_owned(),
            quantity: first(["qty", "quantity"]).unwrap_or_default().to_owned(),
            currency: text("currency").to_owned(),
            amount: first(["amount", "price"]).unwrap_or_default().to_owned(),
        };
        if [&product.name, &product.description].iter().any(|text| text.chars().count() > LOOSE_CHARS_MAX) {
            return Err(wrong("the name or description of a product is too long"));
        }
        products.push(product);
    }
    Ok(products)
}
