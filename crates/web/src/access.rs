//! Every route, and who may call it. The router is made from this list, so no route can be missing in it.

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
}

macro_rules! routes {
    ($($(#[$doc:meta])* $name:ident $path:literal $who:ident;)*) => {
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
        }
    };
}

routes! {
    /// A payment's page.
    Pay "/pay/{id}" Payer;
    /// Its state, for pages that watch.
    PayState "/pay/{id}/state" Payer;
    /// Starting an attempt.
    PayStart "/pay/{id}/start" Payer;
    /// Turning back for good.
    PayCancel "/pay/{id}/cancel" Payer;
    /// The outcome of a rehearsal.
    PayOutcome "/pay/{id}/outcome" Payer;
    /// The page's language.
    PayLanguage "/pay/{id}/language" Payer;
    /// The way back to the shop.
    PayBack "/pay/{id}/back" Payer;
    /// News from a provider.
    Callback "/callback/{account}" Provider;
    /// Files that may be kept for ever.
    Static "/static/{name}" Anyone;
    /// The front page.
    Front "/" Anyone;
    /// Paths of merchant protocols, in any case; what is none of them has no page.
    Dialects "/{*path}" Shop;
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
}
