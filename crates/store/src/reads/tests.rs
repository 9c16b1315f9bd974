//! Every read, against a store with a little of everything.

use crate::exchanges::{Direction, Exchange};
use crate::places::{Place, on_both_engines};
use crate::reads::payments::Below;
use crate::samples::{Deed, Do, Hands, at, book, payment, provider, rub, shop, store_at};
use crate::store::Store;
use domain::attempts::{Attempt, AttemptState, Call, Operation, PayerFields};
use domain::decide::{Decision, DirectoryLine};
use domain::history::{Actor, Happened, Subject};
use domain::ids::{
    AttemptId, Book, BookKind, CallId, Id, NoticeId, PaymentId, ProviderAccountId, RefundId, SellerId,
    ShopId, TariffId,
};
use domain::jobs::Task;
use domain::ledger::{Account, Balance, BalanceKey, Cause, Entry};
use domain::methods::Method;
use domain::notices::{Notice, NoticeKind, NoticeState};
use domain::payments::{Claim, ClaimKey};
use domain::providers::{Installation, ProviderAccount};
use domain::refunds::{Refund, RefundState, Source};
use domain::sellers::{Algorithm, Seller, ShopAddress, Verb};
use domain::tariffs::{Fee, RefundFee, Step, Tariff};
use jiff::civil::date;
use money::currency::Currency;

on_both_engines! {
    a_payment_is_read_with_all_that_belongs_to_it
    the_first_attempt_keeps_a_reference_that_two_claim
    lists_of_payments_go_on_where_they_ended
    unfinished_attempts_without_work_are_told
    settings_are_read
    the_timeline_tells_what_happened_in_its_order
    balances_are_read_as_of_any_moment
    the_entries_of_a_payment_tell_where_its_money_went
    exchanges_of_a_payment_are_read_in_their_order
}

async fn put(store: &Store, seller: u64, decision: Decision) {
    store.submit(Do(seller, Deed::Put(Box::new(decision)))).await.unwrap();
}

fn attempt(number: u64, state: AttemptState) -> Attempt {
    Attempt {
        id: AttemptId::new(book(1), number),
        payment: PaymentId::new(book(1), 10),
        method: Method::Sbp,
        provider: ProviderAccountId::new(Book::PLATFORM, 5),
        price: rub(10_000),
        amount: rub(10_000),
        tariff: (TariffId::new(Book::PLATFORM, 6), 1),
        fee: Fee::Fixed(rub(1)),
        refund_fee: RefundFee::Keep,
        hold: false,
        reuse: Default::default(),
        state,
        memo: None,
        waits_until: None,
        prompt: None,
        payer: PayerFields::default(),
        call: None,
        checks: 0,
        paid_with: domain::attempts::PaidWith::default(),
        received: None,
        returned: rub(0),
        cost: None,
        started_at: at(1),
    }
}

fn refund(number: u64, state: RefundState) -> Refund {
    Refund {
        id: RefundId::new(book(1), number),
        payment: PaymentId::new(book(1), 10),
        attempt: AttemptId::new(book(1), 11),
        amount: rub(100),
        source: Source::Sale,
        state,
        from_unsettled: rub(0),
        fee_returned: rub(0),
        fee_charged: rub(0),
        memo: None,
        call: None,
        checks: 0,
        receipt: None,
        asked_by: Actor::Shop,
        asked_at: at(2),
    }
}

fn notice() -> Notice {
    Notice {
        id: NoticeId::new(book(1), 14),
        payment: PaymentId::new(book(1), 10),
        kind: NoticeKind::Fields,
        attempt: None,
        address: ShopAddress { url: "https://shop.example/result".to_owned(), verb: Verb::Post },
        algorithm: Algorithm::Sha256,
        passwords: 1,
        method: Method::Sbp,
        paid: rub(10_000),
        fee: rub(350),
        state: NoticeState::Owed,
        tries: 0,
        first_answer_at: None,
        owed_at: at(3),
    }
}

