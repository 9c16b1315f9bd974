//! The buyer's side of a payment: what is offered, and starting an attempt.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use connectors::connector::{Offer, Profile};
use connectors::registry;
use domain::attempts::{Attempt, PayerFields};
use domain::closing::CancelPayment;
use domain::decide::Refused;
use domain::history::Actor;
use domain::ids::{AttemptId, PaymentId, ProviderAccountId, TariffId};
use domain::methods::{Asks, Method};
use domain::payments::Payment;
use domain::providers::ProviderAccount;
use domain::sellers::{Seller, Shop};
use domain::stored::{Reuse, StoredMethod};
use domain::tariffs::{Sale, Tariff, best};
use domain::trying::{Quote, StartAttempt};
use std::sync::Arc;
use std::time::Duration;

/// A payment with what a page needs to show it.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The payment.
    pub payment: Payment,
    /// Its shop.
    pub shop: Arc<Shop>,
    /// Its seller.
    pub seller: Arc<Seller>,
    /// The attempt that counts: the one that brought the money, else the last one started.
    pub attempt: Option<Attempt>,
    /// The kept method that the payment is about, if it is.
    pub stored: Option<StoredMethod>,
}

/// A method that can be chosen, with what it costs the buyer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The method.
    pub method: Method,
    /// The price and what is still to be paid.
    pub quote: Quote,
    /// Whether the buyer's e-mail address is needed: a receipt has to go somewhere.
    pub asks_email: bool,
    /// The card of this kind that was used before and is offered, as people may see it.
    pub saved: Option<String>,
    provider: (ProviderAccountId, u32),
    tariff: (TariffId, u32),
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// A payment with shop, seller and attempt.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is no such payment.
    pub async fn scene(&self, id: PaymentId) -> Result<Scene, EngineError> {
        let payment = self.store.payment(id).await?.ok_or(EngineError::NotFound("payment"))?;
        let shop = self.shop(payment.shop).await?;
        let seller = self.seller(shop.seller).await?.ok_or(EngineError::NotFound("seller"))?;
        let attempt = match payment.paid_by.or(payment.last_attempt) {
            Some(id) => self.store.attempt(id).await?,
            None => None,
        };
        let stored = match payment.terms.reuse.stored() {
            Some(id) => self.store.stored_method(id).await?,
            None => None,
        };
        Ok(Scene { payment, shop, seller, attempt, stored })
    }

    /// The methods that can be chosen now, the order's preferred one first.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn choices(&self, scene: &Scene) -> Result<Vec<Choice>, EngineError> {
        let (providers, tariffs) = (self.all_providers().await?, self.all_tariffs().await?);
        let offered = Method::ALL.iter().filter(|method| scene.payment.offers(&scene.shop, **method));
        let mut choices: Vec<Choice> =
            offered.filter_map(|method| choice(scene, *method, &providers, &tariffs)).collect();
        choices.sort_by_key(|choice| Some(choice.method) != scene.payment.terms.preferred);
        Ok(choices)
    }

    /// Starts an attempt by a method that was chosen.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when the method is not offered, or the payment takes no attempts any more.
    #[tracing::instrument(skip_all, fields(payment = id.number, method = method.code()))]
    pub async fn start_attempt(
        &self,
        id: PaymentId,
        method: Method,
        payer: PayerFields,
    ) -> Result<AttemptId, EngineError> {
        match self.start_attempt_once(id, method, payer.clone()).await {
            // Settings changed between reading and deciding: read them anew, once.
            Err(EngineError::Refused(Refused::Stale { .. })) => {
                self.known.forget_offers();
                self.start_attempt_once(id, method, payer).await
            }
            started => started,
        }
    }

    async fn start_attempt_once(
        &self,
        id: PaymentId,
        method: Method,
        payer: PayerFields,
    ) -> Result<AttemptId, EngineError> {
        let scene = self.scene(id).await?;
        let (providers, tariffs) = (self.all_providers().await?, self.all_tariffs().await?);
        let choice = choice(&scene, method, &providers, &tariffs)
            .ok_or(EngineError::Refused(Refused::MethodOff { method }))?;
        let payer = PayerFields { saved: payer.saved && choice.saved.is_some(), ..payer };
        let command = StartAttempt {
            id: self.fresh(id.book)?,
            payment: id,
            method,
            provider: choice.provider,
            tariff: choice.tariff,
            payer,
        };
        let attempt = self.submit(command).await?;
        self.changed(id);
        Ok(attempt)
    }

    /// Ends a payment that is not paid.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when it is paid.
    #[tracing::instrument(skip_all, fields(payment = payment.number))]
    pub async fn cancel(&self, payment: PaymentId, actor: Actor) -> Result<(), EngineError> {
        self.submit(CancelPayment { payment, actor }).await?;
        self.changed(payment);
        Ok(())
    }

    /// Waits until a payment changes, at most so long.
    pub async fn wait_for_change(
        &self,
        watch: &mut tokio::sync::broadcast::Receiver<PaymentId>,
        payment: PaymentId,
        at_most: Duration,
    ) {
        use tokio::sync::broadcast::error::RecvError;
        let change = async {
            loop {
                match watch.recv().await {
                    Ok(changed) if changed != payment => {}
                    // Too many changes at once hide which: the caller looks.
                    Ok(_) | Err(RecvError::Lagged(_) | RecvError::Closed) => return,
                }
            }
        };
        // The end of the wait is an answer as good as a change: the caller looks in both cases.
        let _ = tokio::time::timeout(at_most, change).await;
    }
}

