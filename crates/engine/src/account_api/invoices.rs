//! Invoices of an account: its checkouts' payments, live and rehearsed, as the protocol tells them.

use super::access::Member;
use super::{ApiFault, Asked, LISTED_MAX, PAGES_MAX};
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::purses::purse_number;
use domain::ids::{BookKind, ShopId};
use domain::methods::Method;
use domain::payments::{ClaimKey, Payment, PaymentState};
use domain::refunds::{RefundState, Source};
use domain::sellers::Shop;
use jiff::SignedDuration;
use money::currency::Currency;
use protocols::interkassa::api::envelope::ApiError;
use protocols::interkassa::api::invoices::{self, Invoice};
use protocols::interkassa::api::params::Filters;
use protocols::interkassa::payways::Payway;
use protocols::interkassa::states::{InvoiceStage, Returned};
use std::sync::Arc;
use store::reads::payment_list::{Filter, LIST_MAX, Listed, Place};
use wire::http::HttpReply;

/// What is wanted of a checkout's payments, besides what the store narrows.
struct Wanted {
    payway: Option<Payway>,
    currency: Option<Currency>,
    payment_no: Option<String>,
}

impl Wanted {
    fn has(&self, payment: &Payment) -> bool {
        let currency = payment.currency();
        self.currency.is_none_or(|only| only == currency)
            && self.payment_no.as_deref().is_none_or(|number| number == payment_no(payment))
            && match self.payway {
                Some(Payway::Real { method: _, currency: only }) => only == currency,
                Some(Payway::Test) | None => true,
            }
    }
}

