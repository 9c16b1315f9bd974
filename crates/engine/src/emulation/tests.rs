//! Plans for notices, and accounts made up from a login.

use super::*;
use crate::emulation::outcomes::Wanted;
use domain::ids::{Book, BookKind, Id, NoticeId};
use domain::methods::Method;
use domain::notices::{NoticeKind, NoticeState};
use domain::sellers::{Algorithm, ShopAddress, Verb};
use jiff::Timestamp;
use money::Money;
use money::currency::Currency;

fn notice(payment: PaymentId, tries: u32) -> Notice {
    Notice {
        id: NoticeId::new(payment.book, 9),
        payment,
        kind: NoticeKind::Fields,
        attempt: None,
        address: ShopAddress { url: "http://127.0.0.1:1/result".to_owned(), verb: Verb::Post },
        algorithm: Algorithm::Md5,
        passwords: 1,
        method: Method::BankCard,
        paid: Money::from_minor(100, Currency::Rub),
        fee: Money::zero(Currency::Rub),
        state: NoticeState::Owed,
        tries,
        first_answer_at: None,
        owed_at: Timestamp::UNIX_EPOCH,
    }
}

fn emulation() -> (Emulation, PaymentId) {
    let book = Book::of_seller(7, BookKind::Live).unwrap();
    (Emulation::new(Service::robokassa(Vec::new(), Addresses::default()), false), PaymentId::new(book, 5))
}

#[test]
fn only_the_first_sending_of_a_planned_notice_is_forged() {
    let (emulation, payment) = emulation();
    assert!(!emulation.forges(&notice(payment, 0)));
    emulation.plan(payment, Some(Plan::ForgeFirst));
    assert!(emulation.forges(&notice(payment, 0)) && !emulation.forges(&notice(payment, 1)));
    emulation.plan(payment, None);
    assert!(!emulation.forges(&notice(payment, 0)));
}

#[test]
fn a_notice_is_told_again_once() {
    let (emulation, payment) = emulation();
    emulation.plan(payment, Some(Plan::TellTwice));
    assert!(emulation.tells_again(payment) && !emulation.tells_again(payment));
}

#[test]
fn a_login_that_nobody_listed_has_the_usual_passwords_and_the_addresses_given() {
    let result = Some(ShopAddress { url: "http://127.0.0.1:1/r".to_owned(), verb: Verb::Post });
    let usual = Addresses { result: result.clone(), ..Addresses::default() };
    let account = Account::usual("somebody", &usual);
    assert_eq!((account.login.as_str(), account.algorithm), ("somebody", Algorithm::Md5));
    assert_eq!(account.passwords_of(BookKind::Live).0.expose(), "password1");
    assert_eq!(account.passwords_of(BookKind::Test).1.expose(), "test_password2");
    assert_eq!((account.password3.expose(), account.addresses.result), ("password3", result));
}

#[test]
fn every_outcome_is_found_by_its_word() {
    for &wanted in Wanted::ALL {
        assert_eq!(Wanted::from_code(wanted.code()), Some(wanted));
    }
    assert_eq!(Wanted::ALL.len(), 7);
    assert_eq!(Wanted::from_code("Paid"), None);
}
