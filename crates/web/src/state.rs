//! What every handler works with.

use crate::crowd::Crowd;
use crate::meters::Meters;
use engine::clock::InstallationClock;
use engine::engine::Engine;
use engine::outbound::Internet;
use prometheus_client::registry::Registry;
use std::sync::Arc;
use tokio::sync::watch;

/// The engine as the program runs it.
pub type Kassa = Engine<Internet, InstallationClock>;

/// The engine, what the operator has said about the installation, and who is in the house.
#[derive(Clone)]
pub struct Web {
    /// The engine.
    pub engine: Arc<Kassa>,
    /// The name of the installation or of its operator.
    pub place: String,
    /// The operator's e-mail address for buyers' questions.
    pub help: Option<String>,
    /// What the front page of a demo leads to; nothing elsewhere.
    pub tour: Option<Tour>,
    /// Who is worked for and who waits.
    pub crowd: Arc<Crowd>,
    /// What is counted.
    pub meters: Arc<Meters>,
    /// Turns true when the program is to end.
    pub stop: watch::Receiver<bool>,
}

impl Web {
    /// Whether the program is about to end.
    pub fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// Registers everything that is counted here and below.
    pub fn register(&self, registry: &mut Registry) {
        self.meters.register(registry);
        self.engine.register(registry);
    }
}

/// Where to look in a demo.
#[derive(Clone, Debug)]
pub struct Tour {
    /// The example shop.
    pub shop: String,
    /// The provider simulators, by name.
    pub simulators: Vec<(String, String)>,
    /// The command that shows what was written down.
    pub command: String,
    /// Who signs in to the cabinet: organisation, login and password.
    pub person: [&'static str; 3],
}
