//! The usual stage: a seller with a shop, a provider and a tariff, and the usual moves on it.

use crate::world::{World, rub};
use domain::attempts::{Operation, PaidWith, PayerFields, Prompt, Reason};
use domain::decide::Refused;
use domain::history::Actor;
use domain::ids::{
    AttemptId, Book, BookKind, Id, PaymentId, ProviderAccountId, RefundId, SellerId, ShopId, TariffId,
};
use domain::learning::LearnOutcome;
use domain::ledger::Account;
use domain::methods::Method;
use domain::opening::{OpenPayment, Opened};
use domain::outcomes::Outcome;
use domain::payments::Terms;
use domain::providers::ProviderAccount;
use domain::receipts::words::Tax;
use domain::receipts::{Line, Quantity, Receipt};
use domain::refunding::{LearnRefund, RefundPayment};
use domain::refunds::{Refund, Source};
use domain::secrets::Secret;
use domain::sellers::{Algorithm, Passwords, Seller, SettlementDelay, Shop, ShopAddress, Verb};
use domain::settings::{SaveProvider, SaveSeller, SaveShop, SaveTariff};
use domain::tariffs::{Fee, RefundFee, Step, Tariff};
use domain::trying::StartAttempt;
use jiff::{SignedDuration, Timestamp};
use money::Money;
use money::currency::Currency;

pub const PROVIDER: ProviderAccountId = ProviderAccountId { number: 900, book: Book::PLATFORM };
pub const TARIFF: TariffId = TariffId { number: 901, book: Book::PLATFORM };
pub const HOUR: i64 = 3_600;
pub const DAY: i64 = 24 * HOUR;

/// Somebody at the command line.
pub fn operator() -> Actor {
    Actor::Operator("anna".to_owned())
}

/// Fake passwords of a version.
pub fn passwords(version: u32) -> Passwords {
    let secret = |place: &str| Secret::new(format!("fake-password-{place}-{version}"));
    Passwords { version, first: secret("one"), second: secret("two"), third: None }
}

/// An address of the shop.
pub fn address(path: &str) -> ShopAddress {
    ShopAddress { url: format!("https://shop.example/{path}"), verb: Verb::Post }
}

/// The seller of a book.
pub fn seller(book: Book) -> Seller {
    Seller {
        id: SellerId::new(book, 1),
        name: "Romashka LLC".to_owned(),
        active: true,
        zone: "Europe/Moscow".to_owned(),
        turnover: Vec::new(),
        version: 1,
    }
}

/// The shop of a book: 3.5 % on its own account, money on the next day.
pub fn shop(book: Book) -> Shop {
    Shop {
        id: ShopId::new(book, 2),
        seller: SellerId::new(book, 1),
        login: "romashka".to_owned(),
        name: "Romashka".to_owned(),
        site: "https://shop.example".to_owned(),
        currency: Currency::Rub,
        active: true,
        algorithm: Algorithm::Sha256,
        passwords: vec![passwords(1)],
        result: Some(address("result")),
        success: None,
        fail: None,
        domains: Vec::new(),
        switches: Vec::new(),
        methods: Method::ALL.to_vec(),
        buyer_share: 0,
        two_step: false,
        lifetime_s: 7 * 24 * 3_600,
        grace_s: 3 * 24 * 3_600,
        delay: SettlementDelay::Days(1),
        zone: "Europe/Moscow".to_owned(),
        checkout: None,
        last_number: 0,
        version: 1,
    }
}

/// The account that serves every method in both kinds of book.
pub fn provider() -> ProviderAccount {
    ProviderAccount {
        id: PROVIDER,
        connector: "fake".to_owned(),
        name: "fake".to_owned(),
        base_url: String::new(),
        settings: Vec::new(),
        serves_live: true,
        serves_test: true,
        methods: Method::ALL.to_vec(),
        active: true,
        version: 1,
    }
}

/// 3.5 %, returned with refunds.
pub fn tariff() -> Tariff {
    Tariff {
        id: TARIFF,
        seller: None,
        shop: None,
        method: None,
        currency: Currency::Rub,
        steps: vec![Step { from: rub(0), fee: Fee::Share { parts: 35, of: 1_000 } }],
        refund_fee: RefundFee::Return,
        active: true,
        version: 1,
    }
}

