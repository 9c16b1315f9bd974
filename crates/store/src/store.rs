//! The store as everyone above uses it: submit commands, take and put off work, read, draw numbers.

use crate::backend::{Backend, Plain, PlainDone};
use crate::errand::errand;
use crate::error::StoreError;
use crate::exchanges::{self, Exchange};
use crate::jobs;
use crate::meters::{Meters, Sort};
use crate::numbers::Fresh;
use crate::reader::{Query, Reader};
use crate::seal::{MasterKey, Sealer};
use crate::service::{Clock, Message, QUEUE_MAX, Service, WISHES_MAX};
use crate::sqlite::Sqlite;
use crate::table::record;
use crate::writer::Writer;
use domain::decide::{Command, Kind, Refused};
use domain::ids::{NODES_MAX, NumbersError, PublicIds};
use domain::jobs::{Job, Lease, Task};
use jiff::Timestamp;
use prometheus_client::registry::Registry;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

/// So many leases wait for the workers of this node; work beyond is claimed when somebody is free.
pub const HANDOVER_MAX: usize = 1_024;
/// So many jobs are claimed at once at most.
pub const CLAIM_MAX: u32 = 256;

/// How a store is opened.
pub struct Opening {
    /// The address of the database: `sqlite:PATH`.
    pub address: String,
    /// The key under which secrets are sealed.
    pub master_key: MasterKey,
    /// The number of this node, below 64; no two run at once under one number.
    pub node: u8,
    /// So many reads run at once.
    pub readers: usize,
    /// Where the time comes from.
    pub clock: Clock,
}

/// A handle on the store; clones share it. When the last is gone, what waits is still saved.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    queue: mpsc::Sender<Message>,
    fresh: Arc<Fresh>,
    reader: Reader,
    sealer: Arc<Sealer>,
    public_ids: PublicIds,
    leased: Mutex<Option<mpsc::Receiver<Lease>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    meters: Arc<Meters>,
}

impl Store {
    /// Opens the database, brings its schema up to date and starts the writer.
    ///
    /// # Errors
    /// [`StoreError::Address`], [`StoreError::Unavailable`], [`StoreError::Newer`] and
    /// [`StoreError::WrongMasterKey`] as they say.
    pub async fn open(opening: Opening) -> Result<Store, StoreError> {
        let Opening { address, master_key, node, readers, clock } = opening;
        if node >= NODES_MAX {
            return Err(StoreError::Unavailable(format!("nodes are numbered below {NODES_MAX}")));
        }
        let path = address.strip_prefix("sqlite:").filter(|path| !path.is_empty());
        let path = PathBuf::from(path.ok_or_else(|| StoreError::Address(address.clone()))?);
        let sealer = Arc::new(Sealer::new(&master_key));
        let now = clock();
        let mut backend = Sqlite::open(&path, sealer.clone(), now)?;
        let public_ids = PublicIds::new(public_key(&mut backend, &sealer).await?);
        let fresh = Arc::new(Fresh::reserve(&mut backend, node, now).await?);
        // Whoever opens holds the node: what an earlier run left leased is free, not busy.
        backend.plain(&jobs::end_leases_of(node)).await?;
        let (handover, leased) = mpsc::channel(HANDOVER_MAX);
        let writer = Writer::new(backend, u32::from(node), fresh.clone(), handover).await?;
        let (queue, receiver) = mpsc::channel(QUEUE_MAX);
        let meters = Arc::new(Meters::default());
        let service = Service {
            writer,
            queue: receiver,
            fresh: fresh.clone(),
            clock,
            purged_at: now,
            meters: meters.clone(),
        };
        let thread = start(service)?;
        let reader = Reader::new(path, readers, sealer.clone());
        Ok(Store(Arc::new(Inner {
            queue,
            fresh,
            reader,
            sealer,
            public_ids,
            leased: Mutex::new(Some(leased)),
            thread: Mutex::new(Some(thread)),
            meters,
        })))
    }

