//! The requests: built from integers, under idempotency keys made of our own references.

use domain::attempts::Operation;
use domain::methods::Method;
use domain::payments::Language;
use domain::stored::Reuse;
use serde::Serialize;
use wire::digest::Digest;
use wire::http::{Auth, Headers, HttpCall, Method as Verb, Repeat, SettingName};

use crate::connector::{ConnectorFault, Context, Task};

use super::objects::{
    AmountText, MethodData, NewCapture, NewConfirmation, NewMetadata, NewPayment, NewRefund,
};
use super::receipts;
use super::{KEY_HOURS, PROFILE, SECRET_KEY, is_number, misconfigured, secret_key, shop_id, unsupported};

/// The provider works on a request for 30 seconds and answers 500 then; we wait a little longer.
pub(super) const DEADLINE_MS: u32 = 35_000;
/// The longest description of a payment, in characters.
const DESCRIPTION_CHARS_MAX: usize = 128;
/// The longest description of a refund, in characters.
const REFUND_DESCRIPTION_CHARS_MAX: usize = 250;
/// So many digits of a receipt's digest tell captures with different ones apart.
const RECEIPT_MARK_DIGITS: usize = 8;
/// The longest idempotency key.
const KEY_LENGTH_MAX: usize = 64;

/// The call of a task.
pub(super) fn build(task: &Task<'_>, cx: &Context<'_>) -> Result<HttpCall, ConnectorFault> {
    match task.operation {
        Operation::Pay => pay(task, cx),
        Operation::Capture => capture(task, cx),
        Operation::Release => release(task, cx),
        Operation::Refund => refund(task, cx),
        Operation::Check => {
            let number = known_payment(task, "check a payment whose number is not known")?;
            get(cx, &format!("/payments/{number}"))
        }
        Operation::CheckRefund => match task.refund {
            Some(number) if is_number(number) => get(cx, &format!("/refunds/{number}")),
            Some(_) => Err(unsupported("check a refund under such a number")),
            // Nobody told us the refund's number. The same request under the same key brings it.
            None => refund(task, cx),
        },
    }
}

fn pay(task: &Task<'_>, cx: &Context<'_>) -> Result<HttpCall, ConnectorFault> {
    let attempt = task.attempt;
    let offer = PROFILE.offer(attempt.method).ok_or(unsupported("take money by this method"))?;
    if !offer.takes(task.amount) {
        return Err(unsupported("take this sum by this method"));
    }
    if attempt.hold && !offer.holds {
        return Err(unsupported("hold money by this method"));
    }
    let phone = match attempt.method {
        Method::MobileBalance => {
            Some(attempt.payer.phone.as_deref().ok_or(unsupported("charge a phone that is not known"))?)
        }
        Method::BankCard | Method::YooMoney | Method::Sbp | Method::SberPay | Method::TPay | Method::Cash => {
            None
        }
    };
    let (by_new, by_kept, ask) = match attempt.reuse {
        Reuse::Once | Reuse::Keep => (true, None, true),
        // Nobody is there who could confirm.
        Reuse::Charge(_) => (false, Some(""), false),
        Reuse::Confirm(_) => (false, Some(""), true),
    };
    if by_kept.is_some() && !offer.keeps {
        return Err(unsupported("charge a kept method of this kind"));
    }
    let body = NewPayment {
        amount: AmountText::from_money(task.amount),
        capture: !attempt.hold,
        payment_method_data: by_new.then(|| MethodData { kind: method_word(attempt.method), phone }),
        payment_method_id: by_kept,
        save_payment_method: (attempt.reuse == Reuse::Keep && offer.keeps).then_some(true),
        confirmation: ask.then(|| confirmation(attempt.method, cx)),
        description: first_chars(task.description, DESCRIPTION_CHARS_MAX),
        metadata: NewMetadata { attempt: task.reference },
        receipt: receipts::of(task, cx.account)?,
    };
    let call = post(cx, "/payments", task.reference, Some(&body))?;
    Ok(HttpCall { token_at: token_place(&call.body), ..call })
}

/// Where the provider's name of a kept method goes. Quotes within a value are escaped, so the first place
/// that reads like this is the member itself.
fn token_place(body: &[u8]) -> Option<usize> {
    const MEMBER: &[u8] = b"\"payment_method_id\":\"";
    let at = body.windows(MEMBER.len()).position(|text| text == MEMBER)?;
    at.checked_add(MEMBER.len())
}

