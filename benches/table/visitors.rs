//! Visitors: each does the same again and again on a connection of its own, and notes how long it took.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use testkit::robokassa::{Digest, Link};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinSet;

use crate::books::PASSWORD;
use crate::outside::{Deed, Job};
use crate::sheet::Pace;
use crate::strangers::Waiting;
use crate::usage;
use crate::wire::Line;

/// A payment that takes longer is a mistake, and everything stops with its name.
const PATIENCE: Duration = Duration::from_secs(30);
/// A page that is still on its way is asked for again after so long.
const PAUSE: Duration = Duration::from_millis(20);
const FORM: &str = "application/x-www-form-urlencoded";

/// A crowd with a job.
pub struct Visitors {
    job: Job,
    /// The next order's number.
    next: AtomicU64,
    provider: String,
    waiting: Waiting,
}

/// When pieces of work were to begin, for a job that goes by the clock.
type Plan = Arc<Mutex<mpsc::UnboundedReceiver<Instant>>>;

/// An opened payment as its buyer sees it.
struct Opened {
    order: String,
    page: String,
    /// What the browser was given, by which it is known again.
    cookie: String,
}

impl Visitors {
    /// A crowd that has not begun.
    pub fn new(job: Job, provider: String, waiting: Waiting) -> Arc<Visitors> {
        let next = AtomicU64::new(job.first);
        Arc::new(Visitors { job, next, provider, waiting })
    }

    /// Does the job and tells how it went.
    pub async fn work(self: Arc<Self>) -> Pace {
        let begun = Instant::now();
        let plan = self.job.a_second.map(|a_second| plan(begun, self.job.each, a_second));
        let mut visitors = JoinSet::new();
        for _ in 0..self.job.at_once {
            visitors.spawn(self.clone().visit(begun, plan.clone()));
        }
        let each_us = visitors.join_all().await.concat();
        Pace::of(each_us, begun.elapsed())
    }

    async fn visit(self: Arc<Self>, begun: Instant, plan: Option<Plan>) -> Vec<u32> {
        let mut line = Line::to(&self.job.url).await;
        let mut provider = Line::to(&self.provider).await;
        let mut each_us = Vec::new();
        loop {
            let start = match &plan {
                None => (begun.elapsed() < self.job.each).then(Instant::now),
                // Who comes late because all were busy began when planned.
                Some(plan) => plan.lock().await.recv().await,
            };
            let Some(start) = start else { return each_us };
            match self.job.deed {
                Deed::Ask => assert_eq!(line.get("/anything", "").await.status, 200),
                Deed::Open => drop(self.open(&mut line).await),
                Deed::Start => drop(self.start(&mut line).await),
                Deed::Pay => {
                    let number = self.next.load(Ordering::Relaxed);
                    let paid = tokio::time::timeout(PATIENCE, self.pay(&mut line, &mut provider)).await;
                    paid.unwrap_or_else(|_| panic!("an order near {number} was not paid in time"));
                }
            }
            each_us.push(usage::us(start.elapsed()));
        }
    }

    /// Opens the next order.
    async fn open(&self, line: &mut Line) -> Opened {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let place = usize::try_from(number).expect("an order's number") % self.job.logins.len();
        let order = number.to_string();
        let link = Link::new(&self.job.logins[place], "1499.00", &order)
            .unsigned("Description", "Tea, black, 100 g, and a teapot")
            .unsigned("Email", "buyer@example.com")
            .custom("Shp_cart", "a17");
        let answer = line.get(&link.url("", PASSWORD, Digest::Sha256), "").await;
        assert_eq!(answer.status, 303, "{}\n{}", answer.head, answer.body);
        let page = answer.header("location").and_then(|page| page.split_once("/pay/"));
        let page = format!("/pay/{}", page.expect("the page of the payment").1);
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        Opened { order, page, cookie: cookie.unwrap_or_default().to_owned() }
    }

    /// Opens the next order and chooses how to pay it; the answer comes when the provider has taken it.
    async fn start(&self, line: &mut Line) -> Opened {
        let opened = self.open(line).await;
        self.choose(line, &opened).await;
        opened
    }

    async fn choose(&self, line: &mut Line, Opened { page, cookie, .. }: &Opened) {
        let shown = line.get(page, cookie).await.body;
        let csrf = between(&shown, "name=\"csrf\" value=\"", "\"");
        let form = format!("csrf={csrf}&method=bank_card");
        let started = line.post(&format!("{page}/start"), FORM, cookie, &form).await;
        assert_eq!(started.status, 303, "{}", started.body);
    }

    /// Pays the next order, up to the notice that its shop accepts.
    async fn pay(&self, line: &mut Line, provider: &mut Line) {
        let opened = self.open(line).await;
        let (told, notice) = oneshot::channel();
        self.waiting.lock().expect("nobody panicked").insert(opened.order.clone(), told);
        self.choose(line, &opened).await;
        let at_provider = loop {
            let shown = line.get(&opened.page, &opened.cookie).await.body;
            if let Some((_, after)) = shown.split_once(&format!("href=\"{}/", self.provider)) {
                break after.split('"').next().unwrap_or_default().to_owned();
            }
            tokio::time::sleep(PAUSE).await;
        };
        let id = at_provider.rsplit(['/', '=']).next().unwrap_or_default();
        let path = format!("/control/payments/{id}");
        let paid = provider.post(&path, "application/json", "", "{\"outcome\":\"pay\"}").await;
        assert_eq!(paid.status, 200, "{path}: {}", paid.body);
        notice.await.expect("the shop is told");
    }
}

/// Plans so many beginnings a second. A thread sleeps until each: the runtime's timers, which count whole
/// milliseconds, would make all of them late.
fn plan(begun: Instant, during: Duration, a_second: u32) -> Plan {
    let (sender, plan) = mpsc::unbounded_channel();
    let gap = Duration::from_secs(1) / a_second;
    std::thread::spawn(move || {
        let mut planned = begun;
        while planned < begun + during {
            std::thread::sleep(planned.saturating_duration_since(Instant::now()));
            if sender.send(planned).is_err() {
                return;
            }
            planned += gap;
        }
    });
    Arc::new(Mutex::new(plan))
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let inside = text.split_once(before).and_then(|(_, rest)| rest.split_once(after));
    inside.unwrap_or_else(|| panic!("no {before} on the page:\n{text}")).0
}
