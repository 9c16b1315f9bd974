//! What the payment page shows, as plain data: one [`Stage`] for every state that a payment can be seen in.

use domain::attempts::Reason;
use domain::methods::{Group as Kind, Method};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use money::Money;

use crate::time_bar::TimeBar;
use domain::payments::Language;

/// What every page knows, whatever it shows.
#[derive(Clone, Debug)]
pub struct Page {
    /// The language of the page; [`crate::language::choose`] finds it.
    pub language: Language,
    /// The zone in which times are written: the shop's. It is named once, in the footer.
    pub zone: TimeZone,
    /// The moment for which the page is written.
    pub now: Timestamp,
    /// The name of the installation or of its operator; it stands in the footer and ends titles.
    pub place: String,
    /// The operator's e-mail address for buyers' questions, if there is one.
    pub help: Option<String>,
    /// Whether the payment is in a test book: a band with words says so on top.
    pub test: bool,
    /// The bar that moves the clock of an installation for tests.
    pub clock: Option<TimeBar>,
    /// The payment that the page is about, if it is about one.
    pub payment: Option<Handle>,
}

/// A payment's address on the pages, and what its forms carry.
#[derive(Clone, Debug)]
pub struct Handle {
    /// The public identifier, such as `pay_…`. It is the address, and the number that a buyer quotes.
    pub id: String,
    /// The token that every form of the page returns.
    pub csrf: String,
}

impl Handle {
    /// The one address of all the payment's states.
    pub fn address(&self) -> String {
        format!("/pay/{}", self.id)
    }
}

/// What stands beside every state of one payment. Nothing here belongs to one buyer alone, so it may be
/// shown in any browser.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The shop's name for its buyers.
    pub shop: String,
    /// The order's sum, before any fee that the buyer bears.
    pub sum: Money,
    /// The price in another currency that the sum was made from, and what one unit of it is worth.
    pub price: Option<(Money, String)>,
    /// The shop's number of the order, if it has one that a buyer would know.
    pub order: Option<String>,
    /// The shop's description of the order.
    pub description: Option<String>,
    /// Who collects the money: the seller's legal name.
    pub collector: Option<String>,
    /// Until when the payment can be made; nothing once that no longer matters.
    pub until: Option<Timestamp>,
}

/// What the payment page shows under its one address.
#[derive(Clone, Debug)]
pub enum Stage {
    /// The list of methods.
    Choose(Choose),
    /// What one method needs to know, and the sum to be confirmed.
    Form(Form),
    /// The attempt is saved, and the provider has not told yet what to show.
    Starting(Method),
    /// The buyer goes on at the provider's own page.
    Redirect(Redirect),
    /// A code to be scanned, or a link that opens the bank's app.
    Qr(Qr),
    /// The buyer confirms in the bank's app or by a message, and has nothing to do here.
    External(External),
    /// The provider's answer was lost: nobody knows yet whether money moved.
    Checking(Method),
    /// The money is held, and the shop has yet to take it.
    Held(Held),
    /// The shop has the money.
    Paid(Paid),
    /// The last attempt was declined, and the payment is still open.
    Failed(Failed),
    /// The payment is being closed, and the provider has yet to say how its attempt ended.
    Closing,
    /// The time for paying is over.
    Expired(Expired),
    /// The payment was cancelled; if money was held for it, that is being released.
    Cancelled(Option<Money>),
    /// Money arrived that this payment cannot take: after its end, twice, or not the sum that was due.
    Late(Late),
    /// The page on which a tester says how the payment ends.
    Outcome(Outcome),
}

