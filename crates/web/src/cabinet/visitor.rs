//! Who is signed in: the cookie of a session, and what a page may know of its person.

use crate::busy::unavailable;
use crate::checkout::visit::read_cookie;
use crate::messages;
use crate::state::{Kassa, Web};
use axum::response::Response;
use domain::history::Actor;
use domain::sellers::Seller;
use engine::people::{LONGEST, Member};
use wire::form::encode_pairs;
use wire::http::{HttpRequest, Method};

/// The page where people sign in.
pub(crate) const SIGN_IN: &str = "/cabinet/sign-in";
/// Over TLS a cookie of this prefix can only come from this very host, and only by TLS.
const SECURE_COOKIE: &str = "__Host-kassa";
/// Without TLS, as on one's own machine.
const PLAIN_COOKIE: &str = "kassa_session";

/// Somebody who is signed in.
pub(crate) struct Person {
    /// Whose cabinet he sees.
    pub(crate) seller: Seller,
    /// His name for the page.
    pub(crate) name: String,
    /// The token that his forms return.
    pub(crate) csrf: String,
    /// How the history names him.
    pub(crate) actor: Actor,
    /// Everything about him.
    pub(crate) member: Member,
}

/// Who asks; whoever is not signed in is led to where he can, and comes back to this page afterwards.
pub(crate) async fn of(web: &Web, request: &HttpRequest) -> Result<Person, Response> {
    match known(web, request).await {
        Ok(Some(person)) => Ok(person),
        Ok(None) => Err(messages::see_other(&sign_in_address(request))),
        Err(error) => Err(unavailable(web, request, &error)),
    }
}

/// Who asks, if he is signed in.
pub(crate) async fn known(
    web: &Web,
    request: &HttpRequest,
) -> Result<Option<Person>, engine::error::EngineError> {
    let Some(cookie) = read_cookie(request, cookie_name(&web.engine)) else { return Ok(None) };
    let member = web.engine.member(cookie).await?;
    Ok(member.map(|member| Person {
        seller: member.seller.clone(),
        name: member.person.name.clone(),
        csrf: member.csrf.clone(),
        actor: Actor::Operator(member.person.login.clone()),
        member,
    }))
}

/// The cookie of a session that begins.
pub(crate) fn cookie(engine: &Kassa, value: &str) -> String {
    set_cookie(engine, value, LONGEST.as_secs())
}

/// What takes the cookie away.
pub(crate) fn no_cookie(engine: &Kassa) -> String {
    set_cookie(engine, "", 0)
}

fn set_cookie(engine: &Kassa, value: &str, seconds: i64) -> String {
    let secure = if is_secure(engine) { "; Secure" } else { "" };
    let name = cookie_name(engine);
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

fn is_secure(engine: &Kassa) -> bool {
    engine.public_url().starts_with("https://")
}

fn cookie_name(engine: &Kassa) -> &'static str {
    if is_secure(engine) { SECURE_COOKIE } else { PLAIN_COOKIE }
}

/// The sign-in page, with the way back to the page that was wanted; a form that was sent is not sent again.
fn sign_in_address(request: &HttpRequest) -> String {
    if request.method != Method::Get || request.path == "/cabinet" && request.query.is_empty() {
        return SIGN_IN.to_owned();
    }
    let wanted = match request.query.as_str() {
        "" => request.path.clone(),
        query => format!("{}?{query}", request.path),
    };
    format!("{SIGN_IN}?{}", encode_pairs([("next", wanted.as_str())]))
}

/// A page of the cabinet to which somebody may be led: nothing outside of it.
pub(crate) fn next(wanted: Option<&str>) -> &str {
    let inside = |wanted: &&str| {
        let rest = wanted.strip_prefix("/cabinet");
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
            && wanted.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
            && !wanted.starts_with(SIGN_IN)
    };
    wanted.filter(inside).unwrap_or("/cabinet")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_out_of_the_cabinet() {
        for inside in ["/cabinet", "/cabinet/payments?state=paid", "/cabinet?book=test"] {
            assert_eq!(next(Some(inside)), inside);
        }
        for outside in [
            "https://evil.example",
            "//evil.example",
            "/cabinetry",
            "/pay/x",
            "/cabinet\\evil",
            "/cabinet/sign-in",
        ] {
            assert_eq!(next(Some(outside)), "/cabinet", "{outside}");
        }
        assert_eq!(next(None), "/cabinet");
    }
}
