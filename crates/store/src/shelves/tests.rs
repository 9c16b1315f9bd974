//! Every record comes back from its table as it was.

use super::*;
use crate::backend::Backend;
use crate::places::{Place, on_both_engines};
use crate::samples::{at, book, count, invoice, payment, payout, provider, rub, sealer, shop, stored_method};
use domain::attaching::{AttachedKey, AttachedReceipt};
use domain::attempts::{AttemptState, Operation, PayerFields, Prompt, Reason};
use domain::facts::{Change, Key, Record};
use domain::history::Actor;
use domain::ids::{
    AttemptId, Book, BookKind, CallId, Id, NoticeId, PaymentId, ProviderAccountId, RefundId, SellerId,
    ShopId, TariffId,
};
use domain::invoices::InvoiceKind;
use domain::jobs::Task;
use domain::ledger::BalanceKey;
use domain::methods::Method;
use domain::notices::{NoticeKind, NoticeState};
use domain::payments::{ClaimKey, ClosingWhy, PaymentState};
use domain::payouts::{Destination, DestinationKind, PayoutNumberKey, PayoutState};
use domain::providers::Setting;
use domain::refunds::{RefundState, RefundTokenKey, Source};
use domain::secrets::Secret;
use domain::sellers::{Algorithm, SettlementDelay, ShopAddress, Turnover, Verb};
use domain::stored::{Reuse, StoredState};
use domain::tariffs::{Fee, RefundFee, Step};
use jiff::civil::date;
use money::Money;
use money::currency::Currency;
use std::collections::BTreeSet;

on_both_engines! {
    payments_in_every_state
    attempts_in_every_state_with_every_prompt
    calls_refunds_notices_and_claims
    kept_methods
    payouts_in_every_state_and_their_numbers
    settings
    jobs_balances_and_heads
    what_is_removed_is_gone_and_what_was_never_there_is_known_to_be_missing
    a_damaged_row_names_its_table_and_column
}

const TURN: Turn = Turn { writer: 1, number: 1 };

/// Saves records, looks their keys up again and compares.
async fn there_and_back<R: Table>(place: &Place, records: Vec<R>) {
    let mut backend = place.backend().await;
    let mut facts = Facts::default();
    for record in &records {
        facts.put(record.clone().into_change());
    }
    backend.write(&facts, TURN).await.unwrap();
    // Once more: now every row is there and overwritten.
    backend.write(&facts, TURN).await.unwrap();
    drop(backend);
    // Another connection, which has kept nothing of what was saved.
    let mut backend = place.backend().await;
    let mut found = Facts::default();
    for record in &records {
        found.ask(record.key().wanted());
    }
    backend.look(&BTreeSet::new(), &mut found).await.unwrap();
    backend.leave().await;
    for record in &records {
        let back = found.need(&record.key()).unwrap();
        assert_eq!(format!("{back:#?}"), format!("{record:#?}"));
    }
}

fn fee() -> Fee {
    let share = Fee::Share { parts: 35, of: 1_000 };
    let least = Fee::Largest(vec![share.clone(), Fee::Fixed(rub(300))]);
    Fee::Sum(vec![Fee::Smallest(vec![least, Fee::Fixed(rub(9_000))]), share])
}

fn attempt(number: u64, state: AttemptState) -> Attempt {
    Attempt {
        id: AttemptId::new(book(1), number),
        payment: PaymentId::new(book(1), 10),
        method: Method::Sbp,
        provider: ProviderAccountId::new(Book::PLATFORM, 5),
        price: rub(10_001),
        amount: rub(10_001),
        tariff: (TariffId::new(Book::PLATFORM, 6), 2),
        fee: fee(),
        refund_fee: RefundFee::Fixed(rub(7)),
        hold: true,
        reuse: Reuse::Confirm(Id::new(book(1), 77)),
        state,
        memo: Some("provider-1".to_owned()),
        waits_until: Some(at(70)),
        prompt: None,
        payer: PayerFields {
            phone: Some("79000000000".to_owned()),
            email: Some("buyer@example.com".to_owned()),
            saved: true,
        },
        call: Some(CallId::new(book(1), 11)),
        checks: 4,
        paid_with: domain::attempts::PaidWith {
            account: Some("555555******4477".to_owned()),
            bank_reference: Some("603668680243".to_owned()),
        },
        received: None,
        returned: rub(12),
        cost: None,
        started_at: at(3),
    }
}

