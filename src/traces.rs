//! Spans for a collector of OpenTelemetry, in programs that were built to send them.

#[cfg(not(feature = "traces"))]
mod absent;
#[cfg(feature = "traces")]
mod sent;

#[cfg(not(feature = "traces"))]
use absent::Sender;
#[cfg(feature = "traces")]
use sent::Sender;

use crate::error::ProgramError;
use tracing_subscriber::{Layer, Registry};

/// What collects spans while a program runs.
pub type Spans = Box<dyn Layer<Registry> + Send + Sync>;

/// The spans of a program that runs, if anybody is sent them.
pub struct Traces(Option<Sender>);

impl Traces {
    /// Nobody is sent any.
    pub const fn none() -> Traces {
        Traces(None)
    }

    /// A collector is sent them.
    ///
    /// # Errors
    /// [`ProgramError::Settings`] when they cannot be sent.
    pub fn to(endpoint: &str) -> Result<(Spans, Traces), ProgramError> {
        let (spans, sender) = Sender::to(endpoint)?;
        Ok((spans, Traces(Some(sender))))
    }

    /// Sends what has not been sent yet, and waits for it a few seconds.
    pub async fn end(self) {
        if let Some(sender) = self.0 {
            sender.end().await;
        }
    }
}
