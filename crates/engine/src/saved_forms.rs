//! Forms that a checkout prepares: an address with a fixed price, for a page that has no program behind it.

use crate::checkouts::{CheckoutRefused, Started};
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::sellers::ShopChange;
use domain::checkouts::{CheckoutTerms, SavedForm};
use domain::decide::Refused as BusinessRefused;
use domain::history::Actor;
use domain::ids::{BookKind, ShopId};
use money::Money;
use protocols::interkassa::errors::{Code, Refused};
use protocols::order::Order;

/// So many forms a checkout prepares at most.
const FORMS_MAX: usize = 1_000;
/// How long a code is.
const CODE_CHARS: usize = 10;
/// The letters of a code.
const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// How long a description may be, in characters.
const DESCRIPTION_CHARS_MAX: usize = 255;

impl<N: Network, C: Clock> Engine<N, C> {
    /// Opens the payment of a form that was prepared.
    pub(crate) async fn open_saved_form(&self, code: &str) -> Result<Started, CheckoutRefused> {
        let unknown = || Refused::because_of("s", Code::Invalid, "there is no such form");
        let shop = self.shop_of_login(&SavedForm::name(code), BookKind::Live).await?.ok_or_else(unknown)?;
        let forms = shop.checkout.as_ref().map_or(&[][..], |checkout| &checkout.forms);
        let form = forms.iter().find(|form| form.code == code).ok_or_else(unknown)?;
        let order = Order {
            sum: form.amount,
            sum_text: form.amount.to_string(),
            number: None,
            description: form.description.clone(),
            email: None,
            payer_ip: None,
            language: None,
            custom: Vec::new(),
            success: None,
            fail: None,
            statement_to: None,
            until: None,
            preferred: None,
            allowed: Vec::new(),
            hold: false,
            recurring: false,
            token: None,
            receipt: None,
            split: Vec::new(),
            test: false,
            fingerprint: [0; 32],
        };
        let terms = CheckoutTerms::without_request();
        Ok(Started::Payment(self.open_checkout(&shop, order, terms).await?))
    }

    /// Prepares a form; answers with its code.
    ///
    /// # Errors
    /// [`EngineError::Refused`] for a shop that is no checkout, a currency that it does not take, an amount that
    /// is none, or too many forms.
    pub async fn save_form(
        &self,
        shop: ShopId,
        amount: Money,
        description: &str,
        actor: Actor,
    ) -> Result<String, EngineError> {
        let live = self.shop_twin(shop, BookKind::Live).await?;
        let invalid =
            |what, why: &str| EngineError::Refused(BusinessRefused::Invalid { what, why: why.to_owned() });
        let mut checkout = live.checkout.clone().ok_or_else(|| invalid("shop", "it is no checkout"))?;
        if !live.takes(amount.currency()) || !amount.is_positive() {
            return Err(invalid("sum", "expected a positive sum in a currency of the checkout"));
        }
        if description.is_empty() || description.chars().count() > DESCRIPTION_CHARS_MAX {
            return Err(invalid("description", "expected 1 to 255 characters"));
        }
        if checkout.forms.len() >= FORMS_MAX {
            let what = "prepared forms";
            return Err(EngineError::Refused(BusinessRefused::TooMany { what, limit: FORMS_MAX as u32 }));
        }
        let code = self.fresh_code()?;
        checkout.forms.push(SavedForm { code: code.clone(), amount, description: description.to_owned() });
        self.name_shop(shop, SavedForm::name(&code), &[ShopChange::Checkout(checkout)], actor).await?;
        Ok(code)
    }

    fn fresh_code(&self) -> Result<String, EngineError> {
        let random = crate::passwords::random_bytes::<CODE_CHARS>()?;
        let letter = |byte: u8| LETTERS.get(usize::from(byte) % LETTERS.len()).copied().unwrap_or(b'A');
        Ok(random.into_iter().map(|byte| char::from(letter(byte))).collect())
    }
}
