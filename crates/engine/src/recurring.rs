//! Kept methods at work: a shop charges one by its dialect, a buyer is offered one, and its token reaches the
//! provider.

use crate::clock::Clock;
use crate::conversation::Conversation;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::{Network, SendError};
use crate::orders::{StartRefused, agreed, keys, masked, refused_in_words, without_card_numbers};
use domain::attempts::Attempt;
use domain::decide::Refused;
use domain::ids::{AttemptId, BookKind, PaymentId};
use domain::methods::Group;
use domain::opening::OpenPayment;
use domain::payments::{ClaimKey, CustomField, Payment, PaymentState, Terms};
use domain::sellers::Shop;
use domain::stored::{Reuse, StoredMethod};
use domain::stored_charging::{ChargeStored, parent_method};
use domain::tariffs::{Sale, best};
use jiff::Timestamp;
use protocols::robokassa::errors::{self, RobokassaError};
use protocols::robokassa::op_key;
use protocols::robokassa::recurring::{Charge, ChargeRequest};
use std::borrow::Cow;
use wire::http::{HttpCall, HttpRequest};

impl<N: Network, C: Clock> Engine<N, C> {
    /// Charges the method that an earlier payment of the shop had kept, as a Robokassa client asks; answers with
    /// the number of the order as soon as the charge is saved, and again for the same request.
    ///
    /// # Errors
    /// [`StartRefused::Robokassa`] with the documented number; nothing is saved then.
    #[tracing::instrument(skip_all)]
    pub async fn charge_robokassa(&self, request: &HttpRequest) -> Result<i64, StartRefused> {
        let request = ChargeRequest::read(request)?;
        match self.charge_once(&request).await {
            // Settings changed between reading and deciding: read and verify them anew, once.
            Err(StartRefused::Engine(EngineError::Refused(Refused::Stale { .. }))) => {
                self.known.forget_sellers();
                self.known.forget_offers();
                self.charge_once(&request).await.map_err(in_words)
            }
            charged => charged.map_err(in_words),
        }
    }

    async fn charge_once(&self, request: &ChargeRequest) -> Result<i64, StartRefused> {
        // A charge cannot be rehearsed, so it is always about the live twin of the shop.
        let shop = agreed(self.shop_of_login(request.login(), BookKind::Live).await?)?;
        let no_passwords =
            errors::Refused::with(RobokassaError::ShopNotActivated, "the shop has no passwords");
        let passwords = shop.current_passwords().ok_or(no_passwords)?;
        let charge = request.verify(&keys(&shop, passwords, false))?;
        if !shop.active {
            let why = "the shop is switched off";
            return Err(errors::Refused::with(RobokassaError::ShopNotActivated, why).into());
        }
        let number = charge.number;
        if self.charged_before(&shop, &charge).await? {
            return Ok(number);
        }
        let (parent, stored) = self.parent(&shop, charge.parent).await?;
        let command = self.charging(&shop, charge, &parent, &stored).await?;
        let opened = self.submit(command).await?;
        if opened.fresh {
            self.meters.opened("live");
        }
        self.changed(opened.payment);
        Ok(number)
    }

    /// Whether this very charge was taken before and has not ended without money. Its parent may have changed
    /// meanwhile, and the answer has not.
    async fn charged_before(&self, shop: &Shop, charge: &Charge) -> Result<bool, EngineError> {
        let key = ClaimKey { number: charge.number, shop: shop.id };
        let claim = self.store.claim_of(&key).await?;
        let Some(claim) = claim.filter(|claim| claim.fingerprint == charge.fingerprint) else {
            return Ok(false);
        };
        let payment = self.store.payment(claim.payment).await?;
        Ok(payment
            .is_some_and(|payment| !matches!(payment.state, PaymentState::Cancelled | PaymentState::Expired)))
    }

    /// The payment under which the buyer agreed, and the method that it had kept.
    async fn parent(&self, shop: &Shop, number: i64) -> Result<(Payment, StoredMethod), StartRefused> {
        let key = ClaimKey { number, shop: shop.id };
        let parent = self.store.payment_of_claim(&key).await.map_err(EngineError::from)?;
        let parent = parent.ok_or(no_parent("there is no order of this number"))?;
        let stored = parent_method(&parent).map_err(no_parent)?;
        let stored = self.store.stored_method(stored).await.map_err(EngineError::from)?;
        let stored = stored.filter(|stored| stored.serves(shop.id));
        Ok((parent, stored.ok_or(no_parent("its method is not kept any more"))?))
    }

    async fn charging(
        &self,
        shop: &Shop,
        charge: Charge,
        parent: &Payment,
        stored: &StoredMethod,
    ) -> Result<ChargeStored, StartRefused> {
        let account = self.provider(stored.provider).await?;
        let (method, currency) = (stored.method, shop.currency);
        let sale = Sale { seller: shop.seller, shop: shop.id, method, currency };
        let tariffs = self.all_tariffs().await?;
        let tariff = best(&tariffs, &sale).ok_or(EngineError::Refused(Refused::MethodOff { method }))?;
        let agreed_by = match parent.paid_by {
            Some(attempt) => self.store.attempt(attempt).await.map_err(EngineError::from)?,
            None => None,
        };
        let id: PaymentId = self.fresh(shop.id.book)?;
        Ok(ChargeStored {
            parent: charge.parent,
            attempt: self.fresh(shop.id.book)?,
            provider: (account.id, account.version),
            tariff: (tariff.id, tariff.version),
            opening: opening(id, shop, charge, parent, (stored, agreed_by)),
        })
    }

