//! The list of payments: counters by state, conditions in the address, page by page.

use crate::cabinet::components::{Chip, Field, PaymentRow, Tab, payment_row};
use crate::cabinet::desk::Desk;
use crate::cabinet::query::{ListQuery, currency, read_day, read_sum, totals};
use crate::cabinet::shell::{Frame, Section, Shell, rendered};
use crate::checkout::pages::{RenderFault, Rendered};
use crate::messages;
use crate::state::Web;
use askama::Template;
use axum::extract::{Request, State};
use axum::response::Response;
use domain::checkouts::number_of;
use domain::ids::{Id, PaymentId};
use domain::methods::Method;
use domain::payments::ClaimKey;
use domain::sellers::Shop;
use engine::error::EngineError;
use store::reads::payment_list::{COUNTED_MAX, Count, Filter, Group, ListPage, Place};

/// So many payments stand on a page.
const ROWS: u32 = 50;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct PaymentsView {
    /// Counters by state.
    pub tabs: Vec<Tab>,
    /// The fields of the filter: text, dates and sums.
    pub fields: Vec<Field>,
    /// The shops to choose from; none when there is only one.
    pub shops: Vec<(String, String)>,
    /// The methods to choose from.
    pub methods: Vec<(String, String)>,
    /// The chosen shop.
    pub shop: Field,
    /// The chosen method.
    pub method: Field,
    /// The chosen group's word; empty: all.
    pub state: String,
    /// What was chosen.
    pub chips: Vec<Chip>,
    /// The list without conditions.
    pub clear: String,
    /// Names of conditions that could not be read.
    pub unread: Vec<String>,
    /// The payments.
    pub rows: Vec<PaymentRow>,
    /// What they come to.
    pub totals: Vec<(String, String)>,
    /// The addresses of newer and older payments.
    pub newer: Option<String>,
    /// See `newer`.
    pub older: Option<String>,
    /// How far the search has looked, and where it goes on.
    pub looked: Option<(String, String)>,
    /// Whether the seller has no payments at all.
    pub none_yet: bool,
    /// The addresses of the files.
    pub csv: String,
    /// See `csv`.
    pub xlsx: String,
    /// Where a first payment can be made.
    pub link: String,
}

#[derive(Template)]
#[template(path = "cabinet/payments.html", whitespace = "minimize")]
struct PaymentsPage<'a> {
    shell: Shell<'a>,
    view: &'a PaymentsView,
}

/// Writes the page.
///
/// # Errors
/// A fault of the template.
pub fn page(frame: &Frame, view: &PaymentsView) -> Result<Rendered, RenderFault> {
    let shell = Shell::new(frame, &[frame.words().cab_payments()]);
    rendered(&PaymentsPage { shell, view })
}

/// The list.
pub async fn show(State(web): State<Web>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Payments).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let view = look(&web, &desk).await;
    desk.answer(&web, view.map(|view| page(&desk.frame, &view)))
}

/// The search of the head: an order's number or a payment's own leads straight to it, all else to the list.
pub async fn search(State(web): State<Web>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Payments).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let text = desk.asked("q").unwrap_or_default();
    match found(&web, &desk, &text).await {
        Ok(Some(payment)) => messages::see_other(&format!("/cabinet/payments/{}", web.engine.print(payment))),
        Ok(None) => {
            let query = ListQuery::default().with("q", &text);
            messages::see_other(&query.address(&desk.frame, Section::Payments.path(), None))
        }
        Err(stuck) => desk.stuck(&web, &stuck),
    }
}

