//! Values of fields by the documented patterns, each refused under its own name.

use domain::sellers::{ShopAddress, Verb};
use url::Url;

use super::errors::{Code, Refused};
use super::tree::{Node, Tree};

/// The longest address that is read, in bytes.
const ADDRESS_BYTES_MAX: usize = 2_048;

/// Reads typed values from fields.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(pub &'a Tree);

impl<'a> Reader<'a> {
    /// The value of a field; an empty one is none.
    ///
    /// # Errors
    /// 1024 for a field that has members instead.
    pub(super) fn text(self, name: &'static str) -> Result<Option<&'a str>, Refused> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Node::Text(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(Node::Tree(_)) => Err(Refused::because_of(
                name,
                Code::WrongFormat,
                "the field has members where it should have a value",
            )),
        }
    }

    /// The value of a field that must be there.
    ///
    /// # Errors
    /// 1021 if it was not sent, 1022 if it is empty, 1024 as [`Reader::text`].
    pub(super) fn needed(self, name: &'static str) -> Result<&'a str, Refused> {
        match self.text(name)? {
            Some(text) => Ok(text),
            None if self.0.get(name).is_some() => {
                Err(Refused::because_of(name, Code::Empty, "the field needs a value"))
            }
            None => Err(Refused::because_of(name, Code::NotSet, "the field is needed")),
        }
    }

    /// A value of at most so many characters, all of which are allowed.
    ///
    /// # Errors
    /// 1024 for a longer one and for another character.
    pub(super) fn pattern(
        self,
        name: &'static str,
        chars_max: usize,
        allowed: impl Fn(char) -> bool,
    ) -> Result<Option<&'a str>, Refused> {
        let text = self.text(name)?;
        let fits = |text: &str| text.chars().count() <= chars_max && text.chars().all(allowed);
        if text.is_none_or(fits) {
            return Ok(text);
        }
        Err(Refused::because_of(name, Code::WrongFormat, "the value is too long or has other characters"))
    }

    /// One of a few words, in any case.
    ///
    /// # Errors
    /// The code given, for any other word.
    pub(super) fn word<T: Copy>(
        self,
        name: &'static str,
        code: Code,
        words: &[(&str, T)],
    ) -> Result<Option<T>, Refused> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let known = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
        let wrong = Refused::because_of(name, code, "the value is not one of the words that are known");
        known.map(|(_, meaning)| Some(*meaning)).ok_or(wrong)
    }

    /// An absolute http or https address, as a browser will understand it.
    ///
    /// # Errors
    /// 1023 for anything else.
    pub(super) fn address(self, name: &'static str) -> Result<Option<String>, Refused> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let absolute = ["http://", "https://"];
        let begins = |scheme: &&str| text.get(..scheme.len()).is_some_and(|t| t.eq_ignore_ascii_case(scheme));
        let url = Some(text)
            .filter(|text| text.len() <= ADDRESS_BYTES_MAX && absolute.iter().any(begins))
            .filter(|text| !text.contains(|c: char| c.is_whitespace() || c.is_control()))
            .and_then(|text| Url::parse(text).ok())
            .filter(Url::has_host);
        // The address stays as the shop wrote it: its own query must not be spelt anew.
        let wrong = Refused::because_of(name, Code::Invalid, "an absolute http or https address is expected");
        url.map(|_| Some(text.to_owned())).ok_or(wrong)
    }

    /// An address that a request gives instead of the checkout's own, with its method; either half alone
    /// keeps the other half of the checkout's. `None` if nothing is given or nothing may be.
    ///
    /// # Errors
    /// 1023 for an address or a method that is none.
    pub(super) fn replaced(
        self,
        (url, verb): (&'static str, &'static str),
        own: Option<&ShopAddress>,
        allowed: bool,
    ) -> Result<Option<ShopAddress>, Refused> {
        let given = self.address(url)?;
        let verb = self.word(verb, Code::Invalid, &[("get", Verb::Get), ("post", Verb::Post)])?;
        if !allowed || (given.is_none() && verb.is_none()) {
            return Ok(None);
        }
        let verb = verb.or(own.map(|own| own.verb)).unwrap_or(Verb::Post);
        let url = given.or_else(|| own.map(|own| own.url.clone()));
        Ok(url.map(|url| ShopAddress { url, verb }))
    }
}

