//! The store from outside: opening, saving, leases, numbers, secrets and the end.

use super::*;
use crate::exchanges::{Direction, EXCHANGE_BYTES_MAX, EXCHANGES_KEPT};
use crate::migrate::Engine;
use crate::numbers::RESERVED;
use crate::places::{Place, on_both_engines};
use crate::samples::{Deed, Do, Hands, at, book, store_at};
use crate::service::{BATCH_MAX, QUEUE_MAX};
use domain::admit::LEASE;
use domain::ids::{Id, PaymentId};
use std::collections::BTreeSet;

on_both_engines! {
    numbers_go_on_after_reopening_even_when_the_clock_is_set_back
    numbers_are_renewed_when_the_clock_jumps_ahead
    another_master_key_is_refused
    a_database_of_a_newer_program_and_a_strange_address_are_refused
    two_hundred_callers_at_once_are_told_each_their_own
    a_full_queue_answers_busy_and_what_waits_is_saved_before_the_end
    a_job_belongs_to_one_worker_until_its_lease_ends
    jobs_are_claimed_in_the_order_in_which_they_are_due
    exchanges_are_cut_and_forgotten_after_their_time
    ledger_history_and_directories_refuse_to_be_changed
    a_node_that_starts_anew_finds_what_it_had_leased_free_and_leaves_the_leases_of_others
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_the_process_was_killed() {
    let (place, copy) = (Place::new(Engine::Sqlite).await, Place::new(Engine::Sqlite).await);
    let hands = Hands::at(0);
    let store = store_at(&place, &hands).await;
    for number in 0..20 {
        store.submit(Do(1, Deed::Open(number))).await.unwrap();
    }
    // A copy of the files as they lie there is what a killed process leaves behind.
    for file in std::fs::read_dir(place.folder.path()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), copy.folder.path().join(file.file_name())).unwrap();
    }
    let again = store_at(&copy, &hands).await;
    for number in 0..20 {
        assert!(again.payment(PaymentId::new(book(1), number)).await.unwrap().is_some());
    }
    again.close().await;
    store.close().await;
}

async fn numbers_go_on_after_reopening_even_when_the_clock_is_set_back(place: Place) {
    let hands = Hands::at(1_000);
    let mut seen = BTreeSet::new();
    let mut last = 0;
    for second in [1_000, 500, -100_000, 2_000] {
        hands.set(second);
        let store = store_at(&place, &hands).await;
        for _ in 0..70_000 {
            let number = store.fresh(hands.now()).unwrap();
            assert!(number > last);
            last = number;
            assert!(seen.insert(number));
        }
        store.close().await;
    }
}

async fn numbers_are_renewed_when_the_clock_jumps_ahead(place: Place) {
    let hands = Hands::at(0);
    let store = store_at(&place, &hands).await;
    let mut last = store.fresh(hands.now()).unwrap();
    hands.set(10_000_000);
    for _ in 0..1_000 {
        let next = store.fresh(hands.now()).unwrap();
        assert!(next > last);
        last = next;
    }
    // The first writer has renewed by the time it has saved something.
    store.submit(Do(1, Deed::Open(1))).await.unwrap();
    store.submit(Do(2, Deed::Open(2))).await.unwrap();
    assert!(store.fresh(hands.now()).unwrap() >= crate::numbers::first_number_at(hands.now()));
    let until = place.number("SELECT reserved_until FROM nodes WHERE node = 3").await;
    assert!(until >= hands.now().checked_add(RESERVED).unwrap().as_microsecond());
    store.close().await;
}

#[tokio::test]
async fn secrets_do_not_appear_in_the_files() {
    let place = Place::new(Engine::Sqlite).await;
    let store = store_at(&place, &Hands::at(0)).await;
    store.submit(Do(1, Deed::Shop("tea".to_owned()))).await.unwrap();
    let files = std::fs::read_dir(place.folder.path()).unwrap();
    let bytes: Vec<u8> = files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
    assert!(contains(&bytes, "tea"));
    assert!(!contains(&bytes, "fake-first-password"));
    assert!(!contains(&bytes, &hex::encode("fake-first-password")));
    store.close().await;
}

async fn another_master_key_is_refused(place: Place) {
    let hands = Hands::at(0);
    let store = store_at(&place, &hands).await;
    store.submit(Do(1, Deed::Shop("tea".to_owned()))).await.unwrap();
    let public = store.public_ids().print(PaymentId::new(book(1), 5));
    store.close().await;
    let opening = Opening {
        address: place.address(),
        master_key: MasterKey::new([8; 32]),
        node: 3,
        readers: 1,
        clock: Arc::new(move || hands.now()),
    };
    assert_eq!(Store::open(opening).await.err(), Some(StoreError::WrongMasterKey));
    let again = store_at(&place, &Hands::at(0)).await;
    assert_eq!(again.public_ids().print(PaymentId::new(book(1), 5)), public);
    again.close().await;
}

