//! The slots of every signed text of this dialect, by the official names of their parameters.

/// A value of the signed text that stands before the password.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Slot {
    /// The shop's identifier.
    Login,
    /// The sum.
    OutSum,
    /// What the buyer pays, in CalcOutSumm.
    IncSum,
    /// The order's number.
    InvId,
    /// The currency of the sum.
    OutSumCurrency,
    /// The buyer's network address.
    UserIp,
    /// The receipt.
    Receipt,
    /// Whether the money is held.
    StepByStep,
    /// The second address for notices.
    ResultUrl2,
    /// The way back after success.
    SuccessUrl2,
    /// Its method.
    SuccessUrl2Method,
    /// The way back otherwise.
    FailUrl2,
    /// Its method.
    FailUrl2Method,
    /// A saved card.
    Token,
    /// The number that a message goes to.
    Phone,
    /// The text of a message.
    Message,
}

impl Slot {
    /// The name in today's documentation.
    pub const fn official(self) -> &'static str {
        match self {
            Slot::Login => "MerchantLogin",
            Slot::OutSum => "OutSum",
            Slot::IncSum => "IncSum",
            Slot::InvId => "InvId",
            Slot::OutSumCurrency => "OutSumCurrency",
            Slot::UserIp => "UserIp",
            Slot::Receipt => "Receipt",
            Slot::StepByStep => "StepByStep",
            Slot::ResultUrl2 => "ResultUrl2",
            Slot::SuccessUrl2 => "SuccessUrl2",
            Slot::SuccessUrl2Method => "SuccessUrl2Method",
            Slot::FailUrl2 => "FailUrl2",
            Slot::FailUrl2Method => "FailUrl2Method",
            Slot::Token => "Token",
            Slot::Phone => "phone",
            Slot::Message => "message",
        }
    }

    /// Every name under which it is sent; they are compared in any case.
    pub(super) const fn names(self) -> &'static [&'static str] {
        match self {
            Slot::Login => &["MerchantLogin", "MrchLogin", "login", "mrh"],
            Slot::OutSum => &["OutSum", "out_summ", "DefaultSum"],
            Slot::IncSum => &["IncSum"],
            Slot::InvId => &["InvId", "InvoiceID", "inv_id"],
            Slot::OutSumCurrency => &["OutSumCurrency"],
            Slot::UserIp => &["UserIp"],
            Slot::Receipt => &["Receipt"],
            Slot::StepByStep => &["StepByStep"],
            Slot::ResultUrl2 => &["ResultUrl2"],
            Slot::SuccessUrl2 => &["SuccessUrl2"],
            Slot::SuccessUrl2Method => &["SuccessUrl2Method"],
            Slot::FailUrl2 => &["FailUrl2"],
            Slot::FailUrl2Method => &["FailUrl2Method"],
            Slot::Token => &["Token"],
            Slot::Phone => &["phone"],
            Slot::Message => &["message"],
        }
    }

    /// Whether it is one of the addresses.
    pub(super) const fn is_address(self) -> bool {
        matches!(self, Slot::ResultUrl2 | Slot::SuccessUrl2 | Slot::FailUrl2)
    }

    /// The address whose method it is.
    pub(super) fn address_of_method(self) -> Option<Slot> {
        let pairs = [(Slot::SuccessUrl2Method, Slot::SuccessUrl2), (Slot::FailUrl2Method, Slot::FailUrl2)];
        pairs.into_iter().find(|(method, _)| *method == self).map(|(_, address)| address)
    }

    /// Whether the text has a place for it even when it was not sent.
    pub(super) const fn always_has_a_place(self) -> bool {
        matches!(self, Slot::Login | Slot::OutSum | Slot::IncSum | Slot::InvId | Slot::Phone | Slot::Message)
    }
}
