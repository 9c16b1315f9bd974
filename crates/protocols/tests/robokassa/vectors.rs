//! Every recorded vector of payment starts, notices, redirects and state questions.

use domain::payments::{CustomField, Language};
use domain::secrets::Secret;
use domain::sellers::Algorithm;
use money::Money;
use money::currency::Currency;
use protocols::robokassa::holds::{HoldRefused, HoldRequest, HoldWish};
use protocols::robokassa::notice::{Paid, Signer, Told, result_fields, success_fields};
use protocols::robokassa::op_state::StateQuery;
use protocols::robokassa::receipt::ReceiptError;
use protocols::robokassa::{Endpoint, path};
use serde_json::Value;
use wire::digest::Digest;
use wire::form::encode_pairs;

use crate::support::{Shop, blamed, get, post};

const VECTORS: &str = include_str!("../../vectors/robokassa.json");

fn vectors(kind: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let of_kind: Vec<Value> = all.into_iter().filter(|vector| vector["kind"] == kind).collect();
    assert!(!of_kind.is_empty(), "{kind}");
    of_kind
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn fields(vector: &Value) -> Vec<(String, String)> {
    let input = vector["input"].as_object().unwrap();
    input.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
}

fn shop(vector: &Value) -> Shop {
    let secrets = &vector["secrets"];
    let test = text(&vector["input"], "IsTest") == "1";
    let password = |number: &str| {
        let of_test = text(secrets, &format!("test_password{number}"));
        let named = text(secrets, &format!("password{number}"));
        if test && !of_test.is_empty() { of_test.to_owned() } else { named.to_owned() }
    };
    Shop::with(text(vector, "algo"), &password("1"), &password("2"))
}

/// What must become of a verified request: features that do not exist are refused by their own number.
fn expected_refusal(fields: &[(String, String)]) -> Option<(u16, Option<&'static str>)> {
    let has = |name: &str| fields.iter().any(|(known, value)| known == name && !value.is_empty());
    let order = [("StepByStep", 64), ("Token", 41)];
    order.into_iter().find(|(name, _)| has(name)).map(|(name, number)| (number, Some(name)))
}

#[test]
fn every_payment_start_is_verified_then_accepted_or_refused_by_its_own_number() {
    for vector in vectors("payment_start") {
        let name = text(&vector, "name");
        let mut sent = fields(&vector);
        let refusal = expected_refusal(&sent);
        sent.push(("SignatureValue".to_owned(), text(&vector, "expected").to_uppercase()));
        let query = encode_pairs(sent.iter().map(|(name, value)| (name, value)));
        for request in [get(&query), post("", &query), post(&query, "")] {
            let opened = shop(&vector).open(&request);
            match refusal {
                Some(refusal) => assert_eq!(blamed(opened), refusal, "{name}"),
                None => {
                    assert_accepted(&vector, opened.unwrap_or_else(|refused| panic!("{name}: {refused}")))
                }
            }
        }
        // The same request under another password or with another sum is nobody's.
        let stranger = Shop::with(text(&vector, "algo"), "another", "another");
        assert_eq!(blamed(stranger.open(&get(&query))).0, 29, "{name}");
        if sent.iter().any(|(name, _)| name == "OutSum") {
            let changed = query.replace("OutSum=1", "OutSum=2");
            assert_eq!(blamed(shop(&vector).open(&get(&changed))).0, 29, "{name}");
        }
    }
}

fn assert_accepted(vector: &Value, order: protocols::order::Order) {
    let input = &vector["input"];
    let name = text(vector, "name");
    let sum = if input["OutSum"].is_string() { text(input, "OutSum") } else { text(input, "DefaultSum") };
    // A price in another currency is converted where rates are known.
    let currency = Currency::from_code(text(input, "OutSumCurrency")).unwrap_or(Currency::Rub);
    assert_eq!(order.sum, Money::parse(sum, currency).unwrap(), "{name}");
    assert_eq!(order.sum_text, sum, "{name}");
    assert_eq!(order.number, text(input, "InvId").parse().ok().filter(|&number: &i64| number > 0), "{name}");
    assert_eq!(order.test, text(input, "IsTest") == "1", "{name}");
    let item = order.receipt.as_ref().map(|receipt| receipt.lines()[0].name.as_str());
    assert_eq!(item, input["Receipt"].is_string().then_some("Товар"), "{name}");
    let back = |address: Option<domain::sellers::ShopAddress>| {
        address.map_or((String::new(), String::new()), |to| (to.url, to.verb.code().to_owned()))
    };
    let plain = |url: &str| url.replace("%3A", ":").replace("%2F", "/");
    let sent = |url, verb| (plain(text(input, url)), text(input, verb).to_owned());
    assert_eq!(back(order.success), sent("SuccessUrl2", "SuccessUrl2Method"), "{name}");
    assert_eq!(back(order.fail), sent("FailUrl2", "FailUrl2Method"), "{name}");
    let mut custom: Vec<_> = order.custom.into_iter().map(|field| (field.name, field.value)).collect();
    let signed = text(vector, "string_to_sign");
    let tail: String = custom.iter().map(|(name, value)| format!(":{name}={value}")).collect();
    assert!(signed.ends_with(&tail), "{name}: fields go back in the order in which they were signed");
    custom.sort();
    let mut expected: Vec<_> =
        fields(vector).into_iter().filter(|(name, _)| name.to_lowercase().starts_with("shp")).collect();
    expected.sort();
    assert_eq!(custom, expected, "{name}");
}

#[test]
fn every_request_of_a_real_client_is_verified() {
    for vector in vectors("wire") {
        let input = &vector["input"];
        let name = text(&vector, "name");
        assert_eq!(path(text(input, "path")), Some(Endpoint::PaymentStart), "{name}");
        let form = text(input, "form");
        let refusal = match name {
            "wire_15_go_sdk" => Some((64, "StepByStep")),
            _ => None,
        };
        for request in [get(form), post("", form), post(form, "")] {
            let opened = shop(&vector).open(&request);
            match refusal {
                Some((number, parameter)) => assert_eq!(blamed(opened), (number, Some(parameter)), "{name}"),
                None => {
                    let sent = form.split('&').find_map(|pair| {
                        pair.strip_prefix("InvId=").or_else(|| pair.strip_prefix("InvoiceID="))
                    });
                    let number = sent.map(|number| number.parse().unwrap());
                    assert_eq!(opened.unwrap().number, number, "{name}");
                }
            }
        }
    }
}

#[test]
fn every_negative_vector_is_error_29() {
    for vector in vectors("negative") {
        let query = encode_pairs(fields(&vector));
        assert_eq!(blamed(shop(&vector).open(&get(&query))).0, 29, "{}", text(&vector, "name"));
    }
}

/// The fields of a vector as a message: our own order of custom fields is by name ignoring case.
fn told<'a>(vector: &'a Value, custom: &'a mut Vec<CustomField>) -> Told<'a> {
    let input = &vector["input"];
    let named = fields(vector).into_iter().filter(|(name, _)| name.to_lowercase().starts_with("shp"));
    custom.extend(named.map(|(name, value)| CustomField { name, value }));
    custom.sort_by_key(|field| field.name.to_lowercase());
    Told {
        number: text(input, "InvId").parse().unwrap(),
        sum: Money::parse(text(input, "OutSum"), Currency::Rub).unwrap(),
        sum_text: Some(text(input, "OutSum")),
        test: text(input, "IsTest") == "1",
        custom,
    }
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    &pairs.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no {name}")).1
}

#[test]
fn every_notice_is_signed_as_recorded() {
    for vector in vectors("result_notification") {
        let name = text(&vector, "name");
        let password = Secret::new(text(&vector["secrets"], "password2").to_owned());
        let algorithm = Algorithm::from_code(text(&vector, "algo")).unwrap();
        let mut custom = Vec::new();
        let told = told(&vector, &mut custom);
        let paid = Paid { method: None, paid: told.sum, fee: Money::zero(Currency::Rub), email: None };
        let sent = result_fields(&told, &paid, &Signer { password: &password, algorithm });
        assert_eq!(value(&sent, "SignatureValue"), text(&vector, "expected"), "{name}");
        for (field, expected) in fields(&vector) {
            assert_eq!(value(&sent, &field), expected, "{name}");
        }
    }
}

#[test]
fn every_way_back_is_signed_as_recorded() {
    for vector in vectors("success_redirect") {
        let name = text(&vector, "name");
        let password = Secret::new(text(&vector["secrets"], "password1").to_owned());
        let algorithm = Algorithm::from_code(text(&vector, "algo")).unwrap();
        let mut custom = Vec::new();
        let told = told(&vector, &mut custom);
        let sent = success_fields(&told, Language::Ru, &Signer { password: &password, algorithm });
        assert_eq!(value(&sent, "SignatureValue"), text(&vector, "expected"), "{name}");
        for (field, expected) in fields(&vector) {
            assert_eq!(value(&sent, &field), expected, "{name}");
        }
    }
}

#[test]
fn every_state_question_is_verified_in_any_case() {
    for vector in vectors("op_state") {
        let name = text(&vector, "name");
        let mut sent = fields(&vector);
        sent.push(("Signature".to_owned(), text(&vector, "expected").to_uppercase()));
        let query = encode_pairs(sent.iter().map(|(name, value)| (name, value)));
        for request in [get(&query), post("", &query.to_lowercase()), post(&query, "")] {
            let question = StateQuery::read(&request).unwrap();
            assert_eq!(question.login(), "demo");
            assert_eq!(question.verify(&shop(&vector).keys()), Ok(450_009), "{name}");
        }
        let other =
            Digest::ALL.into_iter().find(|digest| !digest.name().eq_ignore_ascii_case(text(&vector, "algo")));
        let stranger = Shop::with(other.unwrap().name(), "password1", "password2");
        let question = StateQuery::read(&get(&query)).unwrap();
        assert!(question.verify(&stranger.keys()).is_err(), "{name}: only the digest configured counts");
    }
}

#[test]
fn every_end_of_a_hold_is_verified_and_a_changed_number_is_not() {
    let mut count = 0;
    for vector in vectors("hold") {
        let name = text(&vector, "name");
        let wish = if name == "hold_cancel" { HoldWish::Cancel } else { HoldWish::Confirm };
        let mut sent = fields(&vector);
        sent.push(("SignatureValue".to_owned(), text(&vector, "expected").to_owned()));
        let verified = |sent: &[(String, String)]| {
            let pairs = sent.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            let body = wire::form::encode_pairs(pairs);
            HoldRequest::read(wish, &post("", &body)).unwrap().verify(&Shop::md5().keys())
        };
        let has_receipt = sent.iter().any(|(name, _)| name == "Receipt");
        let signed = verified(&sent).unwrap_or_else(|refused| panic!("{name}: {refused}"));
        assert_eq!(signed.number, 450_009, "{name}");
        let sum = signed.sum(Currency::Rub).unwrap().map(Money::minor);
        assert_eq!(sum, (wish == HoldWish::Confirm).then_some(10_026), "{name}");
        let receipt = |minor| signed.receipt(Money::from_minor(minor, Currency::Rub));
        assert_eq!(receipt(10_026).unwrap().is_some(), has_receipt, "{name}");
        let of_another_sum = Err(HoldRefused::Receipt(ReceiptError::OtherSum));
        assert_eq!(receipt(10_025), if has_receipt { of_another_sum } else { Ok(None) }, "{name}");
        for (_, value) in sent.iter_mut().filter(|(name, _)| name == "InvoiceID") {
            value.push('1');
        }
        assert_eq!(verified(&sent), Err(HoldRefused::WrongSignature), "{name}");
        count += 1;
    }
    assert_eq!(count, 4);
}

#[test]
fn every_statement_is_written_as_recorded() {
    use base64::Engine as _;
    use protocols::robokassa::result_url2::{State, Statement, signed_text, token};
    for vector in vectors("result_url2") {
        let (name, data) = (text(&vector, "name"), &vector["input"]["payload"]["data"]);
        let stamp = text(&vector["input"]["payload"]["header"], "timestamp");
        let statement = Statement {
            login: text(data, "shop"),
            op_key: text(data, "opKey"),
            number: text(data, "invId").parse().unwrap(),
            method: domain::methods::Method::BankCard,
            paid: Money::parse(text(data, "incSum"), Currency::Rub).unwrap(),
            state: if text(data, "state") == "HOLD" { State::Held } else { State::Paid },
            at: jiff::Timestamp::from_second(stamp.parse().unwrap()).unwrap(),
        };
        let signed = signed_text(&statement);
        assert_eq!(signed, text(&vector, "string_to_sign"), "{name}");
        let signature = text(&vector, "expected").rsplit_once('.').unwrap().1;
        let signature = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(signature).unwrap();
        assert_eq!(token(&signed, &signature), text(&vector, "expected"), "{name}");
    }
}

#[test]
fn every_message_to_a_phone_is_verified() {
    use protocols::robokassa::sms::{SmsCode, SmsRequest};
    for vector in vectors("sms") {
        let name = text(&vector, "name");
        let mut sent = fields(&vector);
        sent.push(("signature".to_owned(), text(&vector, "expected").to_owned()));
        let query = encode_pairs(sent.iter().map(|(name, value)| (name, value)));
        for request in [get(&query), post("", &query), post(&query, "")] {
            assert_eq!(path("/SMS/"), Some(Endpoint::Sms));
            let read = SmsRequest::read(&request).unwrap();
            assert_eq!(read.verify(&shop(&vector).keys()), Ok(()), "{name}");
            let stranger = Shop::with(text(&vector, "algo"), "another", "another");
            assert_eq!(read.verify(&stranger.keys()), Err(SmsCode::WrongSignature), "{name}");
        }
    }
}

#[test]
fn every_envelope_of_a_second_receipt_is_verified() {
    use protocols::robokassa::fiscal::{Envelope, FiscalCode};
    for vector in vectors("fiscal") {
        let name = text(&vector, "name");
        let (first, second) = text(&vector, "expected").split_once('.').unwrap();
        let pad = |segment: &str| segment.to_owned() + &"=".repeat((4 - segment.len() % 4) % 4);
        let padded = format!("{}.{}", pad(first), pad(second));
        for body in [text(&vector, "expected"), &padded] {
            let read = Envelope::read(&post("", body)).unwrap();
            assert_eq!(read.login(), "demo");
            // Whoever pads the first segment has signed it so.
            let changed = body.split_once('.').unwrap().0 != first;
            let signed = if changed { Err(FiscalCode::WrongSignature) } else { Ok(()) };
            assert_eq!(read.verify(&shop(&vector).keys()), signed, "{name}");
            assert!(["34", "14"].contains(&read.name().unwrap().as_str()), "{name}");
        }
        let stranger = Shop::with(text(&vector, "algo"), "another", "another");
        let read = Envelope::read(&post("", text(&vector, "expected"))).unwrap();
        assert_eq!(read.verify(&stranger.keys()), Err(FiscalCode::WrongSignature), "{name}");
    }
}