/// A receipt of one line.
pub fn receipt(minor: i64) -> Receipt {
    let line = Line {
        name: "Daisies".to_owned(),
        quantity: Quantity::ONE,
        sum: rub(minor),
        tax: Tax::Untaxed,
        mode: None,
        subject: None,
        marking: None,
        catalogue: None,
        package: None,
    };
    Receipt::new(None, vec![line]).unwrap()
}

/// What the shop says of an order.
pub fn terms() -> Terms {
    Terms {
        number: 0,
        sum_text: "100.00".to_owned(),
        description: "Daisies".to_owned(),
        email: None,
        payer_ip: None,
        language: None,
        custom: Vec::new(),
        success: None,
        fail: None,
        statement_to: None,
        preferred: None,
        allowed: Vec::new(),
        hold: false,
        receipt: None,
        reuse: Default::default(),
        price: None,
        split: Vec::new(),
        checkout: None,
    }
}

impl World {
    /// The usual stage in a live book.
    pub fn new() -> World {
        World::of_kind(BookKind::Live)
    }

    /// The usual stage in a live or test book, set up by commands.
    pub fn of_kind(kind: BookKind) -> World {
        let mut world = World::empty();
        world.book = world.book.twin(kind);
        world.business = true;
        let (actor, fields) = (operator(), "all".to_owned());
        world.run(SaveSeller { seller: seller(world.book), actor: actor.clone() }).unwrap();
        world
            .run(SaveShop { shop: shop(world.book), names: Vec::new(), fields, actor: actor.clone() })
            .unwrap();
        world.run(SaveProvider { account: provider(), actor: actor.clone() }).unwrap();
        world.run(SaveTariff { tariff: tariff(), actor }).unwrap();
        world
    }

    /// Changes the shop as it stands, without a new version.
    pub fn shop_with(&mut self, change: impl FnOnce(&mut Shop)) {
        let mut shop = self.get(ShopId::new(self.book, 2));
        change(&mut shop);
        self.put(shop);
    }

    /// Changes the tariff as it stands, without a new version.
    pub fn tariff_with(&mut self, change: impl FnOnce(&mut Tariff)) {
        let mut tariff = self.get(TARIFF);
        change(&mut tariff);
        self.put(tariff);
    }

    /// An order of the shop: its number, its sum in kopecks, and one byte of content.
    pub fn order(&mut self, number: Option<i64>, minor: i64, content: u8) -> OpenPayment {
        OpenPayment {
            id: self.id(),
            shop: ShopId::new(self.book, 2),
            shop_version: 1,
            number,
            claim: None,
            terms: terms(),
            amount: rub(minor),
            fingerprint: [content; 32],
            ends_at: None,
        }
    }

    /// Opens an order with the content 1.
    pub fn open(&mut self, number: i64, minor: i64) -> PaymentId {
        let order = self.order(Some(number), minor, 1);
        self.run(order).unwrap().payment
    }

    /// Opens an order whose money is to be held.
    pub fn open_hold(&mut self, number: i64, minor: i64) -> PaymentId {
        let order = self.order(Some(number), minor, 1);
        self.run(OpenPayment { terms: Terms { hold: true, ..terms() }, ..order }).unwrap().payment
    }

    /// Asks for an order again.
    pub fn again(&mut self, number: i64, minor: i64, content: u8) -> Result<Opened, Refused> {
        let order = self.order(Some(number), minor, content);
        self.run(order)
    }

    /// The wish to try a method, under the first versions.
    pub fn trial(&mut self, payment: PaymentId, method: Method) -> StartAttempt {
        let payer = PayerFields::default();
        let (provider, tariff) = ((PROVIDER, 1), (TARIFF, 1));
        StartAttempt { id: self.id(), payment, method, provider, tariff, payer }
    }

    /// Starts an attempt by card; the provider then waits for the buyer.
    pub fn start(&mut self, payment: PaymentId) -> AttemptId {
        let trial = self.trial(payment, Method::BankCard);
        let attempt = self.run(trial).unwrap();
        self.wait(attempt);
        attempt
    }

    /// The provider took the attempt up and waits; the advance job is done, a check is planned.
    pub fn wait(&mut self, attempt: AttemptId) {
        let lease = Some(self.take(domain::jobs::Task::AdvanceAttempt(attempt)));
        let prompt = Prompt::Redirect { url: "https://provider.example/1".to_owned() };
        self.run(domain::waiting::LearnWaiting {
            attempt,
            prompt: Some((prompt, self.now + SignedDuration::from_hours(1))),
            remember: Some(format!("fake-{}", attempt.number)),
            next_check: self.soon(),
            lease,
        })
        .unwrap();
    }

