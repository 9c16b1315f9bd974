//! The writer's thread: takes what waits and turns it into one batch.

use crate::backend::{Backend, Plain};
use crate::errand::{Batch, Errand};
use crate::exchanges;
use crate::meters::Meters;
use crate::numbers::Fresh;
use crate::statements::{PlainReply, Statements};
use crate::writer::Writer;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

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
            self.serve(&mut waiting).await;
        }
    }

    /// Whether anything waits in the queue.
    pub(crate) fn waits(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Serves what waits now, as one batch; for whoever drives the writer by hand.
    pub(crate) async fn once(&mut self) {
        let mut waiting = Vec::new();
        while waiting.len() < BATCH_MAX
            && let Ok(message) = self.queue.try_recv()
        {
            waiting.push(message);
        }
        self.serve(&mut waiting).await;
    }

    /// Serves what was taken out of the queue: commands as one batch, with the small statements among them.
    async fn serve(&mut self, waiting: &mut Vec<Message>) {
        self.upkeep().await;
        let mut batch = Batch::new();
        let mut statements = Statements::default();
        for message in waiting.drain(..) {
            match message {
                Message::Errand(errand) => batch.push(errand),
                Message::Plain(plain, reply) => statements.push(plain, Some(reply)),
                Message::Note(plain) => statements.push(plain, None),
                Message::Renew => {}
                Message::Close => self.queue.close(),
            }
        }
        let (commands, stated, began) = (batch.len(), !statements.is_empty(), (self.clock)());
        self.writer.turn(batch, statements, began).await;
        match (commands, stated) {
            (0, false) => {}
            (0, true) => self.meters.stated(began, (self.clock)()),
            (_, _) => self.meters.turned(commands, began, (self.clock)()),
        }
    }

    /// Keeps the connection, renews the reservation of numbers well before it ends, and forgets old
    /// exchanges.
    async fn upkeep(&mut self) {
        let now = (self.clock)();
        if now.duration_since(self.tended_at).abs() >= TEND_EVERY {
            self.tended_at = now;
            if let Err(error) = self.writer.backend().tend(now).await {
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
