//! Records, commands and stores that tests work with.

use crate::backend::Plain;
use crate::error::StoreError;
use crate::places::Place;
use crate::seal::{MasterKey, Sealer};
use crate::store::{Opening, Store};
use domain::checkouts::{Checkout, CheckoutTerms, Generation, Replaceable, SavedForm, Telling};
use domain::decide::{Command, Decision, DirectoryLine, Kind, Refused, Stop};
use domain::facts::{Asks, Facts};
use domain::history::{Actor, Happened, Subject};
use domain::ids::{
    AttemptId, Book, BookKind, Id, InvoiceId, MoveId, PaymentId, PayoutId, ProviderAccountId, SellerId,
    ShopId, StoredMethodId,
};
use domain::invoices::{Invoice, InvoiceKind};
use domain::jobs::{Lease, Task};
use domain::ledger::{Account, Cause, Entry};
use domain::methods::Method;
use domain::payments::{CustomField, Language, Payment, PaymentState, Terms};
use domain::payouts::{Destination, DestinationKind, Payout, PayoutCall, PayoutState};
use domain::rates::{Price, Rate, Worth};
use domain::receipts::words::{PaymentMode, SaleSubject, Tax, TaxSystem};
use domain::receipts::{Line, Quantity, Receipt};
use domain::sellers::{Algorithm, Passwords, SettlementDelay, Shop, ShopAddress, Verb};
use domain::splitting::Part;
use domain::stored::{Kept, Reuse, StoredMethod, StoredState};
use jiff::Timestamp;
use jiff::civil::date;
use money::Money;
use money::currency::Currency;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

pub fn rub(minor: i64) -> Money {
    Money::from_minor(minor, Currency::Rub)
}

pub fn book(seller: u64) -> Book {
    Book::of_seller(seller, BookKind::Live).unwrap()
}

pub fn provider() -> Account {
    Account::Provider(ProviderAccountId::new(Book::PLATFORM, 5))
}

pub fn sealer() -> Arc<Sealer> {
    Arc::new(Sealer::new(&MasterKey::new([9; 32])))
}

/// A clock that tests set.
#[derive(Clone)]
pub struct Hands(Arc<AtomicI64>);

impl Hands {
    pub fn at(second: i64) -> Hands {
        Hands(Arc::new(AtomicI64::new(second)))
    }

    pub fn set(&self, second: i64) {
        self.0.store(second, Ordering::SeqCst);
    }

    pub fn now(&self) -> Timestamp {
        at(self.0.load(Ordering::SeqCst))
    }
}

pub async fn store_at(place: &Place, hands: &Hands) -> Store {
    open_at(&place.address(), hands).await.unwrap()
}

pub async fn open_at(address: &str, hands: &Hands) -> Result<Store, StoreError> {
    let hands = hands.clone();
    let opening = Opening {
        address: address.to_owned(),
        master_key: MasterKey::new([9; 32]),
        node: 3,
        readers: 2,
        clock: Arc::new(move || hands.now()),
    };
    Store::open(opening).await
}

/// The number that a statement counts.
pub async fn count(backend: &mut impl crate::backend::Backend, sql: &str) -> i64 {
    let done = backend.plain(&Plain::any(format!("SELECT ({sql}) AS found"), Vec::new())).await.unwrap();
    done.rows[0].int("found").unwrap()
}

fn receipt() -> Receipt {
    let line = |name: &str, thousandths, minor, tax| Line {
        name: name.to_owned(),
        quantity: Quantity::from_thousandths(thousandths).unwrap(),
        sum: rub(minor),
        tax,
        mode: None,
        subject: None,
        marking: None,
        catalogue: None,
        package: None,
    };
    let plain = line("tea \"black\", 100 g", 1_500, 9_999, Tax::Vat10);
    let whole = Line {
        mode: Some(PaymentMode::FullPrepayment),
        subject: Some(SaleSubject::MarkedGoods),
        marking: Some("0104600439931256\u{1d}93".to_owned()),
        catalogue: Some("06401001001000000".to_owned()),
        package: Some("1505756".to_owned()),
        ..line("чай", 1, 1, Tax::Untaxed)
    };
    Receipt::new(Some(TaxSystem::SimplifiedIncome), vec![plain, whole]).unwrap()
}

/// A price in dollars that came to a hundred roubles.
fn price() -> Price {
    let worth = Worth::parse("80.00").unwrap();
    let rate = Rate { number: 7, of: Currency::Usd, to: Currency::Rub, worth, shop: None, from: at(-5) };
    Price { sum: Money::from_minor(125, Currency::Usd), rate }
}

/// What another seller's shop gets of a payment.
fn part(number: u64, from: Book) -> Part {
    let shop = ShopId::new(book(99), 1_099);
    let amount = receipt().total();
    Part { id: MoveId::new(from, number + 500), shop, number: Some(7), amount, receipt: Some(receipt()) }
}

