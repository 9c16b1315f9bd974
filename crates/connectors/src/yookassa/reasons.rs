//! Why the provider cancelled, in the words common to all providers.

use domain::attempts::Reason;

use super::objects::Cancellation;

/// The reason of a cancelled payment, refund or payout. One that is missing or new is unknown: that it was
/// cancelled is certain all the same.
pub(super) fn reason(details: Option<&Cancellation>) -> Reason {
    match details.and_then(|details| details.reason.as_deref()).unwrap_or_default() {
        // In a refund this is the shop's own balance.
        "insufficient_funds" => Reason::InsufficientFunds,
        "card_expired" => Reason::ExpiredCard,
        "invalid_card_number" => Reason::InvalidCard,
        "invalid_csc" => Reason::InvalidCvc,
        "3d_secure_failed" => Reason::AuthenticationFailed,
        "fraud_suspected" => Reason::FraudSuspected,
        "payment_method_limit_exceeded"
        | "one_time_limit_exceeded"
        | "periodic_limit_exceeded"
        | "self_employed_annual_limit_exceeded" => Reason::LimitExceeded,
        "payment_method_restricted" | "country_forbidden" => Reason::CardRestricted,
        "call_issuer" | "general_decline" | "rejected_by_payee" | "yoo_money_account_closed" => {
            Reason::IssuerDeclined
        }
        "issuer_unavailable" => Reason::IssuerUnavailable,
        "identification_required" => Reason::IdentificationRequired,
        "unsupported_mobile_operator" | "loan_declined" => Reason::MethodUnavailable,
        "loan_declined_by_payer" => Reason::PayerCanceled,
        "canceled_by_merchant" => Reason::MerchantCanceled,
        "expired_on_confirmation"
        | "expired_on_capture"
        | "loan_application_expired"
        | "rejected_by_timeout"
        | "deal_expired" => Reason::Timeout,
        "internal_timeout" => Reason::ProviderUnavailable,
        "permission_revoked" => Reason::TokenRevoked,
        "payment_basket_id_not_found"
        | "payment_article_number_not_found"
        | "payment_tru_code_not_found"
        | "too_many_refunding_articles"
        | "some_articles_already_refunded"
        // Of payouts: nobody is there to get the money.
        | "recipient_not_found"
        | "recipient_check_failed" => Reason::InvalidRequest,
        _ => Reason::Unknown,
    }
}
