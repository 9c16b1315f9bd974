//! The program as its owner meets it: the real binary, its folder, its locks, its messages and its codes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use testkit::program::Program;
use testkit::waiting::wait_until;

const BINARY: &str = env!("CARGO_BIN_EXE_openkassa");

/// Runs a command in the terminal of somebody who has nothing configured.
fn run(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(BINARY);
    command.args(arguments).arg("--data").arg(data).current_dir(data.parent().unwrap());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("OPENKASSA_")) {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).output().unwrap()
}

fn refused(data: &Path, arguments: &[&str]) -> (i32, String) {
    let output = run(data, arguments);
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn json(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_str(&text).unwrap_or_else(|fault| panic!("{fault}: {text}\n{said}"))
}

async fn serve(extra: &[&str]) -> Program {
    let mut arguments =
        vec!["serve".to_owned(), "--json".to_owned(), "--set-up".to_owned(), "test".to_owned()];
    arguments.extend(extra.iter().map(|&argument| argument.to_owned()));
    Program::start(BINARY, arguments).await
}

/// A seller with one shop; its passwords as they were told.
async fn shop(program: &Program, login: &str) -> Value {
    let seller = program.run(&["seller", "create", "Ромашка"]).await;
    let seller = seller["seller"].as_str().unwrap();
    program.run(&["shop", "create", login, "--seller", seller]).await
}

#[tokio::test]
async fn a_second_server_on_one_folder_is_refused_and_told_what_to_do() {
    let mut first = serve(&[]).await;
    let (code, message) = refused(&first.data(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(code, 4);
    assert!(message.contains("Stop that one first") && message.contains("--data"), "{message}");
    assert!(first.is_running());
    assert_eq!(first.run(&["shop", "list"]).await["shops"], serde_json::json!([]));
}

#[tokio::test]
async fn a_port_in_use_and_an_installation_of_the_other_kind_are_told_apart() {
    let mut program = serve(&[]).await;
    let taken = program.ready.url.trim_start_matches("http://").to_owned();
    let other = tempfile::tempdir().unwrap();
    let data = other.path().join("data");
    let (code, message) = refused(&data, &["serve", "--set-up", "test", "--listen", &taken]);
    assert_eq!(code, 4);
    assert!(message.contains(&taken) && message.contains("--listen"), "{message}");

    program.kill9().await;
    let live = ["serve", "--set-up", "live", "--listen", "127.0.0.1:0"];
    let (code, message) = refused(&program.data(), &live);
    assert_eq!(code, 4);
    assert!(message.contains("set up as test") && message.contains("never changes"), "{message}");
}

#[test]
fn a_new_folder_is_left_alone_until_somebody_has_chosen_its_kind() {
    let parent = tempfile::tempdir().unwrap();
    let data = parent.path().join("data");
    for arguments in [vec!["serve", "--listen", "127.0.0.1:0"], vec!["seller", "list"]] {
        let (code, message) = refused(&data, &arguments);
        assert_eq!(code, 4);
        assert!(message.contains("--set-up live") && message.contains("openkassa demo"), "{message}");
        assert!(!data.exists());
    }
}

#[tokio::test]
async fn commands_answer_alike_through_the_socket_and_without_a_server() {
    let place = tempfile::tempdir().unwrap();
    let config = place.path().join("kassa.toml");
    fs::write(&config, "public_url = \"https://pay.example\"\n").unwrap();
    let config = config.to_str().unwrap();
    let key = place.path().join("key");
    fs::write(&key, "test_fake\n").unwrap();
    let secret = format!("secret_key@{}", key.display());

    let mut program = serve(&["--config", config]).await;
    shop(&program, "daisy").await;
    program
        .run(&["shop", "set-addresses", "daisy", "--result", "https://daisy.example/r", "--fail", ""])
        .await;
    program.run(&["shop", "set", "daisy", "--digest", "md5", "--buyer-share", "50%", "--delay", "2d"]).await;
    let account = ["provider", "create", "yookassa", "shop_id=1", "--secret", &secret, "--live"];
    let made = program.run(&[&account[..], &["--base-url", "https://provider.example/v3"]].concat()).await;
    assert_eq!(made["settings"]["secret_key"], "***");
    program.run(&["tariff", "create", "max(3.5%, 10.00)", "--shop", "daisy", "--refund-fee", "return"]).await;

    let questions: [&[&str]; 8] = [
        &["seller", "list"],
        &["seller", "show", "--shop", "daisy"],
        &["shop", "show", "daisy"],
        &["shop", "list"],
        &["provider", "show", "yookassa"],
        &["tariff", "list"],
        &["payment", "list"],
        &["books", "check"],
    ];
    let mut with_server = Vec::new();
    for question in questions {
        with_server.push(program.run(&[question, &["--config", config]].concat()).await);
    }
    assert_eq!(with_server[2]["result"]["url"], "https://daisy.example/r");
    assert_eq!(with_server[2]["buyer_share"], "50%");
    assert_eq!(with_server[5]["tariffs"][0]["steps"][0]["fee"], "max(3.5%, 10.00)");
    // Killed, the server leaves its socket behind; nobody must stumble over it.
    program.kill9().await;
    assert!(program.data().join("openkassa.sock").exists());
    for (question, answer) in questions.into_iter().zip(with_server) {
        assert_eq!(program.run(&[question, &["--config", config]].concat()).await, answer, "{question:?}");
    }
    assert!(!program.log().contains("test_fake"));
}

#[tokio::test]
async fn passwords_are_shown_once_and_changed_by_rotation_only() {
    let program = serve(&[]).await;
    let told = shop(&program, "daisy").await;
    let passwords: Vec<&str> = ["password1", "password2", "test_password1", "test_password2"]
        .map(|name| told[name].as_str().unwrap())
        .to_vec();
    assert!(passwords.iter().all(|password| password.len() >= 26), "128 bits in five-bit letters");
    let shown = program.run(&["shop", "show", "daisy"]).await.to_string();
    let again = program.run(&["shop", "rotate-passwords", "daisy"]).await.to_string();
    for password in passwords {
        assert!(!shown.contains(password) && !again.contains(password) && !program.log().contains(password));
    }
    assert_eq!(program.run(&["shop", "show", "daisy"]).await["password_version"], 2);
}

#[tokio::test]
async fn a_wrong_or_lost_master_key_says_so_and_harms_nothing() {
    let mut program = serve(&[]).await;
    shop(&program, "daisy").await;
    program.kill9().await;
    let key = program.data().join("master.key");
    let right = fs::read_to_string(&key).unwrap();

    fs::write(&key, "00".repeat(32)).unwrap();
    for arguments in [vec!["shop", "list"], vec!["serve", "--set-up", "test", "--listen", "127.0.0.1:0"]] {
        let (code, message) = refused(&program.data(), &arguments);
        assert_eq!(code, 4);
        assert!(
            message.contains("sealed under another key") && message.contains("docs/running.md"),
            "{message}"
        );
    }
    fs::remove_file(&key).unwrap();
    let (code, message) = refused(&program.data(), &["shop", "list"]);
    assert_eq!(code, 4);
    assert!(message.contains("put the file back"), "{message}");

    // A command may give the key as well, from wherever it is kept.
    let kept = program.data().join("kept");
    fs::write(&kept, right).unwrap();
    let config = program.data().join("kassa.toml");
    fs::write(&config, format!("master_key_command = \"cat {}\"\n", kept.display())).unwrap();
    let listed = run(&program.data(), &["shop", "list", "--json", "--config", config.to_str().unwrap()]);
    assert_eq!(json(&listed)["shops"][0]["login"], "daisy");
}

#[tokio::test]
async fn what_cannot_be_is_answered_with_its_own_code() {
    let program = serve(&[]).await;
    shop(&program, "daisy").await;
    let codes = [
        (1, vec!["shop", "create", "12345", "--seller", "SELLER"]),
        (1, vec!["shop", "create", "daisy", "--seller", "SELLER"]),
        (2, vec!["shop", "set", "daisy", "--digest", "sha3"]),
        (2, vec!["tariff", "create", "3,5%"]),
        (
            2,
            vec![
                "provider",
                "create",
                "yookassa",
                "shop_id=1",
                "secret_key=test_fake",
                "--live",
                "--base-url",
                "https://provider.example/v3",
            ],
        ),
        (3, vec!["shop", "show", "tulip"]),
        (3, vec!["payment", "show", "pay_01234567890123456789012345"]),
        (3, vec!["payment", "refund", "--shop", "daisy", "--number", "7"]),
    ];
    let sellers = program.run(&["seller", "list"]).await;
    let seller = sellers["sellers"][0]["seller"].as_str().unwrap();
    for (code, arguments) in codes {
        let arguments: Vec<_> = arguments.iter().map(|word| word.replace("SELLER", seller)).collect();
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let refused = program.try_run(&arguments).await.unwrap_err();
        assert_eq!(refused.code, Some(code), "{arguments:?}: {}", refused.message);
        assert!(!refused.message.contains("test_fake"), "{}", refused.message);
    }
}

#[tokio::test]
async fn rehearsals_and_test_secrets_never_serve_live_books_of_a_live_installation() {
    let arguments = ["serve", "--json", "--set-up", "live", "--public-url", "https://pay.example"];
    let program = Program::start(BINARY, arguments.map(str::to_owned).to_vec()).await;
    let rehearsal = program.try_run(&["provider", "create", "test", "--live"]).await.unwrap_err();
    assert_eq!(rehearsal.code, Some(1), "{}", rehearsal.message);
    program.run(&["provider", "create", "test", "--test"]).await;

    let place = tempfile::tempdir().unwrap();
    let key = |secret: &str| {
        let path = place.path().join("key");
        fs::write(&path, secret).unwrap();
        format!("secret_key@{}", path.display())
    };
    let base = ["--base-url", "https://provider.example/v3"];
    let secret = key("test_fake");
    let account = ["provider", "create", "yookassa", "shop_id=1", "--secret", &secret];
    let refused = program.try_run(&[&account[..], &base, &["--live"]].concat()).await.unwrap_err();
    assert_eq!(refused.code, Some(1));
    assert!(refused.message.contains("test shop"), "{}", refused.message);
    program.run(&[&account[..], &base, &["--test", "--name", "trial"]].concat()).await;

    let secret = key("live_fake");
    let account = ["provider", "create", "yookassa", "shop_id=1", "--secret", &secret, "--live"];
    program.run(&[&account[..], &base].concat()).await;
    let secret = key("test_fake");
    let change = program.try_run(&["provider", "set", "yookassa", "--secret", &secret]).await.unwrap_err();
    assert_eq!(change.code, Some(1), "{}", change.message);
}

/// A server whose end is watched.
fn start(data: &Path) -> Child {
    let arguments = ["serve", "--json", "--set-up", "test", "--listen", "127.0.0.1:0", "--data"];
    let output = fs::File::create(data.with_extension("out")).unwrap();
    let log = fs::File::create(data.with_extension("err")).unwrap();
    let mut command = Command::new(BINARY);
    command.args(arguments).arg(data).stdin(Stdio::null()).stdout(output).stderr(log);
    command.spawn().unwrap()
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_ends_in_good_order() {
    let parent = TempDir::new().unwrap();
    let data = parent.path().join("data");
    let mut server = start(&data);
    let output = data.with_extension("out");
    wait_until("the ready line", Duration::from_secs(30), || {
        let ready = fs::read_to_string(&output).is_ok_and(|text| text.ends_with('\n'));
        async move { ready.then_some(()) }
    })
    .await;
    let told = Command::new("kill").arg("-TERM").arg(server.id().to_string()).status().unwrap();
    assert!(told.success());
    assert_eq!(server.wait().unwrap().code(), Some(0));
    assert!(!data.join("openkassa.sock").exists());
    // Everything is in the database itself once it was closed well.
    assert!(!data.join("openkassa.db-wal").exists());
    let printed = fs::read_to_string(&output).unwrap();
    assert_eq!(printed.lines().count(), 1, "{printed}");
}

#[tokio::test]
async fn a_demo_that_starts_again_keeps_its_shop_and_what_people_changed() {
    let mut demo = Program::demo(BINARY, &[]).await;
    let first = demo.ready.clone();
    demo.run(&["shop", "set-addresses", "demo", "--result", "https://daisy.example/r"]).await;
    demo.kill9().await;

    // On other ports: what is the demo's own moves with it, what a person has set stays.
    let mut second = Command::new(BINARY);
    let log = fs::File::create(demo.data().with_extension("second")).unwrap();
    second.args(["demo", "--json", "--listen", "127.0.0.1:0", "--data"]).arg(demo.data());
    let mut second =
        second.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
    let output = demo.data().with_extension("second");
    let line = wait_until("the ready line", Duration::from_secs(30), || {
        let text = fs::read_to_string(&output).unwrap();
        async move { text.ends_with('\n').then_some(text) }
    })
    .await;
    let ready: Value = serde_json::from_str(&line).unwrap();
    let shop = demo.run(&["shop", "show", "demo"]).await;
    let provider = demo.run(&["provider", "show", "yookassa"]).await;
    let tariffs = demo.run(&["tariff", "list"]).await;
    second.kill().unwrap();
    second.wait().unwrap();

    assert_eq!(ready["shop"]["password1"], first.shop().password1.as_str());
    assert_eq!(ready["shop"]["test_password2"], first.shop().test_password2.as_str());
    let (place, simulator) =
        (ready["example_shop"].as_str().unwrap(), ready["simulators"]["yookassa"].as_str().unwrap());
    assert_ne!(place, first.example_shop.unwrap());
    assert_eq!(shop["result"]["url"], "https://daisy.example/r");
    assert_eq!(shop["success"]["url"], format!("{place}/success"));
    assert_eq!(provider["base_url"], format!("{simulator}/v3"));
    assert_eq!(tariffs["tariffs"].as_array().unwrap().len(), 1);
}
