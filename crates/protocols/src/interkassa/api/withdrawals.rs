//! Payouts over the API: what is asked for, and how they are shown.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use money::Money;
use money::currency::Currency;
use serde::Serialize;
use wire::http::HttpReply;

use super::super::amounts::{read_amount, read_currency};
use super::super::errors::{Code, Refused};
use super::super::notice::local_time;
use super::super::reader::{is_dashed_word, is_word};
use super::super::views::{Number, number};
use super::calculation::{CalcKey, Sums};
use super::envelope::{SUCCESS, map, ok};
use super::params::Params;

/// The most details of a recipient.
const DETAILS_MAX: usize = 20;
/// How long one may be, in characters.
const DETAIL_CHARS_MAX: usize = 255;

/// By which way money goes out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WayOut {
    /// By a payway's identifier or alias.
    Payway(String),
    /// By the newer pair of words: a method and a currency.
    Method {
        /// The method, in small letters: `card`.
        method: String,
        /// The currency on the recipient's side.
        currency: Currency,
    },
}

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WithdrawalRequest {
    /// The amount as it was written; [`WithdrawalRequest::amount`] reads it in the purse's currency.
    pub amount_text: String,
    /// From which purse.
    pub purse: String,
    /// By which way.
    pub way: WayOut,
    /// Which amount it is.
    pub key: CalcKey,
    /// Whether it is to be made: else it is only computed, and nothing moves.
    pub process: bool,
    /// The merchant's number, which makes the request repeatable; none if it is empty.
    pub payment_no: Option<String>,
    /// What is told about the recipient, by name. Whoever saves them masks card numbers first.
    pub details: Vec<(String, String)>,
}

impl WithdrawalRequest {
    /// Reads it.
    ///
    /// # Errors
    /// 1021, 1022 and 1024 under the parameter's name, 1023 for an unknown word, 1402 without a payway, 1030
    /// for an unknown action.
    pub fn read(params: &Params) -> Result<WithdrawalRequest, Refused> {
        let reader = params.reader();
        let words = [CalcKey::PayerPrice, CalcKey::PayeeAmount].map(|key| (key.code(), key));
        reader.needed("purseId")?;
        let amount = reader.needed("amount")?;
        // The purse's currency may have fewer digits, but no request has more.
        let wrong = Refused::because_of("amount", Code::WrongFormat, "a decimal above zero is expected");
        read_amount(amount, Currency::Usd).ok_or(wrong)?;
        let details = params.members("details");
        let fits = |(name, value): &(String, String)| {
            name.chars().all(is_word) && value.chars().count() <= DETAIL_CHARS_MAX
        };
        if details.is_empty() {
            let why = "the payway needs to know the recipient";
            return Err(Refused::because_of("details", Code::NotSet, why));
        }
        if details.len() > DETAILS_MAX || !details.iter().all(fits) {
            let why = "the details are names with values";
            return Err(Refused::because_of("details", Code::WrongFormat, why));
        }
        Ok(WithdrawalRequest {
            amount_text: amount.to_owned(),
            purse: reader.pattern("purseId", 64, is_dashed_word)?.unwrap_or_default().to_owned(),
            way: way(params)?,
            key: reader.word("calcKey", Code::Invalid, &words)?.unwrap_or(CalcKey::PayerPrice),
            process: reader
                .word("action", Code::WrongAction, &[("calc", false), ("process", true)])?
                .unwrap_or(false),
            payment_no: reader.pattern("paymentNo", 64, is_dashed_word)?.map(str::to_owned),
            details,
        })
    }

    /// The amount, in the currency of the purse.
    ///
    /// # Errors
    /// 1024 if it has more digits than the currency.
    pub fn amount(&self, currency: Currency) -> Result<Money, Refused> {
        let why = "the amount has more digits than the currency";
        read_amount(&self.amount_text, currency).ok_or(Refused::because_of("amount", Code::WrongFormat, why))
    }