async fn a_payment_is_read_with_all_that_belongs_to_it(place: Place) {
    let store = store_at(&place, &Hands::at(0)).await;
    let id = PaymentId::new(book(1), 10);
    let claim =
        Claim { key: ClaimKey { number: 42, shop: payment(10, 1).shop }, fingerprint: [1; 32], payment: id };
    let call = Call {
        id: CallId::new(book(1), 15),
        attempt: AttemptId::new(book(1), 11),
        operation: Operation::Pay,
        step: 1,
        request: "POST".to_owned(),
        saved_at: at(1),
    };
    let decision = Decision::nothing()
        .save(payment(10, 1))
        .save(attempt(11, AttemptState::Waiting))
        .save(attempt(12, AttemptState::Abandoned))
        .save(refund(13, RefundState::Sent))
        .save(refund(16, RefundState::Returned))
        .save(notice())
        .save(call)
        .save(claim.clone())
        .list(DirectoryLine::ProviderReference {
            account: ProviderAccountId::new(Book::PLATFORM, 5),
            reference: "abc".to_owned(),
            attempt: AttemptId::new(book(1), 11),
        });
    put(&store, 1, decision).await;
    let whole = store.whole_payment(id).await.unwrap().unwrap();
    assert_eq!(whole.payment.id, id);
    assert_eq!(whole.attempts.iter().map(|attempt| attempt.id.number).collect::<Vec<_>>(), [11, 12]);
    assert_eq!(whole.refunds.iter().map(|refund| refund.id.number).collect::<Vec<_>>(), [13, 16]);
    assert_eq!(whole.notices.len(), 1);
    assert!(store.whole_payment(PaymentId::new(book(1), 9)).await.unwrap().is_none());
    assert!(store.whole_payment(PaymentId::new(book(2), 10)).await.unwrap().is_none());
    assert_eq!(store.payment_of_claim(&claim.key).await.unwrap().unwrap().id, id);
    let other = ClaimKey { number: 43, ..claim.key };
    assert!(store.payment_of_claim(&other).await.unwrap().is_none());
    assert_eq!(
        store.attempt(AttemptId::new(book(1), 12)).await.unwrap().unwrap().state,
        AttemptState::Abandoned
    );
    assert_eq!(store.refund(RefundId::new(book(1), 13)).await.unwrap().unwrap().amount, rub(100));
    assert_eq!(store.notice(notice().id).await.unwrap().unwrap().fee, rub(350));
    assert_eq!(store.notices_of(id).await.unwrap().len(), 1);
    assert_eq!(store.call(CallId::new(book(1), 15)).await.unwrap().unwrap().request, "POST");
    let unfinished = store.unfinished_refunds(AttemptId::new(book(1), 11)).await.unwrap();
    assert_eq!(unfinished.iter().map(|refund| refund.id.number).collect::<Vec<_>>(), [13]);
    let account = ProviderAccountId::new(Book::PLATFORM, 5);
    let found = store.attempt_of_reference(account, "abc").await.unwrap();
    assert_eq!(found, Some(AttemptId::new(book(1), 11)));
    let foreign = ProviderAccountId::new(Book::PLATFORM, 6);
    assert_eq!(store.attempt_of_reference(foreign, "abc").await.unwrap(), None);
    store.close().await;
}

async fn the_first_attempt_keeps_a_reference_that_two_claim(place: Place) {
    let store = store_at(&place, &Hands::at(0)).await;
    let account = ProviderAccountId::new(Book::PLATFORM, 5);
    for number in [11, 12] {
        let line = DirectoryLine::ProviderReference {
            account,
            reference: "abc".to_owned(),
            attempt: AttemptId::new(book(1), number),
        };
        put(&store, 1, Decision::nothing().list(line)).await;
    }
    let found = store.attempt_of_reference(account, "abc").await.unwrap();
    assert_eq!(found, Some(AttemptId::new(book(1), 11)));
    store.close().await;
}

async fn lists_of_payments_go_on_where_they_ended(place: Place) {
    let store = store_at(&place, &Hands::at(0)).await;
    for seller in [1, 2] {
        let mut second = shop(seller, &format!("second-{seller}"));
        second.id.number += 100;
        put(&store, seller, Decision::nothing().save(shop(seller, &format!("first-{seller}"))).save(second))
            .await;
        for number in 0..6 {
            let mut opened = payment(10 * seller + number, seller);
            opened.shop.number += 100 * (number % 2);
            put(&store, seller, Decision::nothing().save(opened)).await;
        }
    }
    let numbers = |payments: Vec<domain::payments::Payment>| {
        payments.iter().map(|payment| payment.id.number).collect::<Vec<_>>()
    };
    let own = ShopId::new(book(1), 1_001);
    assert_eq!(numbers(store.payments_of_shop(own, None, 2).await.unwrap()), [14, 12]);
    let below = Some(Below(PaymentId::new(book(1), 12)));
    assert_eq!(numbers(store.payments_of_shop(own, below, 2).await.unwrap()), [10]);
    assert_eq!(numbers(store.payments_of_book(book(1), None, 4).await.unwrap()), [15, 14, 13, 12]);
    assert_eq!(numbers(store.payments_of_book(book(1), below, 4).await.unwrap()), [11, 10]);
    assert_eq!(numbers(store.payments(None, 7).await.unwrap()), [25, 24, 23, 22, 21, 20, 15]);
    let below = Some(Below(PaymentId::new(book(1), 15)));
    assert_eq!(numbers(store.payments(below, 2).await.unwrap()), [14, 13]);
    let shops = store.shops_of_book(book(2)).await.unwrap();
    assert_eq!(shops.iter().map(|shop| shop.id.number).collect::<Vec<_>>(), [1_002, 1_102]);
    let shops = store.shops(Some(own), 2).await.unwrap();
    assert_eq!(shops.iter().map(|shop| shop.id.number).collect::<Vec<_>>(), [1_002, 1_101]);
    store.close().await;
}

