//! Where a request is going, before anything of it is read: for places in the crowd and for metrics.

use crate::access::Route;
use crate::crowd::Class;
use axum::extract::{MatchedPath, Request};
use protocols::interkassa::{Door, may_be_ours};
use protocols::robokassa::holds::HoldWish;
use protocols::robokassa::invoices::InvoiceCall;
use protocols::robokassa::op_state::Detail;
use protocols::robokassa::refunds::RefundCall;
use protocols::robokassa::{Call, Endpoint};
use wire::http::Method;

/// Where a request is going.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// To a route of our own.
    Own(Route),
    /// To a door of the Robokassa dialect.
    Robokassa(Endpoint),
    /// To a door of the Interkassa dialect.
    Interkassa(Door),
    /// To an address that nothing answers.
    Nowhere,
}

/// How somebody is told to come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Somebody reads a page.
    Person,
    /// A program reads the status.
    Program,
}

impl Spot {
    /// Where a request goes that a router has matched, or that it has left to the dialects.
    pub fn of(request: &Request) -> Spot {
        let matched = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        let own = matched.and_then(|path| Route::ALL.iter().find(|route| route.path() == path));
        match own {
            Some(Route::Dialects) | None => Spot::of_dialect(request.uri().path()),
            Some(Route::Front) if is_checkouts(request) => Spot::Interkassa(Door::Page),
            Some(route) => Spot::Own(*route),
        }
    }

    fn of_dialect(path: &str) -> Spot {
        let robokassa = protocols::robokassa::path(path).map(Spot::Robokassa);
        let interkassa = || protocols::interkassa::door(path).map(Spot::Interkassa);
        robokassa.or_else(interkassa).unwrap_or(Spot::Nowhere)
    }

    /// The word in metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Spot::Own(route) => route.path(),
            Spot::Robokassa(Endpoint::PaymentStart) => "robokassa/start",
            Spot::Robokassa(Endpoint::StartByServer) => "robokassa/start_by_server",
            Spot::Robokassa(Endpoint::Script(_)) => "robokassa/script",
            Spot::Robokassa(Endpoint::SbpCode) => "robokassa/sbp_code",
            Spot::Robokassa(Endpoint::Sms) => "robokassa/sms",
            Spot::Robokassa(Endpoint::Fiscal(_)) => "robokassa/fiscal",
            Spot::Robokassa(Endpoint::Place(_)) => "robokassa/place",
            Spot::Robokassa(Endpoint::Certificate(_)) => "robokassa/certificate",
            Spot::Robokassa(Endpoint::SplitStart) => "robokassa/split",
            Spot::Robokassa(Endpoint::Hold(HoldWish::Confirm)) => "robokassa/confirm",
            Spot::Robokassa(Endpoint::Hold(HoldWish::Cancel)) => "robokassa/cancel",
            Spot::Robokassa(Endpoint::Recurring) => "robokassa/recurring",
            Spot::Robokassa(Endpoint::Invoices(InvoiceCall::Create)) => "robokassa/invoice",
            Spot::Robokassa(Endpoint::Invoices(InvoiceCall::Deactivate)) => "robokassa/invoice_deactivate",
            Spot::Robokassa(Endpoint::Invoices(InvoiceCall::List)) => "robokassa/invoice_list",
            Spot::Robokassa(Endpoint::InvoiceLink) => "robokassa/invoice_link",
            Spot::Robokassa(Endpoint::Refund(RefundCall::Create)) => "robokassa/refund",
            Spot::Robokassa(Endpoint::Refund(RefundCall::State)) => "robokassa/refund_state",
            Spot::Robokassa(Endpoint::Service(Call::State(Detail::Short))) => "robokassa/op_state",
            Spot::Robokassa(Endpoint::Service(Call::State(Detail::Extended))) => "robokassa/op_state_ext",
            Spot::Robokassa(Endpoint::Service(Call::Prices(_))) => "robokassa/prices",
            Spot::Robokassa(Endpoint::Soap) => "robokassa/soap",
            Spot::Robokassa(Endpoint::Partner) => "robokassa/partner",
            Spot::Interkassa(Door::Page) => "interkassa/page",
            Spot::Interkassa(Door::Systems) => "interkassa/systems",
            Spot::Interkassa(Door::Api) => "interkassa/api",
            Spot::Nowhere => "nowhere",
        }
    }

    /// Where it waits.
    pub const fn class(self) -> Option<Class> {
        match self {
            Spot::Own(route) => route.class(),
            Spot::Robokassa(
                Endpoint::PaymentStart
                | Endpoint::StartByServer
                | Endpoint::SbpCode
                | Endpoint::SplitStart
                | Endpoint::Hold(_)
                | Endpoint::Recurring
                | Endpoint::Invoices(InvoiceCall::Create | InvoiceCall::Deactivate)
                | Endpoint::InvoiceLink
                | Endpoint::Refund(RefundCall::Create),
            )
            | Spot::Interkassa(Door::Page | Door::Api) => Some(Class::Payments),
            Spot::Robokassa(
                Endpoint::Place(_)
                | Endpoint::Certificate(_)
                | Endpoint::Script(_)
                | Endpoint::Sms
                | Endpoint::Fiscal(_)
                | Endpoint::Service(_)
                | Endpoint::Soap
                | Endpoint::Invoices(InvoiceCall::List)
                | Endpoint::Refund(RefundCall::State)
                | Endpoint::Partner,
            )
            | Spot::Interkassa(Door::Systems)
            | Spot::Nowhere => Some(Class::Pages),
        }
    }

    /// Who reads the answer.
    pub const fn reader(self) -> Reader {
        match self {
            Spot::Own(route) => reader_of_route(route),
            Spot::Robokassa(endpoint) => reader_of_endpoint(endpoint),
            Spot::Interkassa(Door::Page) => Reader::Person,
            Spot::Interkassa(Door::Systems | Door::Api) | Spot::Nowhere => Reader::Program,
        }
    }
}

