//! The program: the command line understood, and what it asks for done.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod admin;
mod cli;
mod commands;
mod copy;
mod database;
mod demo;
mod doctor;
mod emulate;
mod error;
mod exits;
mod fees;
mod folder;
mod installation;
mod logging;
mod master_key;
mod operator;
mod out;
mod process;
mod schedule;
mod serve;
mod settings;
mod spans;
mod traces;

use admin::reply::Reply;
use admin::request::Request;
use clap::Parser;
use cli::{Cli, Command, Common};
use error::ProgramError;
use exits::Ending;
use folder::Folder;
use settings::Settings;
use std::io::Write;
use std::process::ExitCode;

/// With the system's own allocator a fifth of a payment's processor time went into memory, much of it
/// given back and asked for again.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = runtime
        .map_err(ProgramError::system("the program's threads"))
        .and_then(|runtime| runtime.block_on(run(cli)));
    match done {
        Ok(code) => code,
        Err(error) => {
            // Where nobody reads what is wrong, the code still tells it.
            let _ = writeln!(std::io::stderr(), "openkassa: {error}");
            error.ending().into()
        }
    }
}

async fn run(cli: Cli) -> Result<ExitCode, ProgramError> {
    // Wrong settings are for the doctor a finding like any other, so it reads them itself.
    if matches!(cli.command, Command::Doctor) {
        return doctor::run(&cli.common).await;
    }
    let mut settings = Settings::read(cli.common.config.as_deref())?;
    if let Some(database) = &cli.common.database {
        database::checked(database)?;
        settings.database = Some(database.clone());
    }
    let request = match cli.command {
        Command::Serve(args) => {
            let traces = logging::begin_traced(&settings, logging::SERVER)?;
            let folder = folder(&settings, &cli.common);
            let served = serve::run(settings, &folder, args, cli.common.json).await;
            traces.end().await;
            return served.map(|()| ExitCode::SUCCESS);
        }
        Command::Demo(args) => {
            let traces = logging::begin_traced(&settings, logging::COMMAND)?;
            let shown = demo::run(cli.common, args).await;
            traces.end().await;
            return shown.map(|()| ExitCode::SUCCESS);
        }
        Command::Emulate(command) => {
            let traces = logging::begin_traced(&settings, logging::COMMAND)?;
            let imitated = emulate::run(cli.common, command).await;
            traces.end().await;
            return imitated.map(|()| ExitCode::SUCCESS);
        }
        Command::Copy(args) => {
            logging::begin(&settings, logging::COMMAND)?;
            let folder = folder(&settings, &cli.common);
            return copy::run(&settings, &folder, &cli.common, &args).await;
        }
        Command::Doctor => return doctor::run(&cli.common).await,
        Command::Seller(command) => command.request(),
        Command::Shop(command) => command.request(),
        Command::Checkout(command) => command.request()?,
        Command::Provider(command) => command.request()?,
        Command::Tariff(command) => command.request(),
        Command::Rates(command) => command.request(),
        Command::Payment(command) => command.request(),
        Command::Payout(command) => command.request()?,
        Command::Job(command) => command.request(),
        Command::Clock(command) => command.request(),
        Command::Person(command) => command.request(),
        Command::Books(command) => command.request(),
        Command::Robokassa(command) => command.request()?,
        Command::Interkassa(command) => command.request()?,
    };
    logging::begin(&settings, logging::COMMAND)?;
    ask(&settings, &cli.common, request).await
}

async fn ask(settings: &Settings, common: &Common, request: Request) -> Result<ExitCode, ProgramError> {
    let reply = commands::run(settings, &folder(settings, common), request).await?;
    // A reader that went away, such as `head`, has seen enough.
    let _ = out::reply(&reply, common.json);
    let not_green = matches!(&reply, Reply::Books(books) if !books.green);
    Ok(if not_green { Ending::NotGreen.into() } else { ExitCode::SUCCESS })
}

fn folder(settings: &Settings, common: &Common) -> Folder {
    Folder::at(common.data.clone().unwrap_or_else(|| settings.data()))
}