async fn payments_in_every_state(place: Place) {
    let states = [
        PaymentState::Open,
        PaymentState::Held { until: at(5) },
        PaymentState::Capturing { amount: rub(60), until: at(6) },
        PaymentState::Releasing { until: at(7) },
        PaymentState::Closing { why: ClosingWhy::Replaced },
        PaymentState::Paid,
        PaymentState::Cancelled,
        PaymentState::Expired,
    ];
    let payments = states.into_iter().enumerate().map(|(place, state)| {
        let mut payment = payment(place as u64, 1);
        payment.state = state;
        payment
    });
    let mut all: Vec<Payment> = payments.collect();
    let mut full = payment(99, 1);
    full.terms.email = None;
    full.terms.payer_ip = Some("192.0.2.1".to_owned());
    full.terms.language = None;
    full.terms.success = Some(ShopAddress { url: "https://shop.example/ok".to_owned(), verb: Verb::Get });
    full.terms.fail = None;
    full.terms.preferred = Some(Method::Cash);
    full.terms.allowed = vec![Method::Cash, Method::TPay];
    full.terms.hold = true;
    (full.captured, full.refunded, full.unsettled) = (rub(1), rub(2), rub(3));
    (full.fee, full.fee_returned, full.credit, full.unclaimed) = (rub(4), rub(5), rub(6), rub(7));
    full.settled = true;
    full.paid_by = Some(AttemptId::new(full.id.book, 8));
    full.last_attempt = Some(AttemptId::new(full.id.book, 9));
    full.unfinished = vec![AttemptId::new(full.id.book, 1), AttemptId::new(full.id.book, i64::MAX as u64)];
    full.attempts = 3;
    full.paid_at = Some(at(44));
    all.push(full);
    there_and_back(&place, all).await;
}

async fn attempts_in_every_state_with_every_prompt(place: Place) {
    let states = [
        AttemptState::Planned,
        AttemptState::Sending { step: 2 },
        AttemptState::Waiting,
        AttemptState::Unknown,
        AttemptState::Held,
        AttemptState::Received,
        AttemptState::Declined { reason: Reason::LostOrStolen },
        AttemptState::Released,
        AttemptState::Abandoned,
    ];
    let mut all: Vec<Attempt> =
        states.into_iter().enumerate().map(|(place, state)| attempt(place as u64, state)).collect();
    let prompts = [
        Prompt::Redirect { url: "https://provider.example/3ds".to_owned() },
        Prompt::Qr { data: "https://qr.example/1".to_owned() },
        Prompt::External { phone: Some("79000000000".to_owned()) },
        Prompt::External { phone: None },
        Prompt::Outcome,
    ];
    for (place, prompt) in prompts.into_iter().enumerate() {
        let mut prompted = attempt(100 + place as u64, AttemptState::Waiting);
        prompted.prompt = Some(prompt);
        // News may tell of other currencies than were asked for.
        prompted.received = Some(Money::from_minor(5, Currency::Usd));
        prompted.cost = Some(Money::from_minor(-1, Currency::Eur));
        prompted.payer.phone = None;
        prompted.call = None;
        prompted.waits_until = None;
        prompted.refund_fee = if place == 0 { RefundFee::Keep } else { RefundFee::Return };
        all.push(prompted);
    }
    there_and_back(&place, all).await;
}

