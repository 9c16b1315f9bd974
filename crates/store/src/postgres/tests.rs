//! What only a server can do to a writer: go away, be shared, and lose the answer of a commit.

use crate::backend::{Backend, BackendFault, Plain};
use crate::migrate::Engine;
use crate::places::Place;
use crate::samples::at;

#[tokio::test]
async fn a_statement_that_the_server_refuses_names_its_table() {
    let place = Place::new(Engine::Postgres).await;
    let mut backend = place.backend().await;
    let sql = "INSERT INTO nodes (node, reserved_until) VALUES ($1, $2)".to_owned();
    let fault = backend.plain(&Plain::any(sql, vec![99_u32.into(), at(0).into()])).await.unwrap_err();
    let BackendFault::Clash { table, .. } = fault else { panic!("{fault}") };
    assert_eq!(table, "nodes");
}
