//! A program that was built without traces says so, and does not pretend.

use super::Spans;
use crate::error::ProgramError;

/// There is none.
pub enum Sender {}

impl Sender {
    /// Refuses.
    ///
    /// # Errors
    /// [`ProgramError::Settings`], always.
    pub fn to(_: &str) -> Result<(Spans, Sender), ProgramError> {
        Err(ProgramError::Settings(
            "traces_endpoint is set, and this openkassa was built without traces: build it with \
             `cargo build --release --features traces`, or take the setting out"
                .to_owned(),
        ))
    }

    /// There is nothing to be sent.
    #[expect(clippy::unused_async, reason = "the other one waits")]
    pub async fn end(self) {
        match self {}
    }
}
