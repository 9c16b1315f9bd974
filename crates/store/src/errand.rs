//! A command in the queue: its type is forgotten, its answer kept inside until the decision is saved.

use crate::error::StoreError;
use domain::decide::{Command, Decision, Kind, Stop};
use domain::facts::{Asks, Facts};
use domain::ids::Book;
use jiff::Timestamp;
use tokio::sync::oneshot;

/// Commands that are decided and saved together.
pub type Batch = Vec<Box<dyn Errand>>;

/// A command of any type.
pub trait Errand: Send {
    /// The command's book.
    fn book(&self) -> Book;
    /// Wish or news.
    fn kind(&self) -> Kind;
    /// Asks for what the command knows it will need.
    fn asks(&self, facts: &mut Facts);
    /// Decides; the answer stays inside.
    ///
    /// # Errors
    /// [`Stop`], as the command says.
    fn decide(&mut self, facts: &Facts, now: Timestamp) -> Result<Decision, Stop>;
    /// Tells the caller: the answer kept inside, or the error.
    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

/// Where the answer of a command arrives.
pub type Reply<A> = oneshot::Receiver<Result<A, StoreError>>;

struct Sent<C: Command> {
    command: C,
    answer: Option<C::Answer>,
    reply: oneshot::Sender<Result<C::Answer, StoreError>>,
}

/// Boxes a command; its answer arrives at the other end.
#[must_use]
pub fn errand<C: Command>(command: C) -> (Box<dyn Errand>, Reply<C::Answer>) {
    let (reply, receiver) = oneshot::channel();
    (Box::new(Sent { command, answer: None, reply }), receiver)
}

impl<C: Command> Errand for Sent<C> {
    fn book(&self) -> Book {
        self.command.book()
    }

    fn kind(&self) -> Kind {
        C::KIND
    }

    fn asks(&self, facts: &mut Facts) {
        self.command.asks(&mut Asks::new(facts));
    }

    fn decide(&mut self, facts: &Facts, now: Timestamp) -> Result<Decision, Stop> {
        let (decision, answer) = self.command.decide(facts, now)?;
        self.answer = Some(answer);
        Ok(decision)
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Sent { answer, reply, .. } = *self;
        // A caller that went away does not wait for an answer; what is saved stays saved.
        let _ = reply.send(outcome.and_then(|()| answer.ok_or(StoreError::Panicked)));
    }
}
