//! Measures the same work at every layer, from a raw log to a whole payment, and prints one table.
//!
//! `cargo bench --bench table` prints everything; `docs/performance.md` tells how to ask for a part.
#![allow(
    clippy::float_arithmetic,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "it measures with the real clock, and a measurement that cannot be made ends with its reason"
)]

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use ground::{Engine, Ground};
use sheet::Sheet;
use tokio::signal::unix::{SignalKind, signal};

mod aims;
mod books;
mod full;
mod ground;
mod limit;
mod machine;
mod outside;
mod program;
mod sheet;
mod strangers;
mod usage;
mod visitors;
mod wire;
mod writer;

/// As in the program: the writer alone is to be measured with the memory that it has there.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A part of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// What the machine allows.
    #[value(name = "a", alias = "limit")]
    Limit,
    /// The writer alone.
    #[value(name = "b", alias = "writer")]
    Writer,
    /// Opening payments over HTTP.
    #[value(name = "c", alias = "door")]
    Door,
    /// Payments opened and started at the provider.
    #[value(name = "start")]
    Start,
    /// Whole payments.
    #[value(name = "d", alias = "whole")]
    Whole,
}

/// A process of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Role {
    /// Everybody outside.
    Strangers,
    /// A bare server.
    Echo,
}

/// Measures, and prints a table.
#[derive(Debug, Parser)]
struct Arguments {
    /// Only these parts: a (limit), b (writer), c (door), start, d (whole payments).
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["a", "b", "c", "start", "d"])]
    only: Vec<Part>,
    /// Only on these engines.
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["sqlite", "postgres"])]
    engine: Vec<Engine>,
    /// So many at once.
    #[arg(long, value_delimiter = ',', default_values = ["1", "16", "64", "256"])]
    at_once: Vec<usize>,
    /// With so many shops.
    #[arg(long, value_delimiter = ',', default_values = ["1", "1000"])]
    shops: Vec<usize>,
    /// So many seconds for each line.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Also (b) and (c) over books that hold many payments, filled first and kept.
    #[arg(long)]
    full: bool,
    /// So many payments in the books that are kept.
    #[arg(long, default_value_t = 5_000_000)]
    payments: u64,
    /// Where the books are; what is kept stays here.
    #[arg(long, default_value = env!("CARGO_TARGET_TMPDIR"))]
    folder: PathBuf,
    /// A line for the program's configuration file, such as `workers = 64`; may be repeated.
    #[arg(long)]
    setting: Vec<String>,
    /// What this process is, if it does not measure.
    #[arg(long, hide = true)]
    role: Option<Role>,
    /// Cargo says so when it wants to measure and not to test.
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::parse();
    match arguments.role {
        Some(Role::Strangers) => strangers::run().await,
        Some(Role::Echo) => echo().await,
        // Whoever ends it early ends all that it has started: dropping what measures takes that along.
        None if arguments.bench => tokio::select! {
            () = measure(&arguments) => {}
            () = told_to_end() => eprintln!("ended early"),
        },
        None => println!("nothing is measured without --bench, which `cargo bench --bench table` gives"),
    }
}

async fn told_to_end() {
    let [mut interrupt, mut terminate] = [SignalKind::interrupt(), SignalKind::terminate()]
        .map(|kind| signal(kind).expect("signals of the system"));
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

async fn measure(arguments: &Arguments) {
    let each = Duration::from_secs(arguments.seconds);
    machine::describe(&arguments.folder, &arguments.engine);
    let mut sheet = Sheet::begin();
    if arguments.only.contains(&Part::Limit) {
        limit::log(&mut sheet, &arguments.folder, &arguments.at_once, each / 2).await;
        limit::echo(&mut sheet, &arguments.at_once, each / 2).await;
    }
    near_empty(&mut sheet, arguments, each).await;
    if arguments.full {
        full::measure(&mut sheet, arguments, each).await;
    }
    sheet.end();
    aims::print(&sheet);
    println!("- load when it ended: {}", machine::load());
}

/// Everything that needs books, on new ones for each line's work.
async fn near_empty(sheet: &mut Sheet, arguments: &Arguments, each: Duration) {
    let Arguments { at_once, setting, .. } = arguments;
    let ground = Ground::throw_away(&arguments.folder, &arguments.engine);
    for &part in arguments.only.iter().filter(|part| **part != Part::Limit) {
        for &engine in &arguments.engine {
            for &shops in &arguments.shops {
                let site = || ground.site(engine);
                match part {
                    Part::Limit => {}
                    Part::Writer => writer::measure(sheet, site, shops, at_once, each).await,
                    Part::Door => program::door(sheet, site(), shops, at_once, each, setting).await,
                    Part::Start => program::start(sheet, site(), shops, each, setting).await,
                    Part::Whole => program::whole(sheet, site(), shops, at_once, each, setting).await,
                }
            }
        }
    }
}

/// Serves until it is ended.
async fn echo() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("a bound address"));
    let hello = outside::Hello { url, ..Default::default() };
    println!("{}", serde_json::to_string(&hello).expect("an address as JSON"));
    testkit::echo::serve(listener).await.expect("the server runs");
}
