//! The engine in its imagined world: set up, driven step by step, killed and started again.

use std::sync::Arc;

use domain::history::Actor;
use domain::ids::{BookKind, ProviderAccountId, SellerId, ShopId};
use domain::jobs::Lease;
use domain::sellers::{Algorithm, SettlementDelay, ShopAddress, Verb};
use domain::settings::SetUp;
use domain::tariffs::{Fee, RefundFee, Step};
use engine::clock::Clock;
use engine::engine::{Engine, Setup};
use engine::operator::{NewProvider, NewTariff};
use engine::sellers::{NewShop, ShopChange, Told};
use engine::workers::jobs;
use jiff::{SignedDuration, Timestamp};
use money::Money;
use money::currency::Currency;
use simulators::seeded::Seeded;
use simulators::yookassa::notices::Outgoing;
use store::seal::MasterKey;
use store::store::{Opening, Store};
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::imagined::clock::ImaginedClock;
use crate::imagined::network::ImaginedNetwork;
use crate::imagined::provider::{PROVIDER_URL, SECRET_KEY, SHOP_ID};
use crate::imagined::shop::SHOP_URL;

/// The login of the imagined shop.
pub const LOGIN: &str = "imagined-shop";
/// When every world begins: a Thursday, 13:00 in Moscow.
pub const BEGINS: &str = "2026-01-15T10:00:00Z";
/// One of our kind of engine.
pub type ImaginedEngine = Engine<ImaginedNetwork, ImaginedClock>;

/// More rounds than this without an end are a mistake, not a busy day.
const ROUNDS_MAX: usize = 100_000;

/// The engine and everything around it.
pub struct World {
    /// The time.
    pub clock: ImaginedClock,
    /// The way out, and what is there.
    pub network: ImaginedNetwork,
    /// The engine.
    pub engine: Arc<ImaginedEngine>,
    /// The account with the imagined provider, which serves live books.
    pub account: ProviderAccountId,
    /// The seller, in the live book.
    pub seller: SellerId,
    /// The shop, in the live book.
    pub shop: ShopId,
    /// The passwords of the shop.
    pub passwords: Told,
    /// Whether the provider's notices get lost on their way.
    pub notices_lost: bool,
    /// Every notice that the provider sent.
    pub notices: Vec<Outgoing>,
    /// How often the process was killed.
    pub deaths: usize,
    chance: Seeded,
    leased: Option<mpsc::Receiver<Lease>>,
    folder: TempDir,
}