impl Stage {
    /// The state's mark: it stands on the page and in the answer of `/state`, and when the two differ the
    /// page loads itself again.
    pub fn mark(&self) -> &'static str {
        match self {
            Stage::Choose(_) => "choose",
            Stage::Form(_) => "form",
            Stage::Starting(_) => "starting",
            Stage::Redirect(_) => "redirect",
            Stage::Qr(_) => "qr",
            Stage::External(_) => "external",
            Stage::Checking(_) => "checking",
            Stage::Held(_) => "held",
            Stage::Paid(_) => "paid",
            Stage::Failed(_) => "failed",
            Stage::Closing => "closing",
            Stage::Expired(_) => "expired",
            Stage::Cancelled(_) => "cancelled",
            Stage::Late(_) => "late",
            Stage::Outcome(_) => "outcome",
        }
    }

    /// Whether the page should notice by itself that the state has changed. What a buyer is filling in
    /// is never loaded again under their hands, and final states do not change.
    pub(crate) fn watched(&self) -> bool {
        match self {
            Stage::Starting(_)
            | Stage::Redirect(_)
            | Stage::Qr(_)
            | Stage::External(_)
            | Stage::Checking(_)
            | Stage::Held(_)
            | Stage::Closing => true,
            Stage::Choose(_)
            | Stage::Form(_)
            | Stage::Paid(_)
            | Stage::Failed(_)
            | Stage::Expired(_)
            | Stage::Cancelled(_)
            | Stage::Late(_)
            | Stage::Outcome(_) => false,
        }
    }

    /// Whether the payment can still be made, so that leaving the page means leaving without paying.
    pub(crate) fn unpaid(&self) -> bool {
        match self {
            Stage::Choose(_)
            | Stage::Form(_)
            | Stage::Starting(_)
            | Stage::Redirect(_)
            | Stage::Qr(_)
            | Stage::External(_)
            | Stage::Failed(_)
            | Stage::Outcome(_) => true,
            Stage::Checking(_)
            | Stage::Held(_)
            | Stage::Paid(_)
            | Stage::Closing
            | Stage::Expired(_)
            | Stage::Cancelled(_)
            | Stage::Late(_) => false,
        }
    }
}

/// The list of methods, as `offers::arrange` has put it in order.
#[derive(Clone, Default, Debug)]
pub struct Choose {
    /// What the buyer has to know before choosing again.
    pub notice: Option<ChooseNotice>,
    /// The first card.
    pub first: Vec<Row>,
    /// The second card: the other methods, folded by group.
    pub groups: Vec<Group>,
    /// What was searched for; `Some` also when it is empty, if there are enough methods for a search field.
    pub search: Option<String>,
}

/// Why the list is shown although an attempt has been made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChooseNotice {
    /// The previous prompt could not be cancelled at the provider, so both can be paid.
    EarlierStillPayable,
    /// Another browser has started to pay; what it was shown is not shown here.
    StartedElsewhere,
}

/// One method on the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The method.
    pub method: Method,
    /// What the buyer pays with its fee, if that differs from the order's sum.
    pub price: Option<Money>,
    /// Whether its form comes first: something has to be filled in, or another sum to be agreed to.
    /// Otherwise the row starts the payment.
    pub form: bool,
}

/// A folded group of methods.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// The group's kind, which gives it its name.
    pub kind: Kind,
    /// Its methods, in order.
    pub rows: Vec<Row>,
}

/// The form of one method.
#[derive(Clone, Debug)]
pub struct Form {
    /// The method.
    pub method: Method,
    /// What the buyer pays in all.
    pub total: Money,
    /// What of it is the fee, if the buyer bears one.
    pub fee: Option<Money>,
    /// The phone field, if the method needs a number.
    pub phone: Option<Field>,
    /// The e-mail field, if something needs the address.
    pub email: Option<Field>,
    /// The card that was used before, as its owner may see it, if it can be used again.
    pub saved: Option<String>,
    /// Whether the list has anything else to choose.
    pub others: bool,
}

/// A field as it was filled in, and what was wrong with that.
#[derive(Clone, Default, Debug)]
pub struct Field {
    /// What stands in it.
    pub value: String,
    /// What is wrong; the page words the cure.
    pub error: Option<FieldError>,
}

/// What can be wrong with a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldError {
    /// Nothing was typed where something is needed.
    Empty,
    /// It is not a number or an address of the kind that is needed.
    Malformed,
}

/// The way to the provider's own page.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// The method.
    pub method: Method,
    /// The provider's name, as a buyer will see it there.
    pub provider: String,
    /// The provider's page; an absolute http or https address.
    pub link: String,
    /// Between when and when it can be used, if the provider has told.
    pub deadline: Option<Deadline>,
}

