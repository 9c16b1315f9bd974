//! The example shop alone on a loopback port: prints one JSON line with its address, then serves.
//!
//! `cargo run -p simulators --example shop -- AGGREGATOR_URL LOGIN PASSWORD1 PASSWORD2 [PORT]`

use std::io::Write;

use simulators::shop::{Settings, digest::Digest, serve};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |otherwise: &str| arguments.next().unwrap_or_else(|| otherwise.to_owned());
    let aggregator_url = next("http://127.0.0.1:8080");
    let (login, password1, password2) = (next("demo"), next("not-a-password-1"), next("not-a-password-2"));
    let listener = TcpListener::bind(format!("127.0.0.1:{}", next("0"))).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let settings = Settings {
        aggregator_url,
        login,
        test_password1: format!("test-{password1}"),
        test_password2: format!("test-{password2}"),
        password1,
        password2,
        digest: Digest::Sha256,
        public_url: url.clone(),
    };
    let running = serve(listener, settings);
    writeln!(std::io::stdout(), "{}", serde_json::json!({"url": url}))?;
    std::io::stdout().flush()?;
    running.await
}
