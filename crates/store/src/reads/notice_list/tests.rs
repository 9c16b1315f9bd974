//! The log goes on from page to page, tells what came of each notice, and shows a book its own.

use super::{NoticePage, NoticeSort};
use crate::places::{Place, on_both_engines};
use crate::reads::payment_list::Place as At;
use crate::samples::{Deed, Do, Hands, at, book, payment, rub, store_at};
use crate::store::Store;
use domain::decide::Decision;
use domain::history::{Actor, Happened, Subject};
use domain::ids::{Id, NoticeId, PaymentId};
use domain::jobs::Task;
use domain::methods::Method;
use domain::notices::{Notice, NoticeKind, NoticeState};
use domain::sellers::{Algorithm, ShopAddress, Verb};

on_both_engines! {
    the_log_goes_on_in_both_directions_and_keeps_to_its_book
    what_was_not_accepted_comes_with_the_last_reason_and_the_next_try
}

fn notice(number: u64, seller: u64, state: NoticeState, tries: u32) -> Notice {
    Notice {
        id: NoticeId::new(book(seller), number),
        payment: PaymentId::new(book(seller), number),
        kind: NoticeKind::Fields,
        attempt: None,
        address: ShopAddress { url: "https://shop.example/result".to_owned(), verb: Verb::Post },
        algorithm: Algorithm::Sha256,
        passwords: 1,
        method: Method::BankCard,
        paid: rub(10_000),
        fee: rub(350),
        state,
        tries,
        first_answer_at: None,
        owed_at: at(number.cast_signed()),
    }
}

async fn put(store: &Store, seller: u64, decision: Decision) {
    store.submit(Do(seller, Deed::Put(Box::new(decision)))).await.unwrap();
}

/// Notices 10 to 14 of the first seller: accepted, but for 11, which was refused twice, and 13, which was
/// not sent yet; one of another seller.
async fn filled(place: &Place) -> Store {
    let store = store_at(place, &Hands::at(0)).await;
    let accepted = NoticeState::Accepted { at: at(50) };
    for number in 10..15 {
        let (state, tries) = match number {
            11 => (NoticeState::Owed, 2),
            13 => (NoticeState::Owed, 0),
            _ => (accepted, 1),
        };
        let decision = Decision::nothing().save(payment(number, 1)).save(notice(number, 1, state, tries));
        put(&store, 1, decision).await;
    }
    let id = NoticeId::new(book(1), 11);
    for (tries, why) in [(1, "no answer"), (2, "answered 500")] {
        let refused = Happened::NoticeRefused { notice: id, tries, why: why.to_owned() };
        let subject = Subject::Payment(PaymentId::new(book(1), 11));
        put(&store, 1, Decision::nothing().tell(subject, &Actor::Shop, refused)).await;
    }
    put(&store, 1, Decision::nothing().then(Task::SendNotice(id), at(900))).await;
    put(&store, 2, Decision::nothing().save(payment(90, 2)).save(notice(90, 2, accepted, 1))).await;
    store
}

fn numbers(page: &NoticePage) -> Vec<u64> {
    page.rows.iter().map(|row| row.notice.id.number).collect()
}

async fn the_log_goes_on_in_both_directions_and_keeps_to_its_book(place: Place) {
    let store = filled(&place).await;
    let first = store.notice_list(book(1), NoticeSort::All, At::Top, 2).await.unwrap();
    assert_eq!((numbers(&first), first.more), (vec![14, 13], true));
    let second = store.notice_list(book(1), NoticeSort::All, At::Below(13), 5).await.unwrap();
    assert_eq!((numbers(&second), second.more), (vec![12, 11, 10], false));
    let back = store.notice_list(book(1), NoticeSort::All, At::Above(10), 2).await.unwrap();
    assert_eq!((numbers(&back), back.more), (vec![12, 11], true));
    let other = store.notice_list(book(2), NoticeSort::All, At::Top, 9).await.unwrap();
    assert_eq!((numbers(&other), other.rows[0].order.as_str()), (vec![90], "ID_4233"));
    store.close().await;
}

async fn what_was_not_accepted_comes_with_the_last_reason_and_the_next_try(place: Place) {
    let store = filled(&place).await;
    let page = store.notice_list(book(1), NoticeSort::NotAccepted, At::Top, 9).await.unwrap();
    assert_eq!(numbers(&page), [11], "what was not sent yet was not refused either");
    assert_eq!(page.rows[0].why.as_deref(), Some("answered 500"));
    assert_eq!(page.rows[0].next_try, Some(at(900)));
    let none = store.notice_list(book(2), NoticeSort::NotAccepted, At::Top, 9).await.unwrap();
    assert!(none.rows.is_empty() && !none.more);
    store.close().await;
}
