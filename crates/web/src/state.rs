//! What every handler works with.

use engine::clock::SystemClock;
use engine::engine::Engine;
use engine::outbound::Internet;
use std::sync::Arc;

/// The engine as the program runs it.
pub type Kassa = Engine<Internet, SystemClock>;

/// The engine, and what the operator has said about the installation.
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
}
