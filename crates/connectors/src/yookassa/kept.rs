//! What the provider says of the buyer's means, and of a method that it keeps.

use domain::attempts::PaidWith;
use domain::secrets::Secret;
use domain::stored::{Kept, Reuse};

use crate::connector::Task;

use super::is_number;
use super::objects::{Payment, PaymentStatus, UsedCard, UsedMethod};

/// The longest name of a wallet that people are shown, in characters.
const TITLE_CHARS_MAX: usize = 40;
/// A card network's reference has twelve digits; longer ones are no references.
const RRN_MAX: usize = 24;
/// What stands for the digits that nobody sees.
const HIDDEN: &str = "******";

/// The method that the provider keeps of an attempt which asked for it, as soon as the buyer has paid by it. One
/// without a proper name is none: the money has come all the same.
pub(super) fn read(task: &Task<'_>, payment: &Payment) -> Option<Kept> {
    let paid = match payment.status {
        PaymentStatus::WaitingForCapture | PaymentStatus::Succeeded => true,
        PaymentStatus::Pending | PaymentStatus::Canceled => false,
    };
    let method = payment.payment_method.as_ref().filter(|method| method.saved);
    let method = method.filter(|_| paid && task.attempt.reuse == Reuse::Keep)?;
    let name = method.id.as_deref().filter(|id| is_number(id))?;
    Some(Kept { token: Secret::new(name.to_owned()), mask: mask(method) })
}

/// What is told of the means of a payment: people see no more of it here than of a kept one. A title is no account.
pub(super) fn paid_with(payment: &Payment) -> PaidWith {
    let numbered = |method: &&UsedMethod| method.card.is_some() || method.account_number.is_some();
    let account = payment.payment_method.as_ref().filter(numbered).map(mask);
    let rrn = payment.authorization_details.as_ref().and_then(|details| details.rrn.as_ref());
    let plain = |rrn: &&String| rrn.len() <= RRN_MAX && rrn.bytes().all(|b| b.is_ascii_alphanumeric());
    PaidWith {
        account: account.filter(|text| text != HIDDEN),
        bank_reference: rrn.filter(plain).filter(|rrn| !rrn.is_empty()).cloned(),
    }
}

/// What people may see of it: the ends of a card's number, the end of a wallet's, or the provider's own title.
fn mask(method: &UsedMethod) -> String {
    if let Some(UsedCard { first6, last4: Some(last4) }) = &method.card {
        let first = first6.as_deref().filter(|text| are_digits(text, 6)).unwrap_or_default();
        let last = if are_digits(last4, 4) { last4 } else { "" };
        return format!("{first}{HIDDEN}{last}");
    }
    let number = method.account_number.as_deref();
    let ends = number.and_then(|number| number.split_at_checked(number.len().saturating_sub(4)));
    if let Some((_, last)) = ends {
        return format!("{HIDDEN}{last}");
    }
    let title = method.title.as_deref().unwrap_or_default();
    title.chars().filter(|c| !c.is_control()).take(TITLE_CHARS_MAX).collect()
}

fn are_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
}
