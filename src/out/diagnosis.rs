//! What the doctor prints: the worst first, each with what it means and what to do.

use crate::doctor::finding::{Finding, Severity};
use serde::Serialize;
use std::io;

/// All that was found, for programs.
#[derive(Serialize)]
struct Diagnosis<'a> {
    /// As bad as the worst finding.
    health: Severity,
    /// The worst first.
    findings: Vec<&'a Finding>,
}

/// Prints what was found.
///
/// # Errors
/// What the system says when nobody reads.
pub fn print(health: Severity, found: &[Finding], json: bool) -> io::Result<()> {
    let mut findings: Vec<_> = found.iter().collect();
    // In the order in which they were found, where they are equally bad.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let text = if json {
        serde_json::to_string_pretty(&Diagnosis { health, findings })?
    } else {
        as_text(health, &findings)
    };
    super::line(text.trim_end())
}

fn as_text(health: Severity, findings: &[&Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let word = match finding.severity {
            Severity::Ok => "ok",
            Severity::Warning => "WARNING",
            Severity::Problem => "PROBLEM",
        };
        text.push_str(&format!("{word:<8} {}: {}\n", finding.code, super::table::shown(&finding.what)));
        for more in [finding.means, finding.advice].into_iter().flatten() {
            text.push_str(&format!("         {more}\n"));
        }
    }
    text.push_str(match health {
        Severity::Ok => "\nEverything is well.\n",
        Severity::Warning => "\nIt works, but somebody should look.\n",
        Severity::Problem => "\nSomething is wrong.\n",
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_strangers_cannot_move_the_cursor() {
        let well = Finding::well("jobs", "a\u{1b}[2J");
        let text = as_text(Severity::Ok, &[&well]);
        assert!(text.starts_with("ok       jobs: a\u{b7}[2J\n") && text.ends_with("well.\n"), "{text}");
    }
}
