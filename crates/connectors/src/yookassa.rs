//! YooKassa, API v3: JSON over HTTPS, holds and refunds, notices without signatures.
//!
//! A notice proves nothing here, so it is only a reason to read the payment again. Every request that
//! moves money carries an idempotency key made of our own reference: the same bytes may be sent again for
//! a day, and that is also how a lost answer to a creation is found out.

use domain::attempts::{Operation, PaidWith};
use domain::methods::Method;
use domain::providers::{ProviderAccount, Setting};
use domain::secrets::Secret;
use jiff::SignedDuration;
use money::currency::Currency;
use wire::http::{Headers, HttpReply, HttpRequest};

use crate::connector::{
    Connector, ConnectorFault, Context, Learned, LostCreation, News, Next, Offer, Profile, SettingSpec, Step,
    Task,
};
use crate::payouts::PaysOut;

mod calls;
mod kept;
mod notices;
mod objects;
mod payouts;
mod reasons;
mod receipts;
mod replies;

/// The connector.
#[derive(Debug)]
pub(crate) struct YooKassa;

const NAME: &str = "yookassa";
const SHOP_ID: &str = "shop_id";
const SECRET_KEY: &str = "secret_key";
const PAYOUT_SHOP: &str = "payout_shop_id";
const PAYOUT_KEY: &str = "payout_secret_key";
const CHECK_SOURCE: &str = "check_source";
const RECEIPTS: &str = "receipts";
/// The secrets of test shops begin so, and only theirs.
const TEST_KEY_BEGINS: &str = "test_";
/// How long the provider keeps an idempotency key, in hours.
const KEY_HOURS: u16 = 24;

/// How long the provider waits for the buyer by every method but cash.
const CONFIRM_WITHIN: SignedDuration = SignedDuration::from_hours(1);
/// One rouble, the smallest payment, in kopecks.
const SMALLEST: i64 = 100;
/// The largest payment by card, in kopecks. What is less by another method or operator is not published;
/// the provider refuses it then with a reason of its own.
const LARGEST: i64 = 35_000_000;
/// The largest payment through the fast payment system, in kopecks: the limit of its operator.
const LARGEST_SBP: i64 = 100_000_000;

static PROFILE: Profile = Profile {
    name: NAME,
    title: "YooKassa",
    methods: &[
        Offer { keeps: true, ..offer(Method::BankCard, LARGEST, true) },
        Offer { keeps: true, ..offer(Method::YooMoney, LARGEST, true) },
        offer(Method::Sbp, LARGEST_SBP, false),
        offer(Method::SberPay, LARGEST, false),
        offer(Method::TPay, LARGEST, false),
        offer(Method::MobileBalance, LARGEST, false),
        // Cash may be brought at any time.
        Offer { ends_within: None, ..offer(Method::Cash, LARGEST, false) },
    ],
    operations: Operation::ALL,
    settings: &[
        SettingSpec { name: SHOP_ID, secret: false, required: true, hint: "The number of the shop, shopId" },
        SettingSpec { name: SECRET_KEY, secret: true, required: true, hint: "The secret key of the shop" },
        SettingSpec {
            name: CHECK_SOURCE,
            secret: false,
            required: false,
            hint: "on: notices are taken only from the addresses that the provider publishes; off by default",
        },
        SettingSpec {
            name: RECEIPTS,
            secret: false,
            required: false,
            hint: "on: the receipts of shops are passed on, and printed as the provider is set up; off by default",
        },
        SettingSpec {
            name: PAYOUT_SHOP,
            secret: false,
            required: false,
            hint: "The number of the payout gateway, if money is paid out through this account",
        },
        SettingSpec {
            name: PAYOUT_KEY,
            secret: true,
            required: false,
            hint: "The secret key of the payout gateway",
        },
    ],
    checks: &[
        SignedDuration::from_secs(10),
        SignedDuration::from_mins(1),
        SignedDuration::from_mins(10),
        SignedDuration::from_hours(1),
        SignedDuration::from_hours(24),
    ],
    lost_creation: LostCreation::RepeatSameKey { hours: KEY_HOURS },
    // A payment that waits for the buyer cannot be cancelled; it ends by itself after an hour.
    cancels_prompts: false,
    rehearsal: false,
};

const fn offer(method: Method, largest: i64, holds: bool) -> Offer {
    let (smallest, ends_within) = (SMALLEST, Some(CONFIRM_WITHIN));
    Offer { method, currencies: &[Currency::Rub], smallest, largest, holds, keeps: false, ends_within }
}

impl Connector for YooKassa {
    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    fn begin(&self, task: &Task<'_>, cx: &Context<'_>) -> Result<Step, ConnectorFault> {
        let call = calls::build(task, cx)?;
        Ok(Step { remember: None, kept: None, paid_with: PaidWith::default(), next: Next::Call(call) })
    }

    fn reply(&self, task: &Task<'_>, reply: &HttpReply, cx: &Context<'_>) -> Result<Step, ConnectorFault> {
        replies::read(task, reply, cx)
    }

    fn callback(&self, request: &HttpRequest, cx: &Context<'_>) -> Result<News, ConnectorFault> {
        notices::read(request, cx)
    }

    fn payouts(&self) -> Option<&'static dyn PaysOut> {
        Some(&YooKassa)
    }

    fn prints_receipts(&self, account: &ProviderAccount) -> bool {
        // A setting that is neither is told when something is to be printed.
        receipts::are_printed(account).unwrap_or(true)
    }

    fn answer(&self, learned: Learned) -> HttpReply {
        // Only the status is read: 200 ends the notice, anything else brings it again for a day.
        let status = match learned {
            Learned::Saved | Learned::NotOurs => 200,
            Learned::TryAgain => 503,
        };
        HttpReply { status, headers: Headers::new(), body: Vec::new() }
    }
}

/// The number of the shop. The colon would end the user name of HTTP Basic.
fn shop_id<'a>(cx: &Context<'a>) -> Result<&'a str, ConnectorFault> {
    match cx.account.setting(SHOP_ID) {
        Some(Setting::Plain(text)) if !text.is_empty() && !text.contains(':') => Ok(text),
        Some(Setting::Plain(_) | Setting::Secret(_)) | None => Err(misconfigured(SHOP_ID)),
    }
}

/// The secret key. It is looked at, never put into a call.
fn secret_key<'a>(cx: &Context<'a>) -> Result<&'a Secret, ConnectorFault> {
    match cx.account.setting(SECRET_KEY) {
        Some(Setting::Secret(secret)) if !secret.expose().is_empty() => Ok(secret),
        Some(Setting::Secret(_) | Setting::Plain(_)) | None => Err(misconfigured(SECRET_KEY)),
    }
}

/// Whether a text has the form of the provider's numbers. They come to stand in addresses, so nothing else
/// is remembered.
fn is_number(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn misconfigured(setting: &'static str) -> ConnectorFault {
    ConnectorFault::Misconfigured { provider: NAME, setting }
}

fn unsupported(what: &'static str) -> ConnectorFault {
    ConnectorFault::Unsupported { provider: NAME, what }
}

fn bad_reply(what: impl Into<String>) -> ConnectorFault {
    ConnectorFault::BadReply { provider: NAME, what: what.into() }
}
