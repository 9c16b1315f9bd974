//! Issuing a payment link and opening it.

use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{Book, InvoiceId, PaymentId};
use crate::invoices::{Invoice, InvoiceKind, InvoicePayment, InvoicePaymentKey};
use crate::opening::{OpenPayment, Opened, free_number};
use crate::payments::{ClaimKey, PaymentState, Terms};
use crate::sellers::Shop;
use jiff::Timestamp;

/// A wish: the shop issues a link.
#[derive(Clone, Debug)]
pub struct IssueInvoice {
    /// The link as it shall be; the number in its terms counts for nothing.
    pub invoice: Invoice,
    /// The order's number; `None` asks for one to be assigned.
    pub number: Option<i64>,
    /// The payment of a link for one, should a new one be needed.
    pub payment: PaymentId,
    /// The version of the shop's settings that the request was checked with.
    pub shop_version: u32,
}

/// What issuing came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The link.
    pub invoice: InvoiceId,
    /// The order's number.
    pub number: i64,
    /// Whether it was issued by this very request.
    pub fresh: bool,
}

impl Command for IssueInvoice {
    type Answer = Issued;
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.invoice.shop.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.invoice.shop);
        if let Some(number) = self.number {
            asks.know(ClaimKey { number, shop: self.invoice.shop });
        }
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, Issued), Stop> {
        let shop = facts.need(&self.invoice.shop)?;
        if shop.version != self.shop_version {
            return Err(Refused::Stale { what: "shop" }.into());
        }
        match self.invoice.kind {
            InvoiceKind::OneTime => self.for_one(facts, shop, now),
            InvoiceKind::Reusable => self.for_many(facts, shop, now),
        }
    }
}

impl IssueInvoice {
    /// The order's number has one owner: the same request finds its link again, another one takes the number
    /// from a link that is not paid.
    fn for_one(&self, facts: &Facts, shop: &Shop, now: Timestamp) -> Result<(Decision, Issued), Stop> {
        let mut former = None;
        if let Some(number) = self.number {
            former = owner(facts, shop, number)?;
            if let Some(known) = former.as_ref().filter(|known| self.is_again(known, now))
                && is_alive(facts, known)?
            {
                let (invoice, fresh) = (known.id, false);
                return Ok((Decision::nothing(), Issued { invoice, number, fresh }));
            }
        }
        let (number, assigned) = self.number(facts, shop)?;
        let open = self.open(self.payment, number);
        let (mut decision, opened) = open.decide(facts, now)?;
        if let Some(shop) = assigned {
            decision = decision.save(shop);
        }
        if let Some(former) = former.filter(|former| former.active) {
            decision = decision.save(Invoice { active: false, changed_at: now, ..former });
        }
        let invoice = Invoice { payment: Some(opened.payment), ..self.numbered(number) };
        let decision = decision.save(InvoicePayment { payment: opened.payment, invoice: invoice.id });
        Ok((decision.save(invoice), Issued { invoice: self.invoice.id, number, fresh: true }))
    }

    /// Every visitor's payment is assigned a number of its own, so the link's is only a name.
    fn for_many(&self, facts: &Facts, shop: &Shop, now: Timestamp) -> Result<(Decision, Issued), Stop> {
        let (number, assigned) = self.number(facts, shop)?;
        let key = ClaimKey { number, shop: shop.id };
        if assigned.is_none() && facts.find(&key)?.is_some() {
            return Err(Refused::Taken { what: "number" }.into());
        }
        // Whatever would be refused to every visitor is refused now; nothing of this payment is saved.
        self.open(self.payment, number).decide(facts, now)?;
        let said = Happened::SettingsChanged { what: "shop", fields: "payment links".to_owned() };
        let mut decision = Decision::nothing().tell(Subject::Shop(shop.id), &Actor::Shop, said);
        if let Some(shop) = assigned {
            decision = decision.save(shop);
        }
        let issued = Issued { invoice: self.invoice.id, number, fresh: true };
        Ok((decision.save(self.numbered(number)), issued))
    }

    /// The number, and the shop with its counter moved if it was assigned.
    fn number(&self, facts: &Facts, shop: &Shop) -> Result<(i64, Option<Shop>), Stop> {
        match self.number {
            Some(number) => Ok((number, None)),
            None => {
                let number = free_number(facts, shop)?;
                Ok((number, Some(Shop { last_number: number, ..shop.clone() })))
            }
        }
    }

    fn numbered(&self, number: i64) -> Invoice {
        let invoice = self.invoice.clone();
        Invoice { terms: Terms { number, ..invoice.terms }, ..invoice }
    }

