//! A seller's people: letting them in, their passwords, their sessions.
//!
//! Whoever guesses is slowed down, by what he names and by where he comes from, and never learns whether a
//! login exists: what is unknown is checked against a password all the same.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::decide::Refused;
use domain::ids::{BookKind, SellerId};
use domain::secrets::Secret;
use domain::sellers::Seller;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::sync::LazyLock;
use store::error::StoreError;
use store::people::{Person, Role, Session, Tries};
use tokio::sync::Semaphore;

/// A session that is not used ends after so long …
pub const IDLE: SignedDuration = SignedDuration::from_hours(12);
/// … and every session after so long.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(14 * 24);
/// So often it is noted that a session is used.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// A password that people choose has at least so many characters (NIST SP 800-63B asks for 8, 15 where it
/// stands alone).
pub const PASSWORD_CHARS_MIN: usize = 12;
/// Longer ones only cost time.
pub const PASSWORD_BYTES_MAX: usize = 256;
/// Logins have at most so many characters.
pub const LOGIN_CHARS_MAX: usize = 64;
/// Passwords are checked so many at once: each takes 19 MiB and a core for some time.
const CHECKS_AT_ONCE: usize = 2;
/// Tries count for so long.
pub(crate) const TRIES_LAST: SignedDuration = SignedDuration::from_hours(24);
/// The first pause after too many tries; it doubles with each further one …
const PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// … so often at most: to 64 minutes.
const DOUBLINGS_MAX: u32 = 7;
/// So many tries are free: for one login from one address, from one address, for one login.
const FREE_TRIES: [u32; 3] = [5, 30, 60];
/// How much of what a browser calls itself is kept, in characters.
const AGENT_CHARS_MAX: usize = 200;

static CHECKS: Semaphore = Semaphore::const_new(CHECKS_AT_ONCE);
/// The hash against which the password of nobody is checked.
static NOBODY: LazyLock<String> = LazyLock::new(|| hashed("the password of nobody").unwrap_or_default());

/// Where a request to sign in comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The network address.
    pub address: String,
    /// What the browser calls itself.
    pub agent: String,
}

/// What is typed to sign in.
#[derive(Debug)]
pub struct Credentials<'a> {
    /// The organisation's login.
    pub organisation: &'a str,
    /// The personal login.
    pub login: &'a str,
    /// The password.
    pub password: &'a str,
}

/// Why somebody was not let in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// Organisation, login and password do not belong together.
    #[error("organisation, login and password do not belong together")]
    Wrong,
    /// Too many tries; the moment from which another one counts.
    #[error("too many tries; the next one counts after {0}")]
    Slowed(Timestamp),
    /// The store does not answer.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        SignInError::Engine(error.into())
    }
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Member {
    /// Whose people he belongs to; in the live book.
    pub seller: Seller,
    /// Who.
    pub person: Person,
    /// In which browser.
    pub session: Session,
    /// What every form of his pages returns.
    pub csrf: String,
}

/// A login and password that are told once.
#[derive(Clone, Debug)]
pub struct Admission {
    /// The organisation's login.
    pub organisation: String,
    /// The personal login.
    pub login: String,
    /// The password.
    pub password: Secret,
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Adds somebody to a seller's people, with a new password unless one is given. The first one also needs
    /// what they say whose they are; later it stays as it is.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when a login is taken or cannot be.
    #[tracing::instrument(skip_all, fields(seller = seller.number))]
    pub async fn add_person(
        &self,
        seller: SellerId,
        organisation: Option<&str>,
        (login, name): (&str, &str),
        password: Option<Secret>,
    ) -> Result<Admission, EngineError> {
        let seller = SellerId { book: seller.book.twin(BookKind::Live), ..seller };
        self.store.seller(seller).await?.ok_or(EngineError::NotFound("seller"))?;
        is_login("login", login)?;
        let organisation = match (self.store.organisation_of(seller).await?, organisation) {
            (Some(known), _) => known,
            (None, Some(wanted)) => {
                is_login("organisation", wanted)?;
                if !self.store.name_organisation(wanted, seller).await? {
                    return Err(EngineError::Refused(Refused::Taken { what: "organisation login" }));
                }
                wanted.to_owned()
            }
            (None, None) => return Err(invalid("organisation", "the first person of a seller needs one")),
        };
        let password = password.map_or_else(crate::passwords::fresh_password, Ok)?;
        let person = Person {
            seller,
            login: login.to_owned(),
            name: name.to_owned(),
            role: Role::Administrator,
            password: hash(password.expose().to_owned()).await?,
            active: true,
        };
        if !self.store.add_person(&person, self.now()).await? {
            return Err(EngineError::Refused(Refused::Taken { what: "login" }));
        }
        Ok(Admission { organisation, login: login.to_owned(), password })
    }

