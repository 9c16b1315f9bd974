//! One thing that the doctor found: how bad it is, what it means, what to do.

use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// As it should be.
    Ok,
    /// Somebody should look at it.
    Warning,
    /// It is wrong.
    Problem,
}

/// A kind of finding: its code never changes its meaning.
#[derive(Debug)]
pub struct Known {
    /// For scripts, such as `disk.low`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it means.
    pub means: &'static str,
    /// What to do about it.
    pub advice: &'static str,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// For scripts: `disk.low`; of what is as it should be only the area, `disk`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is, with names and numbers.
    pub what: String,
    /// What it means; none where all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub means: Option<&'static str>,
    /// What to do; none where all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<&'static str>,
}

impl Finding {
    /// Something that is not as it should be.
    #[must_use]
    pub fn of(known: &Known, what: impl Into<String>) -> Finding {
        Finding {
            code: known.code,
            severity: known.severity,
            what: what.into(),
            means: Some(known.means),
            advice: Some(known.advice),
        }
    }

    /// An area in which all is well.
    #[must_use]
    pub fn well(area: &'static str, what: impl Into<String>) -> Finding {
        Finding { code: area, severity: Severity::Ok, what: what.into(), means: None, advice: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_worse_than_a_warning() {
        let worst = [Severity::Warning, Severity::Problem, Severity::Ok].into_iter().max();
        assert_eq!(worst, Some(Severity::Problem));
    }
}
