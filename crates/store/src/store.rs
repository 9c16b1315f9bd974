//! The store as everyone above uses it: submit commands, take and put off work, read, draw numbers.

pub mod by_hand;
pub(crate) mod opening;

use crate::backend::{Plain, PlainDone};
use crate::errand::errand;
use crate::error::StoreError;
use crate::exchanges::{self, Exchange};
use crate::handover::{AtHand, Handover};
use crate::jobs;
use crate::meters::{Meters, Sort};
use crate::numbers::Fresh;
use crate::reader::{Query, Reader};
use crate::seal::{MasterKey, Sealer};
use crate::service::{Clock, Message, WISHES_MAX};
use crate::table::{Table, record};
use domain::decide::{Command, Kind, Refused};
use domain::ids::{Book, NumbersError, PublicIds};
use domain::jobs::{Job, Lease, Task};
use jiff::Timestamp;
use opening::Opened;
use prometheus_client::registry::Registry;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

/// So many jobs are claimed at once at most.
pub const CLAIM_MAX: u32 = 256;

/// How a store is opened.
pub struct Opening {
    /// The address of the database: `sqlite:PATH` or `postgres://USER@HOST/DATABASE`.
    pub address: String,
    /// The key under which secrets are sealed.
    pub master_key: MasterKey,
    /// The number of this node, below 64, where nobody else can be: on SQLite. On PostgreSQL a node
    /// takes a free number, or the one that the address names.
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
    /// A queue for each writer; a book always goes to the same.
    queues: Vec<mpsc::Sender<Message>>,
    fresh: Arc<Fresh>,
    reader: Reader,
    sealer: Arc<Sealer>,
    public_ids: PublicIds,
    handover: Handover,
    leased: Mutex<Option<mpsc::Receiver<Lease>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    meters: Arc<Meters>,
}

impl Store {
    /// Opens the database, brings its schema up to date and starts the writers.
    ///
    /// # Errors
    /// [`StoreError::Address`], [`StoreError::Unavailable`], [`StoreError::Newer`] and
    /// [`StoreError::WrongMasterKey`] as they say.
    pub async fn open(opening: Opening) -> Result<Store, StoreError> {
        let meters = Arc::new(Meters::default());
        let Opened { queues, threads, fresh, public_ids, reader, sealer, handover, leased } =
            opening::open(opening, &meters).await?;
        Ok(Store(Arc::new(Inner {
            queues,
            fresh,
            reader,
            sealer,
            public_ids,
            handover,
            leased: Mutex::new(Some(leased)),
            threads: Mutex::new(threads),
            meters,
        })))
    }

