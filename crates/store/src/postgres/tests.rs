//! What only a server can do to a writer: go away, be shared, and lose the answer of a commit.

mod encrypted;
mod line;
mod races;

use crate::backend::{Backend, BackendFault, Plain};
use crate::migrate::Engine;
use crate::numbers::first_number_at;
use crate::places::Place;
use crate::samples::{Deed, Do, Hands, at, book, open_at, store_at};
use crate::store::Store;
use crate::table::Table;
use domain::attempts::{Attempt, Call};
use domain::facts::Facts;
use domain::ids::{Id, PaymentId};
use domain::invoices::Invoice;
use domain::jobs::Task;
use domain::notices::Notice;
use domain::payments::Payment;
use domain::refunds::Refund;
use line::{Cut, Line};
use std::collections::BTreeSet;
use std::time::Duration;

/// Longer than anything here takes, and shorter than any wait of the server.
const SOON: Duration = Duration::from_secs(6);

#[tokio::test]
async fn while_tables_are_small_look_ups_go_through_the_key_and_not_through_all_of_a_book() {
    let place = Place::new(Engine::Postgres).await;
    store_at(&place, &Hands::at(0)).await.close().await;
    let shapes = [Payment::SHAPE, Attempt::SHAPE, Call::SHAPE, Refund::SHAPE, Notice::SHAPE, Invoice::SHAPE];
    let by_key = shapes.map(|shape| (shape.select_key(), format!("{}_pkey", shape.table)));
    let of_payment = Notice::SHAPE.select("payment = $1 AND book = $2 ORDER BY number");
    let looked_up = by_key.into_iter().chain([(of_payment, "notices_of_payment".to_owned())]);
    for (sql, index) in looked_up {
        // A value that is not known when the plan is made.
        let given = "(SELECT CAST(7 AS BIGINT))";
        let sql = sql.replace("$1", given).replace("$2", given);
        let plan = place.lines(&format!("EXPLAIN {sql}")).await.join("\n");
        assert!(plan.contains(&index), "{sql}\n{plan}");
    }
}

#[tokio::test]
async fn a_statement_that_the_server_refuses_names_its_table() {
    let place = Place::new(Engine::Postgres).await;
    let mut backend = place.backend().await;
    let insert = |node: u32| {
        let sql = "INSERT INTO nodes (node, reserved_until) VALUES ($1, $2)".to_owned();
        Plain::exactly(1, sql, vec![node.into(), at(0).into()])
    };
    let fault = backend.plain(&insert(99)).await.unwrap_err();
    let BackendFault::Clash { table, .. } = fault else { panic!("{fault}") };
    assert_eq!(table, "nodes");
    let unmet = Plain::exactly(1, "DELETE FROM nodes WHERE node = 60".to_owned(), Vec::new());
    let nonsense = Plain::any("SELECT nonsense FROM nowhere".to_owned(), Vec::new());
    // One of several that fails takes nothing else with it.
    let answers = backend.plains(&[insert(61), insert(99), unmet, nonsense, insert(62)]).await.unwrap();
    assert_eq!(answers.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, false, false, true]);
    assert_eq!(answers[2].clone().unwrap_err(), BackendFault::Unmet { expected: 1, found: 0 });
    assert_eq!(place.number("SELECT COUNT(*) FROM nodes WHERE node > 60").await, 2);
}

