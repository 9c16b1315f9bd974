//! The engine: what every use case works with.

use crate::breaker::Breakers;
use crate::cache::Cache;
use crate::clock::Clock;
use crate::emulation::Emulation;
use crate::error::EngineError;
use crate::health::Readiness;
use crate::known::Known;
use crate::meters::Meters;
use crate::network::Network;
use crate::statements::SigningKey;
use crate::time_travel::Travels;
use domain::decide::Command;
use domain::ids::{Book, BookKind, Id, PaymentId, ProviderAccountId, PublicIds};
use jiff::Timestamp;
use std::sync::Arc;
use store::store::Store;
use tokio::sync::{OnceCell, broadcast};

/// So many changes may wait for a page that watches them.
const CHANGES_MAX: usize = 1_024;

/// How an engine is set up.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The address under which strangers reach us, without a slash at the end. Links are made
    /// from it and never from what a request claims.
    pub public_url: String,
    /// Whether every host counts as verified for the way back (demo and emulators).
    pub any_host: bool,
    /// How many jobs run at once.
    pub workers: usize,
    /// What is imitated for shops' own tests; nothing in an installation of one's own.
    pub emulation: Option<Arc<Emulation>>,
}

/// Everything a use case works with.
pub struct Engine<N, C> {
    pub(crate) store: Store,
    pub(crate) network: N,
    pub(crate) clock: C,
    pub(crate) ids: PublicIds,
    pub(crate) kind: BookKind,
    pub(crate) setup: Setup,
    pub(crate) breakers: Breakers,
    pub(crate) known: Known,
    pub(crate) readiness: Cache<(), Readiness>,
    pub(crate) meters: Meters,
    pub(crate) travels: Travels,
    pub(crate) signing: OnceCell<SigningKey>,
    changes: broadcast::Sender<PaymentId>,
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// An engine over an open store of an installation of this kind.
    #[must_use]
    pub fn new(store: Store, network: N, clock: C, kind: BookKind, setup: Setup) -> Self {
        let ids = store.public_ids().clone();
        Engine {
            store,
            network,
            clock,
            ids,
            kind,
            setup,
            breakers: Breakers::default(),
            known: Known::default(),
            readiness: Cache::default(),
            meters: Meters::default(),
            travels: Travels::default(),
            signing: OnceCell::new(),
            changes: broadcast::channel(CHANGES_MAX).0,
        }
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether this installation is for real money or for rehearsals.
    #[must_use]
    pub const fn kind(&self) -> BookKind {
        self.kind
    }

    /// What is imitated for shops' own tests, in an emulator.
    pub fn emulation(&self) -> Option<&Emulation> {
        self.setup.emulation.as_deref()
    }

    /// Whether requests are refused that only we understand, as the live service refuses them.
    pub(crate) fn is_strict(&self) -> bool {
        self.emulation().is_some_and(Emulation::is_strict)
    }

    /// The store, for queries.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// A new identifier in a book.
    ///
    /// # Errors
    /// [`EngineError::Store`] when the database hangs.
    pub fn fresh<I: Id>(&self, book: Book) -> Result<I, EngineError> {
        Ok(I::new(book, self.store.fresh(self.now())?))
    }

    /// The public form of an identifier.
    #[must_use]
    pub fn print<I: Id>(&self, id: I) -> String {
        self.ids.print(id)
    }

    /// The identifier behind a public form.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when it was not made here.
    pub fn parse<I: Id>(&self, text: &str) -> Result<I, EngineError> {
        Ok(self.ids.parse(text)?)
    }

    /// Decides and saves a command.
    pub(crate) async fn submit<K: Command>(&self, command: K) -> Result<K::Answer, EngineError> {
        Ok(self.store.submit(command).await?)
    }

    /// Where a payment is paid; one address for all its states.
    #[must_use]
    pub fn pay_url(&self, payment: PaymentId) -> String {
        format!("{}/pay/{}", self.setup.public_url, self.ids.print(payment))
    }

    /// Where a provider tells us news of this account.
    #[must_use]
    pub fn callback_url(&self, account: ProviderAccountId) -> String {
        format!("{}/callback/{}", self.setup.public_url, self.ids.print(account))
    }

    /// The address under which strangers reach us.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.setup.public_url
    }

    /// Tells pages that wait that a payment has changed.
    pub(crate) fn changed(&self, payment: PaymentId) {
        // Nobody waiting is no error.
        let _ = self.changes.send(payment);
    }

    /// Payments as they change.
    #[must_use]
    pub fn watch(&self) -> broadcast::Receiver<PaymentId> {
        self.changes.subscribe()
    }
}
