//! Telling the shop: a frozen notice, sent until it is confirmed.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::exchanges::Peer;
use crate::meters::Heard;
use crate::network::{Audience, Network};
use domain::faults::{Planted, planted};
use domain::history::Actor;
use domain::ids::{BookKind, Id, NoticeId};
use domain::jobs::Lease;
use domain::notices::Notice;
use domain::notifying::{LearnNoticeTried, SendNoticeAgain};
use domain::payments::Payment;
use domain::sellers::{Shop, Verb};
use protocols::robokassa::notice::{Paid, Signer, Told, accepted, result_fields, with_query};
use store::handover::Records;
use wire::card_numbers::mask_card_numbers;
use wire::form::encode_pairs;
use wire::http::{Auth, Headers, HttpCall, Method, Repeat};

/// A shop must answer a notice within this many milliseconds.
pub const NOTICE_DEADLINE_MS: u32 = 20_000;
/// So much of a wrong answer is shown to the seller.
const SHOWN_CHARS: usize = 200;

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
        let Some(call) = notice_call(&notice, &payment, &shop) else {
            return self.park(lease, "the passwords that the notice was promised under are gone").await;
        };
        let began = self.now();
        let sent = self.exchange(payment.id, Peer::Shop, &call, None, Audience::Shop).await;
        let answered = sent.is_ok();
        let accepted = match sent {
            Ok(_) if planted(Planted::AnyAnswerAccepts) => Ok(()),
            Err(error) => Err(error.to_string()),
            Ok(reply)
                if (200..300).contains(&reply.status) && accepted(&reply.body, payment.terms.number) =>
            {
                Ok(())
            }
            Ok(reply) => {
                let text = String::from_utf8_lossy(&reply.body);
                // What the seller reads in the history is text of a stranger like any other.
                let masked = mask_card_numbers(text.trim());
                let shown: String = masked.chars().take(SHOWN_CHARS).collect();
                Err(format!(
                    "answered {} \u{ab}{shown}\u{bb}, expected OK{}",
                    reply.status, payment.terms.number
                ))
            }
        };
        let heard = match (&accepted, answered) {
            (Ok(()), _) => Heard::Accepted,
            (Err(_), true) => Heard::Refused,
            (Err(_), false) => Heard::NoAnswer,
        };
        self.meters.heard(heard, (began, self.now()));
        self.submit(LearnNoticeTried { notice: id, accepted, lease: Some(lease) }).await?;
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

/// The request that a notice is; the same bytes every time, for its record never changes.
fn notice_call(notice: &Notice, payment: &Payment, shop: &Shop) -> Option<HttpCall> {
    let anew = planted(Planted::SignNoticeAnew);
    let passwords = if anew { shop.current_passwords() } else { shop.passwords_of(notice.passwords) }?;
    let paid = Paid {
        method: Some(notice.method),
        paid: notice.paid,
        fee: notice.fee,
        email: payment.terms.email.as_deref(),
    };
    let signer = Signer { password: &passwords.second, algorithm: notice.algorithm };
    let fields = result_fields(&told(payment), &paid, &signer);
    let mut headers = Headers::new();
    let (method, url, body) = match notice.address.verb {
        Verb::Get => (Method::Get, with_query(&notice.address.url, &fields), Vec::new()),
        Verb::Post => {
            headers.push("content-type", "application/x-www-form-urlencoded");
            let body = encode_pairs(fields.iter().map(|(name, value)| (name, value)));
            (Method::Post, notice.address.url.clone(), body.into_bytes())
        }
    };
    let auth = Auth::None;
    Some(HttpCall {
        method,
        url,
        headers,
        body,
        auth,
        repeat: Repeat::Never,
        deadline_ms: NOTICE_DEADLINE_MS,
    })
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