/// A checkout with everything said.
fn checkout() -> Checkout {
    let (first, account) = ("392894CA-62C4-E3B3-14DC-1CD6058AC6A7", "5534b1683b1eaf00758b4567");
    Checkout {
        currencies: vec![Currency::Uah],
        replaceable: vec![Replaceable::Success],
        pending: Some(ShopAddress { url: "https://shop.example/pending".to_owned(), verb: Verb::Get }),
        expected_text: "OK".to_owned(),
        forms: vec![SavedForm {
            code: "AbCd012345".to_owned(),
            amount: rub(10_000),
            description: "tea".to_owned(),
        }],
        ..Checkout::usual(first.to_owned(), account.to_owned(), account.to_owned())
    }
}

/// What an order of a checkout says besides.
fn checkout_terms() -> CheckoutTerms {
    let address = |path: &str| ShopAddress { url: format!("https://shop.example/{path}"), verb: Verb::Post };
    CheckoutTerms {
        generation: Generation::Second,
        payment_no: "ID_4233".to_owned(),
        telling: Telling::At(address("interaction")),
        pending: Some(address("pending")),
        plain: (true, false),
        via: "visa_liqpay_merchant_usd".to_owned(),
        newer: ("card".to_owned(), "UAH".to_owned()),
        process: true,
        contact: Some("buyer@example.com".to_owned()),
    }
}

pub fn payment(number: u64, seller: u64) -> Payment {
    let book = book(seller);
    Payment {
        id: PaymentId::new(book, number),
        shop: ShopId::new(book, 1_000 + seller),
        state: PaymentState::Open,
        terms: Terms {
            number: 42,
            sum_text: "100.00".to_owned(),
            description: "tea".to_owned(),
            email: Some("buyer@example.com".to_owned()),
            payer_ip: None,
            language: Some(Language::En),
            custom: vec![CustomField { name: "Shp_a".to_owned(), value: "1".to_owned() }],
            success: None,
            fail: Some(ShopAddress { url: "https://shop.example/fail".to_owned(), verb: Verb::Post }),
            statement_to: Some("https://shop.example/statement".to_owned()),
            preferred: None,
            allowed: Vec::new(),
            hold: false,
            receipt: Some(receipt()),
            reuse: Reuse::Keep,
            price: Some(price()),
            split: vec![part(number, book)],
            checkout: Some(checkout_terms()),
        },
        amount: rub(10_000),
        captured: rub(0),
        refunded: rub(0),
        unsettled: rub(0),
        passed: rub(0),
        settled: false,
        fee: rub(0),
        fee_returned: rub(0),
        credit: rub(0),
        receipts_attached: 1,
        unclaimed: rub(0),
        paid_by: None,
        brought: Vec::new(),
        unfinished: Vec::new(),
        attempts: 0,
        last_attempt: None,
        opened_at: at(0),
        ends_at: at(1_000),
        grace_ends_at: at(2_000),
        paid_at: None,
        changed_at: at(0),
    }
}

/// A kept card of the first seller's shop.
pub fn stored_method(number: u64) -> StoredMethod {
    let token = domain::secrets::Secret::new("fake-token".to_owned());
    StoredMethod {
        id: StoredMethodId::new(book(1), number),
        shop: ShopId::new(book(1), 2),
        provider: ProviderAccountId::new(Book::PLATFORM, 5),
        payment: PaymentId::new(book(1), 3),
        method: Method::BankCard,
        kept: Kept { token, mask: "555555******4477".to_owned() },
        state: StoredState::Active,
        stored_at: at(7),
    }
}

/// A payout of the first seller that was sent to a card.
pub fn payout(number: u64) -> Payout {
    Payout {
        id: PayoutId::new(book(1), number),
        shop: ShopId::new(book(1), 1_001),
        number: "w-1".to_owned(),
        description: "wages".to_owned(),
        amount: rub(5_000),
        fee: rub(150),
        to: Destination::parse(DestinationKind::Card, "5555555555554477", None).unwrap(),
        provider: ProviderAccountId::new(Book::PLATFORM, 5),
        state: PayoutState::Sent,
        call: Some(PayoutCall { request: "POST /payouts".to_owned(), saved_at: at(4) }),
        memo: Some("po-1".to_owned()),
        checks: 2,
        asked_by: Actor::Operator("ann".to_owned()),
        asked_at: at(3),
        changed_at: at(4),
    }
}

pub fn invoice(number: u64) -> Invoice {
    let Payment { shop, terms, amount, .. } = payment(1, 1);
    Invoice {
        id: InvoiceId::new(book(1), number),
        shop,
        kind: InvoiceKind::OneTime,
        active: true,
        amount,
        terms: Terms { price: None, split: Vec::new(), checkout: None, ..terms },
        comment: "Для СЕБЯ".to_owned(),
        no_free_sale: true,
        content: [5; 32],
        until: Some(at(9)),
        payment: Some(PaymentId::new(book(1), 10)),
        created_at: at(1),
        changed_at: at(2),
    }
}

