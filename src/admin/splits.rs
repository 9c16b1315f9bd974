//! The parts of a payment that other shops get, at the command line.

use super::reply::books::MoveView;
use super::{Admin, words};
use crate::error::Failure;
use domain::ids::{Id, MoveId, PaymentId};
use domain::moving::{Move, MoveEndKey, MoveState};
use domain::payments::Payment;

impl Admin<'_> {
    /// Every part with where its money is.
    pub(super) async fn parts_of(&self, payment: &Payment) -> Result<Vec<MoveView>, Failure> {
        let moves = self.engine.store().moves_of(payment.id).await?;
        let mut parts = Vec::new();
        for part in &payment.terms.split {
            if let Some(sent) = moves.iter().find(|sent| sent.id == part.id) {
                parts.push(self.move_view(sent).await?);
                continue;
            }
            parts.push(MoveView {
                id: self.engine.print(part.id),
                payment: self.engine.print(payment.id),
                shop: self.login_of(part.shop).await?,
                amount: part.amount.to_string(),
                currency: part.amount.currency().code().to_owned(),
                state: "planned".to_owned(),
                sent_at: None,
                deadline: None,
                arrived_as: None,
            });
        }
        Ok(parts)
    }

    /// The payment whose part this one is, if it is one.
    pub(super) async fn part_of(&self, payment: &Payment) -> Result<Option<String>, Failure> {
        if !payment.is_part() {
            return Ok(None);
        }
        let store = self.engine.store();
        let key = MoveEndKey { number: payment.id.number, book: payment.id.book };
        let Some(end) = store.move_end(key).await? else { return Ok(None) };
        let sent = store.move_between_books(MoveId::new(end.from, key.number)).await?;
        Ok(sent.map(|sent| self.engine.print(sent.payment)))
    }

    /// A move between two books.
    pub(super) async fn move_view(&self, sent: &Move) -> Result<MoveView, Failure> {
        let arrived = PaymentId::new(sent.shop.book, sent.id.number);
        Ok(MoveView {
            id: self.engine.print(sent.id),
            payment: self.engine.print(sent.payment),
            shop: self.login_of(sent.shop).await?,
            amount: sent.amount.to_string(),
            currency: sent.amount.currency().code().to_owned(),
            state: sent.state.code().to_owned(),
            sent_at: Some(words::moment(sent.sent_at)),
            deadline: Some(words::moment(sent.deadline)),
            arrived_as: (sent.state == MoveState::Arrived).then(|| self.engine.print(arrived)),
        })
    }
}