#[tokio::test]
async fn text_that_the_server_cannot_hold_harms_only_its_own_command() {
    let place = Place::new(Engine::Postgres).await;
    let store = store_at(&place, &Hands::at(0)).await;
    let strange = store.submit(Do(1, Deed::Shop("te\0a".to_owned()))).await;
    assert!(strange.is_err());
    store.submit(Do(1, Deed::Shop("tea".to_owned()))).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn connections_that_the_server_ended_are_made_anew() {
    let place = Place::new(Engine::Postgres).await;
    let store = store_at(&place, &Hands::at(0)).await;
    for round in 1..4 {
        for seller in 1..5 {
            store.submit(Do(seller, Deed::Open(round))).await.unwrap();
            assert!(store.payment(PaymentId::new(book(seller), round)).await.unwrap().is_some());
        }
        let end = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        assert!(place.number(end).await >= 3);
    }
    assert!(store.payments(None, 10).await.unwrap().len() > 1);
    store.close().await;
}

/// Sells a payment while the line to the server has a mishap; tells what it says and what is saved.
async fn sell_over(place: &Place, cut: Cut) {
    let line = Line::to(&place.server_address()).await;
    let store = open_at(&format!("{}&node=3&writers=1", line.address()), &Hands::at(0)).await.unwrap();
    store.submit(Do(1, Deed::Open(10))).await.unwrap();
    line.cut_at_next_commit(cut);
    // The former connection is ended, not waited for: it still holds the book.
    let told = tokio::time::timeout(SOON, store.submit(Do(1, Deed::Sell(10, 500)))).await;
    assert_eq!(told.unwrap(), Ok(1), "{cut:?}");
    assert!(line.was_cut(), "{cut:?}");
    // What was kept back arrives at last, and finds nobody who would do it.
    line.let_go().await;
    store.submit(Do(1, Deed::Open(12))).await.unwrap();
    store.close().await;
    assert_eq!(place.number("SELECT COUNT(*) FROM entries").await, 1, "{cut:?}");
    let pending = "SELECT amount FROM balances WHERE account = 'pending'";
    assert_eq!(place.number(pending).await, 450, "{cut:?}");
}

#[tokio::test]
async fn a_line_that_is_cut_before_around_or_after_a_commit_saves_it_once() {
    for cut in [Cut::Before, Cut::After, Cut::KeptBack] {
        let place = Place::new(Engine::Postgres).await;
        sell_over(&place, cut).await;
    }
}

#[tokio::test]
async fn a_claim_passes_over_a_job_that_somebody_is_changing() {
    let place = Place::new(Engine::Postgres).await;
    let store = store_at(&place, &Hands::at(0)).await;
    for number in 0..3 {
        store.submit(Do(1, Deed::Open(number))).await.unwrap();
    }
    let changing = place.hold("SELECT about FROM jobs WHERE about = 1 FOR UPDATE").await;
    let claimed = tokio::time::timeout(SOON, store.claim(10, at(5_000))).await.unwrap().unwrap();
    assert_eq!(claimed.len(), 4);
    drop(changing);
    let freed = async { while store.claim(10, at(5_000)).await.unwrap().is_empty() {} };
    tokio::time::timeout(SOON, freed).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_decision_holds_its_books_and_the_jobs_that_it_looked_at() {
    let place = Place::new(Engine::Postgres).await;
    let store = store_at(&place, &Hands::at(0)).await;
    store.submit(Do(1, Deed::Open(10))).await.unwrap();
    store.close().await;
    let mut backend = place.backend().await;
    let mut facts = Facts::default();
    facts.jobs.ask(Task::ExpirePayment(PaymentId::new(book(1), 10)));
    backend.look(&BTreeSet::from([book(1)]), &mut facts).await.unwrap();
    let expire = "SELECT about FROM jobs WHERE kind = 'expire_payment' FOR UPDATE NOWAIT";
    let settle = "SELECT about FROM jobs WHERE kind = 'settle_payment' FOR UPDATE NOWAIT";
    let head = "SELECT book FROM books FOR UPDATE NOWAIT";
    for (sql, free) in [(expire, false), (settle, true), (head, false)] {
        assert_eq!(place.execute(sql).await.is_ok(), free, "{sql}");
    }
    backend.leave().await;
    for sql in [expire, settle, head] {
        place.execute(sql).await.unwrap();
    }
}

#[tokio::test]
async fn nodes_take_numbers_of_their_own_and_one_that_is_pinned_runs_once() {
    let place = Place::new(Engine::Postgres).await;
    let hands = Hands::at(0);
    let node = |store: &Store| (store.fresh(at(0)).unwrap() >> 16) % 64;
    let first = open_at(&place.server_address(), &hands).await.unwrap();
    let second = open_at(&place.server_address(), &hands).await.unwrap();
    assert_eq!((node(&first), node(&second)), (0, 1));
    first.close().await;
    // Its identifiers are reserved for a minute still, so others are taken before it.
    let third = open_at(&place.server_address(), &hands).await.unwrap();
    assert_eq!(node(&third), 2);
    let impatient = format!("{}&node=2&options=-c%20lock_timeout%3D200ms", place.server_address());
    let refused = open_at(&impatient, &hands).await.err().unwrap().to_string();
    assert!(refused.contains("node 2 is running already"), "{refused}");
    let pinned = open_at(&impatient.replace("node=2", "node=0"), &hands).await.unwrap();
    assert_eq!(node(&pinned), 0);
    // It goes on after what the earlier run may have given.
    assert!(pinned.fresh(at(0)).unwrap() > first_number_at(at(59)));
    for store in [second, third, pinned] {
        store.close().await;
    }
}

#[tokio::test]
async fn the_work_of_a_lost_node_is_free_after_a_few_looks() {
    let place = Place::new(Engine::Postgres).await;
    let lost = open_at(&format!("{}&node=7", place.server_address()), &Hands::at(0)).await.unwrap();
    let _leases = lost.take_leased().unwrap();
    lost.submit(Do(1, Deed::Open(10))).await.unwrap();
    let hands = Hands::at(0);
    let other = open_at(&format!("{}&node=8&writers=1", place.server_address()), &hands).await.unwrap();
    for (second, found) in [(6, 0), (12, 0), (18, 0), (24, 0)] {
        hands.set(second);
        other.submit(Do(2, Deed::Refuse)).await.unwrap_err();
        assert_eq!(other.claim(10, at(second)).await.unwrap().len(), found, "while the node lives");
    }
    lost.close().await;
    let held = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND objid BETWEEN 28 AND 31";
    let gone = async { while place.number(held).await > 0 {} };
    tokio::time::timeout(SOON, gone).await.unwrap();
    for (second, found) in [(30, 0), (36, 0), (42, 1)] {
        hands.set(second);
        other.submit(Do(2, Deed::Refuse)).await.unwrap_err();
        assert_eq!(other.claim(10, at(second)).await.unwrap().len(), found, "at {second}");
    }
    other.close().await;
}
