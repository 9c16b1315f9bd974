//! What surrounds a connector in its tests: an account, an attempt, a time and the recorded answers.

use std::path::Path;

use connectors::connector::{Connector, ConnectorFault, Context, Step, Task};
use connectors::registry;
use domain::attempts::{Attempt, AttemptState, Operation, PayerFields};
use domain::ids::{Book, BookKind, Id};
use domain::methods::Method;
use domain::payments::Language;
use domain::providers::{ProviderAccount, Setting};
use domain::receipts::words::{Tax, TaxSystem};
use domain::receipts::{Line, Quantity, Receipt};
use domain::secrets::Secret;
use domain::stored::Reuse;
use domain::tariffs::{Fee, RefundFee};
use jiff::Timestamp;
use money::Money;
use money::currency::Currency;
use wire::http::{HttpCall, HttpReply};

/// The key of the account; obviously nobody's.
pub const FAKE_KEY: &str = "test_fake_key_of_nobody";
/// Our public name of the attempt.
pub const ATTEMPT: &str = "try_01arz3ndektsv4rrffq69g5fav";
/// Our public name of the refund.
pub const REFUND: &str = "ref_01arz3ndektsv4rrffq69g5fav";
/// The provider's number of the payment.
pub const PAYMENT_NUMBER: &str = "2f1c7a90-000f-5000-8000-1b2c3d4e5f60";
/// The provider's number of the refund.
pub const REFUND_NUMBER: &str = "2f1c8b11-0015-5000-9000-0a1b2c3d4e5f";

/// Everything a task is made of; tests change what they are about.
pub struct Stage {
    pub connector: &'static dyn Connector,
    pub account: ProviderAccount,
    pub attempt: Attempt,
    pub operation: Operation,
    pub amount: Money,
    pub reference: &'static str,
    pub description: String,
    pub refund: Option<&'static str>,
    pub language: Language,
    pub ends_at: Timestamp,
    pub receipt: Option<Receipt>,
    pub email: Option<&'static str>,
}

/// A receipt of these lines: quantity in thousandths, sum, tax.
pub fn receipt(lines: &[(u32, &str, Tax)]) -> Receipt {
    let line = |&(thousandths, sum, tax): &(u32, &str, Tax)| Line {
        name: "Tea".to_owned(),
        quantity: Quantity::from_thousandths(thousandths).unwrap(),
        sum: roubles(sum),
        tax,
        mode: None,
        subject: None,
        marking: None,
        catalogue: None,
        package: None,
    };
    Receipt::new(Some(TaxSystem::SimplifiedIncome), lines.iter().map(line).collect()).unwrap()
}

pub fn roubles(text: &str) -> Money {
    Money::parse(text, Currency::Rub).unwrap()
}

pub fn now() -> Timestamp {
    "2026-01-15T10:00:00Z".parse().unwrap()
}

