//! What an emulated service hears of its own calls to shops.

use super::log::{Event, EventKind, Way};
use crate::clock::Clock;
use crate::engine::Engine;
use crate::network::{Audience, Network, SendError};
use domain::ids::PaymentId;
use wire::http::{Headers, HttpCall, HttpReply};

impl<N: Network, C: Clock> Engine<N, C> {
    /// Hears a call to a shop that is about to leave; answers with its number.
    pub(crate) fn hear_call(&self, payment: Option<PaymentId>, call: &HttpCall, to: Audience) -> Option<u64> {
        let emulation = self.emulation().filter(|_| to == Audience::Shop)?;
        Some(emulation.log().hear(Event {
            number: 0,
            at: self.now(),
            kind: EventKind::Notice,
            way: Way::Out,
            method: call.method.as_str(),
            url: call.url.clone(),
            status: None,
            headers: call.headers.clone(),
            body: call.body.clone(),
            error: None,
            answers: None,
            payment,
        }))
    }

    /// Hears a message to a phone; in an emulator nobody else does.
    pub(crate) fn hear_message(&self, phone: &str, text: &str) {
        let Some(emulation) = self.emulation() else { return };
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        emulation.log().hear(Event {
            number: 0,
            at: self.now(),
            kind: EventKind::Message,
            way: Way::Out,
            method: "SMS",
            url: format!("sms:+{digits}"),
            status: None,
            headers: Headers::new(),
            body: text.as_bytes().to_vec(),
            error: None,
            answers: None,
            payment: None,
        });
    }

    /// Hears what came of a call that was heard.
    pub(crate) fn hear_answer(
        &self,
        heard: Option<u64>,
        payment: Option<PaymentId>,
        call: &HttpCall,
        sent: &Result<HttpReply, SendError>,
    ) {
        let (Some(answers), Some(emulation)) = (heard, self.emulation()) else { return };
        let reply = sent.as_ref().ok();
        emulation.log().hear(Event {
            number: 0,
            at: self.now(),
            kind: EventKind::Answer,
            way: Way::In,
            method: call.method.as_str(),
            url: call.url.clone(),
            status: reply.map(|reply| reply.status),
            headers: reply.map_or(Headers::new(), |reply| reply.headers.clone()),
            body: reply.map_or(Vec::new(), |reply| reply.body.clone()),
            error: sent.as_ref().err().map(ToString::to_string),
            answers: Some(answers),
            payment,
        });
    }
}
