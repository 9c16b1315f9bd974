//! From a template to a reply.

use askama::Template;

use crate::message::Reply;

/// The page of a template. A template that fails is our own mistake, and is said plainly.
pub(crate) fn page(status: u16, template: &impl Template) -> Reply {
    match template.render() {
        Ok(html) => Reply::page(status, html),
        Err(error) => Reply::text(500, format!("the page could not be written: {error}")),
    }
}
