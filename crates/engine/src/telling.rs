//! Telling the shop: a frozen notice, sent until it is confirmed.

use crate::clock::Clock;
use crate::emulation::ACTOR;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::exchanges::Peer;
use crate::invoice_notices::expected;
use crate::meters::Heard;
use crate::network::{Audience, Network};
use crate::unconfirmed::Unconfirmed;
use domain::faults::{Planted, planted};
use domain::history::Actor;
use domain::ids::{BookKind, Id, NoticeId};
use domain::jobs::Lease;
use domain::notices::{Notice, NoticeKind};
use domain::notifying::{LearnNoticeTried, SendNoticeAgain};
use domain::payments::Payment;
use domain::secrets::Secret;
use domain::sellers::{Shop, ShopAddress, Verb};
use protocols::robokassa::notice::{Paid, Pairs, Signer, Told, accepted, result_fields, with_query};
use protocols::robokassa::result_url2::State;
use store::handover::Records;
use wire::card_numbers::mask_card_numbers;
use wire::form::encode_pairs;
use wire::http::{Auth, Headers, HttpCall, HttpReply, Method, Repeat};

/// A shop must answer a notice within this many milliseconds.
pub const NOTICE_DEADLINE_MS: u32 = 20_000;
/// So much of a wrong answer is shown to the seller.
const SHOWN_CHARS: usize = 200;
/// What an emulator signs a forged notice with: no shop has a colon in its password.
const FOREIGN_PASSWORD: &str = "a:password:of:nobody";

impl<N: Network, C: Clock> Engine<N, C> {
    /// Sends a notice and learns whether the shop confirmed it.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer; the job is tried again then.
    pub(crate) async fn send_notice(
        &self,
        id: NoticeId,
        lease: Lease,
        known: Records,
    ) -> Result<(), EngineError> {
        let notice = match known.notice {
            Some(notice) => notice,
            None => self.store.notice(id).await?.ok_or(EngineError::NotFound("notice"))?,
        };
        let payment = match known.payment {
            Some(payment) => payment,
            None => self.store.payment(notice.payment).await?.ok_or(EngineError::NotFound("payment"))?,
        };
        let mut shop = self.shop(payment.shop).await?;
        if shop.passwords_of(notice.passwords).is_none() {
            // The notice may have been promised under passwords that are younger than what is kept.
            self.known.forget_sellers();
            shop = self.shop(payment.shop).await?;
        }
        let forged = self.emulation().is_some_and(|emulation| emulation.forges(&notice));
        let call = match notice.kind {
            NoticeKind::Fields => notice_call(&notice, &payment, &shop, forged),
            NoticeKind::PaidStatement => self.statement_call(&notice, &payment, &shop, State::Paid).await?,
            NoticeKind::HeldStatement => self.statement_call(&notice, &payment, &shop, State::Held).await?,
            NoticeKind::PaidInvoice | NoticeKind::EndedInvoice => {
                let foreign = forged.then(|| Secret::new(FOREIGN_PASSWORD.to_owned()));
                let fields = self.invoice_fields(&notice, &payment, &shop, foreign.as_ref());
                fields.map(|fields| call(&notice.address, &fields))
            }
        };
        let Some(call) = call else {
            return self.park(lease, "the passwords that the notice was promised under are gone").await;
        };
        let began = self.now();
        let sent = self.exchange(payment.id, Peer::Shop, &call, None, Audience::Shop).await;
        let answered = sent.is_ok();
        let accepted = match sent {
            Ok(_) if planted(Planted::AnyAnswerAccepts) => Ok(()),
            Err(error) => Err(Unconfirmed::from(error).to_string()),
            Ok(reply) if confirms(&notice, &payment, &shop, &reply) => Ok(()),
            Ok(reply) => {
                let text = String::from_utf8_lossy(&reply.body);
                // What the seller reads in the history is text of a stranger like any other.
                let masked = mask_card_numbers(text.trim());
                let shown: String = masked.chars().take(SHOWN_CHARS).collect();
                let expected = match notice.kind {
                    NoticeKind::Fields => Some(format!("OK{}", payment.terms.number)),
                    NoticeKind::PaidStatement | NoticeKind::HeldStatement => None,
                    NoticeKind::PaidInvoice | NoticeKind::EndedInvoice => {
                        let expected = expected(&shop);
                        Some(format!("{} {}", expected.status, expected.text).trim_end().to_owned())
                    }
                };
                Err(Unconfirmed::Otherwise { status: reply.status, shown, expected }.to_string())
            }
        };
        let heard = match (&accepted, answered) {
            (Ok(()), _) => Heard::Accepted,
            (Err(_), true) => Heard::Refused,
            (Err(_), false) => Heard::NoAnswer,
        };
        self.meters.heard(heard, (began, self.now()));
        let again =
            accepted.is_ok() && self.emulation().is_some_and(|emulation| emulation.tells_again(payment.id));
        self.submit(LearnNoticeTried { notice: id, accepted, lease: Some(lease) }).await?;
        if again {
            self.send_again(id, Actor::Operator(ACTOR.to_owned())).await?;
        }
        self.changed(payment.id);
        Ok(())
    }

