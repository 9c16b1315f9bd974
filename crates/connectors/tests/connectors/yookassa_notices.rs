//! The notices of YooKassa: reasons to ask, and never more.

use connectors::connector::{About, ConnectorFault, Learned, News};
use domain::attempts::Operation;
use domain::providers::Setting;
use proptest::prelude::*;
use wire::http::{Headers, HttpRequest, Method as Verb};

use crate::stage::{ATTEMPT, PAYMENT_NUMBER, Stage, altered, recorded};

fn request(body: Vec<u8>) -> HttpRequest {
    let peer = Some("127.0.0.1".parse().unwrap());
    let path = "/callbacks/main".to_owned();
    HttpRequest { method: Verb::Post, path, query: String::new(), headers: Headers::new(), body, peer }
}

fn read(request: &HttpRequest) -> Result<News, ConnectorFault> {
    let stage = Stage::yookassa(Operation::Check);
    stage.connector.callback(request, &stage.context())
}

fn hint(about: About) -> Result<News, ConnectorFault> {
    Ok(News::Hint { about })
}

fn is_refused(read: &Result<News, ConnectorFault>) -> bool {
    matches!(read, Err(ConnectorFault::BadCallback { .. }))
}

#[test]
fn notices_of_payments_lead_to_the_attempt_they_name() {
    for name in ["notice_payment_succeeded", "notice_payment_waiting_for_capture"] {
        assert_eq!(read(&request(recorded(name))), hint(About::Attempt(ATTEMPT.to_owned())), "{name}");
    }
    let bare = read(&request(recorded("notice_payment_canceled_without_metadata")));
    assert_eq!(bare, hint(About::Reference(PAYMENT_NUMBER.to_owned())));
    // A reference that cannot be ours is no reason to forget the payment.
    let strange = altered("notice_payment_succeeded", ATTEMPT, "try 01/..");
    assert_eq!(read(&request(strange)), hint(About::Reference(PAYMENT_NUMBER.to_owned())));
}

#[test]
fn notices_of_refunds_lead_to_the_payment() {
    let news = read(&request(recorded("notice_refund_succeeded")));
    assert_eq!(news, hint(About::Reference(PAYMENT_NUMBER.to_owned())));
    assert!(is_refused(&read(&request(altered("notice_refund_succeeded", "payment_id", "other")))));
}

#[test]
fn other_events_are_nothing_of_ours() {
    assert_eq!(read(&request(recorded("notice_deal_closed"))), Ok(News::Nothing));
    let tomorrow = altered("notice_payment_succeeded", "payment.succeeded", "payment.of_tomorrow");
    assert_eq!(read(&request(tomorrow)), Ok(News::Nothing));
}

#[test]
fn what_is_no_notice_is_refused() {
    let bodies = [
        Vec::new(),
        b"{}".to_vec(),
        recorded("payment_succeeded"),
        altered("notice_payment_succeeded", "notification", "greeting"),
        altered("notice_payment_canceled_without_metadata", PAYMENT_NUMBER, "a/b"),
        [recorded("notice_payment_succeeded"), vec![b' '; 65_536]].concat(),
    ];
    for body in bodies {
        assert!(is_refused(&read(&request(body))));
    }
    let get = HttpRequest { method: Verb::Get, ..request(recorded("notice_payment_succeeded")) };
    assert!(is_refused(&read(&get)));
}

#[test]
fn the_sender_is_looked_at_where_the_account_says_so() {
    let with = |value: &str, peer: Option<&str>| {
        let stage = Stage::yookassa(Operation::Check)
            .with(|stage| stage.set("check_source", Setting::Plain(value.to_owned())));
        let peer = peer.map(|peer| peer.parse().unwrap());
        let request = HttpRequest { peer, ..request(recorded("notice_payment_succeeded")) };
        stage.connector.callback(&request, &stage.context())
    };
    for peer in ["185.71.76.3", "77.75.156.35", "2a02:5180:0:2669::5"] {
        assert_eq!(with("on", Some(peer)), hint(About::Attempt(ATTEMPT.to_owned())), "{peer}");
    }
    assert!(is_refused(&with("on", Some("127.0.0.1"))));
    assert!(is_refused(&with("on", None)));
    assert!(with("off", Some("127.0.0.1")).is_ok());
    assert_eq!(
        with("maybe", Some("127.0.0.1")),
        Err(ConnectorFault::Misconfigured { provider: "yookassa", setting: "check_source" })
    );
}

#[test]
fn a_notice_is_acknowledged_unless_it_must_come_again() {
    let connector = Stage::yookassa(Operation::Check).connector;
    for (learned, status) in [(Learned::Saved, 200), (Learned::NotOurs, 200), (Learned::TryAgain, 503)] {
        let reply = connector.answer(learned);
        assert_eq!((reply.status, reply.body), (status, Vec::new()));
    }
}

const NOTICES: [&str; 5] = [
    "notice_payment_succeeded",
    "notice_payment_waiting_for_capture",
    "notice_payment_canceled_without_metadata",
    "notice_refund_succeeded",
    "notice_deal_closed",
];

proptest! {
    #[test]
    fn a_damaged_notice_is_refused_or_still_only_a_hint(
        place in 0..NOTICES.len(), at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut body = recorded(NOTICES[place]);
        let at = at.index(body.len());
        body[at] = byte;
        let proven = matches!(read(&request(body)), Ok(News::Proven { .. }));
        prop_assert!(!proven);
    }

    #[test]
    fn any_bytes_are_no_notice(body in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(is_refused(&read(&request(body))));
    }
}
