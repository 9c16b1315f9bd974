//! Every exchange with a provider or shop: sent once, written down redacted.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::network::{Audience, Network, SendError};
use domain::ids::{Book, PaymentId};
use domain::owners::Owner;
use domain::payouts::Payout;
use secrecy::SecretString;
use store::exchanges::{Direction, Exchange};
use wire::http::{Headers, HttpCall, HttpReply, Repeat};
use wire::redact::{redact_body, redact_headers, redact_url};

/// With whom.
#[derive(Clone, Copy, Debug)]
pub enum Peer<'a> {
    /// A provider, by the name of the account.
    Provider {
        /// The name.
        name: &'a str,
    },
    /// The shop of the payment.
    Shop,
}

impl Peer<'_> {
    /// Its name in records.
    fn name(&self) -> &str {
        match self {
            Peer::Provider { name } => name,
            Peer::Shop => "shop",
        }
    }
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Sends a call and writes the exchange down. A pure read whose answer is lost is sent once more.
    pub(crate) async fn exchange(
        &self,
        payment: PaymentId,
        peer: Peer<'_>,
        call: &HttpCall,
        credential: Option<SecretString>,
        to: Audience,
    ) -> Result<HttpReply, SendError> {
        let about = (payment.book, Some(payment));
        let first = self.exchange_once(about, peer, call, credential.clone(), to).await;
        match (&first, call.repeat) {
            (Err(_), Repeat::Safe) => self.exchange_once(about, peer, call, credential, to).await,
            (Ok(_) | Err(_), Repeat::Safe | Repeat::SameKey { .. } | Repeat::Never) => first,
        }
    }

    /// Sends a call to a shop that is about no payment, and writes the exchange down.
    pub(crate) async fn exchange_with_shop(
        &self,
        book: Book,
        call: &HttpCall,
    ) -> Result<HttpReply, SendError> {
        self.exchange_once((book, None), Peer::Shop, call, None, Audience::Shop).await
    }

    #[tracing::instrument(
        name = "call",
        skip_all,
        fields(payment = payment.map(|payment| payment.number), method = call.method.as_str(), peer = peer.name(), status)
    )]
    async fn exchange_once(
        &self,
        (book, payment): (Book, Option<PaymentId>),
        peer: Peer<'_>,
        call: &HttpCall,
        credential: Option<SecretString>,
        to: Audience,
    ) -> Result<HttpReply, SendError> {
        let at = self.now();
        let heard = self.hear_call(payment, call, to);
        let sent = self.network.send(call, credential, to).await;
        self.hear_answer(heard, payment, call, &sent);
        if let Ok(reply) = &sent {
            tracing::Span::current().record("status", reply.status);
        }
        let took = self.now().duration_since(at).as_micros();
        let exchange = Exchange {
            book,
            owner: payment.map(Owner::Payment),
            direction: Direction::Out,
            peer: peer.name().to_owned(),
            request: request_text(call),
            reply: sent.as_ref().ok().map(reply_text),
            status: sent.as_ref().ok().map(|reply| reply.status),
            took_us: u64::try_from(took).unwrap_or(0),
            at,
            error: sent.as_ref().err().map(ToString::to_string),
        };
        self.write_down(&exchange);
        sent
    }

    /// Sends the call of a payout with the number that its money goes to, and writes the exchange down with the
    /// mask in its place, in the answer too. A pure read whose answer is lost is sent once more.
    pub(crate) async fn exchange_payout(
        &self,
        payout: &Payout,
        peer: &str,
        call: &HttpCall,
        credential: Option<SecretString>,
    ) -> Result<HttpReply, SendError> {
        let first = self.exchange_payout_once(payout, peer, call, credential.clone()).await;
        match (&first, call.repeat) {
            (Err(_), Repeat::Safe) => self.exchange_payout_once(payout, peer, call, credential).await,
            (Ok(_) | Err(_), Repeat::Safe | Repeat::SameKey { .. } | Repeat::Never) => first,
        }
    }

    #[tracing::instrument(
        name = "call",
        skip_all,
        fields(payout = payout.id.number, method = call.method.as_str(), peer, status)
    )]
    async fn exchange_payout_once(
        &self,
        payout: &Payout,
        peer: &str,
        call: &HttpCall,
        credential: Option<SecretString>,
    ) -> Result<HttpReply, SendError> {
        let at = self.now();
        let (number, mask) = (payout.to.account.expose(), payout.to.mask.as_str());
        let sent = self.network.send(&call.with_token(number), credential, Audience::Provider).await;
        if let Ok(reply) = &sent {
            tracing::Span::current().record("status", reply.status);
        }
        let took = self.now().duration_since(at).as_micros();
        let hidden = |text: String| text.replace(number, mask);
        self.write_down(&Exchange {
            book: payout.id.book,
            owner: Some(Owner::Payout(payout.id)),
            direction: Direction::Out,
            peer: peer.to_owned(),
            request: hidden(request_text(&call.with_token(mask))),
            reply: sent.as_ref().ok().map(|reply| hidden(reply_text(reply))),
            status: sent.as_ref().ok().map(|reply| reply.status),
            took_us: u64::try_from(took).unwrap_or(0),
            at,
            error: sent.as_ref().err().map(|error| hidden(error.to_string())),
        });
        sent
    }

    /// A record of an exchange that cannot be kept stops nothing: the exchange itself has happened.
    pub(crate) fn write_down(&self, exchange: &Exchange) {
        if let Err(error) = self.store.record(exchange) {
            tracing::warn!(%error, "an exchange was not written down");
        }
    }
}

fn request_text(call: &HttpCall) -> String {
    let head = format!("{} {}\n", call.method.as_str(), redact_url(&call.url));
    message(head, &call.headers, &call.body)
}

fn reply_text(reply: &HttpReply) -> String {
    message(format!("{}\n", reply.status), &reply.headers, &reply.body)
}

/// A message as people read it: head, headers, an empty line, the body; secrets and card numbers masked.
pub(crate) fn message(head: String, headers: &Headers, body: &[u8]) -> String {
    let mut text = head;
    for (name, value) in redact_headers(headers).iter() {
        text.push_str(name);
        text.push_str(": ");
        text.push_str(value);
        text.push('\n');
    }
    if !body.is_empty() {
        text.push('\n');
        text.push_str(&redact_body(headers.get("content-type"), body));
    }
    text
}
