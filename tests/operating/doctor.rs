//! The doctor: an installation broken in many ways, each found under its code, and a healthy one healthy.

use std::fs::{self, Permissions};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use serde_json::Value;
use tempfile::TempDir;
use testkit::database::Database;
use testkit::program::{Around, Program};
use testkit::receiver::Receiver;
use testkit::tamper::with_books;
use tokio::process::Command;

use crate::scene::BINARY;

/// The key of nobody: obviously made up.
const FAKE_KEY: &str = "00";
/// An hour of microseconds, as the books have them.
const HOUR: i64 = 3_600_000_000;
/// A moment far from every test.
const LONG_AGO: i64 = 1_000_000_000_000_000;

/// What the doctor is told beside the data folder.
type Told = Vec<(&'static str, String)>;

/// An installation that was served and is stopped, to be copied and broken.
struct Sound {
    files: TempDir,
    shop: Receiver,
    provider: Receiver,
}

impl Sound {
    /// Nothing was served yet.
    async fn nothing() -> Sound {
        let (shop, provider) = (Receiver::start().await, Receiver::start().await);
        Sound { files: tempfile::tempdir().unwrap(), shop, provider }
    }

    /// A test installation with a shop and a provider that can be reached.
    async fn test() -> Sound {
        let sound = Sound::nothing().await;
        let config = sound.file("openkassa.toml", "set_up = \"test\"\nprivate_shops = true\n");
        let secret = sound.file("secret", "test_NotASecret");
        let mut program = sound.serve(&["serve", "--json", "--config", &config]).await;
        let running = sound.look_in(&program.data(), &[("OPENKASSA_CONFIG", config.clone())]).await;
        assert_eq!((running.code, running.codes()), (0, well()), "beside a server: {}", running.told);
        let (secret, api) = (format!("secret_key@{secret}"), sound.provider.url("/v3"));
        let account = ["provider", "create", "yookassa", "shop_id=100500", "--secret", &secret];
        program.run(&[&account[..], &["--base-url", &api, "--live"]].concat()).await;
        let seller = program.run(&["seller", "create", "Tea and Shoes"]).await;
        let seller = seller["seller"].as_str().unwrap().to_owned();
        program.run(&["shop", "create", "tea-shop", "--seller", &seller]).await;
        program.run(&["shop", "set-addresses", "tea-shop", "--result", &sound.shop.url("/result")]).await;
        program.terminate().await;
        sound
    }

    async fn serve(&self, arguments: &[&str]) -> Program {
        let around = Around { data: Some(self.files.path().join("data")), ..Around::default() };
        Program::start_in(BINARY, arguments.iter().map(|&word| word.to_owned()).collect(), around).await
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.files.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// A copy of the data folder, to be broken.
    fn copy(&self, name: &str) -> PathBuf {
        let copy = self.files.path().join(name);
        fs::create_dir(&copy).unwrap();
        mode(&copy, 0o700);
        for file in ["openkassa.db", "master.key"] {
            fs::copy(self.files.path().join("data").join(file), copy.join(file)).unwrap();
        }
        copy
    }

    /// What the doctor says of a folder.
    async fn look_in(&self, data: &Path, told: &[(&'static str, String)]) -> Diagnosis {
        let mut command = Command::new(BINARY);
        command.args(["doctor", "--json", "--data"]).arg(data).stdin(Stdio::null());
        // Nothing of a configuration that happens to lie where the test runs.
        command.current_dir(self.files.path().join("data"));
        command.envs(told.iter().map(|(name, value)| (name, value)));
        let output = command.output().await.unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        let json = serde_json::from_str(&told).unwrap_or_else(|fault| panic!("{fault}: {told}{complaint}"));
        Diagnosis { code: output.status.code().unwrap(), json, told }
    }
}

/// What the doctor said.
struct Diagnosis {
    code: i32,
    json: Value,
    told: String,
}

impl Diagnosis {
    fn findings(&self) -> impl Iterator<Item = &Value> {
        self.json["findings"].as_array().unwrap().iter()
    }

    fn codes(&self) -> Vec<&str> {
        self.findings().map(|finding| finding["code"].as_str().unwrap()).collect()
    }

    /// The codes of all that is not well.
    fn ills(&self) -> Vec<&str> {
        let ill = self.findings().filter(|finding| finding["severity"] != "ok");
        ill.map(|finding| finding["code"].as_str().unwrap()).collect()
    }
}

fn well() -> Vec<&'static str> {
    vec!["disk", "server", "database", "config", "key", "clock", "jobs", "provider", "shop", "books"]
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// A port of this machine on which nobody listens.
fn nobody() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A port of this machine where whoever asks for TLS is answered without it.
fn speaks_plainly() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut asked in listener.incoming().flatten() {
            // All of the greeting is read, or the end of the connection would throw the answer away.
            let _ = asked.read(&mut [0; 4_096]);
            let _ = asked.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    port
}

fn now() -> i64 {
    let now = std::fs::metadata("/proc/self").unwrap().modified().unwrap();
    i64::try_from(now.duration_since(std::time::UNIX_EPOCH).unwrap().as_micros()).unwrap()
}

fn private() -> Told {
    vec![("OPENKASSA_PRIVATE_SHOPS", "true".to_owned())]
}

/// A way to break a copy of an installation, and the code under which it must be found.
struct Break {
    code: &'static str,
    told: Told,
    how: Box<dyn Fn(&Path)>,
}

fn by(code: &'static str, how: impl Fn(&Path) + 'static) -> Break {
    Break { code, told: private(), how: Box::new(how) }
}

fn by_sql(code: &'static str, sql: impl Into<String>) -> Break {
    let sql = sql.into();
    by(code, move |data| with_books(data, &sql))
}

fn by_settings(code: &'static str, name: &'static str, value: impl Into<String>) -> Break {
    let mut told = private();
    told.push((name, value.into()));
    Break { code, told, how: Box::new(|_| {}) }
}

fn folders_and_keys() -> Vec<Break> {
    let key = |data: &Path| data.join("master.key");
    vec![
        by("folder.permissions", |data| mode(data, 0o755)),
        by("key.missing", move |data| fs::remove_file(key(data)).unwrap()),
        by("key.permissions", move |data| mode(&key(data), 0o644)),
        by("key.unreadable", move |data| fs::write(key(data), "not a key").unwrap()),
        by("key.wrong", move |data| fs::write(key(data), FAKE_KEY.repeat(32)).unwrap()),
        by("database.missing", |data| fs::remove_file(data.join("openkassa.db")).unwrap()),
        by("database.missing", |data| with_books(data, "DELETE FROM installation")),
        by("database.unreachable", |data| {
            fs::write(data.join("openkassa.db"), "spilled tea ".repeat(1_000)).unwrap();
        }),
    ]
}

fn books_and_work() -> Vec<Break> {
    let job = "INSERT INTO jobs (about, kind, book, due, tries, lease, lease_until, parked, ready_at) VALUES";
    let (later, soon) = (now() + 30 * 24 * HOUR, now() + 3 * HOUR);
    vec![
        by_sql("database.older", "DELETE FROM schema_version WHERE version >= 2; DROP TABLE clock"),
        by_sql("database.newer", "INSERT INTO schema_version VALUES (99, 99, 0)"),
        by_sql("clock.back", format!("UPDATE nodes SET reserved_until = {later}")),
        by_sql(
            "jobs.parked",
            format!("{job} (1, 'carry_refund', 2, {LONG_AGO}, 3, NULL, NULL, 'why', NULL)"),
        ),
        by_sql("jobs.overdue", format!("{job} (1, 'carry_refund', 2, 1, 0, NULL, NULL, NULL, {LONG_AGO})")),
        by_sql("jobs.lease", format!("{job} (1, 'carry_refund', 2, 1, 0, 7, {LONG_AGO}, NULL, {LONG_AGO})")),
        by_sql("jobs.lease", format!("{job} (2, 'carry_refund', 2, 1, 0, 7, {soon}, NULL, {soon})")),
        by_sql("books.wrong", "INSERT INTO balances VALUES (0, 'available', 'RUB', 2, 100)"),
    ]
}

/// A paid payment of the first shop, and a notice about it that was sent five times.
fn untold() -> String {
    let owed = now() - HOUR;
    format!(
        "INSERT INTO payments (number, book, shop, state, order_number, sum_text, description, custom, allowed, \
         hold, currency, amount, captured, refunded, unsettled, settled, fee, fee_returned, credit, unclaimed, \
         brought, unfinished, attempts, opened_at, ends_at, grace_ends_at, changed_at) \
         SELECT 1, book, number, 'open', 1, '1.00', '', '[]', '[]', 0, 'RUB', 100, 0, 0, 0, 0, 0, 0, 0, 0, \
         '[]', '[]', 0, 0, 0, 0, 0 FROM shops LIMIT 1; \
         INSERT INTO notices (number, book, payment, address_url, address_verb, algorithm, passwords, method, \
         currency, paid, fee, state, tries, owed_at) \
         SELECT 1, book, 1, result_url, 'POST', 'sha256', 1, 'bank_card', 'RUB', 100, 0, 'owed', 5, {owed} \
         FROM shops LIMIT 1"
    )
}

fn strangers() -> Vec<Break> {
    let moved = |table: &str, column: &str, url: String| format!("UPDATE {table} SET {column} = '{url}'");
    let secure = || format!("https://127.0.0.1:{}/x", speaks_plainly());
    let dead = |scheme: &str| format!("{scheme}://127.0.0.1:{}/x", nobody());
    vec![
        by_sql("provider.unreachable", moved("provider_accounts", "base_url", dead("http"))),
        by_sql("shop.unreachable", moved("shops", "result_url", dead("https"))),
        // No TLS is spoken where the address says that it is.
        by_sql("provider.tls", moved("provider_accounts", "base_url", secure())),
        by_sql("shop.tls", moved("shops", "result_url", secure())),
        by_sql("shop.silent", untold()),
        Break { code: "shop.private", told: Vec::new(), how: Box::new(|_| {}) },
    ]
}

fn settings() -> Vec<Break> {
    vec![
        by_settings("config.invalid", "OPENKASSA_LISTNE", "127.0.0.1:80"),
        by_settings("config.kind", "OPENKASSA_SET_UP", "live"),
        by_settings("config.metrics", "OPENKASSA_METRICS_LISTEN", "0.0.0.0:9464"),
    ]
}

#[tokio::test]
async fn an_installation_is_broken_in_many_ways_and_each_is_found_under_its_code() {
    let sound = Sound::test().await;
    let healthy = sound.look_in(&sound.copy("healthy"), &private()).await;
    assert_eq!((healthy.code, healthy.codes()), (0, well()), "without a server: {}", healthy.told);
    assert_eq!(healthy.json["health"], "ok");
    let all = [folders_and_keys(), books_and_work(), strangers(), settings()];
    let all: Vec<_> = all.into_iter().flatten().collect();
    assert!(all.len() >= 15);
    for (number, Break { code, told, how }) in all.into_iter().enumerate() {
        let data = sound.copy(&format!("broken-{number}"));
        how(&data);
        let found = sound.look_in(&data, &told).await;
        assert_eq!(found.ills(), [code], "{}", found.told);
        let finding = found.findings().next().unwrap();
        let warning = finding["severity"] == "warning";
        assert_eq!((found.code, &found.json["health"]), (if warning { 6 } else { 7 }, &finding["severity"]));
        for words in ["what", "means", "advice"] {
            assert!(finding[words].as_str().is_some_and(|text| text.len() > 10), "{words}: {finding}");
        }
    }
}

#[tokio::test]
async fn where_the_clock_was_moved_the_doctor_goes_by_it() {
    let sound = Sound::nothing().await;
    let mut program = sound.serve(&["serve", "--json", "--set-up", "test"]).await;
    program.run(&["clock", "advance", "30d"]).await;
    program.restart().await;
    let found = sound.look_in(&program.data(), &[]).await;
    assert_eq!((found.code, found.codes()), (0, well()), "{}", found.told);
    program.terminate().await;
    let back = sound.copy("back");
    with_books(&back, "DELETE FROM clock");
    assert_eq!(sound.look_in(&back, &[]).await.ills(), ["clock.back"]);
}

#[tokio::test]
async fn a_live_installation_is_held_to_more_than_one_for_rehearsals() {
    let sound = Sound::nothing().await;
    let url = "https://pay.example.com";
    let mut program = sound.serve(&["serve", "--json", "--set-up", "live", "--public-url", url]).await;
    program.terminate().await;
    let data = sound.copy("live");
    let public = |url: &str| ("OPENKASSA_PUBLIC_URL", url.to_owned());
    assert_eq!(sound.look_in(&data, &[public(url)]).await.codes(), well());
    assert_eq!(sound.look_in(&data, &[]).await.ills(), ["config.public_url_unset"]);
    let plain = sound.look_in(&data, &[public("http://pay.example.com")]).await;
    assert_eq!((plain.code, plain.ills()), (7, vec!["config.public_url_plain"]));
    let inside = sound.look_in(&data, &[private(), vec![public(url)]].concat()).await;
    assert_eq!((inside.code, inside.ills()), (6, vec!["config.private_shops"]));
    let config = sound.file("open.toml", "public_url = \"https://pay.example.com\"\n");
    mode(Path::new(&config), 0o666);
    let open = sound.look_in(&data, &[("OPENKASSA_CONFIG", config)]).await;
    assert_eq!((open.code, open.ills()), (7, vec!["config.permissions"]));
}

#[tokio::test]
async fn a_server_that_may_lose_what_it_called_saved_is_found_beside_a_program_that_runs() {
    let sound = Sound::nothing().await;
    // The server of the tests does not wait for its disk, to be quick.
    let database = Arc::new(Database::new());
    let told = vec![("OPENKASSA_DATABASE", database.address())];
    let data = Some(sound.files.path().join("data"));
    let around = Around { database: Some((database, 0)), data, ..Around::default() };
    let serve = ["serve", "--json", "--set-up", "test"].map(str::to_owned).to_vec();
    let mut program = Program::start_in(BINARY, serve, around).await;
    for server in ["a server runs here and answers", "no server runs here"] {
        let found = sound.look_in(&program.data(), &told).await;
        assert_eq!((found.code, found.ills()), (7, vec!["database.unsafe"]), "{}", found.told);
        let what = found.findings().next().unwrap()["what"].as_str().unwrap();
        assert_eq!(what, "off: fsync, full_page_writes");
        assert!(found.told.contains(server), "{}", found.told);
        if program.is_running() {
            program.terminate().await;
        }
    }
}
