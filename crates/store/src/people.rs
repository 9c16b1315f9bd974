//! A seller's people, the browsers in which they are signed in, and passwords that did not fit.
//!
//! No money hangs on these rows and no decision reads them, so single statements keep them.

use crate::backend::Plain;
use crate::error::StoreError;
use crate::reader::Query;
use crate::store::Store;
use crate::value::{Row, Value};
use domain::ids::{Book, Id, SellerId};
use jiff::Timestamp;

/// What somebody may do in the cabinet of a seller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Administrator,
}

impl Role {
    /// The word in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
        }
    }

    fn from_code(code: &str) -> Option<Role> {
        [Role::Administrator].into_iter().find(|role| role.code() == code)
    }
}

/// Somebody of a seller's people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Whose; in its live book.
    pub seller: SellerId,
    /// The personal login, unique among the seller's people.
    pub login: String,
    /// The name for other people.
    pub name: String,
    /// What he may do.
    pub role: Role,
    /// The hash of his password in the PHC format.
    pub password: String,
    /// Whether he may sign in.
    pub active: bool,
}

/// A browser in which somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the secret in its cookie, in hex.
    pub token: String,
    /// Whose.
    pub book: Book,
    /// Who, by the personal login.
    pub person: String,
    /// When he signed in.
    pub began_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub ends_at: Timestamp,
    /// The network address at the start.
    pub address: String,
    /// What the browser called itself at the start.
    pub agent: String,
}

/// Passwords that did not fit, of one kind: for one login, from one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    /// How many.
    pub count: u32,
    /// The last one.
    pub last_at: Timestamp,
}

