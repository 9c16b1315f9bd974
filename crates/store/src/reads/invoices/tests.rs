//! The list of payment links, on both engines.

use super::*;
use crate::places::{Place, on_both_engines};
use crate::samples::{Deed, Do, Hands, at, book, invoice, payment, rub, store_at};
use domain::attempts::{Attempt, AttemptState, PayerFields};
use domain::decide::Decision;
use domain::ids::{AttemptId, Book, Id, PaymentId, ProviderAccountId, TariffId};
use domain::invoices::InvoicePayment;
use domain::payments::{Payment, PaymentState, Terms};
use domain::tariffs::{Fee, RefundFee};

on_both_engines! {
    a_link_is_found_by_its_identifier_and_by_its_orders_number
    every_filter_finds_what_it_says_and_pages_tell_the_total
    words_are_found_in_every_alphabet_and_mean_themselves
}

/// A link of a sum, issued at a second.
fn link(number: u64, order: i64, minor: i64, second: i64) -> Invoice {
    let issued = invoice(number);
    let terms = Terms { number: order, description: format!("tea {order}"), receipt: None, ..issued.terms };
    let (amount, created_at) = (rub(minor), at(second));
    Invoice { terms, amount, created_at, until: None, payment: None, ..issued }
}

fn attempt(number: u64, of: PaymentId) -> Attempt {
    Attempt {
        id: AttemptId::new(book(1), number),
        payment: of,
        method: Method::Sbp,
        provider: ProviderAccountId::new(Book::PLATFORM, 5),
        price: rub(10_000),
        amount: rub(10_000),
        tariff: (TariffId::new(Book::PLATFORM, 6), 1),
        fee: Fee::Fixed(rub(1)),
        refund_fee: RefundFee::Keep,
        hold: false,
        reuse: domain::stored::Reuse::Once,
        state: AttemptState::Received,
        memo: None,
        prompt: None,
        payer: PayerFields::default(),
        call: None,
        waits_until: None,
        checks: 0,
        paid_with: domain::attempts::PaidWith::default(),
        received: None,
        returned: rub(0),
        cost: None,
        started_at: at(1),
    }
}

/// Four links: 1 is paid by SBP, 2 can be paid, 3 is withdrawn, 4 is reusable and out of time at second 50.
async fn scene(place: &Place) -> Store {
    let store = store_at(place, &Hands::at(0)).await;
    let paying = PaymentId::new(book(1), 20);
    let paid =
        Payment { state: PaymentState::Paid, paid_by: Some(AttemptId::new(book(1), 21)), ..payment(20, 1) };
    let card = vec![Method::BankCard];
    let only_card = |of: Invoice| Invoice { terms: Terms { allowed: card.clone(), ..of.terms }, ..of };
    let decision = Decision::nothing()
        .save(paid)
        .save(attempt(21, paying))
        .save(InvoicePayment { payment: paying, invoice: invoice(1).id })
        .save(link(1, 101, 100, 10))
        .save(only_card(link(2, 102, 200, 20)))
        .save(Invoice { active: false, ..only_card(link(3, 103, 300, 30)) })
        .save(Invoice { kind: InvoiceKind::Reusable, until: Some(at(50)), ..link(4, 104, 400, 40) });
    store.submit(Do(1, Deed::Put(Box::new(decision)))).await.unwrap();
    store
}

async fn numbers(store: &Store, filter: &InvoiceFilter) -> Vec<i64> {
    let shop = payment(1, 1).shop;
    let page = store.invoice_list(shop, filter, at(60), (0, 10)).await.unwrap();
    assert_eq!(page.total, page.rows.len() as u64);
    page.rows.iter().map(|(invoice, _)| invoice.terms.number).collect()
}

