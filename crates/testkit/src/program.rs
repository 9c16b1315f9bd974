//! The real binary, started in a folder of its own, killed without warning, started again.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::database::Database;
use crate::held::Held;
use crate::ready::Ready;
use crate::waiting::wait_until;

/// A debug build on a busy machine with two cores is ready well within this.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// The program gives work that is under way a minute.
const END_WITHIN: Duration = Duration::from_secs(90);

/// How much of the program's log a failed test shows.
const LOG_LINES_SHOWN: usize = 60;

/// A running `openkassa` with its data folder. Dropping it kills the process and removes the folder.
#[derive(Debug)]
pub struct Program {
    binary: PathBuf,
    arguments: Vec<String>,
    folder: TempDir,
    child: Option<Child>,
    runs: u32,
    /// What is around it.
    around: Around,
    /// What the program said when it was ready.
    pub ready: Ready,
}

/// What a program is started with beside its arguments.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// A database on a server and this program's number there; the database goes after its last program.
    /// None: a file in the data folder.
    pub database: Option<(Arc<Database>, u32)>,
    /// The data folder; none: one of its own, gone with the program.
    pub data: Option<PathBuf>,
    /// What its environment has besides.
    pub variables: Vec<(OsString, OsString)>,
}

impl Around {
    /// Books in the data folder, or on a server where one variable says so for all tests.
    pub fn usual() -> Around {
        let database = on_server().then(|| (Arc::new(Database::new()), 0));
        Around { database, ..Around::default() }
    }
}

/// A command of the program that ended with a code other than zero.
#[derive(Debug)]
pub struct CommandRefused {
    /// The exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard error.
    pub message: String,
}

impl Program {
    /// Starts `openkassa demo` on free ports. `binary` is the caller's `env!("CARGO_BIN_EXE_openkassa")`.
    ///
    /// # Panics
    /// When the program is not ready within half a minute; the message shows the end of its log.
    pub async fn demo(binary: &str, extra: &[&str]) -> Program {
        let mut arguments = vec!["demo".to_owned(), "--json".to_owned()];
        arguments.extend(extra.iter().map(|&argument| argument.to_owned()));
        Program::start(binary, arguments).await
    }

    /// Starts any command of the program that prints a ready line, in a new data folder.
    ///
    /// # Panics
    /// As `demo`.
    pub async fn start(binary: &str, arguments: Vec<String>) -> Program {
        Program::start_in(binary, arguments, Around::usual()).await
    }

    /// The same, as a node of a database on a server, which it may share with others.
    ///
    /// # Panics
    /// As `demo`.
    pub async fn start_on(
        binary: &str,
        arguments: Vec<String>,
        database: Option<(Arc<Database>, u32)>,
    ) -> Program {
        Program::start_in(binary, arguments, Around { database, ..Around::default() }).await
    }

    /// The same, with all that is around it chosen by the test.
    ///
    /// # Panics
    /// As `demo`.
    pub async fn start_in(binary: &str, arguments: Vec<String>, around: Around) -> Program {
        let folder =
            tempfile::Builder::new().prefix("openkassa-").tempdir().expect("a folder for the program");
        let nowhere = Ready {
            url: String::new(),
            example_shop: None,
            simulators: Default::default(),
            metrics: None,
            api_token: None,
            cabinet: None,
            person: None,
            shop: None,
        };
        let binary = binary.into();
        let mut program = Program { binary, arguments, folder, child: None, runs: 0, around, ready: nowhere };
        program.launch(&["--listen".to_owned(), "127.0.0.1:0".to_owned()]).await;
        program
    }

    /// Another node on the same server: with a folder of its own and the same master key.
    ///
    /// # Panics
    /// As `demo`, and when this one's books are in a file.
    pub async fn beside(&self) -> Program {
        let (database, number) = self.around.database.clone().expect("nodes share a server");
        let variables = vec![
            ("OPENKASSA_PRIVATE_SHOPS".into(), "true".into()),
            ("OPENKASSA_MASTER_KEY_FILE".into(), self.data().join("master.key").into()),
        ];
        let around = Around { database: Some((database, number + 1)), data: None, variables };
        let binary = self.binary.to_str().expect("a path of plain letters");
        Program::start_in(binary, ["serve", "--json"].map(str::to_owned).to_vec(), around).await
    }

    /// The folder that holds the books.
    pub fn data(&self) -> PathBuf {
        self.around.data.clone().unwrap_or_else(|| self.folder.path().join("data"))
    }

