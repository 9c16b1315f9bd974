//! Who looks at a page: the browser that opened the payment, or another one; in which language.

use crate::checkout::framing::is_framed;
use crate::checkout::views::{Handle, Page};
use crate::language::{Wishes, choose};
use crate::state::{Kassa, Web};
use crate::time_bar;
use domain::ids::{BookKind, PageTokenId, PaymentId, VisitId};
use domain::payments::{Language, Payment};
use domain::sellers::Shop;
use jiff::tz::TimeZone;
use wire::form::{RawForm, TextEncoding};
use wire::http::HttpRequest;

/// The cookie in which a reader's choice of language stands.
const LANGUAGE_COOKIE: &str = "kassa_lang";
/// A mark is kept as long as a payment may be looked at.
const MARK_SECONDS: u32 = 30 * 86_400;

/// The cookie that marks the browser that opened a payment. Its value is the payment's own number under
/// another kind, so nobody can make it who does not have the installation's key, and nothing is stored.
///
/// In a frame on a shop's page it is kept for that shop's pages alone; browsers allow that over https only.
pub fn cookie(engine: &Kassa, payment: PaymentId, request: &HttpRequest) -> String {
    let kept = match (engine.public_url().starts_with("https://"), is_framed(request)) {
        (true, true) => "SameSite=None; Secure; Partitioned",
        (true, false) => "SameSite=Lax; Secure",
        (false, _) => "SameSite=Lax",
    };
    let (name, mark) = (mark_name(engine, payment), mark(engine, payment));
    let path = format!("/pay/{}", engine.print(payment));
    format!("{name}={mark}; Path={path}; Max-Age={MARK_SECONDS}; HttpOnly; {kept}")
}

/// What makes a cookie go over TLS only, where we are reached by it.
pub(crate) fn secure(engine: &Kassa) -> &'static str {
    if engine.public_url().starts_with("https://") { "; Secure" } else { "" }
}

/// The cookie that keeps a reader's language.
pub fn language_cookie(language: Language) -> String {
    format!("{LANGUAGE_COOKIE}={}; Path=/; Max-Age={MARK_SECONDS}; SameSite=Lax", language.code())
}

/// Whether the request comes from the browser that opened the payment.
pub fn is_first_browser(engine: &Kassa, payment: PaymentId, request: &HttpRequest) -> bool {
    read_cookie(request, &mark_name(engine, payment)) == Some(mark(engine, payment).as_str())
}

/// Whether a form was sent by our own page of this payment.
pub fn is_own_form(engine: &Kassa, payment: PaymentId, request: &HttpRequest, form: &RawForm) -> bool {
    is_from_here(request) && field(form, "csrf").is_some_and(|token| token == page_token(engine, payment))
}

/// Browsers that tell where a request comes from must not say "another site".
pub fn is_from_here(request: &HttpRequest) -> bool {
    request.headers.get("sec-fetch-site").is_none_or(|site| site != "cross-site")
}

/// What every page knows.
pub fn page(web: &Web, request: &HttpRequest, scene: Option<(&Payment, &Shop)>, lang: Option<&str>) -> Page {
    let asked =
        lang.or(read_cookie(request, LANGUAGE_COOKIE)).map(str::to_owned).or_else(|| culture(request));
    let language = choose(Wishes {
        asked: asked.as_deref(),
        payment: scene.and_then(|(payment, _)| payment.terms.language),
        shop: None,
        browser: request.headers.get("accept-language"),
    });
    let zone = scene.and_then(|(_, shop)| TimeZone::get(&shop.zone).ok());
    let zone = zone.unwrap_or(TimeZone::UTC);
    let address = scene.map(|(payment, _)| format!("/pay/{}", web.engine.print(payment.id)));
    Page {
        language,
        clock: time_bar::of(web, request, address.unwrap_or_else(|| "/".to_owned()), &zone),
        zone,
        now: web.engine.now(),
        place: web.place.clone(),
        help: web.help.clone(),
        test: scene.is_some_and(|(payment, _)| payment.id.book.kind() == BookKind::Test),
        payment: scene.map(|(payment, _)| Handle {
            id: web.engine.print(payment.id),
            csrf: page_token(&web.engine, payment.id),
        }),
    }
}

/// The language that a shop's request names, for pages that refuse it.
fn culture(request: &HttpRequest) -> Option<String> {
    let named = |form: RawForm| form.first("Culture").and_then(|field| field.text(TextEncoding::UTF_8).ok());
    let body = RawForm::from_body(request.headers.get("content-type"), &request.body).ok().and_then(named);
    let query = || RawForm::from_urlencoded(request.query.as_bytes()).ok().and_then(named);
    body.or_else(query).filter(|text| !text.is_empty())
}

/// The value of a field, if it was sent and is text.
pub fn field(form: &RawForm, name: &str) -> Option<String> {
    form.first(name).and_then(|field| field.text(TextEncoding::UTF_8).ok())
}

fn mark(engine: &Kassa, payment: PaymentId) -> String {
    engine.print(VisitId { number: payment.number, book: payment.book })
}

fn mark_name(engine: &Kassa, payment: PaymentId) -> String {
    // Several payments may be open in one browser.
    let id = engine.print(payment);
    format!("kassa_{}", id.chars().rev().take(8).collect::<String>())
}

/// The token of our own forms about a payment.
pub(crate) fn page_token(engine: &Kassa, payment: PaymentId) -> String {
    engine.print(PageTokenId { number: payment.number, book: payment.book })
}

/// The value of a cookie.
pub(crate) fn read_cookie<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    let pairs = request.headers.get("cookie")?.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}