pub fn shop(seller: u64, login: &str) -> Shop {
    let book = book(seller);
    let secret = |text: &str| domain::secrets::Secret::new(text.to_owned());
    Shop {
        id: ShopId::new(book, 1_000 + seller),
        seller: SellerId::new(book, seller),
        login: login.to_owned(),
        name: "Tea".to_owned(),
        site: "https://shop.example".to_owned(),
        currency: Currency::Rub,
        active: true,
        algorithm: Algorithm::Sha256,
        passwords: vec![Passwords {
            version: 1,
            first: secret("fake-first-password"),
            second: secret("fake-second-password"),
            third: Some(secret("fake-third-password")),
        }],
        result: Some(ShopAddress { url: "https://shop.example/result".to_owned(), verb: Verb::Post }),
        success: None,
        fail: None,
        domains: vec!["shop.example".to_owned()],
        switches: vec![domain::sellers::Switch::Md5ForHolds],
        methods: vec![Method::BankCard],
        buyer_share: 0,
        two_step: true,
        lifetime_s: 600,
        grace_s: 60,
        delay: SettlementDelay::Days(1),
        zone: "Europe/Moscow".to_owned(),
        checkout: Some(checkout()),
        last_number: 0,
        version: 1,
    }
}

/// What a test asks of the writer.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Open a payment, with a job for later and one for now.
    Open(u64),
    /// Sell an open payment: so much to Pending, a tenth of it as fee.
    Sell(u64, i64),
    /// A wish to take money from Available.
    Take(u64, i64),
    /// Save a shop under a login.
    Shop(String),
    /// Panic while deciding.
    Panic,
    /// Panic while asking.
    PanicAsking,
    /// Say no.
    Refuse,
    /// Save a record that refers into another book.
    Reach(u64),
    /// Do a job and close it.
    Finish(Lease),
    /// Save exactly this.
    Put(Box<Decision>),
}

/// A command for the book of a seller.
#[derive(Clone, Debug)]
pub struct Do(pub u64, pub Deed);

impl Do {
    fn sell(&self, facts: &Facts, number: u64, minor: i64) -> Result<Decision, Stop> {
        let id = PaymentId::new(self.book(), number);
        let mut payment = facts.need(&id)?.clone();
        if payment.state == PaymentState::Paid {
            return Err(Refused::AlreadyPaid.into());
        }
        let attempt = AttemptId::new(self.book(), number + 1);
        let fee = rub(minor / 10);
        let entry = Entry::new(Cause::Sale(attempt), id, date(2026, 9, 1))
            .moving(provider(), Account::Pending, rub(minor))?
            .moving(Account::Pending, Account::FeesEarned, fee)?;
        payment.state = PaymentState::Paid;
        payment.captured = rub(minor);
        payment.fee = fee;
        payment.unsettled = rub(minor).minus(fee)?;
        payment.paid_by = Some(attempt);
        Ok(Decision::nothing().enter(entry).save(payment))
    }
}

impl Command for Do {
    type Answer = u64;
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        book(self.0)
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        match &self.1 {
            Deed::PanicAsking => panic!("a planned panic while asking"),
            Deed::Sell(number, _) => asks.know(PaymentId::new(self.book(), *number)),
            _ => {}
        }
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, u64), Stop> {
        let own = self.book();
        let decision = match &self.1 {
            Deed::Open(number) => {
                let opened = payment(*number, self.0);
                let amount = opened.amount;
                Decision::nothing()
                    .tell(
                        Subject::Payment(opened.id),
                        &Actor::Shop,
                        Happened::PaymentOpened { amount, number: 42 },
                    )
                    .then(Task::ExpirePayment(opened.id), opened.ends_at)
                    .then(Task::SettlePayment(opened.id), now)
                    .save(opened)
            }
            Deed::Sell(number, minor) => self.sell(facts, *number, *minor)?,
            Deed::Take(number, minor) => {
                let id = PaymentId::new(own, *number);
                let entry = Entry::new(Cause::Settled(id), id, date(2026, 9, 1));
                Decision::nothing().enter(entry.moving(
                    Account::Available,
                    Account::RefundsInTransit,
                    rub(*minor),
                )?)
            }
            Deed::Shop(login) => {
                let shop = shop(self.0, login);
                Decision::nothing()
                    .list(DirectoryLine::ShopLogin { login: login.clone(), shop: shop.id })
                    .save(shop)
            }
            Deed::Panic => panic!("a planned panic while deciding"),
            Deed::PanicAsking => Decision::nothing(),
            Deed::Refuse => return Err(Refused::Off { what: "shop" }.into()),
            Deed::Reach(number) => {
                let mut reaching = payment(*number, self.0);
                reaching.shop = ShopId::new(book(self.0 + 1), 1);
                Decision::nothing().save(reaching)
            }
            Deed::Finish(lease) => Decision::nothing().finish(Some(*lease)),
            Deed::Put(decision) => (**decision).clone(),
        };
        Ok((decision, self.0))
    }
}
