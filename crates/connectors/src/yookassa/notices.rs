//! The notices: unsigned, repeated, in any order, so each is only a reason to ask.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use domain::providers::Setting;
use serde::Deserialize;
use wire::http::{HttpRequest, Method};

use crate::connector::{About, ConnectorFault, Context, News};

use super::objects::Metadata;
use super::{CHECK_SOURCE, NAME, is_number, misconfigured};

/// The longest notice that is read, in bytes.
const NOTICE_BYTES_MAX: usize = 65_536;
/// The longest reference of ours.
const REFERENCE_LENGTH_MAX: usize = 64;

/// The networks from which the provider says its notices come, each with the bits that count.
const SOURCES: &[(IpAddr, u32)] = &[
    (IpAddr::V4(Ipv4Addr::new(185, 71, 76, 0)), 27),
    (IpAddr::V4(Ipv4Addr::new(185, 71, 77, 0)), 27),
    (IpAddr::V4(Ipv4Addr::new(77, 75, 153, 0)), 25),
    (IpAddr::V4(Ipv4Addr::new(77, 75, 154, 128)), 25),
    (IpAddr::V4(Ipv4Addr::new(77, 75, 156, 11)), 32),
    (IpAddr::V4(Ipv4Addr::new(77, 75, 156, 35)), 32),
    (IpAddr::V6(Ipv6Addr::new(0x2a02, 0x5180, 0, 0, 0, 0, 0, 0)), 32),
];

#[derive(Deserialize)]
struct Notice {
    #[serde(rename = "type")]
    kind: String,
    event: String,
    object: Subject,
}

/// What all kinds of objects have in common for us.
#[derive(Deserialize)]
struct Subject {
    id: String,
    payment_id: Option<String>,
    metadata: Option<Metadata>,
}

/// What a notice says.
pub(super) fn read(request: &HttpRequest, cx: &Context<'_>) -> Result<News, ConnectorFault> {
    if checks_source(cx)? && !request.peer.is_some_and(is_source) {
        return Err(bad("it does not come from the provider's addresses"));
    }
    if request.method != Method::Post {
        return Err(bad("it is not a POST"));
    }
    if request.body.len() > NOTICE_BYTES_MAX {
        return Err(bad("it is too long"));
    }
    let notice: Notice =
        serde_json::from_slice(&request.body).map_err(|_| bad("it is not a notification"))?;
    if notice.kind != "notification" {
        return Err(bad("it is not a notification"));
    }
    match notice.event.as_str() {
        "payment.waiting_for_capture" | "payment.succeeded" | "payment.canceled" => {
            about_payment(notice.object)
        }
        "refund.succeeded" => {
            let payment = notice.object.payment_id.filter(|number| is_number(number));
            let number = payment.ok_or(bad("the refund names no payment"))?;
            Ok(News::Hint { about: About::Reference(number) })
        }
        "payout.succeeded" | "payout.canceled" => about_payout(notice.object),
        _ => Ok(News::Nothing),
    }
}

fn about_payment(payment: Subject) -> Result<News, ConnectorFault> {
    let named = payment.metadata.and_then(|metadata| metadata.attempt).filter(|text| is_reference(text));
    let about = match named {
        Some(attempt) => About::Attempt(attempt),
        None if is_number(&payment.id) => About::Reference(payment.id),
        None => return Err(bad("the payment has no proper number")),
    };
    Ok(News::Hint { about })
}

/// A payout that does not name ours was made by somebody else at the gateway, and is none of our business.
fn about_payout(payout: Subject) -> Result<News, ConnectorFault> {
    let named = payout.metadata.and_then(|metadata| metadata.payout).filter(|text| is_reference(text));
    Ok(named.map_or(News::Nothing, |payout| News::Hint { about: About::Payout(payout) }))
}

/// Whether a text could be a reference of ours; whose it is, is looked up by who asked.
fn is_reference(text: &str) -> bool {
    (1..=REFERENCE_LENGTH_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

fn checks_source(cx: &Context<'_>) -> Result<bool, ConnectorFault> {
    match cx.account.setting(CHECK_SOURCE) {
        None => Ok(false),
        Some(Setting::Plain(text)) if text == "on" => Ok(true),
        Some(Setting::Plain(text)) if text == "off" || text.is_empty() => Ok(false),
        Some(Setting::Plain(_) | Setting::Secret(_)) => Err(misconfigured(CHECK_SOURCE)),
    }
}

fn is_source(peer: IpAddr) -> bool {
    // A socket for both families shows the older addresses in the clothes of the newer.
    let peer = peer.to_canonical();
    SOURCES.iter().any(|&(network, bits)| within(peer, network, bits))
}

/// Whether the first bits of both addresses are the same.
fn within(peer: IpAddr, network: IpAddr, bits: u32) -> bool {
    match (peer, network) {
        (IpAddr::V4(peer), IpAddr::V4(network)) => {
            (peer.to_bits() ^ network.to_bits()).leading_zeros() >= bits
        }
        (IpAddr::V6(peer), IpAddr::V6(network)) => {
            (peer.to_bits() ^ network.to_bits()).leading_zeros() >= bits
        }
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    }
}

fn bad(what: &str) -> ConnectorFault {
    ConnectorFault::BadCallback { provider: NAME, what: what.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_networks_are_known_to_their_edges() {
        let inside = [
            "185.71.76.0",
            "185.71.76.31",
            "185.71.77.31",
            "77.75.153.127",
            "77.75.154.128",
            "77.75.154.255",
            "77.75.156.11",
            "77.75.156.35",
            "::ffff:185.71.76.1",
            "2a02:5180:0:1509::1",
            "2a02:5180:ffff::",
        ];
        let outside = [
            "185.71.76.32",
            "185.71.75.255",
            "77.75.153.128",
            "77.75.154.127",
            "77.75.156.12",
            "127.0.0.1",
            "2a02:5181::1",
            "::1",
        ];
        for text in inside {
            assert!(is_source(text.parse().unwrap()), "{text}");
        }
        for text in outside {
            assert!(!is_source(text.parse().unwrap()), "{text}");
        }
    }
}