    /// Decides and saves a command; answers when the decision is durable.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the business says no, [`StoreError::Busy`] when too much waits,
    /// [`StoreError::Unknown`] when nobody knows whether it is saved, and the others as they say.
    pub async fn submit<C: Command>(&self, command: C) -> Result<C::Answer, StoreError> {
        let (errand, reply) = errand(command);
        self.send(Message::Errand(errand))?;
        reply.await.unwrap_or(Err(StoreError::Closed))
    }

    /// A number for a new identifier: greater than every one that this node gave before.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the reservation is used up because the database hangs.
    pub fn fresh(&self, now: Timestamp) -> Result<u64, StoreError> {
        let number = self.0.fresh.number(now);
        if self.0.fresh.wants_renewal(now) {
            // The writer renews whenever it wakes; if its queue is full, it is awake.
            let _ = self.0.queue.try_send(Message::Renew);
        }
        number.map_err(|error: NumbersError| StoreError::Unavailable(error.to_string()))
    }

    /// Public forms of identifiers, under the key that this database was made with.
    #[must_use]
    pub fn public_ids(&self) -> &PublicIds {
        &self.0.public_ids
    }

    /// The reading side.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.0.reader
    }

    /// Where leases arrive that were given with decisions, for work due at once. The first caller has it.
    #[must_use]
    pub fn take_leased(&self) -> Option<mpsc::Receiver<Lease>> {
        self.0.leased.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Takes jobs that are due and have no live lease, each with a new one.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn claim(&self, limit: u32, now: Timestamp) -> Result<Vec<(Job, Lease)>, StoreError> {
        let number = self.fresh(now)?;
        let done = self.plain(jobs::claim(number, limit.min(CLAIM_MAX), now)).await?;
        let claimed = done.rows.iter().map(|row| {
            let job: Job = record(row, &self.0.sealer)?;
            let lease = Lease { task: job.task, number };
            Ok((job, lease))
        });
        claimed.collect()
    }

    /// Gives a job back until a later moment: it was tried and failed for reasons of our own.
    ///
    /// # Errors
    /// [`Refused::LeaseOver`] when somebody else has the job by now.
    pub async fn put_off(&self, lease: &Lease, due: Timestamp, why: &str) -> Result<(), StoreError> {
        self.under_lease(jobs::put_off(lease, due, why)).await
    }

    /// Sets a job aside for a person.
    ///
    /// # Errors
    /// [`Refused::LeaseOver`] when somebody else has the job by now.
    pub async fn park(&self, lease: &Lease, why: &str) -> Result<(), StoreError> {
        self.under_lease(jobs::park(lease, why)).await
    }

    /// Writes down an exchange with a provider or a shop, already redacted; texts are cut.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn record(&self, exchange: Exchange) -> Result<(), StoreError> {
        let number = self.fresh(exchange.at)?;
        self.plain(exchanges::record(number, &exchange)).await.map(|_| ())
    }

    /// Asks the writer and a reader for one row each: whether the database answers at all.
    ///
    /// # Errors
    /// [`StoreError`] as it is: busy, closed, or the database does not answer.
    pub async fn ask(&self) -> Result<(), StoreError> {
        let one = "SELECT 1 AS one";
        self.reader().rows(Query::new(one, Vec::new())).await?;
        self.plain(Plain::any(one.to_owned(), Vec::new())).await.map(|_| ())
    }

    /// Registers what the store counts of itself; see [`Store::measure`].
    pub fn register(&self, registry: &mut Registry) {
        self.0.meters.register(registry);
    }

    /// Brings up to date what is not counted but looked at: the length of the queue.
    pub fn measure(&self) {
        self.0.meters.waiting(self.waiting());
    }

    /// Saves what waits, takes nothing new, and returns when the writer has ended.
    pub async fn close(&self) {
        // A queue that is closed already needs no message.
        let _ = self.0.queue.send(Message::Close).await;
        let thread = self.0.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let ended = tokio::task::spawn_blocking(move || thread.join().is_ok()).await;
            if ended.ok() != Some(true) {
                tracing::error!("the writer did not end well");
            }
        }
    }

    /// Makes a job due now, unless somebody is at it.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn bring_forward(&self, task: Task, now: Timestamp) -> Result<(), StoreError> {
        self.plain(jobs::bring_forward(task, now)).await.map(|_| ())
    }

    async fn under_lease(&self, plain: Plain) -> Result<(), StoreError> {
        let done = self.plain(plain).await?;
        if done.touched == 1 { Ok(()) } else { Err(Refused::LeaseOver.into()) }
    }

    pub(crate) async fn plain(&self, plain: Plain) -> Result<PlainDone, StoreError> {
        let (reply, done) = oneshot::channel();
        self.send(Message::Plain(plain, reply))?;
        done.await.unwrap_or(Err(StoreError::Closed))
    }

    /// So many messages wait for the writer.
    fn waiting(&self) -> usize {
        self.0.queue.max_capacity().saturating_sub(self.0.queue.capacity())
    }

    fn send(&self, message: Message) -> Result<(), StoreError> {
        let sort = sort(&message);
        if sort == Sort::Wish && self.waiting() >= WISHES_MAX {
            self.0.meters.refused(sort);
            return Err(StoreError::Busy);
        }
        self.0.queue.try_send(message).map_err(|error| match error {
            TrySendError::Full(_) => {
                self.0.meters.refused(sort);
                StoreError::Busy
            }
            TrySendError::Closed(_) => StoreError::Closed,
        })
    }
}

