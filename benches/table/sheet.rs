//! What was measured: the table and what stands beside it, printed as Markdown so that it can be kept.

use std::time::Duration;

use crate::ground::Engine;

/// What is done again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Bytes are appended to a file and made durable.
    Log,
    /// A bare server answers.
    Echo,
    /// The writer opens a payment.
    Open,
    /// The writer opens a payment, starts an attempt and learns of the money.
    ToPaid,
    /// The program opens a payment for a signed link.
    Door,
    /// The same at an even pace, whatever the answers take.
    Paced,
    /// The program opens a payment and starts it at the provider.
    Start,
    /// A payment from the link to the shop's acceptance of the notice.
    Whole,
}

impl Work {
    const fn name(self) -> &'static str {
        match self {
            Work::Log => "(a) log, one sync a batch",
            Work::Echo => "(a) bare server",
            Work::Open => "(b) writer: open",
            Work::ToPaid => "(b) writer: open, start, learn",
            Work::Door => "(c) open by a signed link",
            Work::Paced => "(c) the same, 1,000 a second by the clock",
            Work::Start => "open and start at the provider",
            Work::Whole => "(d) whole payment",
        }
    }

    /// What the machine allows of this kind.
    const fn limit(self) -> Option<Work> {
        match self {
            Work::Open | Work::ToPaid => Some(Work::Log),
            Work::Door | Work::Start | Work::Whole => Some(Work::Echo),
            Work::Log | Work::Echo | Work::Paced => None,
        }
    }
}

/// Over which books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Over {
    /// Their engine.
    pub engine: Engine,
    /// How many shops share the work.
    pub shops: usize,
    /// How many payments the books held before; none if they were new.
    pub held: Option<u64>,
}

/// What one piece of work cost: processor time in microseconds, by process.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// The program under test.
    pub own: f64,
    /// The part of it in the writers' threads.
    pub writer: Option<f64>,
    /// The database server.
    pub server: Option<f64>,
    /// Everybody outside.
    pub outside: Option<f64>,
}

impl Cost {
    /// The program and its database server.
    pub fn ours(&self) -> f64 {
        self.own + self.server.unwrap_or(0.0)
    }

    /// All processes together.
    pub fn all(&self) -> f64 {
        self.ours() + self.outside.unwrap_or(0.0)
    }
}

/// How many pieces of work were done in which time, and how long one took.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Pace {
    /// How many were done.
    pub done: u64,
    /// How long it took altogether.
    pub took: Duration,
    /// Half of them took at most this, in microseconds.
    pub p50_us: u32,
    /// All but one in a hundred took at most this, in microseconds.
    pub p99_us: u32,
}

impl Pace {
    /// The pace of pieces of work that took so long each, in microseconds.
    pub fn of(mut each_us: Vec<u32>, took: Duration) -> Pace {
        each_us.sort_unstable();
        let share = |hundredths: usize| each_us.get(each_us.len() * hundredths / 100).copied().unwrap_or(0);
        Pace { done: each_us.len() as u64, took, p50_us: share(50), p99_us: share(99) }
    }

    /// Pieces of work a second.
    pub fn rate(&self) -> f64 {
        self.done as f64 / self.took.as_secs_f64().max(0.001)
    }
}

/// What one measurement found.
#[derive(Debug, Clone)]
pub struct Line {
    /// What was done.
    pub work: Work,
    /// Over which books; the limits have none.
    pub over: Option<Over>,
    /// So many at once.
    pub at_once: usize,
    /// How it went.
    pub pace: Pace,
    /// What each cost.
    pub cost: Cost,
    /// Memory and threads of the process under test.
    pub held: crate::usage::Held,
}

/// What is known of one run of the program.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// What it did.
    pub work: Work,
    /// Over which books.
    pub over: Over,
    /// From its start to its first answer.
    pub ready: Duration,
    /// Its memory before the first request, in megabytes.
    pub rest_mb: u64,
    /// The most that it ever held, in megabytes.
    pub most_mb: u64,
}

/// What a piece of work leaves on the disk.
#[derive(Debug, Clone, Copy)]
pub struct Disk {
    /// Which work.
    pub work: Work,
    /// Over which books.
    pub over: Over,
    /// Bytes for each.
    pub bytes: u64,
}

/// Everything that was measured so far; each line is printed when it is known.
#[derive(Debug, Default)]
pub struct Sheet {
    /// The table.
    pub lines: Vec<Line>,
    /// Runs of the program.
    pub runs: Vec<Run>,
    /// What stays on the disk.
    pub disks: Vec<Disk>,
}

impl Sheet {
    /// Prints the head of the table.
    pub fn begin() -> Sheet {
        println!(
            "| work | books | shops | at once | a second | of (a) | p50 ms | p99 ms | CPU µs each: own | of it \
             the writer | database server | outside | memory MB | threads |"
        );
        println!("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        Sheet::default()
    }

    /// Prints a line and keeps it.
    pub fn add(&mut self, line: Line) {
        let limit = self.lines.iter().find(|other| {
            other.at_once == line.at_once && line.work.limit().is_some_and(|limit| limit == other.work)
        });
        let ratio = limit.map(|limit| format!("{:.1} %", 100.0 * line.pace.rate() / limit.pace.rate()));
        let Line { work, over, at_once, pace, cost, held } = &line;
        println!(
            "| {} | {} | {} | {at_once} | {:.0} | {} | {} | {} | {:.1} | {} | {} | {} | {} | {} |",
            work.name(),
            over.map_or("–".to_owned(), |over| over.books()),
            over.map_or("–".to_owned(), |over| over.shops.to_string()),
            pace.rate(),
            ratio.unwrap_or("–".to_owned()),
            ms(pace.p50_us),
            ms(pace.p99_us),
            cost.own,
            or_dash(cost.writer),
            or_dash(cost.server),
            or_dash(cost.outside),
            held.memory_mb,
            held.threads,
        );
        self.lines.push(line);
    }

    /// Prints what stands beside the table.
    pub fn end(&self) {
        if !self.runs.is_empty() {
            println!("\n| run of the program | books | shops | ready after ms | MB at rest | MB at most |");
            println!("|---|---|--:|--:|--:|--:|");
        }
        for Run { work, over, ready, rest_mb, most_mb } in &self.runs {
            let (books, shops, ready) = (over.books(), over.shops, ready.as_millis());
            println!("| {} | {books} | {shops} | {ready} | {rest_mb} | {most_mb} |", work.name());
        }
        if !self.disks.is_empty() {
            println!("\n| bytes on disk for each | books | shops | bytes |\n|---|---|--:|--:|");
        }
        for Disk { work, over, bytes } in &self.disks {
            println!("| {} | {} | {} | {bytes} |", work.name(), over.books(), over.shops);
        }
    }
}

impl Over {
    /// The books in words.
    pub fn books(&self) -> String {
        match self.held {
            None => self.engine.title().to_owned(),
            Some(payments) => format!("{}, {payments} payments", self.engine.title()),
        }
    }
}

fn ms(us: u32) -> String {
    format!("{:.2}", f64::from(us) / 1_000.0)
}

fn or_dash(us: Option<f64>) -> String {
    us.map_or("–".to_owned(), |us| format!("{us:.1}"))
}
