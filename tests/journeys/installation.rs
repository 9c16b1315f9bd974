//! A real installation, set up by commands, with the provider outside: it outlives the program.

use std::fs;

use simulators::yookassa::{Settings, serve};
use tempfile::TempDir;
use testkit::program::{Around, Program};
use testkit::provider::YooKassa;
use testkit::receiver::Receiver;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::world::{BINARY, World};

const SHOP_ID: &str = "100500";
const SECRET_KEY: &str = "test_NotASecret";

/// A world whose program can be killed and started again while everybody else goes on.
pub struct Installation {
    pub world: World,
    _files: TempDir,
    _outside: JoinSet<()>,
}

impl Installation {
    /// Sets up an installation of the kind `test`: seller, shop, provider and tariff, all by command.
    pub async fn new() -> Installation {
        Installation::within(Around::usual()).await
    }

    /// The same, where the test wants it.
    pub async fn within(around: Around) -> Installation {
        let files = tempfile::tempdir().expect("a folder for configuration and secrets");
        let file = |name: &str, text: &str| {
            let path = files.path().join(name);
            fs::write(&path, text).expect("a file");
            path.to_str().expect("a path of plain letters").to_owned()
        };
        let config = file(
            "openkassa.toml",
            "set_up = \"test\"\nprivate_shops = true\nmetrics_listen = \"127.0.0.1:0\"\n",
        );
        let secret = file("secret_key", SECRET_KEY);
        let program = Program::start_in(
            BINARY,
            ["serve", "--json", "--config", &config].map(str::to_owned).to_vec(),
            around,
        )
        .await;

        let mut outside = JoinSet::new();
        let provider = simulator(&mut outside).await;
        let api = format!("{provider}/v3");
        let shop_id = format!("shop_id={SHOP_ID}");
        let secret = format!("secret_key@{secret}");
        let account = program
            .run(&[
                "provider",
                "create",
                "yookassa",
                &shop_id,
                "--secret",
                &secret,
                "--base-url",
                &api,
                "--live",
            ])
            .await;
        let provider = YooKassa::at(&provider);
        provider.tell(account["callback_url"].as_str().expect("where news is taken")).await;

        program.run(&["tariff", "create", "3.5%", "--refund-fee", "return"]).await;
        let seller = program.run(&["seller", "create", "Tea and Shoes"]).await;
        let seller = seller["seller"].as_str().expect("a seller").to_owned();
        let keys = program.run(&["shop", "create", "tea-shop", "--seller", &seller]).await;
        let keys = serde_json::from_value(keys).expect("passwords, told once");
        let world = World { program, keys, shop: Receiver::start().await, provider };
        world.set_addresses().await;
        Installation { world, _files: files, _outside: outside }
    }
}

/// Starts a provider in this process and returns its address.
async fn simulator(outside: &mut JoinSet<()>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("a bound address"));
    let settings = Settings {
        gateways: Vec::new(),
        shops: vec![(SHOP_ID.to_owned(), SECRET_KEY.to_owned())],
        public_url: url.clone(),
        notice_url: None,
        seed: 3,
        faults: Default::default(),
    };
    let (_, running) = serve(listener, settings);
    outside.spawn(async move { running.await.expect("the provider runs") });
    url
}
