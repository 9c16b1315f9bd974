//! The writer alone: commands straight into the store, by so many callers at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domain::attempts::{Operation, PayerFields};
use domain::history::Actor;
use domain::ids::{AttemptId, Id, NoticeId, PaymentId, RefundId};
use domain::learning::LearnOutcome;
use domain::methods::Method;
use domain::opening::OpenPayment;
use domain::outcomes::Outcome;
use domain::payments::{CustomField, Terms};
use domain::trying::StartAttempt;
use jiff::Timestamp;
use money::Money;
use money::currency::Currency;
use store::store::Store;
use tokio::task::JoinSet;

use crate::books::{self, Books, Strangers};
use crate::ground::Site;
use crate::sheet::{Disk, Line, Over, Pace, Sheet, Work};
use crate::usage::{self, Clocks, Held};

/// As the writer's threads are named.
const THREAD: &str = "writer";

/// How far a payment is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It is opened.
    Open,
    /// It is opened, an attempt is started, and the provider's money is learned.
    ToPaid,
}

impl Way {
    const fn work(self) -> Work {
        match self {
            Way::Open => Work::Open,
            Way::ToPaid => Work::ToPaid,
        }
    }
}

/// When callers have enough.
#[derive(Debug, Clone, Copy)]
pub enum Enough {
    /// After so long.
    Time(Duration),
    /// Before the order of this number.
    Order(u64),
}

/// The desk at which callers stand.
pub struct Desk {
    store: Store,
    books: Books,
    /// The next order's number; orders go to the shops in turn.
    next: AtomicU64,
    /// Nobody works here, but leases are taken as they would be.
    _draining: JoinSet<()>,
}

/// Measures one engine with so many shops: each way on new books, each crowd for so long.
pub async fn measure(
    sheet: &mut Sheet,
    site: impl Fn() -> Site,
    shops: usize,
    crowds: &[usize],
    each: Duration,
) {
    for way in [Way::Open, Way::ToPaid] {
        let site = site();
        let store = books::open(&site.address()).await;
        let books = books::prepare(&store, shops, &Strangers::nowhere()).await;
        // Closed and opened again, so that the log of changes is empty and the books can be weighed.
        store.close().await;
        drop(store);
        let before = site.bytes();
        let desk = Desk::open(&site, books, 1).await;
        desk.crowd(way, 16, Enough::Time(each / 4)).await;
        let over = Over { engine: site.engine, shops, held: None };
        for &at_once in crowds {
            sheet.add(desk.measure(&site, over, way, at_once, each).await);
        }
        let payments = desk.close().await - 1;
        let bytes = site.bytes().saturating_sub(before) / payments.max(1);
        sheet.disks.push(Disk { work: way.work(), over, bytes });
    }
}

impl Desk {
    /// Opens the books; the first order has this number.
    pub async fn open(site: &Site, books: Books, first: u64) -> Arc<Desk> {
        let store = books::open(&site.address()).await;
        let mut leased = store.take_leased().expect("the leases of this node");
        let mut draining = JoinSet::new();
        draining.spawn(async move { while leased.recv().await.is_some() {} });
        Arc::new(Desk { store, books, next: AtomicU64::new(first), _draining: draining })
    }

    /// Closes the books and tells the number of the next order.
    pub async fn close(&self) -> u64 {
        self.store.close().await;
        self.next.load(Ordering::Relaxed)
    }

    /// Lets a crowd work for so long, and notes what it cost.
    pub async fn measure(
        self: &Arc<Self>,
        site: &Site,
        over: Over,
        way: Way,
        at_once: usize,
        each: Duration,
    ) -> Line {
        let clocks = || Clocks {
            own: usage::cpu_us(std::process::id()),
            writer: Some(usage::thread_us(THREAD)),
            server: site.server_us(),
            outside: None,
        };
        let before = clocks();
        let pace = self.crowd(way, at_once, Enough::Time(each)).await;
        let cost = clocks().since(&before, pace.done);
        let held = Held::by(std::process::id());
        Line { work: way.work(), over: Some(over), at_once, pace, cost, held }
    }

    /// Lets a crowd work until it has enough.
    pub async fn crowd(self: &Arc<Self>, way: Way, at_once: usize, enough: Enough) -> Pace {
        let begun = Instant::now();
        let mut callers = JoinSet::new();
        for _ in 0..at_once {
            callers.spawn(self.clone().call(way, begun, enough));
        }
        let each_us = callers.join_all().await.concat();
        Pace::of(each_us, begun.elapsed())
    }

    async fn call(self: Arc<Self>, way: Way, begun: Instant, enough: Enough) -> Vec<u32> {
        let mut each_us = Vec::new();
        loop {
            let number = match enough {
                Enough::Time(during) if begun.elapsed() >= during => return each_us,
                Enough::Time(_) => self.next.fetch_add(1, Ordering::Relaxed),
                Enough::Order(end) => {
                    let next = |next| (next < end).then_some(next + 1);
                    match self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next) {
                        Ok(number) => number,
                        Err(_) => return each_us,
                    }
                }
            };
            let sent = Instant::now();
            let payment = self.open_payment(number).await;
            match way {
                Way::Open => {}
                Way::ToPaid => self.pay(payment).await,
            }
            each_us.push(usage::us(sent.elapsed()));
        }
    }

    fn fresh(&self) -> u64 {
        self.store.fresh(Timestamp::now()).expect("a number")
    }

    async fn open_payment(&self, number: u64) -> PaymentId {
        let shop = self.books.shops[usize::try_from(number).unwrap() % self.books.shops.len()];
        let number = i64::try_from(number).expect("an order's number");
        let command = OpenPayment {
            id: PaymentId::new(shop.book, self.fresh()),
            shop,
            shop_version: 1,
            number: Some(number),
            claim: None,
            amount: Money::from_minor(149_900, Currency::Rub),
            fingerprint: [5; 32],
            ends_at: None,
            terms: Terms {
                number,
                sum_text: "1499.00".to_owned(),
                description: "Tea, black, 100 g, and a teapot".to_owned(),
                email: Some("buyer@example.com".to_owned()),
                payer_ip: None,
                language: None,
                custom: vec![CustomField { name: "Shp_cart".to_owned(), value: "a17".to_owned() }],
                success: None,
                fail: None,
                statement_to: None,
                preferred: None,
                allowed: Vec::new(),
                hold: false,
                receipt: None,
                reuse: domain::stored::Reuse::Once,
                price: None,
                split: Vec::new(),
                checkout: None,
            },
        };
        self.store.submit(command).await.expect("the payment is opened").payment
    }

    async fn pay(&self, payment: PaymentId) {
        let book = payment.book;
        let start = StartAttempt {
            id: AttemptId::new(book, self.fresh()),
            payment,
            method: Method::BankCard,
            provider: (self.books.provider, 1),
            tariff: (self.books.tariff, 1),
            payer: PayerFields::default(),
        };
        let attempt = self.store.submit(start).await.expect("the attempt is started");
        let learn = LearnOutcome {
            attempt,
            operation: Operation::Check,
            outcome: Outcome::Received { amount: Money::from_minor(149_900, Currency::Rub), cost: None },
            remember: Some(format!("22e12f66-{:020}", attempt.number)),
            kept: None,
            paid_with: domain::attempts::PaidWith::default(),
            actor: Actor::Provider(self.books.provider),
            lease: None,
            notice: NoticeId::new(book, self.fresh()),
            statement: NoticeId::new(book, self.fresh()),
            refund: RefundId::new(book, self.fresh()),
            next_check: Timestamp::now(),
        };
        self.store.submit(learn).await.expect("the money is learned");
    }
}
