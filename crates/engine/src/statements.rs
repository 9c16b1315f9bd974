//! Statements of a payment's state under the installation's own signature, and the certificate to check them by.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::telling::NOTICE_DEADLINE_MS;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::notices::Notice;
use domain::payments::Payment;
use domain::secrets::Secret;
use domain::sellers::Shop;
use getrandom::SysRng;
use jiff::Timestamp;
use protocols::robokassa::op_key;
use protocols::robokassa::result_url2::{CONTENT_TYPE, State, Statement, signed_text, token};
use rcgen::{CertificateParams, DnType, KeyPair, KeyUsagePurpose, SigningKey as _, date_time_ymd};
use rsa::pkcs8::EncodePrivateKey;
use rsa::rand_core::UnwrapErr;
use serde::{Deserialize, Serialize};
use std::fmt;
use store::error::StoreError;
use wire::http::{Auth, Headers, HttpCall, Method, Repeat};

/// RS256 asks for 2048 bits at least.
const KEY_BITS: usize = 2_048;
/// The name on the certificate; shops pin the certificate itself, so nobody has to vouch for a name.
const SUBJECT: &str = "Payment state notifications";
/// The certificate lasts longer than anybody keeps an installation under one key.
const CERTIFICATE_YEARS: i32 = 30;

/// The key that signs statements, and its certificate.
pub struct SigningKey {
    key: KeyPair,
    certificate: Vec<u8>,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(***)")
    }
}

/// How it is kept: both parts in base64.
#[derive(Serialize, Deserialize)]
struct Kept {
    key: String,
    certificate: String,
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// The certificate by which shops check our statements: X.509, in DER. It is made once in the life of an
    /// installation, together with its key, when the first statement is signed or somebody asks for it.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn certificate(&self) -> Result<Vec<u8>, EngineError> {
        Ok(self.signing_key().await?.certificate.clone())
    }

    /// The request that a statement is; the same bytes every time, for its record never changes and RS256 uses
    /// no chance. Nothing where the notice names no attempt, which no statement does.
    pub(crate) async fn statement_call(
        &self,
        notice: &Notice,
        payment: &Payment,
        shop: &Shop,
        state: State,
    ) -> Result<Option<HttpCall>, EngineError> {
        let op_key = notice.attempt.and_then(|attempt| op_key::of_public(&self.print(attempt)));
        let Some(op_key) = op_key else { return Ok(None) };
        let text = signed_text(&Statement {
            login: &shop.login,
            op_key: &op_key,
            number: payment.terms.number,
            method: notice.method,
            paid: notice.paid,
            state,
            at: notice.owed_at,
        });
        let signature = self.signing_key().await?.key.sign(text.as_bytes()).map_err(unusable)?;
        let mut headers = Headers::new();
        headers.push("content-type", CONTENT_TYPE);
        Ok(Some(HttpCall {
            token_at: None,
            method: Method::Post,
            url: notice.address.url.clone(),
            headers,
            body: token(&text, &signature).into_bytes(),
            auth: Auth::None,
            repeat: Repeat::Never,
            deadline_ms: NOTICE_DEADLINE_MS,
        }))
    }

    async fn signing_key(&self) -> Result<&SigningKey, EngineError> {
        self.signing.get_or_try_init(|| self.kept_or_made()).await
    }

    async fn kept_or_made(&self) -> Result<SigningKey, EngineError> {
        if let Some(kept) = self.store.signing_key().await? {
            return read(&kept);
        }
        let now = self.now();
        // A second or two of pure computation, which must not stop a worker.
        let made = tokio::task::spawn_blocking(move || make(now)).await.map_err(unusable)??;
        self.store.keep_signing_key(&made).await?;
        // Another node may have been faster: what is kept counts, whoever made it.
        let kept = self.store.signing_key().await?.ok_or(EngineError::NotFound("signing key"))?;
        read(&kept)
    }
}

/// A new key with its certificate, as it is kept.
fn make(now: Timestamp) -> Result<Secret, EngineError> {
    let key = rsa::PrivateKey::new(&mut UnwrapErr(SysRng), KEY_BITS).map_err(unusable)?;
    let der = key.to_pkcs8_der().map_err(unusable)?;
    let key = KeyPair::try_from(der.as_bytes()).map_err(unusable)?;
    let mut params = CertificateParams::default();
    params.distinguished_name.remove(DnType::CommonName);
    params.distinguished_name.push(DnType::CommonName, SUBJECT);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let year = i32::from(jiff::tz::TimeZone::UTC.to_datetime(now).year());
    params.not_before = date_time_ymd(year, 1, 1);
    params.not_after = date_time_ymd(year.saturating_add(CERTIFICATE_YEARS), 1, 1);
    let certificate = params.self_signed(&key).map_err(unusable)?;
    let kept = Kept { key: STANDARD.encode(der.as_bytes()), certificate: STANDARD.encode(certificate.der()) };
    Ok(Secret::new(serde_json::to_string(&kept).map_err(unusable)?))
}

fn read(kept: &Secret) -> Result<SigningKey, EngineError> {
    let kept: Kept = serde_json::from_str(kept.expose()).map_err(unusable)?;
    let key = STANDARD.decode(kept.key).map_err(unusable)?;
    Ok(SigningKey {
        key: KeyPair::try_from(key.as_slice()).map_err(unusable)?,
        certificate: STANDARD.decode(kept.certificate).map_err(unusable)?,
    })
}

/// Nobody outside can mend it; the job is tried again, and the log says why.
fn unusable(error: impl fmt::Display) -> EngineError {
    EngineError::Store(StoreError::Unavailable(format!("the signing key cannot be used: {error}")))
}
