//! The one HTTP client: deadline, size limit, no redirects, and no private address for shops.

use crate::addresses::is_public;
use crate::network::{Audience, Network, SendError};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret, SecretString};
use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};
use wire::http::{Headers, HttpCall, HttpReply, Method};

/// A provider's answer is read up to this many bytes.
pub const PROVIDER_REPLY_BYTES_MAX: usize = 1_048_576;
/// A shop's answer is read up to this many bytes.
pub const SHOP_REPLY_BYTES_MAX: usize = 65_536;
/// A connection must stand after this long.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The internet, as the engine uses it.
#[derive(Clone, Debug)]
pub struct Internet {
    providers: reqwest::Client,
    shops: reqwest::Client,
    private_shops: bool,
}

impl Internet {
    /// A client; `private_shops` lets shops live at private addresses (demo and emulators).
    ///
    /// # Errors
    /// [`reqwest::Error`] when the system's certificates cannot be read.
    pub fn new(private_shops: bool) -> Result<Internet, reqwest::Error> {
        // A second installation of the same provider answers that one is there already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            reqwest::Client::builder()
                .redirect(Policy::none())
                .no_proxy()
                .connect_timeout(CONNECT_TIMEOUT)
                .user_agent(concat!("OpenKassa/", env!("CARGO_PKG_VERSION")))
        };
        let shops = if private_shops { builder() } else { builder().dns_resolver(Arc::new(PublicOnly)) };
        Ok(Internet { providers: builder().build()?, shops: shops.build()?, private_shops })
    }
}

impl Network for Internet {
    async fn send(
        &self,
        call: &HttpCall,
        credential: Option<SecretString>,
        to: Audience,
    ) -> Result<HttpReply, SendError> {
        let (client, most) = match to {
            Audience::Provider => (&self.providers, PROVIDER_REPLY_BYTES_MAX),
            Audience::Shop => (&self.shops, SHOP_REPLY_BYTES_MAX),
        };
        let url = self.checked(&call.url, to)?;
        let deadline = Duration::from_millis(u64::from(call.deadline_ms));
        let mut request = client.request(verb(call.method), url).timeout(deadline).body(call.body.clone());
        for (name, value) in call.headers.iter() {
            request = request.header(name, value);
        }
        if let Some(credential) = &credential {
            request = request.header("authorization", credential.expose_secret());
        }
        let reply = request.send().await.map_err(not_answered)?;
        read(reply, most).await
    }
}

impl Internet {
    /// A literal address never reaches the resolver, so it is looked at here.
    fn checked(&self, url: &str, to: Audience) -> Result<Url, SendError> {
        let url = Url::parse(url)
            .map_err(|error| SendError::NotSent(format!("the address is malformed: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(SendError::NotSent("the address is neither http nor https".to_owned()));
        }
        let literal: Option<IpAddr> = match url.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            Some(Host::Domain(_)) => None,
            None => return Err(SendError::NotSent("the address names no host".to_owned())),
        };
        match literal {
            Some(address) if to == Audience::Shop && !self.private_shops && !is_public(address) => {
                Err(SendError::NotSent(format!("{address} is a private address")))
            }
            Some(_) | None => Ok(url),
        }
    }
}

/// Resolves names once and leaves out addresses that lead inside.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(format!("{} has no public address", name.as_str()).into());
            }
            let addresses: Addrs = Box::new(public.into_iter());
            Ok(addresses)
        })
    }
}

fn verb(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Delete => reqwest::Method::DELETE,
        Method::Head => reqwest::Method::HEAD,
    }
}

/// Only a connection that never stood is certain not to have carried anything.
fn not_answered(error: reqwest::Error) -> SendError {
    // An address may carry what only its owner may know, and errors are shown and logged.
    let error = error.without_url();
    let mut why = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        why = deeper.to_string();
        cause = deeper.source();
    }
    if error.is_connect() || error.is_builder() {
        SendError::NotSent(why)
    } else if error.is_timeout() {
        SendError::NoAnswer("the deadline passed".to_owned())
    } else {
        SendError::NoAnswer(why)
    }
}

async fn read(mut reply: reqwest::Response, most: usize) -> Result<HttpReply, SendError> {
    let mut headers = Headers::new();
    for (name, value) in reply.headers() {
        headers.push(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
    }
    let status = reply.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = reply.chunk().await.map_err(not_answered)? {
        let room = most.saturating_sub(body.len());
        body.extend(chunk.iter().take(room));
        if chunk.len() > room {
            // What is needed of an answer stands at its beginning; the rest is not read.
            break;
        }
    }
    Ok(HttpReply { status, headers, body })
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::http::{Auth, Repeat};

    fn call(url: &str) -> HttpCall {
        HttpCall {
            method: Method::Post,
            url: url.to_owned(),
            headers: Headers::new(),
            body: Vec::new(),
            token_at: None,
            auth: Auth::None,
            repeat: Repeat::Never,
            deadline_ms: 2_000,
        }
    }

    async fn refusal(internet: &Internet, url: &str, to: Audience) -> String {
        match internet.send(&call(url), None, to).await {
            Err(SendError::NotSent(why)) => why,
            other => panic!("{url}: {other:?}"),
        }
    }

    #[tokio::test]
    async fn a_shop_at_a_private_address_is_never_dialled() {
        let internet = Internet::new(false).unwrap();
        for url in [
            "http://127.0.0.1:9/",
            "http://127.1:9/",
            "http://0x7f000001:9/",
            "http://2130706433:9/",
            "http://[::1]:9/",
            "http://[::ffff:127.0.0.1]:9/",
            "http://169.254.169.254/latest/meta-data",
            "http://10.0.0.1/",
            "http://shop@192.168.0.1/",
        ] {
            assert!(refusal(&internet, url, Audience::Shop).await.contains("private"), "{url}");
        }
        let why = refusal(&internet, "http://localhost:9/", Audience::Shop).await;
        assert!(why.contains("public address"), "a name that leads inside: {why}");
    }

    #[tokio::test]
    async fn an_address_that_is_none_is_not_sent_to() {
        let internet = Internet::new(true).unwrap();
        for url in ["", "shop.example/result", "ftp://shop.example/", "file:///etc/passwd", "http://"] {
            refusal(&internet, url, Audience::Shop).await;
        }
    }

    #[tokio::test]
    async fn a_connection_that_never_stood_is_not_sent_and_its_address_stays_untold() {
        let internet = Internet::new(true).unwrap();
        // Nothing listens on the discard port of this machine.
        let why = refusal(&internet, "http://127.0.0.1:9/?token=fake", Audience::Shop).await;
        assert!(!why.contains("token"), "{why}");
    }
}