    /// Gives somebody a new password and ends all his sessions.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where there is nobody of this login.
    #[tracing::instrument(skip_all, fields(seller = seller.number))]
    pub async fn reset_password(&self, seller: SellerId, login: &str) -> Result<Admission, EngineError> {
        let book = seller.book.twin(BookKind::Live);
        let seller = SellerId { book, ..seller };
        let organisation = self.store.organisation_of(seller).await?;
        let organisation = organisation.ok_or(EngineError::NotFound("person"))?;
        let password = crate::passwords::fresh_password()?;
        let hash = hash(password.expose().to_owned()).await?;
        if !self.store.change_password((book, login), &hash, None, self.now()).await? {
            return Err(EngineError::NotFound("person"));
        }
        Ok(Admission { organisation, login: login.to_owned(), password })
    }

    /// Lets somebody in; tells what his browser keeps in its cookie.
    ///
    /// # Errors
    /// [`SignInError`].
    #[tracing::instrument(skip_all)]
    pub async fn sign_in(&self, typed: &Credentials<'_>, device: &Device) -> Result<String, SignInError> {
        let now = self.now();
        let since = now.saturating_sub(TRIES_LAST).unwrap_or(now);
        let about = about(typed, device);
        if let Some(until) = slowed(&self.store.sign_in_tries(&about).await?, now) {
            return Err(SignInError::Slowed(until));
        }
        let person = self.person_of(typed).await?;
        let known = person.as_ref().map(|person| person.password.clone());
        let fits = verified(typed.password, known.unwrap_or_else(|| NOBODY.clone())).await?;
        let Some(person) = person.filter(|person| fits && person.active) else {
            self.store.count_try(&about, now, since).await?;
            return Err(SignInError::Wrong);
        };
        let [own, ..] = &about;
        self.store.forget_tries(own, since).await?;
        Ok(self.begin_session(&person, device, now).await?)
    }

    async fn person_of(&self, typed: &Credentials<'_>) -> Result<Option<Person>, EngineError> {
        if typed.password.len() > PASSWORD_BYTES_MAX {
            return Ok(None);
        }
        match self.store.seller_of_organisation(&typed.organisation.to_lowercase()).await? {
            Some(seller) => Ok(self.store.person(seller.book, &typed.login.to_lowercase()).await?),
            None => Ok(None),
        }
    }

    async fn begin_session(
        &self,
        person: &Person,
        device: &Device,
        now: Timestamp,
    ) -> Result<String, EngineError> {
        let secret = crate::passwords::fresh_password()?;
        let session = Session {
            token: digest(&["session", secret.expose()]),
            book: person.seller.book,
            person: person.login.clone(),
            began_at: now,
            seen_at: now,
            ends_at: now.saturating_add(LONGEST).unwrap_or(now),
            address: device.address.clone(),
            agent: device.agent.chars().take(AGENT_CHARS_MAX).collect(),
        };
        self.store.begin_session(&session, now.saturating_sub(IDLE).unwrap_or(now)).await?;
        Ok(format!("{}.{}", self.print(person.seller), secret.expose()))
    }

