//! What a payment link may ask for beyond a plain payment, as a payment start may (protocol, section 11.2).

use domain::invoices::InvoiceKind;
use url::Url;

use super::invoices::with_additional;
use super::keys::ShopKeys;
use super::members::{Members, Wrong};

/// Why a feature is refused.
const NOT_HERE: &str = "this shop cannot use the feature that is asked for";

/// What is asked for.
#[derive(Default)]
pub(super) struct Features {
    /// The money is to be held first.
    pub hold: bool,
    /// The buyer's method is to be kept.
    pub recurring: bool,
    /// Where a signed statement goes.
    pub statement_to: Option<String>,
    /// The key of an operation whose card is to be offered.
    pub token: Option<String>,
}

impl Features {
    /// Reads what is asked for, and refuses what is not here for anybody.
    pub(super) fn of(payload: &Members<'_>) -> Result<Features, Wrong> {
        for name in ["FiscalParentOpId", "Payments", "CustomUserProperty"] {
            let said = payload.raw(name).map_or("", |raw| raw.get());
            if !matches!(said, "" | "\"\"" | "[]" | "{}" | "0") {
                return Err(Wrong::of(name, NOT_HERE));
            }
        }
        // One client says it beside the other members.
        let recurring = payload.flag("Recurring")?;
        let more = with_additional(payload, |more| {
            if more.raw("Split").is_some_and(|raw| !matches!(raw.get(), "\"\"" | "{}" | "[]")) {
                return Err(Wrong::of("Split", NOT_HERE));
            }
            let statement_to = more.text("ResultURL2")?;
            Ok(Features {
                hold: more.flag("StepByStep")?,
                recurring: more.flag("Recurring")?,
                statement_to: statement_to.map(|url| address(&url, "ResultURL2")).transpose()?,
                token: more.text("Token")?,
            })
        })?;
        Ok(Features { recurring: recurring || more.recurring, ..more })
    }

    /// Refuses what this shop cannot use, and what cannot be had together.
    pub(super) fn check(&self, keys: &ShopKeys<'_>, kind: InvoiceKind, test: bool) -> Result<(), Wrong> {
        let refused = |name: &str, why| Err(Wrong::of(format!("AdditionalParameters.{name}"), why));
        let token = self.token.is_some();
        // The service has no rehearsals of recurring payments.
        if self.recurring && (test || !keys.switches.recurring) {
            refused("Recurring", NOT_HERE)
        } else if self.recurring && token {
            refused("Token", "a kept card is not kept again")
        } else if self.hold && !keys.switches.holds {
            refused("StepByStep", NOT_HERE)
        } else if self.hold && token {
            refused("Token", "money of a kept card is not held")
        } else if token && !keys.switches.saved_cards {
            refused("Token", NOT_HERE)
        } else if token && kind == InvoiceKind::Reusable {
            refused("Token", "a link for many offers nobody's card")
        } else {
            Ok(())
        }
    }
}

/// An absolute http or https address, as a browser will understand it.
pub(super) fn address(text: &str, name: &str) -> Result<String, Wrong> {
    let parsed =
        Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let url = parsed.ok_or_else(|| Wrong::of(name, "expected an absolute http or https address"))?;
    Ok(url.to_string())
}
