//! The YooKassa simulator alone on a loopback port: prints one JSON line with its address, then serves.
//!
//! `cargo run -p simulators --example yookassa [-- PORT [NOTICE_URL]]`

use std::io::Write;

use simulators::yookassa::{Settings, faults::Faults, serve};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().unwrap_or_else(|| "0".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let settings = Settings {
        shops: vec![
            ("100500".to_owned(), "test_NotASecret".to_owned()),
            ("100501".to_owned(), "test_NotASecretEither".to_owned()),
        ],
        gateways: vec![("200600".to_owned(), "test_NotASecretOfPayouts".to_owned())],
        public_url: url.clone(),
        notice_url: arguments.next(),
        seed: 1,
        faults: Faults::default(),
    };
    let (_handle, running) = serve(listener, settings);
    let line = serde_json::json!({"url": url, "api": format!("{url}/v3"),
        "shop_id": "100500", "secret": "test_NotASecret"});
    writeln!(std::io::stdout(), "{line}")?;
    std::io::stdout().flush()?;
    running.await
}
