//! The balance as of any moment, and the ledger lines of one of its accounts.

use crate::cabinet::components::Field;
use crate::cabinet::desk::Desk;
use crate::cabinet::overview::{Tile, sums_of};
use crate::cabinet::shell::{Frame, Section, Shell, rendered};
use crate::checkout::pages::{RenderFault, Rendered};
use crate::state::Web;
use askama::Template;
use axum::extract::{Request, State};
use axum::response::Response;
use domain::ledger::{Account, Balance};
use domain::owners::Owner;
use engine::error::EngineError;
use jiff::Timestamp;
use jiff::civil::DateTime;
use money::Money;
use store::reads::lines::{AccountLine, LinesPage};
use url::form_urlencoded::Serializer;

/// So many lines stand on a page.
const ROWS: u32 = 50;

/// A line of an account.
#[derive(Clone, Debug)]
pub struct LedgerRow {
    /// Why it was written.
    pub why: String,
    /// From where to where.
    pub way: String,
    /// The payment's page, and its name.
    pub payment: (String, String),
    /// How much came or left.
    pub change: String,
    /// What the account held afterwards.
    pub after: String,
    /// When.
    pub when: String,
    /// The same for programs.
    pub iso: String,
    /// Its entry in the book.
    pub entry: String,
}

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct BalanceView {
    /// Every account of the seller's own.
    pub tiles: Vec<Tile>,
    /// The word of the account whose lines are shown.
    pub account: String,
    /// The heading of the lines.
    pub heading: String,
    /// The moment, as a field.
    pub moment: Field,
    /// The moment in words, where it is not the present.
    pub as_of: String,
    /// Whether a moment was typed that cannot be read.
    pub unread: bool,
    /// The lines, the newest first.
    pub rows: Vec<LedgerRow>,
    /// Where older ones stand.
    pub older: Option<String>,
    /// Where the newest stand, on every page but the first.
    pub newer: Option<String>,
    /// The present state.
    pub now: String,
}

#[derive(Template)]
#[template(path = "cabinet/balance.html", whitespace = "minimize")]
struct BalancePage<'a> {
    shell: Shell<'a>,
    view: &'a BalanceView,
}

/// Writes the page.
///
/// # Errors
/// A fault of the template.
pub fn page(frame: &Frame, view: &BalanceView) -> Result<Rendered, RenderFault> {
    let available = view.tiles.first().map(|tile| tile.sums.join(", ")).unwrap_or_default();
    let shell = Shell::new(frame, &[&available, frame.words().ba_title()]);
    rendered(&BalancePage { shell, view })
}

/// The balance.
pub async fn show(State(web): State<Web>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Balance).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let view = look(&web, &desk).await;
    desk.answer(&web, view.map(|view| page(&desk.frame, &view)))
}

/// The accounts that a seller looks at.
const ACCOUNTS: [Account; 5] = [
    Account::Available,
    Account::Pending,
    Account::RefundsInTransit,
    Account::PayoutsInTransit,
    Account::SellerOwes,
];

async fn look(web: &Web, desk: &Desk) -> Result<BalanceView, EngineError> {
    let (store, frame, w) = (web.engine.store(), &desk.frame, desk.frame.words());
    let typed = desk.asked("moment").unwrap_or_default();
    let moment = read_moment(&typed, frame);
    let at = moment.unwrap_or(frame.page.now);
    let asked = desk.asked("account").unwrap_or_default();
    let account = ACCOUNTS.into_iter().find(|account| account.code() == asked);
    let account = account.unwrap_or(Account::Available);
    let balances = match moment {
        Some(at) => store.balances_as_of(desk.book, at).await?,
        None => store.balances(desk.book).await?,
    };
    let below = desk.asked("below").and_then(|text| {
        let (entry, place) = text.split_once('.')?;
        Some((entry.parse().ok()?, place.parse().ok()?))
    });
    let page = store.account_lines(desk.book, account.code(), at, below, ROWS).await?;
    let shops = desk.shops(web).await?;
    let address = Addresses { frame, typed: if moment.is_some() { &typed } else { "" } };
    Ok(BalanceView {
        tiles: tiles(frame, &balances, &shops, &address),
        account: account.code().to_owned(),
        heading: w.ba_lines(account_name(frame, account)),
        moment: Field::text("moment", w.ba_moment()).kind("datetime-local").typed(typed.clone()).optional(),
        as_of: moment.map(|at| w.ba_as_of(&frame.moment(at))).unwrap_or_default(),
        unread: !typed.is_empty() && moment.is_none(),
        rows: page.lines.iter().map(|line| row(web, frame, account, line)).collect(),
        older: older(&page).map(|below| address.of(account, Some(&below))),
        newer: below.map(|_| address.of(account, None)),
        now: frame.to(&format!("{}?account={}", Section::Balance.path(), account.code())),
    })
}

