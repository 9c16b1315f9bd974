//! QR codes as SVG, drawn from the modules that the library computes.

use std::fmt::Write;

use qrcode::types::QrError;
use qrcode::{Color, QrCode};

/// The white margin that readers need around a code, in modules.
const QUIET: usize = 4;

/// Draws a text as one SVG path: every run of dark modules in a row is one stroke. `label` is what a
/// screen reader says instead; it must be safe in an attribute, as all texts of the register are.
///
/// # Errors
/// The text is longer than a QR code can hold.
pub(crate) fn draw(text: &str, label: &str) -> Result<String, QrError> {
    let code = QrCode::new(text)?;
    let width = code.width();
    let side = width + 2 * QUIET;
    let mut path = String::new();
    for (row, modules) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        for run in modules.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                // Half a module down, because a stroke is drawn around its line. Writing to a text cannot fail.
                let _ = write!(path, "M{} {}.5h{}", column + QUIET, row + QUIET, run.len());
            }
            column += run.len();
        }
    }
    Ok(format!(
        r##"<svg viewBox="0 0 {side} {side}" role="img" aria-label="{label}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path stroke="#000" d="{path}"/></svg>"##
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dark_module_is_drawn_once() {
        let text = "https://qr.example/AS10000000000000000000000000000?sum=129000&cur=RUB";
        let code = QrCode::new(text).unwrap();
        let dark = code.to_colors().into_iter().filter(|color| *color == Color::Dark).count();
        let svg = draw(text, "code").unwrap();
        let path = svg.split("stroke=\"#000\" d=\"").nth(1).unwrap();
        let drawn: usize = path
            .split('h')
            .skip(1)
            .map(|run| run.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse::<usize>().unwrap_or(0))
            .sum();
        assert_eq!(drawn, dark);
    }

    #[test]
    fn a_text_that_no_code_can_hold_is_an_error() {
        assert!(draw(&"a".repeat(5000), "code").is_err());
    }
}
