//! The server: everything wired together, ready, and stopped in good order.

use crate::admin::socket;
use crate::cli::ServeArgs;
use crate::database::Database;
use crate::error::ProgramError;
use crate::folder::Folder;
use crate::installation::{Installation, Manners};
use crate::out;
use crate::process;
use crate::settings::{Settings, checked_url};
use domain::ids::BookKind;
use engine::time_travel;
use engine::workers::books::{self, Schedule};
use engine::workers::{jobs, sweeps};
use prometheus_client::registry::Registry;
use serde_json::json;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, UnixListener};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;
use web::state::{Kassa, Tour, Web};

/// What is under way when the program is told to stop gets this long: longer than any call out.
const STOP_LIMIT: Duration = Duration::from_secs(60);

/// Parts that run until they are told to stop, each with its name.
pub type Parts = JoinSet<(&'static str, io::Result<()>)>;

/// A server that is wired and does not answer yet.
pub struct Server {
    installation: Installation,
    engine: Arc<Kassa>,
    listener: TcpListener,
    metrics: Option<TcpListener>,
    books_check: Schedule,
    socket: UnixListener,
    place: String,
    help: Option<String>,
}

/// Runs the aggregator until it is told to stop.
///
/// # Errors
/// [`ProgramError`] saying why it cannot run.
pub async fn run(
    mut settings: Settings,
    folder: &Folder,
    args: ServeArgs,
    json: bool,
) -> Result<(), ProgramError> {
    settings.listen = args.listen.or(settings.listen);
    settings.public_url = args.public_url.or(settings.public_url);
    if let Some(url) = &settings.public_url {
        checked_url(url)?;
    }
    let asked = args.set_up.or(settings.set_up);
    // Nothing is made in a folder whose kind nobody has chosen yet.
    if asked.is_none() && Database::of(&settings, folder).is_missing() {
        return Err(folder.not_set_up());
    }
    folder.prepare()?;
    let lock = folder.lock()?;
    let listener = listen("the aggregator", settings.listen()).await?;
    let metrics = match settings.metrics_listen {
        Some(address) => Some(listen("the listener of metrics", address).await?),
        None => None,
    };
    let told = metrics.as_ref().map(local).transpose()?.map(link);
    let installation = Installation::open_or_set_up(folder, &settings, lock, asked).await?;
    let address = local(&listener)?;
    let manners = Manners {
        public_url: public_url(&settings, installation.kind(), address)?,
        any_host: false,
        private_shops: settings.private_shops.unwrap_or(false),
        emulation: None,
    };
    let server = Server::wire(installation, &settings, manners, listener)?.with_metrics(metrics);
    let url = server.engine.public_url().to_owned();
    let ready = move || match (json, told) {
        (true, Some(metrics)) => out::line(&json!({ "url": url, "metrics": metrics }).to_string()),
        (true, None) => out::line(&json!({ "url": url }).to_string()),
        (false, _) => out::line(&format!("OpenKassa is ready at {url}")),
    };
    server.run(Parts::new(), None, ready).await
}

impl Server {
    /// Wires engine, admin socket and listener over an installation.
    ///
    /// # Errors
    /// [`ProgramError`] when a part cannot be had.
    pub fn wire(
        installation: Installation,
        settings: &Settings,
        manners: Manners,
        listener: TcpListener,
    ) -> Result<Server, ProgramError> {
        let engine = Arc::new(installation.engine(settings, manners)?);
        let socket = socket::open(&installation.folder().socket())?;
        let (place, help) = (settings.name(), settings.help_email.clone());
        let books_check = settings.books_check();
        Ok(Server { installation, engine, listener, metrics: None, books_check, socket, place, help })
    }

    /// The same server, which tells the operator's own programs what it counts there.
    #[must_use]
    pub fn with_metrics(self, metrics: Option<TcpListener>) -> Server {
        Server { metrics, ..self }
    }

    /// The installation that it serves.
    #[must_use]
    pub const fn installation(&self) -> &Installation {
        &self.installation
    }

    /// The engine.
    #[must_use]
    pub const fn engine(&self) -> &Arc<Kassa> {
        &self.engine
    }

    /// Serves until a signal comes or a part fails; then takes nothing new, finishes what is under way
    /// and closes the books. `beside` runs with it and ends with it.
    ///
    /// # Errors
    /// [`ProgramError::System`] when a part failed.
    pub async fn run(
        self,
        mut beside: Parts,
        tour: Option<Tour>,
        ready: impl FnOnce() -> io::Result<()>,
    ) -> Result<(), ProgramError> {
        let mut signals = Signals::listen()?;
        let (stop, stopped) = watch::channel(false);
        let engine = self.engine.clone();
        let web = Web {
            engine: engine.clone(),
            place: self.place,
            help: self.help,
            tour,
            crowd: Arc::default(),
            meters: Arc::default(),
            stop: stopped.clone(),
        };
        let mut parts = Parts::new();
        let (end, ended) = watch::channel(false);
        let mut last = watched(web.clone(), self.metrics, ended);
        let listening = web::router::serve(web, self.listener, process::connections());
        parts.spawn(async move { ("the web listener", listening.await) });
        let answering = socket::serve(self.socket, engine.clone(), stopped.clone());
        add(&mut parts, "the admin socket", answering);
        add(&mut parts, "the workers", jobs::run(engine.clone(), stopped.clone()));
        add(&mut parts, "the sweeps", sweeps::run(engine.clone(), stopped.clone()));
        add(&mut parts, "the clock", time_travel::follow(engine.clone(), stopped.clone()));
        add(&mut parts, "the check of the books", books::run(engine, self.books_check, stopped));
        // Nobody reading standard output is no reason not to serve.
        let _ = ready();
        let outcome = tokio::select! {
            () = signals.wait() => Ok(()),
            Some(part) = parts.join_next() => Err(failed(part)),
            Some(part) = beside.join_next(), if !beside.is_empty() => Err(failed(part)),
            Some(part) = last.join_next(), if !last.is_empty() => Err(failed(part)),
        };
        tracing::info!("stopping: nothing new is taken, what is under way is finished");
        let _ = stop.send(true);
        tokio::select! {
            () = all_ended(&mut parts) => {}
            () = tokio::time::sleep(STOP_LIMIT) => tracing::warn!("some work did not end in time; it goes on at the next start"),
            () = signals.wait() => tracing::warn!("stopped at once; unfinished work goes on at the next start"),
        }
        parts.shutdown().await;
        let _ = end.send(true);
        last.shutdown().await;
        let socket = self.installation.folder().socket();
        self.installation.close().await;
        if let Err(error) = std::fs::remove_file(&socket) {
            tracing::warn!(%error, "the admin socket could not be removed");
        }
        outcome
    }
}

/// What the operator's own programs look at; it ends after everything else.
fn watched(web: Web, listener: Option<TcpListener>, ended: watch::Receiver<bool>) -> Parts {
    let mut last = Parts::new();
    if let Some(listener) = listener {
        let mut registry = Registry::default();
        process::register(&mut registry);
        let telling = web::health::serve(web, registry, listener, ended);
        last.spawn(async move { ("the listener of metrics", telling.await) });
    }
    last
}

/// Adds a part that cannot fail.
fn add(parts: &mut Parts, name: &'static str, part: impl Future<Output = ()> + Send + 'static) {
    parts.spawn(async move {
        part.await;
        (name, Ok(()))
    });
}

/// A part that ended although nobody stopped it.
fn failed(part: Result<(&'static str, io::Result<()>), tokio::task::JoinError>) -> ProgramError {
    let (what, detail) = match part {
        Ok((what, Err(error))) => (what, error),
        Ok((what, Ok(()))) => (what, io::Error::other("it ended although nobody stopped it")),
        Err(error) => ("a part of the server", io::Error::other(error)),
    };
    ProgramError::System { what: what.to_owned(), detail }
}

async fn all_ended(parts: &mut Parts) {
    while let Some(part) = parts.join_next().await {
        match part {
            Ok((_, Ok(()))) => {}
            Ok((what, Err(error))) => tracing::error!(what, %error, "a part did not end well"),
            Err(error) => tracing::error!(%error, "a part did not end well"),
        }
    }
}

/// What tells a program to end.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> Result<Signals, ProgramError> {
        let listen = |kind| signal(kind).map_err(ProgramError::system("signals of the system"));
        Ok(Signals {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Takes an address to listen on.
///
/// # Errors
/// [`ProgramError::Listen`] saying who wanted it and what to do.
pub async fn listen(what: &'static str, address: SocketAddr) -> Result<TcpListener, ProgramError> {
    TcpListener::bind(address).await.map_err(|detail| {
        let advice = match detail.kind() {
            io::ErrorKind::AddrInUse => {
                "Another program listens there: stop it, or choose another address with --listen \
                 (port 0 takes a free one)"
            }
            io::ErrorKind::PermissionDenied => {
                "Ports below 1024 need a right of their own: choose a higher one behind a proxy, or give the \
                 program that right"
            }
            io::ErrorKind::AddrNotAvailable => "This machine has no such address: choose one that it has",
            _ => "Choose another address",
        };
        ProgramError::Listen { what, address, detail, advice: advice.to_owned() }
    })
}

/// Where a listener listens.
///
/// # Errors
/// [`ProgramError::System`] when the system does not say.
pub fn local(listener: &TcpListener) -> Result<SocketAddr, ProgramError> {
    listener.local_addr().map_err(ProgramError::system("the address that was taken"))
}

/// The address of a listener as a link; one that listens everywhere is reached on this machine.
#[must_use]
pub fn link(address: SocketAddr) -> String {
    let reached: IpAddr = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(reached, address.port()))
}

/// The address under which strangers reach us. Real money is never taken under a guessed one.
fn public_url(settings: &Settings, kind: BookKind, address: SocketAddr) -> Result<String, ProgramError> {
    match (&settings.public_url, kind) {
        (Some(url), _) => Ok(url.trim_end_matches('/').to_owned()),
        (None, BookKind::Test) => Ok(link(address)),
        (None, BookKind::Live) => Err(ProgramError::Settings(
            "a live installation must know the address under which buyers, shops and providers reach it: \
             start with --public-url https://pay.example.com, or set public_url"
                .to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_everywhere_is_reached_on_this_machine() {
        assert_eq!(link("0.0.0.0:80".parse().unwrap()), "http://127.0.0.1:80");
        assert_eq!(link("[::]:80".parse().unwrap()), "http://[::1]:80");
        assert_eq!(link("192.0.2.1:8080".parse().unwrap()), "http://192.0.2.1:8080");
    }

    #[test]
    fn real_money_is_never_taken_under_a_guessed_address() {
        let address = "127.0.0.1:80".parse().unwrap();
        let unset = Settings::default();
        assert_eq!(public_url(&unset, BookKind::Test, address).unwrap(), "http://127.0.0.1:80");
        assert!(
            public_url(&unset, BookKind::Live, address).unwrap_err().to_string().contains("--public-url")
        );
        let set = Settings { public_url: Some("https://pay.example/".to_owned()), ..Settings::default() };
        assert_eq!(public_url(&set, BookKind::Live, address).unwrap(), "https://pay.example");
    }

    #[tokio::test]
    async fn a_port_in_use_says_who_wanted_it_and_what_to_do() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let refused = listen("the example shop", taken.local_addr().unwrap()).await.unwrap_err().to_string();
        assert!(refused.contains("the example shop") && refused.contains("--listen"), "{refused}");
    }
}
