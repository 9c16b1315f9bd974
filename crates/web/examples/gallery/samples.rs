//! One sample of every page, for the gallery that is looked at and for the tests that read it.

use domain::attempts::Reason;
use domain::methods::Method;
use domain::payments::Language;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use money::Money;
use money::currency::Currency;
use protocols::robokassa::explain::mistake::Mistake;
use web::checkout::notices::{Explained, Leave, Refused, RefusedKind};
use web::checkout::offers::{Device, Offer, Taste, arrange};
use web::checkout::pages::{self, RenderFault, Rendered};
use web::checkout::views::{
    Choose, ChooseNotice, Deadline, Expired, External, Failed, Field, FieldError, Form, Handle, Held, Late,
    LateWhy, Outcome, Page, Paid, Qr, Redirect, Returning, Stage, Summary,
};
use web::explained::in_words;
use web::time_bar::{Note, TimeBar};

/// A sum in roubles, given in kopecks.
pub fn roubles(minor: i64) -> Money {
    Money::from_minor(minor, Currency::Rub)
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or(Timestamp::UNIX_EPOCH)
}

/// What every sample page knows.
pub fn page(language: Language) -> Page {
    Page {
        language,
        zone: TimeZone::get("Europe/Moscow").unwrap_or(TimeZone::UTC),
        now: at("2026-03-14T12:04:00Z"),
        place: "OpenKassa".into(),
        help: Some("help@kassa.example".into()),
        test: false,
        clock: None,
        payment: Some(Handle { id: "pay_3k9q0m5x7v2t8w4r6n1b0c5d7f".into(), csrf: "sample-token".into() }),
    }
}

/// The order that is being paid in the samples.
pub fn summary(language: Language) -> Summary {
    let (shop, description, collector) = match language {
        Language::Ru => ("Чайная лавка", "Улун «Те Гуань Инь», 2 шт., доставка", "ООО «Чайная лавка»"),
        Language::En | Language::Uk | Language::Es | Language::Bg => {
            ("Tea Corner", "Oolong Tie Guan Yin, 2 pcs, delivery", "Tea Corner LLC")
        }
    };
    Summary {
        shop: shop.into(),
        sum: roubles(129_000),
        price: None,
        order: Some("5417".into()),
        description: Some(description.into()),
        collector: Some(collector.into()),
        until: Some(at("2026-03-21T12:04:00Z")),
    }
}

/// The method list as a browser of this kind sees it. Every method but the two named costs the order's sum.
pub fn choose(language: Language, device: Device, count: usize, query: Option<&str>) -> Choose {
    let methods = Method::ALL.iter().cycle().take(count).copied();
    let offers: Vec<_> =
        methods.map(|method| Offer { method, total: roubles(price(method)), asks_email: false }).collect();
    arrange(&offers, roubles(129_000), &Taste { device, preferred: None, last: None, query, language })
}

fn price(method: Method) -> i64 {
    match method {
        Method::MobileBalance => 145_800,
        Method::Cash => 134_160,
        Method::BankCard | Method::Sbp | Method::SberPay | Method::TPay | Method::YooMoney => 129_000,
    }
}

/// Every state of the payment page, by the name of its file.
pub fn stages(language: Language) -> Vec<(&'static str, Stage)> {
    let mut all = choosing(language);
    all.extend(waiting());
    all.extend(ended());
    all
}

fn choosing(language: Language) -> Vec<(&'static str, Stage)> {
    let desktop = |count, query| choose(language, Device::Desktop, count, query);
    let again = |notice| Choose { notice: Some(notice), ..choose(language, Device::Phone, 4, None) };
    let form = |phone, email| {
        Stage::Form(Form {
            method: Method::MobileBalance,
            total: roubles(145_800),
            fee: Some(roubles(16_800)),
            phone,
            email,
            saved: None,
            others: true,
        })
    };
    let plain = Form {
        method: Method::BankCard,
        total: roubles(129_000),
        fee: None,
        phone: None,
        email: None,
        saved: None,
        others: true,
    };
    let wrong = |value: &str, error| Some(Field { value: value.into(), error: Some(error) });
    vec![
        ("choose", Stage::Choose(desktop(7, None))),
        ("choose-phone", Stage::Choose(choose(language, Device::Phone, 7, None))),
        ("choose-many", Stage::Choose(desktop(30, None))),
        ("choose-found", Stage::Choose(desktop(30, Some("pay")))),
        ("choose-none-found", Stage::Choose(desktop(30, Some("xyz")))),
        ("choose-none", Stage::Choose(Choose::default())),
        ("choose-again", Stage::Choose(again(ChooseNotice::EarlierStillPayable))),
        ("choose-elsewhere", Stage::Choose(again(ChooseNotice::StartedElsewhere))),
        ("form", form(Some(Field::default()), Some(Field::default()))),
        ("form-errors", form(wrong("+7 912", FieldError::Malformed), wrong("", FieldError::Empty))),
        ("form-plain", Stage::Form(plain)),
    ]
}

