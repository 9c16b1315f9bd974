//! The emulators: Robokassa's and Interkassa's protocols for shops' own tests, made of the real engine, store and doors.

mod accounts;
mod checkouts;
mod members;
mod scenery;

use crate::cli::Common;
use crate::cli::emulate::{EmulateArgs, EmulateCommand};
use crate::demo::place;
use crate::demo::words::Tongue;
use crate::error::ProgramError;
use crate::installation::{Installation, Manners};
use crate::out;
use crate::serve::{Parts, Server, link, listen, local};
use crate::settings::{SetUpKind, Settings};
use domain::sellers::{ShopAddress, Verb};
use engine::emulation::accounts::Addresses;
use engine::emulation::{Emulation, Service};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;

/// What is to be imitated, and where.
struct Wanted {
    listen: SocketAddr,
    service: Service,
    strict: bool,
}

impl Wanted {
    fn read(command: EmulateCommand) -> Result<Wanted, ProgramError> {
        match command {
            EmulateCommand::Robokassa(args) => {
                let usual = addresses(&args);
                let listed = match &args.accounts {
                    Some(file) => accounts::read(file, &usual)?,
                    None => Vec::new(),
                };
                let service = Service::robokassa(listed, usual);
                Ok(Wanted { listen: args.listen, service, strict: args.strict })
            }
            EmulateCommand::Interkassa(args) => {
                let listed = args.accounts.as_deref().map(checkouts::read).transpose()?;
                let service = Service::interkassa(listed.unwrap_or_default());
                Ok(Wanted { listen: args.listen, service, strict: false })
            }
        }
    }
}

/// Imitates a service until it is told to stop.
///
/// # Errors
/// [`ProgramError`] saying why it cannot run.
pub async fn run(common: Common, command: EmulateCommand) -> Result<(), ProgramError> {
    let Common { data, database, json, .. } = common;
    let Wanted { listen: at, service, strict } = Wanted::read(command)?;
    // What is configured belongs to a real installation: its folder, its key, its books and its address.
    let settings = Settings { listen: Some(at), database, ..Settings::default() };
    let (folder, passing) = place(data, "openkassa-emulator-")?;
    folder.prepare()?;
    let lock = folder.lock()?;
    let listener = listen("the emulator", at).await?;
    let url = link(local(&listener)?);
    let installation = Installation::open_or_set_up(&folder, &settings, lock, Some(SetUpKind::Test)).await?;
    let tongue = Tongue::of_environment();
    let told = if json { json!({ "url": url }).to_string() } else { text(&service, &url, tongue) };
    let emulation = Some(Arc::new(Emulation::new(service, strict)));
    let manners = Manners { public_url: url.clone(), any_host: true, private_shops: true, emulation };
    let server = Server::wire(installation, &settings, manners, listener)?;
    scenery::set_up(server.engine()).await?;
    let ended = server.run(Parts::new(), None, move || out::line(&told)).await;
    if let Some(passing) = passing {
        passing.close().map_err(ProgramError::system("the folder of the emulator"))?;
    }
    ended
}

fn addresses(args: &EmulateArgs) -> Addresses {
    let address = |url: &Option<String>, verb: Verb| url.clone().map(|url| ShopAddress { url, verb });
    Addresses {
        result: address(&args.result_url, Addresses::RESULT_VERB),
        success: address(&args.success_url, Addresses::RETURN_VERB),
        fail: address(&args.fail_url, Addresses::RETURN_VERB),
    }
}

/// What is told whoever started it.
fn text(service: &Service, url: &str, tongue: Tongue) -> String {
    match service {
        Service::Robokassa { .. } => robokassa_text(url, tongue),
        Service::Interkassa { .. } => interkassa_text(url, tongue),
    }
}

fn interkassa_text(url: &str, tongue: Tongue) -> String {
    match tongue {
        Tongue::Russian => format!(
            "Эмулятор Interkassa: {url}\n\
             Ctrl+C завершает; настоящие деньги не движутся.\n\
             \n\
             \x20 Магазину    укажите этот адрес вместо https://sci.interkassa.com и\n\
             \x20             https://api.interkassa.com\n\
             \x20 Касса       любая; ключи secret_key и test_key, MD5 (другие задаёт --accounts FILE)\n\
             \x20 Исходы      выбирают на {url}/emulator или программой: docs/emulator.md\n"
        ),
        Tongue::English => format!(
            "Interkassa emulator: {url}\n\
             Ctrl+C stops it; no real money moves.\n\
             \n\
             \x20 Your shop   give it this address instead of https://sci.interkassa.com and\n\
             \x20             https://api.interkassa.com\n\
             \x20 Checkout    any; the keys are secret_key and test_key, with MD5 (--accounts FILE names others)\n\
             \x20 Outcomes    are chosen at {url}/emulator, or by a program: docs/emulator.md\n"
        ),
    }
}

fn robokassa_text(url: &str, tongue: Tongue) -> String {
    match tongue {
        Tongue::Russian => format!(
            "Эмулятор Robokassa: {url}\n\
             Ctrl+C завершает; настоящие деньги не движутся.\n\
             \n\
             \x20 Магазину    укажите этот адрес вместо https://auth.robokassa.ru\n\
             \x20 Логин       любой; пароли password1 и password2, тестовые test_password1 и\n\
             \x20             test_password2, MD5 (другие задаёт --accounts FILE)\n\
             \x20 Исходы      выбирают на {url}/emulator или программой: docs/emulator.md\n"
        ),
        Tongue::English => format!(
            "Robokassa emulator: {url}\n\
             Ctrl+C stops it; no real money moves.\n\
             \n\
             \x20 Your shop   give it this address instead of https://auth.robokassa.ru\n\
             \x20 Login       any; the passwords are password1 and password2, in test mode test_password1 and\n\
             \x20             test_password2, with MD5 (--accounts FILE names others)\n\
             \x20 Outcomes    are chosen at {url}/emulator, or by a program: docs/emulator.md\n"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_where_it_is_and_which_passwords_work() {
        for tongue in [Tongue::Russian, Tongue::English] {
            let told = robokassa_text("http://127.0.0.1:7790", tongue);
            for said in ["http://127.0.0.1:7790/emulator", "password1", "test_password2", "docs/emulator.md"]
            {
                assert!(told.contains(said), "{said} in {told}");
            }
            let told = interkassa_text("http://127.0.0.1:7791", tongue);
            for said in ["http://127.0.0.1:7791/emulator", "secret_key", "test_key", "docs/emulator.md"] {
                assert!(told.contains(said), "{said} in {told}");
            }
        }
    }
}