    /// Who is signed in with a cookie; nobody if it has ended or never was.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn member(&self, cookie: &str) -> Result<Option<Member>, EngineError> {
        let Some((seller, secret)) = cookie.split_once('.') else { return Ok(None) };
        let Ok(seller) = self.parse::<SellerId>(seller) else { return Ok(None) };
        let now = self.now();
        let found = self.store.session(seller.book, &digest(&["session", secret])).await?;
        let Some(session) = found.filter(|session| is_live(session, now)) else { return Ok(None) };
        let person = self.store.person(seller.book, &session.person).await?;
        let Some(person) = person.filter(|person| person.active) else { return Ok(None) };
        let Some(seller) = self.store.seller(person.seller).await? else { return Ok(None) };
        if now.duration_since(session.seen_at) >= SEEN_EVERY {
            self.store.session_seen(&session, now).await?;
        }
        let csrf = digest(&["form", secret]);
        Ok(Some(Member { seller, person, session, csrf }))
    }

    /// The sessions of a member that have not ended, the latest used first.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn sessions(&self, member: &Member) -> Result<Vec<Session>, EngineError> {
        let now = self.now();
        let sessions = self.store.sessions_of(member.session.book, &member.person.login).await?;
        Ok(sessions.into_iter().filter(|session| is_live(session, now)).collect())
    }

    /// Ends a session of a member, by its token; one that is not his stays.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn end_session(&self, member: &Member, token: &str) -> Result<(), EngineError> {
        Ok(self.store.end_session(member.session.book, &member.person.login, token).await?)
    }

    /// Changes a member's own password and ends his other sessions; false if the present one does not fit.
    ///
    /// # Errors
    /// [`EngineError::Refused`] for a new password that is too short or too long.
    #[tracing::instrument(skip_all)]
    pub async fn change_own_password(
        &self,
        member: &Member,
        present: &str,
        new: &str,
    ) -> Result<bool, EngineError> {
        if new.chars().count() < PASSWORD_CHARS_MIN || new.len() > PASSWORD_BYTES_MAX {
            return Err(invalid("password", "it has 12 to 256 characters"));
        }
        if !verified(present, member.person.password.clone()).await? {
            return Ok(false);
        }
        let whose = (member.session.book, member.person.login.as_str());
        let hash = hash(new.to_owned()).await?;
        Ok(self.store.change_password(whose, &hash, Some(&member.session.token), self.now()).await?)
    }
}

fn invalid(what: &'static str, why: &str) -> EngineError {
    EngineError::Refused(Refused::Invalid { what, why: why.to_owned() })
}

/// Logins are typed on any keyboard and told on the phone: small Latin letters, digits, and `.-_@` inside.
fn is_login(what: &'static str, login: &str) -> Result<(), EngineError> {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_@".contains(c);
    let ends = [login.chars().next(), login.chars().last()];
    let plain = ends.iter().all(|end| end.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
    if plain && login.len() <= LOGIN_CHARS_MAX && login.chars().all(inner) {
        Ok(())
    } else {
        Err(invalid(what, "a login has small Latin letters and digits, and . - _ @ between them"))
    }
}

fn is_live(session: &Session, now: Timestamp) -> bool {
    now < session.ends_at && now.duration_since(session.seen_at) < IDLE
}

/// SHA-256 of some texts in hex, each preceded by its length.
fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(format!("{}:{part}", part.len()));
    }
    hex::encode(hasher.finalize())
}

/// Whether an address is of this machine or of a network that is not the internet.
fn is_inside(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => four.is_loopback() || four.is_private() || four.is_link_local(),
        IpAddr::V6(six) => six.is_loopback() || six.is_unique_local() || six.is_unicast_link_local(),
    }
}

/// What tries are counted by: the login from this address, the address, the login.
pub(crate) fn about(typed: &Credentials<'_>, device: &Device) -> [String; 3] {
    let login = [typed.organisation.to_lowercase(), typed.login.to_lowercase()];
    let [organisation, person] = &login;
    // Behind a proxy everybody comes from its address: what one of them does must not stop the others.
    let shared = device.address.parse().is_ok_and(|address| is_inside(&address));
    let address = if shared {
        digest(&["inside", organisation, person])
    } else {
        digest(&["address", &device.address])
    };
    [
        digest(&["both", organisation, person, &device.address]),
        address,
        digest(&["login", organisation, person]),
    ]
}