/// What a message is in the queue.
fn sort(message: &Message) -> Sort {
    match message {
        Message::Errand(errand) => match errand.kind() {
            Kind::Wish => Sort::Wish,
            Kind::News => Sort::News,
        },
        Message::Plain(..) | Message::Renew | Message::Close => Sort::Statement,
    }
}

/// Runs the writer on a thread of its own, for a commit waits for the disk.
fn start<B: Backend + 'static>(service: Service<B>) -> Result<JoinHandle<()>, StoreError> {
    let failed = |error: std::io::Error| StoreError::Unavailable(error.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(failed)?;
    let serve = move || runtime.block_on(service.run());
    std::thread::Builder::new().name("writer".to_owned()).spawn(serve).map_err(failed)
}

/// What is sealed when the database is made; under another master key it does not open.
const PUBLIC_KEY: &str = "public_ids";

/// The key of public identifiers: made at random with the database, sealed in it, never changed.
/// Opening it proves the master key.
async fn public_key(backend: &mut impl Backend, sealer: &Sealer) -> Result<[u8; 16], StoreError> {
    let failed = |error: crate::seal::SealError| StoreError::Unavailable(error.to_string());
    let mut key = [0; 16];
    getrandom::fill(&mut key).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    let sealed = sealer.seal_bytes(PUBLIC_KEY, &key).map_err(failed)?;
    let insert = "INSERT INTO sealed_keys (name, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    let values = vec![PUBLIC_KEY.into(), crate::value::Value::Blob(sealed)];
    backend.plain(&Plain::any(insert.to_owned(), values)).await?;
    let select = "SELECT sealed FROM sealed_keys WHERE name = $1";
    let done = backend.plain(&Plain::any(select.to_owned(), vec![PUBLIC_KEY.into()])).await?;
    let row = done.rows.first().ok_or(StoreError::WrongMasterKey)?;
    let sealed = row.bytes("sealed").map_err(|error| error.of_table("sealed_keys"))?;
    let opened = sealer.open_bytes(PUBLIC_KEY, sealed).map_err(|_| StoreError::WrongMasterKey)?;
    opened.try_into().map_err(|_| StoreError::WrongMasterKey)
}

#[cfg(test)]
mod overload;
#[cfg(test)]
mod tests;
