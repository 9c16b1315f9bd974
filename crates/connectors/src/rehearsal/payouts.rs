//! Rehearsed payouts: the last digits of the number that the money goes to choose what becomes of it.
//!
//! `0002` bounces as refused, `0003` is answered only when it is asked about, everything else arrives at once.

use domain::attempts::Reason;
use domain::payouts::DestinationKind;
use domain::providers::ProviderAccount;
use wire::http::HttpReply;

use crate::connector::ConnectorFault;
use crate::payouts::{PayoutAsk, PayoutNext, PayoutOffer, PayoutStep, PayoutTask, PaysOut};

use super::{CURRENCIES, NAME, Rehearsal};

/// A number with this end refuses what it is paid.
const REFUSED: &str = "0002";
/// A payout to a number with this end is still under way at first.
const SLOW: &str = "0003";

static OFFERS: [PayoutOffer; 3] =
    [offer(DestinationKind::Card), offer(DestinationKind::Phone), offer(DestinationKind::Wallet)];

const fn offer(to: DestinationKind) -> PayoutOffer {
    PayoutOffer { to, currencies: CURRENCIES, smallest: 1, largest: 1_000_000_000_000 }
}

impl PaysOut for Rehearsal {
    fn offers(&self, _: &ProviderAccount) -> &'static [PayoutOffer] {
        &OFFERS
    }

    fn begin(&self, task: &PayoutTask<'_>, _: &ProviderAccount) -> Result<PayoutStep, ConnectorFault> {
        let asked_about = match task.ask {
            PayoutAsk::Send => false,
            PayoutAsk::Repeat | PayoutAsk::Check => true,
        };
        let next = if task.mask.ends_with(REFUSED) {
            PayoutNext::Bounced(Reason::IssuerDeclined)
        } else if task.mask.ends_with(SLOW) && !asked_about {
            PayoutNext::Wait
        } else {
            PayoutNext::Settled
        };
        Ok(PayoutStep { remember: Some(format!("rehearsed-{}", task.reference)), next })
    }

    fn reply(
        &self,
        _: &PayoutTask<'_>,
        _: &HttpReply,
        _: &ProviderAccount,
    ) -> Result<PayoutStep, ConnectorFault> {
        Err(ConnectorFault::Unsupported { provider: NAME, what: "have an answer: nothing is sent to it" })
    }
}
