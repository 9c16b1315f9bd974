//! Starting an attempt: the buyer chose a method, and this is what it costs.

use crate::attempts::{Attempt, AttemptState, PaidWith, PayerFields};
use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{AttemptId, Book, PaymentId, ProviderAccountId, TariffId};
use crate::jobs::Task;
use crate::methods::{self, Method};
use crate::payments::Payment;
use crate::sellers::{Seller, Shop};
use crate::stored::Reuse;
use crate::tariffs::{Sale, Tariff, price};
use jiff::Timestamp;
use money::Money;
use money::currency::Currency;

/// A payment can be tried so often.
pub const ATTEMPTS_MAX: u32 = 50;

/// A wish: the buyer chose a method.
#[derive(Clone, Debug)]
pub struct StartAttempt {
    /// The attempt, should a new one be needed.
    pub id: AttemptId,
    /// Of which payment.
    pub payment: PaymentId,
    /// How.
    pub method: Method,
    /// Through which account, and the version that was read.
    pub provider: (ProviderAccountId, u32),
    /// Under which tariff, and the version that was read.
    pub tariff: (TariffId, u32),
    /// What the buyer told.
    pub payer: PayerFields,
}

impl Command for StartAttempt {
    type Answer = AttemptId;
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.payment.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.payment);
        asks.know(self.provider.0);
        asks.know(self.tariff.0);
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, AttemptId), Stop> {
        let payment = facts.need(&self.payment)?;
        if let Some(under_way) = self.pressed_twice(facts, payment)? {
            return Ok((Decision::nothing(), under_way));
        }
        let shop = facts.need(&payment.shop)?;
        let seller = facts.need(&shop.seller)?;
        let reuse = self.reuse(facts, payment, shop)?;
        Ok((self.begun(facts, (payment, shop, seller), reuse, &Actor::Buyer, now)?, self.id))
    }
}

