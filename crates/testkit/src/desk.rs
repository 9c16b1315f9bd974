//! The operator's desk without the cost of a process: the program's own socket, asked directly.

use std::path::PathBuf;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::program::Program;

/// Where a running program takes commands.
#[derive(Debug, Clone)]
pub struct Desk {
    socket: PathBuf,
}

impl Desk {
    /// The desk of a program.
    pub fn of(program: &Program) -> Desk {
        Desk { socket: program.data().join("openkassa.sock") }
    }

    /// Asks for so much of a payment back.
    ///
    /// # Errors
    /// What the program says when it refuses.
    ///
    /// # Panics
    /// When the program is not there or does not answer.
    pub async fn refund(&self, payment: &str, amount: &str) -> Result<Value, Value> {
        self.refund_if_there(payment, amount).await.expect("an answer")
    }

    /// The same of a program that may die before it answers.
    ///
    /// # Errors
    /// What the program says when it refuses.
    pub async fn refund_if_there(&self, payment: &str, amount: &str) -> Option<Result<Value, Value>> {
        self.ask(&json!({"Refund": {"payment": {"Id": payment}, "amount": amount, "source": "sale"}})).await
    }

    /// The answer to a request; nothing when the program did not give one.
    async fn ask(&self, request: &Value) -> Option<Result<Value, Value>> {
        let mut stream = UnixStream::connect(&self.socket).await.ok()?;
        let line = format!("{}\n", json!({"by": "journeys", "request": request}));
        stream.write_all(line.as_bytes()).await.ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.ok()?;
        if answer.is_empty() {
            return None;
        }
        let answer: Value = serde_json::from_str(&answer).unwrap_or_else(|fault| panic!("{fault}: {answer}"));
        match (answer.get("Ok"), answer.get("Err")) {
            (Some(done), None) => Some(Ok(done.clone())),
            (None, Some(refused)) => Some(Err(refused.clone())),
            _ => panic!("neither done nor refused: {answer}"),
        }
    }
}
