//! What happened in a storm, line by line: the same seed writes the same bytes.

use jiff::Timestamp;

/// The log. It costs nothing while nobody wants it.
#[derive(Debug, Default)]
pub struct Log {
    on: bool,
    lines: Vec<String>,
}

impl Log {
    /// A log that is written, or one that is not.
    pub fn new(on: bool) -> Log {
        Log { on, lines: Vec::new() }
    }

    /// Writes a line, which is only made when it is wanted.
    pub fn say(&mut self, now: Timestamp, line: impl FnOnce() -> String) {
        if self.on {
            self.lines.push(format!("{} {}", now.strftime("%a %H:%M:%S%.3f"), line()));
        }
    }

    /// The whole text.
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }
}
