//! Pages for people: the payer's page of each payment, the payer's phone, and the list of everything.

use askama::Template;
use serde_json::json;

use crate::language::Language;
use crate::message::{Reply, Request};
use crate::render;

use super::control::{self, Outcome};
use super::course::DECLINE_REASONS;
use super::faults::{Family, Faults, On, Rule};
use super::methods::{Confirming, Method};
use super::state::{Payment, Status, Turn, World};
use super::words::{self, Words};

/// Payments on the list page.
const LINES_MAX: usize = 50;

/// What the fault form strikes, in the order of its list.
const STRIKES: [&str; 13] = [
    "any",
    "create_payment",
    "read_payment",
    "list_payments",
    "capture",
    "cancel",
    "create_refund",
    "read_refund",
    "list_refunds",
    "create_receipt",
    "read_receipt",
    "list_receipts",
    "settings",
];

#[derive(Template)]
#[template(path = "yookassa/pay.html")]
struct PayPage<'a> {
    language: Language,
    words: &'a Words,
    payment: &'a Payment,
    sum: String,
    state: &'a str,
    method: Option<&'a str>,
    reason: Option<String>,
    waits: bool,
    from_list: bool,
    methods: Vec<(&'a str, &'a str)>,
    reasons: Vec<(&'a str, String)>,
}

#[derive(Template)]
#[template(path = "yookassa/payer.html")]
struct PayerPage<'a> {
    language: Language,
    words: &'a Words,
    lines: Vec<Line<'a>>,
}

#[derive(Template)]
#[template(path = "yookassa/index.html")]
struct IndexPage<'a> {
    language: Language,
    words: &'a Words,
    lines: Vec<Line<'a>>,
    more: bool,
    faults: Vec<String>,
    fault_kinds: Vec<(&'a str, &'a str)>,
    strikes: [&'a str; 13],
}

#[derive(Template)]
#[template(path = "yookassa/nothing.html")]
struct NothingPage<'a> {
    language: Language,
    words: &'a Words,
}

/// One payment in a list.
struct Line<'a> {
    id: &'a str,
    sum: String,
    code: &'a str,
    state: &'a str,
    method: &'a str,
    phone: Option<&'a str>,
    description: Option<&'a str>,
    refunded: Option<String>,
    at: String,
    waits: bool,
}

/// Answers one request to the pages.
pub(crate) fn answer(world: &mut World, turn: &mut Turn, request: &Request, path: &[&str]) -> Reply {
    match (request.method.as_str(), path) {
        ("GET", []) => index(world, request),
        ("GET", ["payer"]) => phone(world, request),
        ("GET", ["pay", id]) => {
            world.payments.get(id).map_or_else(|| nothing(request), |found| pay(found, request))
        }
        ("POST", ["pay", id]) => choose(world, turn, request, id),
        ("POST", ["faults"]) => switch_faults(world, request),
        ("GET" | "POST", _) => nothing(request),
        _ => Reply::text(405, "Method Not Allowed"),
    }
}

fn nothing(request: &Request) -> Reply {
    let language = Language::of(request, None);
    render::page(404, &NothingPage { language, words: words::words(language) })
}

fn language_of(payment: &Payment, request: &Request) -> Language {
    Language::of(request, payment.confirmation.locale.as_deref().and_then(Language::parse))
}

fn pay(payment: &Payment, request: &Request) -> Reply {
    let language = language_of(payment, request);
    let offered = |method: &Method| {
        payment.method.is_none() && method.on_hosted_page() && payment.amount <= method.most()
    };
    let methods = Method::ALL.into_iter().filter(offered);
    let page = PayPage {
        language,
        words: words::words(language),
        payment,
        sum: language.sum(payment.amount),
        state: words::state(language, payment.status),
        method: payment.method.map(|method| words::method(language, method)),
        reason: payment.cancellation.as_ref().map(|details| words::reason(language, &details.reason)),
        waits: payment.status == Status::Pending,
        from_list: request.field("from").is_some(),
        methods: methods.map(|method| (method.code(), words::method(language, method))).collect(),
        reasons: DECLINE_REASONS.iter().map(|code| (*code, words::reason(language, code))).collect(),
    };
    render::page(200, &page)
}