/// The one payment that a text names.
async fn found(web: &Web, desk: &Desk, text: &str) -> Result<Option<PaymentId>, EngineError> {
    if let Ok(id) = web.engine.parse::<PaymentId>(text) {
        let own = id.book() == desk.seller.id.book.twin(id.book().kind());
        return Ok(own.then_some(id));
    }
    let text = text.trim_start_matches(['№', '#']).trim();
    let counted = text.parse().ok();
    let mut found = Vec::new();
    for shop in desk.shops(web).await? {
        // A checkout's numbers are texts, and figures may be one.
        let number = if shop.checkout.is_some() { Some(number_of(text)) } else { counted };
        let Some(number) = number else { continue };
        let claimed = web.engine.store().payment_of_claim(&ClaimKey { number, shop: shop.id }).await?;
        found.extend(claimed.map(|payment| payment.id));
    }
    match found.as_slice() {
        [one] => Ok(Some(*one)),
        _ => Ok(None),
    }
}

/// The filter of an address, the names of what cannot be read in it, and the shops of the book.
pub(crate) async fn asked(
    web: &Web,
    desk: &Desk,
    query: &ListQuery,
) -> Result<(Filter, Vec<&'static str>, Vec<Shop>), EngineError> {
    let shops = desk.shops(web).await?;
    let of_this_seller = |text: &str| {
        let id = web.engine.parse(text)?;
        let own = shops.iter().any(|shop| shop.id == id);
        own.then_some(id).ok_or(engine::error::EngineError::NotFound("shop"))
    };
    let (filter, unread) = query.filter(&desk.frame.page.zone, currency(&shops), of_this_seller);
    Ok((filter, unread, shops))
}

async fn look(web: &Web, desk: &Desk) -> Result<PaymentsView, EngineError> {
    let query = ListQuery::read(&desk.query);
    let (filter, unread, shops) = asked(web, desk, &query).await?;
    let number = |name| {
        desk.asked(name).and_then(|text| web.engine.parse::<PaymentId>(&text).ok()).map(|id| id.number)
    };
    let place = match (number("before"), number("after")) {
        (Some(number), _) => Place::Below(number),
        (None, Some(number)) => Place::Above(number),
        (None, None) => Place::Top,
    };
    let store = web.engine.store();
    let list = store.payment_list(desk.book, &filter, place, ROWS).await?;
    let counts = if query.is_countable() {
        store.payment_counts(desk.book, filter.from, filter.until).await?
    } else {
        Vec::new()
    };
    let print = |number| web.engine.print(PaymentId::new(desk.book, number));
    let print_shop = |shop: &Shop| web.engine.print(shop.id);
    let frame = &desk.frame;
    let mut view = PaymentsView {
        tabs: tabs(frame, &query, &counts),
        chips: chips(frame, &query, &filter, &shops),
        clear: frame.to(Section::Payments.path()),
        unread: unread.into_iter().map(|name| label(frame, name).to_owned()).collect(),
        rows: list
            .rows
            .iter()
            .map(|row| payment_row(frame, row, &web.engine.print(row.payment.id), &shops))
            .collect(),
        totals: totals(list.rows.iter().map(|row| &row.payment))
            .into_iter()
            .map(|(sum, count)| (frame.sum(sum), frame.words().pl_on_page(count)))
            .collect(),
        none_yet: query.is_empty() && place == Place::Top && list.rows.is_empty(),
        csv: query.address(frame, "/cabinet/payments.csv", None),
        xlsx: query.address(frame, "/cabinet/payments.xlsx", None),
        link: frame.to(Section::Link.path()),
        state: query.typed("state").to_owned(),
        ..PaymentsView::default()
    };
    fields(frame, &query, &shops, print_shop, &mut view);
    turn(frame, &query, place, &list, print, &mut view);
    Ok(view)
}

/// Where the neighbouring pages begin.
fn turn(
    frame: &Frame,
    query: &ListQuery,
    place: Place,
    list: &ListPage,
    print: impl Fn(u64) -> String,
    view: &mut PaymentsView,
) {
    let to = |name, number| query.address(frame, Section::Payments.path(), Some((name, &print(number))));
    let first = list.rows.first().map(|row| row.payment.id.number);
    let last = list.rows.last().map(|row| row.payment.id.number);
    let (newer, older) = match place {
        Place::Top => (false, list.more),
        Place::Below(_) => (true, list.more),
        Place::Above(_) => (list.more, true),
    };
    view.newer = first.filter(|_| newer).map(|number| to("after", number));
    view.older = last.filter(|_| older).map(|number| to("before", number));
    if let Some(number) = list.looked_to.filter(|_| !matches!(place, Place::Above(_))) {
        let at = domain::ids::taken_at(number);
        view.looked = Some((frame.moment(at), to("before", number)));
    }
}

