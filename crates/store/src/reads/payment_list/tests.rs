//! The list page by page, its conditions and its counters, and what the overview and the balance read.

use super::{Filter, Group, ListPage, Place as At, Search};
use crate::places::{Place, on_both_engines};
use crate::samples::{Deed, Do, Hands, at, book, payment, rub, shop, store_at};
use crate::store::Store;
use domain::decide::Decision;
use domain::ids::{Id, NoticeId, PaymentId, ShopId};
use domain::methods::Method;
use domain::notices::{Notice, NoticeKind, NoticeState};
use domain::payments::{Payment, PaymentState};
use domain::sellers::{Algorithm, ShopAddress, Verb};

on_both_engines! {
    the_list_goes_on_in_both_directions_and_keeps_to_its_book
    conditions_narrow_the_list_alone_and_together
    counters_count_states_of_one_book
    what_needs_the_seller_is_his_own
    the_lines_of_an_account_go_back_in_time
}

async fn put(store: &Store, seller: u64, decision: Decision) {
    store.submit(Do(seller, Deed::Put(Box::new(decision)))).await.unwrap();
}

/// Payments 10 to 17 of the first seller, every other one paid, and one of another seller.
async fn filled(place: &Place) -> Store {
    let store = store_at(place, &Hands::at(0)).await;
    for seller in [1, 2] {
        put(&store, seller, Decision::nothing().save(shop(seller, &format!("shop-{seller}")))).await;
    }
    for number in 10..18 {
        let opened = payment(number, 1);
        let state = if number % 2 == 0 { PaymentState::Paid } else { PaymentState::Open };
        let amount = rub(100 * number.cast_signed());
        let mut terms = opened.terms.clone();
        terms.number = number.cast_signed();
        terms.email = Some(format!("Buyer_{number}@example.com"));
        let opened_at = at(number.cast_signed());
        put(&store, 1, Decision::nothing().save(Payment { state, amount, terms, opened_at, ..opened })).await;
    }
    put(&store, 2, Decision::nothing().save(payment(90, 2))).await;
    store
}

fn numbers(page: &ListPage) -> Vec<u64> {
    page.rows.iter().map(|row| row.payment.id.number).collect()
}

async fn listed(store: &Store, filter: &Filter) -> Vec<u64> {
    numbers(&store.payment_list(book(1), filter, At::Top, 50).await.unwrap())
}

async fn the_list_goes_on_in_both_directions_and_keeps_to_its_book(place: Place) {
    let store = filled(&place).await;
    let all = Filter::default();
    let first = store.payment_list(book(1), &all, At::Top, 3).await.unwrap();
    assert_eq!((numbers(&first), first.more), (vec![17, 16, 15], true));
    let second = store.payment_list(book(1), &all, At::Below(15), 5).await.unwrap();
    assert_eq!((numbers(&second), second.more), (vec![14, 13, 12, 11, 10], false));
    let back = store.payment_list(book(1), &all, At::Above(12), 3).await.unwrap();
    assert_eq!((numbers(&back), back.more), (vec![15, 14, 13], true));
    assert_eq!(numbers(&store.payment_list(book(2), &all, At::Top, 9).await.unwrap()), [90]);
    store.close().await;
}

async fn conditions_narrow_the_list_alone_and_together(place: Place) {
    let store = filled(&place).await;
    let paid = Filter { group: Some(Group::Paid), ..Filter::default() };
    assert_eq!(listed(&store, &paid).await, [16, 14, 12, 10]);
    let own = Filter { shop: Some(ShopId::new(book(1), 1_001)), ..paid.clone() };
    assert_eq!(listed(&store, &own).await, [16, 14, 12, 10]);
    let strange = Filter { shop: Some(ShopId::new(book(1), 5)), ..Filter::default() };
    assert_eq!(listed(&store, &strange).await, [] as [u64; 0]);
    let dear = Filter { least: Some(1_200), most: Some(1_500), ..paid.clone() };
    assert_eq!(listed(&store, &dear).await, [14, 12]);
    let order = Search::Number { order: Some(13), minor: Some(1_600), text: "13".to_owned() };
    let found = Filter { search: Some(order), ..Filter::default() };
    assert_eq!(listed(&store, &found).await, [16, 13]);
    let text = |text: &str| Filter { search: Some(Search::Text(text.to_owned())), ..Filter::default() };
    assert_eq!(listed(&store, &text("buyer_11@")).await, [11]);
    // The signs of patterns are letters like any other.
    assert_eq!(listed(&store, &text("buyer%")).await, [] as [u64; 0]);
    // Every sample has this number of its checkout's, which is found whole and as it is written.
    assert_eq!(listed(&store, &text("ID_4233")).await.len(), 8);
    for other in ["ID_423", "ID%4233", "D_4233", "ID_4233\",\""] {
        assert_eq!(listed(&store, &text(other)).await, [] as [u64; 0], "{other}");
    }
    let method = Filter { method: Some(Method::Sbp), ..paid };
    assert_eq!(listed(&store, &method).await, [] as [u64; 0]);
    store.close().await;
}

