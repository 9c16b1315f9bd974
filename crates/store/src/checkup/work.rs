//! What a look from outside finds of work and strangers: jobs that stand still, shops, providers.

use super::Checkup;
use crate::error::StoreError;
use crate::reader::Query;
use crate::value::Value;
use jiff::Timestamp;

/// Jobs in a bad state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stuck {
    /// How many.
    pub count: u64,
    /// The kind of the one that waits longest.
    pub kind: Option<String>,
    /// Since when it is due.
    pub since: Option<Timestamp>,
    /// Why it does not go on, if anybody said so.
    pub why: Option<String>,
}

/// Somebody outside, and where he is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// A shop's login or the name of an account with a provider.
    pub name: String,
    /// Where.
    pub url: String,
}

/// A shop that did not confirm anything it was told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silent {
    /// Its login.
    pub login: String,
    /// So many notices were sent at least once and are not confirmed.
    pub unconfirmed: u64,
    /// Since when the oldest of them is owed.
    pub since: Timestamp,
}

impl Checkup {
    /// Jobs that are set aside for a person.
    ///
    /// # Errors
    /// [`StoreError`], like all that follow.
    pub async fn parked(&self) -> Result<Stuck, StoreError> {
        self.stuck("parked IS NOT NULL", "parked", Vec::new()).await
    }

    /// Jobs that could have been taken before a moment and that nobody has ever taken, or gave back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn overdue(&self, before: Timestamp) -> Result<Stuck, StoreError> {
        self.stuck("ready_at < $1 AND lease IS NULL", "last_why", vec![before.into()]).await
    }

    /// Jobs whose lease ended before one moment and that nobody took over, or lasts beyond another.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn leases(&self, ended: Timestamp, beyond: Timestamp) -> Result<Stuck, StoreError> {
        let condition = "parked IS NULL AND lease IS NOT NULL AND (ready_at < $1 OR lease_until > $2)";
        self.stuck(condition, "last_why", vec![ended.into(), beyond.into()]).await
    }

    /// The active shops that are told of payments.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn shops(&self) -> Result<Vec<Outside>, StoreError> {
        let sql = "SELECT DISTINCT login AS name, result_url AS url FROM shops \
                   WHERE active = 1 AND result_url IS NOT NULL AND result_url <> '' ORDER BY login, result_url";
        self.outside(sql).await
    }

    /// The active accounts with providers that have an address.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn providers(&self) -> Result<Vec<Outside>, StoreError> {
        let sql = "SELECT name, base_url AS url FROM provider_accounts \
                   WHERE active = 1 AND base_url <> '' ORDER BY name";
        self.outside(sql).await
    }

    /// Shops that were told of something since a moment and confirmed nothing of it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn silent(&self, since: Timestamp) -> Result<Vec<Silent>, StoreError> {
        let sql = "SELECT s.login AS login, \
                   CAST(SUM(CASE WHEN n.state <> 'accepted' THEN 1 ELSE 0 END) AS BIGINT) AS unconfirmed, \
                   MIN(n.owed_at) AS since \
                   FROM notices n JOIN payments p ON p.number = n.payment AND p.book = n.book \
                   JOIN shops s ON s.number = p.shop AND s.book = p.book \
                   WHERE n.owed_at >= $1 AND n.tries > 0 GROUP BY s.login \
                   HAVING SUM(CASE WHEN n.state = 'accepted' THEN 1 ELSE 0 END) = 0 ORDER BY s.login";
        let rows = self.reader.rows(Query::new(sql, vec![since.into()])).await?;
        let silent = rows.iter().map(|row| {
            let (login, since) = (row.string("login")?, row.time("since")?);
            Ok(Silent { login, unconfirmed: row.number("unconfirmed")?, since })
        });
        silent.collect()
    }

    async fn stuck(&self, condition: &str, why: &str, values: Vec<Value>) -> Result<Stuck, StoreError> {
        let count = format!("SELECT CAST(COUNT(*) AS BIGINT) AS found FROM jobs WHERE {condition}");
        let first = format!(
            "SELECT kind, due, {why} AS why FROM jobs WHERE {condition} ORDER BY due, about, kind, book LIMIT 1"
        );
        let asked = vec![Query::new(count, values.clone()), Query::new(first, values)];
        let mut answers = self.reader.several(asked).await?.into_iter();
        let (counted, first) = (answers.next().unwrap_or_default(), answers.next().unwrap_or_default());
        let count = counted.first().map_or(Ok(0), |row| row.number("found"))?;
        first.first().map_or(Ok(Stuck { count, ..Stuck::default() }), |row| {
            let (kind, since) = (Some(row.string("kind")?), Some(row.time("due")?));
            Ok(Stuck { count, kind, since, why: row.maybe_string("why")? })
        })
    }

    async fn outside(&self, sql: &str) -> Result<Vec<Outside>, StoreError> {
        let rows = self.reader.rows(Query::new(sql, Vec::new())).await?;
        rows.iter().map(|row| Ok(Outside { name: row.string("name")?, url: row.string("url")? })).collect()
    }
}
