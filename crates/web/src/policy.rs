//! The security policy of a page: nothing from other hosts, no scripts inside the page, styles by their hash.

use url::{Host, Url};

use crate::assets;

/// An address that a page may lead to: absolute, http or https. Anything else, such as `javascript:`,
/// must not become a link, whoever sent it.
pub(crate) fn web_address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// The source expression for the host of a form's target. The policy's own separators are legal in a host
/// name, so a name with anything unusual in it gives nothing; so does an IPv6 address, which policies cannot say.
fn form_target(url: &Url) -> Option<String> {
    let host = match url.host()? {
        Host::Domain(name) => name.to_owned(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(_) => return None,
    };
    let plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    plain.then(|| format!("{}://{host}{port}", url.scheme()))
}

/// The value of `Content-Security-Policy`.
///
/// Browsers hold a form's target against the policy, redirects included, so a form that leaves this site
/// needs its host named. A target that cannot be named opens the scheme instead.
pub(crate) fn header(form_leaves_to: Option<&Url>) -> String {
    let target = match form_leaves_to {
        Some(url) => format!(" {}", form_target(url).unwrap_or_else(|| format!("{}:", url.scheme()))),
        None => String::new(),
    };
    format!(
        "default-src 'none'; style-src '{}'; script-src 'self'; connect-src 'self'; img-src data:; \
         form-action 'self'{target}; base-uri 'none'; frame-ancestors 'none'",
        assets::style().hash
    )
}

/// The policy of a page that has a style of ours in a file besides; no form leaves.
pub(crate) fn with_files() -> String {
    header(None).replace("style-src ", "style-src 'self' ")
}

/// The policy of the cabinet's pages: style and script are files of ours, and no form leaves.
pub(crate) const CABINET: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
     img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_become_links() {
        assert!(web_address("https://shop.example/paid?x=1").is_some());
        for text in
            ["javascript:alert(1)", "data:text/html,x", "//shop.example", "/paid", "mailto:a@b.example"]
        {
            assert!(web_address(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_form_that_leaves_names_its_host_and_port() {
        let url = Url::parse("http://127.0.0.1:8081/success").unwrap();
        assert!(header(Some(&url)).contains("form-action 'self' http://127.0.0.1:8081;"));
        assert!(header(None).contains("form-action 'self';"));
    }

    #[test]
    fn a_strange_host_cannot_write_into_the_policy() {
        for text in
            ["https://a;script-src/", "https://a,b.example/", "https://[::1]:8443/", "https://*.a.example/"]
        {
            let policy = header(Url::parse(text).ok().as_ref());
            assert_eq!(policy.matches("script-src").count(), 1, "{policy}");
            assert!(!policy.contains('*') && !policy.contains(','), "{policy}");
        }
    }
}
