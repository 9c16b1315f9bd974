//! On whose pages the page of a payment may stand in a frame: on those of its own shop.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::network::Network;
use domain::sellers::Shop;

/// Every host, where every host counts as verified.
const ANYWHERE: &str = "http: https:";

impl<N: Network, C: Clock> Engine<N, C> {
    /// The sources for `frame-ancestors` of a payment's page; nothing where no page may frame it. A frame around
    /// a stranger's page could be laid under something else and clicked unseen, so only hosts that the shop has
    /// proved to be its own are named.
    #[must_use]
    pub fn frame_ancestors(&self, shop: &Shop) -> Option<String> {
        if self.setup.any_host {
            return Some(ANYWHERE.to_owned());
        }
        named(&shop.domains)
    }
}

/// A policy's own separators are legal in a setting, so a domain with anything unusual in it gives nothing.
fn named(domains: &[String]) -> Option<String> {
    let plain = |domain: &&String| {
        domain.contains('.') && domain.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
    };
    let sources = domains.iter().filter(plain).map(|domain| format!("https://{domain} https://*.{domain}"));
    let sources: Vec<String> = sources.collect();
    (!sources.is_empty()).then(|| sources.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_verified_domains_may_frame_and_nothing_strange_gets_into_the_policy() {
        let of = |domains: &[&str]| named(&domains.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["shop.example"]).as_deref(), Some("https://shop.example https://*.shop.example"));
        for domain in
            ["", "*", "localhost", "a.example; script-src *", "a.example https://b.example", "a.\u{e9}"]
        {
            assert_eq!(of(&[domain]), None, "{domain}");
        }
    }
}