    fn is_again(&self, known: &Invoice, now: Timestamp) -> bool {
        known.content == self.invoice.content && known.active && !known.is_over(now)
    }

    fn open(&self, payment: PaymentId, number: i64) -> OpenPayment {
        opening(&self.invoice, payment, Some(number), self.shop_version)
    }
}

/// The link whose payment owns a number, if any.
fn owner(facts: &Facts, shop: &Shop, number: i64) -> Result<Option<Invoice>, Stop> {
    let Some(claim) = facts.find(&ClaimKey { number, shop: shop.id })? else { return Ok(None) };
    let Some(link) = facts.find(&InvoicePaymentKey(claim.payment))? else { return Ok(None) };
    Ok(Some(facts.need(&link.invoice)?.clone()))
}

/// Whether a link for one still leads to a payment that is neither paid nor over.
fn is_alive(facts: &Facts, invoice: &Invoice) -> Result<bool, Stop> {
    let Some(payment) = invoice.payment else { return Ok(false) };
    Ok(match facts.need(&payment)?.state {
        PaymentState::Open
        | PaymentState::Held { .. }
        | PaymentState::Capturing { .. }
        | PaymentState::Releasing { .. } => true,
        PaymentState::Closing { .. }
        | PaymentState::Paid
        | PaymentState::Cancelled
        | PaymentState::Expired => false,
    })
}

/// The opening of a payment by a link.
fn opening(invoice: &Invoice, id: PaymentId, number: Option<i64>, shop_version: u32) -> OpenPayment {
    OpenPayment {
        id,
        shop: invoice.shop,
        shop_version,
        number,
        claim: None,
        terms: invoice.terms.clone(),
        amount: invoice.amount,
        fingerprint: Invoice::fingerprint(invoice.id),
        ends_at: invoice.until,
    }
}

/// A wish: somebody has opened a link's address.
#[derive(Clone, Copy, Debug)]
pub struct VisitInvoice {
    /// The link.
    pub invoice: InvoiceId,
    /// The payment, should a new one be needed.
    pub payment: PaymentId,
    /// The payment that this browser opened by a reusable link before.
    pub known: Option<PaymentId>,
    /// The version of the shop's settings that the engine has read.
    pub shop_version: u32,
}

impl Command for VisitInvoice {
    type Answer = Opened;
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.invoice.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.invoice);
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, Opened), Stop> {
        let invoice = facts.need(&self.invoice)?;
        if let Some(payment) = self.going_on(facts, invoice)? {
            return Ok((Decision::nothing(), Opened { payment, fresh: false }));
        }
        if !invoice.active {
            return Err(Refused::Off { what: "link" }.into());
        }
        if invoice.is_over(now) {
            let why = "the time of the link is over".to_owned();
            return Err(Refused::Invalid { what: "end", why }.into());
        }
        let number = match invoice.kind {
            InvoiceKind::OneTime => Some(invoice.terms.number),
            InvoiceKind::Reusable => None,
        };
        let open = opening(invoice, self.payment, number, self.shop_version);
        let (decision, opened) = open.decide(facts, now)?;
        let link = InvoicePayment { payment: opened.payment, invoice: invoice.id };
        let invoice = Invoice { payment: Some(opened.payment), changed_at: now, ..invoice.clone() };
        Ok((decision.save(link).save(invoice), opened))
    }
}

impl VisitInvoice {
    /// The payment that a link leads to already.
    fn going_on(&self, facts: &Facts, invoice: &Invoice) -> Result<Option<PaymentId>, Stop> {
        let payment = match invoice.kind {
            InvoiceKind::OneTime => invoice.payment,
            InvoiceKind::Reusable => match self.known.filter(|known| known.book == invoice.id.book) {
                Some(known) => {
                    let link = facts.find(&InvoicePaymentKey(known))?;
                    link.filter(|link| link.invoice == invoice.id).map(|link| link.payment)
                }
                None => None,
            },
        };
        let Some(id) = payment else { return Ok(None) };
        match facts.need(&id)?.state {
            PaymentState::Open
            | PaymentState::Held { .. }
            | PaymentState::Capturing { .. }
            | PaymentState::Releasing { .. }
            | PaymentState::Closing { .. } => Ok(Some(id)),
            PaymentState::Paid => match invoice.kind {
                InvoiceKind::OneTime => Err(Refused::AlreadyPaid.into()),
                InvoiceKind::Reusable => Ok(None),
            },
            PaymentState::Cancelled | PaymentState::Expired => Ok(None),
        }
    }
}
