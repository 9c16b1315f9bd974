//! Pages that may stand in a frame: what the answer's head says then.

use axum::http::{HeaderValue, header};
use axum::response::Response;
use wire::http::HttpRequest;

/// What every page's policy says, and what takes its place.
const NOWHERE: &str = "frame-ancestors 'none'";

/// Lets pages from these sources frame an answer that nobody could frame.
pub(crate) fn allow(mut response: Response, ancestors: Option<&str>) -> Response {
    let Some(ancestors) = ancestors else { return response };
    let policy =
        response.headers().get(header::CONTENT_SECURITY_POLICY).and_then(|value| value.to_str().ok());
    let wider = policy.map(|policy| policy.replace(NOWHERE, &format!("frame-ancestors {ancestors}")));
    if let Some(policy) = wider.and_then(|policy| HeaderValue::try_from(policy).ok()) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        // It knows no list of hosts, and would forbid what the policy allows.
        response.headers_mut().remove(header::X_FRAME_OPTIONS);
    }
    response
}

/// Whether a browser asks for a page to show it in a frame.
pub(crate) fn is_framed(request: &HttpRequest) -> bool {
    request.headers.get("sec-fetch-dest").is_some_and(|dest| dest == "iframe")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkout::pages::Rendered;
    use crate::messages;
    use axum::http::StatusCode;

    fn page() -> Response {
        let rendered = Rendered { html: String::new(), policy: crate::policy::header(None) };
        messages::page(StatusCode::OK, Ok(rendered))
    }

    #[test]
    fn a_page_is_framed_by_those_that_are_named_and_by_nobody_else() {
        let closed = allow(page(), None);
        assert_eq!(closed.headers()["x-frame-options"], "DENY");
        let open = allow(page(), Some("https://shop.example"));
        assert!(open.headers().get("x-frame-options").is_none());
        let policy = open.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.ends_with("frame-ancestors https://shop.example"), "{policy}");
    }
}
