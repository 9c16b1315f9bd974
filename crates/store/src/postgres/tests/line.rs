//! A line between a store and its server that can be cut around a commit.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// Where the line is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The commit does not reach the server, which learns that the line is cut.
    Before,
    /// The commit is done and its answer lost.
    After,
    /// The commit is kept back on its way, and arrives when the store has long gone another way.
    KeptBack,
}

/// How a commit looks on the line, both as an order and as its answer.
const COMMIT: &[u8] = b"COMMIT\0";

#[derive(Clone)]
struct Switch {
    planned: Arc<Mutex<Option<Cut>>>,
    was_cut: Arc<AtomicBool>,
    let_go: Arc<Notify>,
    arrived: Arc<Notify>,
}

/// The line. It carries bytes until it is dropped.
pub struct Line {
    address: String,
    switch: Switch,
    _carriers: JoinSet<()>,
}

impl Line {
    /// A line to the database behind an address.
    pub async fn to(address: &str) -> Line {
        let server = Config::from_str(address).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let user = server.get_user().unwrap().to_owned();
        let own = format!("postgres://{user}@127.0.0.1:{port}/{}?", server.get_dbname().unwrap());
        let switch = Switch {
            planned: Arc::default(),
            was_cut: Arc::default(),
            let_go: Arc::default(),
            arrived: Arc::default(),
        };
        let mut carriers = JoinSet::new();
        let theirs = switch.clone();
        carriers.spawn(async move {
            let mut lines = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                lines.spawn(connect(client, server.clone(), theirs.clone()));
            }
        });
        Line { address: own, switch, _carriers: carriers }
    }

    /// The address by which a store uses this line.
    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn cut_at_next_commit(&self, cut: Cut) {
        *self.switch.planned.lock().unwrap() = Some(cut);
    }

    pub fn was_cut(&self) -> bool {
        self.switch.was_cut.load(Ordering::SeqCst)
    }

    /// Sends on what was kept back, and waits until the server has had it.
    pub async fn let_go(&self) {
        self.switch.let_go.notify_one();
        let arrived = self.switch.arrived.notified();
        // Nothing was kept back by the other cuts.
        let _ = tokio::time::timeout(std::time::Duration::from_millis(300), arrived).await;
    }
}

async fn connect(client: TcpStream, server: Config, switch: Switch) {
    let port = server.get_ports().first().copied().unwrap_or(5432);
    match &server.get_hosts()[0] {
        Host::Unix(folder) => {
            let socket: PathBuf = folder.join(format!(".s.PGSQL.{port}"));
            carry(client, UnixStream::connect(socket).await.unwrap(), switch).await;
        }
        Host::Tcp(host) => {
            carry(client, TcpStream::connect((host.as_str(), port)).await.unwrap(), switch).await;
        }
    }
}

async fn carry(mut client: TcpStream, mut server: impl AsyncRead + AsyncWrite + Unpin, switch: Switch) {
    let (mut order, mut answer) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            sent = client.read(&mut order) => {
                let sent = &order[..sent.unwrap_or(0)];
                if sent.is_empty() {
                    return;
                }
                let cut = if has(sent) { switch.planned.lock().unwrap().take() } else { None };
                let Some(cut) = cut else {
                    server.write_all(sent).await.unwrap();
                    continue;
                };
                switch.was_cut.store(true, Ordering::SeqCst);
                match cut {
                    Cut::Before => {}
                    Cut::After => {
                        server.write_all(sent).await.unwrap();
                        let mut told = Vec::new();
                        while !has(&told) {
                            assert!(server.read_buf(&mut told).await.unwrap() > 0);
                        }
                    }
                    Cut::KeptBack => {
                        drop(client);
                        switch.let_go.notified().await;
                        // The server has ended this connection, so it may not take the bytes.
                        let _ = server.write_all(sent).await;
                        let _ = server.read_to_end(&mut Vec::new()).await;
                        switch.arrived.notify_one();
                    }
                }
                return;
            }
            told = server.read(&mut answer) => {
                let told = told.unwrap_or(0);
                if told == 0 || client.write_all(&answer[..told]).await.is_err() {
                    return;
                }
            }
        }
    }
}

fn has(bytes: &[u8]) -> bool {
    bytes.windows(COMMIT.len()).any(|window| window == COMMIT)
}