    /// Where the books and everything else of the program is, as its commands are told.
    pub fn places(&self) -> Vec<OsString> {
        let mut places = vec!["--data".into(), self.data().into()];
        if let Some((database, node)) = &self.around.database {
            // A number of its own lets a program that was killed go on at once with what it had begun.
            places.extend(["--database".into(), format!("{}&node={node}", database.address()).into()]);
        }
        places
    }

    /// Holds the books, so that whatever the program wants to save waits until they are let go.
    ///
    /// # Panics
    /// When they cannot be held.
    pub fn hold_books(&self) -> Held {
        match &self.around.database {
            Some((database, _)) => Held::on_server(&database.address()),
            None => Held::in_folder(&self.data()),
        }
    }

    /// Ends the process at once, as a power cut would.
    pub async fn kill9(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().await.expect("the process can be killed");
        }
    }

    /// Tells the process to end in good order, and waits until it has.
    ///
    /// # Panics
    /// When it does not end within a minute and a half; the message shows the end of its log.
    pub async fn terminate(&mut self) -> Option<i32> {
        let mut child = self.child.take().expect("the process runs");
        let id = child.id().expect("the process runs").to_string();
        let told = Command::new("kill").arg("-TERM").arg(id).status().await;
        assert!(told.is_ok_and(|told| told.success()), "the process can be told to end");
        let ended = tokio::time::timeout(END_WITHIN, child.wait()).await;
        match ended {
            Ok(status) => status.expect("the process can be waited for").code(),
            Err(_) => panic!("the program does not end:\n{}", self.log()),
        }
    }

    /// Starts the program again on the same data and, so that nobody's addresses change, the same ports.
    ///
    /// # Panics
    /// As `demo`.
    pub async fn restart(&mut self) {
        self.kill9().await;
        let mut places = vec!["--listen".to_owned(), authority(&self.ready.url)];
        if let Some(shop) = &self.ready.example_shop {
            places.extend(["--example-shop".to_owned(), authority(shop)]);
        }
        for (provider, url) in &self.ready.simulators {
            places.extend(["--simulator".to_owned(), format!("{provider}={}", authority(url))]);
        }
        self.launch(&places).await;
    }

    /// Whether the process still runs.
    pub fn is_running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| child.try_wait().is_ok_and(|ended| ended.is_none()))
    }

    /// Runs a command of the program on the same data and reads the JSON it prints.
    ///
    /// # Panics
    /// When the command fails or prints no JSON.
    pub async fn run(&self, arguments: &[&str]) -> Value {
        match self.try_run(arguments).await {
            Ok(printed) => printed,
            Err(refused) => panic!("openkassa {}: {refused:?}\n{}", arguments.join(" "), self.log()),
        }
    }

    /// Runs a command that may be refused.
    ///
    /// # Errors
    /// `CommandRefused` when it ended with another code than zero.
    pub async fn try_run(&self, arguments: &[&str]) -> Result<Value, CommandRefused> {
        self.answer_of(arguments.iter().map(OsString::from).chain(self.places())).await
    }

    async fn answer_of(&self, arguments: impl Iterator<Item = OsString>) -> Result<Value, CommandRefused> {
        let output = Command::new(&self.binary)
            .args(arguments)
            .arg("--json")
            .envs(self.around.variables.iter().cloned())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .expect("the program can be started");
        if !output.status.success() {
            let message = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(CommandRefused { code: output.status.code(), message });
        }
        let printed = String::from_utf8(output.stdout).expect("the program prints UTF-8");
        Ok(serde_json::from_str(&printed).unwrap_or_else(|fault| panic!("not JSON ({fault}): {printed}")))
    }

    /// The address of the books.
    ///
    /// # Panics
    /// When the folder has a name that is no text.
    pub fn books(&self) -> String {
        match &self.around.database {
            Some((database, _)) => database.address(),
            None => format!("sqlite:{}", self.data().join("openkassa.db").to_str().expect("a plain path")),
        }
    }

    /// Carries the books to another address with the program's own command; the old ones stay.
    ///
    /// # Errors
    /// `CommandRefused` when it ended with another code than zero.
    pub async fn try_copy(&self, to: &str) -> Result<Value, CommandRefused> {
        let books = self.books();
        let command = ["copy", "--from", &books, "--to", to].map(OsString::from);
        self.answer_of(command.into_iter().chain(["--data".into(), self.data().into()])).await
    }

    /// From its next start on, the program has its books there: on a server, or in its folder.
    pub fn moves_to(&mut self, database: Option<(Arc<Database>, u32)>) {
        self.around.database = database;
    }

    /// The end of what the program wrote to standard error, of the run that is or was last.
    pub fn log(&self) -> String {
        let text = fs::read_to_string(self.output("err")).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES_SHOWN)..].join("\n")
    }

    /// Everything that the program wrote to standard error, in all its runs.
    pub fn whole_log(&self) -> String {
        let runs = (1..=self.runs).map(|run| self.folder.path().join(format!("run-{run}.err")));
        runs.map(|path| fs::read_to_string(path).unwrap_or_default()).collect()
    }

    fn output(&self, kind: &str) -> PathBuf {
        self.folder.path().join(format!("run-{}.{kind}", self.runs))
    }

    /// Output goes to files: a pipe that nobody reads fills up and stops the program.
    async fn launch(&mut self, places: &[String]) {
        self.runs += 1;
        let child = Command::new(&self.binary)
            .args(&self.arguments)
            .args(places)
            .args(self.places())
            .envs(self.around.variables.iter().cloned())
            .stdin(Stdio::null())
            .stdout(File::create(self.output("out")).expect("a file for the output"))
            .stderr(File::create(self.output("err")).expect("a file for the log"))
            .kill_on_drop(true)
            .spawn();
        self.child = Some(child.unwrap_or_else(|fault| panic!("{}: {fault}", self.binary.display())));
        let output = self.output("out");
        let line = wait_until("the ready line", READY_WITHIN, || {
            let line = first_line(&output);
            let running = self.is_running();
            assert!(running || line.is_some(), "the program ended before it was ready:\n{}", self.log());
            async move { line }
        });
        let line = line.await;
        self.ready = Ready::read(&line);
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the end of the program's log:\n{}", self.log());
        }
    }
}

