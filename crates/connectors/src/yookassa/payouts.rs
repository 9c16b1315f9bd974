//! Payouts: to a card, a wallet or a bank account by phone, under the credentials of a payout gateway.
//!
//! The gateway has a number and a secret key of its own, beside those of the shop. An account that lacks them
//! takes money and pays none out.

use domain::attempts::Reason;
use domain::payouts::DestinationKind;
use domain::providers::{ProviderAccount, Setting};
use domain::secrets::Secret;
use money::currency::Currency;
use serde::{Deserialize, Serialize};
use wire::http::{Auth, Headers, HttpCall, HttpReply, Method as Verb, Repeat, SettingName};

use crate::connector::ConnectorFault;
use crate::payouts::{PayoutAsk, PayoutNext, PayoutOffer, PayoutStep, PayoutTask, PaysOut};

use super::calls::{DEADLINE_MS, first_chars, is_key};
use super::objects::{AmountText, Cancellation};
use super::reasons::reason;
use super::replies::{busy, object, shown, written};
use super::{
    KEY_HOURS, PAYOUT_KEY, PAYOUT_SHOP, TEST_KEY_BEGINS, YooKassa, bad_reply, is_number, misconfigured,
    unsupported,
};

/// The longest description, in characters.
const DESCRIPTION_CHARS_MAX: usize = 128;
/// The smallest and the largest payout, in kopecks; the provider's own limits are agreed with each gateway.
const LIMITS: (i64, i64) = (100, 50_000_000);

static OFFERS: [PayoutOffer; 3] =
    [offer(DestinationKind::Card), offer(DestinationKind::Phone), offer(DestinationKind::Wallet)];

const fn offer(to: DestinationKind) -> PayoutOffer {
    PayoutOffer { to, currencies: &[Currency::Rub], smallest: LIMITS.0, largest: LIMITS.1 }
}

/// A payout to be made.
#[derive(Serialize)]
struct NewPayout<'a> {
    amount: AmountText,
    payout_destination_data: NewDestination<'a>,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    metadata: NewMetadata<'a>,
}

/// Where to; the numbers are empty until the call is sent.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum NewDestination<'a> {
    BankCard { card: NewCard },
    YooMoney { account_number: &'static str },
    Sbp { phone: &'static str, bank_id: &'a str },
}

#[derive(Serialize)]
struct NewCard {
    number: &'static str,
}

#[derive(Serialize)]
struct NewMetadata<'a> {
    payout: &'a str,
}

/// A payout as the provider has it.
#[derive(Deserialize)]
struct Payout {
    id: String,
    status: PayoutStatus,
    amount: AmountText,
    test: bool,
    metadata: Option<Metadata>,
    cancellation_details: Option<Cancellation>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PayoutStatus {
    Pending,
    Succeeded,
    Canceled,
}

/// Our own word, given back.
#[derive(Deserialize)]
struct Metadata {
    payout: Option<String>,
}

impl PaysOut for YooKassa {
    fn offers(&self, account: &ProviderAccount) -> &'static [PayoutOffer] {
        if gateway(account).is_ok() && payout_key(account).is_ok() { &OFFERS } else { &[] }
    }

    fn begin(&self, task: &PayoutTask<'_>, account: &ProviderAccount) -> Result<PayoutStep, ConnectorFault> {
        let call = match (task.ask, task.memo) {
            (PayoutAsk::Send | PayoutAsk::Repeat, _) => create(task, account)?,
            (PayoutAsk::Check, Some(number)) if is_number(number) => {
                let headers = Headers::new();
                call(account, Verb::Get, &format!("/payouts/{number}"), headers, Vec::new(), Repeat::Safe)?
            }
            (PayoutAsk::Check, Some(_) | None) => {
                return Err(unsupported("check a payout under such a number"));
            }
        };
        Ok(PayoutStep { remember: None, next: PayoutNext::Call(call) })
    }

    fn reply(
        &self,
        task: &PayoutTask<'_>,
        reply: &HttpReply,
        account: &ProviderAccount,
    ) -> Result<PayoutStep, ConnectorFault> {
        match reply.status {
            200 => payout_step(task, &object(&reply.body)?, account),
            202 => Err(busy("it is still processing the request")),
            429 => Err(busy("too many requests")),
            // It may have been carried out all the same. The same key brings the answer later.
            status @ 500..=599 => Err(busy(format!("status {status}"))),
            status => refused(task, status, &reply.body),
        }
    }
}

