//! The token with which the owner of an installation calls our API: sealed like every other secret.

use crate::backend::Plain;
use crate::error::StoreError;
use crate::reader::Query;
use crate::seal::SealError;
use crate::store::Store;
use crate::value::Value;
use domain::ids::Book;
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
        let query = Query::new("SELECT sealed FROM sealed_keys WHERE name = $1", vec![PLACE.into()]);
        let rows = self.reader().rows(query).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let sealed = row.bytes("sealed").map_err(|error| error.of_table("sealed_keys"))?;
        let opened = self.sealer().open_bytes(PLACE, sealed).map_err(|_| StoreError::WrongMasterKey)?;
        let text = String::from_utf8(opened).map_err(|_| StoreError::WrongMasterKey)?;
        Ok(Some(Secret::new(text)))
    }

    /// Makes the owner's token if there is none yet; of two nodes that start together one makes it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn make_owner_token(&self) -> Result<(), StoreError> {
        self.save_owner_token(&fresh()?, "ON CONFLICT DO NOTHING").await
    }

    /// Puts a new token in the place of the old one, which opens nothing any more, and tells it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn renew_owner_token(&self) -> Result<Secret, StoreError> {
        let token = fresh()?;
        self.save_owner_token(&token, "ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed").await?;
        Ok(token)
    }

    async fn save_owner_token(&self, token: &Secret, if_there: &str) -> Result<(), StoreError> {
        let failed = |error: SealError| StoreError::Unavailable(error.to_string());
        let sealed = self.sealer().seal_bytes(PLACE, token.expose().as_bytes()).map_err(failed)?;
        let sql = format!("INSERT INTO sealed_keys (name, sealed) VALUES ($1, $2) {if_there}");
        let save = Plain::any(sql, vec![PLACE.into(), Value::Blob(sealed)]);
        self.plain(save, Book::PLATFORM).await.map(drop)
    }
}

fn fresh() -> Result<Secret, StoreError> {
    let mut random = [0; RANDOM_BYTES];
    getrandom::fill(&mut random).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    Ok(Secret::new(format!("owner_{}", hex::encode(random))))
}