    /// Sends a notice again, byte-equal in what is signed.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is no such notice.
    #[tracing::instrument(skip_all, fields(notice = notice.number))]
    pub async fn send_again(&self, notice: NoticeId, actor: Actor) -> Result<(), EngineError> {
        self.submit(SendNoticeAgain { notice, actor }).await
    }
}

/// Whether an answer takes a notice for delivered: a statement is by any good status, whatever the shop says of
/// it; a checkout says itself which answer does.
fn confirms(notice: &Notice, payment: &Payment, shop: &Shop, reply: &HttpReply) -> bool {
    let good = (200..300).contains(&reply.status);
    match notice.kind {
        NoticeKind::Fields => good && accepted(&reply.body, payment.terms.number),
        NoticeKind::PaidStatement | NoticeKind::HeldStatement => good,
        NoticeKind::PaidInvoice | NoticeKind::EndedInvoice => expected(shop).is(reply.status, &reply.body),
    }
}

/// The request that a notice is; the same bytes every time, for its record never changes. A forged one is
/// signed with a password that is not the shop's.
fn notice_call(notice: &Notice, payment: &Payment, shop: &Shop, forged: bool) -> Option<HttpCall> {
    let anew = planted(Planted::SignNoticeAnew);
    let passwords = if anew { shop.current_passwords() } else { shop.passwords_of(notice.passwords) }?;
    let paid = Paid {
        method: Some(notice.method),
        paid: notice.paid,
        fee: notice.fee,
        email: payment.terms.email.as_deref(),
    };
    let foreign = Secret::new(FOREIGN_PASSWORD.to_owned());
    let password = if forged { &foreign } else { &passwords.second };
    let signer = Signer { password, algorithm: notice.algorithm };
    let fields = result_fields(&told(payment), &paid, &signer);
    Some(call(&notice.address, &fields))
}

/// The request that takes fields to a shop.
fn call(to: &ShopAddress, fields: &Pairs) -> HttpCall {
    let mut headers = Headers::new();
    let (method, url, body) = match to.verb {
        Verb::Get => (Method::Get, with_query(&to.url, fields), Vec::new()),
        Verb::Post => {
            headers.push("content-type", "application/x-www-form-urlencoded");
            let body = encode_pairs(fields.iter().map(|(name, value)| (name, value)));
            (Method::Post, to.url.clone(), body.into_bytes())
        }
    };
    HttpCall {
        method,
        url,
        headers,
        body,
        token_at: None,
        auth: Auth::None,
        repeat: Repeat::Never,
        deadline_ms: NOTICE_DEADLINE_MS,
    }
}

/// What every message to the shop says about a payment. A price in another currency is told as it was
/// converted, in rehearsals too.
pub(crate) fn told(payment: &Payment) -> Told<'_> {
    let sum = payment.told_sum();
    Told {
        number: payment.terms.number,
        sum,
        sum_text: (sum == payment.amount && payment.terms.price.is_none())
            .then_some(payment.terms.sum_text.as_str()),
        test: payment.id.book().kind() == BookKind::Test,
        custom: &payment.terms.custom,
    }
}
