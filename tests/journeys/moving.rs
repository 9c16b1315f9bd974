//! An installation changes its engine, and goes on as if nothing had been: pages, notices, refunds, books.

use std::fs;
use std::sync::Arc;

use serde_json::Value;
use testkit::database::Database;
use testkit::program::Program;
use testkit::receiver::Answer;

use crate::installation::Installation;
use crate::world::{SOON, World};

/// Carries the books of a program that has ended to the other engine, and has it start there.
async fn moves(program: &mut Program) -> Value {
    let told = if program.books().starts_with("sqlite:") {
        let database = Arc::new(Database::new());
        let told = program.try_copy(&database.address()).await.unwrap();
        program.moves_to(Some((database, 0)));
        told
    } else {
        let file = program.data().join("openkassa.db");
        if file.exists() {
            // The old books stayed; two never mix.
            fs::rename(&file, program.data().join("before.db")).unwrap();
        }
        let told = program.try_copy(&format!("sqlite:{}", file.display())).await.unwrap();
        program.moves_to(None);
        told
    };
    program.restart().await;
    told
}

fn rows(told: &Value, table: &str) -> u64 {
    let tables = told["tables"].as_array().unwrap();
    tables.iter().find(|one| one["table"] == table).unwrap()["rows"].as_u64().unwrap()
}

/// What was saved of a payment, word for word; what its provider repeats later is recorded as it comes.
fn is_the_same(payment: &Value, before: &Value) {
    for part in ["payment", "state", "refunds", "notices", "attempts", "history", "ledger"] {
        assert_eq!(payment[part], before[part], "{part}");
    }
}

/// A payment that is paid, while the shop takes its notice and does not answer; then the power goes.
async fn paid_and_not_confirmed(world: &mut World, number: &str) {
    world.shop.answer_next([Answer::Hang]);
    let (_, at_provider) = world.buyer_at_provider("100.00", number).await;
    let before = world.shop.received("/result").len();
    world.provider.pay(&at_provider).await;
    world.shop.wait_for("/result", before + 1, SOON).await;
    world.program.kill9().await;
}

/// The notice that was owed at the old place is delivered from the new one, in the same words.
async fn is_told_in_the_same_words(world: &World, number: &str) {
    world.settled_on(number, "the confirmation", |it| it["notices"][0]["state"] == "accepted").await;
    let notices = world.notices(number);
    assert_eq!(notices.len(), 2, "{notices:?}");
    assert_eq!(notices[0].body, notices[1].body);
}

#[tokio::test]
async fn an_installation_moves_to_the_other_engine_with_all_that_is_under_way_and_back_again() {
    let mut installation = Installation::new().await;
    let world = &mut installation.world;
    let paid = world.paid("100.00", "8001").await;
    let id = paid["payment"].as_str().unwrap();
    world.program.run(&["payment", "refund", id, "--amount", "60.00"]).await;
    let returned = |it: &Value| it["refunds"][0]["state"] == "returned";
    let refunded = world.settled_on("8001", "the refund", returned).await;
    let mut open = world.buyer("70.00", "8002").await;
    paid_and_not_confirmed(world, "8003").await;

    let told = moves(&mut world.program).await;
    assert_eq!((&told["kind"], &told["books"]["green"]), (&"test".into(), &true.into()), "{told:#}");
    assert_eq!((rows(&told, "payments"), rows(&told, "refunds")), (3, 1));
    assert!(told["leases_ended"].as_u64().unwrap() >= 1, "{told:#}");
    assert!(told["master_key"].as_str().unwrap().ends_with("master.key"), "{told:#}");
    is_told_in_the_same_words(world, "8003").await;
    is_the_same(&world.payment("8001").await, &refunded);
    assert_eq!(open.looks().await, "choose");
    open.chooses("bank_card").await;
    open.waits_for("redirect").await;
    // 96.50 twice, less 60.00, and 2.10 of the fee.
    assert_eq!(world.balance("pending").await, "135.10");
    world.is_green().await;

    paid_and_not_confirmed(world, "8004").await;
    let told = moves(&mut world.program).await;
    assert_eq!((rows(&told, "payments"), &told["books"]["green"]), (4, &true.into()), "{told:#}");
    is_told_in_the_same_words(world, "8004").await;
    is_the_same(&world.payment("8001").await, &refunded);
    world.provider.pay(&world.at_provider("8002").await).await;
    open.waits_for("paid").await;
    let rest = world.program.run(&["payment", "refund", id]).await;
    assert_eq!(rest["done"], "refund_asked", "{rest}");
    world.settled_on("8001", "the rest", |it| it["refunds"][1]["state"] == "returned").await;
    world.is_green().await;
}

#[tokio::test]
async fn books_that_are_served_or_not_there_and_places_that_are_taken_are_refused_each_with_its_code() {
    let mut installation = Installation::new().await;
    let program = &mut installation.world.program;
    let away = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", away.path().join("new/openkassa.db").display());
    let served = program.try_copy(&file).await.unwrap_err();
    assert_eq!(served.code, Some(4));
    assert!(served.message.contains("in use"), "{served:?}");
    assert!(program.is_running());

    assert_eq!(program.terminate().await, Some(0));
    let books = program.books();
    for (code, to, words) in [
        (1, books.as_str(), "not empty"),
        (2, "mysql://db/books", "Expected is sqlite:FILE"),
        (4, "postgres://kassa:s3cret@127.0.0.1:1/books", "kassa:***@127.0.0.1:1"),
    ] {
        let refused = program.try_copy(to).await.unwrap_err();
        assert_eq!(refused.code, Some(code), "{refused:?}");
        assert!(refused.message.contains(words) && !refused.message.contains("s3cret"), "{refused:?}");
    }
    // The folder of the file that was not made holds the lock and nothing else.
    assert!(!away.path().join("new/openkassa.db").exists());
    program.try_copy(&file).await.unwrap();
    let nowhere = ["copy", "--from", "sqlite:no/such/file", "--to", &file];
    let output = std::process::Command::new(crate::world::BINARY).args(nowhere).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
}
