//! Whether a connection to PostgreSQL is encrypted and who may be at its other end, as libpq says it.
//!
//! `sslmode` and `sslrootcert` mean what they mean there. What we do not do is refused by its name:
//! an address must never promise more than is kept.

use crate::error::StoreError;
use percent_encoding::percent_decode_str;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::{WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

/// The value of `sslrootcert` that means the certificates that the system trusts.
const SYSTEM: &str = "system";
/// Settings of libpq that promise what we do not do.
const REFUSED: [&str; 14] = [
    "sslcert",
    "sslkey",
    "sslkeylogfile",
    "sslpassword",
    "sslcertmode",
    "sslcrl",
    "sslcrldir",
    "sslcompression",
    "sslsni",
    "sslnegotiation",
    "ssl_min_protocol_version",
    "ssl_max_protocol_version",
    "requiressl",
    "gssencmode",
];

/// What `sslmode` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    /// Never encrypted.
    Disable,
    /// Encrypted if the server can, whoever it is.
    #[default]
    Prefer,
    /// Encrypted, whoever it is; with a root certificate, like `VerifyCa`.
    Require,
    /// Encrypted, and somebody whom the roots vouch for.
    VerifyCa,
    /// Encrypted, and exactly the host that the address names.
    VerifyFull,
}

/// Who vouches for servers.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Roots {
    /// Whom the system trusts.
    System,
    /// The certificates of a file.
    File(PathBuf),
}

/// What an address says about encryption.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Encryption {
    mode: Mode,
    roots: Option<Roots>,
}

impl Encryption {
    /// Whether a setting of an address is about encryption.
    pub(super) fn knows(name: &str) -> bool {
        ["sslmode", "sslrootcert"].contains(&name) || REFUSED.contains(&name)
    }

    /// Takes a setting.
    ///
    /// # Errors
    /// A sentence that says what is understood.
    pub(super) fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let value = percent_decode_str(value).decode_utf8_lossy();
        match name {
            "sslmode" => self.mode = mode(&value)?,
            "sslrootcert" if value == SYSTEM => self.roots = Some(Roots::System),
            "sslrootcert" => self.roots = Some(Roots::File(PathBuf::from(&*value))),
            _ => {
                return Err(format!(
                    "{name} is not supported: of what libpq says about encryption, sslmode, sslrootcert and \
                     channel_binding are"
                ));
            }
        }
        Ok(())
    }

    /// Whether the settings go together.
    ///
    /// # Errors
    /// A sentence that says what is missing.
    pub(super) fn check(&self) -> Result<(), String> {
        match (self.mode, &self.roots) {
            (Mode::VerifyCa, None) => {
                Err("sslmode=verify-ca needs sslrootcert=FILE: every authority of the \
                 system may vouch for any name"
                    .to_owned())
            }
            (mode, Some(Roots::System)) if mode != Mode::VerifyFull => Err(
                "sslrootcert=system needs sslmode=verify-full: every authority of the system may vouch for \
                     any name"
                    .to_owned(),
            ),
            _ => Ok(()),
        }
    }

    /// Has the library ask the server as the mode says. A socket of this machine is never encrypted.
    pub(super) fn prepare(&mut self, config: &mut Config) {
        let is_socket = |host: &Host| matches!(host, Host::Unix(_));
        if !config.get_hosts().is_empty() && config.get_hosts().iter().all(is_socket) {
            self.mode = Mode::Disable;
        }
        if config.get_hosts().is_empty() {
            // Who is named by a number has that for a name.
            for address in config.get_hostaddrs().to_vec() {
                config.host(address.to_string());
            }
        }
        config.ssl_mode(match self.mode {
            Mode::Disable => SslMode::Disable,
            Mode::Prefer => SslMode::Prefer,
            Mode::Require | Mode::VerifyCa | Mode::VerifyFull => SslMode::Require,
        });
    }

    /// What encrypts a connection; nothing where it never is. Certificates are read anew each time, so
    /// that a changed file needs no restart.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] naming certificates that cannot be read.
    pub(super) fn connector(&self) -> Result<Option<MakeRustlsConnect>, StoreError> {
        let provider = Arc::new(ring::default_provider());
        let algorithms = provider.signature_verification_algorithms;
        let builder = || {
            let builder = ClientConfig::builder_with_provider(provider.clone());
            builder.with_safe_default_protocol_versions().map_err(|error| unusable(&error))
        };
        let verified = match self.mode {
            Mode::Disable => return Ok(None),
            Mode::VerifyFull => {
                let roots = self.read()?.unwrap_or_else(RootCertStore::empty);
                let config = builder()?.with_root_certificates(roots).with_no_client_auth();
                return Ok(Some(MakeRustlsConnect::new(config)));
            }
            Mode::Prefer => AnyName { roots: None, algorithms },
            Mode::Require | Mode::VerifyCa => AnyName { roots: self.read()?, algorithms },
        };
        let builder = builder()?.dangerous().with_custom_certificate_verifier(Arc::new(verified));
        Ok(Some(MakeRustlsConnect::new(builder.with_no_client_auth())))
    }

    fn read(&self) -> Result<Option<RootCertStore>, StoreError> {
        match &self.roots {
            Some(Roots::File(path)) => of_file(path).map(Some),
            Some(Roots::System) => of_system().map(Some),
            None if self.mode == Mode::VerifyFull => of_system().map(Some),
            None => Ok(None),
        }
    }
}

