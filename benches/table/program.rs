//! The real program under load: its door alone, and payments with everybody outside.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::books::{self, Books, Strangers};
use crate::ground::{Engine, Site};
use crate::outside::{Deed, Job, Outside};
use crate::sheet::{Disk, Line, Over, Run, Sheet, Work};
use crate::usage::{self, Clocks, Held};
use crate::wire;

/// The program that is measured, as cargo has built it.
pub const BINARY: &str = env!("CARGO_BIN_EXE_openkassa");
/// Paced work comes so often a second, …
const PACED: u32 = 1_000;
/// … on so many connections.
pub const PACED_AT_ONCE: usize = 64;
/// Payments are started by so many buyers at once.
pub const START_AT_ONCE: usize = 16;
/// Settings of every run: shops are on this machine, and nothing is done that nobody asked for.
const SETTINGS: &str = "private_shops = true\nlog = \"error\"\nbooks_check = \"off\"\n";

/// A running program on prepared books, and everybody around it.
pub struct Stage {
    site: Site,
    over: Over,
    child: Child,
    outside: Outside,
    job: Job,
    ready: Duration,
    rest_mb: u64,
    /// Bytes of the books, and the first order's number, before any of its work.
    before: (u64, u64),
}

/// Payments opened through the Robokassa door, each signed; and at an even pace.
pub async fn door(
    sheet: &mut Sheet,
    site: Site,
    shops: usize,
    crowds: &[usize],
    each: Duration,
    settings: &[String],
) {
    let mut stage = Stage::prepare(site, shops, Deed::Open, settings).await;
    stage.warm_up(each / 8).await;
    for &at_once in crowds {
        sheet.add(stage.measure(Work::Door, at_once, each, None).await);
    }
    match stage.over.engine {
        Engine::Sqlite => sheet.add(stage.measure(Work::Paced, PACED_AT_ONCE, each, Some(PACED)).await),
        Engine::Postgres => {}
    }
    stage.end(sheet, Work::Door).await;
}

/// Payments opened and started at the provider.
pub async fn start(sheet: &mut Sheet, site: Site, shops: usize, each: Duration, settings: &[String]) {
    let mut stage = Stage::prepare(site, shops, Deed::Start, settings).await;
    stage.warm_up(each / 8).await;
    sheet.add(stage.measure(Work::Start, START_AT_ONCE, each, None).await);
    stage.end(sheet, Work::Start).await;
}

/// Whole payments: opened, chosen, paid at the provider, asked back, told to the shop.
pub async fn whole(
    sheet: &mut Sheet,
    site: Site,
    shops: usize,
    crowds: &[usize],
    each: Duration,
    settings: &[String],
) {
    let mut stage = Stage::prepare(site, shops, Deed::Pay, settings).await;
    stage.warm_up(each / 8).await;
    for &at_once in crowds {
        sheet.add(stage.measure(Work::Whole, at_once, each, None).await);
    }
    stage.end(sheet, Work::Whole).await;
}

impl Stage {
    /// Makes new books and sets everything up around them.
    async fn prepare(site: Site, shops: usize, deed: Deed, settings: &[String]) -> Stage {
        let outside = Outside::start("strangers").await;
        let hello = outside.hello.clone();
        let strangers = Strangers { provider: hello.provider, shop: hello.shop };
        let store = books::open(&site.address()).await;
        let books = books::prepare(&store, shops, &strangers).await;
        let callback = store.public_ids().print(books.provider);
        store.close().await;
        drop(store);
        let over = Over { engine: site.engine, shops, held: None };
        let mut stage =
            Stage::set(site, over, outside, Job::new(deed, "", 1, Duration::ZERO), &books, settings).await;
        stage.job.notices = format!("{}/callback/{callback}", stage.job.url);
        stage
    }

    /// Starts the program on books that are there; nobody has them open.
    pub async fn set(
        site: Site,
        over: Over,
        outside: Outside,
        job: Job,
        books: &Books,
        settings: &[String],
    ) -> Stage {
        let before = (site.bytes(), job.first);
        let begun = Instant::now();
        let (child, url) = start_program(&site, settings).await;
        let answer = wire::Line::to(&url).await.get("/ready", "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let ready = begun.elapsed();
        let rest_mb = Held::by(child.id().expect("the program runs")).memory_mb;
        let job = Job { url, logins: books.logins.clone(), ..job };
        Stage { site, over, child, outside, job, ready, rest_mb, before }
    }

    /// Fills caches and lets the program take the threads that it needs.
    pub async fn warm_up(&mut self, each: Duration) {
        (self.job.at_once, self.job.each) = (8, each);
        self.job.first += self.outside.work(&self.job).await.done;
    }

    fn clocks(&self) -> Clocks {
        Clocks {
            own: usage::cpu_us(self.pid()),
            writer: None,
            server: self.site.server_us(),
            outside: Some(usage::cpu_us(self.outside.pid())),
        }
    }

    /// Lets a crowd do the job for so long, and notes what it cost.
    pub async fn measure(
        &mut self,
        work: Work,
        at_once: usize,
        each: Duration,
        a_second: Option<u32>,
    ) -> Line {
        self.job = Job { at_once, each, a_second, ..self.job.clone() };
        let before = self.clocks();
        let pace = self.outside.work(&self.job).await;
        self.job.first += pace.done;
        let cost = self.clocks().since(&before, pace.done);
        let held = Held::by(self.pid());
        Line { work, over: Some(self.over), at_once, pace, cost, held }
    }

    fn pid(&self) -> u32 {
        self.child.id().expect("the program runs")
    }

    /// Ends the program in good order, so that its log of changes is folded into the books that are
    /// weighed; tells the number of the next order.
    pub async fn end(mut self, sheet: &mut Sheet, work: Work) -> u64 {
        let most_mb = Held::by(self.pid()).most_mb;
        let told = Command::new("kill").args(["-TERM", &self.pid().to_string()]).status().await;
        assert!(told.expect("a signal").success(), "the program takes signals");
        let ended = self.child.wait().await.expect("the program ends");
        assert!(ended.success(), "the program did not end well: {ended}");
        let Stage { over, ready, rest_mb, before: (bytes, first), .. } = self;
        sheet.runs.push(Run { work, over, ready, rest_mb, most_mb });
        let payments = (self.job.first - first).max(1);
        let bytes = self.site.bytes().saturating_sub(bytes) / payments;
        sheet.disks.push(Disk { work, over, bytes });
        self.outside.end().await;
        self.job.first
    }
}

async fn start_program(site: &Site, settings: &[String]) -> (Child, String) {
    let folder = &site.folder;
    let key: String = books::MASTER_KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    let (key_file, config) = (folder.join("master.key"), folder.join("openkassa.toml"));
    fs::write(&key_file, key).expect("a key of measurements");
    fs::set_permissions(&key_file, fs::Permissions::from_mode(0o600)).expect("permissions");
    fs::write(&config, SETTINGS.to_owned() + &settings.join("\n")).expect("a configuration");
    let mut command = Command::new(BINARY);
    command.args(["serve", "--json", "--listen", "127.0.0.1:0", "--data"]).arg(folder);
    command.arg("--config").arg(&config);
    if let Some(address) = site.server_address() {
        command.env("OPENKASSA_DATABASE", address);
    }
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn();
    let mut child = child.expect("the program can be started");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let ready = lines.next_line().await.expect("a line").expect("the program is ready");
    let ready: serde_json::Value = serde_json::from_str(&ready).expect("the ready line");
    (child, ready["url"].as_str().expect("an address").to_owned())
}
