//! Payment links that a shop's program issues, and where they lead.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::orders::{StartRefused, book_word, keys, masked, without_card_numbers};
use domain::decide::Refused;
use domain::ids::{BookKind, InvoiceId, PaymentId};
use domain::invoices::Invoice;
use domain::invoices_issuing::{IssueInvoice, Issued, VisitInvoice};
use domain::invoices_withdrawing::WithdrawInvoice;
use domain::methods::Method;
use domain::opening::Opened;
use domain::payments::{CustomField, Terms};
use domain::sellers::{Shop, Switch};
use domain::stored::Reuse;
use protocols::robokassa::errors::{self, RobokassaError};
use protocols::robokassa::invoices::{InvoiceDenied, InvoiceRequest, WantedInvoice, Which, public_of_link};
use protocols::robokassa::invoices_list::{self, Listed, Status, WITHDRAWN, Wanted};
use protocols::robokassa::keys::ShopKeys;
use protocols::robokassa::members::Wrong;
use std::sync::Arc;
use store::reads::invoices::{InvoiceFilter, InvoiceStatus};
use wire::http::HttpRequest;

/// Why a program's wish about links is not granted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvoiceError {
    /// The request or the business says no.
    #[error(transparent)]
    Denied(#[from] InvoiceDenied),
    /// The system could not do it; nothing is wrong with the request.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Issues the link that a token asks for; the answer is the JSON of the service.
    ///
    /// # Errors
    /// [`InvoiceError`]; nothing is saved then.
    #[tracing::instrument(skip_all)]
    pub async fn issue_invoice(&self, request: &HttpRequest) -> Result<String, InvoiceError> {
        let request = InvoiceRequest::read(request)?;
        let issued = match self.issue_once(&request).await {
            // Settings changed between reading and deciding: read and verify them anew, once.
            Err(InvoiceError::Engine(EngineError::Refused(Refused::Stale { .. }))) => {
                self.known.forget_sellers();
                self.issue_once(&request).await
            }
            issued => issued,
        };
        let Issued { invoice, number, .. } = issued.map_err(in_words)?;
        let public = self.print(invoice);
        let reply = invoices_list::issued(&public, &self.link_url(&public), number);
        Ok(reply.ok_or(EngineError::NotFound("payment link"))?)
    }

    async fn issue_once(&self, request: &InvoiceRequest) -> Result<Issued, InvoiceError> {
        let shop = self.shop_that_signed(request).await?;
        if request.is_test()? != (shop.id.book.kind() == BookKind::Test) {
            return Err(InvoiceDenied::WrongMode.into());
        }
        if !shop.active {
            return Err(InvoiceDenied::Inactive.into());
        }
        let now = self.now();
        let wanted = request.wanted(&invoice_keys(&shop)?, now)?;
        let (number, payment) = (wanted.number, self.fresh::<PaymentId>(shop.id.book)?);
        let reuse = self.reuse(&shop, &wanted).await?;
        let invoice = invoice(self.fresh(shop.id.book)?, &shop, wanted, reuse, now);
        let issued =
            self.submit(IssueInvoice { invoice, number, payment, shop_version: shop.version }).await?;
        self.changed(payment);
        Ok(issued)
    }

    /// What a link has to do with kept methods.
    async fn reuse(&self, shop: &Shop, wanted: &WantedInvoice) -> Result<Reuse, InvoiceError> {
        match &wanted.token {
            Some(key) => self.card_of(shop, key).await.map_err(|refused| match refused {
                StartRefused::Engine(error) => error.into(),
                StartRefused::Robokassa(refused) => {
                    let path = "AdditionalParameters.Token".to_owned();
                    InvoiceDenied::Wrong(Wrong { path, why: refused.why }).into()
                }
            }),
            None if wanted.recurring => Ok(Reuse::Keep),
            None => Ok(Reuse::Once),
        }
    }

    /// Withdraws the link that a token names; what is withdrawn already stays so.
    ///
    /// # Errors
    /// [`InvoiceError`]; nothing is saved then.
    #[tracing::instrument(skip_all)]
    pub async fn withdraw_invoice(&self, request: &HttpRequest) -> Result<String, InvoiceError> {
        let request = InvoiceRequest::read(request)?;
        let shop = self.shop_that_signed(&request).await?;
        let found = match request.which()? {
            Which::Number(number) => self.store.invoice_of_number(shop.id, number).await,
            Which::Public(public) => match self.parse::<InvoiceId>(&public) {
                Ok(id) => self.store.invoice(id).await,
                Err(_) => Ok(None),
            },
        };
        let found = found.map_err(EngineError::from)?.filter(|invoice| invoice.shop == shop.id);
        let invoice = found.ok_or(InvoiceDenied::NotFound)?;
        let withdrawn = self.submit(WithdrawInvoice { invoice: invoice.id }).await;
        withdrawn.map_err(|error| in_words(error.into()))?;
        if let Some(payment) = invoice.payment {
            self.changed(payment);
        }
        Ok(WITHDRAWN.to_owned())
    }

    /// The page of the list that a token asks for.
    ///
    /// # Errors
    /// [`InvoiceError`].
    #[tracing::instrument(skip_all)]
    pub async fn list_invoices(&self, request: &HttpRequest) -> Result<String, InvoiceError> {
        let request = InvoiceRequest::read(request)?;
        let shop = self.shop_that_signed(&request).await?;
        let wanted = request.list(shop.currency)?;
        let page = (wanted.page.saturating_sub(1), wanted.size);
        let found = self.store.invoice_list(shop.id, &filter(wanted), self.now(), page).await;
        let found = found.map_err(EngineError::from)?;
        let listed = found.rows.iter().map(|(invoice, status)| {
            let public = self.print(invoice.id);
            let url = self.link_url(&public);
            let status = match status {
                InvoiceStatus::Paid => Status::Paid,
                InvoiceStatus::Expired => Status::Expired,
                InvoiceStatus::Unpaid => Status::NotPaid,
            };
            Listed { invoice, status, public, url }
        });
        let reply = invoices_list::list(listed.collect(), found.total);
        Ok(reply.ok_or(EngineError::NotFound("payment link"))?)
    }

    /// The payment behind a link's address: the one that it leads to, or a new one. `known` is the payment that
    /// this browser opened by it before.
    ///
    /// # Errors
    /// [`StartRefused::Robokassa`] with 51, 52 or 53 where the link cannot be opened.
    #[tracing::instrument(skip_all)]
    pub async fn open_link(&self, path: &str, known: Option<PaymentId>) -> Result<Opened, StartRefused> {
        let not_found = errors::Refused::with(RobokassaError::LinkNotFound, "there is no such payment link");
        let id = public_of_link(path).and_then(|public| self.parse::<InvoiceId>(&public).ok());
        let id = id.ok_or(not_found)?;
        let invoice = self.store.invoice(id).await.map_err(EngineError::from)?.ok_or(not_found)?;
        let opened = match self.visit_once(&invoice, known).await {
            Err(EngineError::Refused(Refused::Stale { .. })) => {
                self.known.forget_sellers();
                self.visit_once(&invoice, known).await
            }
            opened => opened,
        };
        let opened = opened.map_err(at_the_door)?;
        if opened.fresh {
            self.meters.opened(book_word(opened.payment.book.kind()));
        }
        self.changed(opened.payment);
        Ok(opened)
    }

    async fn visit_once(&self, invoice: &Invoice, known: Option<PaymentId>) -> Result<Opened, EngineError> {
        let shop_version = self.shop(invoice.shop).await?.version;
        let payment = self.fresh(invoice.id.book)?;
        self.submit(VisitInvoice { invoice: invoice.id, payment, known, shop_version }).await
    }

    /// The address of a link.
    fn link_url(&self, public: &str) -> String {
        let letters = invoices_list::spellings(public).map(|(_, letters)| letters).unwrap_or_default();
        format!("{}/merchant/Invoice/{letters}", self.setup.public_url)
    }

    /// The shop, in the book whose password has signed a token.
    async fn shop_that_signed(&self, request: &InvoiceRequest) -> Result<Arc<Shop>, InvoiceError> {
        for kind in [BookKind::Live, BookKind::Test] {
            let shop = self.shop_of_login(request.login(), kind).await?.ok_or(InvoiceDenied::NoShop)?;
            if request.verify(&invoice_keys(&shop)?).is_ok() {
                return Ok(shop);
            }
        }
        Err(InvoiceDenied::WrongSignature.into())
    }
}

