//! Rates as rows, which are only ever added; and the price of a payment in another currency.

use crate::error::StoreError;
use crate::seal::Sealer;
use crate::table::{Shape, Table, int, text};
use crate::value::{Row, Value, json};
use domain::facts::Record;
use domain::ids::{Book, Id, ShopId};
use domain::payments::Terms;
use domain::rates::{Price, Rate, Worth};
use jiff::Timestamp;
use money::Money;
use money::currency::Currency;
use serde::{Deserialize, Serialize};

impl Table for Rate {
    // A rate is its own key: nothing of it could be overwritten.
    const SHAPE: Shape = Shape {
        table: "rates",
        columns: &[
            int("number"),
            text("priced_in"),
            text("paid_in"),
            int("units"),
            int("decimals"),
            int("shop"),
            int("shop_book"),
            int("valid_from"),
            int("book"),
        ],
        keys: 9,
    };

    fn key_values(key: &Rate) -> Vec<Value> {
        let [shop, shop_book] = whose(key.shop);
        vec![
            key.number.into(),
            key.of.into(),
            key.to.into(),
            key.worth.units().into(),
            u32::from(key.worth.decimals()).into(),
            shop,
            shop_book,
            key.from.into(),
            Book::PLATFORM.into(),
        ]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        Ok(Self::key_values(&self.key()))
    }

    fn read(row: &Row, _: &Sealer) -> Result<Rate, StoreError> {
        let shop = match row.number("shop")? {
            0 => None,
            number => Some(ShopId::new(row.book("shop_book")?, number)),
        };
        Ok(Rate {
            number: row.number("number")?,
            of: row.currency("priced_in")?,
            to: row.currency("paid_in")?,
            worth: worth("units", row.number("units")?, row.small("decimals")?)?,
            shop,
            from: row.time("valid_from")?,
        })
    }
}

/// A rate's shop in two columns that are never empty; zeros where it is everybody's.
pub(crate) fn whose(shop: Option<ShopId>) -> [Value; 2] {
    match shop {
        Some(shop) => [shop.number.into(), shop.book.into()],
        None => [0_u64.into(), 0_u64.into()],
    }
}

fn worth(column: &str, units: u64, decimals: u8) -> Result<Worth, StoreError> {
    Worth::from_parts(units, decimals).ok_or_else(|| StoreError::corrupt(column, "a rate that is none"))
}

/// A payment's price in another currency, as it stands in the JSON.
#[derive(Serialize, Deserialize)]
struct PriceRow {
    currency: String,
    minor: i64,
    units: u64,
    decimals: u8,
    number: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shop: Option<(u64, u64)>,
    from_us: i64,
}

/// The value of the column; nothing where the price is in the payment's own currency.
pub(crate) fn price_value(terms: &Terms) -> Result<Value, StoreError> {
    let Some(Price { sum, rate }) = terms.price else { return Ok(Value::Null) };
    json(&PriceRow {
        currency: sum.currency().code().to_owned(),
        minor: sum.minor(),
        units: rate.worth.units(),
        decimals: rate.worth.decimals(),
        number: rate.number,
        shop: rate.shop.map(|shop| (shop.number, shop.book.number())),
        from_us: rate.from.as_microsecond(),
    })
}

/// The price in a column, of a payment in this currency.
pub(crate) fn read_price(row: &Row, column: &str, paid_in: Currency) -> Result<Option<Price>, StoreError> {
    if row.maybe_text(column)?.is_none() {
        return Ok(None);
    }
    let found: PriceRow = row.json(column)?;
    let corrupt = |what: &str| StoreError::corrupt(column, what);
    let of = Currency::from_code(&found.currency).ok_or_else(|| corrupt("an unknown currency"))?;
    let shop = match found.shop {
        Some((number, book)) => {
            Some(ShopId::new(Book::from_number(book).ok_or_else(|| corrupt("not a book"))?, number))
        }
        None => None,
    };
    let rate = Rate {
        number: found.number,
        of,
        to: paid_in,
        worth: worth(column, found.units, found.decimals)?,
        shop,
        from: Timestamp::from_microsecond(found.from_us).map_err(|_| corrupt("not a moment in time"))?,
    };
    Ok(Some(Price { sum: Money::from_minor(found.minor, of), rate }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{payment, sealer};

    #[test]
    fn a_rate_is_read_back_with_its_shop_and_without() {
        let own = payment(1, 1).terms.price.unwrap().rate;
        for rate in [own, Rate { shop: Some(ShopId::new(Book::from_number(4).unwrap(), 9)), ..own }] {
            let names: Vec<Box<str>> = Rate::SHAPE.columns.iter().map(|column| column.name.into()).collect();
            let row = Row::new(names.into(), rate.write(&sealer()).unwrap());
            assert_eq!(Rate::read(&row, &sealer()).unwrap(), rate);
        }
    }

    #[test]
    fn a_price_is_read_back_and_a_damaged_one_is_named() {
        let row = |value| Row::new(["price"].map(Box::from).to_vec().into(), vec![value]);
        let terms = payment(1, 1).terms;
        let read = |value| read_price(&row(value), "price", Currency::Rub);
        assert_eq!(read(price_value(&terms).unwrap()), Ok(terms.price));
        assert_eq!(read(Value::Null), Ok(None));
        let damaged = read(Value::from("{\"currency\":\"USD\"}")).unwrap_err();
        assert!(damaged.to_string().contains("price"), "{damaged}");
    }
}
