//! The pages of the example shop.

use askama::Template;

use crate::language::Language;
use crate::message::{Reply, Request};
use crate::render;

use super::desk::{Desk, Misbehaviour, Order, OrderState, PRODUCTS, Product};
use super::words::{self, Words};

/// Orders on the front page.
const LINES_MAX: usize = 30;

#[derive(Template)]
#[template(path = "shop/home.html")]
struct HomePage<'a> {
    language: Language,
    words: &'a Words,
    goods: &'a [Product],
    lines: Vec<Line<'a>>,
    more: bool,
    spoiled: Option<(&'a str, u32)>,
    ways: Vec<(&'a str, &'a str)>,
    shop_url: &'a str,
}

#[derive(Template)]
#[template(path = "shop/back.html")]
struct BackPage<'a> {
    language: Language,
    words: &'a Words,
    title: &'a str,
    hint: Option<&'a str>,
    line: Option<Line<'a>>,
    switch: String,
}

/// One order in a list.
struct Line<'a> {
    number: i64,
    name: &'a str,
    sum: String,
    code: &'a str,
    state: &'a str,
    test: bool,
    pay: Option<&'a str>,
}

fn line(number: i64, order: &Order, language: Language) -> Line<'_> {
    Line {
        number,
        name: order.product.name(language),
        sum: language.sum(order.product.price),
        code: order.state.code(),
        state: words::state(language, order.state),
        test: order.test,
        pay: (order.state != OrderState::Paid).then_some(order.link.as_str()),
    }
}

/// The front page: goods, orders, and the controls to misbehave.
pub(crate) fn home(desk: &Desk, request: &Request) -> Reply {
    let language = Language::of(request, None);
    let mut newest = desk.orders.iter().rev();
    let lines =
        newest.by_ref().take(LINES_MAX).map(|(number, order)| line(*number, order, language)).collect();
    let page = HomePage {
        language,
        words: words::words(language),
        goods: &PRODUCTS,
        lines,
        more: newest.next().is_some(),
        spoiled: desk.misbehaviour.map(|(how, left)| (words::misbehaviour(language, how), left)),
        ways: Misbehaviour::ALL.map(|how| (how.code(), words::misbehaviour(language, how))).to_vec(),
        shop_url: &desk.settings.public_url,
    };
    render::page(200, &page)
}

/// Where the buyer lands after paying or not: what the shop knows by then, and no more.
pub(crate) fn back(request: &Request, number: i64, order: &Order, culture: Option<Language>) -> Reply {
    let language = Language::of(request, culture);
    let words = words::words(language);
    let (title, hint) = match order.state {
        OrderState::Paid => (words.thanks, None),
        OrderState::Waiting => (words.almost, Some(words.almost_hint)),
        OrderState::Failed => (words.not_paid, Some(words.not_paid_hint)),
    };
    let line = Some(line(number, order, language));
    render::page(200, &BackPage { language, words, title, hint, line, switch: switch(request, language) })
}

/// The page for a way back whose signature is wrong.
pub(crate) fn not_believed(request: &Request) -> Reply {
    let language = Language::of(request, None);
    let words = words::words(language);
    let (title, hint) = (words.not_believed, Some(words.not_believed_hint));
    render::page(
        400,
        &BackPage { language, words, title, hint, line: None, switch: switch(request, language) },
    )
}

/// The page for every other address.
pub(crate) fn nothing(request: &Request) -> Reply {
    let language = Language::of(request, None);
    let words = words::words(language);
    let switch = switch(request, language);
    render::page(404, &BackPage { language, words, title: words.nothing, hint: None, line: None, switch })
}

/// The query of the same page in the other language; without its own query a way back would mean nothing.
fn switch(request: &Request, language: Language) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(request.query_pairs().into_iter().filter(|(name, _)| name != "lang"));
    query.append_pair("lang", language.other().tag()).finish()
}