/// A moment as a field for date and time writes it, in the page's zone.
fn read_moment(typed: &str, frame: &Frame) -> Option<Timestamp> {
    let local: DateTime = typed.parse().ok()?;
    frame.page.zone.to_timestamp(local).ok()
}

fn older(page: &LinesPage) -> Option<String> {
    match (page.more, page.looked_to) {
        (true, _) => page.lines.last().map(|line| format!("{}.{}", line.entry, line.place)),
        (false, Some(entry)) => Some(format!("{entry}.0")),
        (false, None) => None,
    }
}

/// Addresses of this page that keep the moment.
struct Addresses<'a> {
    frame: &'a Frame,
    typed: &'a str,
}

impl Addresses<'_> {
    fn of(&self, account: Account, below: Option<&str>) -> String {
        let mut query = Serializer::new(String::new());
        query.append_pair("account", account.code());
        if !self.typed.is_empty() {
            query.append_pair("moment", self.typed);
        }
        if let Some(below) = below {
            query.append_pair("below", below);
        }
        self.frame.to(&format!("{}?{}", Section::Balance.path(), query.finish()))
    }
}

fn account_name(frame: &Frame, account: Account) -> &'static str {
    let w = frame.words();
    match account {
        Account::Pending => w.ba_pending(),
        Account::RefundsInTransit => w.ba_transit(),
        Account::PayoutsInTransit => w.ba_payouts(),
        Account::SellerOwes => w.ba_owes(),
        Account::Available
        | Account::Provider(_)
        | Account::PayerCredit(_)
        | Account::Unclaimed(_)
        | Account::InTransit(_)
        | Account::FeesEarned
        | Account::FeesPaid
        | Account::Suspense(_) => w.ba_available(),
    }
}

fn hint(frame: &Frame, account: Account) -> &'static str {
    let w = frame.words();
    match account {
        Account::Pending => w.ba_pending_hint(),
        Account::RefundsInTransit => w.ba_transit_hint(),
        Account::PayoutsInTransit => w.ba_payouts_hint(),
        Account::SellerOwes => w.ba_owes_hint(),
        Account::Available
        | Account::Provider(_)
        | Account::PayerCredit(_)
        | Account::Unclaimed(_)
        | Account::InTransit(_)
        | Account::FeesEarned
        | Account::FeesPaid
        | Account::Suspense(_) => w.ba_available_hint(),
    }
}

fn tiles(
    frame: &Frame,
    balances: &[Balance],
    shops: &[domain::sellers::Shop],
    address: &Addresses<'_>,
) -> Vec<Tile> {
    let tile = |account: Account| Tile {
        name: account_name(frame, account),
        sums: sums_of(frame, balances, account, shops),
        hint: hint(frame, account),
        address: address.of(account, None),
    };
    let seen = |account: &Account| {
        matches!(account, Account::Available | Account::Pending | Account::RefundsInTransit)
            || balances.iter().any(|balance| balance.key.account == *account)
    };
    ACCOUNTS.into_iter().filter(seen).map(tile).collect()
}

fn row(web: &Web, frame: &Frame, account: Account, line: &AccountLine) -> LedgerRow {
    let w = frame.words();
    let posting = &line.line.posting;
    let comes = posting.to() == account;
    let amount = posting.amount();
    let change = if comes { amount } else { amount.negated().unwrap_or(amount) };
    // Payouts have no page of their own in the cabinet yet.
    let payment = match line.owner {
        Owner::Payment(id) => {
            (format!("/cabinet/payments/{}", web.engine.print(id)), w.pl_order_named(&line.number))
        }
        Owner::Payout(_) => (String::new(), w.ln_payout_named(&line.number)),
    };
    LedgerRow {
        why: w.cause(line.cause).to_owned(),
        way: w.la_move(w.account_in_line(posting.from()), w.account_in_line(posting.to())),
        payment,
        change: signed(frame, change),
        after: frame.sum(if comes { line.line.to_after } else { line.line.from_after }),
        when: frame.short(line.at),
        iso: line.at.to_string(),
        entry: line.entry.to_string(),
    }
}

/// A change with its sign, also when it is for the better.
fn signed(frame: &Frame, change: Money) -> String {
    match change.is_positive() {
        true => format!("+{}", frame.sum(change)),
        false => frame.sum(change),
    }
}