fn capture(task: &Task<'_>, cx: &Context<'_>) -> Result<HttpCall, ConnectorFault> {
    let number = known_payment(task, "capture a payment whose number is not known")?;
    // A refused capture may be asked for again with another sum, which is another request and needs
    // another key. Twice it cannot happen: the provider captures a payment once.
    let mut key = format!("{}-capture-{}", task.reference, task.amount.minor());
    let receipt = receipts::of(task, cx.account)?;
    if let Some(receipt) = &receipt {
        // Nor is it the same request if other goods cost as much.
        let text = serde_json::to_vec(receipt).map_err(|_| unsupported("write such a receipt"))?;
        let digest = Digest::Sha256.hex(&text);
        key = format!("{key}-{}", digest.get(..RECEIPT_MARK_DIGITS).unwrap_or(&digest));
    }
    let body = NewCapture { amount: AmountText::from_money(task.amount), receipt };
    post(cx, &format!("/payments/{number}/capture"), &key, Some(&body))
}

fn release(task: &Task<'_>, cx: &Context<'_>) -> Result<HttpCall, ConnectorFault> {
    let number = known_payment(task, "release a payment whose number is not known")?;
    post(cx, &format!("/payments/{number}/cancel"), &format!("{}-cancel", task.reference), None::<&()>)
}

fn refund(task: &Task<'_>, cx: &Context<'_>) -> Result<HttpCall, ConnectorFault> {
    let body = NewRefund {
        payment_id: known_payment(task, "give back a payment whose number is not known")?,
        amount: AmountText::from_money(task.amount),
        description: first_chars(task.description, REFUND_DESCRIPTION_CHARS_MAX),
        receipt: receipts::of(task, cx.account)?,
    };
    post(cx, "/refunds", task.reference, Some(&body))
}

/// The provider's word for a method.
fn method_word(method: Method) -> &'static str {
    match method {
        Method::BankCard => "bank_card",
        Method::YooMoney => "yoo_money",
        Method::Sbp => "sbp",
        Method::SberPay => "sberbank",
        Method::TPay => "tinkoff_bank",
        Method::MobileBalance => "mobile_balance",
        Method::Cash => "cash",
    }
}

fn confirmation<'a>(method: Method, cx: &Context<'a>) -> NewConfirmation<'a> {
    let (return_url, locale) = (cx.return_url, locale(cx.language));
    match method {
        // Our page shows the code itself, so the buyer stays on it.
        Method::Sbp => NewConfirmation::Qr { return_url },
        Method::MobileBalance => NewConfirmation::External { locale },
        Method::BankCard | Method::YooMoney | Method::SberPay | Method::TPay | Method::Cash => {
            NewConfirmation::Redirect { return_url, locale }
        }
    }
}

/// The provider's pages speak Russian and English.
fn locale(language: Language) -> &'static str {
    match language {
        Language::Ru => "ru_RU",
        Language::En | Language::Uk | Language::Es | Language::Bg => "en_US",
    }
}

/// What was remembered of the attempt: the provider's number of the payment.
fn known_payment<'a>(task: &Task<'a>, what: &'static str) -> Result<&'a str, ConnectorFault> {
    task.attempt.memo.as_deref().filter(|memo| is_number(memo)).ok_or(unsupported(what))
}

pub(super) fn first_chars(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

fn post<B: Serialize>(
    cx: &Context<'_>,
    path: &str,
    key: &str,
    body: Option<&B>,
) -> Result<HttpCall, ConnectorFault> {
    if !is_key(key) {
        return Err(unsupported("use this reference as an idempotency key"));
    }
    let mut headers = Headers::new();
    headers.push("Content-Type", "application/json");
    headers.push("Idempotence-Key", key);
    let body = match body {
        Some(body) => serde_json::to_vec(body).map_err(|_| unsupported("write such a request"))?,
        None => Vec::new(),
    };
    call(cx, Verb::Post, path, headers, body, Repeat::SameKey { hours: KEY_HOURS })
}

/// Whether a text can be an idempotency key.
pub(super) fn is_key(key: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'+' | b'.' | b'-');
    (1..=KEY_LENGTH_MAX).contains(&key.len()) && key.bytes().all(fits)
}

fn get(cx: &Context<'_>, path: &str) -> Result<HttpCall, ConnectorFault> {
    call(cx, Verb::Get, path, Headers::new(), Vec::new(), Repeat::Safe)
}

fn call(
    cx: &Context<'_>,
    method: Verb,
    path: &str,
    headers: Headers,
    body: Vec<u8>,
    repeat: Repeat,
) -> Result<HttpCall, ConnectorFault> {
    let base = cx.account.base_url.trim_end_matches('/');
    if base.is_empty() {
        return Err(misconfigured("base_url"));
    }
    // The key itself is filled in by whoever sends the call; here it only has to be there.
    secret_key(cx)?;
    let auth = Auth::Basic { user: shop_id(cx)?.to_owned(), password: SettingName::new(SECRET_KEY) };
    Ok(HttpCall {
        method,
        url: format!("{base}{path}"),
        headers,
        body,
        token_at: None,
        auth,
        repeat,
        deadline_ms: DEADLINE_MS,
    })
}
