//! The list in view as a file: CSV or XLSX, written page by page, so that any length needs the same memory.

use crate::busy::unavailable;
use crate::cabinet::desk::Desk;
use crate::cabinet::payments::asked;
use crate::cabinet::query::ListQuery;
use crate::cabinet::shell::{Frame, Section};
use crate::cabinet::streamed::{Chunk, Streamed};
use crate::state::Web;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use documents::cell::Cell;
use documents::csv;
use documents::xlsx::{Sheet, SheetError};
use domain::ids::Book;
use domain::sellers::Shop;
use engine::error::EngineError;
use hyper::body::Bytes;
use std::io::{Read, Seek, SeekFrom};
use store::reads::payment_list::{Filter, LIST_MAX, ListPage, Listed, Place};

/// A file is handed out in pieces of so many bytes.
const PIECE_BYTES: usize = 65_536;

/// What is written: the list with its filter, from the newest to the oldest.
struct Export {
    web: Web,
    frame: Frame,
    book: Book,
    filter: Filter,
    shops: Vec<Shop>,
    place: Option<Place>,
    begun: bool,
}

/// The list as CSV.
pub async fn as_csv(State(web): State<Web>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Payments).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    match Export::of(&web, &desk).await {
        Ok(export) => {
            let body = Streamed::new(export, Export::piece);
            file("payments.csv", "text/csv; charset=utf-8", Body::new(body))
        }
        Err(error) => desk.stuck(&web, &error),
    }
}

/// The list as XLSX. The format ends with its table of contents, so the file is made aside first.
pub async fn as_xlsx(State(web): State<Web>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Payments).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let export = match Export::of(&web, &desk).await {
        Ok(export) => export,
        Err(error) => return desk.stuck(&web, &error),
    };
    match sheet(export).await {
        Ok(made) => {
            const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            file("payments.xlsx", KIND, Body::new(Streamed::new(made, next_piece)))
        }
        Err(ExportError::Engine(error)) => desk.stuck(&web, &error),
        Err(error) => {
            tracing::error!(%error, "a table could not be written");
            unavailable(&web, &desk.request, &EngineError::Busy)
        }
    }
}

/// Why a file was not made.
#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Sheet(#[from] SheetError),
    #[error("the temporary file: {0}")]
    File(#[from] std::io::Error),
    #[error("the thread that wrote it has ended")]
    Thread,
}

fn file(name: &str, kind: &'static str, body: Body) -> Response {
    let named = HeaderValue::try_from(format!("attachment; filename=\"{name}\""));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, named.unwrap_or(HeaderValue::from_static("attachment"))),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'")),
    ];
    (StatusCode::OK, headers, body).into_response()
}

impl Export {
    async fn of(web: &Web, desk: &Desk) -> Result<Export, EngineError> {
        let (filter, _, shops) = asked(web, desk, &ListQuery::read(&desk.query)).await?;
        Ok(Export {
            web: web.clone(),
            frame: desk.frame.clone(),
            book: desk.book,
            filter,
            shops,
            place: Some(Place::Top),
            begun: false,
        })
    }

    /// The next rows, and where those after them begin; nothing after the last.
    async fn page(&mut self) -> Result<Option<ListPage>, EngineError> {
        let Some(place) = self.place.take() else { return Ok(None) };
        let page = self.web.engine.store().payment_list(self.book, &self.filter, place, LIST_MAX).await?;
        let last = page.rows.last().map(|row| row.payment.id.number).filter(|_| page.more);
        // Where a search had looked through enough, a file looks on.
        self.place = last.or(page.looked_to).map(Place::Below);
        Ok(Some(page))
    }

    /// The next lines of a CSV file.
    async fn piece(mut self) -> (Chunk, Option<Export>) {
        let mut text = String::new();
        if !self.begun {
            self.begun = true;
            text.push_str(csv::MARK);
            let head = head(&self.frame).map(|title| Cell::Text(title.to_owned()));
            text.push_str(&csv::line(&head));
        }
        match self.page().await {
            Ok(Some(page)) => {
                for listed in &page.rows {
                    text.push_str(&csv::line(&self.cells(listed)));
                }
                let more = self.place.is_some();
                (Ok(Bytes::from(text)), more.then_some(self))
            }
            Ok(None) => (Ok(Bytes::from(text)), None),
            // Whoever reads must not take the beginning for the whole: the transfer breaks off.
            Err(error) => {
                tracing::error!(%error, "a file of payments breaks off");
                (Err(std::io::Error::other("the list cannot be read on")), None)
            }
        }
    }

    fn cells(&self, listed: &Listed) -> [Cell; COLUMNS] {
        let (w, payment) = (self.frame.words(), &listed.payment);
        let text = |text: &str| Cell::maybe(Some(text));
        let shop = self.shops.iter().find(|shop| shop.id == payment.shop);
        [
            text(&self.web.engine.print(payment.id)),
            text(&self.moment(payment.opened_at)),
            text(w.payment_state(&payment.state)),
            text(&payment.terms.order_text()),
            Cell::Sum(payment.amount),
            text(payment.currency().code()),
            Cell::Sum(payment.captured),
            Cell::Sum(payment.refunded),
            Cell::Sum(payment.fee),
            text(listed.method.map_or("", |method| w.method(&method))),
            Cell::maybe(shop.map(|shop| shop.name.as_str())),
            Cell::maybe(payment.terms.email.as_deref()),
            text(&payment.terms.description),
        ]
    }

    /// A moment as programs that read tables understand it, in the seller's zone.
    fn moment(&self, at: jiff::Timestamp) -> String {
        at.to_zoned_datetime(self.frame.page.zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }
}

/// So many columns a file has.
const COLUMNS: usize = 13;

fn head(frame: &Frame) -> [&'static str; COLUMNS] {
    let w = frame.words();
    [
        w.pl_number(),
        w.pp_opened(),
        w.pl_state(),
        w.pl_order(),
        w.pl_sum(),
        w.pl_currency(),
        w.pl_captured(),
        w.pl_refunded(),
        w.pl_fee(),
        w.pl_method(),
        w.pl_shop(),
        w.pl_buyer(),
        w.pl_description(),
    ]
}

/// Writes the whole list into a temporary file that has no name and goes away by itself.
async fn sheet(mut export: Export) -> Result<std::fs::File, ExportError> {
    let mut sheet = Sheet::new(export.frame.words().cab_payments(), &head(&export.frame))?;
    while let Some(page) = export.page().await? {
        for listed in &page.rows {
            sheet.row(&export.cells(listed))?;
        }
    }
    let made = tokio::task::spawn_blocking(move || {
        let mut file = tempfile::tempfile()?;
        sheet.finish(&mut file)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    });
    made.await.unwrap_or(Err(ExportError::Thread))
}

async fn next_piece(mut file: std::fs::File) -> (Chunk, Option<std::fs::File>) {
    let read = tokio::task::spawn_blocking(move || {
        let mut piece = Vec::new();
        let limit = u64::try_from(PIECE_BYTES).unwrap_or(u64::MAX);
        let read = file.by_ref().take(limit).read_to_end(&mut piece);
        (read.map(|_| piece), file)
    });
    match read.await {
        Ok((Ok(piece), file)) => {
            let more = piece.len() == PIECE_BYTES;
            (Ok(Bytes::from(piece)), more.then_some(file))
        }
        Ok((Err(error), _)) => (Err(error), None),
        Err(error) => (Err(std::io::Error::other(error)), None),
    }
}