/// Whether a request to the front page is a checkout's: it shares the address.
fn is_checkouts(request: &Request) -> bool {
    let method = Method::parse(request.method().as_str()).unwrap_or(Method::Get);
    may_be_ours(method, request.uri().query().unwrap_or_default())
}

const fn reader_of_route(route: Route) -> Reader {
    match route {
        Route::Pay
        | Route::PayStart
        | Route::PayCancel
        | Route::PayOutcome
        | Route::PayLanguage
        | Route::PayBack
        | Route::CabinetSignIn
        | Route::CabinetSignOut
        | Route::CabinetLanguage
        | Route::CabinetSessions
        | Route::CabinetSessionsEnd
        | Route::CabinetPassword
        | Route::Gallery
        | Route::CabinetOverview
        | Route::CabinetPayment
        | Route::CabinetPaymentNotice
        | Route::CabinetRefund
        | Route::CabinetCapture
        | Route::CabinetRelease
        | Route::CabinetBalance
        | Route::CabinetLink
        | Route::CabinetPayments
        | Route::CabinetPaymentsCsv
        | Route::CabinetPaymentsXlsx
        | Route::CabinetShops
        | Route::CabinetShop
        | Route::CabinetShopPasswords
        | Route::CabinetShopTest
        | Route::CabinetNotices
        | Route::CabinetNoticesAgain
        | Route::CabinetCheck
        | Route::CabinetSearch
        | Route::Emulator
        | Route::EmulatorChoose
        | Route::Front
        | Route::Clock
        | Route::Dialects => Reader::Person,
        Route::PayState
        | Route::Callback
        | Route::Static
        | Route::ApiClock
        | Route::Api
        | Route::EmulatorPayments
        | Route::EmulatorOutcome
        | Route::EmulatorEvents
        | Route::EmulatorExplain
        | Route::EmulatorMissing
        | Route::Health
        | Route::Ready
        | Route::Metrics => Reader::Program,
    }
}

const fn reader_of_endpoint(endpoint: Endpoint) -> Reader {
    match endpoint {
        Endpoint::PaymentStart | Endpoint::SplitStart | Endpoint::Place(_) | Endpoint::InvoiceLink => {
            Reader::Person
        }
        Endpoint::StartByServer
        | Endpoint::Certificate(_)
        | Endpoint::Hold(_)
        | Endpoint::Recurring
        | Endpoint::Invoices(_)
        | Endpoint::Refund(_)
        | Endpoint::Sms
        | Endpoint::Script(_)
        | Endpoint::SbpCode
        | Endpoint::Fiscal(_)
        | Endpoint::Service(_)
        | Endpoint::Soap
        | Endpoint::Partner => Reader::Program,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dialects_doors_are_known_in_any_case_and_what_is_none_is_nowhere() {
        assert_eq!(Spot::of_dialect("/merchant/INDEX.aspx").class(), Some(Class::Payments));
        assert_eq!(Spot::of_dialect("/Merchant/WebService/Service.asmx/OpState").reader(), Reader::Program);
        assert_eq!(Spot::of_dialect("/wp-login.php").word(), "nowhere");
    }

    #[test]
    fn every_word_in_metrics_belongs_to_one_spot() {
        let own = Route::ALL.iter().map(|route| Spot::Own(*route));
        let holds = [HoldWish::Confirm, HoldWish::Cancel].map(Endpoint::Hold);
        let calls = ["OpState", "OpStateExt", "GetRates"].map(protocols::robokassa::call);
        let calls = calls.into_iter().flatten().map(Endpoint::Service);
        let refunds = [RefundCall::Create, RefundCall::State].map(Endpoint::Refund);
        let invoices = [InvoiceCall::Create, InvoiceCall::Deactivate, InvoiceCall::List];
        let invoices = invoices.map(Endpoint::Invoices).into_iter().chain([Endpoint::InvoiceLink]);
        let calls = calls.chain(refunds).chain(invoices);
        let doors = calls
            .chain(holds)
            .chain([
                Endpoint::PaymentStart,
                Endpoint::SplitStart,
                Endpoint::Recurring,
                Endpoint::Soap,
                Endpoint::Partner,
            ])
            .map(Spot::Robokassa);
        let mut words: Vec<_> = own.chain(doors).chain([Spot::Nowhere]).map(Spot::word).collect();
        let all = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), all);
    }
}
