//! What there is to carry, asked of a schema that was just made: no table can be forgotten in a list.

use super::error::CopyError;
use crate::error::StoreError;
use crate::sqlite::copying::Carrier;
use crate::table::{BY_NUMBER, Holds};
use crate::value::{Row, Value};
use std::fmt::Write as _;

/// So many rows are carried at once. The longest rows hold two exchanges of 64 KiB.
const PAGE: u32 = 256;

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) holds: Holds,
}

/// A table as it is carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
    /// Where the columns of the key stand among the others, in the order of the key.
    keys: Vec<usize>,
}

/// All tables that the migrations make.
///
/// # Errors
/// [`CopyError::Database`] when there is no memory for a schema, or a table has no key.
pub(crate) fn of_the_schema() -> Result<Vec<Plan>, CopyError> {
    let failed = |detail| CopyError::Database { place: "a schema in memory".to_owned(), detail };
    let mut blank = Carrier::blank().map_err(failed)?;
    let tables = blank.tables().map_err(failed)?;
    tables.into_iter().map(|name| of_table(&mut blank, name).map_err(failed)).collect()
}

fn of_table(blank: &mut Carrier, name: String) -> Result<Plan, StoreError> {
    let sql = "SELECT name, type AS holds, pk FROM pragma_table_info($1) ORDER BY cid";
    let rows = blank.rows(sql, &[name.as_str().into()])?;
    let holds = |word: &str| match word {
        // A number by which SQLite lays a table out.
        "INTEGER" => Some(Holds::Int),
        _ => [Holds::Int, Holds::Text, Holds::Blob].into_iter().find(|kind| kind.sql() == word),
    };
    let (mut fields, mut keys) = (Vec::new(), Vec::new());
    for (place, row) in rows.iter().enumerate() {
        let field = Field { name: row.string("name")?, holds: row.word("holds", holds)? };
        // Where SQLite needs no book to tell rows apart, the key in the migrations has it second.
        let is_book = BY_NUMBER.contains(&&*name) && field.name == "book";
        let rank = if is_book { 2 } else { row.int("pk")? };
        fields.push(field);
        if rank > 0 {
            keys.push((rank, place));
        }
    }
    keys.sort_unstable();
    if keys.is_empty() {
        return Err(StoreError::corrupt(&name, "a table without a key has no order"));
    }
    Ok(Plan { name, fields, keys: keys.into_iter().map(|(_, place)| place).collect() })
}

impl Plan {
    /// Reads a page of rows in the order of the key: the first, or what follows a key.
    pub(crate) fn page(&self, follows: bool) -> String {
        let names = listed(self.fields.iter().map(|field| field.name.clone()));
        let keys = listed(self.key_fields().map(|field| field.name.clone()));
        let after = if follows {
            let typed = |(place, field): (usize, &Field)| {
                format!("CAST(${} AS {})", place.saturating_add(1), field.holds.sql())
            };
            format!(" WHERE ({keys}) > ({})", listed(self.key_fields().enumerate().map(typed)))
        } else {
            String::new()
        };
        format!("SELECT {names} FROM {}{after} ORDER BY {keys} LIMIT {PAGE}", self.name)
    }

    /// Inserts one row.
    pub(crate) fn insert(&self) -> String {
        let places = listed((1..=self.fields.len()).map(|place| format!("${place}")));
        format!("{} VALUES ({places})", self.beginning())
    }

    /// Inserts the rows of a set of arrays, one for each column.
    pub(crate) fn insert_arrays(&self) -> String {
        let typed = |(place, field): (usize, &Field)| {
            format!("CAST(${} AS {}[])", place.saturating_add(1), field.holds.array())
        };
        format!(
            "{} SELECT * FROM unnest({})",
            self.beginning(),
            listed(self.fields.iter().enumerate().map(typed))
        )
    }

    fn beginning(&self) -> String {
        let names = listed(self.fields.iter().map(|field| field.name.clone()));
        format!("INSERT INTO {} ({names})", self.name)
    }

    /// The key of a row that was read by [`Plan::page`].
    pub(crate) fn key_of(&self, row: &Row) -> Vec<Value> {
        self.keys.iter().filter_map(|place| row.values().get(*place).cloned()).collect()
    }

    fn key_fields(&self) -> impl Iterator<Item = &Field> {
        self.keys.iter().filter_map(|place| self.fields.get(*place))
    }
}

fn listed(parts: impl Iterator<Item = String>) -> String {
    let mut all = String::new();
    for (place, part) in parts.enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(all, "{}{part}", if place == 0 { "" } else { ", " });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::copying::LEFT_BEHIND;
    use crate::migrate::MIGRATIONS;

    #[test]
    fn every_table_of_the_migrations_has_a_plan_and_only_those_of_the_place_are_left_behind() {
        let plans = of_the_schema().unwrap();
        let made = MIGRATIONS.iter().map(|step| step.sql.matches("CREATE TABLE ").count()).sum::<usize>();
        // The migrator's own table stands in no migration.
        assert_eq!(plans.len(), made + 1);
        assert!(LEFT_BEHIND.iter().all(|table| plans.iter().any(|plan| plan.name == *table)));
        assert!(plans.iter().any(|plan| plan.name == "entries" && plan.fields.len() == 8));
    }

    #[test]
    fn pages_follow_the_key_in_its_own_order() {
        let plans = of_the_schema().unwrap();
        let balances = plans.iter().find(|plan| plan.name == "balances").unwrap();
        assert_eq!(
            balances.page(true),
            "SELECT about, account, currency, book, amount FROM balances WHERE (about, account, currency, book) > \
             (CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS BIGINT)) \
             ORDER BY about, account, currency, book LIMIT 256"
        );
        assert!(balances.insert_arrays().ends_with("CAST($4 AS BIGINT[]), CAST($5 AS BIGINT[]))"));
    }
}
