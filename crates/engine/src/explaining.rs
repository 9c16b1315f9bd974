//! Why a signature does not fit: the shop's settings brought to the check.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::orders::keys;
use domain::ids::BookKind;
use domain::secrets::Secret;
use domain::sellers::{Passwords, Shop};
use protocols::robokassa::explain::Explained;
use protocols::robokassa::explain::effort::Effort;
use protocols::robokassa::explain::report::Report;
use protocols::robokassa::explain::secrets::ShopSecrets;
use protocols::robokassa::keys::ShopKeys;

impl<N: Network, C: Clock> Engine<N, C> {
    /// Judges the signature of a request with the settings of the shop with this login; `None` if there is
    /// no such shop. Nothing is changed.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn explain_robokassa(
        &self,
        request: &Explained,
        login: &str,
        effort: Effort,
    ) -> Result<Option<Report>, EngineError> {
        let live = self.shop_of_login(login, BookKind::Live).await?;
        let test = self.shop_of_login(login, BookKind::Test).await?;
        if live.is_none() && test.is_none() {
            return Ok(None);
        }
        let former = [live.as_deref(), test.as_deref()].into_iter().flatten().flat_map(former).collect();
        let secrets = ShopSecrets {
            live: live.as_deref().and_then(current),
            test: test.as_deref().and_then(current),
            former,
        };
        Ok(Some(request.report(&secrets, effort)))
    }
}

fn current(shop: &Shop) -> Option<ShopKeys<'_>> {
    shop.current_passwords().map(|passwords| keys(shop, passwords, false))
}

/// Passwords that were replaced and that no new request may be signed with.
pub(crate) fn former(shop: &Shop) -> impl Iterator<Item = &Secret> {
    let newest = shop.current_passwords().map(|passwords| passwords.version);
    let old = shop.passwords.iter().filter(move |passwords| Some(passwords.version) != newest);
    old.flat_map(|Passwords { first, second, .. }| [first, second])
}
