//! The demo: aggregator, example shop and a simulated provider on one machine, ready to be clicked.

mod memory;
mod scenery;
pub mod words;

use crate::cli::{Common, DemoArgs};
use crate::error::ProgramError;
use crate::folder::Folder;
use crate::installation::{Installation, Manners};
use crate::out;
use crate::serve::{Parts, Server, link, listen, local};
use crate::settings::{SetUpKind, Settings};
use domain::ids::ProviderAccountId;
use memory::Memory;
use scenery::{Keys, Scenery};
use serde::Serialize;
use simulators::shop::digest::Digest;
use simulators::yookassa::faults::Faults;
use simulators::{shop, yookassa};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use tempfile::TempDir;
use tokio::net::TcpListener;
use web::state::Tour;

/// The provider that the demo simulates.
pub const SIMULATOR: &str = "yookassa";
/// Its name for people.
const SIMULATOR_TITLE: &str = "YooKassa";
/// Its shop, and the fake secret with which both sides know one another.
const SIMULATOR_SHOP: (&str, &str) = ("100500", "test_NotASecret");
/// Its payout gateway, with a secret that is as fake.
const SIMULATOR_GATEWAY: (&str, &str) = ("200600", "test_NotASecretOfPayouts");
/// Where it listens when nothing is said.
const ANY_PORT: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

/// A listener and its address as a link.
struct Stand {
    listener: TcpListener,
    url: String,
}

impl Stand {
    async fn take(what: &'static str, address: SocketAddr) -> Result<Stand, ProgramError> {
        let listener = listen(what, address).await?;
        let url = link(local(&listener)?);
        Ok(Stand { listener, url })
    }
}

/// Shows the demo until it is told to stop.
///
/// # Errors
/// [`ProgramError`] saying why it cannot run.
pub async fn run(common: Common, args: DemoArgs) -> Result<(), ProgramError> {
    let Common { data, database, json, .. } = common;
    // What is configured belongs to a real installation: its folder, its key, its books and its address.
    let settings = Settings { listen: args.listen, database, ..Settings::default() };
    let (folder, passing) = place(data, "openkassa-demo-")?;
    folder.prepare()?;
    let lock = folder.lock()?;
    let own = Stand::take("the aggregator", settings.listen()).await?;
    let place = args.simulator.into_iter().next_back().map(|(_, address)| address);
    let provider = Stand::take("the simulated provider", place.unwrap_or_else(|| ANY_PORT.into())).await?;
    let shop = Stand::take("the example shop", args.example_shop).await?;
    let metrics = Stand::take("the listener of metrics", args.metrics).await?;
    let kind = Some(SetUpKind::Test);
    let installation = Installation::open_or_set_up(&folder, &settings, lock, kind).await?;
    let manners = Manners { public_url: own.url, any_host: true, private_shops: true, emulation: None };
    let server = Server::wire(installation, &settings, manners, own.listener)?;
    let server = server.with_metrics(Some(metrics.listener));
    let memory = Memory::read(folder.path())?.with([shop.url.clone(), provider.url.clone()]);
    // Written before any address is: an address that is ours is known as ours even after a crash.
    memory.write(folder.path())?;
    let scenery =
        Scenery { engine: server.engine(), memory: &memory, shop: &shop.url, provider: &provider.url };
    let keys = scenery.set_up(SIMULATOR_SHOP, SIMULATOR_GATEWAY).await?;
    let account = keys.account;
    let places = Places { shop: &shop.url, provider: &provider.url, metrics: &metrics.url };
    let token = server.installation().store().owner_token().await?;
    let token = token.as_ref().map_or("", |token| token.expose());
    let told = ready_line(server.engine().public_url(), places, &keys, token)
        .map_err(|error| ProgramError::system("the line that says where everything is")(error.into()))?;
    let program = std::env::args().next().unwrap_or_else(|| "openkassa".to_owned());
    let words = words::Told {
        program: &program,
        url: server.engine().public_url(),
        shop: &shop.url,
        provider: &provider.url,
        data: folder.path(),
        passing: passing.is_some(),
        keys: &keys,
    };
    let text = words.text(words::Tongue::of_environment());
    let tour = Tour {
        shop: shop.url.clone(),
        simulators: vec![(SIMULATOR_TITLE.to_owned(), provider.url.clone())],
        command: format!("{program} payment list --data {}", folder.path().display()),
        person: scenery::PERSON,
    };
    let beside = stands(&server, account, &keys, provider, shop)?;
    let ready = move || out::line(if json { &told } else { &text });
    let ended = server.run(beside, Some(tour), ready).await;
    if let Some(passing) = passing {
        passing.close().map_err(ProgramError::system("the folder of the demo"))?;
    }
    ended
}

