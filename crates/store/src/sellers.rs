//! Sellers as rows; their turnover is JSON.

use crate::error::StoreError;
use crate::seal::Sealer;
use crate::table::{Shape, Table, int, text};
use crate::tariffs::MoneyRow;
use crate::value::{Row, Value, json};
use domain::facts::Record;
use domain::ids::SellerId;
use domain::sellers::{Seller, Turnover};
use serde::{Deserialize, Serialize};

/// The turnover of one month in one currency, as it stands in the JSON.
#[derive(Serialize, Deserialize)]
struct TurnoverRow {
    month: String,
    sum: MoneyRow,
}

impl Table for Seller {
    const SHAPE: Shape = Shape {
        table: "sellers",
        columns: &[
            int("number"),
            int("book"),
            text("name"),
            int("active"),
            text("zone"),
            text("turnover"),
            int("version"),
        ],
        keys: 2,
    };

    fn key_values(key: &SellerId) -> Vec<Value> {
        vec![key.number.into(), key.book.into()]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        let turnover = self.turnover.iter().map(|turnover| TurnoverRow {
            month: turnover.month.to_string(),
            sum: MoneyRow::from(turnover.sum),
        });
        let mut values = Self::key_values(&self.key());
        values.extend([
            (&self.name).into(),
            self.active.into(),
            (&self.zone).into(),
            json(&turnover.collect::<Vec<_>>())?,
            self.version.into(),
        ]);
        Ok(values)
    }

    fn read(row: &Row, _: &Sealer) -> Result<Seller, StoreError> {
        let turnover: Vec<TurnoverRow> = row.json("turnover")?;
        let turnover = turnover.into_iter().map(|turnover| {
            let month = turnover.month.parse().map_err(|_| StoreError::corrupt("turnover", "not a month"))?;
            Ok(Turnover { month, sum: turnover.sum.money("turnover")? })
        });
        Ok(Seller {
            id: row.id("number", row.book("book")?)?,
            name: row.string("name")?,
            active: row.flag("active")?,
            zone: row.string("zone")?,
            turnover: turnover.collect::<Result<_, StoreError>>()?,
            version: row.small("version")?,
        })
    }
}
