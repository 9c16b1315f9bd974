//! Secrets at rest: sealed under the master key, bound to the place where they stand.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use domain::secrets::Secret;
use secrecy::{ExposeSecret, SecretBox};
use std::fmt;

const NONCE: usize = 24;

/// The key of the installation under which every secret in the database is sealed: 32 bytes.
pub struct MasterKey(SecretBox<[u8; 32]>);

impl MasterKey {
    /// Takes the bytes in; they are wiped when the key is dropped.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> MasterKey {
        MasterKey(SecretBox::new(Box::new(bytes)))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Why a secret cannot be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Another key, another place, or changed bytes.
    #[error("the seal is broken")]
    Broken,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoRandom,
}

/// Seals and opens secrets with XChaCha20-Poly1305; the place is associated data, so that a sealed
/// text copied to another row does not open there.
pub struct Sealer(XChaCha20Poly1305);

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(***)")
    }
}

impl Sealer {
    /// A sealer under this key.
    #[must_use]
    pub fn new(key: &MasterKey) -> Sealer {
        Sealer(XChaCha20Poly1305::new(key.0.expose_secret().into()))
    }

    /// The bytes sealed for a place: nonce and ciphertext.
    ///
    /// # Errors
    /// [`SealError::NoRandom`] when there is no nonce to be had.
    pub fn seal_bytes(&self, place: &str, bytes: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| SealError::NoRandom)?;
        let payload = Payload { msg: bytes, aad: place.as_bytes() };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::Broken)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// The bytes behind a seal.
    ///
    /// # Errors
    /// [`SealError::Broken`] under another key, at another place or after any change.
    pub fn open_bytes(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(SealError::Broken)?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        self.0.decrypt(&XNonce::from(*nonce), payload).map_err(|_| SealError::Broken)
    }

    /// A secret as sealed text.
    ///
    /// # Errors
    /// [`SealError::NoRandom`] when there is no nonce to be had.
    pub fn seal(&self, place: &str, secret: &Secret) -> Result<String, SealError> {
        Ok(hex::encode(self.seal_bytes(place, secret.expose().as_bytes())?))
    }

    /// The secret behind a sealed text.
    ///
    /// # Errors
    /// [`SealError::Broken`] under another key, at another place or after any change.
    pub fn open(&self, place: &str, sealed: &str) -> Result<Secret, SealError> {
        let bytes = hex::decode(sealed).map_err(|_| SealError::Broken)?;
        let text = String::from_utf8(self.open_bytes(place, &bytes)?).map_err(|_| SealError::Broken)?;
        Ok(Secret::new(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_at_its_own_place_under_its_own_key_only() {
        let sealer = Sealer::new(&MasterKey::new([1; 32]));
        let sealed = sealer.seal("shops.passwords", &Secret::new("fake".to_owned())).unwrap();
        assert_eq!(sealer.open("shops.passwords", &sealed).unwrap().expose(), "fake");
        assert_eq!(sealer.open("elsewhere", &sealed).err(), Some(SealError::Broken));
        let other = Sealer::new(&MasterKey::new([2; 32]));
        assert_eq!(other.open("shops.passwords", &sealed).err(), Some(SealError::Broken));
    }

    #[test]
    fn the_same_secret_never_looks_the_same() {
        let sealer = Sealer::new(&MasterKey::new([1; 32]));
        let seal = || sealer.seal_bytes("x", b"fake").unwrap();
        assert_ne!(seal(), seal());
    }

    #[test]
    fn any_changed_byte_breaks_the_seal() {
        let sealer = Sealer::new(&MasterKey::new([1; 32]));
        let sealed = sealer.seal_bytes("x", b"fake").unwrap();
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(sealer.open_bytes("x", &changed).is_err());
        }
        assert!(sealer.open_bytes("x", &sealed[..10]).is_err());
    }
}
