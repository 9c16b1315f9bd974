//! The writer's thread: takes what waits, turns it into one batch, runs small statements in between.

use crate::backend::{Backend, BackendFault, Plain, PlainDone};
use crate::errand::{Batch, Errand};
use crate::error::StoreError;
use crate::exchanges;
use crate::meters::Meters;
use crate::numbers::Fresh;
use crate::writer::Writer;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// So many commands wait at most; the next are told that the store is busy.
pub const QUEUE_MAX: usize = 8_192;
/// A wish is refused when so many wait already: what is left of the queue belongs to news, which has
/// happened and must be booked, and to the small statements of workers.
pub const WISHES_MAX: usize = 6_144;
/// So many are saved together at most.
pub const BATCH_MAX: usize = 512;
/// So often the writer looks after its reservation when nothing waits.
const TICK: Duration = Duration::from_secs(5);
/// So often an engine does what it needs.
const TEND_EVERY: SignedDuration = SignedDuration::from_secs(5);
/// So often old exchanges are forgotten.
const PURGE_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Who waits for a small statement.
pub(crate) type PlainReply = oneshot::Sender<Result<PlainDone, StoreError>>;

/// What waits in the queue.
pub(crate) enum Message {
    /// A command.
    Errand(Box<dyn Errand>),
    /// A small statement and who waits for it.
    Plain(Plain, PlainReply),
    /// A small statement that nobody waits for.
    Note(Plain),
    /// Look after the reservation of numbers.
    Renew,
    /// Save what waits, take nothing new, and say so.
    Close,
}

pub(crate) struct Service<B> {
    writer: Writer<B>,
    queue: mpsc::Receiver<Message>,
    fresh: Arc<Fresh>,
    clock: Clock,
    /// Whether it is the node's first writer, which renews the node's numbers and purges.
    first: bool,
    purged_at: Timestamp,
    tended_at: Timestamp,
    meters: Arc<Meters>,
}

impl<B: Backend> Service<B> {
    /// A service of this queue; the first of a node does the node's housework.
    pub(crate) fn new(
        writer: Writer<B>,
        queue: mpsc::Receiver<Message>,
        fresh: Arc<Fresh>,
        clock: Clock,
        first: bool,
        meters: Arc<Meters>,
    ) -> Service<B> {
        let now = clock();
        Service { writer, queue, fresh, clock, first, purged_at: now, tended_at: now, meters }
    }

    /// Serves until the last handle is gone or somebody closes the store.
    pub(crate) async fn run(mut self) {
        let mut waiting = Vec::with_capacity(BATCH_MAX);
        loop {
            let took = tokio::time::timeout(TICK, self.queue.recv_many(&mut waiting, BATCH_MAX)).await;
            if took == Ok(0) {
                return;
            }
            self.upkeep().await;
            let mut batch = Batch::new();
            let (mut plains, mut replies) = (Vec::new(), Vec::new());
            for message in waiting.drain(..) {
                match message {
                    Message::Errand(errand) => batch.push(errand),
                    Message::Plain(plain, reply) => {
                        plains.push(plain);
                        replies.push(Some(reply));
                    }
                    Message::Note(plain) => {
                        plains.push(plain);
                        replies.push(None);
                    }
                    Message::Renew => {}
                    Message::Close => self.queue.close(),
                }
            }
            // An exchange is written down before what is decided from it.
            if !plains.is_empty() {
                let began = (self.clock)();
                self.plains(&plains, replies).await;
                self.meters.stated(began, (self.clock)());
            }
            if !batch.is_empty() {
                let (commands, began) = (batch.len(), (self.clock)());
                self.writer.turn(batch, began).await;
                self.meters.turned(commands, began, (self.clock)());
            }
        }
    }

    /// Runs small statements with one commit for all of them.
    async fn plains(&mut self, plains: &[Plain], replies: Vec<Option<PlainReply>>) {
        let answers = self.writer.backend().plains(plains).await.unwrap_or_else(|fault| {
            tracing::warn!(%fault, statements = plains.len(), "small statements were not run");
            vec![Err(fault); plains.len()]
        });
        if answers.iter().any(|answer| matches!(answer, Err(BackendFault::Again { .. }))) {
            // A connection that is gone shows again with the next statement.
            let _ = self.writer.backend().reopen().await;
        }
        for (answer, reply) in answers.into_iter().zip(replies) {
            match reply {
                // Whoever went away does not wait for the answer.
                Some(reply) => drop(reply.send(answer.map_err(StoreError::from))),
                // What it tells of has happened all the same.
                None => drop(
                    answer.inspect_err(|fault| tracing::warn!(%fault, "an exchange is not written down")),
                ),
            }
        }
    }

    /// Keeps the connection, renews the reservation of numbers well before it ends, and forgets old
    /// exchanges.
    async fn upkeep(&mut self) {
        let now = (self.clock)();
        if now.duration_since(self.tended_at).abs() >= TEND_EVERY {
            self.tended_at = now;
            if let Err(error) = self.writer.backend().tend().await {
                tracing::warn!(%error, "the database does not answer");
            }
        }
        if !self.first {
            return;
        }
        if let Some((plain, until)) = self.fresh.renewal(now) {
            match self.writer.backend().plain(&plain).await {
                Ok(_) => self.fresh.renewed(until),
                Err(error) => tracing::error!(%error, "identifiers cannot be reserved"),
            }
        }
        if now.duration_since(self.purged_at).abs() >= PURGE_EVERY {
            self.purged_at = now;
            if let Err(error) = self.writer.backend().plain(&exchanges::purge(now)).await {
                tracing::warn!(%error, "old exchanges cannot be purged");
            }
        }
    }
}
