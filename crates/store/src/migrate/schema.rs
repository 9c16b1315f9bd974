//! What keeps the schema fit for being spread over machines by book, asked of the databases themselves.

use crate::migrate::Engine;
use crate::places::{Place, on_both_engines};
use crate::samples::{Hands, book, store_at};
use crate::table::{BY_NUMBER, Shape, Table};
use domain::attaching::AttachedReceipt;
use domain::attempts::{Attempt, Call};
use domain::ids::{Id, PaymentId};
use domain::invoices::{Invoice, InvoicePayment};
use domain::jobs::{Job, Lease, Task};
use domain::ledger::{Balance, BookHead};
use domain::moving::{Move, MoveEnd};
use domain::notices::Notice;
use domain::payments::{Claim, Payment};
use domain::providers::{Installation, ProviderAccount};
use domain::rates::Rate;
use domain::refunds::{Refund, RefundToken};
use domain::sellers::{Seller, Shop};
use domain::stored::StoredMethod;
use domain::tariffs::Tariff;
use jiff::Timestamp;
use std::collections::BTreeSet;

on_both_engines! {
    every_key_contains_the_book_save_where_nothing_has_one
    no_table_points_at_another
}

/// Small tables that every machine has whole: logins must be unique everywhere, and the others have a
/// handful of rows.
const REFERENCES: [&str; 4] = ["shop_logins", "organisations", "sealed_keys", "schema_version"];
/// Directories: only ever added to, and spread by their own key.
const DIRECTORIES: [&str; 1] = ["provider_references"];
/// Rows that only the node or the writer changes whose they are.
const NODES: [&str; 2] = ["nodes", "writers"];

/// Every unique key as `table:column,column`.
fn keys(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "SELECT t.name || ':' || group_concat(c.name) FROM sqlite_schema t JOIN pragma_index_list(t.name) i \
             JOIN pragma_index_info(i.name) c WHERE t.type = 'table' AND i.\"unique\" GROUP BY t.name, i.name \
             UNION SELECT t.name || ':' || c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND c.type = 'INTEGER' AND c.pk > 0"
        }
        Engine::Postgres => {
            "SELECT t.relname || ':' || string_agg(a.attname, ',') FROM pg_index i \
             JOIN pg_class t ON t.oid = i.indrelid \
             JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (i.indkey) \
             WHERE i.indisunique AND t.relnamespace = 'public'::regnamespace GROUP BY t.relname, i.indexrelid"
        }
    }
}

fn tables(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "SELECT name FROM sqlite_schema WHERE type = 'table'",
        Engine::Postgres => {
            "SELECT CAST(relname AS TEXT) FROM pg_class \
             WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        }
    }
}

async fn every_key_contains_the_book_save_where_nothing_has_one(place: Place) {
    store_at(&place, &Hands::at(0)).await.close().await;
    let keys = place.lines(keys(place.engine)).await;
    let mut seen = BTreeSet::new();
    for key in &keys {
        let (table, columns) = key.split_once(':').unwrap();
        seen.insert(table.to_owned());
        let has_book = columns.split(',').any(|column| column == "book");
        // SQLite is never spread, and finds these by a number that an installation gives once.
        let by_number = place.engine == Engine::Sqlite && BY_NUMBER.contains(&table);
        let needs_none = by_number || [&REFERENCES[..], &DIRECTORIES, &NODES].concat().contains(&table);
        assert_eq!(has_book, !needs_none, "{key}");
    }
    let tables: BTreeSet<String> = place.lines(tables(place.engine)).await.into_iter().collect();
    assert!(tables.len() > 15);
    assert_eq!(tables, seen, "a table has no key");
}

async fn no_table_points_at_another(place: Place) {
    store_at(&place, &Hands::at(0)).await.close().await;
    let pointing = match place.engine {
        Engine::Sqlite => "SELECT t.name FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f",
        Engine::Postgres => "SELECT CAST(conname AS TEXT) FROM pg_constraint WHERE contype = 'f'",
    };
    assert!(place.lines(pointing).await.is_empty());
}

#[test]
fn directories_are_only_ever_added_to() {
    let only_added: Vec<&str> = super::MIGRATIONS.iter().flat_map(|step| step.append_only).copied().collect();
    assert!(
        DIRECTORIES.iter().chain(&["shop_logins", "organisations"]).all(|table| only_added.contains(table))
    );
}

#[test]
fn no_row_is_checked_against_a_list_for_which_sqlite_makes_a_table() {
    for step in super::MIGRATIONS {
        let text = step.text(Engine::Sqlite);
        let statements = text.lines().filter(|line| !line.trim_start().starts_with("--"));
        let statements = statements.collect::<Vec<_>>().join(" ");
        for list in statements.split(" IN ").skip(1) {
            let list = list.trim_start().strip_prefix('(').and_then(|list| list.split(')').next());
            assert!(list.is_some_and(|list| list.matches(',').count() < 2), "{list:?}");
        }
    }
}

#[test]
fn no_row_ever_changes_its_book() {
    let shapes: [Shape; 22] = [
        AttachedReceipt::SHAPE,
        Installation::SHAPE,
        Seller::SHAPE,
        Shop::SHAPE,
        ProviderAccount::SHAPE,
        Tariff::SHAPE,
        Payment::SHAPE,
        Attempt::SHAPE,
        StoredMethod::SHAPE,
        Call::SHAPE,
        Refund::SHAPE,
        RefundToken::SHAPE,
        Invoice::SHAPE,
        InvoicePayment::SHAPE,
        Notice::SHAPE,
        Move::SHAPE,
        MoveEnd::SHAPE,
        Rate::SHAPE,
        Claim::SHAPE,
        Job::SHAPE,
        Balance::SHAPE,
        BookHead::SHAPE,
    ];
    for shape in shapes {
        assert!(shape.key_columns().iter().any(|column| column.name == "book"), "{}", shape.table);
        for engine in [Engine::Sqlite, Engine::Postgres] {
            assert!(!shape.or_overwrite(engine, &[]).contains(" book = "), "{}", shape.table);
        }
    }
}

#[test]
fn jobs_are_claimed_and_given_back_by_their_book() {
    let task = Task::ExpirePayment(PaymentId::new(book(1), 10));
    let lease = Lease { task, number: 1 };
    let now = Timestamp::UNIX_EPOCH;
    for (of, claim) in crate::jobs::claims(1, &[task; 9], now) {
        assert_eq!(of, book(1));
        assert!(claim.sql.contains("(about, kind, book) IN (VALUES ("), "{}", claim.sql);
        // Nobody takes "the next one, whosever it is": that would be a queue for all machines.
        assert!(!claim.sql.contains("LIMIT"), "{}", claim.sql);
    }
    let others = [
        crate::jobs::put_off(&lease, now, "later"),
        crate::jobs::park(&lease, "later"),
        crate::jobs::bring_forward(task, now),
    ];
    for plain in others {
        assert!(plain.sql.contains("AND book = $"), "{}", plain.sql);
    }
}