/// Whether programs keep their books on a PostgreSQL server: one variable runs every journey there.
fn on_server() -> bool {
    match std::env::var("TEST_ENGINE").as_deref() {
        Ok("postgres") => true,
        Ok("sqlite") | Err(_) => false,
        Ok(other) => panic!("TEST_ENGINE is \"{other}\"; there are sqlite and postgres"),
    }
}

/// The first line, once the program has finished writing it.
fn first_line(output: &Path) -> Option<String> {
    let text = fs::read_to_string(output).ok()?;
    text.split_once('\n').map(|(line, _)| line.to_owned())
}

fn authority(url: &str) -> String {
    let url = url::Url::parse(url).expect("the ready line holds addresses");
    url.authority().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that keeps the promises of the ready line and writes down how it was started.
    const HONEST: &str = r#"
        case "$1" in
        payment) echo '{"state":"paid"}' ;;
        refuse) echo 'no such payment' >&2; exit 4 ;;
        *) echo "$@" >> "$0.starts"
           echo '{"url":"http://127.0.0.1:7001","simulators":{"yookassa":"http://127.0.0.1:7002"}}'
           exec sleep 60 ;;
        esac"#;

    fn script(text: &str) -> (TempDir, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("program.sh");
        fs::write(&path, text).unwrap();
        let path = path.to_str().unwrap().to_owned();
        (folder, path)
    }

    #[tokio::test]
    async fn a_program_comes_back_on_the_ports_it_had() {
        let (_folder, script) = script(HONEST);
        let mut program = Program::start("/bin/sh", vec![script.clone()]).await;
        assert!(program.is_running());
        program.kill9().await;
        assert!(!program.is_running());
        program.restart().await;
        let starts = fs::read_to_string(format!("{script}.starts")).unwrap();
        let second = starts.lines().nth(1).unwrap();
        assert!(
            second.starts_with("--listen 127.0.0.1:7001 --simulator yookassa=127.0.0.1:7002 --data "),
            "{second}"
        );
    }

    #[tokio::test]
    async fn a_command_answers_with_json_or_with_its_refusal() {
        let (_folder, script) = script(HONEST);
        let program = Program::start("/bin/sh", vec![script.clone()]).await;
        assert_eq!(program.run(&[&script, "payment", "show"]).await["state"], "paid");
        let refused = program.try_run(&[&script, "refuse"]).await.unwrap_err();
        assert_eq!((refused.code, refused.message.as_str()), (Some(4), "no such payment\n"));
    }

    #[tokio::test]
    #[should_panic(expected = "out of paper")]
    async fn a_program_that_dies_at_once_shows_its_log() {
        let (_folder, script) = script("echo 'out of paper' >&2; exit 1");
        Program::start("/bin/sh", vec![script]).await;
    }
}
