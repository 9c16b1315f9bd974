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
}
