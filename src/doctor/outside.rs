//! Providers and shops: whether they can be reached and prove who they are.

use super::codes::{PROVIDER_TLS, PROVIDER_UNREACHABLE, SHOP_PRIVATE, SHOP_TLS, SHOP_UNREACHABLE};
use super::finding::{Finding, Known};
use crate::settings::Settings;
use engine::network::{Audience, Network, SendError};
use engine::outbound::Internet;
use std::collections::VecDeque;
use store::checkup::Checkup;
use store::checkup::work::Outside;
use store::error::StoreError;
use tokio::task::JoinSet;
use wire::http::{Auth, Headers, HttpCall, Method, Repeat};

/// Whoever has not answered after so long cannot be reached, in milliseconds.
const DEADLINE_MS: u32 = 5_000;
/// So many are asked at once.
const AT_ONCE: usize = 16;
/// So many shops are asked; with more the doctor would take too long.
const SHOPS_MAX: usize = 500;

pub(super) async fn look(
    checkup: &Checkup,
    settings: &Settings,
    found: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let internet = match Internet::new(settings.private_shops.unwrap_or(false)) {
        Ok(internet) => internet,
        Err(error) => {
            found.push(Finding::of(&PROVIDER_TLS, format!("no call can be made: {error}")));
            return Ok(());
        }
    };
    let providers = checkup.providers().await?;
    let mut shops = checkup.shops().await?;
    let all = shops.len();
    shops.truncate(SHOPS_MAX);
    for (area, whom, to) in [("provider", providers, Audience::Provider), ("shop", shops, Audience::Shop)] {
        let count = whom.len();
        let faults = ask(&internet, whom, to).await;
        if faults.is_empty() {
            let of = if area == "shop" && all > count { format!(" of {all}") } else { String::new() };
            found.push(Finding::well(area, format!("{count}{of} asked, all can be reached")));
        }
        found.extend(faults);
    }
    Ok(())
}

/// Asks everybody, some at once.
async fn ask(internet: &Internet, whom: Vec<Outside>, to: Audience) -> Vec<Finding> {
    let (mut waiting, mut asked) = (VecDeque::from(whom), JoinSet::new());
    let mut faults = Vec::new();
    loop {
        while asked.len() < AT_ONCE
            && let Some(next) = waiting.pop_front()
        {
            let internet = internet.clone();
            asked.spawn(async move {
                let answer = internet.send(&call(&next.url), None, to).await;
                answer.err().map(|error| fault(to, &next, &error))
            });
        }
        match asked.join_next().await {
            Some(Ok(fault)) => faults.extend(fault),
            Some(Err(error)) => tracing::error!(%error, "somebody outside could not be asked"),
            None => break,
        }
    }
    faults.sort_by(|one, other| one.what.cmp(&other.what));
    faults
}

fn call(url: &str) -> HttpCall {
    HttpCall {
        method: Method::Head,
        url: root_of(url).to_owned(),
        headers: Headers::new(),
        body: Vec::new(),
        token_at: None,
        auth: Auth::None,
        repeat: Repeat::Safe,
        deadline_ms: DEADLINE_MS,
    }
}

/// An address without its path, so that no script of a shop takes us for a notice.
fn root_of(url: &str) -> &str {
    let host = url.find("://").map_or(0, |scheme| scheme.saturating_add(3));
    let rest = url.get(host..).unwrap_or_default();
    let end = rest.find(['/', '?', '#']).map_or(url.len(), |path| host.saturating_add(path));
    url.get(..end).unwrap_or(url)
}

fn fault(to: Audience, whom: &Outside, error: &SendError) -> Finding {
    let why = error.to_string();
    let (known, noun) = match to {
        Audience::Provider => (of_provider(&why), "the provider account"),
        Audience::Shop => (of_shop(&why), "the shop"),
    };
    Finding::of(known, format!("{noun} {} at {}: {why}", whom.name, root_of(&whom.url)))
}

fn of_provider(why: &str) -> &'static Known {
    if is_about_certificates(why) { &PROVIDER_TLS } else { &PROVIDER_UNREACHABLE }
}

fn of_shop(why: &str) -> &'static Known {
    if why.contains("private address") || why.contains("no public address") {
        &SHOP_PRIVATE
    } else if is_about_certificates(why) {
        &SHOP_TLS
    } else {
        &SHOP_UNREACHABLE
    }
}

/// What the library of TLS says, when a certificate is bad or the other side speaks no TLS at all.
fn is_about_certificates(why: &str) -> bool {
    ["certificate", "corrupt message", "received fatal alert"].iter().any(|words| why.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_asked_for_more_than_the_root_of_his_address() {
        for (url, root) in [
            ("https://shop.example/result.php?a=1", "https://shop.example"),
            ("http://shop.example:8080", "http://shop.example:8080"),
            ("https://shop.example?x=/y", "https://shop.example"),
            ("nonsense", "nonsense"),
        ] {
            assert_eq!(root_of(url), root);
        }
    }

    #[tokio::test]
    async fn who_is_not_there_is_found_and_inside_addresses_are_told_apart() {
        let nobody = || vec![Outside { name: "rose".to_owned(), url: "http://127.0.0.1:9/r".to_owned() }];
        let codes = async |private, to| {
            let internet = Internet::new(private).unwrap();
            ask(&internet, nobody(), to).await.iter().map(|finding| finding.code).collect::<Vec<_>>()
        };
        assert_eq!(codes(true, Audience::Shop).await, ["shop.unreachable"]);
        assert_eq!(codes(false, Audience::Shop).await, ["shop.private"]);
        assert_eq!(codes(false, Audience::Provider).await, ["provider.unreachable"]);
    }

    #[test]
    fn a_bad_certificate_is_no_dead_line() {
        assert_eq!(of_shop("not sent: invalid peer certificate: Expired").code, "shop.tls");
        assert_eq!(of_provider("not sent: invalid peer certificate: UnknownIssuer").code, "provider.tls");
        assert_eq!(of_provider("no answer: the deadline passed").code, "provider.unreachable");
    }
}