/// The folder that was named, or one that goes away with the program.
///
/// # Errors
/// [`ProgramError::System`] when the machine has no place for temporary folders.
pub fn place(data: Option<PathBuf>, prefix: &str) -> Result<(Folder, Option<TempDir>), ProgramError> {
    match data {
        Some(path) => Ok((Folder::at(path), None)),
        None => {
            let made = tempfile::Builder::new().prefix(prefix).tempdir();
            let made = made.map_err(ProgramError::system("a temporary folder"))?;
            Ok((Folder::at(made.path().to_owned()), Some(made)))
        }
    }
}

/// The simulated provider and the example shop, as parts that run beside the server.
fn stands(
    server: &Server,
    account: ProviderAccountId,
    keys: &Keys,
    provider: Stand,
    place: Stand,
) -> Result<Parts, ProgramError> {
    // Not the same numbers as yesterday: the books remember what the provider called its payments.
    let mut seed = [0_u8; 8];
    getrandom::fill(&mut seed).map_err(|error| ProgramError::System {
        what: "the machine's randomness".to_owned(),
        detail: std::io::Error::other(error),
    })?;
    let ((id, secret), (gateway, payout_secret)) = (SIMULATOR_SHOP, SIMULATOR_GATEWAY);
    let (simulator, simulated) = yookassa::serve(
        provider.listener,
        yookassa::Settings {
            shops: vec![(id.to_owned(), secret.to_owned())],
            gateways: vec![(gateway.to_owned(), payout_secret.to_owned())],
            public_url: provider.url,
            notice_url: Some(server.engine().callback_url(account)),
            seed: u64::from_le_bytes(seed),
            faults: Faults::default(),
        },
    );
    let settings = shop::Settings {
        aggregator_url: server.engine().public_url().to_owned(),
        login: keys.login.clone(),
        password1: keys.password1.clone(),
        password2: keys.password2.clone(),
        test_password1: keys.test_password1.clone(),
        test_password2: keys.test_password2.clone(),
        digest: Digest::Sha256,
        public_url: place.url,
    };
    let selling = shop::serve(place.listener, settings);
    let mut moved = server.installation().clock().follow();
    let following = async move {
        loop {
            simulator.follow_clock(*moved.borrow_and_update());
            if moved.changed().await.is_err() {
                // The clock that was followed is gone, and with it the program.
                return Ok(());
            }
        }
    };
    let mut beside = Parts::new();
    beside.spawn(async move { ("the simulated provider's clock", following.await) });
    beside.spawn(async move { ("the simulated provider", simulated.await) });
    beside.spawn(async move { ("the example shop", selling.await) });
    Ok(beside)
}

/// The line that other programs wait for, as the documentation promises it.
#[derive(Serialize)]
struct Ready<'a> {
    url: &'a str,
    example_shop: &'a str,
    simulators: BTreeMap<&'a str, &'a str>,
    metrics: &'a str,
    api_token: &'a str,
    cabinet: &'a str,
    person: ReadyPerson<'a>,
    shop: ReadyShop<'a>,
}

/// Who signs in to the cabinet.
#[derive(Serialize)]
struct ReadyPerson<'a> {
    organisation: &'a str,
    login: &'a str,
    password: &'a str,
}

#[derive(Serialize)]
struct ReadyShop<'a> {
    login: &'a str,
    password1: &'a str,
    password2: &'a str,
    test_password1: &'a str,
    test_password2: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    password3: Option<&'a str>,
}

/// Where everything beside the aggregator stands.
struct Places<'a> {
    shop: &'a str,
    provider: &'a str,
    metrics: &'a str,
}

fn ready_line(url: &str, places: Places<'_>, keys: &Keys, api_token: &str) -> serde_json::Result<String> {
    let [organisation, login, password] = scenery::PERSON;
    serde_json::to_string(&Ready {
        url,
        cabinet: &format!("{url}/cabinet"),
        person: ReadyPerson { organisation, login, password },
        example_shop: places.shop,
        simulators: BTreeMap::from([(SIMULATOR, places.provider)]),
        metrics: places.metrics,
        api_token,
        shop: ReadyShop {
            login: &keys.login,
            password1: &keys.password1,
            password2: &keys.password2,
            test_password1: &keys.test_password1,
            test_password2: &keys.test_password2,
            password3: keys.password3.as_deref(),
        },
    })
}
