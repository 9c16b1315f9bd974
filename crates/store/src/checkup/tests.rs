//! A look from outside: on both engines, beside a store that is open.

use super::*;
use crate::places::{Place, on_both_engines};
use crate::samples::{Deed, Do, Hands, at, store_at};

on_both_engines! {
    a_database_is_looked_at_while_it_is_served
    a_key_that_opens_nothing_is_told_from_a_database_that_does_not_answer
}

async fn a_database_is_looked_at_while_it_is_served(place: Place) {
    let hands = Hands::at(0);
    let store = store_at(&place, &hands).await;
    store.submit(Do(1, Deed::Open(1))).await.unwrap();
    let checkup = Checkup::at(&place.address(), None).unwrap();
    let schema = checkup.schema().await.unwrap();
    assert_eq!((schema.found, schema.oldest <= schema.known), (schema.known, true));
    assert_eq!(checkup.kind().await.unwrap(), None, "nobody has set it up");
    assert!(checkup.moments().await.unwrap().reserved_until.unwrap() > at(0));
    assert_eq!(checkup.parked().await.unwrap().count, 0);
    assert_eq!(checkup.shops().await.unwrap(), []);
    assert_eq!(checkup.providers().await.unwrap(), []);
    assert_eq!(checkup.silent(at(0)).await.unwrap(), []);
    assert_eq!(checkup.leases(at(0), at(100_000)).await.unwrap().count, 0);
    let late = checkup.overdue(at(10_000_000)).await.unwrap();
    assert_eq!(late.count > 0, late.kind.is_some());
    let server = checkup.server().await.unwrap();
    assert_eq!(server.is_some(), place.address().starts_with("postgres"));
    if let Some(server) = server {
        assert!(server.version >= 150_000 && server.connections < server.connections_max, "{server:?}");
    }
    store.close().await;
}

async fn a_key_that_opens_nothing_is_told_from_a_database_that_does_not_answer(place: Place) {
    let store = store_at(&place, &Hands::at(0)).await;
    store.close().await;
    assert!(!Checkup::at(&place.address(), None).unwrap().key_opens().await.unwrap());
    let nowhere = Checkup::at("sqlite:/nowhere/at/all.db", None).unwrap();
    assert!(matches!(nowhere.schema().await, Err(StoreError::Unavailable(_))));
}