/// A recorded answer.
pub fn recorded(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/yookassa").join(format!("{name}.json"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A recorded answer with one text replaced; the text must be there.
pub fn altered(name: &str, from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(recorded(name)).unwrap();
    assert!(text.contains(from), "{name} does not contain {from}");
    text.replace(from, to).into_bytes()
}

fn book() -> Book {
    Book::of_seller(7, BookKind::Live).unwrap()
}

fn account(connector: &dyn Connector) -> ProviderAccount {
    let settings = connector.profile().settings.iter().filter(|spec| spec.required);
    ProviderAccount {
        id: Id::new(Book::PLATFORM, 1),
        connector: connector.profile().name.to_owned(),
        name: "main".to_owned(),
        base_url: "https://provider.example.test/v3".to_owned(),
        settings: settings
            .map(|spec| {
                let value = match spec.secret {
                    true => Setting::Secret(Secret::new(FAKE_KEY.to_owned())),
                    false => Setting::Plain("100500".to_owned()),
                };
                (spec.name.to_owned(), value)
            })
            .collect(),
        serves_live: true,
        serves_test: true,
        methods: connector.profile().methods.iter().map(|offer| offer.method).collect(),
        active: true,
        version: 1,
    }
}

fn attempt() -> Attempt {
    Attempt {
        id: Id::new(book(), 2),
        payment: Id::new(book(), 1),
        method: Method::BankCard,
        provider: Id::new(Book::PLATFORM, 1),
        price: roubles("100.26"),
        amount: roubles("100.26"),
        tariff: (Id::new(Book::PLATFORM, 3), 1),
        fee: Fee::Share { parts: 35, of: 1_000 },
        refund_fee: RefundFee::Keep,
        hold: false,
        reuse: Reuse::Once,
        state: AttemptState::Waiting,
        memo: None,
        prompt: None,
        waits_until: None,
        payer: PayerFields { phone: Some("79000000000".to_owned()), ..PayerFields::default() },
        call: None,
        checks: 0,
        paid_with: domain::attempts::PaidWith::default(),
        received: None,
        cost: None,
        returned: Money::zero(Currency::Rub),
        started_at: now(),
    }
}

impl Stage {
    /// A task of this connector. What follows a creation knows the provider's number.
    pub fn of(connector: &'static dyn Connector, operation: Operation) -> Stage {
        let mut attempt = attempt();
        let (amount, reference) = match operation {
            Operation::Pay | Operation::Check | Operation::Capture | Operation::Release => {
                (attempt.amount, ATTEMPT)
            }
            Operation::Refund | Operation::CheckRefund => (roubles("40"), REFUND),
        };
        match operation {
            Operation::Pay => attempt.state = AttemptState::Sending { step: 1 },
            Operation::Check => attempt.memo = Some(PAYMENT_NUMBER.to_owned()),
            Operation::Capture | Operation::Release => {
                attempt.memo = Some(PAYMENT_NUMBER.to_owned());
                attempt.state = AttemptState::Held;
                attempt.hold = true;
            }
            Operation::Refund | Operation::CheckRefund => {
                attempt.memo = Some(PAYMENT_NUMBER.to_owned());
                attempt.state = AttemptState::Received;
            }
        }
        Stage {
            connector,
            account: account(connector),
            attempt,
            operation,
            amount,
            reference,
            description: "Order 7".to_owned(),
            refund: None,
            language: Language::Ru,
            ends_at: "2026-01-22T10:00:00Z".parse().unwrap(),
            receipt: None,
            email: None,
        }
    }

    /// A task for YooKassa.
    pub fn yookassa(operation: Operation) -> Stage {
        Stage::of(registry::find("yookassa").unwrap(), operation)
    }

    /// The same with changes.
    pub fn with(mut self, change: impl FnOnce(&mut Stage)) -> Stage {
        change(&mut self);
        self
    }

    pub fn set(&mut self, name: &str, value: Setting) {
        self.account.settings.retain(|(known, _)| known != name);
        self.account.settings.push((name.to_owned(), value));
    }

    pub fn task(&self) -> Task<'_> {
        Task {
            operation: self.operation,
            attempt: &self.attempt,
            amount: self.amount,
            reference: self.reference,
            step: 1,
            description: &self.description,
            refund: self.refund,
            receipt: self.receipt.as_ref(),
            email: self.email,
        }
    }

    pub fn context(&self) -> Context<'_> {
        Context {
            now: now(),
            account: &self.account,
            callback_url: "https://pay.example.test/callbacks/main",
            return_url: "https://pay.example.test/p/return",
            ends_at: self.ends_at,
            language: self.language,
        }
    }

    pub fn begin(&self) -> Result<Step, ConnectorFault> {
        self.connector.begin(&self.task(), &self.context())
    }

    /// The call with which the task begins.
    pub fn call(&self) -> HttpCall {
        match self.begin().unwrap().next {
            connectors::connector::Next::Call(call) => call,
            other => panic!("expected a call, got {other:?}"),
        }
    }

    /// The step after an answer, without what it tells of the buyer's means.
    pub fn reply(&self, status: u16, body: &[u8]) -> Result<Step, ConnectorFault> {
        let step = self.whole_reply(status, body)?;
        Ok(Step { paid_with: domain::attempts::PaidWith::default(), ..step })
    }

    /// The step after an answer.
    pub fn whole_reply(&self, status: u16, body: &[u8]) -> Result<Step, ConnectorFault> {
        let mut reply = HttpReply::json(status, "");
        reply.body = body.to_vec();
        self.connector.reply(&self.task(), &reply, &self.context())
    }
}