fn tabs(frame: &Frame, query: &ListQuery, counts: &[Count]) -> Vec<Tab> {
    let w = frame.words();
    let path = Section::Payments.path();
    let all = query.without("state");
    let mut tabs = vec![Tab {
        name: w.pl_all().to_owned(),
        count: String::new(),
        address: all.address(frame, path, None),
        here: query.typed("state").is_empty(),
    }];
    for group in Group::ALL {
        let count = counts.iter().find(|count| count.group == group);
        tabs.push(Tab {
            name: w.payment_group(group).to_owned(),
            count: count.map_or_else(String::new, |count| match count.more {
                true => w.pl_and_more(&COUNTED_MAX.to_string()),
                false => count.count.to_string(),
            }),
            address: all.with("state", group.code()).address(frame, path, None),
            here: query.typed("state") == group.code(),
        });
    }
    tabs
}

fn label(frame: &Frame, name: &str) -> &'static str {
    let w = frame.words();
    match name {
        "state" => w.pl_state(),
        "shop" => w.pl_shop(),
        "method" => w.pl_method(),
        "from" => w.pl_from(),
        "until" => w.pl_until(),
        "least" => w.pl_least(),
        "most" => w.pl_most(),
        _ => w.pl_search(),
    }
}

/// Every condition except the state, which the counters show.
fn chips(frame: &Frame, query: &ListQuery, filter: &Filter, shops: &[Shop]) -> Vec<Chip> {
    let w = frame.words();
    let currency = currency(shops);
    let sum = |name| read_sum(query.typed(name), currency).map(|sum| frame.sum(sum));
    let day = |name| read_day(query.typed(name)).map(|day| crate::dates::day(day, w.language()));
    let shop = filter.shop.and_then(|id| shops.iter().find(|shop| shop.id == id));
    let said = [
        ("q", filter.search.as_ref().map(|_| w.pl_chip_search(query.typed("q")))),
        ("shop", shop.map(|shop| shop.name.clone())),
        ("method", filter.method.map(|method| w.method(&method).to_owned())),
        ("from", day("from").map(|day| w.pl_chip_from(&day))),
        ("until", day("until").map(|day| w.pl_chip_until(&day))),
        ("least", sum("least").map(|sum| w.pl_chip_least(&sum))),
        ("most", sum("most").map(|sum| w.pl_chip_most(&sum))),
    ];
    let chip = |(name, text): (&str, Option<String>)| {
        text.map(|text| Chip {
            spoken: w.pl_remove(&text),
            address: query.without(name).address(frame, Section::Payments.path(), None),
            text,
        })
    };
    said.into_iter().filter_map(chip).collect()
}

fn fields(
    frame: &Frame,
    query: &ListQuery,
    shops: &[Shop],
    print: impl Fn(&Shop) -> String,
    view: &mut PaymentsView,
) {
    let w = frame.words();
    let field =
        |name, kind| Field::text(name, label(frame, name)).typed(query.typed(name)).kind(kind).optional();
    view.fields = vec![
        field("q", "search"),
        field("from", "date"),
        field("until", "date"),
        field("least", "text"),
        field("most", "text"),
    ];
    let any = (String::new(), w.pl_any().to_owned());
    if shops.len() > 1 {
        let named = shops.iter().map(|shop| (print(shop), shop.name.clone()));
        view.shops = std::iter::once(any.clone()).chain(named).collect();
    }
    let methods = Method::ALL.iter().map(|method| (method.code().to_owned(), w.method(method).to_owned()));
    view.methods = std::iter::once(any).chain(methods).collect();
    view.shop = field("shop", "text");
    view.method = field("method", "text");
}