impl StartAttempt {
    /// The attempt begins: it is saved, and its job is due at once.
    pub(crate) fn begun(
        &self,
        facts: &Facts,
        (payment, shop, seller): (&Payment, &Shop, &Seller),
        reuse: Reuse,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Decision, Stop> {
        self.allowed(facts, payment, shop, seller)?;
        let attempt = Attempt { reuse, ..self.attempt(facts, payment, shop, seller, now)? };
        let started =
            Happened::AttemptStarted { attempt: self.id, method: self.method, amount: attempt.amount };
        let mut payment = payment.clone();
        payment.unfinished.push(self.id);
        payment.attempts = payment.attempts.saturating_add(1);
        payment.last_attempt = Some(self.id);
        payment.changed_at = now;
        Ok(Decision::nothing()
            .tell(Subject::Payment(payment.id), actor, started)
            .then(Task::AdvanceAttempt(self.id), now)
            .save(attempt)
            .save(payment))
    }

    /// What becomes of the buyer's method: nobody starts a charge but the shop, and a kept card is used only
    /// where it is offered, chosen and still there.
    fn reuse(&self, facts: &Facts, payment: &Payment, shop: &Shop) -> Result<Reuse, Stop> {
        let plain = if shop.keeps(self.method) { Reuse::Keep } else { Reuse::Once };
        match payment.terms.reuse {
            Reuse::Keep => Ok(Reuse::Keep),
            Reuse::Once => Ok(plain),
            Reuse::Charge(_) => Err(Refused::MethodOff { method: self.method }.into()),
            Reuse::Confirm(_) if !self.payer.saved => Ok(plain),
            Reuse::Confirm(id) => {
                let stored = facts.find(&id)?.filter(|stored| {
                    stored.serves(shop.id)
                        && stored.method == self.method
                        && stored.provider == self.provider.0
                });
                stored.ok_or(Refused::MethodOff { method: self.method })?;
                Ok(Reuse::Confirm(id))
            }
        }
    }

    /// A button pressed twice starts one attempt: the first one is still on its way to the provider.
    fn pressed_twice(&self, facts: &Facts, payment: &Payment) -> Result<Option<AttemptId>, Stop> {
        let Some(last) = payment.last_attempt else {
            return Ok(None);
        };
        let last = facts.need(&last)?;
        let on_its_way = match last.state {
            AttemptState::Planned | AttemptState::Sending { .. } => true,
            AttemptState::Waiting
            | AttemptState::Unknown
            | AttemptState::Held
            | AttemptState::Received
            | AttemptState::Declined { .. }
            | AttemptState::Released
            | AttemptState::Abandoned => false,
        };
        Ok((on_its_way && last.method == self.method && last.payer == self.payer).then_some(last.id))
    }

    fn allowed(&self, facts: &Facts, payment: &Payment, shop: &Shop, seller: &Seller) -> Result<(), Stop> {
        if !payment.takes_attempts() {
            let state = payment.state.word();
            return Err(Refused::WrongState { wish: "a payment", what: "payment", state }.into());
        }
        for (what, on) in [("shop", shop.active), ("seller", seller.active)] {
            if !on {
                return Err(Refused::Off { what }.into());
            }
        }
        if payment.attempts >= ATTEMPTS_MAX {
            return Err(Refused::TooMany { what: "attempts", limit: ATTEMPTS_MAX }.into());
        }
        let (account, version) = (facts.need(&self.provider.0)?, self.provider.1);
        if account.version != version {
            return Err(Refused::Stale { what: "provider account" }.into());
        }
        let offered = account.active
            && account.serves(payment.id.book.kind())
            && account.methods.contains(&self.method)
            && payment.offers(shop, self.method);
        if !offered {
            return Err(Refused::MethodOff { method: self.method }.into());
        }
        match (self.method.asks(), &self.payer.phone) {
            (methods::Asks::Phone, None) => {
                let why = "expected the number of the phone to charge".to_owned();
                Err(Refused::Invalid { what: "phone", why }.into())
            }
            (methods::Asks::Phone, Some(_)) | (methods::Asks::Nothing, _) => Ok(()),
        }
    }

    fn attempt(
        &self,
        facts: &Facts,
        payment: &Payment,
        shop: &Shop,
        seller: &Seller,
        now: Timestamp,
    ) -> Result<Attempt, Stop> {
        let tariff = facts.need(&self.tariff.0)?;
        if tariff.version != self.tariff.1 {
            return Err(Refused::Stale { what: "tariff" }.into());
        }
        let quote = Quote::of(payment, shop, seller, tariff, self.method)?;
        Ok(Attempt {
            id: self.id,
            payment: payment.id,
            method: self.method,
            provider: self.provider.0,
            price: quote.price,
            amount: quote.to_pay,
            tariff: self.tariff,
            fee: quote.fee,
            refund_fee: tariff.refund_fee.clone(),
            hold: payment.terms.hold,
            reuse: Reuse::Once,
            state: AttemptState::Planned,
            memo: None,
            prompt: None,
            waits_until: None,
            payer: self.payer.clone(),
            call: None,
            checks: 0,
            paid_with: PaidWith::default(),
            received: None,
            cost: None,
            returned: Money::zero(payment.currency()),
            started_at: now,
        })
    }
}

/// What a method costs the buyer of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The fee template, of the step that the seller's turnover reaches.
    pub fee: crate::tariffs::Fee,
    /// The price: the order's sum and the buyer's share of the fee.
    pub price: Money,
    /// Of the price, what is still to be paid beside the payer's credit.
    pub to_pay: Money,
}

impl Quote {
    /// The quote under a tariff.
    ///
    /// # Errors
    /// [`Refused::MethodOff`] when the tariff is not meant for this sale, or when so much is in
    /// credit that nothing would be left to pay by this method.
    pub fn of(
        payment: &Payment,
        shop: &Shop,
        seller: &Seller,
        tariff: &Tariff,
        method: Method,
    ) -> Result<Quote, Refused> {
        let currency = payment.currency();
        let sale = Sale { seller: shop.seller, shop: shop.id, method, currency };
        let fee = tariff.fits(&sale).and_then(|_| tariff.fee_at(seller.turnover_of(currency)));
        let fee = fee.ok_or(Refused::MethodOff { method })?;
        let price = price(payment.amount, fee, shop.buyer_share)?;
        let to_pay = price.minus(payment.credit)?;
        if !to_pay.is_positive() {
            return Err(Refused::MethodOff { method });
        }
        Ok(Quote { fee: fee.clone(), price, to_pay })
    }
}

impl Payment {
    /// Whether shop and order allow a method.
    #[must_use]
    pub fn offers(&self, shop: &Shop, method: Method) -> bool {
        let allowed = &self.terms.allowed;
        shop.methods.contains(&method) && (allowed.is_empty() || allowed.contains(&method))
    }
}

impl Seller {
    /// The turnover that decides the step of a tariff.
    #[must_use]
    pub fn turnover_of(&self, currency: Currency) -> Money {
        let of_currency = self.turnover.iter().find(|turnover| turnover.sum.currency() == currency);
        of_currency.map_or(Money::zero(currency), |turnover| turnover.sum)
    }
}