async fn unfinished_attempts_without_work_are_told(place: Place) {
    let store = store_at(&place, &Hands::at(0)).await;
    let decision = Decision::nothing()
        .save(attempt(11, AttemptState::Waiting))
        .save(attempt(12, AttemptState::Unknown))
        .save(attempt(13, AttemptState::Received))
        .then(Task::CheckAttempt(AttemptId::new(book(1), 12)), at(50));
    put(&store, 1, decision).await;
    assert_eq!(store.idle_attempts().await.unwrap(), [AttemptId::new(book(1), 11)]);
    store.close().await;
}

async fn settings_are_read(place: Place) {
    let store = store_at(&place, &Hands::at(0)).await;
    assert!(store.installation().await.unwrap().is_none());
    let account = ProviderAccount {
        id: ProviderAccountId::new(Book::PLATFORM, 5),
        connector: "test".to_owned(),
        name: "main".to_owned(),
        base_url: String::new(),
        settings: Vec::new(),
        serves_live: false,
        serves_test: true,
        methods: vec![Method::BankCard],
        active: true,
        version: 1,
    };
    let tariff = Tariff {
        id: TariffId::new(Book::PLATFORM, 6),
        seller: None,
        shop: None,
        method: None,
        currency: Currency::Rub,
        steps: vec![Step { from: rub(0), fee: Fee::Share { parts: 35, of: 1_000 } }],
        refund_fee: RefundFee::Return,
        active: true,
        version: 1,
    };
    let twin = ProviderAccount { id: ProviderAccountId::new(Book::PLATFORM, 7), ..account.clone() };
    let decision = Decision::nothing()
        .save(account)
        .save(tariff)
        .save(Installation { kind: BookKind::Test, next_seller: 2 });
    // Seller 0 is the platform.
    put(&store, 0, decision).await;
    assert_eq!(store.providers().await.unwrap().len(), 1);
    let id = ProviderAccountId::new(Book::PLATFORM, 5);
    assert_eq!(store.provider(id).await.unwrap().unwrap().name, "main");
    assert_eq!(store.tariffs().await.unwrap().len(), 1);
    assert!(store.tariff(TariffId::new(Book::PLATFORM, 6)).await.unwrap().is_some());
    assert_eq!(store.installation().await.unwrap().unwrap().kind, BookKind::Test);
    let seller = Seller {
        id: SellerId::new(book(1), 1),
        name: "Tea Ltd".to_owned(),
        active: true,
        zone: "UTC".to_owned(),
        turnover: Vec::new(),
        version: 1,
    };
    put(&store, 1, Decision::nothing().save(seller)).await;
    assert_eq!(store.seller(SellerId::new(book(1), 1)).await.unwrap().unwrap().name, "Tea Ltd");
    assert_eq!(store.sellers(None, 10).await.unwrap().len(), 1);
    assert!(store.sellers(Some(SellerId::new(book(1), 1)), 10).await.unwrap().is_empty());
    let taken = store.submit(Do(0, Deed::Put(Box::new(Decision::nothing().save(twin))))).await;
    assert_eq!(taken, Err(domain::decide::Refused::Taken { what: "name" }.into()));
    store.submit(Do(1, Deed::Shop("tea".to_owned()))).await.unwrap();
    assert_eq!(store.shop_of_login("tea").await.unwrap(), Some(shop(1, "tea").id));
    assert_eq!(store.shop_of_login("coffee").await.unwrap(), None);
    assert_eq!(store.shop(shop(1, "tea").id).await.unwrap().unwrap().name, "Tea");
    store.close().await;
}

async fn the_timeline_tells_what_happened_in_its_order(place: Place) {
    let store = store_at(&place, &Hands::at(0)).await;
    let id = PaymentId::new(book(1), 10);
    store.submit(Do(1, Deed::Open(10))).await.unwrap();
    let two = Decision::nothing()
        .tell(Subject::Payment(id), &Actor::Operator("ann".to_owned()), Happened::ReleaseAsked)
        .tell(Subject::Payment(id), &Actor::Clock, Happened::HoldReleased);
    put(&store, 1, two).await;
    let lines = store.timeline(Subject::Payment(id), book(1)).await.unwrap();
    let told: Vec<&str> = lines.iter().map(|line| line.what.as_str()).collect();
    assert_eq!(told, ["payment_opened", "release_asked", "hold_released"]);
    assert_eq!(lines[1].actor, Actor::Operator("ann".to_owned()));
    assert_eq!(lines[0].details[0], ("sum".to_owned(), "100.00".to_owned()));
    assert!(store.timeline(Subject::Payment(id), book(2)).await.unwrap().is_empty());
    store.close().await;
}

