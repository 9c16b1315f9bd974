//! A store that moves only when it is told to: no thread, no queue that empties by itself, no clock.
//!
//! Whoever drives it gives the writer its turns. Together with a database in memory, everything that
//! happens then follows from the order of the calls.

use super::opening::{Found, move_in};
use super::{Inner, Store};
use crate::backend::Backend;
use crate::error::StoreError;
use crate::handover::{HANDOVER_MAX, Handover};
use crate::meters::Meters;
use crate::reader::Reader;
use crate::seal::Sealer;
use crate::service::{Clock, QUEUE_MAX, Service};
use crate::writer::Writer;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;

/// What a store by hand is made of, beside its backend.
pub struct Parts {
    /// The key of public identifiers, should the database have none yet.
    pub public_key: [u8; 16],
    /// Seals secrets, as it does in the backend.
    pub sealer: Arc<Sealer>,
    /// The number of this node, below 64, where nobody else can be.
    pub node: u8,
    /// Reads what the backend has saved.
    pub reader: Reader,
    /// Where the time comes from.
    pub clock: Clock,
}

/// The writer of a store, to be given its turns.
pub struct Desk<B>(Service<B>);

impl<B: Backend> Desk<B> {
    /// Whether anything waits for a turn.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.0.waits()
    }

    /// One turn: what waits is decided, saved and answered.
    pub async fn turn(&mut self) {
        self.0.once().await;
    }
}

impl Store {
    /// A store on a backend, whose writer stands still until its desk is given a turn.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer or was sealed under another key.
    pub async fn by_hand<B: Backend>(mut backend: B, parts: Parts) -> Result<(Store, Desk<B>), StoreError> {
        let Parts { public_key, sealer, node, reader, clock } = parts;
        let (handover, leased) = Handover::new(HANDOVER_MAX);
        let (queue, receiver) = mpsc::channel(QUEUE_MAX);
        let Found { fresh, public_ids, .. } =
            move_in(&mut backend, node, &sealer, public_key, clock()).await?;
        let writer = Writer::new(backend, u32::from(node), fresh.clone(), handover.clone()).await?;
        let meters = Arc::new(Meters::default());
        let service = Service::new(writer, receiver, fresh.clone(), clock, true, meters.clone());
        let store = Store(Arc::new(Inner {
            queues: vec![queue],
            fresh,
            reader,
            sealer,
            public_ids,
            handover,
            leased: Mutex::new(Some(leased)),
            threads: Mutex::new(Vec::new()),
            meters,
        }));
        Ok((store, Desk(service)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{Deed, Do, at, book, sealer};
    use crate::sqlite::Sqlite;
    use domain::ids::{Id, PaymentId};
    use std::path::PathBuf;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    #[test]
    fn nothing_is_saved_before_the_desk_has_its_turn_and_nothing_needs_a_thread() {
        let path = PathBuf::from("file:by-hand?mode=memory&cache=shared");
        let mut here = Context::from_waker(Waker::noop());
        let backend = Sqlite::open(&path, sealer(), at(0)).unwrap();
        let parts = Parts {
            public_key: [5; 16],
            sealer: sealer(),
            node: 3,
            reader: Reader::here(path, sealer()),
            clock: Arc::new(|| at(0)),
        };
        let Poll::Ready(Ok((store, mut desk))) = pin!(Store::by_hand(backend, parts)).poll(&mut here) else {
            panic!("an open store");
        };
        let mut saved = pin!(store.submit(Do(1, Deed::Open(10))));
        assert!(saved.as_mut().poll(&mut here).is_pending());
        assert!(desk.waits());
        assert!(pin!(desk.turn()).poll(&mut here).is_ready());
        assert_eq!(saved.as_mut().poll(&mut here), Poll::Ready(Ok(1)));
        assert!(!desk.waits());
        let Poll::Ready(Ok(found)) = pin!(store.payment(PaymentId::new(book(1), 10))).poll(&mut here) else {
            panic!("an answer");
        };
        assert!(found.is_some());
    }
}
