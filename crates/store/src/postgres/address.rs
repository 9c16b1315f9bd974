//! The address of a PostgreSQL database: what libpq understands, and two settings of our own.

use super::encryption::Encryption;
use crate::error::StoreError;
use domain::ids::NODES_MAX;
use std::time::Duration;
use tokio_postgres::Config;

/// A node has so many writers at most.
pub const WRITERS_MAX: u32 = 4;
/// A node has so many writers when the address says nothing.
const WRITERS_USUAL: u32 = 2;
/// So long a connection may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// A silent server is asked after so long whether it is there, …
const SILENT: Duration = Duration::from_secs(10);
/// … and given up when it takes nothing for so long.
const GIVEN_UP: Duration = Duration::from_secs(15);

/// What the server is told of every connection: no wait is without end on either side, and
/// nothing is believed saved before it is on the disk.
const OPTIONS: &str = "-c lock_timeout=10s -c idle_in_transaction_session_timeout=30s \
     -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 \
     -c client_encoding=UTF8 -c jit=off";

/// Where a database is and how this node uses it.
#[derive(Clone)]
pub struct Address {
    /// How to connect.
    pub config: Config,
    /// So many writers, each with a connection of its own.
    pub writers: u32,
    /// The number that this node shall have; without one it takes a free number.
    pub node: Option<u8>,
    /// Whether and how the connection is encrypted.
    pub(super) encryption: Encryption,
}

impl Address {
    /// Whether an address is one of PostgreSQL.
    #[must_use]
    pub fn is_one(address: &str) -> bool {
        ["postgres://", "postgresql://"].iter().any(|scheme| address.starts_with(scheme))
    }

    /// Reads an address such as `postgres://kassa@db.example/kassa?writers=2&node=5`.
    ///
    /// # Errors
    /// [`StoreError::Address`], which never repeats a password.
    pub fn parse(address: &str) -> Result<Address, StoreError> {
        let shown = without_password(address);
        let wrong = || StoreError::no_address(&shown);
        let (place, query) = address.split_once('?').unwrap_or((address, ""));
        let (mut theirs, mut encryption) = (Vec::new(), Encryption::default());
        let (mut writers, mut node) = (WRITERS_USUAL, None);
        for field in query.split('&').filter(|field| !field.is_empty()) {
            match field.split_once('=') {
                Some(("writers", count)) => {
                    let count = count.parse().ok().filter(|count| (1..=WRITERS_MAX).contains(count));
                    writers = count.ok_or_else(wrong)?;
                }
                Some(("node", number)) => {
                    let number = number.parse().ok().filter(|number| *number < NODES_MAX);
                    node = Some(number.ok_or_else(wrong)?);
                }
                Some((name, value)) if Encryption::knows(name) => {
                    let said = encryption.set(name, value);
                    said.map_err(|why| StoreError::Address(format!("\"{shown}\": {why}")))?;
                }
                Some(_) | None => theirs.push(field),
            }
        }
        let mut config: Config = format!("{place}?{}", theirs.join("&")).parse().map_err(|_| wrong())?;
        let options = config.get_options().map_or_else(String::new, |given| format!(" {given}"));
        config
            .application_name("openkassa")
            .options(format!("{OPTIONS}{options}"))
            .keepalives_idle(SILENT)
            .tcp_user_timeout(GIVEN_UP);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_WITHIN);
        }
        encryption.check().map_err(|why| StoreError::Address(format!("\"{shown}\": {why}")))?;
        encryption.prepare(&mut config);
        Ok(Address { config, writers, node, encryption })
    }
}

/// The address as it may be shown.
#[must_use]
pub fn without_password(address: &str) -> String {
    let shown = |address: &str| {
        let (scheme, rest) = address.split_once("://")?;
        let (user, place) = rest.split_once('@')?;
        let (name, _) = user.split_once(':')?;
        Some(format!("{scheme}://{name}:***@{place}"))
    };
    let shown = shown(address).unwrap_or_else(|| address.to_owned());
    // The other place where libpq takes a password.
    match shown.split_once("password=") {
        Some((before, after)) => {
            let rest = after.find('&').and_then(|end| after.get(end..)).unwrap_or("");
            format!("{before}password=***{rest}")
        }
        None => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(address: &str) -> String {
        Address::parse(address).err().unwrap().to_string()
    }

    #[test]
    fn our_own_settings_are_taken_out_and_the_rest_is_the_librarys() {
        let address =
            Address::parse("postgres://kassa@/books?host=/run/postgresql&node=7&writers=3&port=6543")
                .unwrap();
        assert_eq!((address.writers, address.node), (3, Some(7)));
        assert_eq!(address.config.get_dbname(), Some("books"));
        assert_eq!(address.config.get_ports(), [6543]);
        let usual = Address::parse("postgresql://kassa@127.0.0.1:5433/books").unwrap();
        assert_eq!((usual.writers, usual.node), (WRITERS_USUAL, None));
        assert!(Address::is_one("postgresql://x") && !Address::is_one("sqlite:x"));
    }

    #[test]
    fn what_is_wrong_is_refused_without_its_password() {
        for wrong_field in ["writers=0", "writers=5", "writers=x", "node=64", "node=-1", "colour=red"] {
            let message = wrong(&format!("postgres://kassa:s3cret@db/books?{wrong_field}"));
            assert!(message.contains("kassa:***@db"), "{message}");
            assert!(!message.contains("s3cret"), "{message}");
        }
        let message = wrong("postgres://db/books?user=kassa&password=s3cret&node=x");
        assert!(message.contains("password=***&node=x") && !message.contains("s3cret"), "{message}");
    }

    #[test]
    fn what_the_operator_tells_the_server_stands_behind_our_own_and_wins() {
        let address = Address::parse("postgres://kassa@db/books?options=-c%20lock_timeout%3D3s").unwrap();
        let options = address.config.get_options().unwrap();
        assert!(options.starts_with(OPTIONS) && options.ends_with("-c lock_timeout=3s"), "{options}");
    }
}
