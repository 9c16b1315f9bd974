//! The disk is full, or can only be read: the program says so, stays up, spoils nothing and goes on by itself.

use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use testkit::crowd::{Got, send_all};
use testkit::html::value_of;
use testkit::program::{Around, CommandRefused};
use testkit::visitor::client;
use testkit::waiting::wait_until;

use crate::disk::Disk;
use crate::installation::Installation;
use crate::world::{SOON, World};

/// Tells a test that it runs where it may mount, and where its small disk is.
const SMALL_DISK: &str = "CRASH_SMALL_DISK";
/// Mounts a small disk of memory and goes on with the test.
const MOUNT: &str = r#"mount -t tmpfs -o size=16m,mode=700 tmpfs "$1" && shift && exec "$@""#;
/// So many buyers come at once while the disk fails.
const CROWD: usize = 20;

/// Runs a test with a small disk in a mount namespace of its own, which nobody else sees and which goes away
/// with it. Where that is not allowed the test is skipped, and says so.
fn on_a_small_disk(test: &str, body: impl AsyncFnOnce(&Path)) {
    if let Some(place) = env::var_os(SMALL_DISK) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        return runtime.expect("a runtime").block_on(body(Path::new(&place)));
    }
    let place = tempfile::Builder::new().prefix("openkassa-small-").tempdir().expect("a folder");
    let as_others: [&[&str]; 2] = [&["-m"], &["-Urm"]];
    let inside = |flags: &[&str], program: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(flags).args(["sh", "-c", MOUNT, "mount"]).arg(place.path()).args(program);
        command
    };
    let mut why = Vec::new();
    let allowed = as_others.into_iter().find(|flags| match inside(flags, &["true"]).output() {
        Ok(done) if done.status.success() => true,
        Ok(done) => {
            why.push(String::from_utf8_lossy(&done.stderr).trim().to_owned());
            false
        }
        Err(error) => {
            why.push(error.to_string());
            false
        }
    });
    let Some(flags) = allowed else {
        eprintln!("\n!!! SKIPPED: {test}\n!!! a disk cannot be mounted here: {}\n", why.join("; "));
        return;
    };
    let myself = env::current_exe().expect("this program");
    let done = inside(flags, &[])
        .arg(myself)
        .args(["--exact", test, "--nocapture"])
        .env(SMALL_DISK, place.path())
        .output()
        .expect("this test in its namespace");
    let told = [done.stdout, done.stderr].map(|told| String::from_utf8_lossy(&told).into_owned());
    assert!(done.status.success(), "in its namespace the test failed:\n{}\n{}", told[0], told[1]);
    // A test that has another name by now would not be run at all.
    assert!(told[0].contains("1 passed"), "{}", told[0]);
}

/// Fills what is left of a disk.
fn fill(disk: &Path) -> PathBuf {
    let ballast = disk.join("ballast");
    let mut file = File::create(&ballast).expect("a file for the ballast");
    // Large pieces first, then whatever little is left.
    for size in [1 << 20, 1 << 12, 1] {
        while file.write_all(&vec![7; size]).is_ok() {}
    }
    ballast
}

/// A crowd of buyers, all of whom are led to their page or asked to come again; how many of each.
async fn crowd(world: &World, first: usize) -> (Vec<String>, usize) {
    let orders = (first..first + CROWD).map(|number| world.order("100.00", &number.to_string()));
    let got = send_all(orders.map(|order| client().get(world.url(&order)))).join_all().await;
    let (mut opened, mut refused) = (Vec::new(), 0);
    for got in got {
        match got {
            Got::Answer { status: 303, location: Some(page), .. } => opened.push(page),
            Got::Answer { status: 503, retry_after: Some(_), text, .. } => {
                assert_eq!(value_of(&text, "main", "data-error").as_deref(), Some("503"), "{text}");
                refused += 1;
            }
            other => panic!("{other:?}\n{}", world.program.log()),
        }
    }
    (opened, refused)
}

