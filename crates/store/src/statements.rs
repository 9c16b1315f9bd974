//! The small statements of a turn, and who waits for each.

use crate::backend::{Plain, PlainAnswer, PlainDone};
use crate::error::StoreError;
use tokio::sync::oneshot;

/// Who waits for a small statement.
pub(crate) type PlainReply = oneshot::Sender<Result<PlainDone, StoreError>>;

/// Small statements that came together, in their order.
#[derive(Debug, Default)]
pub(crate) struct Statements {
    plains: Vec<Plain>,
    replies: Vec<Option<PlainReply>>,
}

impl Statements {
    /// Adds one, and who waits for it, if anybody does.
    pub(crate) fn push(&mut self, plain: Plain, reply: Option<PlainReply>) {
        self.plains.push(plain);
        self.replies.push(reply);
    }

    /// Whether there are none, or all have been answered.
    pub(crate) fn is_empty(&self) -> bool {
        self.plains.is_empty()
    }

    /// What is to be run.
    pub(crate) fn plains(&self) -> &[Plain] {
        &self.plains
    }

    /// Tells everybody what is saved by now, each his own answer. None are left.
    pub(crate) fn answer(&mut self, answers: Vec<PlainAnswer>) {
        self.plains.clear();
        for (answer, reply) in answers.into_iter().zip(self.replies.drain(..)) {
            tell(reply, answer.map_err(StoreError::from));
        }
    }

    /// Tells everybody that none of it is saved, or that nobody knows. None are left.
    pub(crate) fn fail(&mut self, error: &StoreError) {
        self.plains.clear();
        for reply in self.replies.drain(..) {
            tell(reply, Err(error.clone()));
        }
    }
}

fn tell(reply: Option<PlainReply>, told: Result<PlainDone, StoreError>) {
    match reply {
        // Whoever went away does not wait for the answer.
        Some(reply) => drop(reply.send(told)),
        // What it tells of has happened all the same.
        None => drop(told.inspect_err(|error| tracing::warn!(%error, "an exchange is not written down"))),
    }
}
