//! Small statements on PostgreSQL: together with one commit while nothing is wrong with them, and
//! each by itself as soon as something is.

use super::Postgres;
use super::faults::{is_lost, is_transient};
use super::session::{Answer, Prepared, Sent};
use crate::backend::{BackendFault, Expect, Plain, PlainAnswer, PlainDone, SKIP_LOCKED};
use tokio_postgres::Error;

/// So often a statement is sent again when the server asks for it.
const TRIES_MAX: u32 = 5;

/// The text as PostgreSQL takes it.
fn text(plain: &Plain) -> String {
    plain.sql.replace(SKIP_LOCKED, "FOR UPDATE SKIP LOCKED")
}

/// Whether a statement touched as many rows as it must.
fn met(plain: &Plain, answer: Answer) -> PlainAnswer {
    match plain.expect {
        Expect::Exactly(expected) if expected != answer.touched => {
            Err(BackendFault::Unmet { expected, found: answer.touched })
        }
        Expect::Any | Expect::Exactly(_) => Ok(PlainDone { rows: answer.rows, touched: answer.touched }),
    }
}

impl Postgres {
    /// Runs statements of which each stands or falls alone.
    pub(super) async fn all_plains(&mut self, plains: &[Plain]) -> Result<Vec<PlainAnswer>, BackendFault> {
        if let [_, _, ..] = plains
            && let Some(done) = self.together(plains).await?
        {
            return Ok(done.into_iter().map(Ok).collect());
        }
        let mut answers = Vec::with_capacity(plains.len());
        for plain in plains {
            answers.push(self.alone(plain).await);
        }
        Ok(answers)
    }

    /// All in one transaction. Nothing is saved, and nothing is answered, when one of them fails.
    async fn together(&mut self, plains: &[Plain]) -> Result<Option<Vec<PlainDone>>, BackendFault> {
        let texts: Vec<String> = plains.iter().map(text).collect();
        if let Err(error) = self.session.prepare(texts.iter().map(String::as_str)).await {
            self.met(&error);
            return Ok(None);
        }
        let prepared: Option<Vec<Prepared>> = texts.iter().map(|text| self.session.known(text)).collect();
        let Some(prepared) = prepared else { return Ok(None) };
        let mut all = vec![Sent::Simple("BEGIN")];
        for (plain, prepared) in plains.iter().zip(&prepared) {
            all.push(Sent::Prepared(prepared.clone(), prepared.parameters(&plain.values)));
        }
        self.begun = true;
        let answers: Result<Vec<Answer>, Error> = self.session.pipeline(all).await.into_iter().collect();
        let done = match answers {
            Ok(answers) => {
                let answers = answers.into_iter().skip(1);
                plains.iter().zip(answers).map(|(plain, answer)| met(plain, answer)).collect()
            }
            Err(error) => Err(self.met(&error)),
        };
        let Ok(done) = done else {
            self.undo().await;
            return Ok(None);
        };
        self.commit().await.map(|()| Some(done))
    }

    /// One in a transaction of its own, sent again where the server asks for it.
    async fn alone(&mut self, plain: &Plain) -> PlainAnswer {
        let mut last = BackendFault::Again { why: "nothing was sent".to_owned() };
        for _ in 0..TRIES_MAX {
            self.ready().await?;
            match self.once(plain).await {
                Ok(answer) => return answer,
                Err(fault) => last = fault,
            }
        }
        Err(last)
    }

    /// One try; an error on the outside is worth another.
    async fn once(&mut self, plain: &Plain) -> Result<PlainAnswer, BackendFault> {
        let prepared = match self.session.prepared(&text(plain)).await {
            Ok(prepared) => prepared,
            Err(error) if is_lost(&error) => return Err(self.met(&error)),
            Err(error) => return Ok(Err(self.met(&error))),
        };
        let all =
            vec![Sent::Simple("BEGIN"), Sent::Prepared(prepared.clone(), prepared.parameters(&plain.values))];
        self.begun = true;
        let answers: Result<Vec<Answer>, Error> = self.session.pipeline(all).await.into_iter().collect();
        let answer = match answers {
            Ok(mut answers) => match answers.pop() {
                Some(answer) => met(plain, answer),
                None => Err(BackendFault::Again { why: "no answer".to_owned() }),
            },
            Err(error) => {
                let fault = self.met(&error);
                self.undo().await;
                let again = is_lost(&error) || is_transient(&error);
                return if again { Err(fault) } else { Ok(Err(fault)) };
            }
        };
        match answer {
            Ok(done) => Ok(self.commit().await.map(|()| done)),
            Err(fault) => {
                self.undo().await;
                Ok(Err(fault))
            }
        }
    }

    async fn commit(&mut self) -> Result<(), BackendFault> {
        self.begun = false;
        match self.session.simple("COMMIT").await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.of_commit(&error)),
        }
    }

    async fn undo(&mut self) {
        use crate::backend::Backend;
        self.leave().await;
    }
}