/// The part of a shop that its tokens are verified with.
fn invoice_keys(shop: &Shop) -> Result<ShopKeys<'_>, InvoiceDenied> {
    let mut keys = keys(shop, shop.current_passwords().ok_or(InvoiceDenied::WrongSignature)?, false);
    keys.switches.also_md5 = shop.switches.contains(&Switch::Md5ForInvoices);
    Ok(keys)
}

fn invoice(id: InvoiceId, shop: &Shop, wanted: WantedInvoice, reuse: Reuse, now: jiff::Timestamp) -> Invoice {
    // The card that is named is of this kind, whether or not it is kept.
    let card = wanted.token.is_some().then_some(Method::BankCard);
    let custom =
        wanted.custom.into_iter().map(|field| CustomField { name: field.name, value: masked(field.value) });
    Invoice {
        id,
        shop: shop.id,
        kind: wanted.kind,
        active: true,
        amount: wanted.sum,
        terms: Terms {
            number: wanted.number.unwrap_or(0),
            sum_text: wanted.sum_text,
            description: masked(wanted.description),
            email: wanted.email,
            payer_ip: None,
            language: wanted.language,
            custom: custom.collect(),
            success: wanted.success,
            fail: wanted.fail,
            statement_to: wanted.statement_to,
            reuse,
            price: None,
            split: Vec::new(),
            checkout: None,
            preferred: card,
            allowed: wanted.allowed,
            hold: shop.two_step || wanted.hold,
            receipt: wanted.receipt.map(without_card_numbers),
        },
        comment: masked(wanted.comment),
        no_free_sale: wanted.no_free_sale,
        content: wanted.content,
        until: wanted.until,
        payment: None,
        created_at: now,
        changed_at: now,
    }
}