async fn calls_refunds_notices_and_claims(place: Place) {
    let operations = Operation::ALL.iter().enumerate().map(|(place, operation)| Call {
        id: CallId::new(book(1), place as u64),
        attempt: AttemptId::new(book(1), 8),
        operation: *operation,
        step: 1,
        request: "POST /payments".to_owned(),
        saved_at: at(9),
    });
    there_and_back::<Call>(&place, operations.collect()).await;
    let states = [
        (RefundState::Asked, Source::Sale, Actor::Operator("ann".to_owned())),
        (RefundState::Sent, Source::Unclaimed, Actor::Clock),
        (RefundState::Returned, Source::Credit, Actor::Shop),
        (RefundState::Failed { reason: Reason::Duplicate }, Source::Sale, Actor::Buyer),
    ];
    let refunds = states.into_iter().enumerate().map(|(place, (state, source, asked_by))| Refund {
        id: RefundId::new(book(1), place as u64),
        payment: PaymentId::new(book(1), 10),
        attempt: AttemptId::new(book(1), 8),
        amount: rub(40),
        source,
        state,
        from_unsettled: rub(3),
        fee_returned: rub(2),
        fee_charged: rub(1),
        memo: Some("provider-2".to_owned()),
        call: Some(CallId::new(book(1), 4)),
        checks: 6,
        receipt: payment(1, 1).terms.receipt,
        asked_by,
        asked_at: at(5),
    });
    there_and_back::<Refund>(&place, refunds.collect()).await;
    links_and_tokens(&place).await;
    let states = [NoticeState::Owed, NoticeState::Accepted { at: at(8) }, NoticeState::GivenUp];
    let notices =
        states.into_iter().zip(Algorithm::ALL).enumerate().map(|(place, (state, algorithm))| Notice {
            id: NoticeId::new(book(1), place as u64),
            payment: PaymentId::new(book(1), 10),
            kind: NoticeKind::ALL[place % 3],
            attempt: (place > 0).then(|| AttemptId::new(book(1), 11)),
            address: ShopAddress { url: "https://shop.example/r".to_owned(), verb: Verb::Get },
            algorithm: *algorithm,
            passwords: 3,
            method: Method::YooMoney,
            paid: rub(10_350),
            fee: rub(350),
            state,
            tries: 2,
            first_answer_at: Some(at(7)),
            owed_at: at(6),
        });
    there_and_back::<Notice>(&place, notices.collect()).await;
    let claim = |number| Claim {
        key: ClaimKey { number, shop: ShopId::new(book(1), 1_001) },
        fingerprint: [number as u8; 32],
        payment: PaymentId::new(book(1), 10),
    };
    // More keys than fit into one statement.
    there_and_back::<Claim>(&place, (0..100).map(claim).collect()).await;
    let attached = |place: usize| AttachedReceipt {
        key: AttachedKey { name: format!("A-{place}"), shop: ShopId::new(book(1), 1_001) },
        payment: PaymentId::new(book(1), 10),
        receipt: payment(10, 1).terms.receipt.unwrap(),
        email: (place > 0).then(|| "buyer@shop.example".to_owned()),
        phone: (place == 0).then(|| "79990000000".to_owned()),
        attached_at: at(3),
    };
    there_and_back::<AttachedReceipt>(&place, (0..2).map(attached).collect()).await;
}

async fn links_and_tokens(place: &Place) {
    let key = RefundTokenKey { digest: [6; 32], book: book(1) };
    let token = RefundToken { key, refund: RefundId::new(book(1), 9), asked_at: at(6) };
    there_and_back::<RefundToken>(place, vec![token]).await;
    let link = InvoicePayment { payment: PaymentId::new(book(1), 10), invoice: invoice(7).id };
    there_and_back::<InvoicePayment>(place, vec![link]).await;
    let reusable = Invoice { kind: InvoiceKind::Reusable, active: false, payment: None, ..invoice(8) };
    there_and_back::<Invoice>(place, vec![invoice(7), reusable]).await;
}

async fn kept_methods(place: Place) {
    let ended = StoredMethod { state: StoredState::Ended, ..stored_method(9) };
    there_and_back(&place, vec![stored_method(8), ended]).await;
}

async fn payouts_in_every_state_and_their_numbers(place: Place) {
    let states = [
        PayoutState::Asked,
        PayoutState::Approved,
        PayoutState::Sent,
        PayoutState::Settled,
        PayoutState::Bounced { reason: Reason::LimitExceeded },
    ];
    let mut all: Vec<Payout> = states
        .into_iter()
        .enumerate()
        .map(|(place, state)| Payout { state, ..payout(place as u64) })
        .collect();
    let to = Destination::parse(DestinationKind::Phone, "79000000000", Some("100000000111")).unwrap();
    all.push(Payout { to, call: None, memo: None, asked_by: Actor::Shop, ..payout(99) });
    there_and_back(&place, all).await;
    let key = PayoutNumberKey { number: "w-1".to_owned(), shop: payout(1).shop };
    there_and_back(&place, vec![PayoutNumber { key, payout: payout(1).id }]).await;
}

