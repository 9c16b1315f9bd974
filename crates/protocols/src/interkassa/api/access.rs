//! Who calls the API: HTTP Basic with a user or an account, a key, and perhaps the account that is meant.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::secrets::Secret;
use wire::http::HttpRequest;

use super::envelope::ApiError;

/// The header that names the account.
const ACCOUNT: &str = "ik-api-account-id";
/// How long an identifier may be, in bytes; the service's own have 24.
const ID_BYTES_MAX: usize = 64;

/// What a request proves itself with. Whose it is, is looked up with it.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The name: a user's identifier, or an account's, which the vendor's own client sends.
    pub name: String,
    /// The API key.
    pub key: Secret,
    /// The account that is meant; without it, the one that the name says, or the user's own business account.
    pub account: Option<String>,
}

impl Credentials {
    /// Takes them from the headers of a request.
    ///
    /// # Errors
    /// [`ApiError::BadCredentials`] if there are none or they are not of this form.
    pub fn of(request: &HttpRequest) -> Result<Credentials, ApiError> {
        let header = request.headers.get("authorization").ok_or(ApiError::BadCredentials)?;
        Credentials::read(header, request.headers.get(ACCOUNT)).ok_or(ApiError::BadCredentials)
    }

    fn read(header: &str, account: Option<&str>) -> Option<Credentials> {
        let (scheme, encoded) = header.trim().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
        let (name, key) = pair.split_once(':')?;
        let account = account.map(str::trim).filter(|account| !account.is_empty());
        let fits = is_id(name) && !key.is_empty() && account.is_none_or(is_id);
        fits.then(|| Credentials {
            name: name.to_owned(),
            key: Secret::new(key.to_owned()),
            account: account.map(str::to_owned),
        })
    }
}

fn is_id(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    !text.is_empty() && text.len() <= ID_BYTES_MAX && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str, account: Option<&str>) -> Option<(String, String, Option<String>)> {
        let read = Credentials::read(header, account)?;
        Some((read.name, read.key.expose().to_owned(), read.account))
    }

    #[test]
    fn the_key_may_have_colons_and_the_account_may_be_missing() {
        let header = format!("Basic {}", STANDARD.encode("5f00:fake:key"));
        let expected = ("5f00".to_owned(), "fake:key".to_owned());
        assert_eq!(read(&header, None), Some((expected.0.clone(), expected.1.clone(), None)));
        let account = Some("5f01".to_owned());
        assert_eq!(
            read(&header.replace("Basic", "BASIC"), Some(" 5f01 ")),
            Some((expected.0, expected.1, account))
        );
        assert_eq!(read(&header, Some("")).unwrap().2, None);
    }

    #[test]
    fn anything_else_is_no_credentials() {
        for pair in ["", "5f00", ":key", "5f00:", "5f 00:key", "a/b:key"] {
            assert_eq!(read(&format!("Basic {}", STANDARD.encode(pair)), None), None, "{pair}");
        }
        for header in ["", "Basic", "Basic !!", "Bearer eA==", "Basic /w=="] {
            assert_eq!(read(header, None), None, "{header}");
        }
        let header = format!("Basic {}", STANDARD.encode("5f00:key"));
        assert_eq!(read(&header, Some("a b")), None);
    }

    #[test]
    fn the_key_shows_in_no_log() {
        let header = format!("Basic {}", STANDARD.encode("5f00:fakesecret"));
        let shown = format!("{:?}", Credentials::read(&header, None).unwrap());
        assert!(shown.contains("***") && !shown.contains("fakesecret"), "{shown}");
    }
}
