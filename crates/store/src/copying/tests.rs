//! Whole installations between both engines, and everything that keeps one from arriving.

use super::*;
use crate::places::Place;
use crate::samples::{Deed, Do, Hands, at, book, open_at, payment, rub, shop, store_at};
use domain::decide::{Decision, Refused};
use domain::history::{Actor, Subject};
use domain::ids::{Id, MoveId, PaymentId};
use domain::jobs::Lease;
use domain::methods::Method;
use domain::moving::{Move, MoveEndKey, MoveState, RefuseMove};
use domain::rates::SetRate;
use domain::settings::SetUp;

const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];
/// More than a page of most tables.
const PAYMENTS: u64 = 300;

/// Two places for each way of going from engine to engine.
async fn ways() -> Vec<[Place; 2]> {
    let mut ways = Vec::new();
    for from in ENGINES {
        for to in ENGINES {
            ways.push([Place::new(from).await, Place::new(to).await]);
        }
    }
    ways
}

/// A move that the other side refused; its money is back.
fn came_back(number: u64) -> Move {
    Move {
        id: MoveId::new(book(1), number),
        payment: PaymentId::new(book(1), 0),
        shop: shop(2, "lily").id,
        amount: rub(100),
        method: Method::Sbp,
        state: MoveState::Returned,
        tries: 1,
        sent_at: at(1),
        deadline: at(2),
        ended_at: Some(at(3)),
    }
}

/// An installation in which much has happened; some work is under way.
async fn lived_in(place: &Place, hands: &Hands) -> (String, Lease) {
    let store = store_at(place, hands).await;
    store.submit(SetUp { kind: BookKind::Test, actor: Actor::Operator("anna".to_owned()) }).await.unwrap();
    store.submit(Do(1, Deed::Shop("ромашка".to_owned()))).await.unwrap();
    store
        .submit(SetRate { rate: payment(1, 1).terms.price.unwrap().rate, actor: Actor::Clock })
        .await
        .unwrap();
    let key = MoveEndKey { number: 5_000, book: book(2) };
    let refused =
        RefuseMove { id: MoveId::new(book(1), key.number), shop: shop(2, "lily").id, method: Method::Sbp };
    store.submit(refused).await.unwrap();
    store.submit(Do(1, Deed::Put(Box::new(Decision::nothing().save(came_back(key.number)))))).await.unwrap();
    for number in 0..PAYMENTS {
        let seller = 1 + number % 3;
        store.submit(Do(seller, Deed::Open(number * 2))).await.unwrap();
        if number % 2 == 0 {
            store.submit(Do(seller, Deed::Sell(number * 2, 10_000 + number.cast_signed()))).await.unwrap();
        }
    }
    drop(store.take_leased());
    hands.set(200);
    let (_, lease) = store.claim(1, hands.now()).await.unwrap().pop().unwrap();
    let printed = store.public_ids().print(PaymentId::new(book(1), 0));
    store.close().await;
    (printed, lease)
}

fn journey(from: &Place, to: &Place) -> Journey {
    let master_key = MasterKey::new([9; 32]);
    Journey { from: from.address(), to: to.address(), master_key, now: at(300) }
}

async fn refused(journey: Journey) -> CopyError {
    copy(&journey).await.unwrap_err()
}

/// Nothing may be left at a place where nothing arrived.
async fn is_untouched(place: &Place) {
    match place.engine {
        Engine::Sqlite => assert_eq!(std::fs::read_dir(place.folder.path()).unwrap().count(), 0),
        Engine::Postgres => {
            let sql = "SELECT CAST(relname AS TEXT) FROM pg_class WHERE relkind = 'r' \
                       AND relnamespace = 'public'::regnamespace";
            assert!(place.lines(sql).await.is_empty());
        }
    }
}

fn rows(arrived: &Arrived, table: &str) -> u64 {
    arrived.tables.iter().find(|one| one.table == table).unwrap().rows
}

