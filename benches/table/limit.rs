//! What the machine itself allows: bytes made durable in a file, and answers given without any work.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::outside::{Deed, Job, Outside};
use crate::sheet::{Line, Pace, Sheet, Work};
use crate::usage::{self, Clocks, Held};

/// About what an opened payment with its key, job and history takes in the database.
const PAYMENT_BYTES: usize = 640;
/// As many as the writer saves together.
const BATCH_MAX: usize = 512;
/// The name of the thread that writes.
const THREAD: &str = "log";

/// As many bytes as the payments would write, appended to a file; one sync for all that waited.
pub async fn log(sheet: &mut Sheet, folder: &Path, crowds: &[usize], each: Duration) {
    let file = tempfile::tempfile_in(folder).expect("a file for the log");
    let (queue, waiting) = channel();
    let writing = std::thread::Builder::new().name(THREAD.to_owned()).spawn(move || append(file, &waiting));
    let writing = writing.expect("a thread that writes");
    for &at_once in crowds {
        let before = clocks();
        let pace = crowd(&queue, at_once, each).await;
        let cost = clocks().since(&before, pace.done);
        let held = Held::by(std::process::id());
        sheet.add(Line { work: Work::Log, over: None, at_once, pace, cost, held });
    }
    drop(queue);
    writing.join().expect("the log is written");
}

fn clocks() -> Clocks {
    let (own, writer) = (usage::cpu_us(std::process::id()), Some(usage::thread_us(THREAD)));
    Clocks { own, writer, server: None, outside: None }
}

fn append(mut file: File, waiting: &Receiver<oneshot::Sender<()>>) {
    let payment = [b'x'; PAYMENT_BYTES];
    while let Ok(first) = waiting.recv() {
        let mut callers = vec![first];
        callers.extend(waiting.try_iter().take(BATCH_MAX - 1));
        file.write_all(&payment.repeat(callers.len())).expect("the file takes bytes");
        file.sync_data().expect("the bytes are durable");
        for caller in callers {
            // A caller whose time is over does not wait for the answer.
            let _ = caller.send(());
        }
    }
}

async fn crowd(queue: &Sender<oneshot::Sender<()>>, at_once: usize, during: Duration) -> Pace {
    let begun = Instant::now();
    let mut callers = JoinSet::new();
    for _ in 0..at_once {
        let queue = queue.clone();
        callers.spawn(async move {
            let mut each_us = Vec::new();
            while begun.elapsed() < during {
                let sent = Instant::now();
                let (done, answer) = oneshot::channel();
                queue.send(done).expect("the log is open");
                answer.await.expect("an answer");
                each_us.push(usage::us(sent.elapsed()));
            }
            each_us
        });
    }
    let each_us = callers.join_all().await.concat();
    Pace::of(each_us, begun.elapsed())
}

/// A server of the same library that answers every request with its own path, and nothing else.
pub async fn echo(sheet: &mut Sheet, crowds: &[usize], each: Duration) {
    let echo = Outside::start("echo").await;
    let mut visitors = Outside::start("strangers").await;
    for &at_once in crowds {
        let job = Job::new(Deed::Ask, &echo.hello.url, at_once, each);
        let clocks = |visitors: &Outside| Clocks {
            own: usage::cpu_us(echo.pid()),
            outside: Some(usage::cpu_us(visitors.pid())),
            ..Clocks::default()
        };
        let before = clocks(&visitors);
        let pace = visitors.work(&job).await;
        let cost = clocks(&visitors).since(&before, pace.done);
        let held = Held::by(echo.pid());
        sheet.add(Line { work: Work::Echo, over: None, at_once, pace, cost, held });
    }
    echo.end().await;
    visitors.end().await;
}