impl World {
    /// A test installation with one seller, one shop, the imagined provider for live books, rehearsals for
    /// test books, and a commission of 3.5 % that refunds return.
    ///
    /// # Panics
    /// When it cannot be set up.
    pub async fn new(seed: u64) -> World {
        let clock = ImaginedClock::at(BEGINS.parse().expect("a moment"));
        let network = ImaginedNetwork::new(seed, clock.clone());
        let folder = tempfile::tempdir().expect("a folder");
        let engine = start(&folder, &network, &clock).await;
        let leased = engine.store().take_leased();
        let set_up = SetUp { kind: BookKind::Test, actor: Actor::Clock };
        engine.store().submit(set_up).await.expect("an installation");
        let seller = engine.create_seller("Imagined Ltd", "Europe/Moscow", Actor::Clock).await;
        let seller = seller.expect("a seller");
        let passwords = engine.new_passwords().expect("passwords");
        let shop = engine.create_shop(&new_shop(seller), passwords.clone(), Actor::Clock).await;
        let shop = shop.expect("a shop");
        engine.change_shop(shop, &addresses(), Actor::Clock).await.expect("addresses");
        let account = engine.create_provider(yookassa(), Actor::Clock).await.expect("an account");
        engine.create_provider(rehearsal(), Actor::Clock).await.expect("a rehearsal");
        engine.create_tariff(tariff(), Actor::Clock).await.expect("a tariff");
        network.outside().provider.tell(&engine.callback_url(account));
        World {
            clock,
            network,
            engine,
            account,
            seller,
            shop,
            passwords,
            notices_lost: false,
            notices: Vec::new(),
            deaths: 0,
            chance: Seeded::new(seed),
            leased,
            folder,
        }
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A number from 0 up to but without `end`, by the seed of this world.
    pub fn roll(&mut self, end: usize) -> usize {
        usize::try_from(self.chance.below(end as u64)).unwrap_or(0)
    }

    /// The process ends wherever it is, and starts again on what was saved.
    pub async fn restart(&mut self) {
        self.engine.store().close().await;
        self.engine = start(&self.folder, &self.network, &self.clock).await;
        self.leased = self.engine.store().take_leased();
    }

    /// The process starts again with the real workers, who then do all work: by themselves, as the clock is
    /// moved. They end when they are told to or when their handle is dropped.
    pub async fn employ(&mut self) -> Workers {
        self.engine.store().close().await;
        self.engine = start(&self.folder, &self.network, &self.clock).await;
        self.leased = None;
        let (stop, stopped) = watch::channel(false);
        let mut running = JoinSet::new();
        running.spawn(jobs::run(self.engine.clone(), stopped));
        Workers { stop, running }
    }

    /// Work that can begin now: handed over with a decision, or become due. The caller must do it.
    ///
    /// # Panics
    /// When the store does not answer.
    pub async fn due_work(&mut self) -> Vec<Lease> {
        let mut work = Vec::new();
        while let Some(lease) = self.leased.as_mut().and_then(|leased| leased.try_recv().ok()) {
            work.push(lease);
        }
        let claimed = self.engine.store().claim(64, self.now()).await.expect("claimed work");
        let mut claimed: Vec<_> =
            claimed.into_iter().map(|(job, lease)| (job.due, lease.task, lease)).collect();
        claimed.sort_by_key(|(due, task, _)| (*due, *task));
        work.extend(claimed.into_iter().map(|(_, _, lease)| lease));
        work
    }

    /// Does one job; when the weather kills the process meanwhile, it is started again.
    pub async fn work(&mut self, lease: Lease) {
        let (engine, network) = (self.engine.clone(), self.network.clone());
        let killed = tokio::select! {
            biased;
            () = engine.work(lease) => false,
            () = network.killed() => true,
        };
        drop(engine);
        if killed {
            self.deaths += 1;
            self.restart().await;
        }
    }

    /// Delivers a notice of the provider; answers with the status it got.
    pub async fn deliver(&self, notice: &Outgoing) -> u16 {
        let request = crate::imagined::scenes::notice_request(&notice.body.to_string());
        self.engine.provider_news(self.account, &request).await.status
    }

    /// Lets everything happen that can happen now, until nothing is left to do at this moment.
    ///
    /// # Panics
    /// When it never ends.
    pub async fn settle(&mut self) {
        for _ in 0..ROUNDS_MAX {
            let work = self.due_work().await;
            let notices = self.network.outside().provider.happen(self.now());
            if work.is_empty() && notices.is_empty() {
                return;
            }
            for lease in work {
                self.work(lease).await;
            }
            for notice in notices {
                let status = if self.notices_lost { None } else { Some(self.deliver(&notice).await) };
                self.network.outside().provider.answered(&notice, status, self.now());
                self.notices.push(notice);
            }
        }
        panic!("the work of one moment never ends");
    }

    /// Lets time pass, stopping at every moment at which something is due.
    ///
    /// # Panics
    /// When it never ends.
    pub async fn pass(&mut self, time: SignedDuration) {
        let end = self.now().checked_add(time).expect("a moment before the end of time");
        for _ in 0..ROUNDS_MAX {
            self.settle().await;
            let at_provider = self.network.outside().provider.next_at();
            let of_ours = self.engine.store().next_due().await.expect("the next due time");
            let next = at_provider.into_iter().chain(of_ours).min();
            match next.filter(|next| *next <= end) {
                Some(next) => self.clock.move_to(next),
                None if self.now() >= end => return,
                None => self.clock.move_to(end),
            }
        }
        panic!("the work of one day never ends");
    }
}

/// The real workers at work.
pub struct Workers {
    stop: watch::Sender<bool>,
    running: JoinSet<()>,
}

impl Workers {
    /// Tells them to stop and waits until they have finished what is under way.
    ///
    /// # Panics
    /// When a worker has panicked.
    pub async fn stop(mut self) {
        // Workers that have ended already need not be told.
        let _ = self.stop.send(true);
        while let Some(ended) = self.running.join_next().await {
            ended.expect("workers end well");
        }
    }
}

async fn start(folder: &TempDir, network: &ImaginedNetwork, clock: &ImaginedClock) -> Arc<ImaginedEngine> {
    let moments = clock.clone();
    let opening = Opening {
        address: format!("sqlite:{}", folder.path().join("imagined.sqlite").display()),
        master_key: MasterKey::new([7; 32]),
        node: 0,
        readers: 4,
        clock: Arc::new(move || moments.now()),
    };
    let store = Store::open(opening).await.expect("a store");
    let public_url = "https://pay.imagined".to_owned();
    let setup = Setup { public_url, any_host: false, workers: 4, emulation: None };
    let engine = Engine::new(store, network.clone(), clock.clone(), BookKind::Test, setup);
    Arc::new(engine)
}

fn new_shop(seller: SellerId) -> NewShop {
    NewShop {
        seller,
        login: LOGIN.to_owned(),
        name: "The Imagined Shop".to_owned(),
        site: SHOP_URL.to_owned(),
        currency: Currency::Rub,
        algorithm: Algorithm::Sha256,
        delay: SettlementDelay::Days(1),
        two_step: false,
        zone: "Europe/Moscow".to_owned(),
        checkout: None,
    }
}

fn addresses() -> [ShopChange; 3] {
    let to = |path: &str, verb| Some(ShopAddress { url: format!("{SHOP_URL}/{path}"), verb });
    [
        ShopChange::Result(to("result", Verb::Post)),
        ShopChange::Success(to("success", Verb::Get)),
        ShopChange::Fail(to("fail", Verb::Get)),
    ]
}

/// The account with the imagined provider.
pub fn yookassa() -> NewProvider {
    let settings = [("shop_id", SHOP_ID), ("secret_key", SECRET_KEY)];
    NewProvider {
        connector: "yookassa".to_owned(),
        name: "imagined".to_owned(),
        base_url: format!("{PROVIDER_URL}/v3"),
        settings: settings.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        serves_live: true,
        serves_test: false,
        methods: Vec::new(),
    }
}

fn rehearsal() -> NewProvider {
    NewProvider {
        connector: "test".to_owned(),
        name: "rehearsal".to_owned(),
        base_url: String::new(),
        settings: Vec::new(),
        serves_live: false,
        serves_test: true,
        methods: Vec::new(),
    }
}

fn tariff() -> NewTariff {
    let from = Money::zero(Currency::Rub);
    NewTariff {
        method: None,
        currency: Currency::Rub,
        steps: vec![Step { from, fee: Fee::Share { parts: 35, of: 1_000 } }],
        refund_fee: RefundFee::Return,
        seller: None,
        shop: None,
    }
}