async fn counters_count_states_of_one_book(place: Place) {
    let store = filled(&place).await;
    let counts = store.payment_counts(book(1), None, None).await.unwrap();
    let counts: Vec<_> = counts.iter().map(|count| (count.group, count.count, count.more)).collect();
    let expected = Group::ALL.map(|group| match group {
        Group::Open | Group::Paid => (group, 4, false),
        Group::Held | Group::Cancelled | Group::Expired => (group, 0, false),
    });
    assert_eq!(counts, expected);
    store.close().await;
}

fn notice(seller: u64, number: u64, state: NoticeState, tries: u32) -> Notice {
    Notice {
        id: NoticeId::new(book(seller), number),
        payment: PaymentId::new(book(seller), 10),
        kind: NoticeKind::Fields,
        attempt: None,
        address: ShopAddress { url: "https://shop.example/result".to_owned(), verb: Verb::Post },
        algorithm: Algorithm::Sha256,
        passwords: 1,
        method: Method::Sbp,
        paid: rub(100),
        fee: rub(1),
        state,
        tries,
        first_answer_at: None,
        owed_at: at(0),
    }
}

async fn what_needs_the_seller_is_his_own(place: Place) {
    let store = filled(&place).await;
    let accepted = NoticeState::Accepted { at: at(1) };
    let notices = [
        notice(1, 1, NoticeState::Owed, 0),
        notice(1, 2, NoticeState::Owed, 3),
        notice(1, 3, NoticeState::GivenUp, 24),
        notice(1, 4, accepted, 2),
        notice(2, 5, NoticeState::GivenUp, 24),
    ];
    for notice in notices {
        let seller = if notice.id.book == book(1) { 1 } else { 2 };
        put(&store, seller, Decision::nothing().save(notice)).await;
    }
    let held = |number, until| Payment { state: PaymentState::Held { until }, ..payment(number, 1) };
    put(&store, 1, Decision::nothing().save(held(30, at(50))).save(held(31, at(5_000)))).await;
    put(&store, 1, Decision::nothing().save(Payment { unclaimed: rub(7), ..payment(32, 1) })).await;
    let needs = store.needs(book(1), at(100)).await.unwrap();
    let of = |notices: &[Notice]| notices.iter().map(|notice| notice.id.number).collect::<Vec<_>>();
    let paid = |payments: &[Payment]| payments.iter().map(|payment| payment.id.number).collect::<Vec<_>>();
    assert_eq!(of(&needs.notices), [3, 2]);
    assert_eq!(paid(&needs.holds), [30]);
    assert_eq!(paid(&needs.stray), [32]);
    assert_eq!(store.last_opened(ShopId::new(book(1), 5)).await.unwrap(), None);
    store.close().await;
}

async fn the_lines_of_an_account_go_back_in_time(place: Place) {
    let hands = Hands::at(0);
    let store = store_at(&place, &hands).await;
    for number in 1..=3 {
        hands.set(10 * number);
        store.submit(Do(1, Deed::Open(number.unsigned_abs()))).await.unwrap();
        store.submit(Do(1, Deed::Sell(number.unsigned_abs(), 1_000 * number))).await.unwrap();
    }
    let page = store.account_lines(book(1), "pending", at(100), None, 50).await.unwrap();
    let all = page.lines.len();
    assert!(all >= 3 && !page.more && page.looked_to.is_none(), "{page:?}");
    assert!(page.lines.is_sorted_by(|newer, older| (newer.entry, newer.place) > (older.entry, older.place)));
    let first = store.account_lines(book(1), "pending", at(100), None, 2).await.unwrap();
    assert!(first.more);
    let last = first.lines.last().unwrap();
    let rest = store.account_lines(book(1), "pending", at(100), Some((last.entry, last.place)), 50).await;
    assert_eq!(rest.unwrap().lines.len(), all - 2);
    let early = store.account_lines(book(1), "pending", at(15), None, 50).await.unwrap();
    assert!(early.lines.iter().all(|line| line.at <= at(15)) && early.lines.len() < all);
    assert!(store.account_lines(book(2), "pending", at(100), None, 50).await.unwrap().lines.is_empty());
    store.close().await;
}