    /// What becomes of a card that a payment start names by the key of an earlier operation: it is offered if
    /// this shop has it kept, else its kind is.
    ///
    /// # Errors
    /// Error 41 for a key that is not of a card operation of this shop.
    pub(crate) async fn card_of(&self, shop: &Shop, key: &str) -> Result<Reuse, StartRefused> {
        let unknown = errors::Refused::because_of(
            "Token",
            RobokassaError::CannotStart,
            "this is not the key of a card operation of this shop",
        );
        let public = op_key::public_of(key).ok_or(unknown)?;
        let id: AttemptId = self.parse(&public).map_err(|_| unknown)?;
        if id.book != shop.id.book {
            return Err(unknown.into());
        }
        let attempt = self.store.attempt(id).await.map_err(EngineError::from)?.ok_or(unknown)?;
        let payment = self.store.payment(attempt.payment).await.map_err(EngineError::from)?;
        let own = payment.is_some_and(|payment| payment.shop == shop.id);
        if !own || attempt.method.group() != Group::Cards {
            return Err(unknown.into());
        }
        // An operation that used a kept card leads to that card.
        let stored = attempt.reuse.stored().unwrap_or(StoredMethod::of(id));
        let stored = self.store.stored_method(stored).await.map_err(EngineError::from)?;
        let stored = stored.filter(|stored| stored.serves(shop.id));
        Ok(stored.map_or(Reuse::Once, |stored| Reuse::Confirm(stored.id)))
    }

    /// The call with the token of the attempt's kept method in its place, if it has one.
    ///
    /// # Errors
    /// [`SendError::NotSent`] when the method cannot be read: nothing may leave without it.
    pub(crate) async fn with_token<'a>(
        &self,
        talk: &Conversation,
        call: &'a HttpCall,
    ) -> Result<Cow<'a, HttpCall>, SendError> {
        if call.token_at.is_none() {
            return Ok(Cow::Borrowed(call));
        }
        let not_sent = |why: String| SendError::NotSent(why);
        let id = talk.attempt.reuse.stored().ok_or(not_sent("the attempt has no kept method".to_owned()))?;
        let stored = self.store.stored_method(id).await.map_err(|error| not_sent(error.to_string()))?;
        let stored = stored.ok_or(not_sent("the kept method is gone".to_owned()))?;
        if stored.provider != talk.account.id {
            return Err(not_sent("the kept method is at another provider".to_owned()));
        }
        Ok(Cow::Owned(call.with_token(stored.kept.token.expose())))
    }
}

fn opening(
    id: PaymentId,
    shop: &Shop,
    charge: Charge,
    parent: &Payment,
    (stored, agreed_by): (&StoredMethod, Option<Attempt>),
) -> OpenPayment {
    let custom =
        charge.custom.into_iter().map(|field| CustomField { name: field.name, value: masked(field.value) });
    let ends_at: Option<Timestamp> = None;
    // Nobody is asked where the receipt is to go: where the first one went.
    let typed = agreed_by.and_then(|attempt| attempt.payer.email);
    OpenPayment {
        id,
        shop: shop.id,
        shop_version: shop.version,
        number: Some(charge.number),
        claim: None,
        amount: charge.sum,
        fingerprint: charge.fingerprint,
        ends_at,
        terms: Terms {
            number: charge.number,
            sum_text: charge.sum_text,
            description: masked(charge.description),
            email: parent.terms.email.clone().or(typed),
            payer_ip: None,
            language: parent.terms.language,
            custom: custom.collect(),
            success: None,
            fail: None,
            statement_to: charge.statement_to,
            preferred: Some(stored.method),
            allowed: Vec::new(),
            hold: shop.two_step,
            receipt: charge.receipt.map(without_card_numbers),
            reuse: Reuse::Charge(stored.id),
            price: None,
            split: Vec::new(),
            checkout: None,
        },
    }
}

fn no_parent(why: &'static str) -> errors::Refused {
    errors::Refused::because_of("PreviousInvoiceID", RobokassaError::WrongRecurringParameters, why)
}

/// The business's refusals in this dialect's numbers.
fn in_words(refused: StartRefused) -> StartRefused {
    match refused {
        StartRefused::Engine(EngineError::Refused(Refused::Invalid { what: "parent", .. })) => {
            no_parent("the order that is named cannot be charged again").into()
        }
        StartRefused::Engine(EngineError::Refused(Refused::Off { what: "recurring charge" })) => {
            let why = "this shop has no agreement about charges without the buyer";
            errors::Refused::with(RobokassaError::RecurringNotAllowed, why).into()
        }
        other @ (StartRefused::Engine(_) | StartRefused::Robokassa(_)) => refused_in_words(other),
    }
}