/// Until when nobody is listened to, after so many tries.
pub(crate) fn slowed(tries: &[Option<Tries>; 3], now: Timestamp) -> Option<Timestamp> {
    let pauses = tries.iter().zip(FREE_TRIES).filter_map(|(tries, free)| {
        let tries = tries.as_ref().filter(|tries| now.duration_since(tries.last_at) < TRIES_LAST)?;
        let beyond = tries.count.checked_sub(free)?;
        let times = 1_i32.checked_shl(beyond.min(DOUBLINGS_MAX)).unwrap_or(i32::MAX);
        tries.last_at.saturating_add(PAUSE.saturating_mul(times)).ok()
    });
    pauses.filter(|until| *until > now).max()
}

/// Argon2id with the least that OWASP recommends: 19 MiB, two passes, one lane.
fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1_024, 2, 1, None).unwrap_or(Params::DEFAULT);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hashed(password: &str) -> Result<String, EngineError> {
    let failed = |why: String| EngineError::Store(StoreError::Unavailable(why));
    let hash = argon2().hash_password(password.as_bytes());
    Ok(hash.map_err(|error| failed(error.to_string()))?.to_string())
}

/// Runs something slow beside the others, few at once.
async fn aside<T: Send + 'static>(slow: impl FnOnce() -> T + Send + 'static) -> Result<T, EngineError> {
    let closed = |why: &str| EngineError::Store(StoreError::Unavailable(why.to_owned()));
    let _place = CHECKS.acquire().await.map_err(|_| closed("no password is checked any more"))?;
    tokio::task::spawn_blocking(slow).await.map_err(|_| closed("a password could not be checked"))
}

async fn hash(password: String) -> Result<String, EngineError> {
    aside(move || hashed(&password)).await?
}

async fn verified(password: &str, hash: String) -> Result<bool, EngineError> {
    let password = Secret::new(password.to_owned());
    aside(move || {
        let Ok(hash) = PasswordHash::new(&hash) else { return false };
        argon2().verify_password(password.expose().as_bytes(), &hash).is_ok()
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_pause_grows_with_every_try_and_ends() {
        let tries = |count| [Some(Tries { count, last_at: at(1_000) }), None, None];
        let pause = |count| slowed(&tries(count), at(1_001)).map(|until| until.as_second() - 1_000);
        assert_eq!([pause(4), pause(5), pause(6), pause(8)], [None, Some(30), Some(60), Some(240)]);
        assert_eq!(pause(50), Some(3_840));
        assert_eq!(slowed(&tries(50), at(4_841)), None);
        assert_eq!(slowed(&tries(50), at(1_000 + 24 * 3_600)), None);
    }

    #[test]
    fn whoever_comes_from_everywhere_is_slowed_down_by_what_he_names() {
        let tries = [None, None, Some(Tries { count: 61, last_at: at(1_000) })];
        assert_eq!(slowed(&tries, at(1_001)), Some(at(1_060)));
    }

    #[test]
    fn behind_a_proxy_one_who_guesses_does_not_stop_the_others() {
        let typed = |login| Credentials { organisation: "demo", login, password: "" };
        let from = |address: &str, login| {
            let device = Device { address: address.to_owned(), agent: String::new() };
            about(&typed(login), &device)
        };
        assert_eq!(from("203.0.113.7", "anna")[1], from("203.0.113.7", "boris")[1]);
        assert_ne!(from("10.0.0.1", "anna")[1], from("10.0.0.1", "boris")[1]);
        assert_eq!(from("10.0.0.1", "anna")[2], from("203.0.113.7", "ANNA")[2]);
    }

    #[test]
    fn logins_are_plain() {
        for login in ["admin", "a", "tea-and-shoes.77", "anna@tea"] {
            assert!(is_login("login", login).is_ok(), "{login}");
        }
        for login in ["", "Admin", "анна", "-a", "a.", "a b", &"a".repeat(65)] {
            assert!(is_login("login", login).is_err(), "{login}");
        }
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let hash = hash("not a secret 123".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verified("not a secret 123", hash.clone()).await.unwrap());
        assert!(!verified("not a secret 124", hash).await.unwrap());
        assert!(!verified("not a secret 123", String::new()).await.unwrap());
        assert!(!NOBODY.is_empty());
    }
}
