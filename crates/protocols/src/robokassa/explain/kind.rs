//! Which request of this dialect somebody pasted, told by its path or else by its parameters.

use super::pasted::Pasted;
use super::slot::Slot;

/// The requests that are signed with the shop's passwords, and those that need no signature.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RequestKind {
    /// The start of a payment, in any of its forms.
    PaymentStart,
    /// A charge that follows an earlier one.
    Recurring,
    /// The capture of a hold.
    HoldConfirm,
    /// The release of a hold.
    HoldCancel,
    /// A notice to the shop's ResultURL.
    ResultNotice,
    /// The buyer's way back after success.
    SuccessReturn,
    /// The buyer's way back otherwise.
    FailReturn,
    /// OpState or OpStateExt.
    StateQuery,
    /// CalcOutSumm.
    CalcOutSumm,
    /// A question that nobody signs: currencies, methods, rates.
    OpenService,
    /// A message to a phone.
    Sms,
}

impl RequestKind {
    /// The word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            RequestKind::PaymentStart => "payment_start",
            RequestKind::Recurring => "recurring",
            RequestKind::HoldConfirm => "hold_confirm",
            RequestKind::HoldCancel => "hold_cancel",
            RequestKind::ResultNotice => "result_notice",
            RequestKind::SuccessReturn => "success_return",
            RequestKind::FailReturn => "fail_return",
            RequestKind::StateQuery => "state_query",
            RequestKind::CalcOutSumm => "calc_out_summ",
            RequestKind::OpenService => "open_service",
            RequestKind::Sms => "sms",
        }
    }

    /// Whether a signature belongs to it.
    pub const fn is_signed(self) -> bool {
        match self {
            RequestKind::FailReturn | RequestKind::OpenService => false,
            RequestKind::PaymentStart
            | RequestKind::Recurring
            | RequestKind::HoldConfirm
            | RequestKind::HoldCancel
            | RequestKind::ResultNotice
            | RequestKind::SuccessReturn
            | RequestKind::StateQuery
            | RequestKind::CalcOutSumm
            | RequestKind::Sms => true,
        }
    }

    /// Whether password 2 signs it; password 1 signs the others.
    pub const fn is_signed_with_second(self) -> bool {
        matches!(self, RequestKind::ResultNotice | RequestKind::StateQuery)
    }

    /// Whether the custom parameters stand behind its password.
    pub(super) const fn has_custom(self) -> bool {
        match self {
            RequestKind::StateQuery
            | RequestKind::CalcOutSumm
            | RequestKind::Sms
            | RequestKind::OpenService => false,
            RequestKind::PaymentStart
            | RequestKind::Recurring
            | RequestKind::HoldConfirm
            | RequestKind::HoldCancel
            | RequestKind::ResultNotice
            | RequestKind::SuccessReturn
            | RequestKind::FailReturn => true,
        }
    }

    /// What stands before the password, in order.
    pub(super) const fn slots(self) -> &'static [Slot] {
        match self {
            RequestKind::PaymentStart => &[
                Slot::Login,
                Slot::OutSum,
                Slot::InvId,
                Slot::OutSumCurrency,
                Slot::UserIp,
                Slot::Receipt,
                Slot::StepByStep,
                Slot::ResultUrl2,
                Slot::SuccessUrl2,
                Slot::SuccessUrl2Method,
                Slot::FailUrl2,
                Slot::FailUrl2Method,
                Slot::Token,
            ],
            RequestKind::Recurring => {
                &[Slot::Login, Slot::OutSum, Slot::InvId, Slot::Receipt, Slot::ResultUrl2]
            }
            RequestKind::HoldConfirm => &[Slot::Login, Slot::OutSum, Slot::InvId, Slot::Receipt],
            RequestKind::HoldCancel => &[Slot::Login, Slot::OutSum, Slot::InvId],
            RequestKind::ResultNotice | RequestKind::SuccessReturn | RequestKind::FailReturn => {
                &[Slot::OutSum, Slot::InvId]
            }
            RequestKind::StateQuery => &[Slot::Login, Slot::InvId],
            RequestKind::CalcOutSumm => &[Slot::Login, Slot::IncSum],
            RequestKind::Sms => &[Slot::Login, Slot::Phone, Slot::Message],
            RequestKind::OpenService => &[],
        }
    }
}

/// The kinds that a request may be, the likeliest first; only the two kinds of messages to a shop can look
/// alike.
pub(super) fn kinds(pasted: &Pasted) -> (Vec<RequestKind>, bool) {
    match by_path(pasted) {
        Some(kind) => (vec![kind], true),
        None => (by_parameters(pasted), false),
    }
}

