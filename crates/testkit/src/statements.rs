//! A shop that checks a signed statement (ResultUrl2) by the certificate that it has downloaded.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::pkcs8::DecodePublicKey;
use rsa::signature::Verifier;
use serde_json::Value;
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode};

/// What a token states, if its head says RS256 and the key of the certificate has signed it; the payload is read
/// with the ordinary base64 alphabet, as one official module does.
pub fn read(token: &[u8], certificate: &[u8]) -> Option<Value> {
    let token = std::str::from_utf8(token).ok()?;
    let (signed, signature) = token.rsplit_once('.')?;
    let (head, payload) = signed.split_once('.')?;
    let head: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(head).ok()?).ok()?;
    if head["alg"] != "RS256" || head["typ"] != "JWT" {
        return None;
    }
    let key =
        Certificate::from_der(certificate).ok()?.tbs_certificate.subject_public_key_info.to_der().ok()?;
    let key = VerifyingKey::<sha2::Sha256>::new(rsa::PublicKey::from_public_key_der(&key).ok()?);
    let signature = Signature::try_from(URL_SAFE_NO_PAD.decode(signature).ok()?.as_slice()).ok()?;
    key.verify(signed.as_bytes(), &signature).ok()?;
    serde_json::from_slice(&STANDARD_NO_PAD.decode(payload).ok()?).ok()
}