async fn a_link_is_found_by_its_identifier_and_by_its_orders_number(place: Place) {
    let store = scene(&place).await;
    assert_eq!(store.invoice(invoice(2).id).await.unwrap().unwrap().terms.number, 102);
    assert_eq!(store.invoice(InvoiceId::new(book(2), 2)).await.unwrap(), None);
    let shop = payment(1, 1).shop;
    assert_eq!(store.invoice_of_number(shop, 103).await.unwrap().unwrap().id, invoice(3).id);
    // A number that came again belongs to the link that can be opened.
    let again = Decision::nothing().save(Invoice { active: false, ..link(9, 102, 200, 50) });
    store.submit(Do(1, Deed::Put(Box::new(again)))).await.unwrap();
    assert_eq!(store.invoice_of_number(shop, 102).await.unwrap().unwrap().id, invoice(2).id);
    assert_eq!(store.invoice_of_number(payment(1, 2).shop, 102).await.unwrap(), None);
    store.close().await;
}

async fn every_filter_finds_what_it_says_and_pages_tell_the_total(place: Place) {
    let store = scene(&place).await;
    let all = InvoiceFilter::default();
    assert_eq!(numbers(&store, &all).await, [104, 103, 102, 101]);
    assert_eq!(
        numbers(&store, &InvoiceFilter { ascending: true, ..all.clone() }).await,
        [101, 102, 103, 104]
    );
    let of = |statuses: &[InvoiceStatus]| InvoiceFilter { statuses: statuses.to_vec(), ..all.clone() };
    assert_eq!(numbers(&store, &of(&[InvoiceStatus::Paid])).await, [101]);
    assert_eq!(numbers(&store, &of(&[InvoiceStatus::Expired])).await, [104, 103]);
    assert_eq!(numbers(&store, &of(&[InvoiceStatus::Unpaid])).await, [102]);
    assert_eq!(numbers(&store, &of(&[InvoiceStatus::Paid, InvoiceStatus::Unpaid])).await, [102, 101]);
    let kinds = InvoiceFilter { kinds: vec![InvoiceKind::Reusable], ..all.clone() };
    assert_eq!(numbers(&store, &kinds).await, [104]);
    let sums = InvoiceFilter { least: Some(rub(200)), most: Some(rub(300)), ..all.clone() };
    assert_eq!(numbers(&store, &sums).await, [103, 102]);
    let times = InvoiceFilter { from: Some(at(20)), until: Some(at(40)), ..all.clone() };
    assert_eq!(numbers(&store, &times).await, [103, 102]);
    // Paid by SBP, or open to it: the last allows every method.
    let by = |method| InvoiceFilter { methods: vec![method], ..all.clone() };
    assert_eq!(numbers(&store, &by(Method::Sbp)).await, [104, 101]);
    assert_eq!(numbers(&store, &by(Method::BankCard)).await, [104, 103, 102]);

    let shop = payment(1, 1).shop;
    let second = store.invoice_list(shop, &all, at(60), (1, 3)).await.unwrap();
    assert_eq!((second.total, second.rows.len()), (4, 1));
    assert_eq!(second.rows[0].1, InvoiceStatus::Paid);
    let far = store.invoice_list(shop, &all, at(60), (u32::MAX, 500)).await.unwrap();
    assert_eq!((far.total, far.rows.len()), (4, 0));
    let foreign = store.invoice_list(payment(1, 2).shop, &all, at(60), (0, 10)).await.unwrap();
    assert_eq!(foreign, InvoicePage::default());
    store.close().await;
}

async fn words_are_found_in_every_alphabet_and_mean_themselves(place: Place) {
    let store = scene(&place).await;
    let odd = Invoice { comment: "50%_off \\ ЁЛКА".to_owned(), ..link(5, 105, 500, 50) };
    store.submit(Do(1, Deed::Put(Box::new(Decision::nothing().save(odd))))).await.unwrap();
    let found = |keywords: &str| InvoiceFilter { keywords: keywords.to_owned(), ..InvoiceFilter::default() };
    assert_eq!(numbers(&store, &found("ёлка")).await, [105]);
    assert_eq!(numbers(&store, &found("%_OFF")).await, [105]);
    assert_eq!(numbers(&store, &found("\\")).await, [105]);
    assert_eq!(numbers(&store, &found("себя 102")).await, [102]);
    assert_eq!(numbers(&store, &found("10%")).await, [0_i64; 0]);
    assert_eq!(numbers(&store, &found("' OR 1=1 --")).await, [0_i64; 0]);
    store.close().await;
}