fn by_path(pasted: &Pasted) -> Option<RequestKind> {
    let path = pasted.path.to_ascii_lowercase();
    let path = path.trim_end_matches('/');
    let table = [
        ("/payment/confirm", RequestKind::HoldConfirm),
        ("/payment/cancel", RequestKind::HoldCancel),
        ("/merchant/recurring", RequestKind::Recurring),
        ("/opstate", RequestKind::StateQuery),
        ("/opstateext", RequestKind::StateQuery),
        ("/calcoutsumm", RequestKind::CalcOutSumm),
        ("/getcurrencies", RequestKind::OpenService),
        ("/getpaymentmethods", RequestKind::OpenService),
        ("/getrates", RequestKind::OpenService),
        ("/sms", RequestKind::Sms),
        ("/index.aspx", RequestKind::PaymentStart),
        ("/merchant/index", RequestKind::PaymentStart),
        ("/payment/index", RequestKind::PaymentStart),
        ("/indexjson.aspx", RequestKind::PaymentStart),
        ("/payment/cofpayment", RequestKind::PaymentStart),
        ("/ssl/calc.asp", RequestKind::PaymentStart),
    ];
    if let Some((_, kind)) = table.into_iter().find(|(end, _)| path.ends_with(end)) {
        return Some(kind);
    }
    if path.contains("/paymentform/") {
        return Some(RequestKind::PaymentStart);
    }
    // Everything below is a shop's own address; shops rarely name their login in it.
    if pasted.has(Slot::Login.names()) {
        return None;
    }
    let own = [
        ("success", RequestKind::SuccessReturn),
        ("fail", RequestKind::FailReturn),
        ("result", RequestKind::ResultNotice),
    ];
    own.into_iter().find(|(word, _)| path.contains(word)).map(|(_, kind)| kind)
}

fn by_parameters(pasted: &Pasted) -> Vec<RequestKind> {
    let signed = pasted.has(&["SignatureValue", "crc", "Signature"]);
    let of_start =
        ["Description", "Desc", "InvDesc", "inv_desc", "SuccessUrl2", "FailUrl2", "ResultUrl2", "Receipt"];
    if pasted.has(Slot::Login.names()) || pasted.has(&of_start) {
        let sum = pasted.has(Slot::OutSum.names());
        return vec![match () {
            () if pasted.has(&["phone"]) && pasted.has(&["message"]) => RequestKind::Sms,
            () if pasted.has(&["PreviousInvoiceID"]) => RequestKind::Recurring,
            () if !sum && pasted.has(Slot::IncSum.names()) => RequestKind::CalcOutSumm,
            () if !sum && pasted.has(Slot::InvId.names()) && !pasted.has(&of_start) => {
                RequestKind::StateQuery
            }
            () if !sum && pasted.has(&["Language"]) && !signed => RequestKind::OpenService,
            () => RequestKind::PaymentStart,
        }];
    }
    if pasted.has(&["PaymentMethod", "IncSum", "Fee"]) {
        vec![RequestKind::ResultNotice]
    } else if pasted.has(&["Culture"]) {
        vec![if signed { RequestKind::SuccessReturn } else { RequestKind::FailReturn }]
    } else {
        vec![RequestKind::ResultNotice, RequestKind::SuccessReturn]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> RequestKind {
        kinds(&Pasted::read(text).unwrap()).0[0]
    }

    #[test]
    fn a_kind_is_told_by_the_path() {
        for (path, expected) in [
            ("/Merchant/Index.aspx", RequestKind::PaymentStart),
            ("/merchant/INDEXJSON.aspx", RequestKind::PaymentStart),
            ("/Merchant/PaymentForm/FormFLS.js", RequestKind::PaymentStart),
            ("/Merchant/Payment/Confirm", RequestKind::HoldConfirm),
            ("/Merchant/Payment/Cancel", RequestKind::HoldCancel),
            ("/Merchant/Recurring", RequestKind::Recurring),
            ("/WebService/Service.asmx/OpStateExt", RequestKind::StateQuery),
            ("/Merchant/WebService/Service.asmx/CalcOutSumm", RequestKind::CalcOutSumm),
            ("/Merchant/WebService/Service.asmx/GetRates", RequestKind::OpenService),
            ("/SMS/", RequestKind::Sms),
            ("/shop/robokassa/result.php", RequestKind::ResultNotice),
            ("/shop/success/", RequestKind::SuccessReturn),
            ("/shop/fail", RequestKind::FailReturn),
        ] {
            assert_eq!(kind(&format!("https://x.test{path}?OutSum=1")), expected, "{path}");
        }
    }

    #[test]
    fn a_kind_is_told_by_the_parameters_alone() {
        for (form, expected) in [
            ("MrchLogin=demo&OutSum=1&SignatureValue=x", RequestKind::PaymentStart),
            ("OutSum=1&Desc=x&SignatureValue=x", RequestKind::PaymentStart),
            ("MerchantLogin=demo&InvoiceID=1&Signature=x", RequestKind::StateQuery),
            ("MerchantLogin=demo&IncSum=1", RequestKind::CalcOutSumm),
            ("MerchantLogin=demo&Language=ru", RequestKind::OpenService),
            ("MerchantLogin=demo&InvoiceID=2&PreviousInvoiceID=1&OutSum=1", RequestKind::Recurring),
            ("login=demo&phone=7&message=x&signature=y", RequestKind::Sms),
            ("OutSum=1&InvId=1&SignatureValue=x&Fee=0", RequestKind::ResultNotice),
            ("OutSum=1&InvId=1&SignatureValue=x&Culture=ru", RequestKind::SuccessReturn),
            ("OutSum=1&InvId=1&Culture=ru", RequestKind::FailReturn),
        ] {
            assert_eq!(kind(form), expected, "{form}");
        }
    }
}
