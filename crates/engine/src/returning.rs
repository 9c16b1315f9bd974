//! The buyer's way back to the shop.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::telling::told;
use domain::payments::{Language, Payment, PaymentState};
use domain::sellers::{Shop, ShopAddress};
use jiff::SignedDuration;
use protocols::robokassa::notice::{Pairs, Signer, fail_fields, success_fields};
use url::Url;

/// The way back opens this long after the payment at the latest, whether the shop confirmed or not.
pub const NOTICE_HEAD_START: SignedDuration = SignedDuration::from_secs(3);

/// Where the buyer goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayBack {
    /// The shop's address and how to go there.
    pub address: ShopAddress,
    /// The fields to carry there.
    pub fields: Pairs,
    /// Whether the host is one that the shop has proved to be its own; if not, the buyer is asked first.
    pub trusted: bool,
    /// Whether the shop has been told, or had its time.
    pub open: bool,
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// The way back from a payment as it stands; `None` when the shop has no address for it.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn way_back(
        &self,
        payment: &Payment,
        shop: &Shop,
        language: Language,
    ) -> Result<Option<WayBack>, EngineError> {
        if let Some(terms) = &payment.terms.checkout {
            let Some((address, named, fields)) = self.invoice_return(payment, shop, terms) else {
                return Ok(None);
            };
            let trusted = !named || self.setup.any_host || is_of(shop, &address);
            let open = !succeeded(payment) || self.told_first(payment).await?;
            return Ok(Some(WayBack { address, fields, trusted, open }));
        }
        if !succeeded(payment) {
            let asked = payment.terms.fail.as_ref();
            return Ok(self.leading(
                asked,
                shop.fail.as_ref(),
                shop,
                fail_fields(&told(payment), language),
                true,
            ));
        }
        let Some(passwords) = shop.current_passwords() else {
            return Ok(None);
        };
        let signer = Signer { password: &passwords.first, algorithm: shop.algorithm };
        let fields = success_fields(&told(payment), language, &signer);
        let open = self.told_first(payment).await?;
        Ok(self.leading(payment.terms.success.as_ref(), shop.success.as_ref(), shop, fields, open))
    }

    fn leading(
        &self,
        asked: Option<&ShopAddress>,
        own: Option<&ShopAddress>,
        shop: &Shop,
        fields: Pairs,
        open: bool,
    ) -> Option<WayBack> {
        let address = asked.or(own)?.clone();
        let trusted = asked.is_none() || self.setup.any_host || is_of(shop, &address);
        Some(WayBack { address, fields, trusted, open })
    }

    /// Notice before redirect: the shop has answered, or had three seconds.
    async fn told_first(&self, payment: &Payment) -> Result<bool, EngineError> {
        let head_start = payment.paid_at.and_then(|paid| paid.saturating_add(NOTICE_HEAD_START).ok());
        if head_start.is_none_or(|end| self.now() >= end) {
            return Ok(true);
        }
        let notices = self.store.notices_of(payment.id).await?;
        Ok(notices.iter().all(|notice| notice.first_answer_at.is_some()))
    }
}

/// Whether the buyer has done all there is to do: whether a hold is captured is the shop's business.
fn succeeded(payment: &Payment) -> bool {
    match payment.state {
        PaymentState::Paid | PaymentState::Held { .. } | PaymentState::Capturing { .. } => true,
        PaymentState::Open
        | PaymentState::Releasing { .. }
        | PaymentState::Closing { .. }
        | PaymentState::Cancelled
        | PaymentState::Expired => false,
    }
}

/// Whether an address lies under one of the shop's verified domains.
fn is_of(shop: &Shop, address: &ShopAddress) -> bool {
    let Ok(url) = Url::parse(&address.url) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    shop.domains.iter().any(|domain| {
        let domain = domain.to_ascii_lowercase();
        host == domain || host.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.'))
    })
}
