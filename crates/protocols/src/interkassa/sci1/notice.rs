//! What a shop of the first protocol is told, and with what its buyers return.

use domain::secrets::Secret;
use jiff::Timestamp;

use super::super::notice::Pairs;
use super::request::BAGGAGE;
use super::signature::sign;

/// Who bears the fee.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FeePayer {
    /// The shop.
    Shop,
    /// The buyer.
    Buyer,
    /// Each a half.
    Both,
}

impl FeePayer {
    /// Who bears the greater part, given the buyer's share in thousandths; the protocol knows three answers.
    pub const fn of_share(buyer_thousandths: u16) -> FeePayer {
        match buyer_thousandths {
            0 => FeePayer::Shop,
            1..=999 => FeePayer::Both,
            1_000.. => FeePayer::Buyer,
        }
    }

    /// The digit in `ik_fees_payer`.
    pub const fn code(self) -> &'static str {
        match self {
            FeePayer::Shop => "0",
            FeePayer::Buyer => "1",
            FeePayer::Both => "2",
        }
    }

    /// The word in the shop's settings.
    pub const fn word(self) -> &'static str {
        match self {
            FeePayer::Shop => "PAYEE",
            FeePayer::Buyer => "PAYER",
            FeePayer::Both => "BOTH",
        }
    }
}

/// What every message about a payment says.
#[derive(Clone, Copy, Debug)]
pub struct FirstTold<'a> {
    /// The shop, as it was named in the request.
    pub shop_id: &'a str,
    /// The amount, as it was written in the request.
    pub amount: &'a str,
    /// The merchant's number.
    pub payment_id: &'a str,
    /// What was bought.
    pub description: &'a str,
    /// The payment system that was used.
    pub alias: &'a str,
    /// The merchant's own text.
    pub baggage: &'a str,
    /// When it was decided.
    pub at: Timestamp,
    /// Whether it was paid.
    pub paid: bool,
    /// The number of the invoice; `IK_` is put before it.
    pub transaction: u64,
    /// The rate of the shop's currency to the dollar when it was paid, as a decimal.
    pub rate: &'a str,
    /// Who bears the fee.
    pub fees: FeePayer,
}

impl FirstTold<'_> {
    const fn state(&self) -> &'static str {
        if self.paid { "success" } else { "fail" }
    }
}

/// The fields of a notice, signed. The signature is in upper case because some receivers compare it exactly.
pub fn status_fields(told: &FirstTold<'_>, key: &Secret) -> Pairs {
    let transaction = format!("IK_{}", told.transaction);
    let signature = sign(
        &[
            told.shop_id,
            told.amount,
            told.payment_id,
            told.alias,
            told.baggage,
            told.state(),
            &transaction,
            told.rate,
            told.fees.code(),
        ],
        key,
    );
    pairs([
        ("ik_shop_id", told.shop_id.to_owned()),
        ("ik_payment_amount", told.amount.to_owned()),
        ("ik_payment_id", told.payment_id.to_owned()),
        ("ik_payment_desc", told.description.to_owned()),
        ("ik_paysystem_alias", told.alias.to_owned()),
        (BAGGAGE, told.baggage.to_owned()),
        ("ik_payment_timestamp", told.at.as_second().to_string()),
        ("ik_payment_state", told.state().to_owned()),
        ("ik_trans_id", transaction),
        ("ik_currency_exch", told.rate.to_owned()),
        ("ik_fees_payer", told.fees.code().to_owned()),
        ("ik_sign_hash", signature.to_ascii_uppercase()),
    ])
}

/// The fields with which a buyer returns. They are not signed, so no shop may take them for a proof.
pub fn return_fields(told: &FirstTold<'_>) -> Pairs {
    pairs([
        ("ik_shop_id", told.shop_id.to_owned()),
        ("ik_payment_id", told.payment_id.to_owned()),
        ("ik_paysystem_alias", told.alias.to_owned()),
        (BAGGAGE, told.baggage.to_owned()),
        ("ik_payment_timestamp", told.at.as_second().to_string()),
        ("ik_payment_state", told.state().to_owned()),
        ("ik_trans_id", format!("IK_{}", told.transaction)),
    ])
}

fn pairs<const N: usize>(fields: [(&str, String); N]) -> Pairs {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_split_fee_is_told_as_shared() {
        for (share, code, word) in
            [(0, "0", "PAYEE"), (1, "2", "BOTH"), (500, "2", "BOTH"), (1_000, "1", "PAYER")]
        {
            let payer = FeePayer::of_share(share);
            assert_eq!((payer.code(), payer.word()), (code, word), "{share}");
        }
    }
}