async fn is_ready(world: &World, ready: bool) {
    let what = if ready { "a program that is ready" } else { "a program that is not ready" };
    wait_until(what, SOON, || async {
        let answer = client().get(format!("{}/ready", world.program.ready.url)).send().await.unwrap();
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        let told: Value = serde_json::from_str(&text).unwrap();
        (status == if ready { 200 } else { 503 } && told["store"] == ready).then_some(())
    })
    .await;
}

/// While nothing can be saved nobody is told that it was, and a payment at the provider waits.
async fn says_not_now(world: &mut World, at_provider: &str, paid: &Value, words: &str) {
    world.provider.pay(at_provider).await;
    let (mut opened, mut refused) = crowd(world, 100).await;
    // A write may still find room where a former one was.
    for round in 1..10 {
        let (more, not_now) = crowd(world, 100 + round * CROWD).await;
        opened.extend(more);
        refused = not_now;
    }
    assert_eq!(refused, CROWD, "in the end nothing is saved any more");
    is_ready(world, false).await;
    let payment = paid["payment"].as_str().unwrap();
    let told = world.program.try_run(&["payment", "refund", payment, "--amount", "60.00"]).await;
    let CommandRefused { code, message } = told.expect_err("a refund cannot be saved");
    assert_eq!(code, Some(4), "{message}");
    assert!(message.contains(words), "{message}");
    assert!(world.program.whole_log().contains(words), "{}", world.program.log());
    // What can be read is read.
    assert_eq!(world.payment("1").await["state"], "paid");
    is_there(&opened).await;
    assert!(world.program.is_running());
}

async fn is_there(pages: &[String]) {
    for page in pages {
        assert_eq!(client().get(page).send().await.unwrap().status().as_u16(), 200, "{page}");
    }
}

/// When the disk is well again, everything goes on and nothing was spoiled.
async fn goes_on(world: &mut World) {
    is_ready(world, true).await;
    let told = |it: &Value| it["notices"][0]["state"] == "accepted";
    world.settled_on("2", "what the provider has told meanwhile", told).await;
    let (opened, refused) = crowd(world, 1_000).await;
    assert_eq!(refused, 0, "{}", world.program.log());
    is_there(&opened).await;
    world.paid("100.00", "3").await;
    assert_eq!(world.notices("2").len(), 1);
    assert_eq!(world.balance("pending").await, "289.50");
    world.is_green().await;
}

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
    on_a_small_disk(name, async |disk| {
        let data = Some(disk.join("data"));
        let mut installation = Installation::within(Around { data, ..Around::default() }).await;
        let world = &mut installation.world;
        let paid = world.paid("100.00", "1").await;
        let (_, at_provider) = world.buyer_at_provider("100.00", "2").await;
        let ballast = fill(disk);
        says_not_now(world, &at_provider, &paid, "disk is full").await;
        fs::remove_file(&ballast).expect("the ballast");
        goes_on(world).await;

        // It ends in good order, does not begin again without room, and says why.
        let ballast = fill(disk);
        assert_eq!(world.program.terminate().await, Some(0), "{}", world.program.log());
        fill(disk);
        refuses_to_start(world, "disk is full").await;
        fs::remove_file(&ballast).expect("the ballast");
        world.program.restart().await;
        assert_eq!(world.payment("3").await["state"], "paid");
        world.is_green().await;
    });
}

#[test]
fn on_a_disk_that_can_only_be_read_the_program_does_not_start_and_says_why() {
    let name = "disk_fails::on_a_disk_that_can_only_be_read_the_program_does_not_start_and_says_why";
    on_a_small_disk(name, async |disk| {
        let data = Some(disk.join("data"));
        let mut installation = Installation::within(Around { data, ..Around::default() }).await;
        let world = &mut installation.world;
        world.paid("100.00", "1").await;
        world.program.kill9().await;
        let remount = |how: &str| {
            let done = Command::new("mount").args(["-o", how]).arg(disk).output().expect("mount");
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        };
        remount("remount,ro");
        refuses_to_start(world, "Read-only file system").await;
        remount("remount,rw");
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
    disk.allow();
    goes_on(world).await;
}
