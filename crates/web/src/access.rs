//! Every route, who may call it and in which crowd it waits. The routers are made from this list, so no
//! route can be missing in it.

use crate::crowd::Class;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anyone: there is nothing to protect.
    Anyone,
    /// Whoever has the payment's link; forms carry the page's token.
    Payer,
    /// A shop that signs what it says, or a browser that carries the shop's signed words.
    Shop,
    /// A provider; what it says is signed, or only a reason to ask it.
    Provider,
    /// The owner, who sends his token.
    Owner,
    /// In a demo, whose pages stay on its owner's machine, anyone; in another installation for tests the
    /// owner, who types his token. In a live one nobody. The form carries the page's token. The emulator's own
    /// addresses lead somewhere in an emulator only, which stays on its owner's machine too.
    Tester,
    /// A person of a seller who has signed in; what he sees and does is his seller's.
    Visitor,
    /// Whoever reaches the operator's own listener, which strangers must not.
    Operator,
}

macro_rules! routes {
    ($($(#[$doc:meta])* $name:ident $path:literal $who:ident $class:expr;)*) => {
        /// A route.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Route { $($(#[$doc])* $name,)* }

        impl Route {
            /// Every route.
            pub const ALL: &[Route] = &[$(Route::$name,)*];

            /// The path, as the router writes it.
            pub const fn path(self) -> &'static str {
                match self { $(Route::$name => $path,)* }
            }

            /// Who may call it.
            pub const fn who(self) -> Who {
                match self { $(Route::$name => Who::$who,)* }
            }

            /// Where its requests wait when many come; none: they never wait.
            pub const fn class(self) -> Option<Class> {
                match self { $(Route::$name => $class,)* }
            }
        }
    };
}

routes! {
    /// A payment's page.
    Pay "/pay/{id}" Payer Some(Class::Pages);
    /// Its state, for pages that watch.
    PayState "/pay/{id}/state" Payer Some(Class::Pages);
    /// Starting an attempt.
    PayStart "/pay/{id}/start" Payer Some(Class::Steps);
    /// Turning back for good.
    PayCancel "/pay/{id}/cancel" Payer Some(Class::Steps);
    /// The outcome of a rehearsal.
    PayOutcome "/pay/{id}/outcome" Payer Some(Class::Steps);
    /// The page's language.
    PayLanguage "/pay/{id}/language" Payer Some(Class::Pages);
    /// The way back to the shop.
    PayBack "/pay/{id}/back" Payer Some(Class::Steps);
    /// News from a provider.
    Callback "/callback/{account}" Provider Some(Class::Notices);
    /// Files that may be kept for ever.
    Static "/static/{name}" Anyone Some(Class::Pages);
    /// The front page.
    Front "/" Anyone Some(Class::Pages);
    /// Moving the clock of an installation for tests, on a page.
    Clock "/clock" Tester Some(Class::Steps);
    /// The same for programs, and what the clock shows.
    ApiClock "/api/v1/clock" Owner Some(Class::Steps);
    /// What else is asked of our API: there is nothing.
    Api "/api/{*path}" Anyone Some(Class::Pages);
    /// Signing in to the cabinet.
    CabinetSignIn "/cabinet/sign-in" Anyone Some(Class::Steps);
    /// Signing out.
    CabinetSignOut "/cabinet/sign-out" Visitor Some(Class::Steps);
    /// The cabinet's language.
    CabinetLanguage "/cabinet/language" Anyone Some(Class::Pages);
    /// Where somebody is signed in.
    CabinetSessions "/cabinet/sessions" Visitor Some(Class::Pages);
    /// Ending sessions.
    CabinetSessionsEnd "/cabinet/sessions/end" Visitor Some(Class::Steps);
    /// Another password.
    CabinetPassword "/cabinet/sessions/password" Visitor Some(Class::Steps);
    /// The cabinet's components, in a demo.
    Gallery "/gallery" Anyone Some(Class::Pages);
    /// A seller's overview.
    CabinetOverview "/cabinet" Visitor Some(Class::Pages);
    /// One payment.
    CabinetPayment "/cabinet/payments/{id}" Visitor Some(Class::Pages);
    /// Sending one of its notices again.
    CabinetPaymentNotice "/cabinet/payments/{id}/notice" Visitor Some(Class::Steps);
    /// Giving its money back.
    CabinetRefund "/cabinet/payments/{id}/refund" Visitor Some(Class::Steps);
    /// Taking what is held for it.
    CabinetCapture "/cabinet/payments/{id}/capture" Visitor Some(Class::Steps);
    /// Letting go what is held for it.
    CabinetRelease "/cabinet/payments/{id}/release" Visitor Some(Class::Steps);
    /// The balance with its ledger lines.
    CabinetBalance "/cabinet/balance" Visitor Some(Class::Pages);
    /// A payment link by hand.
    CabinetLink "/cabinet/link" Visitor Some(Class::Steps);
    /// A seller's list of payments.
    CabinetPayments "/cabinet/payments" Visitor Some(Class::Pages);
    /// The same list as CSV.
    CabinetPaymentsCsv "/cabinet/payments.csv" Visitor Some(Class::Pages);
    /// The same list as XLSX.
    CabinetPaymentsXlsx "/cabinet/payments.xlsx" Visitor Some(Class::Pages);
    /// A seller's shops.
    CabinetShops "/cabinet/shops" Visitor Some(Class::Pages);
    /// The technical settings of a shop.
    CabinetShop "/cabinet/shops/{id}" Visitor Some(Class::Steps);
    /// New passwords for it.
    CabinetShopPasswords "/cabinet/shops/{id}/passwords" Visitor Some(Class::Steps);
    /// Trying one of its addresses.
    CabinetShopTest "/cabinet/shops/{id}/test" Visitor Some(Class::Steps);
    /// The log of notifications.
    CabinetNotices "/cabinet/notices" Visitor Some(Class::Pages);
    /// Sending notifications again.
    CabinetNoticesAgain "/cabinet/notices/again" Visitor Some(Class::Steps);
    /// The signature check.
    CabinetCheck "/cabinet/check" Visitor Some(Class::Steps);
    /// The search of the cabinet's head.
    CabinetSearch "/cabinet/search" Visitor Some(Class::Pages);
    /// The emulator's page.
    Emulator "/emulator" Tester Some(Class::Pages);
    /// The emulator's payments, for programs.
    EmulatorPayments "/emulator/payments" Tester Some(Class::Pages);
    /// The outcome of one, chosen by a program.
    EmulatorOutcome "/emulator/payments/{id}/outcome" Tester Some(Class::Steps);
    /// The same on the page.
    EmulatorChoose "/emulator/payments/{id}/choose" Tester Some(Class::Steps);
    /// What the emulator heard and said.
    EmulatorEvents "/emulator/events" Tester Some(Class::Steps);
    /// The signature check for programs.
    EmulatorExplain "/emulator/explain" Tester Some(Class::Steps);
    /// What else is asked of the emulator: there is nothing.
    EmulatorMissing "/emulator/{*path}" Tester Some(Class::Pages);
    /// Whether the process is up.
    Health "/health" Anyone None;
    /// Whether it can take requests.
    Ready "/ready" Anyone None;
    /// What it counts of itself.
    Metrics "/metrics" Operator None;
    /// Paths of merchant protocols, in any case; what is none of them has no page.
    Dialects "/{*path}" Shop Some(Class::Pages);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_payer_may_do_hangs_on_the_payments_address() {
        for route in Route::ALL {
            assert_eq!(route.path().starts_with("/pay/{id}"), route.who() == Who::Payer, "{route:?}");
        }
    }

    #[test]
    fn what_our_api_does_is_done_for_the_owner() {
        let owner: Vec<_> = Route::ALL.iter().filter(|route| route.who() == Who::Owner).collect();
        assert_eq!(owner, [&Route::ApiClock]);
        let others = Route::ALL.iter().filter(|route| route.path().starts_with("/api/v1/"));
        assert!(others.into_iter().all(|route| route.who() == Who::Owner));
    }

    #[test]
    fn only_the_operator_sees_what_is_counted() {
        let operator: Vec<_> = Route::ALL.iter().filter(|route| route.who() == Who::Operator).collect();
        assert_eq!(operator, [&Route::Metrics]);
    }
}
