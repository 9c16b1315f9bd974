//! The disk is full, or can only be read: the program says so, stays up, spoils nothing and goes on by itself.

use testkit::program::{Around, CommandRefused};

use crate::disk::Disk;
use crate::installation::Installation;
use crate::not_now::{goes_on, says_not_now};
use crate::readiness::is_ready;
use crate::small_disk::{Made, on_a_small_disk};
use crate::world::World;

/// Large enough for some payments, and soon full.
const SMALL: Made = Made::OfMemory { megabytes: 16 };

/// What `serve` says when it cannot begin.
async fn refuses_to_start(world: &World, words: &str) {
    let told = world.program.try_run(&["serve", "--listen", "127.0.0.1:0"]).await;
    let CommandRefused { code, message } = told.expect_err("it cannot start");
    assert_eq!(code, Some(4), "{message}");
    assert!(message.contains(words) && !message.contains("panicked"), "{message}");
}

#[test]
fn on_a_full_disk_the_program_says_not_now_and_goes_on_by_itself_when_there_is_room() {
    let name = "disk_fails::on_a_full_disk_the_program_says_not_now_and_goes_on_by_itself_when_there_is_room";
    on_a_small_disk(name, SMALL, async |disk| {
        let data = Some(disk.path().join("data"));
        let mut installation = Installation::within(Around { data, ..Around::default() }).await;
        let world = &mut installation.world;
        let paid = world.paid("100.00", "1").await;
        let (_, at_provider) = world.buyer_at_provider("100.00", "2").await;
        let ballast = disk.fill();
        says_not_now(world, &at_provider, &paid, "disk is full").await;
        is_ready(world, false).await;
        ballast.give_back();
        goes_on(world).await;

        // It ends in good order, does not begin again without room, and says why.
        let ballast = disk.fill();
        assert_eq!(world.program.terminate().await, Some(0), "{}", world.program.log());
        refuses_to_start(world, "disk is full").await;
        ballast.give_back();
        world.program.restart().await;
        assert_eq!(world.payment("3").await["state"], "paid");
        world.is_green().await;
    });
}

#[test]
fn on_a_disk_that_can_only_be_read_the_program_does_not_start_and_says_why() {
    let name = "disk_fails::on_a_disk_that_can_only_be_read_the_program_does_not_start_and_says_why";
    on_a_small_disk(name, SMALL, async |disk| {
        let data = Some(disk.path().join("data"));
        let mut installation = Installation::within(Around { data, ..Around::default() }).await;
        let world = &mut installation.world;
        world.paid("100.00", "1").await;
        world.program.kill9().await;
        disk.forbid();
        refuses_to_start(world, "Read-only file system").await;
        disk.allow();
        world.program.restart().await;
        assert_eq!(world.payment("1").await["state"], "paid");
        world.is_green().await;
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_its_disk_becomes_read_only_the_program_says_not_now_and_goes_on_when_it_can_write() {
    let disk = Disk::new();
    let mut installation = Installation::within(disk.around()).await;
    let world = &mut installation.world;
    let paid = world.paid("100.00", "1").await;
    let (_, at_provider) = world.buyer_at_provider("100.00", "2").await;
    disk.forbid();
    says_not_now(world, &at_provider, &paid, "readonly").await;
    is_ready(world, false).await;
    disk.allow();
    goes_on(world).await;
}