    /// The detail of this name.
    pub fn detail(&self, name: &str) -> Option<&str> {
        self.details.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn way(params: &Params) -> Result<WayOut, Refused> {
    let reader = params.reader();
    if let Some(payway) = reader.pattern("paywayId", 62, is_word)? {
        return Ok(WayOut::Payway(payway.to_owned()));
    }
    let Some(method) = reader.pattern("method", 32, is_word)? else {
        let why = "a payway, or a method and a currency, is needed";
        return Err(Refused::because_of("paywayId", Code::PaywayNotGiven, why));
    };
    let currency = reader.needed("currency")?;
    let unknown = Refused::because_of("currency", Code::Invalid, "the currency is not known");
    let currency = read_currency(currency).ok_or(unknown)?;
    Ok(WayOut::Method { method: method.to_ascii_lowercase(), currency })
}

/// Makes the enum of a payout's states from rows of: name, number, word, whether nothing follows.
macro_rules! states {
    ($($name:ident $number:literal $word:literal $final:literal;)*) => {
        /// Where a payout stands.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum WithdrawalState { $(#[doc = $word] $name,)* }

        impl WithdrawalState {
            /// Every state, by number.
            pub const ALL: &'static [WithdrawalState] = &[$(WithdrawalState::$name,)*];

            /// The number in `state`.
            pub const fn number(self) -> u8 {
                match self { $(WithdrawalState::$name => $number,)* }
            }

            /// The word in `stateName`.
            pub const fn name(self) -> &'static str {
                match self { $(WithdrawalState::$name => $word,)* }
            }

            /// Whether nothing follows.
            pub const fn is_final(self) -> bool {
                match self { $(WithdrawalState::$name => $final,)* }
            }
        }
    };
}

states! {
    WaitAccept 1 "waitAccept" false;
    Invoke 2 "invoke" false;
    Revoked 3 "revoked" true;
    Hold 4 "hold" false;
    Unhold 5 "unhold" false;
    Process 6 "process" false;
    Enroll 7 "enroll" false;
    Success 8 "success" true;
    Canceled 9 "canceled" true;
    Chargeback 10 "chargeback" false;
    ChargedBack 11 "chargedBack" true;
    Check 12 "check" false;
    Failed 20 "failed" true;
}

/// A payout as it is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Withdrawal {
    /// Its number; `None` while it is only computed.
    pub id: Option<u64>,
    /// Where it stands.
    pub state: WithdrawalState,
    /// From which purse.
    pub purse: u64,
    /// Of which account.
    pub account: String,
    /// Of which checkout.
    pub checkout: String,
    /// The merchant's number; empty if there is none.
    pub payment_no: String,
    /// By which payway, by its identifier.
    pub payway: String,
    /// Its sums.
    pub sums: Sums,
    /// The number of the transaction at the system; empty if there is none.
    pub system_transaction: String,
    /// When it was decided; `None` while it is not.
    pub processed: Option<Timestamp>,
    /// What is left in the purse.
    pub balance: Money,
}

#[derive(Serialize)]
struct Made<'a> {
    #[serde(rename = "@resultCode")]
    code: u16,
    #[serde(rename = "@resultMessage")]
    message: &'static str,
    withdraw: WithdrawView<'a>,
    transaction: TransactionView<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WithdrawView<'a> {
    id: Option<String>,
    state: u8,
    result: u8,
    state_name: &'static str,
    purse_id: String,
    account_id: &'a str,
    co_id: &'a str,
    payment_no: &'a str,
    payway_id: &'a str,
    payway_purse_id: Option<String>,
    payer_writeoff: Number,
    payee_receive: Number,
    ik_fee: Number,
    ik_price: Number,
    ik_ps_price: Number,
    ps_fee_in: u8,
    ps_fee_out: Number,
    ps_cost: Number,
    ik_income: Number,
    ps_amount: Number,
    ps_value: Number,
    ps_price: Number,
    ps_cur_rate: u8,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TransactionView<'a> {
    id: Option<String>,
    op_id: Option<String>,
    payer_purse_id: String,
    payer_balance: Number,
    payee_purse_id: Option<&'a str>,
    payee_balance: Option<&'a str>,
    payer_amount: Number,
    payer_price: Number,
    payer_fee: Number,
    payer_exch_fee: u8,
    payee_amount: Number,
    payee_fee: u8,
    payee_price: Number,
    exch_rate: u8,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusView<'a> {
    id: Option<String>,
    ps_trn_id: &'a str,
    purse_id: String,
    account_id: &'a str,
    co_id: &'a str,
    payment_no: &'a str,
    payway_id: &'a str,
    state: u8,
    result: u8,
    state_name: &'static str,
    currency_id: &'static str,
    processed: Option<String>,
    ps_fee_out: Number,
}

