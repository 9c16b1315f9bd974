//! What a process has used: processor time, memory and disk, as the kernel counts it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::sheet::Cost;

/// The kernel counts processor time in hundredths of a second for whole processes.
const TICK_US: u64 = 10_000;

/// Processor time of everybody who takes part, in microseconds, at one moment.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clocks {
    /// The program under test.
    pub own: u64,
    /// The part of it that its writers' threads have used, where they can be told apart.
    pub writer: Option<u64>,
    /// The database server, if there is one.
    pub server: Option<u64>,
    /// Everybody outside: whoever makes the load, the provider, the shops.
    pub outside: Option<u64>,
}

impl Clocks {
    /// What each of so many pieces of work has cost since an earlier moment.
    pub fn since(&self, before: &Clocks, done: u64) -> Cost {
        let each = |now: u64, before: u64| now.saturating_sub(before) as f64 / done.max(1) as f64;
        let both = |now: Option<u64>, before: Option<u64>| Some(each(now?, before?));
        Cost {
            own: each(self.own, before.own),
            writer: both(self.writer, before.writer),
            server: both(self.server, before.server),
            outside: both(self.outside, before.outside),
        }
    }
}

/// Processor time of a process so far, its ended threads included, in microseconds.
pub fn cpu_us(pid: u32) -> u64 {
    Stat::of(&pid.to_string()).map_or(0, |stat| stat.own_us)
}

/// Processor time of a process and of all that it has started, those included that have ended.
pub fn family_us(pid: u32) -> u64 {
    let entries = fs::read_dir("/proc").expect("the list of processes");
    let children = entries.flatten().filter_map(|entry| Stat::of(entry.file_name().to_str()?));
    let living: u64 = children.filter(|stat| stat.parent == pid).map(|stat| stat.own_us).sum();
    Stat::of(&pid.to_string()).map_or(0, |stat| stat.own_us + stat.ended_us) + living
}

/// One process in the kernel's list.
struct Stat {
    parent: u32,
    own_us: u64,
    /// Of children that have ended.
    ended_us: u64,
}

impl Stat {
    fn of(pid: &str) -> Option<Stat> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name stands in brackets and may hold spaces and brackets.
        let fields: Vec<&str> = text.rsplit(')').next()?.split_whitespace().collect();
        let ticks = |place: usize| fields.get(place)?.parse::<u64>().ok();
        Some(Stat {
            parent: fields.get(1)?.parse().ok()?,
            own_us: (ticks(11)? + ticks(12)?) * TICK_US,
            ended_us: (ticks(13)? + ticks(14)?) * TICK_US,
        })
    }
}

/// Processor time of the threads of this process that have this name, in microseconds.
pub fn thread_us(name: &str) -> u64 {
    let threads = fs::read_dir("/proc/self/task").expect("the threads of this process");
    let used = threads.flatten().map(|thread| {
        let read = |file: &str| fs::read_to_string(thread.path().join(file)).unwrap_or_default();
        let ours = read("comm").trim() == name;
        let spent = read("schedstat").split(' ').next().and_then(|ns| ns.parse::<u64>().ok());
        if ours { spent.unwrap_or(0) / 1_000 } else { 0 }
    });
    used.sum()
}

/// What a process holds at this moment.
#[derive(Debug, Clone, Copy, Default)]
pub struct Held {
    /// Memory in megabytes.
    pub memory_mb: u64,
    /// The most memory that it ever held, in megabytes.
    pub most_mb: u64,
    /// Threads.
    pub threads: u64,
}

impl Held {
    /// What a process holds now.
    pub fn by(pid: u32) -> Held {
        let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let line = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0)
        };
        Held { memory_mb: line("VmRSS:") / 1_024, most_mb: line("VmHWM:") / 1_024, threads: line("Threads:") }
    }
}

/// Bytes of all files of a folder.
pub fn folder_bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).expect("the folder of the books");
    let files = entries.flatten().filter_map(|entry| entry.metadata().ok()).filter(fs::Metadata::is_file);
    files.map(|data| data.len()).sum()
}

/// A length of time as latencies are kept.
pub fn us(length: Duration) -> u32 {
    u32::try_from(length.as_micros()).unwrap_or(u32::MAX)
}
