//! Provider accounts as rows; their settings are JSON with the secret ones sealed.

use crate::error::StoreError;
use crate::payments::{method_list, read_methods};
use crate::seal::Sealer;
use crate::table::{Shape, Table, int, text};
use crate::value::{Row, Value, json};
use domain::facts::Record;
use domain::ids::ProviderAccountId;
use domain::providers::{ProviderAccount, Setting};
use serde::{Deserialize, Serialize};

/// A setting as it stands in the JSON.
#[derive(Serialize, Deserialize)]
enum SettingRow {
    #[serde(rename = "plain")]
    Plain(String),
    #[serde(rename = "sealed")]
    Sealed(String),
}

impl Table for ProviderAccount {
    const SHAPE: Shape = Shape {
        table: "provider_accounts",
        columns: &[
            int("number"),
            int("book"),
            text("connector"),
            text("name"),
            text("base_url"),
            text("settings"),
            int("serves_live"),
            int("serves_test"),
            text("methods"),
            int("active"),
            int("version"),
        ],
        keys: 2,
    };

    fn key_values(key: &ProviderAccountId) -> Vec<Value> {
        vec![key.number.into(), key.book.into()]
    }

    fn write(&self, sealer: &Sealer) -> Result<Vec<Value>, StoreError> {
        let mut values = Self::key_values(&self.key());
        values.extend([
            (&self.connector).into(),
            (&self.name).into(),
            (&self.base_url).into(),
            sealed_settings(self, sealer)?,
            self.serves_live.into(),
            self.serves_test.into(),
            method_list(&self.methods)?,
            self.active.into(),
            self.version.into(),
        ]);
        Ok(values)
    }

    fn read(row: &Row, sealer: &Sealer) -> Result<ProviderAccount, StoreError> {
        let id: ProviderAccountId = row.id("number", row.book("book")?)?;
        Ok(ProviderAccount {
            id,
            connector: row.string("connector")?,
            name: row.string("name")?,
            base_url: row.string("base_url")?,
            settings: open_settings(id, row, sealer)?,
            serves_live: row.flag("serves_live")?,
            serves_test: row.flag("serves_test")?,
            methods: read_methods(row, "methods")?,
            active: row.flag("active")?,
            version: row.small("version")?,
        })
    }
}

fn place(account: ProviderAccountId, name: &str) -> String {
    format!("provider_accounts.settings:{}:{}:{name}", account.number, account.book.number())
}

fn sealed_settings(account: &ProviderAccount, sealer: &Sealer) -> Result<Value, StoreError> {
    let settings = account.settings.iter().map(|(name, setting)| {
        let row = match setting {
            Setting::Plain(text) => SettingRow::Plain(text.clone()),
            Setting::Secret(secret) => SettingRow::Sealed(
                sealer
                    .seal(&place(account.id, name), secret)
                    .map_err(|error| StoreError::corrupt("settings", error.to_string()))?,
            ),
        };
        Ok((name.as_str(), row))
    });
    json(&settings.collect::<Result<Vec<_>, StoreError>>()?)
}

fn open_settings(
    account: ProviderAccountId,
    row: &Row,
    sealer: &Sealer,
) -> Result<Vec<(String, Setting)>, StoreError> {
    let settings: Vec<(String, SettingRow)> = row.json("settings")?;
    let opened = settings.into_iter().map(|(name, setting)| {
        let setting = match setting {
            SettingRow::Plain(text) => Setting::Plain(text),
            SettingRow::Sealed(sealed) => Setting::Secret(
                sealer
                    .open(&place(account, &name), &sealed)
                    .map_err(|error| StoreError::corrupt("settings", error.to_string()))?,
            ),
        };
        Ok((name, setting))
    });
    opened.collect()
}
