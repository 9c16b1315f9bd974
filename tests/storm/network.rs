//! The network of a storm: every call is a letter in a bag, and the world decides what becomes of it.

use std::sync::{Arc, Mutex};

use engine::network::{Audience, Network, SendError};
use jiff::Timestamp;
use secrecy::SecretString;
use tokio::sync::oneshot;
use wire::http::{HttpCall, HttpReply};

use crate::clock::WorldTime;

/// How a call ended for whoever sent it.
pub type Answered = Result<HttpReply, SendError>;

/// A call that a node has just sent.
pub struct Sent {
    /// Counts all calls of the storm.
    pub number: u64,
    /// Which node sent it.
    pub node: usize,
    /// When, by the world's time.
    pub at: Timestamp,
    /// The call.
    pub call: HttpCall,
    /// Its credential.
    pub credential: Option<SecretString>,
    /// To whom.
    pub to: Audience,
    /// Where the answer is waited for.
    pub reply: oneshot::Sender<Answered>,
}

/// Calls that were sent and that the world has not taken yet.
#[derive(Default)]
pub struct Bag {
    last: u64,
    sent: Vec<Sent>,
}

impl Bag {
    /// Takes out what has been sent since the last time.
    pub fn take(&mut self) -> Vec<Sent> {
        std::mem::take(&mut self.sent)
    }
}

/// The way out of one node.
#[derive(Clone)]
pub struct WayOut {
    /// Which node.
    pub node: usize,
    /// The bag that all nodes share.
    pub bag: Arc<Mutex<Bag>>,
    /// The world's time.
    pub time: WorldTime,
}

impl Network for WayOut {
    async fn send(
        &self,
        call: &HttpCall,
        credential: Option<SecretString>,
        to: Audience,
    ) -> Result<HttpReply, SendError> {
        let (reply, answer) = oneshot::channel();
        {
            let mut bag = self.bag.lock().expect("one thread only");
            bag.last += 1;
            let (number, at) = (bag.last, self.time.now());
            bag.sent.push(Sent { number, node: self.node, at, call: call.clone(), credential, to, reply });
        }
        answer.await.unwrap_or_else(|_| Err(SendError::NoAnswer("the connection was closed".to_owned())))
    }
}
