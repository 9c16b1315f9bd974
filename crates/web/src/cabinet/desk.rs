//! A request to the cabinet: who asks, for which of his books, in which language.

use crate::busy::unavailable;
use crate::cabinet::shell::{Account, BOOK, Frame, Section};
use crate::checkout::pages::{RenderFault, Rendered};
use crate::checkout::visit;
use crate::messages;
use crate::state::Web;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::history::Actor;
use domain::ids::{Book, BookKind, Id, PaymentId};
use domain::payments::Payment;
use domain::sellers::{Seller, Shop};
use engine::error::EngineError;
use engine::people::Member;
use jiff::tz::TimeZone;
use wire::form::RawForm;
use wire::http::HttpRequest;

/// What a page of the cabinet is made from.
pub(crate) struct Desk {
    /// The request.
    pub(crate) request: HttpRequest,
    /// Its query.
    pub(crate) query: RawForm,
    /// Its form; empty where nothing was sent.
    pub(crate) form: RawForm,
    /// Whose cabinet it is.
    pub(crate) seller: Seller,
    /// The book in view.
    pub(crate) book: Book,
    /// What every page knows.
    pub(crate) frame: Frame,
    /// The person, as the history names him.
    pub(crate) actor: Actor,
    /// The person and his session.
    pub(crate) member: Member,
}

impl Desk {
    /// Finds who asks; the answer of an error leads to the sign-in page or says what is wrong.
    pub(crate) async fn open(web: &Web, request: Request, here: Section) -> Result<Desk, Response> {
        let request = messages::read(request).await.map_err(IntoResponse::into_response)?;
        let person = crate::cabinet::visitor::of(web, &request).await?;
        let query = RawForm::from_urlencoded(request.query.as_bytes()).unwrap_or_default();
        let form = RawForm::from_body(request.headers.get("content-type"), &request.body).unwrap_or_default();
        let asked = visit::field(&query, BOOK).or_else(|| visit::field(&form, BOOK));
        let kind = if asked.as_deref() == Some("test") { BookKind::Test } else { BookKind::Live };
        let mut page = visit::page(web, &request, None, visit::field(&query, "lang").as_deref());
        page.zone = TimeZone::get(&person.seller.zone).unwrap_or(TimeZone::UTC);
        page.test = kind == BookKind::Test;
        page.clock = crate::time_bar::of(web, &request, here.path().to_owned(), &page.zone);
        let frame = Frame {
            page,
            account: Some(Account {
                seller: person.seller.name.clone(),
                person: person.name.clone(),
                csrf: person.csrf.clone(),
            }),
            here: Some(here),
            kind,
            address: address(&request),
            mirrored: web.tour.is_some() && visit::field(&query, "lang").as_deref() == Some("mirrored"),
        };
        let book = person.seller.id.book.twin(kind);
        Ok(Desk {
            request,
            query,
            form,
            book,
            frame,
            actor: person.actor,
            seller: person.seller,
            member: person.member,
        })
    }

    /// A parameter of the query that is not empty.
    pub(crate) fn asked(&self, name: &str) -> Option<String> {
        visit::field(&self.query, name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// A field of the form, without spaces around it.
    pub(crate) fn sent(&self, name: &str) -> String {
        visit::field(&self.form, name).unwrap_or_default().trim().to_owned()
    }

    /// Whether the form was sent by one of our own pages to this very person.
    pub(crate) fn is_own_form(&self) -> bool {
        let token = self.frame.account.as_ref().map(|account| account.csrf.as_str());
        visit::is_from_here(&self.request) && token.is_some_and(|token| token == self.sent("csrf"))
    }

    /// A payment of this seller; from then on its book is in view.
    pub(crate) async fn payment(&mut self, web: &Web, number: &str) -> Result<Payment, EngineError> {
        let id: PaymentId = web.engine.parse(number)?;
        let kind = id.book().kind();
        if id.book() != self.seller.id.book.twin(kind) {
            return Err(EngineError::NotFound("page"));
        }
        self.book = id.book();
        self.frame.kind = kind;
        self.frame.page.test = kind == BookKind::Test;
        web.engine.store().payment(id).await?.ok_or(EngineError::NotFound("page"))
    }

    /// The shops of the book in view.
    pub(crate) async fn shops(&self, web: &Web) -> Result<Vec<Shop>, EngineError> {
        Ok(web.engine.store().shops_of_book(self.book).await?)
    }

    /// A page that was written, or what says why it was not.
    pub(crate) fn answer(
        &self,
        web: &Web,
        page: Result<Result<Rendered, RenderFault>, EngineError>,
    ) -> Response {
        match page {
            Ok(page) => messages::page(StatusCode::OK, page),
            Err(stuck) => self.stuck(web, &stuck),
        }
    }

    /// The page that says why there is none.
    pub(crate) fn stuck(&self, web: &Web, error: &EngineError) -> Response {
        match error {
            EngineError::NotFound(_) => {
                messages::page(StatusCode::NOT_FOUND, crate::cabinet::missing::page(&self.frame))
            }
            EngineError::Refused(_)
            | EngineError::Busy
            | EngineError::Store(_)
            | EngineError::Connector(_)
            | EngineError::Frozen(_) => unavailable(web, &self.request, error),
        }
    }
}

/// The page's address with its query.
fn address(request: &HttpRequest) -> String {
    match request.query.as_str() {
        "" => request.path.clone(),
        query => format!("{}?{query}", request.path),
    }
}
