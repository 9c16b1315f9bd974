//! Two nodes of the program on one database, with buyers at both: one is restarted after the other, or lost.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use testkit::database::Database;
use testkit::program::{Around, Program};

use crate::installation::Installation;
use crate::judge::Judge;
use crate::load::Load;
use crate::moments::{chance, while_loaded};

/// So often each node is restarted.
const ROUNDS: usize = 3;

/// An installation on a server and a second node of it, each with a load of its own.
struct Nodes {
    installation: Installation,
    second: Program,
    loads: [Load; 2],
}

impl Nodes {
    async fn new() -> Nodes {
        let around = Around { database: Some((Arc::new(Database::new()), 0)), ..Around::default() };
        let installation = Installation::within(around).await;
        let world = &installation.world;
        let second = world.program.beside().await;
        let next = Arc::new(AtomicU32::new(1));
        let loads = [Load::on(world, &next), Load::at(&second, world, &next)];
        Nodes { installation, second, loads }
    }

    /// Everybody leaves, and what they were told is judged by what the first node says of it.
    async fn ends(self, mut judge: Judge) {
        let Nodes { mut installation, second, loads } = self;
        for load in loads {
            let mut notes = load.leaves().await;
            for opened in notes.opened.iter_mut().chain(&mut notes.paid).chain(&mut notes.back) {
                opened.page = opened.page.replace(&second.ready.url, &installation.world.program.ready.url);
            }
            judge.hears(&installation.world, notes).await;
        }
        judge.ends(&mut installation.world).await;
        drop(second);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restarted_one_after_the_other_two_nodes_lose_no_request_and_tell_nothing_twice() {
    let mut chance = chance("two nodes are restarted");
    let mut nodes = Nodes::new().await;
    for _ in 0..ROUNDS {
        for node in [&mut nodes.installation.world.program, &mut nodes.second] {
            tokio::time::sleep(while_loaded(&mut chance)).await;
            assert_eq!(node.terminate().await, Some(0), "{}", node.log());
            tokio::time::sleep(while_loaded(&mut chance)).await;
            node.restart().await;
        }
    }
    // Nobody was killed: what a node had begun it has finished, so no notice comes twice.
    nodes.ends(Judge::default()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_node_had_begun_that_dies_under_load_is_finished_by_the_other() {
    let mut chance = chance("a node is lost");
    let mut nodes = Nodes::new().await;
    tokio::time::sleep(while_loaded(&mut chance)).await;
    tokio::time::sleep(while_loaded(&mut chance)).await;
    nodes.second.kill9().await;
    // It never comes back; its buyers are led to the other one.
    tokio::time::sleep(while_loaded(&mut chance)).await;
    let mut judge = Judge::default();
    judge.kills = 1;
    nodes.ends(judge).await;
}