    /// When a check is planned next.
    pub fn soon(&self) -> Timestamp {
        self.now + SignedDuration::from_secs(10)
    }

    /// News about an attempt that the provider told by itself.
    pub fn news(&mut self, attempt: AttemptId, outcome: Outcome) -> LearnOutcome {
        LearnOutcome {
            attempt,
            operation: Operation::Check,
            outcome,
            remember: None,
            kept: None,
            paid_with: PaidWith::default(),
            actor: Actor::Provider(PROVIDER),
            lease: None,
            notice: self.id(),
            statement: self.id(),
            refund: self.id(),
            next_check: self.soon(),
        }
    }

    /// Learns an outcome that the provider told by itself.
    pub fn learn(&mut self, attempt: AttemptId, outcome: Outcome) {
        let news = self.news(attempt, outcome);
        self.run(news).unwrap();
    }

    /// The provider has the money.
    pub fn receive(&mut self, attempt: AttemptId, minor: i64) {
        self.learn(attempt, Outcome::Received { amount: rub(minor), cost: None });
    }

    /// The provider holds the money for six days.
    pub fn hold(&mut self, attempt: AttemptId, minor: i64) {
        let until = self.now + SignedDuration::from_hours(6 * 24);
        self.learn(attempt, Outcome::Held { amount: rub(minor), until });
    }

    /// The provider refused.
    pub fn decline(&mut self, attempt: AttemptId) {
        self.learn(attempt, Outcome::Declined { reason: Reason::InsufficientFunds });
    }

    /// A paid order.
    pub fn sale(&mut self, number: i64, minor: i64) -> PaymentId {
        let payment = self.open(number, minor);
        let attempt = self.start(payment);
        self.receive(attempt, minor);
        payment
    }

    /// Settles a payment as its job does.
    pub fn settle(&mut self, payment: PaymentId) {
        let lease = Some(self.take(domain::jobs::Task::SettlePayment(payment)));
        self.run(domain::settling::SettlePayment { payment, lease }).unwrap();
    }

    /// Ends the time of a payment as its job does.
    pub fn expire(&mut self, payment: PaymentId) {
        let ends_at = self.get(payment).ends_at;
        self.now = self.now.max(ends_at);
        let lease = Some(self.take(domain::jobs::Task::ExpirePayment(payment)));
        self.run(domain::closing::ExpirePayment { payment, lease }).unwrap();
    }

    /// Asks for a part of a payment back.
    pub fn refund(
        &mut self,
        payment: PaymentId,
        amount: Option<Money>,
        source: Source,
    ) -> Result<RefundId, Refused> {
        let id = self.id();
        self.run(RefundPayment { id, payment, amount, source, receipt: None, actor: operator() })?;
        Ok(id)
    }

    /// Learns how a refund stands, as its job does.
    pub fn learn_refund(&mut self, refund: RefundId, outcome: Option<Outcome>) {
        let lease = self.job(domain::jobs::Task::CarryRefund(refund)).map(|job| self.take(job.task));
        let next_check = self.soon();
        self.run(LearnRefund { refund, outcome, remember: None, next_check, lease }).unwrap();
    }

    /// The payer has the refund.
    pub fn returned(&mut self, refund: RefundId) {
        let amount = self.get(refund).amount;
        self.learn_refund(refund, Some(Outcome::Returned { amount }));
    }

    /// The provider refused the refund.
    pub fn refund_fails(&mut self, refund: RefundId) {
        self.learn_refund(refund, Some(Outcome::Declined { reason: Reason::InvalidState }));
    }

    /// The refunds of a payment, oldest first.
    pub fn refunds_of(&self, payment: PaymentId) -> Vec<Refund> {
        self.all::<Refund>().into_iter().filter(|refund| refund.payment == payment).collect()
    }

    /// The seller's own accounts: pending, available, owed, refunds on their way, fees, provider.
    pub fn accounts(&self) -> [i64; 6] {
        [
            Account::Pending,
            Account::Available,
            Account::SellerOwes,
            Account::RefundsInTransit,
            Account::FeesEarned,
            Account::Provider(PROVIDER),
        ]
        .map(|account| self.holds(account))
    }
}
