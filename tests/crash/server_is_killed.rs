//! The database server is killed under load, at any moment, again and again, and started on the same folder.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use testkit::database::Database;
use testkit::killable::KillableServer;
use testkit::program::Around;
use testkit::waiting::wait_until;

use crate::installation::Installation;
use crate::judge::Judge;
use crate::load::Load;
use crate::moments::{chance, rounds, while_loaded};
use crate::readiness::is_ready;
use crate::world::SOON;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_server_the_program_says_not_now_and_goes_on_by_itself_when_it_is_back() {
    let mut chance = chance("PostgreSQL is killed");
    let mut server = KillableServer::new();
    let database = Arc::new(Database::on(&server.address()));
    let around = Around { database: Some((database, 0)), ..Around::default() };
    let mut installation = Installation::within(around).await;
    let world = &mut installation.world;
    let (next, mut judge) = (Arc::new(AtomicU32::new(1)), Judge::default());
    let load = Load::on(world, &next);
    for _ in 0..rounds() {
        tokio::time::sleep(while_loaded(&mut chance)).await;
        server.kill9();
        judge.kills += 1;
        let notes = load.notes();
        wait_until("words that ask to come again", SOON, || async { (load.turned_away() > 0).then_some(()) })
            .await;
        is_ready(world, false).await;
        server.start();
        is_ready(world, true).await;
        assert!(world.program.is_running(), "{}", world.program.log());
        judge.hears(world, notes).await;
    }
    judge.hears(world, load.leaves().await).await;
    let doubts = world.program.whole_log().matches("the answer of a commit was lost").count();
    println!("{doubts} times the answer of a commit was lost");
    judge.ends(world).await;
}
