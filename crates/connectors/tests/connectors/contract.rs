//! What every connector in the registry promises, whoever wrote it.

use std::collections::BTreeSet;

use connectors::connector::{Connector, ConnectorFault, News, Next};
use connectors::registry;
use domain::attempts::Operation;
use domain::outcomes::Outcome;
use jiff::SignedDuration;
use money::Money;
use proptest::prelude::*;
use wire::http::{Auth, Headers, HttpRequest, Method as Verb, Repeat};

use crate::stage::{FAKE_KEY, Stage};

/// A task for every operation, method, currency and kind of taking that the profile offers.
fn tasks(connector: &'static dyn Connector) -> Vec<Stage> {
    let profile = connector.profile();
    let mut stages = Vec::new();
    for &operation in profile.operations {
        for offer in profile.methods {
            for &currency in offer.currencies {
                for hold in [false, true] {
                    let takes = matches!(operation, Operation::Pay | Operation::Check | Operation::Refund);
                    if hold && (!offer.holds || !takes) {
                        continue;
                    }
                    stages.push(Stage::of(connector, operation).with(|stage| {
                        stage.attempt.method = offer.method;
                        stage.attempt.hold |= hold;
                        stage.attempt.amount = Money::from_minor(offer.smallest, currency);
                        stage.amount = stage.attempt.amount;
                    }));
                }
            }
        }
    }
    stages
}

#[test]
fn names_are_unique_and_lead_back() {
    let names: BTreeSet<_> = registry::all().iter().map(|connector| connector.profile().name).collect();
    assert_eq!(names.len(), registry::all().len());
    for name in names {
        assert_eq!(registry::find(name).unwrap().profile().name, name);
    }
}

#[test]
fn profiles_are_complete() {
    for connector in registry::all() {
        let profile = connector.profile();
        assert!(
            profile.operations.contains(&Operation::Pay) && profile.operations.contains(&Operation::Check)
        );
        assert!(!profile.title.is_empty() && !profile.methods.is_empty() && !profile.checks.is_empty());
        assert!(profile.checks.iter().all(|gap| *gap > SignedDuration::ZERO));
        assert!(profile.checks.is_sorted());
        let methods: BTreeSet<_> = profile.methods.iter().map(|offer| offer.method).collect();
        assert_eq!(methods.len(), profile.methods.len(), "{} offers a method twice", profile.name);
        for offer in profile.methods {
            assert!(!offer.currencies.is_empty() && 0 < offer.smallest && offer.smallest <= offer.largest);
        }
        let settings: BTreeSet<_> = profile.settings.iter().map(|spec| spec.name).collect();
        assert_eq!(settings.len(), profile.settings.len());
        assert!(profile.settings.iter().all(|spec| !spec.hint.is_empty()));
    }
}

#[test]
fn every_operation_offered_has_a_first_step_for_every_method() {
    for &connector in registry::all() {
        let stages = tasks(connector);
        assert!(!stages.is_empty());
        for stage in stages {
            let what =
                format!("{} {:?} {:?}", connector.profile().name, stage.operation, stage.attempt.method);
            let step = stage.begin().unwrap_or_else(|fault| panic!("{what}: {fault}"));
            assert_eq!(stage.begin(), Ok(step), "{what}: the same task, another step");
        }
    }
}

#[test]
fn nothing_is_taken_before_anybody_was_asked() {
    for &connector in registry::all() {
        for stage in tasks(connector).into_iter().filter(|stage| stage.operation == Operation::Pay) {
            assert!(!matches!(stage.begin().unwrap().next, Next::Done(_)));
        }
    }
}

#[test]
fn a_call_goes_to_the_account_and_carries_no_secret() {
    for &connector in registry::all() {
        for stage in tasks(connector) {
            let Next::Call(call) = stage.begin().unwrap().next else { continue };
            assert!(call.url.starts_with(&format!("{}/", stage.account.base_url)), "{}", call.url);
            assert!(!format!("{call:?}").contains(FAKE_KEY));
            assert!(!String::from_utf8_lossy(&call.body).contains(FAKE_KEY));
            assert!((1..=60_000).contains(&call.deadline_ms));
            match &call.auth {
                Auth::Basic { password: setting, .. } | Auth::Bearer { token: setting } => {
                    let spec = connector.profile().settings.iter().find(|spec| spec.name == setting.as_str());
                    assert!(spec.unwrap().secret, "{} is not a secret of the profile", setting.as_str());
                }
                Auth::None => {}
            }
            if stage.operation == Operation::Check {
                assert_eq!(call.repeat, Repeat::Safe, "a question changes nothing");
            } else {
                assert!(call.repeat != Repeat::Safe || stage.operation == Operation::CheckRefund);
            }
        }
    }
}

#[test]
fn an_account_without_a_required_setting_begins_nothing() {
    for &connector in registry::all() {
        for spec in connector.profile().settings.iter().filter(|spec| spec.required) {
            let stage = Stage::of(connector, Operation::Pay)
                .with(|stage| stage.account.settings.retain(|(known, _)| known != spec.name));
            let provider = connector.profile().name;
            let expected = ConnectorFault::Misconfigured { provider, setting: spec.name };
            assert_eq!(stage.begin().unwrap_err(), expected);
        }
    }
}

#[test]
fn a_server_that_is_down_never_ends_anything() {
    for &connector in registry::all() {
        for &operation in connector.profile().operations {
            for status in [500, 502, 503, 504, 429] {
                let read = Stage::of(connector, operation).reply(status, b"");
                assert!(read.is_err(), "{} {operation:?} {status}", connector.profile().name);
            }
        }
    }
}

proptest! {
    #[test]
    fn random_answers_end_nothing(
        status in 100_u16..600, place in 0..Operation::ALL.len(),
        body in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        for &connector in registry::all() {
            let read = Stage::of(connector, Operation::ALL[place]).reply(status, &body);
            let ended = matches!(read.as_ref().map(|step| &step.next), Ok(Next::Done(_)));
            prop_assert!(!ended, "{}: {read:?}", connector.profile().name);
        }
    }

    #[test]
    fn strangers_prove_nothing(
        word in "(paid|held|declined|succeeded)", body in "\\PC{0,80}", json in any::<bool>(),
    ) {
        let body = if json {
            format!(r#"{{"type":"notification","event":"payment.{word}","object":{{"id":"1","status":"{word}"}}}}"#)
        } else {
            format!("attempt=try_1&outcome={word}&amount=100&currency=RUB&reason=timeout&rest={body}")
        };
        let request = HttpRequest {
            method: Verb::Post, path: "/callbacks/main".to_owned(), query: body.clone(), headers: Headers::new(),
            body: body.into_bytes(), peer: Some("203.0.113.7".parse().unwrap()),
        };
        for &connector in registry::all() {
            let stage = Stage::of(connector, Operation::Check);
            let news = connector.callback(&request, &stage.context());
            let paid = matches!(
                news,
                Ok(News::Proven {
                    outcome: Outcome::Received { .. } | Outcome::Held { .. } | Outcome::Declined { .. }, ..
                })
            );
            prop_assert!(!paid, "{}: {news:?}", connector.profile().name);
        }
    }
}
