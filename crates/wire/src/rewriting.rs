//! A text of which some stretches are replaced: nothing is copied before the first of them.

/// A text that is being rewritten from its beginning to its end.
pub(crate) struct Rewriting<'t> {
    text: &'t str,
    written: String,
    /// What is not written yet.
    rest: &'t str,
}

impl<'t> Rewriting<'t> {
    /// Nothing is replaced yet.
    pub(crate) const fn of(text: &'t str) -> Rewriting<'t> {
        Rewriting { text, written: String::new(), rest: text }
    }

    /// Replaces what stands at the beginning of `from`, up to `to`. Both are ends of the text, and `from` does
    /// not begin before the `to` of the last call.
    pub(crate) fn replace(&mut self, from: &'t str, to: &'t str, with: &str) {
        if self.written.is_empty() {
            self.written.reserve(self.text.len());
        }
        let kept = self.rest.len().saturating_sub(from.len());
        self.written.push_str(self.rest.get(..kept).unwrap_or_default());
        self.written.push_str(with);
        self.rest = to;
    }

    /// The new text, if anything was replaced.
    pub(crate) fn finish(mut self) -> Option<String> {
        if self.written.is_empty() && self.rest.len() == self.text.len() {
            return None;
        }
        self.written.push_str(self.rest);
        Some(self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_replaced_is_new_and_everything_else_stays() {
        let text = "pay now, or later";
        let mut rewriting = Rewriting::of(text);
        rewriting.replace(&text[4..], &text[7..], "soon");
        rewriting.replace(&text[9..], &text[12..], "");
        assert_eq!(rewriting.finish().as_deref(), Some("pay soon, later"));
    }

    #[test]
    fn a_text_of_which_nothing_is_replaced_is_not_copied() {
        assert_eq!(Rewriting::of("pay now").finish(), None);
    }

    #[test]
    fn a_text_may_lose_everything() {
        let mut rewriting = Rewriting::of("pay");
        rewriting.replace("pay", "", "");
        assert_eq!(rewriting.finish().as_deref(), Some(""));
    }
}
