//! What a shop's server starts, where its buyer is then shown it, and the certificate of our statements.

use crate::busy;
use crate::checkout::handlers::{Visit, missing, show_ended};
use crate::messages;
use crate::state::Web;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::ids::PaymentId;
use engine::orders::StartRefused;
use protocols::robokassa::guid;
use protocols::robokassa::places::{Encoding, Place};
use protocols::robokassa::start_by_server;
use wire::http::{HttpReply, HttpRequest};

/// So many letters stand on a line of PEM.
const PEM_LINE: usize = 64;
/// The certificate changes once in the life of an installation, if ever: an hour is little.
const CERTIFICATE_CACHE: &str = "public, max-age=3600";

/// Indexjson: the same as a payment start, told in JSON. Like the page it answers refusals with 200.
pub async fn start_by_server(web: &Web, request: &HttpRequest) -> Response {
    match web.engine.start_robokassa(request).await {
        Ok(opened) => match guid_of(web, opened.payment) {
            Some(guid) => json(200, start_by_server::started(&guid)),
            None => json(500, start_by_server::unavailable()),
        },
        Err(StartRefused::Robokassa(refused)) => {
            tracing::info!(number = refused.error.number(), why = refused.why, "a server's start is refused");
            json(200, start_by_server::refused(&refused))
        }
        Err(StartRefused::Engine(error)) => {
            tracing::warn!(%error, "a server's start is not taken");
            busy::come_again(json(503, start_by_server::unavailable()))
        }
    }
}

/// The GUID under which a payment is known.
pub(crate) fn guid_of(web: &Web, payment: PaymentId) -> Option<String> {
    guid::of_payment(&web.engine.print(payment))
}

/// A body that cannot be read, in the form that the clients of these paths read.
pub fn unreadable() -> Response {
    json(200, start_by_server::unreadable())
}

/// The page of a payment under its GUID: on the way in the buyer is sent on to the payment's own address, and
/// when it has ended it is shown here.
pub async fn show(web: &Web, place: Place, request: &HttpRequest) -> Response {
    let Some(public) = guid::payment_of(place.guid()) else {
        return missing(web, request);
    };
    let visit = match Visit::of(web, &public, request.clone()).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    match place {
        Place::Page(_) => messages::see_other(&web.engine.pay_url(visit.scene.payment.id)),
        Place::State(_) => show_ended(web, &visit),
    }
}

/// The certificate by which shops check the statements that go to ResultUrl2.
pub async fn certificate(web: &Web, encoding: Encoding) -> Response {
    let der = match web.engine.certificate().await {
        Ok(der) => der,
        Err(error) => {
            tracing::error!(%error, "the certificate cannot be shown");
            let answer = (StatusCode::SERVICE_UNAVAILABLE, "the certificate cannot be shown now");
            return busy::come_again(answer.into_response());
        }
    };
    let (kind, name, body) = match encoding {
        Encoding::Der => ("application/pkix-cert", "jwtsign.cer", der),
        Encoding::Pem => ("application/x-pem-file", "jwtsign.pem", pem(&der).into_bytes()),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static(CERTIFICATE_CACHE)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    let disposition = (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""));
    (headers, [disposition], body).into_response()
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut lines = String::from("-----BEGIN CERTIFICATE-----\n");
    for (place, letter) in text.chars().enumerate() {
        if place > 0 && place % PEM_LINE == 0 {
            lines.push('\n');
        }
        lines.push(letter);
    }
    lines + "\n-----END CERTIFICATE-----\n"
}

fn json(status: u16, body: String) -> Response {
    messages::reply(HttpReply::json(status, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_broken_into_lines_of_64_letters() {
        let text = pem(&[7; 100]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1].len(), PEM_LINE);
        assert!(lines[2..lines.len() - 1].iter().all(|line| line.len() <= PEM_LINE && !line.is_empty()));
        let inside: String = lines[1..lines.len() - 1].concat();
        assert_eq!(STANDARD.decode(inside).unwrap(), vec![7; 100]);
    }
}
