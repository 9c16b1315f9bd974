//! A buyer's browser without scripts: it follows redirects, keeps cookies and sends forms.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Method, redirect::Policy};
use url::Url;

use crate::html::{Form, forms, value_of};

const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Browsers stop at twenty.
const REDIRECTS_MAX: usize = 20;

/// A client that follows nothing and remembers nothing, for tests that look at single answers.
pub fn client() -> Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    CLIENT.get_or_init(|| built(Policy::none())).clone()
}

/// The same, led on as browsers are: the page of a payment that has ended stands elsewhere than its choice.
pub fn led_client() -> Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    CLIENT.get_or_init(|| built(Policy::limited(REDIRECTS_MAX))).clone()
}

fn built(redirect: Policy) -> Client {
    // Another test of this process may have chosen the same provider before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder().redirect(redirect).timeout(ANSWER_WITHIN).no_proxy();
    // A pooled connection belongs to the runtime of the test that opened it.
    builder.pool_max_idle_per_host(0).build().expect("a client for HTTP")
}

/// What the visitor sees after redirects.
#[derive(Debug, Clone)]
pub struct Page {
    /// Where the visitor is.
    pub url: Url,
    /// Status of the last answer.
    pub status: u16,
    /// Header names in lower case; repeated headers are joined with line ends.
    pub headers: BTreeMap<String, String>,
    /// The page.
    pub text: String,
}

impl Page {
    /// `data-state` of the page's main part: where the payment stands.
    pub fn state(&self) -> Option<String> {
        value_of(&self.text, "main", "data-state")
    }

    /// `data-error` of the page's main part: the number of the protocol's error.
    pub fn error(&self) -> Option<String> {
        value_of(&self.text, "main", "data-error")
    }

    /// The language of the page.
    pub fn language(&self) -> Option<String> {
        value_of(&self.text, "html", "lang")
    }

    /// The first form that holds a control (field or button) of this name, with this value if one is given.
    ///
    /// # Panics
    /// When there is none; the message shows the page.
    pub fn form_with(&self, name: &str, value: Option<&str>) -> Form {
        let holds = |form: &Form| {
            let mut controls = form.fields.iter().chain(&form.choices);
            controls.any(|(control, offered)| control == name && value.is_none_or(|value| value == offered))
        };
        let form = forms(&self.text).into_iter().find(holds);
        form.unwrap_or_else(|| panic!("no form with {name}={value:?} on {}:\n{}", self.url, self.text))
    }
}

/// One browser with its cookies.
#[derive(Debug, Default)]
pub struct Visitor {
    cookies: BTreeMap<(String, String), String>,
    /// Every address the visitor has been led to, oldest first.
    pub trail: Vec<Url>,
    /// What the browser says of its reader's languages; nothing unless the test sets it.
    pub languages: Option<String>,
}

impl Visitor {
    /// A browser that has been nowhere.
    pub fn new() -> Visitor {
        Visitor::default()
    }

    /// Opens an address.
    ///
    /// # Panics
    /// When it is no address or nobody answers.
    pub async fn open(&mut self, url: &str) -> Page {
        self.go(Method::GET, Url::parse(url).expect("an address"), None).await
    }

    /// Sends a form with its own values, changed by `filled`, as if by pressing `button`.
    ///
    /// # Panics
    /// When nobody answers.
    pub async fn send(
        &mut self,
        page: &Page,
        form: &Form,
        filled: &[(&str, &str)],
        button: Option<(&str, &str)>,
    ) -> Page {
        let mut fields = form.fields.clone();
        for (name, value) in filled.iter().chain(button.as_ref()) {
            fields.retain(|(field, _)| field != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        let sent = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        let mut url = page.url.join(&form.action).expect("a form leads somewhere");
        match form.method.as_str() {
            "post" => self.go(Method::POST, url, Some(sent)).await,
            _ => {
                url.set_query(Some(&sent));
                self.go(Method::GET, url, None).await
            }
        }
    }

    async fn go(&mut self, mut method: Method, mut url: Url, mut body: Option<String>) -> Page {
        for _ in 0..REDIRECTS_MAX {
            self.trail.push(url.clone());
            let page = self.ask(method.clone(), &url, body.clone()).await;
            let Some(location) =
                page.headers.get(LOCATION.as_str()).filter(|_| (300..400).contains(&page.status))
            else {
                return page;
            };
            url = url.join(location).expect("a redirect leads somewhere");
            // 307 and 308 keep method and body, the others become a plain GET, as in browsers.
            if !matches!(page.status, 307 | 308) {
                (method, body) = (Method::GET, None);
            }
        }
        panic!("more than {REDIRECTS_MAX} redirects: {:?}", self.trail);
    }

    async fn ask(&mut self, method: Method, url: &Url, body: Option<String>) -> Page {
        let mut request = client().request(method, url.clone());
        let cookies: Vec<_> = self.of_host(url).map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        if let Some(languages) = &self.languages {
            request = request.header(ACCEPT_LANGUAGE, languages);
        }
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        }
        let answer = request.send().await.unwrap_or_else(|fault| panic!("{url}: {fault:?}"));
        self.remember(url, answer.headers());
        let mut headers = BTreeMap::<String, String>::new();
        for (name, value) in answer.headers() {
            let value = String::from_utf8_lossy(value.as_bytes());
            let kept = headers.entry(name.as_str().to_owned()).or_default();
            *kept = if kept.is_empty() { value.into_owned() } else { format!("{kept}\n{value}") };
        }
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap_or_else(|fault| panic!("{url}: {fault:?}"));
        Page { url: url.clone(), status, headers, text }
    }

    fn of_host(&self, url: &Url) -> impl Iterator<Item = (&str, &str)> {
        let host = url.authority().to_owned();
        self.cookies
            .iter()
            .filter(move |((of, _), _)| *of == host)
            .map(|((_, name), value)| (name.as_str(), value.as_str()))
    }

    fn remember(&mut self, url: &Url, headers: &reqwest::header::HeaderMap) {
        for cookie in headers.get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok()) {
            let pair = cookie.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies
                    .insert((url.authority().to_owned(), name.trim().to_owned()), value.trim().to_owned());
            }
        }
    }
}