async fn settings(place: Place) {
    let mut full = shop(1, "tea");
    full.delay = SettlementDelay::Seconds(60);
    full.success = full.result.clone();
    full.fail = full.result.take();
    full.id.number = 7;
    there_and_back(&place, vec![shop(1, "tea"), full]).await;
    let seller = Seller {
        id: SellerId::new(book(1), 1),
        name: "Tea Ltd".to_owned(),
        active: true,
        zone: "Asia/Omsk".to_owned(),
        turnover: vec![Turnover { month: date(2026, 8, 1), sum: rub(1_000_000) }],
        version: 2,
    };
    there_and_back(&place, vec![seller]).await;
    let account = ProviderAccount {
        id: ProviderAccountId::new(Book::PLATFORM, 5),
        connector: "yookassa".to_owned(),
        name: "main".to_owned(),
        base_url: "https://provider.example".to_owned(),
        settings: vec![
            ("shop".to_owned(), Setting::Plain("100".to_owned())),
            ("key".to_owned(), Setting::Secret(Secret::new("fake-provider-key".to_owned()))),
        ],
        serves_live: false,
        serves_test: true,
        methods: vec![Method::BankCard, Method::Sbp],
        active: true,
        version: 3,
    };
    there_and_back(&place, vec![account]).await;
    let tariff = |number, seller, shop, method| Tariff {
        id: TariffId::new(Book::PLATFORM, number),
        seller,
        shop,
        method,
        currency: Currency::Rub,
        steps: vec![Step { from: rub(0), fee: fee() }, Step { from: rub(5), fee: Fee::Fixed(rub(1)) }],
        refund_fee: RefundFee::Return,
        active: number == 1,
        version: 1,
    };
    let (seller, shop) = (SellerId::new(book(1), 1), ShopId::new(book(1), 1_001));
    there_and_back(
        &place,
        vec![tariff(1, Some(seller), Some(shop), Some(Method::Sbp)), tariff(2, None, None, None)],
    )
    .await;
    there_and_back(&place, vec![Installation { kind: BookKind::Test, next_seller: 12 }]).await;
}

async fn jobs_balances_and_heads(place: Place) {
    let task = |number| Task::CarryRefund(RefundId::new(book(1), number));
    let job = |number, lease, parked: Option<&str>| Job {
        task: task(number),
        due: at(50),
        tries: 3,
        lease,
        parked: parked.map(str::to_owned),
    };
    there_and_back(
        &place,
        vec![job(1, None, None), job(2, Some((77, at(90))), None), job(3, None, Some("a person"))],
    )
    .await;
    let key = |account| BalanceKey { account, currency: Currency::Rub, book: book(1) };
    there_and_back(
        &place,
        vec![
            Balance { key: key(provider()), amount: rub(-500) },
            Balance {
                key: key(domain::ledger::Account::Unclaimed(PaymentId::new(book(1), 10))),
                amount: rub(500),
            },
        ],
    )
    .await;
    there_and_back(&place, vec![BookHead { book: book(1), entries: 4, last_at: at(2), hash: [3; 32] }]).await;
}

#[test]
fn passwords_and_keys_come_back_in_the_clear() {
    let sealer = sealer();
    let written = shop(1, "tea").write(&sealer).unwrap();
    assert!(!format!("{written:?}").contains("fake-first-password"));
    let names: Vec<Box<str>> = Shop::SHAPE.columns.iter().map(|column| Box::from(column.name)).collect();
    let row = Row::new(names.clone().into(), written.clone());
    let back = Shop::read(&row, &sealer).unwrap();
    assert_eq!(back.current_passwords().unwrap().first.expose(), "fake-first-password");
    assert_eq!(back.current_passwords().unwrap().second.expose(), "fake-second-password");
    assert_eq!(back.refund_password().unwrap().expose(), "fake-third-password");
    // Copied to another shop, the seal is broken.
    let mut moved = written;
    moved[0] = Value::from(2_u64);
    let error = Shop::read(&Row::new(names.into(), moved), &sealer).unwrap_err();
    assert!(error.to_string().contains("passwords: the seal is broken"));
}

async fn what_is_removed_is_gone_and_what_was_never_there_is_known_to_be_missing(place: Place) {
    let mut backend = place.backend().await;
    let mut facts = Facts::default();
    let task = Task::ExpirePayment(PaymentId::new(book(1), 10));
    facts.put(Change::Job(Job { task, due: at(1), tries: 0, lease: None, parked: None }));
    backend.write(&facts, TURN).await.unwrap();
    facts.jobs.remove(task);
    backend.write(&facts, TURN).await.unwrap();
    assert_eq!(count(&mut backend, "SELECT COUNT(*) FROM jobs").await, 0);
    let mut found = Facts::default();
    found.jobs.ask(task);
    backend.look(&BTreeSet::new(), &mut found).await.unwrap();
    assert!(found.find(&task).unwrap().is_none());
}

async fn a_damaged_row_names_its_table_and_column(place: Place) {
    let mut backend = place.backend().await;
    let mut facts = Facts::default();
    facts.put(payment(10, 1).into_change());
    backend.write(&facts, TURN).await.unwrap();
    let damage = "UPDATE payments SET custom = 'not json'";
    backend.plain(&crate::backend::Plain::any(damage.to_owned(), Vec::new())).await.unwrap();
    drop(backend);
    let mut backend = place.backend().await;
    let mut found = Facts::default();
    found.payments.ask(PaymentId::new(book(1), 10));
    let fault = backend.look(&BTreeSet::new(), &mut found).await.unwrap_err();
    assert!(fault.to_string().contains("payments.custom"), "{fault}");
}
