//! The database: whether it answers, whether we understand it, how safely it saves.

use super::Patient;
use super::codes::{
    DATABASE_COMMIT, DATABASE_CONNECTIONS, DATABASE_MISSING, DATABASE_NEWER, DATABASE_OLDER,
    DATABASE_UNENCRYPTED, DATABASE_UNREACHABLE, DATABASE_UNSAFE, DATABASE_VERSION,
};
use super::finding::Finding;
use domain::ids::BookKind;
use store::checkup::server::Server;
use store::checkup::{Checkup, Schema};
use store::error::StoreError;

/// PostgreSQL 15.
const OLDEST_VERSION: u32 = 150_000;
/// A node opens about so many connections: its writers and its readers.
const OF_A_NODE: u32 = 12;

/// Looks at the database; answers the kind of the installation if there is one that we understand.
pub(super) async fn look(
    checkup: &Checkup,
    patient: &Patient<'_>,
    found: &mut Vec<Finding>,
) -> Option<BookKind> {
    let place = patient.database.describe();
    let looked: Result<_, StoreError> = async {
        let schema = checkup.schema().await?;
        if schema.oldest > schema.known {
            return Ok((schema, None, None));
        }
        let kind = checkup.kind().await?;
        Ok((schema, checkup.server().await?, kind))
    }
    .await;
    let (schema, server, kind) = match looked {
        Ok(looked) => looked,
        Err(error) => {
            found.push(Finding::of(&DATABASE_UNREACHABLE, format!("{place}: {error}")));
            return None;
        }
    };
    let before = found.len();
    found.extend(of_schema(schema));
    found.extend(server.iter().flat_map(of_server));
    if kind.is_none() && schema.oldest <= schema.known {
        found.push(Finding::of(&DATABASE_MISSING, format!("{place} holds no installation")));
    }
    if found.len() == before {
        found.push(Finding::well(
            "database",
            format!("{place} answers; its schema has version {}", schema.found),
        ));
    }
    kind
}

fn of_schema(schema: Schema) -> Option<Finding> {
    let Schema { found, oldest, known } = schema;
    if oldest > known {
        let what = format!("version {found} needs a program that knows {oldest}; this one knows {known}");
        return Some(Finding::of(&DATABASE_NEWER, what));
    }
    (found < known)
        .then(|| Finding::of(&DATABASE_OLDER, format!("version {found}; this program has {known}")))
}

fn of_server(server: &Server) -> Vec<Finding> {
    let mut found = Vec::new();
    if server.version < OLDEST_VERSION {
        let major = server.version.checked_div(10_000).unwrap_or_default();
        found.push(Finding::of(&DATABASE_VERSION, format!("the server is PostgreSQL {major}")));
    }
    let off = [("fsync", server.fsync), ("full_page_writes", server.full_page_writes)];
    let off: Vec<_> = off.into_iter().filter(|(_, on)| !on).map(|(name, _)| name).collect();
    if !off.is_empty() {
        found.push(Finding::of(&DATABASE_UNSAFE, format!("off: {}", off.join(", "))));
    }
    if !server.synchronous_commit {
        found.push(Finding::of(&DATABASE_COMMIT, "synchronous_commit is off for this database"));
    }
    if server.remote && !server.encrypted {
        found.push(Finding::of(&DATABASE_UNENCRYPTED, "the server is another machine, the connection plain"));
    }
    let free = server.connections_max.saturating_sub(server.connections);
    if free < OF_A_NODE {
        let most = server.connections_max;
        found.push(Finding::of(&DATABASE_CONNECTIONS, format!("{free} of {most} connections are free")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> Server {
        Server {
            version: 150_004,
            fsync: true,
            full_page_writes: true,
            synchronous_commit: true,
            encrypted: true,
            remote: true,
            connections: 20,
            connections_max: 97,
            now: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    fn codes(server: &Server) -> Vec<&'static str> {
        of_server(server).iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn a_sound_server_is_found_to_be_one() {
        assert!(codes(&sound()).is_empty());
        assert!(codes(&Server { encrypted: false, remote: false, ..sound() }).is_empty());
    }

    #[test]
    fn each_way_of_being_unsafe_has_its_code() {
        assert_eq!(codes(&Server { version: 140_011, ..sound() }), ["database.version"]);
        assert_eq!(codes(&Server { fsync: false, ..sound() }), ["database.unsafe"]);
        assert_eq!(codes(&Server { full_page_writes: false, ..sound() }), ["database.unsafe"]);
        assert_eq!(codes(&Server { synchronous_commit: false, ..sound() }), ["database.commit"]);
        assert_eq!(codes(&Server { encrypted: false, ..sound() }), ["database.unencrypted"]);
        assert_eq!(codes(&Server { connections: 90, ..sound() }), ["database.connections"]);
    }

    #[test]
    fn a_database_from_another_time_is_told_by_its_schema() {
        let code = |found, oldest| of_schema(Schema { found, oldest, known: 3 }).map(|finding| finding.code);
        assert_eq!(code(3, 1), None);
        assert_eq!(code(4, 3), None, "newer, but made so that we may use it");
        assert_eq!(code(5, 4), Some("database.newer"));
        assert_eq!(code(2, 1), Some("database.older"));
    }
}
