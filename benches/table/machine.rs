//! On what is measured: figures without their machine say nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::ground::Engine;

/// Prints the machine, its load and the versions.
pub fn describe(folder: &Path, engines: &[Engine]) {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let models = cpuinfo.lines().filter_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = models.map(|(_, name)| name).next().unwrap_or("of an unknown kind");
    let disk = said("stat", &["-f", "-c", "%T", &folder.to_string_lossy()]);
    println!("- machine: {} processors, {model}; kernel {}", processors(), said("uname", &["-r"]));
    println!(
        "- commit {}, {}",
        said("git", &["describe", "--always", "--dirty"]),
        said("rustc", &["--version"])
    );
    for engine in engines {
        match engine {
            Engine::Sqlite => println!("- SQLite {}", testkit::measured_server::sqlite_version()),
            Engine::Postgres => println!("- {}", testkit::measured_server::postgres_version()),
        }
    }
    println!("- books in {} ({disk})", folder.display());
    println!("- load when it began (1, 5, 15 minutes): {}", load());
    println!("- every one of those at once has a connection of its own, with one request on it\n");
}

/// How many processors there are.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// How much wanted to run, on average over one, five and fifteen minutes.
pub fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').take(3).collect::<Vec<_>>().join(", ")
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or("?".to_owned(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
