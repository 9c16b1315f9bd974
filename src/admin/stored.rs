//! The kept method that a payment is about.

use super::Admin;
use super::reply::reuse::StoredView;
use crate::error::Failure;
use domain::payments::Payment;
use domain::stored::{Reuse, StoredMethod};

impl Admin<'_> {
    /// The method that a payment had kept or uses, if there is one.
    pub(super) async fn stored_view(&self, payment: &Payment) -> Result<Option<StoredView>, Failure> {
        let store = self.engine.store();
        let (role, id) = match payment.terms.reuse {
            Reuse::Charge(id) => ("charge", Some(id)),
            Reuse::Confirm(id) => ("confirmation", Some(id)),
            Reuse::Keep | Reuse::Once => ("kept", payment.paid_by.map(StoredMethod::of)),
        };
        let Some(id) = id else { return Ok(None) };
        let Some(stored) = store.stored_method(id).await? else { return Ok(None) };
        let parent = store.payment(stored.payment).await?;
        Ok(Some(StoredView {
            role: role.to_owned(),
            stored_method: self.engine.print(stored.id),
            mask: stored.kept.mask,
            state: stored.state.code().to_owned(),
            parent: self.engine.print(stored.payment),
            parent_order: parent.map(|parent| parent.terms.order_text()),
        }))
    }
}