    /// Decides and saves a command; answers when the decision is durable.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the business says no, [`StoreError::Busy`] when too much waits,
    /// [`StoreError::Unknown`] when nobody knows whether it is saved, and the others as they say.
    #[tracing::instrument(
        name = "command",
        level = "debug",
        skip_all,
        fields(command = name_of::<C>(), book = command.book().number())
    )]
    pub async fn submit<C: Command>(&self, command: C) -> Result<C::Answer, StoreError> {
        let (errand, reply) = errand(command);
        self.send(errand.book(), Message::Errand(errand))?;
        reply.await.unwrap_or(Err(StoreError::Closed))
    }

    /// A number for a new identifier: greater than every one that this node gave before.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the reservation is used up because the database hangs.
    pub fn fresh(&self, now: Timestamp) -> Result<u64, StoreError> {
        let number = self.0.fresh.number(now);
        if self.0.fresh.wants_renewal(now) {
            // The first writer renews whenever it wakes; if its queue is full, it is awake.
            let _ = self.0.queues.first().map(|queue| queue.try_send(Message::Renew));
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

    /// What seals secrets.
    pub(crate) fn sealer(&self) -> &Sealer {
        &self.0.sealer
    }

    /// Where leases arrive that were given with decisions, for work due at once. The first caller has it.
    #[must_use]
    pub fn take_leased(&self) -> Option<mpsc::Receiver<Lease>> {
        self.0.leased.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// What was at hand when a lease was given with a decision a moment ago: it is taken once, and nothing
    /// where the lease is older or was claimed.
    #[must_use]
    pub fn at_hand(&self, lease: &Lease, now: Timestamp) -> Option<AtHand> {
        self.0.handover.take(lease, now)
    }

    /// Takes jobs that are due and have no live lease, each with a new one.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn claim(&self, limit: u32, now: Timestamp) -> Result<Vec<(Job, Lease)>, StoreError> {
        let due = self.reader().rows(jobs::due(limit.min(CLAIM_MAX), now)).await?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let number = self.fresh(now)?;
        let mut of_writers = vec![Vec::new(); self.0.queues.len()];
        for row in &due {
            let task = jobs::read_task(row).map_err(|error| error.of_table(Job::SHAPE.table))?;
            if let Some(tasks) = of_writers.get_mut(self.writer_of(task.book())) {
                tasks.push(task);
            }
        }
        let claims = of_writers.iter().flat_map(|tasks| jobs::claims(number, tasks, now));
        // All are sent before the first is waited for: they share a commit.
        let claims: Vec<_> = claims.map(|(book, plain)| self.send_plain(plain, book)).collect();
        let (mut claimed, mut failed) = (Vec::new(), None);
        for claim in claims {
            match done(claim).await {
                Ok(done) => claimed.extend(done.rows),
                Err(error) => failed = Some(error),
            }
        }
        // What was claimed is ours; what failed is due again.
        if let (true, Some(error)) = (claimed.is_empty(), failed) {
            return Err(error);
        }
        let claimed = claimed.iter().map(|row| {
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
        self.under_lease(lease, jobs::put_off(lease, due, why)).await
    }

    /// Sets a job aside for a person.
    ///
    /// # Errors
    /// [`Refused::LeaseOver`] when somebody else has the job by now.
    pub async fn park(&self, lease: &Lease, why: &str) -> Result<(), StoreError> {
        self.under_lease(lease, jobs::park(lease, why)).await
    }

    /// Has an exchange with a provider or a shop written down, already redacted; texts are cut.
    ///
    /// Nobody waits for it: it stands in the queue before whatever is decided from it, and is saved before it
    /// or with it.
    ///
    /// # Errors
    /// [`StoreError`] when the queue is full or closed, or numbers have run out.
    pub fn record(&self, exchange: &Exchange) -> Result<(), StoreError> {
        let number = self.fresh(exchange.at)?;
        self.send(exchange.book, Message::Note(exchanges::record(number, exchange)))
    }

    /// Asks a reader for one row and has every writer save something: whether the database does its work.
    /// On a full disk, or one that can only be read, answers alone would be no proof.
    ///
    /// # Errors
    /// [`StoreError`] as it is: busy, closed, or the database does not answer.
    pub async fn ask(&self) -> Result<(), StoreError> {
        self.reader().rows(Query::new("SELECT 1 AS one", Vec::new())).await?;
        for queue in &self.0.queues {
            let (reply, answer) = oneshot::channel();
            self.send_to(queue, Message::Plain(self.0.fresh.trial(), reply))?;
            done(Ok(answer)).await?;
        }
        Ok(())
    }

    /// Registers what the store counts of itself; see [`Store::measure`].
    pub fn register(&self, registry: &mut Registry) {
        self.0.meters.register(registry);
    }

    /// Brings up to date what is not counted but looked at: what waits for all writers.
    pub fn measure(&self) {
        self.0.meters.waiting(self.0.queues.iter().map(waiting).sum());
    }

    /// Saves what waits, takes nothing new, and returns when the writer has ended.
    pub async fn close(&self) {
        for queue in &self.0.queues {
            // A queue that is closed already needs no message.
            let _ = queue.send(Message::Close).await;
        }
        let threads = std::mem::take(&mut *self.0.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            let ended = tokio::task::spawn_blocking(move || thread.join().is_ok()).await;
            if ended.ok() != Some(true) {
                tracing::error!("a writer did not end well");
            }
        }
    }

    /// Makes a job due now, unless somebody is at it.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn bring_forward(&self, task: Task, now: Timestamp) -> Result<(), StoreError> {
        self.plain(jobs::bring_forward(task, now), task.book()).await.map(|_| ())
    }

    async fn under_lease(&self, lease: &Lease, plain: Plain) -> Result<(), StoreError> {
        let done = self.plain(plain, lease.task.book()).await?;
        if done.touched == 1 { Ok(()) } else { Err(Refused::LeaseOver.into()) }
    }

    /// Runs a small statement about a book.
    pub(crate) async fn plain(&self, plain: Plain, book: Book) -> Result<PlainDone, StoreError> {
        done(self.send_plain(plain, book)).await
    }

    fn send_plain(&self, plain: Plain, book: Book) -> Result<PlainAwaited, StoreError> {
        let (reply, done) = oneshot::channel();
        self.send(book, Message::Plain(plain, reply))?;
        Ok(done)
    }

    fn send(&self, book: Book, message: Message) -> Result<(), StoreError> {
        let queue = self.0.queues.get(self.writer_of(book)).ok_or(StoreError::Closed)?;
        self.send_to(queue, message)
    }

    /// A full queue refuses; wishes are refused a while before.
    fn send_to(&self, queue: &mpsc::Sender<Message>, message: Message) -> Result<(), StoreError> {
        let sort = sort(&message);
        if sort == Sort::Wish && waiting(queue) >= WISHES_MAX {
            self.0.meters.refused(sort);
            return Err(StoreError::Busy);
        }
        queue.try_send(message).map_err(|error| match error {
            TrySendError::Full(_) => {
                self.0.meters.refused(sort);
                StoreError::Busy
            }
            TrySendError::Closed(_) => StoreError::Closed,
        })
    }

    /// The writer of a book: always the same, so that a node's own writers never wait for one another.
    fn writer_of(&self, book: Book) -> usize {
        let writers = self.0.queues.len() as u64;
        // Sellers are numbered one after the other; the upper half of the product spreads them evenly.
        let spread = book.number().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        usize::try_from(spread.checked_rem(writers).unwrap_or(0)).unwrap_or(0)
    }
}

/// The name of a command without the path to it.
fn name_of<C>() -> &'static str {
    std::any::type_name::<C>().rsplit("::").next().unwrap_or_default()
}

/// So many messages wait for a writer.
fn waiting(queue: &mpsc::Sender<Message>) -> usize {
    queue.max_capacity().saturating_sub(queue.capacity())
}

/// What a message is in the queue.
fn sort(message: &Message) -> Sort {
    match message {
        Message::Errand(errand) => match errand.kind() {
            Kind::Wish => Sort::Wish,
            Kind::News => Sort::News,
        },
        Message::Plain(..) | Message::Note(_) | Message::Renew | Message::Close => Sort::Statement,
    }
}

/// Where the answer of a small statement arrives.
type PlainAwaited = oneshot::Receiver<Result<PlainDone, StoreError>>;

async fn done(sent: Result<PlainAwaited, StoreError>) -> Result<PlainDone, StoreError> {
    sent?.await.unwrap_or(Err(StoreError::Closed))
}

#[cfg(test)]
mod overload;
#[cfg(test)]
mod tests;
