//! The store when more comes than it can save: wishes give way first, and all recovers by itself.

use super::*;
use crate::errand::Reply;
use crate::places::{Place, on_both_engines};
use crate::samples::{Deed, Do, Hands, at, book, store_at};
use crate::service::QUEUE_MAX;
use domain::decide::{Decision, Stop};
use domain::facts::{Asks, Facts};
use domain::ids::{Book, Id, PaymentId};

/// A deed that has happened already.
struct Happened(Do);

impl Command for Happened {
    type Answer = u64;
    const KIND: Kind = Kind::News;

    fn book(&self) -> Book {
        self.0.book()
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        self.0.asks(asks);
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, u64), Stop> {
        self.0.decide(facts, now)
    }
}

on_both_engines! {
    news_is_taken_when_wishes_are_refused_already_and_both_again_when_the_crowd_is_gone
    a_store_answers_until_it_is_closed
    jobs_are_counted_by_kind_with_the_age_of_the_oldest
}

fn send<C: Command>(store: &Store, command: C) -> Result<Reply<C::Answer>, StoreError> {
    let (errand, reply) = errand(command);
    store.send(errand.book(), Message::Errand(errand)).map(|()| reply)
}

fn counted(store: &Store) -> String {
    let (mut registry, mut text) = (Registry::default(), String::new());
    store.register(&mut registry);
    store.measure();
    prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
    text
}

async fn news_is_taken_when_wishes_are_refused_already_and_both_again_when_the_crowd_is_gone(place: Place) {
    let store = store_at(&place, &Hands::at(0)).await;
    let holder = place.block().await;
    let mut wishes = Vec::new();
    let refused = loop {
        let number = wishes.len() as u64;
        match send(&store, Do(1, Deed::Open(number))) {
            Ok(reply) => wishes.push(reply),
            Err(error) => break error,
        }
    };
    assert_eq!(refused, StoreError::Busy);
    assert!(wishes.len() >= WISHES_MAX && wishes.len() < QUEUE_MAX);
    let mut news = Vec::new();
    for number in 0..1_000 {
        news.push(send(&store, Happened(Do(1, Deed::Open(100_000 + number)))).unwrap());
    }
    assert_eq!(send(&store, Do(1, Deed::Open(0))).err(), Some(StoreError::Busy));
    let text = counted(&store);
    assert!(text.contains("openkassa_store_refused_total{sort=\"wish\"} 2\n"), "{text}");
    assert!(text.contains("openkassa_store_refused_total{sort=\"news\"} 0\n"), "{text}");

    drop(holder);
    for reply in wishes.into_iter().chain(news) {
        assert!(reply.await.unwrap().is_ok());
    }
    store.submit(Do(3, Deed::Open(200_000))).await.unwrap();
    let text = counted(&store);
    assert!(text.contains("openkassa_store_queue 0\n"), "{text}");
    assert!(store.payment(PaymentId::new(book(1), 100_999)).await.unwrap().is_some());
    store.close().await;
}

async fn a_store_answers_until_it_is_closed(place: Place) {
    let store = store_at(&place, &Hands::at(0)).await;
    assert_eq!(store.ask().await, Ok(()));
    store.close().await;
    assert_eq!(store.ask().await, Err(StoreError::Closed));
}

async fn jobs_are_counted_by_kind_with_the_age_of_the_oldest(place: Place) {
    let store = store_at(&place, &Hands::at(0)).await;
    assert_eq!(store.job_counts_by_kind(at(0)).await.unwrap(), []);
    let _leased = store.take_leased();
    for number in 0..3 {
        store.submit(Do(1, Deed::Open(number))).await.unwrap();
    }
    let kinds = store.job_counts_by_kind(at(1)).await.unwrap();
    let words = kinds.iter().map(|of| (of.kind.as_str(), of.counts.waiting, of.counts.leased));
    let words: Vec<_> = words.collect();
    assert_eq!(words, [("expire_payment", 3, 0), ("settle_payment", 0, 3)]);
    let kinds = store.job_counts_by_kind(at(1_010)).await.unwrap();
    assert_eq!((kinds[0].counts.due, kinds[0].counts.oldest_due), (3, Some(at(1_000))));
    let (_, lease) = store.claim(1, at(1_010)).await.unwrap().pop().unwrap();
    store.park(&lease, "a person must look").await.unwrap();
    let kinds = store.job_counts_by_kind(at(1_010)).await.unwrap();
    assert_eq!(kinds.iter().map(|of| of.counts.parked).sum::<u64>(), 1);
    assert!(kinds.iter().any(|of| of.oldest_parked.is_some()));
    store.close().await;
}
