//! The overview: what is there, what needs the seller, the last payments.

use crate::cabinet::components::{PaymentRow, payment_row};
use crate::cabinet::desk::Desk;
use crate::cabinet::shell::{Frame, Section, Shell, rendered};
use crate::checkout::pages::{RenderFault, Rendered};
use crate::state::Web;
use askama::Template;
use axum::extract::{Request, State};
use axum::response::Response;
use domain::ledger::{Account, Balance};
use domain::sellers::Shop;
use engine::error::EngineError;
use jiff::SignedDuration;
use money::Money;
use store::reads::overview::Needs;
use store::reads::payment_list::{Filter, Group, Place};

/// So many payments stand at the end.
const LAST: u32 = 10;
/// A hold that ends within this needs somebody.
const HOLD_ENDS_SOON: SignedDuration = SignedDuration::from_hours(24);
/// A shop whose last payment is older has fallen silent; …
const SILENT_AFTER: SignedDuration = SignedDuration::from_hours(24 * 3);
/// … one whose last payment is older than this has stopped selling, which is no news.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(24 * 60);

/// A balance that leads to its lines.
#[derive(Clone, Debug)]
pub struct Tile {
    /// Its name.
    pub name: &'static str,
    /// The sums, one for each currency.
    pub sums: Vec<String>,
    /// What it means.
    pub hint: &'static str,
    /// Where its lines stand.
    pub address: String,
}

/// Something that needs the seller.
#[derive(Clone, Debug)]
pub struct Need {
    /// What.
    pub text: String,
    /// What to do, or why it matters.
    pub hint: String,
    /// Where that is done.
    pub address: String,
}

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct OverviewView {
    /// Balances.
    pub tiles: Vec<Tile>,
    /// What needs the seller.
    pub needs: Vec<Need>,
    /// The last payments.
    pub rows: Vec<PaymentRow>,
    /// All payments.
    pub list: String,
    /// Where a first payment can be made.
    pub link: String,
}

#[derive(Template)]
#[template(path = "cabinet/overview.html", whitespace = "minimize")]
struct OverviewPage<'a> {
    shell: Shell<'a>,
    view: &'a OverviewView,
}

/// Writes the page.
///
/// # Errors
/// A fault of the template.
pub fn page(frame: &Frame, view: &OverviewView) -> Result<Rendered, RenderFault> {
    let available = view.tiles.first().map(|tile| tile.sums.join(", ")).unwrap_or_default();
    let shell = Shell::new(frame, &[&available, frame.words().ov_title()]);
    rendered(&OverviewPage { shell, view })
}

/// The overview.
pub async fn show(State(web): State<Web>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Overview).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let view = look(&web, &desk).await;
    desk.answer(&web, view.map(|view| page(&desk.frame, &view)))
}

async fn look(web: &Web, desk: &Desk) -> Result<OverviewView, EngineError> {
    let (store, frame) = (web.engine.store(), &desk.frame);
    let shops = desk.shops(web).await?;
    let balances = store.balances(desk.book).await?;
    let now = frame.page.now;
    let soon = now.saturating_add(HOLD_ENDS_SOON).unwrap_or(now);
    let needs = store.needs(desk.book, soon).await?;
    let last = store.payment_list(desk.book, &Filter::default(), Place::Top, LAST).await?;
    let held = Filter { group: Some(Group::Held), ..Filter::default() };
    let held = store.payment_list(desk.book, &held, Place::Top, HELD_SUMMED).await?;
    let mut tiles = tiles(frame, &balances, &shops);
    tiles.push(held_tile(frame, held.rows.iter().map(|row| row.payment.amount), held.more, &shops));
    let mut list = needs_in_words(web, frame, &needs);
    list.extend(silent(web, frame, &shops).await?);
    let number = |id| web.engine.print(id);
    Ok(OverviewView {
        tiles,
        needs: list,
        rows: last.rows.iter().map(|row| payment_row(frame, row, &number(row.payment.id), &shops)).collect(),
        list: frame.to(Section::Payments.path()),
        link: frame.to(Section::Link.path()),
    })
}

/// So many holds are added up; whoever has more is told "and more".
const HELD_SUMMED: u32 = 500;

/// What an account holds, in each currency; where nothing ever moved, zero in the shop's own.
pub(crate) fn sums_of(frame: &Frame, balances: &[Balance], account: Account, shops: &[Shop]) -> Vec<String> {
    let of_account = balances.iter().filter(|balance| balance.key.account == account);
    let sums: Vec<String> = of_account.map(|balance| frame.sum(balance.amount)).collect();
    if sums.is_empty() {
        return vec![frame.sum(Money::zero(crate::cabinet::query::currency(shops)))];
    }
    sums
}

