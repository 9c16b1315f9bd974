//! The token with which the owner of an installation calls our API: sealed like every other secret.

use crate::error::StoreError;
use crate::store::Store;
use domain::secrets::Secret;

/// Its place among the sealed keys, to which the seal is bound.
const PLACE: &str = "owner_token";
/// So many random bytes are in a token: 128 bits.
const RANDOM_BYTES: usize = 16;

impl Store {
    /// The owner's token, if one was made.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::WrongMasterKey`] when its seal does not open.
    pub async fn owner_token(&self) -> Result<Option<Secret>, StoreError> {
        self.sealed_text(PLACE).await
    }

    /// Makes the owner's token if there is none yet; of two nodes that start together one makes it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn make_owner_token(&self) -> Result<(), StoreError> {
        self.seal_text(PLACE, &fresh()?, "ON CONFLICT DO NOTHING").await
    }

    /// Puts a new token in the place of the old one, which opens nothing any more, and tells it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn renew_owner_token(&self) -> Result<Secret, StoreError> {
        let token = fresh()?;
        let instead = "ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed";
        self.seal_text(PLACE, &token, instead).await?;
        Ok(token)
    }
}

fn fresh() -> Result<Secret, StoreError> {
    let mut random = [0; RANDOM_BYTES];
    getrandom::fill(&mut random).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    Ok(Secret::new(format!("owner_{}", hex::encode(random))))
}