/// A code to be scanned.
#[derive(Clone, Debug)]
pub struct Qr {
    /// The method.
    pub method: Method,
    /// What the code says; an http or https address also becomes a link.
    pub code: String,
    /// Whether the buyer holds the phone that would have to scan it: then the link comes first.
    pub phone: bool,
    /// Between when and when it can be used, if the provider has told.
    pub deadline: Option<Deadline>,
}

/// A confirmation elsewhere.
#[derive(Clone, Debug)]
pub struct External {
    /// The method.
    pub method: Method,
    /// The number that was given, to be shown back.
    pub phone: Option<String>,
    /// Between when and when it can be used, if the provider has told.
    pub deadline: Option<Deadline>,
}

/// The time in which something can be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deadline {
    /// When it began.
    pub from: Timestamp,
    /// When it ends.
    pub until: Timestamp,
}

impl Deadline {
    /// How many seconds its last quarter has: only there the page counts down.
    pub(crate) fn last_quarter(&self) -> i64 {
        self.until.duration_since(self.from).as_secs().max(0) / 4
    }
}

/// Money that is held.
#[derive(Clone, Debug)]
pub struct Held {
    /// The method it came by.
    pub method: Method,
    /// How much.
    pub sum: Money,
    /// When the hold ends, if that is known.
    pub until: Option<Timestamp>,
}

/// A finished payment.
#[derive(Clone, Debug)]
pub struct Paid {
    /// The method it was paid by.
    pub method: Method,
    /// What the buyer has paid, with any fee.
    pub sum: Money,
    /// When.
    pub at: Timestamp,
    /// What has been returned since.
    pub refunded: Option<Money>,
    /// Whether the page goes back to the shop by itself: not if something is left to read or download.
    pub returns: bool,
}

/// A declined attempt.
#[derive(Clone, Debug)]
pub struct Failed {
    /// The method that was tried.
    pub method: Method,
    /// Why, as far as it is known.
    pub reason: Reason,
    /// Whether it is certain that no money was taken.
    pub untouched: bool,
    /// Whether the same method may be tried again.
    pub again: bool,
    /// Whether there is another method.
    pub others: bool,
}

/// A payment whose time is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Expired {
    /// When it ended.
    pub at: Timestamp,
    /// Whether the buyer was shown something that could have been paid.
    pub prompted: bool,
}

/// Money that the payment could not take.
#[derive(Clone, Debug)]
pub struct Late {
    /// What came.
    pub received: Money,
    /// Why it could not be taken.
    pub why: LateWhy,
    /// Where the return stands.
    pub back: Returning,
}

/// Why money could not be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LateWhy {
    /// The payment had ended.
    AfterEnd,
    /// The payment had been made already.
    Twice,
    /// Another sum was due.
    OtherSum,
}

/// How money that could not be taken goes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Returning {
    /// It is on its way by the method that it came by.
    OnItsWay,
    /// It is back.
    Done,
    /// The method cannot return it by itself; a person takes care of it.
    ByHand,
}

/// The page of the test connector.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The method that is being imitated.
    pub method: Method,
    /// What would be paid.
    pub total: Money,
    /// Whether the shop asked for the money to be held first.
    pub hold: bool,
    /// The reasons for which it can be declined.
    pub reasons: Vec<Reason>,
}

/// How a tester can let a payment end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// The money comes at once.
    Paid,
    /// The money is held.
    Held,
    /// A decline, with a reason.
    Declined,
}

impl Ending {
    /// Every ending, in the order of the page.
    pub const ALL: [Ending; 3] = [Ending::Paid, Ending::Held, Ending::Declined];

    /// The code in the form's field `outcome`.
    pub fn code(self) -> &'static str {
        match self {
            Ending::Paid => "paid",
            Ending::Held => "held",
            Ending::Declined => "declined",
        }
    }

    /// The ending of a code.
    pub fn from_code(code: &str) -> Option<Ending> {
        Ending::ALL.into_iter().find(|ending| ending.code() == code)
    }
}
