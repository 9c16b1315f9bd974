//! A server of its own with a certificate that was made for this test: who is believed, and who is not.

use crate::postgres::address::Address;
use crate::postgres::session::Session;
use crate::postgres::tests::SOON;
use crate::samples::{Deed, Do, Hands, open_at};
use crate::server::programs;
use domain::ids::{Id, PaymentId};
use std::fmt::Write as _;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Makes authorities, a certificate for the name `localhost`, and a server that shows it. It ends when
/// nobody holds its standard input any more, however its test has ended.
const SERVER: &str = r#"
set -eu
bin=$1 folder=$2 port=$3
cd "$folder"
key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
for name in ours strangers; do
    openssl req -x509 $key -keyout $name.key -out $name.crt -subj "/CN=$name" -days 2
done
openssl req $key -keyout server.key -out server.csr -subj /CN=localhost
echo "subjectAltName=DNS:localhost" >names
openssl x509 -req -in server.csr -CA ours.crt -CAkey ours.key -CAcreateserial -out server.crt -days 2 -extfile names
chmod 600 server.key
"$bin/initdb" -D data -U postgres -A trust -E UTF8 --locale=C --no-sync
echo "host all kassa 127.0.0.1/32 scram-sha-256" >data/pg_hba.conf
echo "local all all trust" >>data/pg_hba.conf
# What stands on the command line could not be changed later.
echo "ssl = on" >>data/postgresql.conf
"$bin/postgres" -D data -k "$folder" -c listen_addresses=127.0.0.1 -c port=$port -c fsync=off \
    -c ssl_cert_file="$folder/server.crt" -c ssl_key_file="$folder/server.key" &
server=$!
tries=0
until "$bin/psql" -h "$folder" -p $port -U postgres -c "CREATE ROLE kassa SUPERUSER LOGIN PASSWORD 'fake'"; do
    tries=$((tries + 1))
    [ $tries -lt 200 ]
    sleep 0.1
done
touch ready
cat
kill -INT $server
wait $server
"#;

struct Server {
    folder: tempfile::TempDir,
    port: u16,
    keeper: Child,
}

impl Server {
    async fn start() -> Server {
        let folder = tempfile::tempdir().unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let is_root = is_root();
        if is_root {
            assert!(run("chown", &["postgres", folder.path().to_str().unwrap()]));
        }
        let mut command = Command::new(if is_root { "setpriv" } else { "sh" });
        if is_root {
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "sh"]);
        }
        command.args(["-c", SERVER, "server"]).arg(programs()).arg(folder.path()).arg(free.to_string());
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        command.stdin(Stdio::piped()).stdout(log.try_clone().unwrap()).stderr(log).process_group(0);
        let mut keeper = command.current_dir("/").spawn().unwrap();
        while !folder.path().join("ready").exists() {
            let ended = keeper.try_wait().unwrap();
            assert!(ended.is_none(), "{}", std::fs::read_to_string(folder.path().join("log")).unwrap());
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        Server { folder, port: free, keeper }
    }

    /// An address under a name of this machine; `CERTIFICATES` stands for the folder of the authorities.
    fn address(&self, host: &str, settings: &str) -> String {
        let settings = settings.replace("CERTIFICATES", self.folder.path().to_str().unwrap());
        let mut address = format!("postgres://kassa:fake@{host}:{}/postgres", self.port);
        let _ = write!(address, "?{settings}");
        address
    }

    /// Whether a connection is encrypted, as the server sees it, or why there is none.
    async fn is_encrypted(&self, host: &str, settings: &str) -> Result<bool, String> {
        let address = Address::parse(&self.address(host, settings)).map_err(|error| error.to_string())?;
        let mut session = Session::open(&address).await.map_err(|error| error.to_string())?;
        let sql = "SELECT CASE WHEN ssl THEN 1 ELSE 0 END AS encrypted FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        let rows = session.rows(sql, &[]).await.map_err(|error| error.to_string())?;
        Ok(rows[0].int("encrypted") == Ok(1))
    }

    fn sql(&self, sql: &str) {
        let (folder, port) = (self.folder.path().to_str().unwrap(), self.port.to_string());
        let psql = programs().join("psql");
        assert!(run(psql.to_str().unwrap(), &["-h", folder, "-p", &port, "-U", "postgres", "-c", sql]));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

fn run(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|done| done.status.success())
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(Path::new("/proc/self")).is_ok_and(|process| process.uid() == 0)
}

#[tokio::test]
async fn a_server_is_believed_as_far_as_the_address_asks_and_no_further() {
    let server = Server::start().await;
    let ours = "sslrootcert=CERTIFICATES/ours.crt";
    let strangers = "sslrootcert=CERTIFICATES/strangers.crt";
    for (host, settings) in [
        ("localhost", format!("sslmode=verify-full&{ours}")),
        ("localhost", format!("sslmode=verify-full&{ours}&channel_binding=require")),
        ("127.0.0.1", format!("sslmode=verify-ca&{ours}")),
        ("127.0.0.1", format!("sslmode=require&{ours}")),
        ("127.0.0.1", "sslmode=require".to_owned()),
        ("127.0.0.1", "sslmode=prefer".to_owned()),
        ("127.0.0.1", String::new()),
    ] {
        assert_eq!(server.is_encrypted(host, &settings).await, Ok(true), "{host} {settings}");
    }
    assert_eq!(server.is_encrypted("localhost", "sslmode=disable").await, Ok(false));
    for (host, settings, why) in [
        ("127.0.0.1", format!("sslmode=verify-full&{ours}"), "not valid for name"),
        ("localhost", format!("sslmode=verify-full&{strangers}"), "UnknownIssuer"),
        ("localhost", format!("sslmode=verify-ca&{strangers}"), "UnknownIssuer"),
        ("localhost", format!("sslmode=require&{strangers}"), "UnknownIssuer"),
        ("localhost", "sslmode=verify-full&sslrootcert=CERTIFICATES/none.crt".to_owned(), "cannot be read"),
        ("localhost", "sslmode=disable&channel_binding=require".to_owned(), "channel binding"),
    ] {
        let refused = server.is_encrypted(host, &settings).await.unwrap_err();
        assert!(refused.contains(why), "{host} {settings}: {refused}");
    }

    // All of a store: writers, readers, and what follows a lost connection.
    let full = server.address("localhost", &format!("sslmode=verify-full&{ours}"));
    let store = open_at(&full, &Hands::at(0)).await.unwrap();
    store.submit(Do(1, Deed::Open(10))).await.unwrap();
    server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'openkassa'");
    let again = async { while store.submit(Do(1, Deed::Open(12))).await.is_err() {} };
    tokio::time::timeout(SOON, again).await.unwrap();
    let payment = PaymentId::new(crate::samples::book(1), 10);
    assert!(store.payment(payment).await.unwrap().is_some());
    store.close().await;

    // A server that cannot: whoever asks for encryption gets no connection without.
    server.sql("ALTER SYSTEM SET ssl = off");
    server.sql("SELECT pg_reload_conf()");
    let changed = async { while server.is_encrypted("localhost", "").await != Ok(false) {} };
    tokio::time::timeout(SOON, changed).await.unwrap();
    let verified = format!("sslmode=verify-full&{ours}");
    for settings in ["sslmode=require", verified.as_str()] {
        let refused = server.is_encrypted("localhost", settings).await.unwrap_err();
        assert!(refused.contains("server does not support TLS"), "{refused}");
    }
}