fn create(task: &PayoutTask<'_>, account: &ProviderAccount) -> Result<HttpCall, ConnectorFault> {
    if !OFFERS.iter().any(|offer| offer.takes(task.to, task.amount)) {
        return Err(unsupported("pay out this sum"));
    }
    if !is_key(task.reference) {
        return Err(unsupported("use this reference as an idempotency key"));
    }
    let (to, member) = match task.to {
        DestinationKind::Card => (NewDestination::BankCard { card: NewCard { number: "" } }, "number"),
        DestinationKind::Wallet => (NewDestination::YooMoney { account_number: "" }, "account_number"),
        DestinationKind::Phone => {
            let bank_id = task.bank.ok_or(unsupported("pay out to a phone whose bank is not named"))?;
            (NewDestination::Sbp { phone: "", bank_id }, "phone")
        }
    };
    let body = NewPayout {
        amount: AmountText::from_money(task.amount),
        payout_destination_data: to,
        description: first_chars(task.description, DESCRIPTION_CHARS_MAX),
        metadata: NewMetadata { payout: task.reference },
    };
    let body = serde_json::to_vec(&body).map_err(|_| unsupported("write such a request"))?;
    let mut headers = Headers::new();
    headers.push("Content-Type", "application/json");
    headers.push("Idempotence-Key", task.reference);
    let token_at = number_place(&body, member).ok_or(unsupported("write such a request"))?;
    let call = call(account, Verb::Post, "/payouts", headers, body, Repeat::SameKey { hours: KEY_HOURS })?;
    Ok(HttpCall { token_at: Some(token_at), ..call })
}

/// Where the number goes. What stands before it in the body is ours alone, so the first empty member of this
/// name is the one.
fn number_place(body: &[u8], member: &str) -> Option<usize> {
    let opening = format!("\"{member}\":\"");
    let at = body.windows(opening.len()).position(|text| text == opening.as_bytes())?;
    at.checked_add(opening.len())
}

fn call(
    account: &ProviderAccount,
    method: Verb,
    path: &str,
    headers: Headers,
    body: Vec<u8>,
    repeat: Repeat,
) -> Result<HttpCall, ConnectorFault> {
    let base = account.base_url.trim_end_matches('/');
    if base.is_empty() {
        return Err(misconfigured("base_url"));
    }
    // The key itself is filled in by whoever sends the call; here it only has to be there.
    payout_key(account)?;
    let auth = Auth::Basic { user: gateway(account)?.to_owned(), password: SettingName::new(PAYOUT_KEY) };
    let url = format!("{base}{path}");
    Ok(HttpCall { method, url, headers, body, token_at: None, auth, repeat, deadline_ms: DEADLINE_MS })
}

/// The number of the payout gateway. The colon would end the user name of HTTP Basic.
fn gateway(account: &ProviderAccount) -> Result<&str, ConnectorFault> {
    match account.setting(PAYOUT_SHOP) {
        Some(Setting::Plain(text)) if !text.is_empty() && !text.contains(':') => Ok(text),
        Some(Setting::Plain(_) | Setting::Secret(_)) | None => Err(misconfigured(PAYOUT_SHOP)),
    }
}

fn payout_key(account: &ProviderAccount) -> Result<&Secret, ConnectorFault> {
    match account.setting(PAYOUT_KEY) {
        Some(Setting::Secret(secret)) if !secret.expose().is_empty() => Ok(secret),
        Some(Setting::Secret(_) | Setting::Plain(_)) | None => Err(misconfigured(PAYOUT_KEY)),
    }
}

/// An answer is believed only if it is about our own payout.
fn payout_step(
    task: &PayoutTask<'_>,
    payout: &Payout,
    account: &ProviderAccount,
) -> Result<PayoutStep, ConnectorFault> {
    if !is_number(&payout.id) {
        return Err(bad_reply("the payout has no proper number"));
    }
    if task.memo.is_some_and(|memo| memo != payout.id) {
        return Err(bad_reply("the payout is another one than asked about"));
    }
    let named = payout.metadata.as_ref().and_then(|metadata| metadata.payout.as_deref());
    if named != Some(task.reference) {
        return Err(bad_reply("the payout does not belong to this reference"));
    }
    if payout.test != payout_key(account)?.expose().starts_with(TEST_KEY_BEGINS) {
        return Err(bad_reply("test and live money are mixed up"));
    }
    if payout.amount.money(task.amount.currency()) != Some(task.amount) {
        return Err(bad_reply("the amount is not the payout's"));
    }
    let next = match payout.status {
        PayoutStatus::Pending => PayoutNext::Wait,
        PayoutStatus::Succeeded => PayoutNext::Settled,
        PayoutStatus::Canceled => PayoutNext::Bounced(reason(payout.cancellation_details.as_ref())),
    };
    Ok(PayoutStep { remember: Some(payout.id.clone()), next })
}

/// An error that the provider itself wrote is final for a first request. After a lost answer it is so unless our
/// credentials are refused, which says nothing of what was carried out before; and no question is ever answered
/// by an error.
fn refused(task: &PayoutTask<'_>, status: u16, body: &[u8]) -> Result<PayoutStep, ConnectorFault> {
    let (code, parameter) = written(status, body)?;
    let definite = match task.ask {
        PayoutAsk::Send => true,
        PayoutAsk::Repeat => !matches!(status, 401 | 403),
        PayoutAsk::Check => false,
    };
    if !definite {
        return Err(bad_reply(format!("{code} {}", shown(&parameter))));
    }
    let reason = if status == 401 { Reason::AuthError } else { Reason::InvalidRequest };
    Ok(PayoutStep { remember: None, next: PayoutNext::Bounced(reason) })
}
