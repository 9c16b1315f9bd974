//! What the emulator needs in the books: a provider whose outcomes are chosen, a tariff, the listed shops.

use crate::error::{Failure, ProgramError};
use domain::history::Actor;
use domain::tariffs::{Fee, RefundFee, Step};
use engine::emulation::ACTOR;
use engine::operator::{NewProvider, NewTariff};
use money::Money;
use money::currency::Currency;
use web::state::Kassa;

/// The connector whose outcomes are chosen; it serves live books too, because no money here is real.
const CONNECTOR: &str = "test";
/// The commission, in thousandths: notices name one as the live service's do.
const FEE_PARTS: u32 = 35;

/// Makes what is missing; what an earlier run in the same folder made stays.
pub(super) async fn set_up(engine: &Kassa) -> Result<(), ProgramError> {
    made(engine).await.map_err(ProgramError::from)
}

async fn made(engine: &Kassa) -> Result<(), Failure> {
    let accounts = engine.store().providers().await?;
    if !accounts.iter().any(|account| account.connector == CONNECTOR) {
        let account = NewProvider {
            connector: CONNECTOR.to_owned(),
            name: CONNECTOR.to_owned(),
            base_url: String::new(),
            settings: Vec::new(),
            serves_live: true,
            serves_test: true,
            methods: Vec::new(),
        };
        engine.create_provider(account, actor()).await?;
    }
    if engine.store().tariffs().await?.is_empty() {
        for &currency in Currency::ALL {
            let fee = Fee::Share { parts: FEE_PARTS, of: 1_000 };
            let tariff = NewTariff {
                method: None,
                currency,
                steps: vec![Step { from: Money::zero(currency), fee }],
                refund_fee: RefundFee::Return,
                seller: None,
                shop: None,
            };
            engine.create_tariff(tariff, actor()).await?;
        }
    }
    let logins = engine.emulation().map(|emulation| emulation.service().logins());
    for login in logins.into_iter().flatten() {
        engine.prepare_emulated_shop(&login).await?;
    }
    Ok(())
}

fn actor() -> Actor {
    Actor::Operator(ACTOR.to_owned())
}
