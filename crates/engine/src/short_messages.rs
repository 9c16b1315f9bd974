//! A shop asks for a message to a phone.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::orders::keys;
use domain::decide::Refused;
use domain::ids::BookKind;
use domain::short_messages::KeepMessage;
use protocols::robokassa::sms::{SmsCode, SmsRequest, answer};
use wire::card_numbers::mask_card_numbers;
use wire::http::HttpRequest;

/// So many more can be sent, as a shop is told that tries its program here: nothing is used up.
const LEFT_IN_TESTS: u32 = 1_000;

/// Who carries messages to phones. There is no gateway to configure yet.
enum Gateway {
    /// Nobody.
    Nobody,
    /// Nobody either, but everybody knows that this is an installation for tests: a message is kept in the
    /// history of its shop, where the shop's programmer finds it, and an emulator shows it among its events.
    History,
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// The answer to a shop that wants a message sent, as JSON.
    #[tracing::instrument(skip_all)]
    pub async fn short_message(&self, request: &HttpRequest) -> String {
        match self.take_message(request).await {
            Ok(left) => answer(SmsCode::Ok, left),
            Err(code) => {
                tracing::info!(code = code.number(), "a message to a phone is refused");
                answer(code, 0)
            }
        }
    }

    fn gateway(&self) -> Gateway {
        match self.kind {
            BookKind::Live => Gateway::Nobody,
            BookKind::Test => Gateway::History,
        }
    }

    async fn take_message(&self, request: &HttpRequest) -> Result<u32, SmsCode> {
        let message = SmsRequest::read(request)?;
        let shop = self.shop_of_login(message.login(), BookKind::Live).await.map_err(unavailable)?;
        let shop = shop.ok_or(SmsCode::ShopNotFound)?;
        let passwords = shop.current_passwords().ok_or(SmsCode::ShopNotFound)?;
        message.verify(&keys(&shop, passwords, false))?;
        if !shop.active {
            return Err(SmsCode::ShopOff);
        }
        match self.gateway() {
            Gateway::Nobody => Err(SmsCode::NotEnabled),
            Gateway::History => {
                let text = mask_card_numbers(&message.message).into_owned();
                self.hear_message(&message.phone, &text);
                let keep = KeepMessage { shop: shop.id, phone: message.phone, text };
                self.submit(keep).await.map_err(unavailable)?;
                Ok(LEFT_IN_TESTS)
            }
        }
    }
}

fn unavailable(error: EngineError) -> SmsCode {
    if matches!(error, EngineError::Refused(Refused::Off { .. })) {
        return SmsCode::ShopOff;
    }
    tracing::error!(%error, "a message to a phone cannot be taken");
    SmsCode::Unavailable
}
