//! Why a use case did not do what it was asked.

use crate::frozen::FrozenError;
use connectors::connector::ConnectorFault;
use domain::decide::Refused;
use domain::ids::{IdError, NumbersError};
use store::error::StoreError;

/// Everything that a use case may answer instead of its result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The business said no; nothing was saved.
    #[error(transparent)]
    Refused(Refused),
    /// There is no such thing, or it is not the caller's.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Too much is waiting; the same may be asked again in a moment.
    #[error("the system is busy; try again in a moment")]
    Busy,
    /// The store did not do it.
    #[error(transparent)]
    Store(StoreError),
    /// A connector could not express or understand something.
    #[error(transparent)]
    Connector(#[from] ConnectorFault),
    /// A saved call is damaged.
    #[error("a saved call cannot be read: {0}")]
    Frozen(String),
}

impl EngineError {
    /// Whether the answer is a certain no, which asking again would not change.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        matches!(self, EngineError::Refused(_) | EngineError::NotFound(_))
    }
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(Refused::NotThere { what }) => EngineError::NotFound(what),
            StoreError::Refused(refused) => EngineError::Refused(refused),
            StoreError::Busy => EngineError::Busy,
            other => EngineError::Store(other),
        }
    }
}

impl From<FrozenError> for EngineError {
    fn from(error: FrozenError) -> Self {
        EngineError::Frozen(error.to_string())
    }
}

impl From<IdError> for EngineError {
    fn from(_: IdError) -> Self {
        EngineError::NotFound("identifier")
    }
}

impl From<NumbersError> for EngineError {
    fn from(error: NumbersError) -> Self {
        EngineError::Store(StoreError::Unavailable(error.to_string()))
    }
}