fn mode(word: &str) -> Result<Mode, String> {
    match word {
        "disable" => Ok(Mode::Disable),
        "prefer" => Ok(Mode::Prefer),
        "require" => Ok(Mode::Require),
        "verify-ca" => Ok(Mode::VerifyCa),
        "verify-full" => Ok(Mode::VerifyFull),
        _ => Err(format!(
            "sslmode={word} is not supported; there are disable, prefer, require, verify-ca and verify-full"
        )),
    }
}

fn unusable(error: &impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(format!("encryption: {error}"))
}

fn of_file(path: &Path) -> Result<RootCertStore, StoreError> {
    let unreadable =
        |why: String| unusable(&format!("the certificates of {} cannot be read: {why}", path.display()));
    let found = CertificateDer::pem_file_iter(path).map_err(|error| unreadable(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in found {
        let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
        roots.add(certificate).map_err(|error| unreadable(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(unreadable("there are none in it".to_owned()));
    }
    Ok(roots)
}

fn of_system() -> Result<RootCertStore, StoreError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // A system has certificates that nobody reads any more; those that can be read count.
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let why = found.errors.first().map_or_else(String::new, |error| format!(": {error}"));
        return Err(unusable(&format!("this system has no certificates of authorities{why}")));
    }
    Ok(roots)
}

/// Believes a server without asking for its name: whom the roots vouch for, or anybody where there are none.
#[derive(Debug)]
struct AnyName {
    roots: Option<RootCertStore>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(roots) = &self.roots {
            let certificate = ParsedCertificate::try_from(certificate)?;
            let all = self.algorithms.all;
            verify_server_cert_signed_by_trust_anchor(&certificate, roots, intermediates, now, all)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::address::Address;

    fn refused(query: &str) -> String {
        let address = Address::parse(&format!("postgres://kassa:s3cret@db/books?{query}"));
        let message = address.err().unwrap().to_string();
        assert!(message.contains("kassa:***@db") && !message.contains("s3cret"), "{message}");
        message
    }

    fn mode_of(address: &str) -> (Mode, SslMode) {
        let address = Address::parse(address).unwrap();
        (address.encryption.mode, address.config.get_ssl_mode())
    }

    #[test]
    fn modes_are_those_of_libpq_and_prefer_is_the_usual_one() {
        let of = |query: &str| mode_of(&format!("postgres://kassa@db/books?{query}"));
        assert_eq!(of(""), (Mode::Prefer, SslMode::Prefer));
        assert_eq!(of("sslmode=disable"), (Mode::Disable, SslMode::Disable));
        assert_eq!(of("sslmode=require&writers=1"), (Mode::Require, SslMode::Require));
        assert_eq!(of("sslmode=verify-ca&sslrootcert=/etc/ca.crt"), (Mode::VerifyCa, SslMode::Require));
        assert_eq!(
            of("sslrootcert=%2Fetc%2Fca.crt&sslmode=verify-full"),
            (Mode::VerifyFull, SslMode::Require)
        );
        assert_eq!(of("sslrootcert=system&sslmode=verify-full"), (Mode::VerifyFull, SslMode::Require));
    }

    #[test]
    fn a_socket_of_this_machine_is_never_encrypted() {
        let socket = mode_of("postgres://kassa@/books?host=/run/postgresql&sslmode=require");
        assert_eq!(socket, (Mode::Disable, SslMode::Disable));
    }

    #[test]
    fn a_server_that_is_named_by_a_number_has_that_for_a_name() {
        let address = Address::parse("postgres://kassa@/books?hostaddr=192.0.2.1").unwrap();
        assert_eq!(address.config.get_hosts(), [Host::Tcp("192.0.2.1".to_owned())]);
    }

    #[test]
    fn what_is_not_kept_is_not_promised() {
        assert!(refused("sslmode=allow").contains("there are disable, prefer, require"));
        assert!(refused("sslmode=verify-ca").contains("needs sslrootcert=FILE"));
        assert!(refused("sslmode=require&sslrootcert=system").contains("needs sslmode=verify-full"));
        for name in REFUSED {
            assert!(refused(&format!("{name}=1")).contains(&format!("{name} is not supported")), "{name}");
        }
    }

    #[test]
    fn certificates_that_cannot_be_read_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.crt");
        let message = of_file(&path).unwrap_err().to_string();
        assert!(message.contains("ca.crt cannot be read"), "{message}");
        std::fs::write(&path, "no certificate").unwrap();
        assert!(of_file(&path).unwrap_err().to_string().contains("there are none in it"));
    }
}
