//! Shops as rows; their passwords are sealed inside JSON.

use crate::checkouts::{checkout_value, read_checkout};
use crate::error::StoreError;
use crate::payments::{method_list, read_methods};
use crate::seal::Sealer;
use crate::table::{Shape, Table, inside, int, text};
use crate::value::{Row, Value, address, json};
use domain::facts::Record;
use domain::ids::ShopId;
use domain::sellers::{Algorithm, Passwords, SettlementDelay, Shop, Switch};
use serde::{Deserialize, Serialize};

/// The passwords of one version, sealed, as they stand in the JSON.
#[derive(Serialize, Deserialize)]
struct PasswordsRow {
    version: u32,
    first: String,
    second: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    third: Option<String>,
}

impl Table for Shop {
    const SHAPE: Shape = Shape {
        table: "shops",
        columns: &[
            int("number"),
            int("book"),
            int("seller"),
            text("login"),
            text("name"),
            text("site"),
            text("currency"),
            int("active"),
            text("algorithm"),
            text("passwords"),
            text("result_url"),
            text("result_verb"),
            text("success_url"),
            text("success_verb"),
            text("fail_url"),
            text("fail_verb"),
            text("domains"),
            text("switches"),
            text("methods"),
            int("buyer_share"),
            int("two_step"),
            int("lifetime_s"),
            int("grace_s"),
            text("delay"),
            int("delay_count"),
            text("zone"),
            text("checkout"),
            int("last_number"),
            int("version"),
        ],
        keys: 2,
    };

    fn key_values(key: &ShopId) -> Vec<Value> {
        vec![key.number.into(), key.book.into()]
    }

    fn write(&self, sealer: &Sealer) -> Result<Vec<Value>, StoreError> {
        let switches: Vec<&str> = self.switches.iter().map(|switch| switch.code()).collect();
        let mut values = Self::key_values(&self.key());
        values.extend([
            inside(self.seller, self.id.book)?,
            (&self.login).into(),
            (&self.name).into(),
            (&self.site).into(),
            self.currency.into(),
            self.active.into(),
            self.algorithm.code().into(),
            sealed_passwords(self, sealer)?,
        ]);
        for to in [&self.result, &self.success, &self.fail] {
            values.extend(address(to.as_ref()));
        }
        values.extend([
            json(&self.domains)?,
            json(&switches)?,
            method_list(&self.methods)?,
            self.buyer_share.into(),
            self.two_step.into(),
            self.lifetime_s.into(),
            self.grace_s.into(),
        ]);
        values.extend(match self.delay {
            SettlementDelay::Days(days) => ["days".into(), days.into()],
            SettlementDelay::Seconds(seconds) => ["seconds".into(), seconds.into()],
        });
        values.push((&self.zone).into());
        values.push(checkout_value(self.checkout.as_ref())?);
        values.extend([self.last_number.into(), self.version.into()]);
        Ok(values)
    }

    fn read(row: &Row, sealer: &Sealer) -> Result<Shop, StoreError> {
        let id: ShopId = row.id("number", row.book("book")?)?;
        Ok(Shop {
            id,
            seller: row.id("seller", id.book)?,
            login: row.string("login")?,
            name: row.string("name")?,
            site: row.string("site")?,
            currency: row.currency("currency")?,
            active: row.flag("active")?,
            algorithm: row.word("algorithm", Algorithm::from_code)?,
            passwords: open_passwords(id, row, sealer)?,
            result: row.address("result_url", "result_verb")?,
            success: row.address("success_url", "success_verb")?,
            fail: row.address("fail_url", "fail_verb")?,
            domains: row.json("domains")?,
            switches: read_switches(row)?,
            methods: read_methods(row, "methods")?,
            buyer_share: row.small("buyer_share")?,
            two_step: row.flag("two_step")?,
            lifetime_s: row.small("lifetime_s")?,
            grace_s: row.small("grace_s")?,
            delay: match row.text("delay")? {
                "days" => SettlementDelay::Days(row.small("delay_count")?),
                "seconds" => SettlementDelay::Seconds(row.small("delay_count")?),
                word => return Err(StoreError::corrupt("delay", format!("unknown word \"{word}\""))),
            },
            zone: row.string("zone")?,
            checkout: read_checkout(row)?,
            last_number: row.int("last_number")?,
            version: row.small("version")?,
        })
    }
}

/// Where a password stands: a seal copied to another shop, version or slot does not open there.
fn place(shop: ShopId, version: u32, slot: u8) -> String {
    format!("shops.passwords:{}:{}:{version}:{slot}", shop.number, shop.book.number())
}

fn sealed_passwords(shop: &Shop, sealer: &Sealer) -> Result<Value, StoreError> {
    let sealed = shop.passwords.iter().map(|passwords| {
        let seal = |slot, secret| {
            sealer
                .seal(&place(shop.id, passwords.version, slot), secret)
                .map_err(|error| StoreError::corrupt("passwords", error.to_string()))
        };
        Ok(PasswordsRow {
            version: passwords.version,
            first: seal(1, &passwords.first)?,
            second: seal(2, &passwords.second)?,
            third: passwords.third.as_ref().map(|secret| seal(3, secret)).transpose()?,
        })
    });
    json(&sealed.collect::<Result<Vec<_>, StoreError>>()?)
}

fn open_passwords(shop: ShopId, row: &Row, sealer: &Sealer) -> Result<Vec<Passwords>, StoreError> {
    let sealed: Vec<PasswordsRow> = row.json("passwords")?;
    let opened = sealed.into_iter().map(|passwords| {
        let open = |slot, text: &str| {
            sealer
                .open(&place(shop, passwords.version, slot), text)
                .map_err(|error| StoreError::corrupt("passwords", error.to_string()))
        };
        Ok(Passwords {
            version: passwords.version,
            first: open(1, &passwords.first)?,
            second: open(2, &passwords.second)?,
            third: passwords.third.as_deref().map(|text| open(3, text)).transpose()?,
        })
    });
    opened.collect()
}

fn read_switches(row: &Row) -> Result<Vec<Switch>, StoreError> {
    let codes: Vec<String> = row.json("switches")?;
    let known = |code: &String| {
        Switch::from_code(code)
            .ok_or_else(|| StoreError::corrupt("switches", format!("unknown switch \"{code}\"")))
    };
    codes.iter().map(known).collect()
}
