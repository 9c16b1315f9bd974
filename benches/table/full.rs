//! The same work over books that hold millions of payments. The books are kept, so they are filled once.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::books::{self, Books, Strangers};
use crate::ground::{Ground, Site};
use crate::outside::{Deed, Job, Outside};
use crate::program::Stage;
use crate::sheet::{Over, Sheet, Work};
use crate::writer::{Desk, Enough, Way};
use crate::{Arguments, Part};

/// The books have so many shops.
const SHOPS: usize = 1_000;
/// So many measure at once.
const CROWDS: [usize; 2] = [64, 256];
/// So many fill at once: while one batch is saved, the next is waiting.
const FILLERS: usize = 1_024;
/// Filling notes how far it is after so many payments.
const STEP: u64 = 100_000;
/// A measurement never opens so many. The numbers are noted as taken before it begins, so that after a
/// crash none is taken twice.
const TAKEN: u64 = 10_000_000;

/// Fills the books where payments are missing, and measures (b) and (c) over them.
pub async fn measure(sheet: &mut Sheet, arguments: &Arguments, each: Duration) {
    let ground = Ground::keep(&arguments.folder.join("kept"), &arguments.engine);
    for &engine in &arguments.engine {
        let site = ground.kept_site(engine);
        let books = find_or_prepare(&site).await;
        let notes = Notes::of(&site);
        fill(&site, &books, &notes, arguments.payments).await;
        let over = Over { engine, shops: SHOPS, held: Some(notes.read().payments) };
        if arguments.only.contains(&Part::Writer) {
            writer(sheet, &site, over, &books, &notes, each).await;
        }
        if arguments.only.contains(&Part::Door) {
            door(sheet, site, over, &books, &notes, arguments, each).await;
        }
    }
}

async fn find_or_prepare(site: &Site) -> Books {
    let store = books::open(&site.address()).await;
    let found = books::found(&store).await.filter(|books| books.shops.len() == SHOPS);
    let books = match found {
        Some(books) => books,
        None => books::prepare(&store, SHOPS, &Strangers::nowhere()).await,
    };
    store.close().await;
    books
}

async fn fill(site: &Site, books: &Books, notes: &Notes, payments: u64) {
    let begun = Instant::now();
    let desk = Desk::open(site, books.clone(), notes.read().next).await;
    let mut note = notes.read();
    while note.payments < payments {
        let end = note.next + STEP.min(payments - note.payments);
        // Orders that were opened before a crash and not noted are found again, and change nothing.
        desk.crowd(Way::Open, FILLERS, Enough::Order(end)).await;
        note = Note { payments: note.payments + (end - note.next), next: end };
        notes.write(note);
        eprintln!(
            "{}: {} payments after {} s",
            site.engine.title(),
            note.payments,
            begun.elapsed().as_secs()
        );
    }
    desk.close().await;
}

async fn writer(sheet: &mut Sheet, site: &Site, over: Over, books: &Books, notes: &Notes, each: Duration) {
    let first = notes.take();
    let desk = Desk::open(site, books.clone(), first).await;
    desk.crowd(Way::Open, CROWDS[0], Enough::Time(each)).await;
    for at_once in CROWDS {
        sheet.add(desk.measure(site, over, Way::Open, at_once, each).await);
    }
    notes.opened(first, desk.close().await);
}

async fn door(
    sheet: &mut Sheet,
    site: Site,
    over: Over,
    books: &Books,
    notes: &Notes,
    arguments: &Arguments,
    each: Duration,
) {
    let first = notes.take();
    let outside = Outside::start("strangers").await;
    let job = Job { first, ..Job::new(Deed::Open, "", 1, Duration::ZERO) };
    let mut stage = Stage::set(site, over, outside, job, books, &arguments.setting).await;
    stage.warm_up(each).await;
    for at_once in CROWDS {
        sheet.add(stage.measure(Work::Door, at_once, each, None).await);
    }
    notes.opened(first, stage.end(sheet, Work::Door).await);
}

/// How far the books are filled.
#[derive(Debug, Clone, Copy)]
struct Note {
    payments: u64,
    /// The number of the next order.
    next: u64,
}

/// The file where that is noted, beside the books.
struct Notes(PathBuf);

impl Notes {
    fn of(site: &Site) -> Notes {
        Notes(site.folder.join("filled"))
    }

    fn read(&self) -> Note {
        let text = fs::read_to_string(&self.0).unwrap_or_default();
        let mut numbers = text.split_whitespace().map(|number| number.parse::<u64>().expect("a number"));
        Note { payments: numbers.next().unwrap_or(0), next: numbers.next().unwrap_or(1) }
    }

    fn write(&self, note: Note) {
        let (new, text) = (self.0.with_extension("new"), format!("{} {}\n", note.payments, note.next));
        fs::write(&new, text).and_then(|()| fs::rename(&new, &self.0)).expect("a note beside the books");
    }

    /// Takes the numbers of a measurement and tells the first.
    fn take(&self) -> u64 {
        let note = self.read();
        self.write(Note { next: note.next + TAKEN, ..note });
        note.next
    }

    /// Notes that a measurement has opened its orders up to a number.
    fn opened(&self, first: u64, next: u64) {
        let payments = self.read().payments + (next - first);
        self.write(Note { payments, next });
    }
}