impl Store {
    /// The seller whose people say this when they sign in.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn seller_of_organisation(&self, login: &str) -> Result<Option<SellerId>, StoreError> {
        let sql = "SELECT seller, book FROM organisations WHERE login = $1";
        let rows = self.reader().rows(Query::new(sql, vec![login.into()])).await?;
        let seller = rows.first().map(|row| Ok(SellerId::new(row.book("book")?, row.small("seller")?)));
        seller.transpose().map_err(|error: StoreError| error.of_table("organisations"))
    }

    /// What a seller's people say whose they are; none before somebody was let in.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn organisation_of(&self, seller: SellerId) -> Result<Option<String>, StoreError> {
        let sql = "SELECT login FROM organisations WHERE seller = $1 AND book = $2";
        let rows =
            self.reader().rows(Query::new(sql, vec![seller.number.into(), seller.book.into()])).await?;
        let login = rows.first().map(|row| row.text("login").map(str::to_owned)).transpose();
        login.map_err(|error| error.of_table("organisations"))
    }

    /// Gives a seller an organisation login; false where it is taken.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn name_organisation(&self, login: &str, seller: SellerId) -> Result<bool, StoreError> {
        let sql =
            "INSERT INTO organisations (login, seller, book) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let values = vec![login.into(), seller.number.into(), seller.book.into()];
        // A reference table is everywhere, so one writer keeps it.
        Ok(self.plain(Plain::any(sql.to_owned(), values), Book::PLATFORM).await?.touched == 1)
    }

    /// Adds somebody to a seller's people; false where the login is taken.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_person(&self, person: &Person, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "INSERT INTO people (login, book, seller, name, role, password, active, created_at, changed_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT DO NOTHING";
        let values = vec![
            person.login.as_str().into(),
            person.seller.book.into(),
            person.seller.number.into(),
            person.name.as_str().into(),
            person.role.code().into(),
            person.password.as_str().into(),
            person.active.into(),
            now.into(),
        ];
        Ok(self.plain(Plain::any(sql.to_owned(), values), person.seller.book).await?.touched == 1)
    }

    /// Somebody of a seller's people, by the seller's live book.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn person(&self, book: Book, login: &str) -> Result<Option<Person>, StoreError> {
        let sql = "SELECT * FROM people WHERE login = $1 AND book = $2";
        let rows = self.reader().rows(Query::new(sql, vec![login.into(), book.into()])).await?;
        let person = rows.first().map(person).transpose();
        person.map_err(|error| error.of_table("people"))
    }

    /// All of a seller's people.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn people_of(&self, book: Book) -> Result<Vec<Person>, StoreError> {
        let sql = "SELECT * FROM people WHERE book = $1 ORDER BY login";
        let rows = self.reader().rows(Query::new(sql, vec![book.into()])).await?;
        let people: Result<_, StoreError> = rows.iter().map(person).collect();
        people.map_err(|error| error.of_table("people"))
    }

    /// Gives somebody another password and ends all his sessions but one; false where there is nobody.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn change_password(
        &self,
        (book, login): (Book, &str),
        password: &str,
        keep: Option<&str>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        // The sessions first: what ends too much can be repeated, an old session beside a new password not.
        let sql = "DELETE FROM sessions WHERE person = $1 AND book = $2 AND token <> $3";
        let values = vec![login.into(), book.into(), keep.unwrap_or_default().into()];
        self.plain(Plain::any(sql.to_owned(), values), book).await?;
        let sql = "UPDATE people SET password = $1, changed_at = $2 WHERE login = $3 AND book = $4";
        let values = vec![password.into(), now.into(), login.into(), book.into()];
        Ok(self.plain(Plain::any(sql.to_owned(), values), book).await?.touched == 1)
    }

    /// Begins a session, and forgets those of the same person that have ended.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_session(&self, session: &Session, unseen_since: Timestamp) -> Result<(), StoreError> {
        let book = session.book;
        let sql = "DELETE FROM sessions WHERE person = $1 AND book = $2 AND (ends_at <= $3 OR seen_at <= $4)";
        let values =
            vec![session.person.as_str().into(), book.into(), session.began_at.into(), unseen_since.into()];
        self.plain(Plain::any(sql.to_owned(), values), book).await?;
        let sql = "INSERT INTO sessions (token, book, person, began_at, seen_at, ends_at, address, agent) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let values = vec![
            session.token.as_str().into(),
            book.into(),
            session.person.as_str().into(),
            session.began_at.into(),
            session.seen_at.into(),
            session.ends_at.into(),
            session.address.as_str().into(),
            session.agent.as_str().into(),
        ];
        self.plain(Plain::exactly(1, sql.to_owned(), values), book).await.map(drop)
    }

    /// A session, whether it has ended or not.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn session(&self, book: Book, token: &str) -> Result<Option<Session>, StoreError> {
        let sql = "SELECT * FROM sessions WHERE token = $1 AND book = $2";
        let rows = self.reader().look_up(Query::new(sql, vec![token.into(), book.into()])).await?;
        let session = rows.first().map(session).transpose();
        session.map_err(|error| error.of_table("sessions"))
    }

    /// The sessions of somebody, the latest used first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sessions_of(&self, book: Book, person: &str) -> Result<Vec<Session>, StoreError> {
        let sql = "SELECT * FROM sessions WHERE person = $1 AND book = $2 ORDER BY seen_at DESC, token";
        let rows = self.reader().rows(Query::new(sql, vec![person.into(), book.into()])).await?;
        let sessions: Result<_, StoreError> = rows.iter().map(session).collect();
        sessions.map_err(|error| error.of_table("sessions"))
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn session_seen(&self, session: &Session, now: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE sessions SET seen_at = $1 WHERE token = $2 AND book = $3";
        let values = vec![now.into(), session.token.as_str().into(), session.book.into()];
        self.plain(Plain::any(sql.to_owned(), values), session.book).await.map(drop)
    }

    /// Ends a session of somebody; one that is not his stays.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_session(&self, book: Book, person: &str, token: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM sessions WHERE token = $1 AND book = $2 AND person = $3";
        let values = vec![token.into(), book.into(), person.into()];
        self.plain(Plain::any(sql.to_owned(), values), book).await.map(drop)
    }

    /// How often passwords did not fit, of each kind that is asked for.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sign_in_tries(&self, about: &[String; 3]) -> Result<[Option<Tries>; 3], StoreError> {
        let mut found = [None; 3];
        for (about, found) in about.iter().zip(&mut found) {
            let sql = "SELECT tries, last_at FROM sign_in_tries WHERE about = $1 AND book = $2";
            let values = vec![about.as_str().into(), Book::PLATFORM.into()];
            let rows = self.reader().look_up(Query::new(sql, values)).await?;
            let tries = rows
                .first()
                .map(|row| Ok(Tries { count: row.small("tries")?, last_at: row.time("last_at")? }));
            *found = tries.transpose().map_err(|error: StoreError| error.of_table("sign_in_tries"))?;
        }
        Ok(found)
    }

    /// Counts a password that did not fit, of all three kinds; what is older than `since` counts no more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_try(
        &self,
        about: &[String; 3],
        now: Timestamp,
        since: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO sign_in_tries (about, book, tries, last_at) \
                   VALUES ($1, $4, 1, $5), ($2, $4, 1, $5), ($3, $4, 1, $5) \
                   ON CONFLICT (about, book) DO UPDATE SET last_at = excluded.last_at, \
                   tries = CASE WHEN sign_in_tries.last_at < $6 THEN 1 ELSE sign_in_tries.tries + 1 END";
        let mut values: Vec<Value> = about.iter().map(|about| about.as_str().into()).collect();
        values.extend([Book::PLATFORM.into(), now.into(), since.into()]);
        self.plain(Plain::any(sql.to_owned(), values), Book::PLATFORM).await.map(drop)
    }

    /// Forgets the tries of one kind, for the right password came, and all that count no more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_tries(&self, about: &str, since: Timestamp) -> Result<(), StoreError> {
        let sql = "DELETE FROM sign_in_tries WHERE book = $1 AND (about = $2 OR last_at < $3)";
        let values = vec![Book::PLATFORM.into(), about.into(), since.into()];
        self.plain(Plain::any(sql.to_owned(), values), Book::PLATFORM).await.map(drop)
    }
}

fn person(row: &Row) -> Result<Person, StoreError> {
    Ok(Person {
        seller: SellerId::new(row.book("book")?, row.small("seller")?),
        login: row.text("login")?.to_owned(),
        name: row.text("name")?.to_owned(),
        role: row.word("role", Role::from_code)?,
        password: row.text("password")?.to_owned(),
        active: row.flag("active")?,
    })
}

fn session(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        token: row.text("token")?.to_owned(),
        book: row.book("book")?,
        person: row.text("person")?.to_owned(),
        began_at: row.time("began_at")?,
        seen_at: row.time("seen_at")?,
        ends_at: row.time("ends_at")?,
        address: row.text("address")?.to_owned(),
        agent: row.text("agent")?.to_owned(),
    })
}
