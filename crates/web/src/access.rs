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

/// A route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The path, as the router writes it.
    pub path: &'static str,
    /// Who may call it.
    pub who: Who,
}

const fn route(path: &'static str, who: Who) -> Route {
    Route { path, who }
}

/// A payment's page.
pub const PAY: Route = route("/pay/{id}", Who::Payer);
/// Its state, for pages that watch.
pub const PAY_STATE: Route = route("/pay/{id}/state", Who::Payer);
/// Starting an attempt.
pub const PAY_START: Route = route("/pay/{id}/start", Who::Payer);
/// Turning back for good.
pub const PAY_CANCEL: Route = route("/pay/{id}/cancel", Who::Payer);
/// The outcome of a rehearsal.
pub const PAY_OUTCOME: Route = route("/pay/{id}/outcome", Who::Payer);
/// The page's language.
pub const PAY_LANGUAGE: Route = route("/pay/{id}/language", Who::Payer);
/// The way back to the shop.
pub const PAY_BACK: Route = route("/pay/{id}/back", Who::Payer);
/// News from a provider.
pub const CALLBACK: Route = route("/callback/{account}", Who::Provider);
/// Files that may be kept for ever.
pub const STATIC: Route = route("/static/{name}", Who::Anyone);
/// Paths of merchant protocols, in any case; what is none of them has no page.
pub const DIALECTS: Route = route("/{*path}", Who::Shop);

/// The whole list.
pub const ROUTES: &[Route] =
    &[PAY, PAY_STATE, PAY_START, PAY_CANCEL, PAY_OUTCOME, PAY_LANGUAGE, PAY_BACK, CALLBACK, STATIC, DIALECTS];
