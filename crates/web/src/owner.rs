//! The owner of the installation, known by his token.

use crate::state::Web;
use engine::error::EngineError;
use sha2::{Digest, Sha256};

/// Whether this is the owner's token. Digests are compared, so that the time tells nothing of the token.
///
/// # Errors
/// [`EngineError`] when the store does not answer.
pub(crate) async fn is_owner(web: &Web, token: &str) -> Result<bool, EngineError> {
    let own = web.engine.store().owner_token().await?;
    Ok(own.is_some_and(|own| Sha256::digest(own.expose()) == Sha256::digest(token.trim())))
}
