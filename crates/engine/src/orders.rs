//! A shop's request becomes a payment: read, verified, opened.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use domain::decide::Refused;
use domain::ids::{BookKind, PaymentId};
use domain::methods::Method;
use domain::opening::{OpenPayment, Opened};
use domain::payments::{CustomField, Terms};
use domain::receipts::Receipt;
use domain::secrets::Secret;
use domain::sellers::{Passwords, Shop, Switch};
use domain::stored::Reuse;
use jiff::Timestamp;
use protocols::order::Order;
use protocols::robokassa::errors::{self, RobokassaError};
use protocols::robokassa::keys::{ShopKeys, Switches};
use protocols::robokassa::request::PaymentStart;
use protocols::robokassa::strict;
use std::sync::Arc;
use wire::card_numbers::mask_card_numbers;
use wire::http::HttpRequest;

/// Why a payment was not opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartRefused {
    /// The dialect's own refusal, with its number.
    #[error(transparent)]
    Robokassa(#[from] errors::Refused),
    /// The system could not do it; nothing is wrong with the request.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Opens the payment that a Robokassa client asks for, or goes on with the one it asked for before.
    ///
    /// # Errors
    /// [`StartRefused::Robokassa`] with the documented number; nothing is saved then.
    #[tracing::instrument(skip_all)]
    pub async fn start_robokassa(&self, request: &HttpRequest) -> Result<Opened, StartRefused> {
        let start = PaymentStart::read(request)?;
        if self.is_strict() {
            strict::check(request)?;
        }
        let kind = if start.is_test() { BookKind::Test } else { BookKind::Live };
        self.open_signed(start.login(), kind, |keys, now| start.verify(keys, now)).await
    }

    /// Opens the order that a shop has signed. Where settings changed between reading and deciding, they are
    /// read and the order is verified anew, once.
    pub(crate) async fn open_signed(
        &self,
        login: &str,
        kind: BookKind,
        verify: impl Fn(&ShopKeys<'_>, Timestamp) -> Result<Order, errors::Refused>,
    ) -> Result<Opened, StartRefused> {
        match self.open_once(login, kind, &verify).await {
            Err(StartRefused::Engine(EngineError::Refused(Refused::Stale { .. }))) => {
                self.known.forget_sellers();
                self.open_once(login, kind, &verify).await.map_err(refused_in_words)
            }
            opened => opened.map_err(refused_in_words),
        }
    }

    async fn open_once(
        &self,
        login: &str,
        kind: BookKind,
        verify: &impl Fn(&ShopKeys<'_>, Timestamp) -> Result<Order, errors::Refused>,
    ) -> Result<Opened, StartRefused> {
        let shop = agreed(self.shop_of_login(login, kind).await?)?;
        let no_passwords = errors::Refused::with(RobokassaError::NoTestSettings, "the shop has no passwords");
        let passwords = shop.current_passwords().ok_or(no_passwords)?;
        let mut keys = keys(&shop, passwords, false);
        keys.switches.strict = self.is_strict();
        let order = verify(&keys, self.now())?;
        if !shop.active {
            return Err(
                errors::Refused::with(RobokassaError::ShopNotActivated, "the shop is switched off").into()
            );
        }
        let opened = self.open_order(&shop, order).await?;
        self.changed(opened.payment);
        Ok(opened)
    }

    /// Opens a verified order of a shop: its price is converted and its parts are found first.
    ///
    /// # Errors
    /// [`StartRefused`]; nothing is saved then.
    pub(crate) async fn open_order(&self, shop: &Shop, order: Order) -> Result<Opened, StartRefused> {
        let (order, price) = self.in_own_currency(shop, order).await?;
        let split = self.parts(shop, &order.split).await?;
        let reuse = match &order.token {
            Some(key) => self.card_of(shop, key).await?,
            None if order.recurring => Reuse::Keep,
            None => Reuse::Once,
        };
        let id: PaymentId = self.fresh(shop.id.book)?;
        let mut open = open(id, shop, order, reuse, self.now());
        (open.terms.price, open.terms.split) = (price, split);
        let opened = self.submit(open).await?;
        if opened.fresh {
            self.meters.opened(book_word(opened.payment.book.kind()));
        }
        Ok(opened)
    }
}

/// The part of a shop that this dialect verifies with.
pub(crate) fn keys<'a>(shop: &'a Shop, passwords: &'a Passwords, hold: bool) -> ShopKeys<'a> {
    let on = |switch| shop.switches.contains(&switch);
    let (password1, password2): (&Secret, &Secret) = (&passwords.first, &passwords.second);
    ShopKeys {
        login: &shop.login,
        currency: shop.currency,
        algorithm: shop.algorithm,
        password1,
        password2,
        switches: Switches {
            also_md5: hold && on(Switch::Md5ForHolds),
            shp_in_values: on(Switch::ShpInValues),
            lone_fail_address: on(Switch::LoneFailAddress),
            holds: on(Switch::Holds),
            strict: false,
            recurring: on(Switch::Recurring),
            saved_cards: on(Switch::SavedCards),
            split: on(Switch::Split),
        },
    }
}

/// The shop that a request names.
///
/// # Errors
/// Error 26 when there is none.
pub(crate) fn agreed(shop: Option<Arc<Shop>>) -> Result<Arc<Shop>, errors::Refused> {
    // A checkout speaks the other dialect.
    let shop = shop.filter(|shop| shop.checkout.is_none());
    shop.ok_or(errors::Refused::because_of(
        "MerchantLogin",
        RobokassaError::ShopNotFound,
        "there is no shop of this name",
    ))
}

/// The opening of an order by its shop.
pub(crate) fn open(
    id: PaymentId,
    shop: &Shop,
    order: Order,
    reuse: Reuse,
    now: jiff::Timestamp,
) -> OpenPayment {
    // The card that is named is of this kind, whether or not it is kept.
    let card = order.token.is_some().then_some(Method::BankCard);
    // Not signed, so the buyer may have moved it: the shop's own lifetime is the ceiling.
    let latest = domain::calendar::after(now, shop.lifetime_s);
    let custom =
        order.custom.into_iter().map(|field| CustomField { name: field.name, value: masked(field.value) });
    OpenPayment {
        id,
        shop: shop.id,
        shop_version: shop.version,
        number: order.number,
        claim: None,
        amount: order.sum,
        fingerprint: order.fingerprint,
        ends_at: order.until.map(|until| until.min(latest)),
        terms: Terms {
            number: order.number.unwrap_or(0),
            sum_text: order.sum_text,
            description: masked(order.description),
            email: order.email,
            payer_ip: order.payer_ip.map(|address| address.to_string()),
            language: order.language,
            custom: custom.collect(),
            success: order.success,
            fail: order.fail,
            statement_to: order.statement_to,
            preferred: card.or(order.preferred),
            allowed: order.allowed,
            hold: shop.two_step || order.hold,
            receipt: order.receipt.map(without_card_numbers),
            reuse,
            price: None,
            split: Vec::new(),
            checkout: None,
        },
    }
}

/// The word for a kind of book in metrics.
pub(crate) const fn book_word(kind: BookKind) -> &'static str {
    match kind {
        BookKind::Live => "live",
        BookKind::Test => "test",
    }
}

/// A receipt without card numbers in its names. Marking codes are no free text, and digits of theirs that
/// look like a card's number must reach the fiscal service as they are.
pub(crate) fn without_card_numbers(receipt: Receipt) -> Receipt {
    receipt.with_names(masked)
}

/// Text of strangers is kept without card numbers.
pub(crate) fn masked(text: String) -> String {
    match mask_card_numbers(&text) {
        std::borrow::Cow::Borrowed(_) => text,
        std::borrow::Cow::Owned(masked) => masked,
    }
}

/// The business's refusals in this dialect's numbers.
pub(crate) fn refused_in_words(refused: StartRefused) -> StartRefused {
    let StartRefused::Engine(EngineError::Refused(refused)) = &refused else {
        return refused;
    };
    let (parameter, error, why) = match refused {
        Refused::AlreadyPaid => {
            (Some("InvId"), RobokassaError::AlreadyPaid, "an order with this number is paid")
        }
        Refused::Off { .. } => (None, RobokassaError::ShopNotActivated, "the shop is switched off"),
        Refused::Invalid { what: "end", .. } => {
            (Some("ExpirationDate"), RobokassaError::TimeIsOver, "the time for payment is over")
        }
        Refused::Invalid { what: "sum", .. } | Refused::Money(_) => {
            (Some("OutSum"), RobokassaError::WrongSum, "the sum does not fit the shop's currency")
        }
        Refused::NotThere { .. }
        | Refused::Stale { .. }
        | Refused::MethodOff { .. }
        | Refused::WrongState { .. }
        | Refused::TooMuch { .. }
        | Refused::Short { .. }
        | Refused::Taken { .. }
        | Refused::TooMany { .. }
        | Refused::Invalid { .. }
        | Refused::LeaseOver
        | Refused::Mistake(_) => (None, RobokassaError::CannotStart, "the payment could not be started"),
    };
    StartRefused::Robokassa(errors::Refused { error, parameter, why })
}
