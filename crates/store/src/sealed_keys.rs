//! What an installation keeps sealed about itself: one text under each name.

use crate::backend::Plain;
use crate::error::StoreError;
use crate::reader::Query;
use crate::seal::SealError;
use crate::store::Store;
use crate::value::Value;
use domain::ids::Book;
use domain::secrets::Secret;

/// The name under which the key stands that signs statements to shops.
const SIGNING_KEY: &str = "signing_key";

impl Store {
    /// The key that signs statements to shops, with its certificate, as [`Store::keep_signing_key`] took it.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::WrongMasterKey`] when its seal does not open.
    pub async fn signing_key(&self) -> Result<Option<Secret>, StoreError> {
        self.sealed_text(SIGNING_KEY).await
    }

    /// Keeps the key that signs statements to shops, unless there is one already: of two nodes that make one at
    /// the same time the first is kept, and both read it then.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_signing_key(&self, key: &Secret) -> Result<(), StoreError> {
        self.seal_text(SIGNING_KEY, key, "ON CONFLICT DO NOTHING").await
    }

    /// The text that is sealed under a name, to which the seal is bound.
    pub(crate) async fn sealed_text(&self, name: &str) -> Result<Option<Secret>, StoreError> {
        let query = Query::new("SELECT sealed FROM sealed_keys WHERE name = $1", vec![name.into()]);
        let rows = self.reader().rows(query).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let sealed = row.bytes("sealed").map_err(|error| error.of_table("sealed_keys"))?;
        let opened = self.sealer().open_bytes(name, sealed).map_err(|_| StoreError::WrongMasterKey)?;
        let text = String::from_utf8(opened).map_err(|_| StoreError::WrongMasterKey)?;
        Ok(Some(Secret::new(text)))
    }

    /// Seals a text under a name; what happens where there is one already, the end of the statement says.
    pub(crate) async fn seal_text(
        &self,
        name: &str,
        text: &Secret,
        if_there: &str,
    ) -> Result<(), StoreError> {
        let failed = |error: SealError| StoreError::Unavailable(error.to_string());
        let sealed = self.sealer().seal_bytes(name, text.expose().as_bytes()).map_err(failed)?;
        let sql = format!("INSERT INTO sealed_keys (name, sealed) VALUES ($1, $2) {if_there}");
        let save = Plain::any(sql, vec![name.into(), Value::Blob(sealed)]);
        self.plain(save, Book::PLATFORM).await.map(drop)
    }
}
