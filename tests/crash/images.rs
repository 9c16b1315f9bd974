//! Hundreds of power cuts from one record: whatever a disk may have kept of what was not synced, every
//! promise is kept.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use simulators::seeded::Seeded;

use crate::disk::Disk;
use crate::image_is_sound::{Promise, Unsound, judged};
use crate::installation::Installation;
use crate::load::{Load, Teller};
use crate::moments::chance;
use crate::record::{Platter, Step};

/// So many images are made of a record when nobody says otherwise.
const IMAGES: usize = 500;
/// So many are made of a disk that does not sync.
const CONTROLS: usize = 40;
/// The load goes on for so long in each of the program's three runs.
const LOADED: Duration = Duration::from_millis(1_200);
/// So often what stands in the log is copied into the books: far more often than the program needs, so that
/// power is cut in the middle of it.
const CHECKPOINTED_EVERY: Duration = Duration::from_millis(120);
/// Tells a process of this test that it is to copy, and where.
const CHECKPOINTED: &str = "CRASH_CHECKPOINTED";
/// The least that must have been promised and synced, and the least number of syncs of the books' own file,
/// for the test to mean something.
const PROMISES_MIN: usize = 100;
const CHECKPOINTS_MIN: usize = 6;
/// When this stands in the record, the installation has been set up.
const READY: &str = "ready";

fn images() -> usize {
    std::env::var("CRASH_IMAGES").map_or(IMAGES, |told| told.parse().expect("CRASH_IMAGES is a number"))
}

/// Everything that a program did to its disk, and what its clients were told, in one order: three runs
/// under load, of which the first ended in good order and the others by a kill.
async fn recorded(disk: &Disk) -> Vec<Step> {
    let mut installation = Installation::within(disk.around()).await;
    let world = &mut installation.world;
    let record = Arc::new(disk.teller());
    let tell: Teller = Arc::new(move |words| {
        (&*record).write_all(&Step::telling(words)).expect("the record");
    });
    tell(READY);
    let next = Arc::new(AtomicU32::new(1));
    for run in 0..3 {
        if run == 1 {
            assert_eq!(world.program.terminate().await, Some(0), "{}", world.program.log());
        }
        if run > 0 {
            world.program.restart().await;
        }
        let load = Load::telling(world, &next, tell.clone());
        let mut copying = copies_what_stands_in_the_log(disk);
        tokio::time::sleep(LOADED).await;
        copying.kill().and_then(|()| copying.wait()).expect("the checkpoints end");
        let notebook = load.leaves().await;
        assert!(notebook.unclean.is_empty(), "{:#?}", notebook.unclean);
    }
    world.is_green().await;
    world.program.kill9().await;
    Step::all(&fs::read(disk.record()).expect("the record"))
}

/// A process of its own, which is recorded as the program is.
fn copies_what_stands_in_the_log(disk: &Disk) -> Child {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "images::the_log_is_copied_into_the_books_without_end", "--ignored"]);
    command.envs(disk.around().variables).env(CHECKPOINTED, disk.data());
    command.stdout(Stdio::null()).spawn().expect("this program, once more")
}

#[test]
#[ignore = "a part of the test below, which runs it in a process of its own and kills it"]
fn the_log_is_copied_into_the_books_without_end() {
    let data = std::env::var_os(CHECKPOINTED).expect("the books");
    testkit::checkpoints::without_end(Path::new(&data), CHECKPOINTED_EVERY);
}

/// What became of so many images at points of the record that chance draws.
async fn judged_images(steps: &[Step], count: usize, deaf: bool, chance: &mut Seeded) -> Vec<String> {
    let ready = steps.iter().position(|step| *step == Step::Told(READY.to_owned())).expect("a set-up") + 1;
    let mut points: Vec<usize> = (0..count)
        .map(|_| ready + usize::try_from(chance.below((steps.len() - ready) as u64)).unwrap())
        .collect();
    points.sort_unstable();
    let (mut platter, mut promises) = (Platter::empty(deaf), Vec::new());
    let (mut done, mut unsound) = (0, Vec::new());
    for point in points {
        for step in &steps[done..point] {
            platter.happens(step);
            if let Step::Told(words) = step
                && words != READY
            {
                promises.push(Promise::read(words));
            }
        }
        done = point;
        let image = tempfile::tempdir_in(memory()).expect("a folder for an image");
        let fates = platter.crashes(chance, image.path());
        if let Err(found) = judged(image.path(), &promises).await {
            let kind = match &found {
                Unsound::Closed(_) => "closed",
                Unsound::Red(_) => "red",
                Unsound::Lost(_) => "lost",
            };
            unsound.push(format!("{kind}: step {point} of {}: {fates}\n    {found:?}", steps.len()));
        }
    }
    unsound
}

fn memory() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_power_cut_leaves_of_the_books_opens_adds_up_and_holds_every_promise() {
    let mut chance = chance("crash images");
    let mut disk = Disk::new();
    let steps = recorded(&disk).await;
    let told = steps.iter().filter(|step| matches!(step, Step::Told(_))).count();
    let syncs = steps.iter().filter(|step| matches!(step, Step::Synced(_))).count();
    let of_the_books = Step::Synced("openkassa.db".to_owned());
    let checkpoints = steps.iter().filter(|step| **step == of_the_books).count();
    let load = format!("{told} promises, {syncs} syncs, {checkpoints} of them of the books' file");
    assert!(told > PROMISES_MIN && syncs > PROMISES_MIN && checkpoints > CHECKPOINTS_MIN, "{load}");

    let unsound = judged_images(&steps, images(), false, &mut chance).await;
    if !unsound.is_empty() {
        let kept = disk.keep().display().to_string();
        panic!(
            "{} of {} images; the record is kept in {kept}\n{}",
            unsound.len(),
            images(),
            unsound.join("\n")
        );
    }
    println!("{} images of {} steps: {load}", images(), steps.len());

    // The same on a disk that does not sync what it is told to: a test that could not fail would pass again.
    let unsound = judged_images(&steps, CONTROLS, true, &mut chance).await;
    let of_kind = |kind: &str| unsound.iter().filter(|it| it.starts_with(kind)).count();
    let (closed, red, lost) = (of_kind("closed"), of_kind("red"), of_kind("lost"));
    println!(
        "without syncs, of {CONTROLS} images: {closed} do not open, {red} are red, {lost} have lost promises"
    );
    assert!(lost > 0 && closed + red > 0, "{unsound:#?}");
    assert!(closed + red + lost > CONTROLS / 2, "{unsound:#?}");
}
