//! Everybody outside, in a process of their own: visitors, the provider, the shops.
//! The measuring process starts it as itself with another role, and talks with it in lines of JSON.

use std::process::Stdio;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::sheet::Pace;

/// The first line that the process prints: where it listens.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Hello {
    /// A server that answers everything.
    pub url: String,
    /// The provider.
    pub provider: String,
    /// The shops.
    pub shop: String,
}

/// What visitors shall do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deed {
    /// Ask for any page.
    Ask,
    /// Open a payment by a signed link.
    Open,
    /// Open a payment, look at its page, choose a method, until the provider has taken it.
    Start,
    /// The same, and pay at the provider, until the shop is told.
    Pay,
}

/// A piece of work for so many visitors at once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Job {
    /// What each does, again and again.
    pub deed: Deed,
    /// The server they visit.
    pub url: String,
    /// Where the provider sends its notices; empty for nowhere.
    pub notices: String,
    /// The shops' logins, taken in turn.
    pub logins: Vec<String>,
    /// The first order's number.
    pub first: u64,
    /// So many at once.
    pub at_once: usize,
    /// For so long.
    pub each: Duration,
    /// So many a second altogether, by the clock; none: as fast as answers come.
    pub a_second: Option<u32>,
}

impl Job {
    /// A job that needs neither shops nor a provider.
    pub fn new(deed: Deed, url: &str, at_once: usize, each: Duration) -> Job {
        let (url, notices, logins) = (url.to_owned(), String::new(), Vec::new());
        Job { deed, url, notices, logins, first: 1, at_once, each, a_second: None }
    }
}

/// A process of this very program in another role.
pub struct Outside {
    child: Child,
    input: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    /// Where it listens.
    pub hello: Hello,
}

impl Outside {
    /// Starts it and waits until it listens.
    pub async fn start(role: &str) -> Outside {
        let program = std::env::current_exe().expect("the path of this program");
        let mut command = Command::new(program);
        command.args(["--role", role]).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().expect("a process for everybody outside");
        let input = child.stdin.take().expect("its input");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let hello = lines.next_line().await.expect("its first line").expect("where it listens");
        let hello = serde_json::from_str(&hello).expect("addresses");
        Outside { child, input, lines, hello }
    }

    /// Lets it do a job and tells how that went.
    pub async fn work(&mut self, job: &Job) -> Pace {
        let line = serde_json::to_string(job).expect("a job as JSON") + "\n";
        self.input.write_all(line.as_bytes()).await.expect("the job is taken");
        let pace = self.lines.next_line().await.expect("an answer").expect("it still runs");
        serde_json::from_str(&pace).expect("how it went")
    }

    /// Its number.
    pub fn pid(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// Ends it.
    pub async fn end(mut self) {
        self.child.kill().await.expect("it can be ended");
    }
}
