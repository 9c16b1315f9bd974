//! A shop of an emulated service follows its account: what differs is changed, in both of its books.

use super::ACTOR;
use super::accounts::AGREED;
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::sellers::{ShopChange, Told};
use domain::checkouts::Checkout;
use domain::history::Actor;
use domain::ids::{BookKind, ShopId};
use domain::secrets::Secret;
use domain::sellers::{Algorithm, Shop, ShopAddress};

/// What one of a shop's two books shall be like.
pub(super) struct Wanted<'a> {
    /// Its two passwords.
    pub(super) passwords: (&'a Secret, &'a Secret),
    /// Its digest.
    pub(super) algorithm: Algorithm,
    /// Where it is told, and where its buyers return after success and otherwise.
    pub(super) addresses: [&'a Option<ShopAddress>; 3],
    /// What makes it a checkout; its prepared forms stay.
    pub(super) checkout: Option<Checkout>,
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Changes what differs; `wanted` are the live book and that of rehearsals, `third` the password for programs.
    pub(super) async fn follow(
        &self,
        shop: ShopId,
        wanted: [Wanted<'_>; 2],
        told: &Told,
        third: &Secret,
    ) -> Result<(), EngineError> {
        for (kind, wanted) in [BookKind::Live, BookKind::Test].into_iter().zip(wanted) {
            let twin = self.shop_twin(shop, kind).await?;
            if !has_passwords(&twin, wanted.passwords) {
                self.rotate_twin(shop, kind, None, told, actor()).await?;
            }
            let changes = changes(&twin, wanted);
            if !changes.is_empty() {
                self.change_shop_twin(shop, kind, &changes, actor()).await?;
            }
        }
        let live = self.shop_twin(shop, BookKind::Live).await?;
        if live.refund_password().map(Secret::expose) != Some(third.expose()) {
            self.set_refund_password(shop, Some(third.clone()), actor()).await?;
        }
        Ok(())
    }
}

/// Who acts.
pub(super) fn actor() -> Actor {
    Actor::Operator(ACTOR.to_owned())
}

fn has_passwords(shop: &Shop, (first, second): (&Secret, &Secret)) -> bool {
    let current = shop.current_passwords();
    current.is_some_and(|current| {
        current.first.expose() == first.expose() && current.second.expose() == second.expose()
    })
}

fn changes(shop: &Shop, wanted: Wanted<'_>) -> Vec<ShopChange> {
    let [result, success, fail] = wanted.addresses;
    let mut changes = Vec::new();
    if let Some(settings) = wanted.checkout {
        let forms = shop.checkout.as_ref().map_or_else(Vec::new, |checkout| checkout.forms.clone());
        let settings = Checkout { forms, ..settings };
        if shop.checkout.as_ref() != Some(&settings) {
            changes.push(ShopChange::Checkout(settings));
        }
    }
    if shop.switches != AGREED {
        changes.push(ShopChange::Switches(AGREED.to_vec()));
    }
    if shop.algorithm != wanted.algorithm {
        changes.push(ShopChange::Algorithm(wanted.algorithm));
    }
    if shop.result != *result {
        changes.push(ShopChange::Result(result.clone()));
    }
    if shop.success != *success {
        changes.push(ShopChange::Success(success.clone()));
    }
    if shop.fail != *fail {
        changes.push(ShopChange::Fail(fail.clone()));
    }
    changes
}