async fn a_database_of_a_newer_program_and_a_strange_address_are_refused(place: Place) {
    store_at(&place, &Hands::at(0)).await.close().await;
    place.execute("INSERT INTO schema_version VALUES (90, 80, 0)").await.unwrap();
    let opening = |address: String| Opening {
        address,
        master_key: MasterKey::new([9; 32]),
        node: 3,
        readers: 1,
        clock: Arc::new(|| at(0)),
    };
    let newer = Store::open(opening(place.address())).await;
    assert_eq!(newer.err(), Some(StoreError::Newer { found: 90, oldest: 80, known: 15 }));
    let strange = Store::open(opening("mysql://x".to_owned())).await;
    assert!(strange.err().unwrap().to_string().starts_with("\"mysql://x\" is not the address of a database"));
}

async fn two_hundred_callers_at_once_are_told_each_their_own(place: Place) {
    let store = store_at(&place, &Hands::at(0)).await;
    store.submit(Do(999, Deed::Shop("tea".to_owned()))).await.unwrap();
    let mut callers = tokio::task::JoinSet::new();
    for place in 0..200_u64 {
        let store = store.clone();
        callers.spawn(async move {
            let deed = match place {
                50 => Deed::Panic,
                60 => Deed::Shop("tea".to_owned()),
                _ => Deed::Open(place),
            };
            (place, store.submit(Do(place, deed)).await)
        });
    }
    for (place, answer) in callers.join_all().await {
        match place {
            50 => assert_eq!(answer, Err(StoreError::Panicked)),
            60 => assert_eq!(answer, Err(Refused::Taken { what: "login" }.into())),
            _ => assert_eq!(answer, Ok(place)),
        }
    }
    assert_eq!(store.shop_of_login("tea").await.unwrap().unwrap().book, book(999));
    store.close().await;
}

async fn a_full_queue_answers_busy_and_what_waits_is_saved_before_the_end(place: Place) {
    let store = store_at(&place, &Hands::at(0)).await;
    let blocker = place.block().await;
    let mut waiting = Vec::new();
    let mut busy = 0;
    for place in 0..(QUEUE_MAX + 2 * BATCH_MAX) as u64 {
        let (errand, reply) = errand(Do(1, Deed::Open(place)));
        match store.send(book(1), Message::Errand(errand)) {
            Ok(()) => waiting.push(reply),
            Err(error) => {
                assert_eq!(error, StoreError::Busy);
                busy += 1;
            }
        }
    }
    assert!(busy > 0);
    drop(blocker);
    store.close().await;
    let saved = waiting.len();
    for reply in waiting {
        assert_eq!(reply.await.unwrap(), Ok(1));
    }
    assert_eq!(store.submit(Do(1, Deed::Open(1))).await, Err(StoreError::Closed));
    assert_eq!(place.number("SELECT COUNT(*) FROM payments").await, saved as i64);
}

async fn a_job_belongs_to_one_worker_until_its_lease_ends(place: Place) {
    let hands = Hands::at(0);
    let store = store_at(&place, &hands).await;
    let mut handed = store.take_leased().unwrap();
    assert!(store.take_leased().is_none());
    store.submit(Do(1, Deed::Open(10))).await.unwrap();
    let lease = handed.recv().await.unwrap();
    // The settling is handed over; the expiry waits until 1000.
    assert_eq!(store.claim(10, at(1)).await.unwrap(), []);
    assert_eq!(store.next_due().await.unwrap(), Some(at(0).checked_add(LEASE).unwrap()));
    let counts = store.job_counts(at(1)).await.unwrap();
    assert_eq!((counts.waiting, counts.due, counts.leased, counts.parked), (1, 0, 1, 0));
    // A lost worker's lease ends, and another takes the job under another number.
    let claimed = store.claim(10, at(500)).await.unwrap();
    let [(job, second)] = claimed.as_slice() else { panic!("one job") };
    assert_eq!(job.task, lease.task);
    assert_ne!(second.number, lease.number);
    assert_eq!(store.put_off(&lease, at(600), "late").await, Err(Refused::LeaseOver.into()));
    store.put_off(second, at(600), "no answer").await.unwrap();
    let job = store.job(lease.task).await.unwrap().unwrap();
    assert_eq!((job.due, job.tries, job.lease), (at(600), 1, None));
    assert_eq!(store.claim(10, at(599)).await.unwrap(), []);
    store.bring_forward(lease.task, at(550)).await.unwrap();
    let third = store.claim(10, at(550)).await.unwrap().pop().unwrap().1;
    // Somebody is at it: it is not brought forward.
    store.bring_forward(lease.task, at(551)).await.unwrap();
    assert_eq!(store.claim(10, at(551)).await.unwrap(), []);
    store.park(&third, "a person must look").await.unwrap();
    assert_eq!(store.claim(10, at(900)).await.unwrap(), []);
    let parked = store.parked_jobs(10).await.unwrap();
    assert_eq!(parked[0].job.parked.as_deref(), Some("a person must look"));
    assert_eq!(parked[0].last_why.as_deref(), Some("a person must look"));
    assert_eq!(store.late_jobs(at(1_001), 10).await.unwrap().len(), 1);
    assert_eq!(store.next_due().await.unwrap(), Some(at(1_000)));
    let counts = store.job_counts(at(1_000)).await.unwrap();
    assert_eq!((counts.due, counts.parked, counts.oldest_due), (1, 1, Some(at(1_000))));
    store.close().await;
}