async fn balances_are_read_as_of_any_moment(place: Place) {
    let hands = Hands::at(0);
    let store = store_at(&place, &hands).await;
    for number in 0..9 {
        hands.set(100 * number);
        store.submit(Do(1, Deed::Open(number.unsigned_abs()))).await.unwrap();
        store.submit(Do(1, Deed::Sell(number.unsigned_abs(), 1_000))).await.unwrap();
    }
    let key = |account| BalanceKey { account, currency: Currency::Rub, book: book(1) };
    let pending = key(Account::Pending);
    assert_eq!(store.balance(pending).await.unwrap(), rub(8_100));
    for (second, held) in [(-1, 0), (0, 900), (99, 900), (100, 1_800), (450, 4_500), (10_000, 8_100)] {
        let then = store.balances_as_of(book(1), at(second)).await.unwrap();
        let found = then.iter().find(|balance| balance.key == pending);
        assert_eq!(found.map_or(rub(0), |balance| balance.amount), rub(held), "at {second}");
    }
    let then = store.balances_as_of(book(1), at(150)).await.unwrap();
    assert!(then.contains(&Balance { key: key(provider()), amount: rub(-2_000) }), "{then:?}");
    assert_eq!(then.len(), 3, "what never moved is left out");
    assert_eq!(
        store.balances_as_of(book(1), at(10_000)).await.unwrap(),
        store.balances(book(1)).await.unwrap()
    );
    assert_eq!(store.balance(key(Account::SellerOwes)).await.unwrap(), rub(0));
    assert_eq!(store.balances(book(1)).await.unwrap().len(), 3);
    assert_eq!(store.books().await.unwrap(), [book(1)]);
    assert_eq!(store.captured_between(book(1), at(100), at(300)).await.unwrap(), [rub(2_000)]);
    assert_eq!(store.captured_between(book(1), at(-50), at(0)).await.unwrap(), []);
    assert_eq!(store.captured_between(book(7), at(-50), at(50)).await.unwrap(), []);
    store.close().await;
}

async fn the_entries_of_a_payment_tell_where_its_money_went(place: Place) {
    let store = store_at(&place, &Hands::at(5)).await;
    for number in [10, 20] {
        store.submit(Do(1, Deed::Open(number))).await.unwrap();
        store.submit(Do(1, Deed::Sell(number, 1_000))).await.unwrap();
    }
    let id = PaymentId::new(book(1), 20);
    let settled = Entry::new(Cause::Settled(id), id, date(2026, 9, 2))
        .moving(Account::Pending, Account::Available, rub(900))
        .unwrap();
    put(&store, 1, Decision::nothing().enter(settled)).await;
    let entries = store.entries_of(id).await.unwrap();
    assert_eq!(entries.iter().map(|entry| entry.number).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(entries[0].cause, Cause::Sale(AttemptId::new(book(1), 21)));
    assert_eq!(entries[0].lines.len(), 2);
    assert_eq!(entries[0].lines[1].to_after, rub(200));
    assert_eq!(entries[1].effective_on, date(2026, 9, 2));
    assert_eq!(entries[1].lines[0].from_after, rub(900));
    assert_eq!(entries[1].at, at(5));
    store.close().await;
}

async fn exchanges_of_a_payment_are_read_in_their_order(place: Place) {
    let store = store_at(&place, &Hands::at(0)).await;
    let id = PaymentId::new(book(1), 10);
    for second in 1..4 {
        let exchange = Exchange {
            book: book(1),
            owner: Some(id.into()),
            direction: Direction::In,
            peer: "main".to_owned(),
            request: format!("request {second}"),
            reply: Some("ok".to_owned()),
            status: Some(200),
            took_us: 7,
            at: at(second),
            error: None,
        };
        store.record(&exchange).unwrap();
    }
    store.ask().await.unwrap();
    let read = store.exchanges_of(id).await.unwrap();
    let requests: Vec<&str> = read.iter().map(|exchange| exchange.request.as_str()).collect();
    assert_eq!(requests, ["request 1", "request 2", "request 3"]);
    assert_eq!(read[0].status, Some(200));
    assert!(store.exchanges_of(PaymentId::new(book(1), 11)).await.unwrap().is_empty());
    store.close().await;
}