fn filter(wanted: Wanted) -> InvoiceFilter {
    let status = |status: Status| match status {
        Status::Paid => InvoiceStatus::Paid,
        Status::Expired => InvoiceStatus::Expired,
        Status::NotPaid => InvoiceStatus::Unpaid,
    };
    InvoiceFilter {
        statuses: wanted.statuses.into_iter().map(status).collect(),
        kinds: wanted.kinds,
        methods: wanted.methods,
        keywords: wanted.keywords,
        from: wanted.from,
        until: wanted.until,
        least: wanted.least,
        most: wanted.most,
        ascending: wanted.ascending,
    }
}

/// The business's refusals in the service's words.
fn in_words(error: InvoiceError) -> InvoiceError {
    let InvoiceError::Engine(EngineError::Refused(refused)) = &error else { return error };
    let wrong = |path: &str, why| InvoiceDenied::Wrong(Wrong { path: path.to_owned(), why });
    let denied = match refused {
        Refused::AlreadyPaid => InvoiceDenied::AlreadyPaid,
        Refused::Taken { .. } => InvoiceDenied::Taken,
        Refused::Off { .. } => InvoiceDenied::Inactive,
        Refused::Invalid { what: "end", .. } => wrong("ExpirationDate", "the date has passed"),
        Refused::Invalid { what: "sum", .. } | Refused::Money(_) => {
            wrong("OutSum", "the sum does not fit the shop's currency")
        }
        Refused::Invalid { what: "receipt", .. } => {
            wrong("InvoiceItems", "the items do not add up to OutSum")
        }
        Refused::NotThere { .. } => InvoiceDenied::NotFound,
        Refused::Stale { .. }
        | Refused::MethodOff { .. }
        | Refused::WrongState { .. }
        | Refused::TooMuch { .. }
        | Refused::Short { .. }
        | Refused::TooMany { .. }
        | Refused::Invalid { .. }
        | Refused::LeaseOver
        | Refused::Mistake(_) => return error,
    };
    denied.into()
}

/// The same for whoever opens a link.
fn at_the_door(error: EngineError) -> StartRefused {
    let EngineError::Refused(refused) = &error else { return error.into() };
    let (error, why) = match refused {
        Refused::AlreadyPaid => (RobokassaError::LinkAlreadyPaid, "the link is paid"),
        Refused::Off { what: "link" } => (RobokassaError::LinkExpired, "the shop has withdrawn the link"),
        Refused::Off { .. } => (RobokassaError::ShopNotActivated, "the shop is switched off"),
        Refused::Invalid { what: "end", .. } => (RobokassaError::LinkExpired, "the time of the link is over"),
        Refused::NotThere { .. }
        | Refused::Stale { .. }
        | Refused::MethodOff { .. }
        | Refused::WrongState { .. }
        | Refused::TooMuch { .. }
        | Refused::Short { .. }
        | Refused::Taken { .. }
        | Refused::TooMany { .. }
        | Refused::Invalid { .. }
        | Refused::LeaseOver
        | Refused::Money(_)
        | Refused::Mistake(_) => (RobokassaError::CannotStart, "the payment could not be started"),
    };
    errors::Refused::with(error, why).into()
}
