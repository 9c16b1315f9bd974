//! The outcome page's choices, and who may bring them.

use domain::ids::{Book, Id};
use domain::payments::Language;
use domain::providers::ProviderAccount;
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

const ATTEMPT: &str = "try_01arz3ndektsv4rrffq69g5fav";

fn read(request: &HttpRequest) -> Result<News, ConnectorFault> {
    let account = ProviderAccount {
        id: Id::new(Book::PLATFORM, 1),
        connector: NAME.to_owned(),
        name: NAME.to_owned(),
        base_url: String::new(),
        settings: Vec::new(),
        serves_live: false,
        serves_test: true,
        methods: Vec::new(),
        active: true,
        version: 1,
    };
    let now: Timestamp = "2026-01-15T10:00:00Z".parse().unwrap();
    let cx = Context {
        now,
        account: &account,
        callback_url: "",
        return_url: "",
        ends_at: now,
        language: Language::Ru,
    };
    Rehearsal.callback(request, &cx)
}

fn posted(body: &str) -> HttpRequest {
    let nothing = Choice { code: "nothing", chosen: Chosen::Nothing };
    HttpRequest {
        body: body.as_bytes().to_vec(),
        ..outcome_request(ATTEMPT, nothing, roubles(), Method::Sbp, false)
    }
}

fn roubles() -> Money {
    Money::from_minor(10_026, Currency::Rub)
}

#[test]
fn every_choice_of_the_page_is_learned_as_it_was_chosen() {
    for &choice in OUTCOMES {
        assert_eq!(Choice::find(choice.code), Some(choice));
        let outcome = match choice.chosen {
            Chosen::Paid => Some(Outcome::Received { amount: roubles(), cost: None }),
            Chosen::Held => {
                Some(Outcome::Held { amount: roubles(), until: "2026-01-22T10:00:00Z".parse().unwrap() })
            }
            Chosen::Declined(reason) => Some(Outcome::Declined { reason }),
            Chosen::Nothing => None,
        };
        let about = About::Attempt(ATTEMPT.to_owned());
        let expected = |kept| {
            let (about, outcome) = (about.clone(), outcome.clone());
            outcome.map_or(News::Nothing, |outcome| News::Proven {
                about,
                outcome,
                kept,
                paid_with: paid_with(Method::BankCard),
            })
        };
        let chosen = |keep| read(&outcome_request(ATTEMPT, choice, roubles(), Method::BankCard, keep));
        assert_eq!(chosen(false), Ok(expected(None)), "{}", choice.code);
        let kept = match choice.chosen {
            Chosen::Paid | Chosen::Held => Some(kept_by(ATTEMPT)),
            Chosen::Declined(_) | Chosen::Nothing => None,
        };
        assert_eq!(chosen(true), Ok(expected(kept)), "{}", choice.code);
    }
}

#[test]
fn every_method_can_be_rehearsed_in_every_currency_and_held_first() {
    for &method in Method::ALL {
        let offer = PROFILE.offer(method).unwrap_or_else(|| panic!("{} cannot be rehearsed", method.code()));
        assert!(offer.holds && offer.ends_within.is_none(), "{}", method.code());
        let least = |currency: &Currency| offer.takes(Money::from_minor(1, *currency));
        assert!(CURRENCIES.iter().all(least), "{}", method.code());
    }
    assert_eq!(PROFILE.operations, Operation::ALL);
}

#[test]
fn money_is_held_only_where_a_hold_was_asked_for() {
    let offered = |hold| -> Vec<_> {
        OUTCOMES.iter().filter(|choice| choice.is_offered(hold)).map(|choice| choice.code).collect()
    };
    let rest = ["insufficient_funds", "3ds_failed", "issuer_declined", "payer_canceled", "nothing"];
    assert_eq!(offered(false), [&["paid"], rest.as_slice()].concat());
    assert_eq!(offered(true), [&["held"], rest.as_slice()].concat());
}

#[test]
fn what_came_through_a_door_is_not_believed() {
    let paid = Choice::find("paid").unwrap();
    let own = outcome_request(ATTEMPT, paid, roubles(), Method::Sbp, false);
    let peer = Some("127.0.0.1".parse().unwrap());
    for request in [HttpRequest { peer, ..own.clone() }, HttpRequest { path: "/".to_owned(), ..own.clone() }]
    {
        assert!(matches!(read(&request), Err(ConnectorFault::BadCallback { .. })));
    }
    assert!(matches!(read(&own), Ok(News::Proven { .. })));
}

#[test]
fn half_a_choice_is_refused() {
    for body in [
        "",
        "outcome=paid",
        "attempt=a&outcome=paid",
        "attempt=a&outcome=paid&amount=100",
        "attempt=a&outcome=paid&amount=1.00&currency=RUB",
        "attempt=a&outcome=paid&amount=-100&currency=RUB",
        "attempt=a&outcome=paid&amount=0&currency=RUB",
        "attempt=a&outcome=paid&amount=100&currency=rub",
        "outcome=paid&amount=100&currency=RUB",
        "attempt=a&outcome=declined",
        "attempt=a&outcome=declined&reason=tomorrow",
        "attempt=a&outcome=refunded&amount=100&currency=RUB",
        "attempt=%ff&outcome=paid&amount=100&currency=RUB",
    ] {
        let news = read(&posted(body));
        assert!(matches!(news, Err(ConnectorFault::BadCallback { .. })), "{body}: {news:?}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let request = HttpRequest { body, ..posted("") };
        let news = read(&request);
        let hinted = matches!(news, Ok(News::Hint { .. }));
        prop_assert!(!hinted);
    }
}
