//! Sweeps run on a timer, take no input, and may run twice without harm: they only repair.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often it is looked for payments that wait for nothing.
const EVERY: Duration = Duration::from_secs(600);

/// Sweeps until told to stop.
pub async fn run<N: Network, C: Clock>(engine: Arc<Engine<N, C>>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = engine.repair().await {
            tracing::warn!(%error, "a sweep did not finish; the next one will");
        }
        tokio::select! {
            () = engine.clock.sleep(EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Plans the work of unfinished attempts that have none: every one is asked about, never guessed.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    #[tracing::instrument(skip_all)]
    pub async fn repair(&self) -> Result<usize, EngineError> {
        let idle = self.store.idle_attempts().await?;
        for attempt in &idle {
            tracing::warn!(
                attempt = attempt.number,
                "an unfinished attempt had no work planned; it is checked now"
            );
            self.submit(domain::waiting::CheckSoon { attempt: *attempt }).await?;
        }
        Ok(idle.len())
    }
}
