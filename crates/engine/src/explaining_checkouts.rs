//! Why a checkout's signature does not fit: its settings brought to the check.

use crate::checkouts::Keyring;
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::explaining::former;
use crate::network::Network;
use domain::ids::BookKind;
use domain::sellers::Shop;
use protocols::interkassa::explain::Explained;
use protocols::interkassa::explain::report::Report;
use protocols::interkassa::explain::secrets::MerchantSecrets;
use protocols::interkassa::sci1::request::FirstKeys;
use protocols::robokassa::explain::effort::Effort;
use std::sync::Arc;

impl<N: Network, C: Clock> Engine<N, C> {
    /// Judges the signature of a request with the settings of the checkout of this name, in either generation of
    /// the protocol; `None` if there is no such checkout. Nothing is changed.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn explain_interkassa(
        &self,
        request: &Explained,
        name: &str,
        effort: Effort,
    ) -> Result<Option<Report>, EngineError> {
        let Some(shop) = self.checkout_named(name).await? else { return Ok(None) };
        let keyring = Keyring::of(&shop).ok();
        let passwords = shop.current_passwords();
        let first = shop.checkout.as_ref().zip(passwords).map(|(checkout, passwords)| FirstKeys {
            shop_id: &checkout.first_id,
            currency: shop.currency,
            secret: &passwords.first,
            must_sign: checkout.must_sign,
        });
        let merchant = MerchantSecrets {
            checkout: keyring.as_ref().and_then(|keyring| keyring.keys(&shop).ok()),
            test: passwords.map(|passwords| &passwords.second),
            first,
            former: former(&shop).collect(),
        };
        Ok(Some(request.report(&merchant, effort)))
    }

    /// The checkout of a name as it is written, or in the letters that such names have: a name in other letters
    /// is a mistake that its owner wants to see explained.
    async fn checkout_named(&self, name: &str) -> Result<Option<Arc<Shop>>, EngineError> {
        for spelt in [name.to_owned(), name.to_ascii_lowercase(), name.to_ascii_uppercase()] {
            let shop = self.shop_of_login(&spelt, BookKind::Live).await?;
            if let Some(shop) = shop.filter(|shop| shop.checkout.is_some()) {
                return Ok(Some(shop));
            }
        }
        Ok(None)
    }
}