/// A letter of ASCII, a digit or an underscore: the patterns' `\w`.
pub(super) const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The same with a dash, as in identifiers.
pub(super) const fn is_dashed_word(c: char) -> bool {
    is_word(c) || c == '-'
}

/// A character of a list of payways.
pub(super) const fn is_list(c: char) -> bool {
    is_word(c) || matches!(c, ';' | ',' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(fields: &[(&str, &str)]) -> Tree {
        let mut tree = Tree::default();
        for (name, value) in fields {
            tree.insert(name, (*value).to_owned()).unwrap();
        }
        tree
    }

    fn code<T: std::fmt::Debug>(result: Result<T, Refused>) -> u16 {
        result.unwrap_err().code.number()
    }

    #[test]
    fn absent_empty_and_nested_values_are_told_apart() {
        let tree = tree(&[("ik_am", ""), ("ik_cur[a]", "x"), ("ik_desc", " ")]);
        let reader = Reader(&tree);
        assert_eq!(code(reader.needed("ik_co_id")), 1021);
        assert_eq!(code(reader.needed("ik_am")), 1022);
        assert_eq!(code(reader.needed("ik_cur")), 1024);
        assert_eq!((reader.text("ik_am"), reader.text("ik_desc")), (Ok(None), Ok(Some(" "))));
    }

    #[test]
    fn an_address_is_absolute_and_kept_as_written() {
        let read = |text: &str| Reader(&tree(&[("ik_suc_u", text)])).address("ik_suc_u");
        for text in ["https://shop.test/?a=1&b=%D0%B6", "HTTP://shop.test", "http://shop.test:81/x#y"] {
            assert_eq!(read(text), Ok(Some(text.to_owned())), "{text}");
        }
        for text in
            ["shop.test/ok", "/ok", "javascript:alert(1)", "ftp://shop.test/", "http://", "https://a b/"]
        {
            assert_eq!(code(read(text)), 1023, "{text}");
        }
        assert_eq!(code(read(&format!("https://shop.test/{}", "x".repeat(2_048)))), 1023);
    }

    #[test]
    fn half_of_an_address_keeps_the_other_half_of_the_checkouts() {
        let own = ShopAddress { url: "https://shop.test/own".to_owned(), verb: Verb::Get };
        let replaced = |fields: &[(&str, &str)], allowed| {
            Reader(&tree(fields)).replaced(("ik_suc_u", "ik_suc_m"), Some(&own), allowed).unwrap()
        };
        let there = |url: &str, verb| Some(ShopAddress { url: url.to_owned(), verb });
        assert_eq!(replaced(&[], true), None);
        assert_eq!(replaced(&[("ik_suc_m", "POST")], true), there("https://shop.test/own", Verb::Post));
        assert_eq!(replaced(&[("ik_suc_u", "https://x.test/")], true), there("https://x.test/", Verb::Get));
        assert_eq!(replaced(&[("ik_suc_u", "https://x.test/")], false), None);
        let put = tree(&[("ik_suc_m", "put")]);
        assert_eq!(code(Reader(&put).replaced(("ik_suc_u", "ik_suc_m"), None, true)), 1023);
        let bare = tree(&[("ik_suc_u", "https://x.test/")]);
        let read = Reader(&bare).replaced(("ik_suc_u", "ik_suc_m"), None, true).unwrap();
        assert_eq!(read, there("https://x.test/", Verb::Post));
    }

    #[test]
    fn words_and_patterns_are_kept_to() {
        let tree = tree(&[("ik_act", "Process"), ("ik_int", "xml"), ("ik_pm_no", "a-1 b")]);
        let words = [("process", 1), ("payway", 2)];
        assert_eq!(Reader(&tree).word("ik_act", Code::WrongAction, &words), Ok(Some(1)));
        assert_eq!(code(Reader(&tree).word("ik_int", Code::Invalid, &words)), 1023);
        assert_eq!(code(Reader(&tree).pattern("ik_pm_no", 50, is_dashed_word)), 1024);
        assert_eq!(code(Reader(&tree).pattern("ik_act", 3, is_word)), 1024);
    }
}
