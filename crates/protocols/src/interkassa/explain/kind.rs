//! Which request or message of this dialect somebody pasted, told by its fields.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::names;
use super::super::sci1::request::SHOP_ID;
use super::Coding;
use crate::robokassa::explain::pasted::Pasted;

/// The requests and messages, signed or not.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// The start of a payment by the second protocol.
    Request,
    /// A notice of it.
    Notice,
    /// A buyer's way back, which nobody signs.
    Return,
    /// The start of a payment by the first protocol.
    FirstRequest,
    /// A notice of it.
    FirstStatus,
    /// A buyer's way back, which nobody signs.
    FirstReturn,
}

impl Kind {
    /// The word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Request => "payment_start",
            Kind::Notice => "interaction_notice",
            Kind::Return => "return",
            Kind::FirstRequest => "sci1_payment_start",
            Kind::FirstStatus => "sci1_status_notice",
            Kind::FirstReturn => "sci1_return",
        }
    }

    /// Whether a signature belongs to it.
    pub const fn is_signed(self) -> bool {
        match self {
            Kind::Request | Kind::Notice | Kind::FirstRequest | Kind::FirstStatus => true,
            Kind::Return | Kind::FirstReturn => false,
        }
    }

    /// Whether it is of the first protocol.
    pub const fn is_first(self) -> bool {
        match self {
            Kind::FirstRequest | Kind::FirstStatus | Kind::FirstReturn => true,
            Kind::Request | Kind::Notice | Kind::Return => false,
        }
    }

    /// The name of the field with the signature.
    pub(super) const fn signature(self) -> &'static str {
        if self.is_first() { "ik_sign_hash" } else { names::SIGN }
    }

    /// How a signature is written.
    pub(super) const fn coding(self) -> Coding {
        if self.is_first() { Coding::Hex } else { Coding::Base64 }
    }

    /// The signature with this digest, as it is sent.
    pub(super) fn written(self, hex: &str) -> Option<String> {
        match self {
            Kind::Request | Kind::Notice | Kind::Return => Some(STANDARD.encode(hex::decode(hex).ok()?)),
            Kind::FirstRequest | Kind::FirstReturn => Some(hex.to_owned()),
            Kind::FirstStatus => Some(hex.to_ascii_uppercase()),
        }
    }

    /// The fields that are signed, in their order; `None` where all of them are, by name.
    pub(super) const fn fixed(self) -> Option<&'static [&'static str]> {
        match self {
            Kind::Request | Kind::Notice | Kind::Return => None,
            Kind::FirstRequest => Some(&[
                SHOP_ID,
                "ik_payment_amount",
                "ik_payment_id",
                "ik_paysystem_alias",
                "ik_baggage_fields",
            ]),
            Kind::FirstStatus | Kind::FirstReturn => Some(&[
                SHOP_ID,
                "ik_payment_amount",
                "ik_payment_id",
                "ik_paysystem_alias",
                "ik_baggage_fields",
                "ik_payment_state",
                "ik_trans_id",
                "ik_currency_exch",
                "ik_fees_payer",
            ]),
        }
    }
}

pub(super) fn kind_of(pasted: &Pasted) -> Kind {
    let has = |names: &[&str]| pasted.has(names);
    if has(&[SHOP_ID]) && !has(&[names::CO_ID]) {
        return match has(&["ik_payment_state", "ik_trans_id"]) {
            false => Kind::FirstRequest,
            true if has(&["ik_sign_hash", "ik_currency_exch"]) => Kind::FirstStatus,
            true => Kind::FirstReturn,
        };
    }
    match has(&[names::INV_ST, names::INV_ID]) {
        false => Kind::Request,
        true if has(&[names::SIGN, names::CO_PRS_ID]) => Kind::Notice,
        true => Kind::Return,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_told_by_its_fields() {
        for (form, kind) in [
            ("ik_co_id=1&ik_am=1", Kind::Request),
            ("ik_am=1&ik_sign=x", Kind::Request),
            ("ik_co_id=1&ik_inv_st=success&ik_sign=x", Kind::Notice),
            ("ik_co_id=1&ik_inv_st=success&ik_co_prs_id=3", Kind::Notice),
            ("ik_co_id=1&ik_inv_id=7&ik_inv_st=success", Kind::Return),
            ("ik_shop_id=1&ik_payment_id=1", Kind::FirstRequest),
            ("ik_shop_id=1&ik_payment_state=fail&ik_sign_hash=x", Kind::FirstStatus),
            ("ik_shop_id=1&ik_payment_state=fail", Kind::FirstReturn),
        ] {
            assert_eq!(kind_of(&Pasted::read(form).unwrap()), kind, "{form}");
        }
    }
}
