//! The network of the imagined world: every address leads to a machine, through weather that a test makes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use engine::clock::Clock;
use engine::network::{Audience, Network, SendError};
use secrecy::SecretString;
use tokio::sync::Notify;
use wire::http::{HttpCall, HttpReply};

use crate::imagined::clock::ImaginedClock;
use crate::imagined::provider::{ImaginedProvider, PROVIDER_URL};
use crate::imagined::shop::{ImaginedShop, SHOP_URL};

/// What becomes of a call to the provider on its way.
#[derive(Debug, Clone)]
pub enum Weather {
    /// It arrives, and so does its answer.
    Fair,
    /// It never leaves: the connection cannot be made.
    NoWay,
    /// It leaves and is lost before it arrives.
    LostThere,
    /// It is carried out, and the answer is lost.
    LostBack,
    /// Our process is killed before the call leaves.
    KilledBefore,
    /// Our process is killed while the provider carries it out.
    KilledAfter,
    /// It does not reach the provider; this is answered in its place.
    Answered(HttpReply),
}

/// Everything outside the engine.
#[derive(Debug)]
pub struct Outside {
    /// The provider.
    pub provider: ImaginedProvider,
    /// The shop.
    pub shop: ImaginedShop,
    /// What becomes of the next calls to the provider.
    pub weather: VecDeque<Weather>,
    /// What becomes of those after them.
    pub climate: Weather,
}

/// The network; clones lead to the same outside.
#[derive(Debug, Clone)]
pub struct ImaginedNetwork {
    outside: Arc<Mutex<Outside>>,
    clock: ImaginedClock,
    killed: Arc<Notify>,
}

impl ImaginedNetwork {
    /// A network in fair weather.
    pub fn new(seed: u64, clock: ImaginedClock) -> ImaginedNetwork {
        let outside = Outside {
            provider: ImaginedProvider::new(seed),
            shop: ImaginedShop::default(),
            weather: VecDeque::new(),
            climate: Weather::Fair,
        };
        ImaginedNetwork { outside: Arc::new(Mutex::new(outside)), clock, killed: Arc::new(Notify::new()) }
    }

    /// Everything outside, to look at and to change.
    ///
    /// # Panics
    /// When another test thread has panicked while it held it.
    pub fn outside(&self) -> MutexGuard<'_, Outside> {
        self.outside.lock().expect("the outside is whole")
    }

    /// Comes back when a call has met [`Weather::KilledBefore`] or [`Weather::KilledAfter`].
    pub async fn killed(&self) {
        self.killed.notified().await;
    }

    /// The answer, or none at all when nobody is left to hear it.
    fn travel(
        &self,
        call: &HttpCall,
        credential: Option<&SecretString>,
    ) -> Option<Result<HttpReply, SendError>> {
        let now = self.clock.now();
        let mut outside = self.outside();
        let outside = &mut *outside;
        let weather = outside.weather.pop_front().unwrap_or_else(|| outside.climate.clone());
        let lost = || Some(Err(SendError::NoAnswer("the connection was closed".to_owned())));
        match weather {
            Weather::Fair => Some(outside.provider.ask(call, credential, now)),
            Weather::NoWay => Some(Err(SendError::NotSent("connection refused".to_owned()))),
            Weather::LostThere => lost(),
            Weather::LostBack => {
                let _ = outside.provider.ask(call, credential, now);
                lost()
            }
            Weather::KilledBefore => None,
            Weather::KilledAfter => {
                let _ = outside.provider.ask(call, credential, now);
                None
            }
            Weather::Answered(reply) => Some(Ok(reply)),
        }
    }
}

impl Network for ImaginedNetwork {
    async fn send(
        &self,
        call: &HttpCall,
        credential: Option<SecretString>,
        to: Audience,
    ) -> Result<HttpReply, SendError> {
        let arrived = match to {
            Audience::Provider if call.url.starts_with(PROVIDER_URL) => {
                self.travel(call, credential.as_ref())
            }
            Audience::Shop if call.url.starts_with(SHOP_URL) => {
                Some(self.outside().shop.ask(call, self.clock.now()))
            }
            Audience::Provider | Audience::Shop => {
                Some(Err(SendError::NotSent(format!("nobody lives at {}", call.url))))
            }
        };
        match arrived {
            Some(arrived) => arrived,
            None => {
                self.killed.notify_one();
                std::future::pending().await
            }
        }
    }
}