impl Withdrawal {
    /// 1 for a success, 0 for everything else; the service's own numbers are not known.
    fn result(&self) -> u8 {
        u8::from(self.state == WithdrawalState::Success)
    }

    fn id(&self) -> Option<String> {
        self.id.map(|id| id.to_string())
    }

    fn view(&self) -> WithdrawView<'_> {
        let sums = &self.sums;
        WithdrawView {
            id: self.id(),
            state: self.state.number(),
            result: self.result(),
            state_name: self.state.name(),
            purse_id: self.purse.to_string(),
            account_id: &self.account,
            co_id: &self.checkout,
            payment_no: &self.payment_no,
            payway_id: &self.payway,
            payway_purse_id: None,
            payer_writeoff: number(sums.written_off),
            payee_receive: number(sums.received),
            ik_fee: number(sums.fee),
            ik_price: number(sums.written_off),
            ik_ps_price: number(sums.price),
            ps_fee_in: 0,
            ps_fee_out: number(sums.fee),
            ps_cost: number(sums.cost),
            ik_income: number(sums.income),
            ps_amount: number(sums.received),
            ps_value: number(sums.received),
            ps_price: number(sums.price),
            ps_cur_rate: 1,
        }
    }

    fn transaction(&self) -> TransactionView<'_> {
        let sums = &self.sums;
        TransactionView {
            id: self.id(),
            op_id: self.id(),
            payer_purse_id: self.purse.to_string(),
            payer_balance: number(self.balance),
            payee_purse_id: None,
            payee_balance: None,
            payer_amount: number(sums.received),
            payer_price: number(sums.written_off),
            payer_fee: number(sums.fee),
            payer_exch_fee: 0,
            payee_amount: number(sums.received),
            payee_fee: 0,
            payee_price: number(sums.received),
            exch_rate: 1,
        }
    }

    fn status(&self, zone: &TimeZone) -> StatusView<'_> {
        StatusView {
            id: self.id(),
            ps_trn_id: &self.system_transaction,
            purse_id: self.purse.to_string(),
            account_id: &self.account,
            co_id: &self.checkout,
            payment_no: &self.payment_no,
            payway_id: &self.payway,
            state: self.state.number(),
            result: self.result(),
            state_name: self.state.name(),
            currency_id: self.sums.written_off.currency().code(),
            processed: self.processed.map(|at| local_time(at, zone)),
            ps_fee_out: number(self.sums.fee),
        }
    }
}

/// The answer to a request for a payout, whether it was computed or made.
pub fn made(withdrawal: &Withdrawal) -> HttpReply {
    let (withdraw, transaction) = (withdrawal.view(), withdrawal.transaction());
    ok(Made { code: 0, message: SUCCESS, withdraw, transaction })
}

/// The answer to a question for one payout; times are told in this zone.
pub fn status(withdrawal: &Withdrawal, zone: &TimeZone) -> HttpReply {
    ok(withdrawal.status(zone))
}

/// The answer to a question for all payouts.
pub fn list(withdrawals: &[Withdrawal], zone: &TimeZone) -> HttpReply {
    map(withdrawals.iter().map(|one| (one.id().unwrap_or_default(), one.status(zone))))
}

/// The answer to a question for the payouts of one number of the merchant's: the only list that is no map.
pub fn by_payment_no(withdrawals: &[Withdrawal], zone: &TimeZone) -> HttpReply {
    ok(withdrawals.iter().map(|one| one.status(zone)).collect::<Vec<_>>())
}
