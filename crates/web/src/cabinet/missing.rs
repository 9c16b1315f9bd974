//! The page for what is not there, or belongs to another seller: both are answered alike.

use crate::cabinet::shell::{Frame, Shell, rendered};
use crate::checkout::pages::{RenderFault, Rendered};
use askama::Template;

#[derive(Template)]
#[template(path = "cabinet/missing.html", whitespace = "minimize")]
struct MissingPage<'a> {
    shell: Shell<'a>,
}

/// Writes the page.
pub(crate) fn page(frame: &Frame) -> Result<Rendered, RenderFault> {
    let shell = Shell::new(frame, &[frame.words().cab_missing_title(), "404"]);
    rendered(&MissingPage { shell })
}
