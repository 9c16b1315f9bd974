//! The list of a seller's shops, and finding one of them.

use crate::cabinet::desk::Desk;
use crate::cabinet::shell::{Frame, Section, Shell, rendered};
use crate::checkout::pages::{RenderFault, Rendered};
use crate::state::Web;
use askama::Template;
use axum::extract::{Request, State};
use axum::response::Response;
use domain::ids::{BookKind, Id, ShopId};
use domain::sellers::Shop;
use engine::error::EngineError;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct ShopsView {
    /// The shops.
    pub rows: Vec<ShopRow>,
}

/// A shop in the list.
#[derive(Clone, Debug)]
pub struct ShopRow {
    /// Where its settings are.
    pub address: String,
    /// The name that buyers see.
    pub name: String,
    /// The identifier in merchant protocols.
    pub login: String,
    /// Where it is told of payments; may be empty.
    pub result: String,
    /// How many methods it offers, in words.
    pub methods: String,
    /// Whether it may take new payments.
    pub active: bool,
}

#[derive(Template)]
#[template(path = "cabinet/shops.html", whitespace = "minimize")]
struct ShopsPage<'a> {
    shell: Shell<'a>,
    view: &'a ShopsView,
}

/// Writes the page.
///
/// # Errors
/// A fault of the template.
pub fn page(frame: &Frame, view: &ShopsView) -> Result<Rendered, RenderFault> {
    let shell = Shell::new(frame, &[frame.words().cab_shops()]);
    rendered(&ShopsPage { shell, view })
}

/// The list.
pub async fn show(State(web): State<Web>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Shops).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let view = desk
        .shops(&web)
        .await
        .map(|shops| ShopsView { rows: shops.iter().map(|shop| row(&web, &desk.frame, shop)).collect() });
    desk.answer(&web, view.map(|view| page(&desk.frame, &view)))
}

fn row(web: &Web, frame: &Frame, shop: &Shop) -> ShopRow {
    ShopRow {
        address: address(web, shop.id),
        name: shop.name.clone(),
        login: shop.login.clone(),
        result: shop.result.as_ref().map(|result| result.url.clone()).unwrap_or_default(),
        methods: frame.words().sh_methods_on(u64::try_from(shop.methods.len()).unwrap_or(u64::MAX)),
        active: shop.active,
    }
}

/// The page of a shop's settings: one for both of its books.
pub(crate) fn address(web: &Web, shop: ShopId) -> String {
    let live = ShopId { book: shop.book.twin(BookKind::Live), ..shop };
    format!("/cabinet/shops/{}", web.engine.print(live))
}

/// A shop of this seller, as it stands in the live and in the test book.
pub(crate) struct Twins {
    pub(crate) live: Shop,
    pub(crate) test: Shop,
}

impl Twins {
    /// The shop of an address; another seller's is answered like one that is not there.
    pub(crate) async fn of(web: &Web, desk: &Desk, number: &str) -> Result<Twins, EngineError> {
        let id: ShopId = web.engine.parse(number)?;
        if id.book() != desk.seller.id.book.twin(id.book().kind()) {
            return Err(EngineError::NotFound("page"));
        }
        let live = web.engine.shop_twin(id, BookKind::Live).await?;
        let test = web.engine.shop_twin(id, BookKind::Test).await?;
        Ok(Twins { live, test })
    }

    /// The one of a kind.
    pub(crate) const fn one(&self, kind: BookKind) -> &Shop {
        match kind {
            BookKind::Live => &self.live,
            BookKind::Test => &self.test,
        }
    }
}