/// The number that its checkout gave a payment; empty if it gave none.
fn payment_no(payment: &Payment) -> &str {
    payment.terms.checkout.as_ref().map_or("", |terms| &terms.payment_no)
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// All invoices as far as filters allow, or one.
    pub(super) async fn api_invoices(&self, asked: &Asked, one: Option<&str>) -> Result<HttpReply, ApiFault> {
        let (member, zone) = (&asked.member, asked.member.zone());
        let checkouts = member.narrowed(asked.filters.checkout.as_deref())?;
        if let Some(id) = one {
            let number = id.parse().map_err(|_| ApiError::NotFound)?;
            let found = self.payments_of_number(&checkouts, number).await?;
            let payment = found.into_iter().max_by_key(|payment| payment.id.number);
            let payment = payment.ok_or(ApiError::NotFound)?;
            let method = self.method_of(&payment).await?;
            return Ok(invoices::invoice(
                &self.shown_invoice(member, &Listed { payment, method }).await?,
                &zone,
            ));
        }
        let mut all = Vec::new();
        for shop in &checkouts {
            all.extend(self.listed_invoices(member, shop, &asked.filters).await?);
        }
        all.sort_by_key(|listed| listed.payment.id.number);
        let newest = all.split_off(all.len().saturating_sub(LISTED_MAX));
        let mut shown = Vec::new();
        for listed in &newest {
            shown.push(self.shown_invoice(member, listed).await?);
        }
        Ok(invoices::invoices(&shown, &zone))
    }

    /// The payments of a checkout that filters leave, in both of its books.
    async fn listed_invoices(
        &self,
        member: &Member,
        shop: &Shop,
        filters: &Filters,
    ) -> Result<Vec<Listed>, ApiFault> {
        let currency = filters.purse.as_deref().map(|purse| member.purse(purse)).transpose()?;
        let payway = filters.payway.as_deref().map(|name| Payway::named(name, &payways_of(shop)));
        // By a payway that this checkout never had nothing was paid.
        if payway == Some(None) {
            return Ok(Vec::new());
        }
        let wanted = Wanted { payway: payway.flatten(), currency, payment_no: filters.payment_no.clone() };
        let (method, kinds) = match wanted.payway {
            None => (None, vec![BookKind::Live, BookKind::Test]),
            Some(Payway::Real { method, currency: _ }) => (Some(method), vec![BookKind::Live]),
            Some(Payway::Test) => (None, vec![BookKind::Test]),
        };
        // A date names its whole second.
        let until = filters.to.and_then(|to| to.checked_add(SignedDuration::from_secs(1)).ok());
        let mut found = Vec::new();
        for kind in kinds {
            let twin = ShopId { number: shop.id.number, book: shop.id.book.twin(kind) };
            let filter = Filter { shop: Some(twin), method, from: filters.from, until, ..Filter::default() };
            found.extend(self.newest_of_checkout(twin, &filter, &wanted).await?);
        }
        Ok(found)
    }

    /// The newest payments of a shop in one book that fit.
    async fn newest_of_checkout(
        &self,
        shop: ShopId,
        filter: &Filter,
        wanted: &Wanted,
    ) -> Result<Vec<Listed>, EngineError> {
        let (mut found, mut place) = (Vec::new(), Place::Top);
        for _ in 0..PAGES_MAX {
            let page = self.store.payment_list(shop.book, filter, place, LIST_MAX).await?;
            let last = page.rows.last().map(|listed| listed.payment.id.number);
            let next = if page.more { last } else { page.looked_to };
            found.extend(page.rows.into_iter().filter(|listed| wanted.has(&listed.payment)));
            match next {
                Some(number) if found.len() < LISTED_MAX => place = Place::Below(number),
                Some(_) | None => break,
            }
        }
        found.truncate(LISTED_MAX);
        Ok(found)
    }

    /// The payments of these checkouts that have this number, in both books of each.
    pub(super) async fn payments_of_number(
        &self,
        checkouts: &[Arc<Shop>],
        number: i64,
    ) -> Result<Vec<Payment>, EngineError> {
        let mut found = Vec::new();
        if number <= 0 {
            return Ok(found);
        }
        for shop in checkouts {
            for kind in [BookKind::Live, BookKind::Test] {
                let shop = ShopId { number: shop.id.number, book: shop.id.book.twin(kind) };
                found.extend(self.store.payment_of_claim(&ClaimKey { number, shop }).await?);
            }
        }
        Ok(found)
    }

    async fn method_of(&self, payment: &Payment) -> Result<Option<Method>, EngineError> {
        match payment.paid_by.or(payment.last_attempt) {
            Some(attempt) => Ok(self.store.attempt(attempt).await?.map(|attempt| attempt.method)),
            None => Ok(None),
        }
    }

    async fn shown_invoice(&self, member: &Member, listed: &Listed) -> Result<Invoice, EngineError> {
        let payment = &listed.payment;
        let checkout = member.checkouts.iter().find(|shop| shop.id.number == payment.shop.number);
        let (stage, currency) = (self.invoice_stage(payment).await?, payment.currency());
        let price = if payment.captured.is_positive() { payment.captured } else { payment.amount };
        Ok(Invoice {
            id: payment.terms.number.unsigned_abs(),
            account: member.account.clone(),
            checkout: checkout.map(|shop| shop.login.clone()).unwrap_or_default(),
            purse: purse_number(member.book, currency),
            payment_no: payment_no(payment).to_owned(),
            payway: listed.method.map(|method| match payment.id.book.kind() {
                BookKind::Live => Payway::Real { method, currency },
                BookKind::Test => Payway::Test,
            }),
            stage,
            amount: payment.told_sum(),
            credited: price.minus(payment.fee).unwrap_or(price),
            price,
            description: payment.terms.description.clone(),
            created: payment.opened_at,
            processed: payment.paid_at.or(stage.told().is_final().then_some(payment.changed_at)),
        })
    }

    /// Where a payment stands as an invoice.
    pub(super) async fn invoice_stage(&self, payment: &Payment) -> Result<InvoiceStage, EngineError> {
        let all_back = payment.state == PaymentState::Paid
            && payment.captured.is_positive()
            && payment.refunded.minor() >= payment.captured.minor();
        let returned = if all_back {
            let refunds = self.store.refunds_of(payment.id).await?;
            let under_way = |state: RefundState| matches!(state, RefundState::Asked | RefundState::Sent);
            let waits = refunds.iter().any(|back| back.source == Source::Sale && under_way(back.state));
            if waits { Returned::OnItsWay } else { Returned::Yes }
        } else {
            Returned::No
        };
        Ok(InvoiceStage::of(&payment.state, payment.attempts > 0, returned))
    }
}

/// Every payway that a checkout can ever have had in its currencies.
fn payways_of(shop: &Shop) -> Vec<Payway> {
    let real = |currency| Method::ALL.iter().map(move |&method| Payway::Real { method, currency });
    shop.currencies().into_iter().flat_map(real).chain([Payway::Test]).collect()
}