/// Carries out what the person chose, then sends the browser where it belongs.
fn choose(world: &mut World, turn: &mut Turn, request: &Request, id: &str) -> Reply {
    let Some(payment) = world.payments.get(id) else { return nothing(request) };
    let tag = language_of(payment, request).tag();
    let return_url = payment.confirmation.return_url.clone();
    let outcome = match request.field("outcome").as_deref() {
        Some("pay") => {
            let after = request.field("after_seconds").and_then(|seconds| seconds.parse().ok());
            let method = request.field("method").and_then(|code| Method::parse(&code));
            let method = method.filter(|method| method.on_hosted_page()).or(Some(Method::BankCard));
            Some(Outcome::Pay { after_seconds: after.unwrap_or(0), method })
        }
        Some("decline") => {
            let known = |code: &String| DECLINE_REASONS.contains(&code.as_str());
            let reason =
                request.field("reason").filter(known).unwrap_or_else(|| "insufficient_funds".to_owned());
            Some(Outcome::Decline { reason })
        }
        // Going back decides nothing: the payment keeps waiting.
        Some("back") => None,
        _ => return Reply::text(400, "outcome must be pay, decline or back"),
    };
    // A second click on an old page finds the payment decided; the page it lands on says so.
    if let Some(outcome) = outcome {
        control::decide(world, turn, id, &outcome);
    }
    match (request.field("from").as_deref(), return_url) {
        (Some("index"), _) => Reply::see_other(&format!("/?lang={tag}")),
        (Some("payer"), _) => Reply::see_other(&format!("/payer?lang={tag}")),
        (_, Some(url)) => Reply::see_other(&url),
        (_, None) => Reply::see_other(&format!("/pay/{id}?lang={tag}")),
    }
}

fn line(payment: &Payment, language: Language) -> Line<'_> {
    let unknown = words::words(language).no_method;
    Line {
        id: &payment.id,
        sum: language.sum(payment.amount),
        code: payment.status.code(),
        state: words::state(language, payment.status),
        method: payment.method.map_or(unknown, |method| words::method(language, method)),
        phone: payment.phone.as_deref(),
        description: payment.description.as_deref(),
        refunded: (payment.refunded > 0).then(|| language.sum(payment.refunded)),
        at: payment.created_at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        waits: payment.status == Status::Pending,
    }
}

fn phone(world: &World, request: &Request) -> Reply {
    let language = Language::of(request, None);
    let waits = |payment: &Payment| {
        payment.status == Status::Pending && payment.confirmation.by == Confirming::External
    };
    let waiting = world.payments.oldest_first().rev().filter(|(_, payment)| waits(payment));
    let lines = waiting.take(LINES_MAX).map(|(_, payment)| line(payment, language)).collect();
    render::page(200, &PayerPage { language, words: words::words(language), lines })
}

fn index(world: &World, request: &Request) -> Reply {
    let language = Language::of(request, None);
    let mut newest = world.payments.oldest_first().rev();
    let lines = newest.by_ref().take(LINES_MAX).map(|(_, payment)| line(payment, language)).collect();
    let page = IndexPage {
        language,
        words: words::words(language),
        lines,
        more: newest.next().is_some(),
        faults: world.faults.rules.iter().map(|rule| json!(rule).to_string()).collect(),
        fault_kinds: words::faults(language).to_vec(),
        strikes: STRIKES,
    };
    render::page(200, &page)
}

/// Adds one fault from the form, or clears all of them.
fn switch_faults(world: &mut World, request: &Request) -> Reply {
    let tag = Language::of(request, None).tag();
    if request.field("do").as_deref() == Some("clear") {
        world.faults = Faults::default();
        return Reply::see_other(&format!("/?lang={tag}"));
    }
    let number = |name: &str| request.field(name).and_then(|text| text.parse::<u32>().ok()).unwrap_or(1);
    let size = number("size");
    let rule = json!({
        "on": request.field("on"), "fault": request.field("fault"), "next": number("next"),
        "ms": u64::from(size) * 1_000, "seconds": size, "times": size, "reason": "insufficient_funds",
    });
    let added =
        serde_json::from_value::<Rule>(rule).map_err(|error| error.to_string()).and_then(|mut rule| {
            // Faults of notices and refunds strike in one place only, whatever stands in the list.
            rule.on = match rule.fault.family() {
                Family::Answer => rule.on,
                Family::Refund => On::CreateRefund,
                Family::Payout => On::CreatePayout,
                Family::Notice => On::Notice,
            };
            let mut faults = world.faults.clone();
            faults.rules.push(rule);
            faults.check().map(|()| faults)
        });
    match added {
        Ok(faults) => {
            world.faults = faults;
            Reply::see_other(&format!("/?lang={tag}"))
        }
        Err(why) => Reply::text(400, why),
    }
}
