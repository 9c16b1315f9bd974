//! The server of the data folder: whether one runs, and whether it answers.

use super::codes::SERVER_SILENT;
use super::finding::Finding;
use crate::admin::request::{Asked, Request};
use crate::admin::socket;
use crate::folder::Folder;
use crate::operator;
use std::time::Duration;

/// A server that is well answers at once.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

pub(super) async fn look(folder: &Folder, found: &mut Vec<Finding>) {
    // The lightest of questions; it changes nothing.
    let asked = Asked { by: operator::name(), request: Request::ListSellers };
    let place = folder.socket();
    let answer = tokio::time::timeout(ANSWER_WITHIN, socket::ask(&place, &asked)).await;
    found.push(match answer {
        Ok(Ok(Some(_))) => Finding::well("server", "a server runs here and answers"),
        Ok(Ok(None)) => Finding::well("server", "no server runs here"),
        Ok(Err(error)) => Finding::of(&SERVER_SILENT, error.to_string()),
        Err(_) => {
            let seconds = ANSWER_WITHIN.as_secs();
            Finding::of(&SERVER_SILENT, format!("{}: no answer in {seconds} seconds", place.display()))
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_that_hangs_up_is_not_taken_for_a_server() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::at(place.path().to_owned());
        let mut found = Vec::new();
        look(&folder, &mut found).await;
        assert_eq!(found[0].what, "no server runs here");
        let listener = tokio::net::UnixListener::bind(folder.socket()).unwrap();
        let hang_up = async { drop(listener.accept().await) };
        tokio::join!(look(&folder, &mut found), hang_up);
        assert_eq!(found[1].code, "server.silent");
    }
}