fn tiles(frame: &Frame, balances: &[Balance], shops: &[Shop]) -> Vec<Tile> {
    let w = frame.words();
    let lines = |account: &str| frame.to(&format!("/cabinet/balance?account={account}"));
    let tile = |name, account: Account, hint| Tile {
        name,
        sums: sums_of(frame, balances, account, shops),
        hint,
        address: lines(account.code()),
    };
    let mut tiles = vec![
        tile(w.ba_available(), Account::Available, w.ba_available_hint()),
        tile(w.ba_pending(), Account::Pending, w.ba_pending_hint()),
    ];
    let has = |account| balances.iter().any(|balance| balance.key.account == account);
    if has(Account::RefundsInTransit) {
        tiles.push(tile(w.ba_transit(), Account::RefundsInTransit, w.ba_transit_hint()));
    }
    if has(Account::PayoutsInTransit) {
        tiles.push(tile(w.ba_payouts(), Account::PayoutsInTransit, w.ba_payouts_hint()));
    }
    if has(Account::SellerOwes) {
        tiles.push(tile(w.ba_owes(), Account::SellerOwes, w.ba_owes_hint()));
    }
    tiles
}

/// What is held at buyers: a memorandum, not money of the seller, so it leads to the payments.
fn held_tile(frame: &Frame, held: impl Iterator<Item = Money>, more: bool, shops: &[Shop]) -> Tile {
    let w = frame.words();
    let mut sums: Vec<String> = total(held).into_iter().map(|sum| frame.sum(sum)).collect();
    if sums.is_empty() {
        sums.push(frame.sum(Money::zero(crate::cabinet::query::currency(shops))));
    }
    if more {
        sums = sums.iter().map(|sum| w.pl_and_more(sum)).collect();
    }
    Tile {
        name: w.ba_reserved(),
        sums,
        hint: w.ba_reserved_hint(),
        address: frame.to("/cabinet/payments?state=held"),
    }
}

/// Sums by currency.
fn total(sums: impl Iterator<Item = Money>) -> Vec<Money> {
    let mut totals: Vec<Money> = Vec::new();
    for sum in sums {
        match totals.iter_mut().find(|total| total.currency() == sum.currency()) {
            // What no longer fits an amount is more money than there is.
            Some(total) => *total = total.plus(sum).unwrap_or(*total),
            None => totals.push(sum),
        }
    }
    totals
}

fn in_words(frame: &Frame, sums: impl Iterator<Item = Money>) -> String {
    total(sums).into_iter().map(|sum| frame.sum(sum)).collect::<Vec<_>>().join(" + ")
}

fn needs_in_words(web: &Web, frame: &Frame, needs: &Needs) -> Vec<Need> {
    let w = frame.words();
    let count = |all: usize| u64::try_from(all).unwrap_or(u64::MAX);
    let mut list = Vec::new();
    // One thing leads to itself, several to their list.
    let to = |payments: Vec<domain::ids::PaymentId>, otherwise: &str| match payments.as_slice() {
        [one] => format!("/cabinet/payments/{}", web.engine.print(*one)),
        _ => frame.to(otherwise),
    };
    if !needs.holds.is_empty() {
        let sums = needs.holds.iter().map(|payment| payment.amount);
        list.push(Need {
            text: w.ov_holds(count(needs.holds.len())),
            hint: w.ov_holds_hint(&in_words(frame, sums)),
            address: to(
                needs.holds.iter().map(|payment| payment.id).collect(),
                "/cabinet/payments?state=held",
            ),
        });
    }
    if !needs.notices.is_empty() {
        list.push(Need {
            text: w.ov_notices(count(needs.notices.len())),
            hint: w.ov_notices_hint().to_owned(),
            address: to(needs.notices.iter().map(|notice| notice.payment).collect(), Section::Notices.path()),
        });
    }
    for payment in &needs.stray {
        let sum = crate::cabinet::payment::stray(payment).into_iter();
        list.push(Need {
            text: w.ov_stray(&payment.terms.order_text()),
            hint: w.ov_stray_hint(&in_words(frame, sum)),
            address: to(vec![payment.id], Section::Payments.path()),
        });
    }
    list
}

/// Shops that sold until lately and have opened nothing for some days.
async fn silent(web: &Web, frame: &Frame, shops: &[Shop]) -> Result<Vec<Need>, EngineError> {
    let (w, now) = (frame.words(), frame.page.now);
    let mut list = Vec::new();
    for shop in shops.iter().filter(|shop| shop.active) {
        let Some(last) = web.engine.store().last_opened(shop.id).await? else { continue };
        let since = now.duration_since(last);
        if since > SILENT_AFTER && since < FORGOTTEN_AFTER {
            list.push(Need {
                text: w.ov_silent(&shop.name),
                hint: w.ov_silent_hint(&frame.moment(last)),
                address: frame.to(Section::Shops.path()),
            });
        }
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;
    use money::currency::Currency;

    #[test]
    fn sums_of_different_currencies_are_never_added_to_one_another() {
        let sums = [(5, Currency::Rub), (7, Currency::Usd), (6, Currency::Rub)];
        let sums = sums.map(|(minor, currency)| Money::from_minor(minor, currency));
        let expected = [Money::from_minor(11, Currency::Rub), Money::from_minor(7, Currency::Usd)];
        assert_eq!(total(sums.into_iter()), expected);
    }
}
