//! Questions about prices in every form, and the replies.

use super::*;
use domain::secrets::Secret;
use domain::sellers::Algorithm;
use wire::digest::Digest;
use wire::http::{Headers, Method as Verb};

use crate::robokassa::keys::Switches;

fn request(kind: &str, query: &str, body: &str) -> HttpRequest {
    let mut headers = Headers::new();
    headers.push("Content-Type", kind);
    HttpRequest {
        method: if body.is_empty() { Verb::Get } else { Verb::Post },
        path: String::new(),
        query: query.to_owned(),
        headers,
        body: body.as_bytes().to_vec(),
        peer: None,
    }
}

fn rub(minor: i64) -> Money {
    Money::from_minor(minor, Currency::Rub)
}

fn offered(method: Method, price: Option<i64>) -> Offered {
    Offered { method, smallest: rub(100), largest: rub(60_000_000), price: price.map(rub) }
}

#[test]
fn a_question_is_read_from_query_form_json_and_envelope() {
    let soap = "<e:Envelope><e:Body><GetRates><MerchantLogin>demo</MerchantLogin><OutSum>100.10</OutSum></GetRates></e:Body></e:Envelope>";
    for request in [
        request("", "MerchantLogin=demo&OutSum=100.10&Language=ru", ""),
        request("application/x-www-form-urlencoded", "", "merchantlogin=demo&outsum=100.10"),
        request(
            "application/json",
            "",
            "{\"MerchantLogin\":\"demo\",\"OutSum\":100.10,\"Other\":[1],\"No\":null}",
        ),
        request("text/xml; charset=utf-8", "", soap),
    ] {
        let query = PriceQuery::read(&request).unwrap();
        assert_eq!((query.login(), query.out_sum(Currency::Rub)), ("demo", Ok(rub(10_010))), "{request:?}");
    }
    let nameless = PriceQuery::read(&request("", "Language=ru", ""));
    assert_eq!(nameless.unwrap_err(), ResultCode::ShopNotFound);
}

#[test]
fn a_sum_that_is_none_is_not_calculated_with() {
    for sum in ["", "0", "-1", "1e3", "ten"] {
        let query = PriceQuery::read(&request("", &format!("MerchantLogin=demo&OutSum={sum}"), "")).unwrap();
        assert_eq!(query.out_sum(Currency::Rub), Err(ResultCode::NotCalculated), "{sum}");
    }
}

#[test]
fn a_signature_may_be_left_out_and_must_fit_if_it_is_there() {
    let (one, two) = (Secret::new("fakeOne".to_owned()), Secret::new("fakeTwo".to_owned()));
    let keys = ShopKeys {
        login: "demo",
        currency: Currency::Rub,
        algorithm: Algorithm::Md5,
        password1: &one,
        password2: &two,
        switches: Switches::default(),
    };
    let ask = |more: &str| {
        let query = format!("MerchantLogin=demo&IncCurrLabel=BankCardPSR&IncSum=100{more}");
        PriceQuery::read(&request("", &query, "")).unwrap().inc_sum(Currency::Rub, &keys)
    };
    let signature = Digest::Md5.hex(b"demo:100:fakeOne");
    assert_eq!(ask(""), Ok(rub(10_000)));
    assert_eq!(ask(&format!("&Signature={signature}")), Ok(rub(10_000)));
    assert_eq!(ask("&Signature=00"), Err(ResultCode::WrongSignature));
}

#[test]
fn methods_are_listed_in_groups_with_their_limits_and_prices() {
    let query = |language: &str| {
        PriceQuery::read(&request("", &format!("MerchantLogin=demo&Language={language}"), "")).unwrap()
    };
    let all = [
        offered(Method::BankCard, Some(10_526)),
        offered(Method::SberPay, Some(10_000)),
        offered(Method::TPay, None),
    ];
    let rates = list_reply(Service::GetRates, &query("ru"), &all);
    assert!(
        rates.contains("<RatesList ") && rates.contains("<Result><Code>0</Code></Result><Groups>"),
        "{rates}"
    );
    assert!(
        rates.contains(
            "<Group Code=\"BankCard\" Description=\"Банковская карта\"><Items><Currency Label=\"BankCardPSR\" \
             Alias=\"BankCard\" Name=\"Банковская карта\" MinValue=\"1.00\" MaxValue=\"600000.00\">\
             <Rate IncSum=\"105.260000\"/></Currency></Items></Group>"
        ),
        "{rates}"
    );
    let english = list_reply(Service::GetPaymentMethods, &query("en"), &all);
    assert!(
        english.contains("<Methods><Method Code=\"Bank\" Description=\"Banks&apos; buttons\"/><Method Code=\"BankCard\" Description=\"Bank card\"/></Methods>"),
        "{english}"
    );
    let refused = refusal(Service::CalcOutSumm, ResultCode::NotCalculated);
    assert!(refused.contains("<CalcSummsResponseData ") && refused.contains("<Code>5</Code>"), "{refused}");
    assert!(sum_reply(rub(9_320)).contains("<OutSum>93.200000</OutSum>"));
}