fn waiting() -> Vec<(&'static str, Stage)> {
    let deadline = Some(Deadline { from: at("2026-03-14T12:00:00Z"), until: at("2026-03-14T12:40:00Z") });
    let qr = |phone| {
        Stage::Qr(Qr {
            method: Method::Sbp,
            code: "https://qr.bank.example/AS1000670LSS7DN18SJQDNP4B05KLJL2?type=01&bank=100000000001&sum=129000"
                .into(),
            phone,
            deadline,
        })
    };
    let redirect = Redirect {
        method: Method::BankCard,
        provider: "ЮKassa".into(),
        link: "https://pay.bank.example/checkout?order=2d9f".into(),
        deadline,
    };
    let external = |method, phone: Option<&str>| {
        Stage::External(External { method, phone: phone.map(str::to_owned), deadline })
    };
    vec![
        ("starting", Stage::Starting(Method::Sbp)),
        ("redirect", Stage::Redirect(redirect)),
        ("qr", qr(false)),
        ("qr-phone", qr(true)),
        ("external-phone", external(Method::MobileBalance, Some("+7 912 345-67-89"))),
        ("external-app", external(Method::SberPay, None)),
        ("checking", Stage::Checking(Method::BankCard)),
        ("closing", Stage::Closing),
        (
            "outcome",
            Stage::Outcome(Outcome {
                method: Method::BankCard,
                total: roubles(129_000),
                hold: false,
                reasons: Reason::ALL.to_vec(),
            }),
        ),
        (
            "outcome-hold",
            Stage::Outcome(Outcome {
                method: Method::BankCard,
                total: roubles(129_000),
                hold: true,
                reasons: Reason::ALL.to_vec(),
            }),
        ),
    ]
}

fn ended() -> Vec<(&'static str, Stage)> {
    let paid = |refunded, returns| {
        Stage::Paid(Paid {
            method: Method::Sbp,
            sum: roubles(129_000),
            at: at("2026-03-14T12:03:00Z"),
            refunded,
            returns,
        })
    };
    let failed = |reason, untouched, again| {
        Stage::Failed(Failed { method: Method::BankCard, reason, untouched, again, others: true })
    };
    let late = |why, back| Stage::Late(Late { received: roubles(100_000), why, back });
    let expired = |prompted| Stage::Expired(Expired { at: at("2026-03-13T12:04:00Z"), prompted });
    let held =
        Held { method: Method::BankCard, sum: roubles(129_000), until: Some(at("2026-03-20T12:03:00Z")) };
    vec![
        ("held", Stage::Held(held)),
        ("paid", paid(None, true)),
        ("paid-refunded", paid(Some(roubles(50_000)), false)),
        ("failed", failed(Reason::InsufficientFunds, true, true)),
        ("failed-unsure", failed(Reason::IssuerUnavailable, false, false)),
        ("expired", expired(false)),
        ("expired-prompted", expired(true)),
        ("cancelled", Stage::Cancelled(None)),
        ("cancelled-released", Stage::Cancelled(Some(roubles(129_000)))),
        ("late-on-its-way", late(LateWhy::AfterEnd, Returning::OnItsWay)),
        ("late-done", late(LateWhy::Twice, Returning::Done)),
        ("late-by-hand", late(LateWhy::OtherSum, Returning::ByHand)),
    ]
}

/// Every page of one language, by the name of its file.
///
/// # Errors
/// Whatever a page could not be written for.
pub fn pages(language: Language) -> Result<Vec<(String, Rendered)>, RenderFault> {
    let page = page(language);
    let mut all = Vec::new();
    for (name, stage) in stages(language) {
        let page = Page { test: name.starts_with("outcome"), ..page.clone() };
        all.push((name.to_owned(), pages::payment(&page, &summary(language), &stage)?));
    }
    for (name, asks_token, note) in [("clock", false, None), ("clock-token", true, Some(Note::Token))] {
        let bar = TimeBar {
            csrf: "sample-token".into(),
            back: "/pay/pay_3k9q0m5x7v2t8w4r6n1b0c5d7f".into(),
            zone: "Europe/Moscow".into(),
            asks_token,
            note,
        };
        let page = Page { clock: Some(bar), test: true, ..page.clone() };
        let stage = Stage::Choose(choose(language, Device::Desktop, 7, None));
        all.push((name.into(), pages::payment(&page, &summary(language), &stage)?));
    }
    let page = Page { payment: None, ..page };
    all.push(("live-clock".into(), pages::live_clock(&page)?));
    let explained = Explained {
        mistakes: vec![in_words(language, &Mistake::PasswordsSwapped)],
        expected: Some("daisy:1290.00:5417:***:Shp_user=42".into()),
        signed: Some("daisy:1290.00:5417:***:Shp_user=42".into()),
    };
    let refused = Refused {
        number: 29,
        kind: RefusedKind::Signature,
        parameter: Some("SignatureValue".into()),
        explained: Some(explained),
    };
    all.push(("refused".into(), pages::refused(&page, &refused)?));
    all.push(("missing".into(), pages::missing(&page)?));
    all.push(("busy".into(), pages::busy(&page, Some("/pay/pay_3k9q0m5x7v2t8w4r6n1b0c5d7f"))?));
    let fields = vec![("OutSum".to_owned(), "1290.00".to_owned()), ("InvId".to_owned(), "5417".to_owned())];
    let leave = |fields, known| Leave { target: "https://shop.example/paid".into(), fields, known };
    all.push(("leave-post".into(), pages::leave(&page, &leave(Some(fields), true))?));
    all.push(("leave-unknown".into(), pages::leave(&page, &leave(None, false))?));
    Ok(all)
}
