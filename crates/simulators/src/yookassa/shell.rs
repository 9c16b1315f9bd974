//! The shell around the pure machine: listener, clock, timers and the sender of notices.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::listen::listen;
use crate::message::{Reply, Request};
use crate::seeded::Seeded;

use super::Settings;
use super::faults::Faults;
use super::machine;
use super::notices::Outgoing;
use super::state::{BookLine, Happening, Later, World};

/// How long the shop may take to answer a notice.
const NOTICE_TIMEOUT: Duration = Duration::from_secs(10);

/// With nothing planned, the timers look up this often; a new plan wakes them anyway.
const IDLE: Duration = Duration::from_secs(3_600);

/// The most that the clock may be moved by one request.
const ADVANCE_SECONDS_MAX: i64 = 366 * 24 * 3_600;

struct Machine {
    world: World,
    seeded: Seeded,
    /// What is planned, by time and then in the order of planning.
    agenda: BTreeMap<(Timestamp, u64), Happening>,
    planned: u64,
    outbox: Vec<Outgoing>,
    /// How far this provider's clock is ahead of the one that it follows.
    ahead: SignedDuration,
    /// How far the clock that it follows is ahead of the real one.
    followed: SignedDuration,
}

impl Machine {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "the imitation provider is a stranger with a clock of its own"
        )]
        let real = Timestamp::now();
        real.saturating_add(self.followed.saturating_add(self.ahead)).unwrap_or(real)
    }

    fn plan(&mut self, later: Vec<Later>) {
        for Later { at, what } in later {
            self.planned = self.planned.saturating_add(1);
            self.agenda.insert((at, self.planned), what);
        }
    }

    fn handle(&mut self, request: &Request) -> Reply {
        if request.method == "POST" && request.path == "/control/clock" {
            return self.move_clock(request);
        }
        // A request that comes together with an end of time must find the time ended.
        self.run_due();
        let now = self.now();
        let (reply, later) = machine::handle(&mut self.world, request, now, &mut self.seeded);
        self.plan(later);
        reply
    }

    /// Lets time pass for this provider only, so that a test need not wait for an hour.
    fn move_clock(&mut self, request: &Request) -> Reply {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
        let seconds = body.get("advance_seconds").and_then(Value::as_i64);
        let Some(seconds) = seconds.filter(|seconds| (0..=ADVANCE_SECONDS_MAX).contains(seconds)) else {
            return Reply::json(400, &json!({"error": "advance_seconds must be from 0 to a year"}));
        };
        self.ahead = self.ahead.saturating_add(SignedDuration::from_secs(seconds));
        Reply::json(200, &json!({"now": super::show::moment(self.now())}))
    }

    /// Runs everything that is due, each at its own moment; what is to be sent waits in the outbox.
    fn run_due(&mut self) {
        let now = self.now();
        while let Some(entry) = self.agenda.first_entry() {
            if entry.key().0 > now {
                break;
            }
            let ((at, _), what) = entry.remove_entry();
            let (outgoing, later) = machine::happen(&mut self.world, &what, at, &mut self.seeded);
            self.outbox.extend(outgoing);
            self.plan(later);
        }
    }

    fn take_outbox(&mut self) -> Vec<Outgoing> {
        self.run_due();
        std::mem::take(&mut self.outbox)
    }

    fn sleep_for(&self) -> Duration {
        let Some(((at, _), _)) = self.agenda.first_key_value() else { return IDLE };
        Duration::try_from(at.duration_since(self.now())).unwrap_or(Duration::ZERO).min(IDLE)
    }
}

/// A running simulator as its host sees it. Clones share the same provider.
#[derive(Clone)]
pub struct Handle {
    machine: Arc<Mutex<Machine>>,
    woken: Arc<Notify>,
}

impl Handle {
    pub(super) fn new(settings: Settings) -> Handle {
        let mut world = World::new(settings.shops, &settings.public_url).with_gateways(settings.gateways);
        world.set_notice_url(settings.notice_url);
        world.set_faults(settings.faults);
        let machine = Machine {
            world,
            seeded: Seeded::new(settings.seed),
            agenda: BTreeMap::new(),
            planned: 0,
            outbox: Vec::new(),
            ahead: SignedDuration::ZERO,
            followed: SignedDuration::ZERO,
        };
        Handle { machine: Arc::new(Mutex::new(machine)), woken: Arc::new(Notify::new()) }
    }

    /// Sets the address of the notices from now on; `None` sends none.
    pub fn set_notice_url(&self, url: Option<String>) {
        self.lock().world.set_notice_url(url);
    }

    /// Follows a clock that is so far ahead of the real one; its own lead is added.
    pub fn follow_clock(&self, ahead: SignedDuration) {
        self.lock().followed = ahead;
        self.woken.notify_one();
    }

    /// Replaces all faults.
    pub fn set_faults(&self, faults: Faults) {
        self.lock().world.set_faults(faults);
    }

    /// The provider's own books, oldest payment first.
    pub fn books(&self) -> Vec<BookLine> {
        self.lock().world.books()
    }

    fn lock(&self) -> MutexGuard<'_, Machine> {
        // A panic elsewhere leaves a whole world behind, because each call changes it step by step.
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn handle(&self, request: &Request) -> Reply {
        let reply = self.lock().handle(request);
        self.woken.notify_one();
        reply
    }

    /// Serves until it is dropped; connections, timers and notices under way end with it.
    pub(super) async fn run(self, listener: TcpListener) -> io::Result<()> {
        let door = self.clone();
        tokio::select! {
            served = listen(listener, move |request| door.handle(&request)) => served,
            () = self.keep_time() => Ok(()),
        }
    }

    async fn keep_time(&self) {
        let client: Client<HttpConnector, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
        let mut sends = JoinSet::new();
        loop {
            let outbox = self.lock().take_outbox();
            for outgoing in outbox {
                let client = client.clone();
                sends.spawn(async move { (send(client, &outgoing).await, outgoing) });
            }
            let pause = self.lock().sleep_for();
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.woken.notified() => {}
                Some(Ok((status, outgoing))) = sends.join_next(), if !sends.is_empty() => {
                    let mut machine = self.lock();
                    let now = machine.now();
                    let later = machine::answered(&mut machine.world, &outgoing, status, now);
                    machine.plan(later);
                }
            }
        }
    }
}

/// Posts one notice; `None` if no answer came.
async fn send(client: Client<HttpConnector, Full<Bytes>>, outgoing: &Outgoing) -> Option<u16> {
    let request = hyper::Request::post(&outgoing.url)
        .header("content-type", "application/json")
        .header("user-agent", "AHC/2.1 (OpenKassa simulator)")
        .body(Full::new(Bytes::from(outgoing.body.to_string())));
    let request = match request {
        Ok(request) => request,
        Err(error) => {
            tracing::warn!(url = %outgoing.url, %error, "the address for notices cannot be used");
            return None;
        }
    };
    match tokio::time::timeout(NOTICE_TIMEOUT, client.request(request)).await {
        Ok(Ok(response)) => Some(response.status().as_u16()),
        Ok(Err(error)) => {
            tracing::debug!(url = %outgoing.url, %error, "a notice was not answered");
            None
        }
        Err(_) => None,
    }
}