#[tokio::test]
async fn a_whole_installation_goes_from_any_engine_to_any_and_lives_on() {
    for [from, to] in ways().await {
        let hands = Hands::at(0);
        let (printed, lease) = lived_in(&from, &hands).await;
        let arrived = copy(&journey(&from, &to)).await.unwrap();
        assert_eq!((arrived.kind, rows(&arrived, "payments")), (BookKind::Test, PAYMENTS));
        assert!(arrived.leases_ended > 0);
        assert!(arrived.chains >= 3 && arrived.books.is_green(), "{:?}", arrived.books);
        assert_eq!((arrived.books.entries, arrived.books.payments), (PAYMENTS / 2, PAYMENTS));
        assert!(arrived.tables.iter().all(|one| !LEFT_BEHIND.contains(&one.table.as_str())));

        let store = store_at(&to, &hands).await;
        let report = store.check_books().await.unwrap();
        assert_eq!((report.is_green(), report.books), (true, arrived.books.books));
        let payment = PaymentId::new(book(1), 0);
        assert_eq!(store.public_ids().print(payment), printed);
        let shop = store.shop_of_login("ромашка").await.unwrap().unwrap();
        let shop = store.shop(shop).await.unwrap().unwrap();
        assert_eq!(shop.passwords[0].first.expose(), "fake-first-password");
        assert!(!store.timeline(Subject::Payment(payment), payment.book).await.unwrap().is_empty());
        // Nobody works under a lease of the old place, and its work is free at once.
        let late = store.put_off(&lease, at(900), "late").await;
        assert_eq!(late, Err(Refused::LeaseOver.into()));
        let claimed = store.claim(256, hands.now()).await.unwrap();
        assert!(claimed.iter().any(|(job, _)| job.task == lease.task));
        // The chain of a book goes on where it ended.
        store.submit(Do(1, Deed::Open(1_001))).await.unwrap();
        store.submit(Do(1, Deed::Sell(1_001, 5_000))).await.unwrap();
        assert!(store.check_books().await.unwrap().is_green());
        store.close().await;
    }
}

#[tokio::test]
async fn an_installation_that_went_there_and_back_is_the_same() {
    let [file, server, back] = [Engine::Sqlite, Engine::Postgres, Engine::Sqlite].map(Place::new);
    let [file, server, back] = [file.await, server.await, back.await];
    let hands = Hands::at(0);
    lived_in(&file, &hands).await;
    let first = copy(&journey(&file, &server)).await.unwrap();
    let second = copy(&journey(&server, &back)).await.unwrap();
    assert_eq!(first.tables, second.tables);
    // The leases ended on the first journey.
    assert_eq!(second.leases_ended, 0);
    let heads = "SELECT CAST(book AS TEXT) || ' ' || CAST(entries AS TEXT) || ' ' || hex(hash) FROM books ORDER BY book";
    assert_eq!(file.lines(heads).await, back.lines(heads).await);
}

#[tokio::test]
async fn a_place_with_anything_in_it_is_refused_and_left_as_it_is() {
    for [from, to] in ways().await {
        let hands = Hands::at(0);
        lived_in(&from, &hands).await;
        let message = refused(journey(&from, &from)).await.to_string();
        assert!(
            message.contains("is not empty: ") && message.contains(", attempts (0 rows), balances ("),
            "{message}"
        );
        assert!(message.contains("more tables"), "{message}");
        if to.engine == Engine::Postgres {
            to.execute("CREATE TABLE somebodys (x BIGINT)").await.unwrap();
            let message = refused(journey(&from, &to)).await.to_string();
            assert!(message.contains("not empty: somebodys (0 rows)"), "{message}");
        } else {
            std::fs::write(to.folder.path().join("kassa.db-wal"), "left").unwrap();
            let message = refused(journey(&from, &to)).await.to_string();
            assert!(message.contains("kassa.db-wal is still there"), "{message}");
        }
    }
}

#[tokio::test]
async fn a_place_without_an_installation_is_told_from_one_that_is_not_there() {
    let [file, server, to] = [Engine::Sqlite, Engine::Postgres, Engine::Sqlite].map(Place::new);
    let [file, server, to] = [file.await, server.await, to.await];
    let missing = refused(journey(&file, &to)).await;
    assert!(matches!(&missing, CopyError::Missing { place } if place.ends_with("kassa.db")), "{missing}");
    assert!(matches!(refused(journey(&server, &to)).await, CopyError::NoInstallation { .. }));
    // Opened by a program, and never set up.
    store_at(&file, &Hands::at(0)).await.close().await;
    assert!(matches!(refused(journey(&file, &to)).await, CopyError::NoInstallation { .. }));
    let nowhere = Journey { from: "postgres://nobody@127.0.0.1:1/books".to_owned(), ..journey(&file, &to) };
    assert!(matches!(refused(nowhere).await, CopyError::Database { .. }));
    let strange = Journey { from: "sqlite:".to_owned(), ..journey(&file, &to) };
    assert!(refused(strange).await.to_string().contains("expected sqlite:PATH"));
    is_untouched(&to).await;
}

