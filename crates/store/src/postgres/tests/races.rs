//! Two nodes on one database: nothing twice, nothing lost, and nobody waits in a circle.

use crate::error::StoreError;
use crate::migrate::Engine;
use crate::places::Place;
use crate::samples::{Deed, Do, Hands, at, open_at};
use crate::store::Store;
use domain::decide::Refused;
use std::collections::BTreeSet;
use tokio::task::JoinSet;

/// So many books, all of which both nodes use.
const SELLERS: u64 = 12;
/// So many payments in each.
const PAYMENTS: u64 = 25;

async fn two_nodes(place: &Place) -> [Store; 2] {
    let (address, hands) = (place.server_address(), Hands::at(0));
    let (first, second) = tokio::join!(open_at(&address, &hands), open_at(&address, &hands));
    let (first, second) = (first.unwrap(), second.unwrap());
    // Nobody works here: all work stays with those who claim it.
    drop((first.take_leased(), second.take_leased()));
    [first, second]
}

async fn deadlocks(place: &Place) -> i64 {
    // The server tells with a second's delay.
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    place.number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_both_nodes_learn_of_is_credited_once() {
    let place = Place::new(Engine::Postgres).await;
    let nodes = two_nodes(&place).await;
    let mut opening = JoinSet::new();
    for number in 0..PAYMENTS * SELLERS {
        let node = nodes[(number % 2) as usize].clone();
        let open = Do(number % SELLERS, Deed::Open(10 * number));
        opening.spawn(async move { node.submit(open).await });
    }
    assert!(opening.join_all().await.iter().all(Result::is_ok));
    let mut selling = JoinSet::new();
    for number in 0..PAYMENTS * SELLERS {
        // The two walk through the books in opposite directions.
        let there_and_back = [number, PAYMENTS * SELLERS - 1 - number];
        for (node, number) in nodes.iter().cloned().zip(there_and_back) {
            let sell = Do(number % SELLERS, Deed::Sell(10 * number, 1_000));
            selling.spawn(async move { node.submit(sell).await });
        }
    }
    let told = selling.join_all().await;
    let once = told.iter().filter(|told| told.is_ok()).count() as u64;
    let refused = told.iter().filter(|told| **told == Err(StoreError::Refused(Refused::AlreadyPaid)));
    assert_eq!((once, refused.count() as u64), (PAYMENTS * SELLERS, PAYMENTS * SELLERS));
    assert!(nodes[0].check_books().await.unwrap().findings.iter().all(|finding| {
        // The samples' sales are simpler than real ones; the chain and the sums must hold all the same.
        !["number", "hash", "head", "balance", "balance_after"].contains(&finding.what.code())
    }));
    let pending = "SELECT CAST(SUM(amount) AS BIGINT) FROM balances WHERE account = 'pending'";
    assert_eq!(place.number(pending).await, (PAYMENTS * SELLERS * 900) as i64);
    assert_eq!(deadlocks(&place).await, 0);
    for node in nodes {
        node.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_is_claimed_by_one_node_while_both_ask_and_decide() {
    let place = Place::new(Engine::Postgres).await;
    let nodes = two_nodes(&place).await;
    let mut working = JoinSet::new();
    for (mine, node) in nodes.iter().cloned().enumerate() {
        working.spawn(async move {
            let mut claimed = Vec::new();
            for round in 0..PAYMENTS {
                let mut opening = JoinSet::new();
                for seller in 0..SELLERS {
                    let node = node.clone();
                    let open = Do(seller, Deed::Open(100 * round + 10 * mine as u64));
                    opening.spawn(async move { node.submit(open).await });
                }
                let (claims, opened) = tokio::join!(node.claim(40, at(10_000)), opening.join_all());
                assert!(opened.iter().all(Result::is_ok), "{opened:?}");
                claimed.extend(claims.unwrap());
            }
            loop {
                let more = node.claim(40, at(10_000)).await.unwrap();
                if more.is_empty() {
                    return claimed;
                }
                claimed.extend(more);
            }
        });
    }
    let claimed: Vec<_> = working.join_all().await.into_iter().flatten().collect();
    let tasks: BTreeSet<_> = claimed.iter().map(|(job, _)| job.task).collect();
    // Each payment has a job to expire it and one to settle it.
    assert_eq!((claimed.len(), tasks.len()), ((4 * PAYMENTS * SELLERS) as usize, claimed.len()));
    let leased = "SELECT COUNT(*) FROM jobs WHERE lease IS NOT NULL";
    assert_eq!(place.number(leased).await, claimed.len() as i64);
    assert_eq!(deadlocks(&place).await, 0);
    for node in nodes {
        node.close().await;
    }
}
