//! What the design promises, beside what this run has found.

use std::fs;

use crate::ground::Engine;
use crate::machine;
use crate::program;
use crate::sheet::{Line, Run, Sheet, Work};

/// As many payments come at once where the aim says so.
const CROWD: usize = 256;
/// What differs by less is the same: two lines of one run differ by as much for no reason.
const SAME: f64 = 0.95;

/// Prints every aim that the run can say something about.
pub fn print(sheet: &Sheet) {
    println!("\n| aim | found | |\n|---|---|---|");
    for engine in [Engine::Sqlite, Engine::Postgres] {
        writer(sheet, engine);
        door(sheet, engine);
        whole(sheet, engine);
    }
    start_and_pace(sheet);
    running(sheet);
    println!();
}

/// Lines of some work on an engine with so many at once, on books that were new or on full ones.
fn lines(sheet: &Sheet, work: Work, engine: Engine, at_once: usize, full: bool) -> Vec<&Line> {
    let fits = |line: &&Line| {
        let over = line.over.filter(|over| over.engine == engine && over.held.is_some() == full);
        line.work == work && line.at_once == at_once && over.is_some()
    };
    sheet.lines.iter().filter(fits).collect()
}

fn least(lines: &[&Line], of: impl Fn(&Line) -> f64) -> Option<f64> {
    lines.iter().map(|line| of(line)).reduce(f64::min)
}

fn most(lines: &[&Line], of: impl Fn(&Line) -> f64) -> Option<f64> {
    lines.iter().map(|line| of(line)).reduce(f64::max)
}

fn rate(line: &Line) -> f64 {
    line.pace.rate()
}

fn say(aim: &str, found: &str, reached: bool) {
    println!("| {aim} | {found} | {} |", if reached { "reached" } else { "**missed**" });
}

fn writer(sheet: &Sheet, engine: Engine) {
    let (title, open) = (engine.title(), lines(sheet, Work::Open, engine, CROWD, false));
    let limit_us = match engine {
        Engine::Sqlite => 35.0,
        Engine::Postgres => 60.0,
    };
    if let (Some(rate), Some(us)) = (least(&open, rate), most(&open, |line| line.cost.ours())) {
        let aim = format!("{title}: the writer opens ≥ 20,000 a second with {CROWD} at once");
        say(&aim, &format!("{rate:.0}"), rate >= 20_000.0);
        let aim = format!("{title}: ≤ {limit_us:.0} µs of processor for each, the server's included");
        say(&aim, &format!("{us:.1} µs"), us <= limit_us);
    }
    let by_shops =
        |one: bool| open.iter().find(|line| line.over.is_some_and(|over| (over.shops == 1) == one));
    if let (Some(one), Some(many)) = (by_shops(true), by_shops(false)) {
        let ratio = rate(one) / rate(many);
        let aim = format!("{title}: one busy shop no slower than many shops");
        let dearer = one.cost.ours() / many.cost.ours();
        let found = format!("{ratio:.2} of their rate, {dearer:.2} of their processor time");
        say(&aim, &found, ratio >= SAME);
    }
    let full = lines(sheet, Work::Open, engine, CROWD, true);
    if let (Some(empty), Some(full), Some(cost), Some(full_cost)) = (
        by_shops(false).map(|line| rate(line)),
        least(&full, rate),
        by_shops(false).map(|line| line.cost.ours()),
        most(&full, |line| line.cost.ours()),
    ) {
        let (slower, dearer) = (empty / full, full_cost / cost);
        let aim = format!("{title}: within 1.6 × over full books");
        let found = format!("{slower:.2} × by the rate, {dearer:.2} × by the processor");
        say(&aim, &found, slower <= 1.6 && dearer <= 1.6);
    }
}

fn door(sheet: &Sheet, engine: Engine) {
    let (title, door) = (engine.title(), lines(sheet, Work::Door, engine, CROWD, false));
    let Some(found) = least(&door, rate) else { return };
    say(&format!("{title}: the door opens ≥ 8,000 a second"), &format!("{found:.0}"), found >= 8_000.0);
    let open = lines(sheet, Work::Open, engine, CROWD, false);
    let shares = door.iter().filter_map(|line| {
        let same = open.iter().find(|open| open.over == line.over)?;
        Some(rate(line) / rate(same))
    });
    if let Some(share) = shares.reduce(f64::min) {
        let aim = format!("{title}: the door has ≥ 50 % of the writer's own rate");
        say(&aim, &format!("{:.0} %", 100.0 * share), share >= 0.5);
    }
}

fn whole(sheet: &Sheet, engine: Engine) {
    let (title, whole) = (engine.title(), lines(sheet, Work::Whole, engine, CROWD, false));
    let Some(us) = most(&whole, |line| line.cost.own) else { return };
    let aim = format!("{title}: ≤ 0.5 ms of processor in our process for a whole payment");
    say(&aim, &format!("{:.2} ms", us / 1_000.0), us <= 500.0);
    let available_us = machine::processors() as f64 * 1_000_000.0;
    let share = least(&whole, |line| rate(line) * line.cost.all() / available_us).unwrap_or(0.0);
    let aim = format!("{title}: whole payments at ≥ 80 % of what the processor time of all allows");
    say(&aim, &format!("{:.0} %", 100.0 * share), share >= 0.8);
}

fn start_and_pace(sheet: &Sheet) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let start = lines(sheet, Work::Start, engine, program::START_AT_ONCE, false);
        if let Some(found) = least(&start, rate) {
            let aim = format!("{}: ≥ 3,600 a second opened and started with 16 at once", engine.title());
            say(&aim, &format!("{found:.0}"), found >= 3_600.0);
        }
    }
    let paced = lines(sheet, Work::Paced, Engine::Sqlite, program::PACED_AT_ONCE, false);
    let p50 = most(&paced, |line| f64::from(line.pace.p50_us) / 1_000.0);
    let p99 = most(&paced, |line| f64::from(line.pace.p99_us) / 1_000.0);
    if let (Some(p50), Some(p99)) = (p50, p99) {
        let aim = "SQLite: 1,000 a second by the clock: p50 ≤ 1 ms, p99 ≤ 10 ms";
        say(aim, &format!("{p50:.2} ms, {p99:.2} ms"), p50 <= 1.0 && p99 <= 10.0);
    }
}

fn running(sheet: &Sheet) {
    let greatest = |of: fn(&Run) -> u64| sheet.runs.iter().map(of).max();
    if let Some(mb) = greatest(|run| run.rest_mb) {
        say("memory at rest ≤ 60 MB", &format!("{mb} MB"), mb <= 60);
    }
    if let Some(mb) = greatest(|run| run.most_mb) {
        say("memory under load ≤ 300 MB", &format!("{mb} MB"), mb <= 300);
    }
    if let Some(ready) = sheet.runs.iter().map(|run| run.ready).max() {
        let ms = ready.as_millis();
        say("from start to first answer ≤ 0.5 s", &format!("{ms} ms"), ms <= 500);
    }
    let bytes = fs::metadata(program::BINARY).expect("the program was built").len();
    let mb = bytes as f64 / 1_000_000.0;
    say("the program has ≤ 40 MB", &format!("{mb:.1} MB"), mb <= 40.0);
}