async fn jobs_are_claimed_in_the_order_in_which_they_are_due(place: Place) {
    let store = store_at(&place, &Hands::at(0)).await;
    for number in 0..5 {
        store.submit(Do(number + 1, Deed::Open(number))).await.unwrap();
    }
    let first = store.claim(7, at(5_000)).await.unwrap();
    let second = store.claim(7, at(5_000)).await.unwrap();
    assert_eq!((first.len(), second.len()), (7, 3));
    let latest = first.iter().map(|(job, _)| job.due).max().unwrap();
    assert!(second.iter().all(|(job, _)| job.due >= latest));
    store.close().await;
}

async fn exchanges_are_cut_and_forgotten_after_their_time(place: Place) {
    let hands = Hands::at(0);
    let store = store_at(&place, &hands).await;
    let payment = PaymentId::new(book(1), 10);
    let exchange = |at| Exchange {
        book: payment.book,
        owner: Some(payment.into()),
        direction: Direction::Out,
        peer: "main".to_owned(),
        request: "x".repeat(EXCHANGE_BYTES_MAX + 10),
        reply: None,
        status: None,
        took_us: 1_500,
        at,
        error: Some("no answer".to_owned()),
    };
    store.record(&exchange(at(0))).unwrap();
    // Whatever is asked of the writer afterwards is answered afterwards.
    store.ask().await.unwrap();
    let kept = store.exchanges_of(payment).await.unwrap();
    assert_eq!(kept[0].request.len(), EXCHANGE_BYTES_MAX);
    assert_eq!(kept[0], Exchange { request: kept[0].request.clone(), ..exchange(at(0)) });
    let later = EXCHANGES_KEPT.as_secs() + 60;
    hands.set(later);
    store.submit(Do(1, Deed::Open(1))).await.unwrap();
    store.record(&exchange(at(later))).unwrap();
    store.ask().await.unwrap();
    let kept = store.exchanges_of(payment).await.unwrap();
    assert_eq!(kept.iter().map(|exchange| exchange.at).collect::<Vec<_>>(), [at(later)]);
    store.close().await;
}

async fn ledger_history_and_directories_refuse_to_be_changed(place: Place) {
    let store = store_at(&place, &Hands::at(0)).await;
    store.submit(Do(1, Deed::Open(10))).await.unwrap();
    store.submit(Do(1, Deed::Sell(10, 500))).await.unwrap();
    store.submit(Do(1, Deed::Shop("tea".to_owned()))).await.unwrap();
    store.close().await;
    place.execute("INSERT INTO provider_references VALUES ('r', 5, 11, 2)").await.unwrap();
    for table in ["entries", "postings", "history", "shop_logins", "provider_references"] {
        for deed in [format!("DELETE FROM {table}"), format!("UPDATE {table} SET book = 9")] {
            let refused = place.execute(&deed).await.unwrap_err();
            assert!(refused.contains(&format!("{table} is only ever added to")), "{refused}");
        }
    }
}

async fn a_node_that_starts_anew_finds_what_it_had_leased_free_and_leaves_the_leases_of_others(place: Place) {
    let hands = Hands::at(0);
    let now = hands.now();
    let store = store_at(&place, &hands).await;
    let insert = "INSERT INTO jobs (about, kind, book, due, tries, lease, lease_until, ready_at) \
                  VALUES ($1, 'send_notice', $2, $3, 0, $4, $5, $5)";
    let until = now.saturating_add(LEASE).unwrap();
    // The lease of another node has another number in the same place.
    let mine = store.fresh(now).unwrap();
    let others = mine + (5 << domain::ids::SEQUENCE_BITS);
    for (about, lease) in [(1_u64, mine), (2, others)] {
        let values = vec![about.into(), book(1).into(), now.into(), lease.into(), until.into()];
        store.plain(Plain::exactly(1, insert.to_owned(), values), book(1)).await.unwrap();
    }
    assert_eq!(store.claim(10, now).await.unwrap().len(), 0);
    store.close().await;
    let again = store_at(&place, &hands).await;
    let claimed = again.claim(10, now).await.unwrap();
    assert_eq!(claimed.iter().map(|(job, _)| job.task.about()).collect::<Vec<_>>(), [1]);
    again.close().await;
}