fn choice(
    scene: &Scene,
    method: Method,
    providers: &[Arc<ProviderAccount>],
    tariffs: &[Tariff],
) -> Option<Choice> {
    let Scene { payment, shop, seller, .. } = scene;
    if matches!(payment.terms.reuse, Reuse::Charge(_)) {
        // The shop has started it, and nobody else pays it.
        return None;
    }
    let sale = Sale { seller: shop.seller, shop: shop.id, method, currency: payment.currency() };
    let tariff = best(tariffs, &sale)?;
    let quote = Quote::of(payment, shop, seller, tariff, method).ok()?;
    let saved = scene.stored.as_ref().filter(|stored| stored.serves(shop.id) && stored.method == method);
    let of_saved = saved.and_then(|stored| {
        let own: Vec<_> = providers.iter().filter(|account| account.id == stored.provider).cloned().collect();
        provider_for(payment, method, &quote, &own).map(|account| account.id)
    });
    let own = of_saved.and_then(|id| providers.iter().find(|account| account.id == id));
    let account =
        own.map(|account| &**account).or_else(|| provider_for(payment, method, &quote, providers))?;
    Some(Choice {
        method,
        asks_email: asks_email(payment, method, &quote, account),
        saved: saved.filter(|_| own.is_some()).map(|stored| stored.kept.mask.clone()),
        quote,
        provider: (account.id, account.version),
        tariff: (tariff.id, tariff.version),
    })
}

/// The account that carries a method out: real providers before rehearsals, older before younger.
fn provider_for<'a>(
    payment: &Payment,
    method: Method,
    quote: &Quote,
    providers: &'a [Arc<ProviderAccount>],
) -> Option<&'a ProviderAccount> {
    let able = |account: &&Arc<ProviderAccount>| {
        account.active
            && account.serves(payment.id.book.kind())
            && account.methods.contains(&method)
            && offer(account, method)
                .is_some_and(|(_, offer)| offer.takes(quote.to_pay) && does_all(offer, payment))
    };
    let chosen = providers.iter().filter(able).min_by_key(|account| {
        let rehearsal = offer(account, method).is_some_and(|(profile, _)| profile.rehearsal);
        (rehearsal, account.id.number)
    });
    chosen.map(|account| &**account)
}

/// Whether money can be held where that is asked for, and the method be kept.
fn does_all(offer: &Offer, payment: &Payment) -> bool {
    let keeps = payment.terms.reuse == Reuse::Keep;
    (offer.holds || !payment.terms.hold) && (offer.keeps || !keeps)
}

/// A receipt that is printed through the account goes to the buyer's e-mail address or phone.
fn asks_email(payment: &Payment, method: Method, quote: &Quote, account: &ProviderAccount) -> bool {
    let receipt = payment.terms.receipt.as_ref().filter(|receipt| receipt.total() == quote.to_pay);
    let phone = match method.asks() {
        Asks::Phone => true,
        Asks::Nothing => false,
    };
    let printed =
        || registry::find(&account.connector).is_some_and(|connector| connector.prints_receipts(account));
    receipt.is_some() && payment.terms.email.is_none() && !phone && printed()
}

fn offer(account: &ProviderAccount, method: Method) -> Option<(&'static Profile, &'static Offer)> {
    let profile = registry::find(&account.connector)?.profile();
    Some((profile, profile.offer(method)?))
}
