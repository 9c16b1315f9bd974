//! Payments that shops share: opened with their parts, and each part carried into its seller's book.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::orders::{StartRefused, without_card_numbers};
use domain::ids::{BookKind, MoveId};
use domain::jobs::Lease;
use domain::methods::Method;
use domain::moving::{Landing, LearnMove, Move, MoveEndKey, MoveState, ReceiveMove, RefuseMove};
use domain::opening::Opened;
use domain::payments::{Payment, Terms};
use domain::sellers::{Shop, Switch};
use domain::splitting::Part;
use protocols::order::OrderPart;
use protocols::robokassa::errors::{Refused, RobokassaError};
use protocols::robokassa::split::SplitStart;
use wire::http::HttpRequest;

/// The parameter that names the parts.
const PARAMETER: &str = "splitMerchants";

impl<N: Network, C: Clock> Engine<N, C> {
    /// Opens the shared payment that a Robokassa client asks for, or goes on with the one it asked for before.
    ///
    /// # Errors
    /// [`StartRefused::Robokassa`] with the documented number; nothing is saved then.
    #[tracing::instrument(skip_all)]
    pub async fn start_split(&self, request: &HttpRequest) -> Result<Opened, StartRefused> {
        let start = SplitStart::read(request)?;
        let kind = if start.is_test() { BookKind::Test } else { BookKind::Live };
        self.open_signed(start.login(), kind, |keys, now| start.verify(keys, now)).await
    }

    /// The parts of an order that other shops get, each with the move that will carry it. Every shop takes part
    /// by an agreement of its own: else a stranger could put sales into its book.
    ///
    /// # Errors
    /// [`StartRefused::Robokassa`] with error 65 where the master shop's money is held first, 26 where a shop
    /// is unknown, off or has no agreement, and 30 for another currency.
    pub(crate) async fn parts(&self, master: &Shop, wanted: &[OrderPart]) -> Result<Vec<Part>, StartRefused> {
        let refused = |error, why| Refused::because_of(PARAMETER, error, why);
        if !wanted.is_empty() && master.two_step {
            let why = "a shop whose money is held first cannot share payments";
            return Err(refused(RobokassaError::WrongHoldParameters, why).into());
        }
        if !wanted.is_empty() && !master.switches.contains(&Switch::Split) {
            let why = "this shop has no agreement to share payments";
            return Err(refused(RobokassaError::CannotStart, why).into());
        }
        let mut parts = Vec::with_capacity(wanted.len());
        for part in wanted {
            let shop = self.shop_of_login(&part.login, master.id.book.kind()).await?;
            let shop = shop.filter(|shop| shop.active && shop.switches.contains(&Switch::Split));
            // Which of the two it is, is nobody's business but the shop's.
            let why = "a shop of the list is not there, or has no agreement to share payments";
            let shop = shop.ok_or(refused(RobokassaError::ShopNotFound, why))?;
            if shop.currency != part.sum.currency() {
                let why = "a shop of the list has another currency";
                return Err(refused(RobokassaError::WrongInvoiceParameter, why).into());
            }
            parts.push(Part {
                id: self.fresh(master.id.book)?,
                shop: shop.id,
                number: part.number,
                amount: part.sum,
                receipt: part.receipt.clone().map(without_card_numbers),
            });
        }
        Ok(parts)
    }

    /// Carries a move into the receiver's book, or has it refused there and gives it back once its deadline is
    /// over. Each step is saved by itself and may be done again: the receiver's book knows the move's number.
    pub(crate) async fn carry_move(&self, id: MoveId, lease: Lease) -> Result<(), EngineError> {
        let known = self.store.move_between_books(id).await?.ok_or(EngineError::NotFound("move"))?;
        let landing = match known.state {
            MoveState::InTransit => self.land(&known).await?,
            // It has ended already, and only the job is left to close.
            MoveState::Arrived | MoveState::Returned => Landing::Refused,
        };
        self.submit(LearnMove { id, landing, lease: Some(lease) }).await?;
        self.changed(known.payment);
        Ok(())
    }

    /// How the buyer paid a payment that is a part of another shop's; nothing for any other payment.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn method_of_part(&self, payment: &Payment) -> Result<Option<Method>, EngineError> {
        if !payment.is_part() {
            return Ok(None);
        }
        let key = MoveEndKey { number: payment.id.number, book: payment.id.book };
        Ok(self.store.move_end(key).await?.map(|end| end.method))
    }

    async fn land(&self, known: &Move) -> Result<Landing, EngineError> {
        let (id, shop, method) = (known.id, known.shop, known.method);
        if self.now() >= known.deadline {
            tracing::warn!(number = id.number, "a part of a payment was not taken in time and goes back");
            return self.submit(RefuseMove { id, shop, method }).await;
        }
        let payment = self.store.payment(known.payment).await?.ok_or(EngineError::NotFound("payment"))?;
        let part = payment.terms.split.iter().find(|part| part.id == id);
        let terms = Terms {
            number: 0,
            sum_text: known.amount.to_string(),
            success: None,
            fail: None,
            preferred: None,
            allowed: Vec::new(),
            hold: false,
            receipt: part.and_then(|part| part.receipt.clone()),
            price: None,
            split: Vec::new(),
            ..payment.terms.clone()
        };
        let receive = ReceiveMove {
            id,
            shop,
            amount: known.amount,
            method,
            terms,
            number: part.and_then(|part| part.number),
            notice: self.fresh(shop.book)?,
        };
        let landing = self.submit(receive).await?;
        if let Landing::Arrived(payment) = landing {
            self.changed(payment);
        }
        Ok(landing)
    }
}
