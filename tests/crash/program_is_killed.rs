//! The program is killed under load, at any moment, again and again, and started on the same data.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use testkit::database::Database;
use testkit::program::Around;

use crate::installation::Installation;
use crate::judge::Judge;
use crate::load::Load;
use crate::moments::{chance, rounds, while_loaded};

/// Kills the program in every round, and judges what its clients were told.
async fn is_killed(test: &str, around: Around) {
    let mut chance = chance(test);
    let mut installation = Installation::within(around).await;
    let world = &mut installation.world;
    let (next, mut judge) = (Arc::new(AtomicU32::new(1)), Judge::default());
    let load = Load::on(world, &next);
    for _ in 0..rounds() {
        tokio::time::sleep(while_loaded(&mut chance)).await;
        world.program.kill9().await;
        judge.kills += 1;
        let notes = load.notes();
        world.program.restart().await;
        judge.hears(world, notes).await;
    }
    judge.hears(world, load.leaves().await).await;
    judge.ends(world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_under_load_the_program_loses_nothing_and_goes_on_with_its_books_in_a_file() {
    is_killed("the program on SQLite is killed", Around::default()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_under_load_the_program_loses_nothing_and_goes_on_with_its_books_on_a_server() {
    let database = Some((Arc::new(Database::new()), 0));
    is_killed("the program on PostgreSQL is killed", Around { database, ..Around::default() }).await;
}
