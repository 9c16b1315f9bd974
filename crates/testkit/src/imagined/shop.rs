//! The shop of the imagined world: it writes down what it is told and answers as the test wants.

use std::collections::{BTreeMap, VecDeque};

use engine::network::SendError;
use jiff::Timestamp;
use wire::http::{HttpCall, HttpReply};

use crate::receiver::{Answer, Received};

/// Where the imagined shop stands.
pub const SHOP_URL: &str = "http://shop.imagined";

/// A shop that is told of payments.
#[derive(Debug, Default)]
pub struct ImaginedShop {
    /// What it answers next; once the list is over it accepts.
    pub answers: VecDeque<Answer>,
    /// Every request that reached it, and when.
    pub told: Vec<(Timestamp, Received)>,
}

impl ImaginedShop {
    /// A call arrives.
    ///
    /// # Errors
    /// [`SendError::NoAnswer`] when the shop hangs or hangs up.
    pub fn ask(&mut self, call: &HttpCall, now: Timestamp) -> Result<HttpReply, SendError> {
        let received = received(call);
        let number = received.field("InvId").unwrap_or_default().to_owned();
        self.told.push((now, received));
        let lost = |why: &str| Err(SendError::NoAnswer(why.to_owned()));
        match self.answers.pop_front().unwrap_or(Answer::Accept) {
            Answer::Accept => Ok(HttpReply::text(200, format!("OK{number}"))),
            Answer::Status(status) => Ok(HttpReply::text(status, "")),
            Answer::Text(text) => Ok(HttpReply::text(200, text)),
            Answer::Slow(pause) if pause.as_millis() < u128::from(call.deadline_ms) => {
                Ok(HttpReply::text(200, format!("OK{number}")))
            }
            Answer::Hang | Answer::Slow(_) => lost("the deadline passed"),
            Answer::Close => lost("the connection was closed"),
        }
    }
}

/// A call as the server of a shop reads it.
pub fn received(call: &HttpCall) -> Received {
    let (address, query) = call.url.split_once('?').unwrap_or((&call.url, ""));
    let of_query = form_urlencoded::parse(query.as_bytes()).into_owned();
    let pairs = of_query.chain(form_urlencoded::parse(&call.body).into_owned());
    let headers = call.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    Received {
        method: call.method.as_str().to_owned(),
        path: address.strip_prefix(SHOP_URL).unwrap_or(address).to_owned(),
        headers: headers.collect::<BTreeMap<_, _>>(),
        fields: pairs.collect(),
        body: call.body.clone(),
    }
}
