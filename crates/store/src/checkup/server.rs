//! What a PostgreSQL server says of itself: its version, how safely it saves, who still finds room.

use super::Checkup;
use crate::error::StoreError;
use crate::reader::Query;
use jiff::Timestamp;
use std::net::IpAddr;
use tokio_postgres::config::Host;

/// A server as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its version as a number: 150004 is 15.4.
    pub version: u32,
    /// Whether it waits for its disk at all.
    pub fsync: bool,
    /// Whether it survives pages that were written in part.
    pub full_page_writes: bool,
    /// Whether a commit waits for the disk in sessions that do not ask for it.
    pub synchronous_commit: bool,
    /// Whether our connection is encrypted.
    pub encrypted: bool,
    /// Whether the server runs elsewhere.
    pub remote: bool,
    /// So many connections are open.
    pub connections: u32,
    /// So many of ours fit.
    pub connections_max: u32,
    /// What time it has.
    pub now: Timestamp,
}

/// Settings are read as the server has them: of our own sessions we set some ourselves.
const ASKED: &str = "\
    SELECT CAST(current_setting('server_version_num') AS BIGINT) AS version, \
    CASE WHEN current_setting('fsync') = 'off' THEN CAST(0 AS BIGINT) ELSE 1 END AS fsync, \
    CASE WHEN current_setting('full_page_writes') = 'off' THEN CAST(0 AS BIGINT) ELSE 1 END AS pages, \
    (SELECT CASE WHEN reset_val = 'off' THEN CAST(0 AS BIGINT) ELSE 1 END FROM pg_settings \
     WHERE name = 'synchronous_commit') AS durable, \
    (SELECT CASE WHEN ssl THEN CAST(1 AS BIGINT) ELSE 0 END FROM pg_stat_ssl \
     WHERE pid = pg_backend_pid()) AS encrypted, \
    (SELECT CAST(COUNT(*) AS BIGINT) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used, \
    CAST(current_setting('max_connections') AS BIGINT) \
     - CAST(current_setting('superuser_reserved_connections') AS BIGINT) AS most, \
    CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) AS now";

impl Checkup {
    /// What the server says of itself; nothing where the database is a file.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn server(&self) -> Result<Option<Server>, StoreError> {
        let Some(address) = &self.server else { return Ok(None) };
        let remote = address.config.get_hosts().iter().any(is_elsewhere);
        let rows = self.reader.rows(Query::new(ASKED, Vec::new())).await?;
        let server = rows.first().map(|row| {
            Ok(Server {
                version: row.small("version")?,
                fsync: row.flag("fsync")?,
                full_page_writes: row.flag("pages")?,
                synchronous_commit: row.flag("durable")?,
                encrypted: row.maybe_int("encrypted")? == Some(1),
                remote,
                connections: row.small("used")?,
                connections_max: row.small("most")?,
                now: row.time("now")?,
            })
        });
        server.transpose()
    }
}

/// Whether a host is another machine; names but this machine's own count as such.
fn is_elsewhere(host: &Host) -> bool {
    match host {
        Host::Unix(_) => false,
        Host::Tcp(name) => {
            let address = name.trim_matches(['[', ']']).parse::<IpAddr>();
            address.map_or(name != "localhost", |address| !address.is_loopback())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_needs_no_encryption() {
        for (name, elsewhere) in
            [("localhost", false), ("127.0.0.1", false), ("::1", false), ("10.0.0.5", true), ("db", true)]
        {
            assert_eq!(is_elsewhere(&Host::Tcp(name.to_owned())), elsewhere, "{name}");
        }
        assert!(!is_elsewhere(&Host::Unix("/run/postgresql".into())));
    }
}
