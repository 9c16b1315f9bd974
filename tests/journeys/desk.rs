//! The operator's desk without the cost of a process: the program's own socket, asked directly.

use std::path::PathBuf;

use serde_json::{Value, json};
use testkit::program::Program;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

/// Where a running program takes commands.
#[derive(Clone)]
pub struct Desk {
    socket: PathBuf,
}

impl Desk {
    /// The desk of a program.
    pub fn of(program: &Program) -> Desk {
        Desk { socket: program.data().join("openkassa.sock") }
    }

    /// Asks for so much of a payment back; what is refused comes back as an error.
    pub async fn refund(&self, payment: &str, amount: &str) -> Result<Value, Value> {
        self.ask(&json!({"Refund": {"payment": {"Id": payment}, "amount": amount, "source": "sale"}})).await
    }

    async fn ask(&self, request: &Value) -> Result<Value, Value> {
        let mut stream = UnixStream::connect(&self.socket).await.expect("the socket");
        let line = format!("{}\n", json!({"by": "journeys", "request": request}));
        stream.write_all(line.as_bytes()).await.expect("the question is taken");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        let answer: Value = serde_json::from_str(&answer).unwrap_or_else(|fault| panic!("{fault}: {answer}"));
        match (answer.get("Ok"), answer.get("Err")) {
            (Some(done), None) => Ok(done.clone()),
            (None, Some(refused)) => Err(refused.clone()),
            _ => panic!("neither done nor refused: {answer}"),
        }
    }
}