#[tokio::test]
async fn another_master_key_and_another_version_are_told_before_anything_is_carried() {
    let [from, to] = [Place::new(Engine::Sqlite).await, Place::new(Engine::Postgres).await];
    lived_in(&from, &Hands::at(0)).await;
    let wrong = Journey { master_key: MasterKey::new([8; 32]), ..journey(&from, &to) };
    assert!(matches!(refused(wrong).await, CopyError::WrongMasterKey { .. }));
    from.execute("INSERT INTO schema_version (version, oldest, applied_at) VALUES (9000, 1, 0)")
        .await
        .unwrap();
    let newer = refused(journey(&from, &to)).await;
    assert!(matches!(newer, CopyError::Version { found: 9000, .. }), "{newer}");
    is_untouched(&to).await;
}

#[tokio::test]
async fn a_server_that_a_node_uses_is_refused_and_no_node_starts_while_it_is_carried() {
    let [from, to] = [Place::new(Engine::Postgres).await, Place::new(Engine::Sqlite).await];
    let hands = Hands::at(0);
    lived_in(&from, &hands).await;
    let node = store_at(&from, &hands).await;
    let message = refused(journey(&from, &to)).await.to_string();
    assert!(message.contains("is in use: running there: node 3. Stop every openkassa"), "{message}");
    node.close().await;
    let held = Side::old_place(&from.address()).await.unwrap();
    let late = refused(journey(&from, &to)).await.to_string();
    assert!(late.contains("is being carried already"), "{late}");
    let address = from.address();
    let starting = tokio::time::timeout(std::time::Duration::from_millis(300), open_at(&address, &hands));
    assert!(starting.await.is_err(), "a node started while its books were carried");
    drop(held);
    store_at(&from, &hands).await.close().await;
    is_untouched(&to).await;
}

#[tokio::test]
async fn books_that_do_not_add_up_do_not_arrive() {
    for [from, to] in ways().await {
        lived_in(&from, &Hands::at(0)).await;
        from.execute("UPDATE balances SET amount = amount + 1 WHERE account = 'pending'").await.unwrap();
        let broken = refused(journey(&from, &to)).await;
        let CopyError::NotGreen(report) = &broken else { panic!("{broken}") };
        assert_eq!(report.findings.len(), 6, "{report:?}");
        assert!(broken.to_string().contains("6 findings"), "{broken}");
        is_untouched(&to).await;
    }
}

#[tokio::test]
async fn what_the_new_engine_cannot_hold_takes_everything_back() {
    let [from, to] = [Place::new(Engine::Sqlite).await, Place::new(Engine::Postgres).await];
    lived_in(&from, &Hands::at(0)).await;
    // PostgreSQL's text holds no zero byte; the table comes late, when much has been carried.
    from.execute("UPDATE shops SET name = 'tea' || char(0)").await.unwrap();
    let message = refused(journey(&from, &to)).await.to_string();
    assert!(message.contains("shops: "), "{message}");
    is_untouched(&to).await;
}

#[tokio::test]
async fn a_part_that_a_killed_copy_left_is_no_installation_and_goes_with_the_next() {
    let [from, to] = [Place::new(Engine::Sqlite).await, Place::new(Engine::Sqlite).await];
    lived_in(&from, &Hands::at(0)).await;
    let part = to.folder.path().join("kassa.db-arriving");
    std::fs::write(&part, "a part").unwrap();
    std::fs::write(to.folder.path().join("kassa.db-arriving-journal"), "a part").unwrap();
    copy(&journey(&from, &to)).await.unwrap();
    let left: Vec<_> =
        std::fs::read_dir(to.folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left, ["kassa.db"]);
}

#[tokio::test]
async fn a_row_that_changes_on_its_way_is_noticed() {
    let [from, to] = [Place::new(Engine::Sqlite).await, Place::new(Engine::Sqlite).await];
    lived_in(&from, &Hands::at(0)).await;
    let plans = plan::of_the_schema().unwrap();
    let sellers = plans.iter().find(|plan| plan.name == "payments").unwrap();
    let mut old = Side::old_place(&from.address()).await.unwrap();
    let mut new = Side::new_place(&to.address(), at(300)).await.unwrap();
    carry(&mut old, &mut new, sellers).await.unwrap();
    assert_eq!(compared(&mut old, &mut new, sellers).await.unwrap(), PAYMENTS);
    new.run("UPDATE payments SET description = 'coffee' WHERE number = 598").await.unwrap();
    let differs = compared(&mut old, &mut new, sellers).await.unwrap_err();
    assert_eq!(differs, CopyError::Differs { table: "payments".to_owned() });
    new.run("DELETE FROM payments WHERE number = 598").await.unwrap();
    assert!(compared(&mut old, &mut new, sellers).await.is_err());
    drop(new);
    is_untouched(&to).await;
}
