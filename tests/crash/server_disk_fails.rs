//! The disk under PostgreSQL is full, or can only be read: the program says so and stays up; the server may
//! end, and when it is started again on a disk that is well, everything goes on and nothing was lost.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use testkit::database::Database;
use testkit::killable::{KillableServer, WriteAhead};
use testkit::program::Around;
use testkit::waiting::wait_until;

use crate::installation::Installation;
use crate::judge::Judge;
use crate::load::Load;
use crate::moments::{chance, while_loaded};
use crate::not_now::{CROWD, crowd, goes_on, says_not_now};
use crate::readiness::is_ready;
use crate::small_disk::{Made, SmallDisk, on_a_small_disk};
use crate::world::SOON;

/// Room for a server with our tables, its write-ahead log, and a minute of payments.
const MEGABYTES: u32 = 200;
const MEMORY: Made = Made::OfMemory { megabytes: MEGABYTES };
const BLOCKS: Made = Made::OfBlocks { megabytes: MEGABYTES };
/// The load sends no order with so large a number.
const FIRST_OF_CROWD: usize = 1_000_000;
/// A server on a full disk goes on as long as the pieces of its write-ahead log have room.
const GIVES_UP_WITHIN: Duration = Duration::from_secs(120);
const NO_ROOM: &str = "No space left on device";
const READ_ONLY: &str = "Read-only file system";

/// What a program needs around it so that its books are on a server.
fn on(server: &KillableServer) -> Around {
    Around { database: Some((Arc::new(Database::on(&server.address())), 0)), ..Around::default() }
}

#[test]
fn while_a_full_disk_takes_no_more_rows_the_program_says_not_now_and_goes_on_when_there_is_room() {
    let name = "server_disk_fails::while_a_full_disk_takes_no_more_rows_the_program_says_not_now_and_goes_on_when_\
         there_is_room";
    on_a_small_disk(name, MEMORY, async |disk| {
        // With room for its write-ahead log the server refuses what is new, and runs on. What the program
        // changes to see whether it is ready needs no room, so it is not asked.
        let mut server = KillableServer::on_disk(disk.path(), WriteAhead::Elsewhere);
        let mut installation = Installation::within(on(&server)).await;
        let world = &mut installation.world;
        let paid = world.paid("100.00", "1").await;
        let (_, at_provider) = world.buyer_at_provider("100.00", "2").await;
        let ballast = disk.fill();
        says_not_now(world, &at_provider, &paid, NO_ROOM).await;
        ballast.give_back();
        goes_on(world).await;
        assert!(!server.has_ended(), "{}", server.log());
    });
}

/// A disk fails under a server while buyers open and pay, until the server has ended; it does not begin again
/// for these words. When it has begun again on the disk that is well, nobody has lost anything.
async fn fails_under_load(
    test: &str,
    disk: &SmallDisk,
    words: &str,
    fail: impl AsyncFnOnce(&mut KillableServer),
    heal: impl FnOnce(),
) {
    let mut chance = chance(test);
    let mut server = KillableServer::on_disk(disk.path(), WriteAhead::OnTheDisk);
    let mut installation = Installation::within(on(&server)).await;
    let world = &mut installation.world;
    let mut judge = Judge::default();
    let load = Load::on(world, &Arc::new(AtomicU32::new(1)));
    tokio::time::sleep(while_loaded(&mut chance)).await;
    // What was opened and paid before must be there afterwards as well.
    tokio::time::sleep(while_loaded(&mut chance)).await;
    fail(&mut server).await;
    judge.kills += 1;
    let notes = load.notes();
    wait_until("words that ask to come again", SOON, || async { (load.turned_away() > 0).then_some(()) })
        .await;
    is_ready(world, false).await;
    assert_eq!(crowd(world, FIRST_OF_CROWD).await, (Vec::new(), CROWD));
    let told = server.try_start().expect_err("on such a disk it cannot begin");
    assert!(told.contains(words), "{told}");
    assert!(world.program.is_running(), "{}", world.program.log());
    heal();
    server.start();
    is_ready(world, true).await;
    judge.hears(world, notes).await;
    // The load went on all the time, and goes on for a while.
    tokio::time::sleep(while_loaded(&mut chance)).await;
    judge.hears(world, load.leaves().await).await;
    let (opened, refused) = crowd(world, FIRST_OF_CROWD).await;
    assert_eq!((opened.len(), refused), (CROWD, 0), "{}", world.program.log());
    judge.ends(world).await;
}

/// Waits until a server that cannot write has given up.
async fn gives_up(server: &mut KillableServer, words: &str) {
    wait_until("a server that gives up", GIVES_UP_WITHIN, || {
        let ended = server.has_ended();
        async move { ended.then_some(()) }
    })
    .await;
    assert!(server.log().contains(words), "{}", server.log());
}

#[test]
fn a_server_that_ends_on_a_full_disk_under_load_has_everything_when_there_is_room() {
    let name =
        "server_disk_fails::a_server_that_ends_on_a_full_disk_under_load_has_everything_when_there_is_room";
    on_a_small_disk(name, MEMORY, async |disk| {
        let ballast = Cell::new(None);
        let fail = async |server: &mut KillableServer| {
            ballast.set(Some(disk.fill()));
            gives_up(server, NO_ROOM).await;
        };
        let heal = || ballast.take().expect("the disk is full").give_back();
        fails_under_load("PostgreSQL's disk is full", disk, NO_ROOM, fail, heal).await;
    });
}

#[test]
fn a_server_whose_disk_breaks_under_load_has_everything_when_it_can_be_written_again() {
    let name = "server_disk_fails::a_server_whose_disk_breaks_under_load_has_everything_when_it_can_be_written_again";
    on_a_small_disk(name, BLOCKS, async |disk| {
        let fail = async |server: &mut KillableServer| {
            disk.break_down();
            gives_up(server, READ_ONLY).await;
        };
        fails_under_load("PostgreSQL's disk breaks", disk, READ_ONLY, fail, || disk.repair()).await;
    });
}

#[test]
#[ignore = "work that a dead server has interrupted waits two minutes for its lease; part of the longer run"]
fn a_server_that_finds_its_disk_read_only_has_everything_when_it_can_be_written_again() {
    let name = "server_disk_fails::a_server_that_finds_its_disk_read_only_has_everything_when_it_can_be_written_again";
    on_a_small_disk(name, MEMORY, async |disk| {
        let fail = async |server: &mut KillableServer| {
            server.kill9();
            disk.forbid();
        };
        fails_under_load("PostgreSQL's disk is read-only", disk, READ_ONLY, fail, || disk.allow()).await;
    });
}
