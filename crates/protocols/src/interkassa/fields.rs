//! The `ik_` fields of a request as text, with everything else kept apart.

use wire::form::{FormError, RawField, RawForm, TextEncoding};
use wire::http::{HttpRequest, Method};

use super::errors::{Code, Refused};
use super::tree::{Misplaced, Tree, top};

/// How the names of this dialect begin; only small letters count.
const PREFIX: &str = "ik_";
/// How the names of the merchant's own fields begin.
pub(super) const OWN: &str = "ik_x_";
/// The field in which a form of ours wraps the fields of the request that it answers.
const WRAPPED: &str = "sci";

/// The fields of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Fields {
    /// The `ik_` fields, in the order in which they are signed.
    pub ik: Tree,
    /// The fields wrapped in `sci[…]` by a form of ours.
    pub wrapped: Tree,
    /// All other fields, as far as they are text: the merchant's submit buttons, what a buyer typed into a
    /// form of ours. Of a repeated one the last.
    pub others: Tree,
    /// In which encoding they were sent.
    pub encoding: TextEncoding,
}

impl Fields {
    /// Takes the fields of the query and of a form body. Where both name a field the body wins.
    ///
    /// # Errors
    /// 1024 for a form that cannot be read, and for names and values that are no text or have control
    /// characters in them; 1107 for a repeated field, whose signature cannot say which is meant.
    pub(super) fn read(request: &HttpRequest) -> Result<Fields, Refused> {
        let unreadable = |_: FormError| Refused::with(Code::WrongFormat, "the form cannot be read");
        let body = body(request).map_err(unreadable)?;
        let query = RawForm::from_urlencoded(request.query.as_bytes()).map_err(unreadable)?;
        let in_body =
            |field: &RawField| body.fields().iter().any(|other| top_of(&other.name) == top_of(&field.name));
        let from_query = query.fields().iter().filter(|field| !in_body(field));
        let all: Vec<&RawField> = body.fields().iter().chain(from_query).collect();
        let encoding = encoding(&all);
        let mut fields =
            Fields { ik: Tree::default(), wrapped: Tree::default(), others: Tree::default(), encoding };
        for field in all {
            fields.take(field)?;
        }
        Ok(fields)
    }

    fn take(&mut self, field: &RawField) -> Result<(), Refused> {
        if field.name.starts_with(PREFIX.as_bytes()) {
            let (name, value) = self.text(field)?;
            return self.ik.insert(&name, value).map_err(|why| misplaced(&name, why));
        }
        if top_of(&field.name) == WRAPPED.as_bytes() {
            let (name, value) = self.text(field)?;
            return self.wrapped.insert(&name, value).map_err(|why| misplaced(&name, why));
        }
        // What is not ours is never a reason to refuse.
        let text = self.encoding.decode(&field.name).zip(self.encoding.decode(&field.value));
        if let Some((name, value)) = text.filter(|(name, _)| !name.contains('[')) {
            self.others.remove(&name);
            let _kept = self.others.insert(&name, value);
        }
        Ok(())
    }

    /// A field's name and value as they are signed and used.
    fn text(&self, field: &RawField) -> Result<(String, String), Refused> {
        let decode = |bytes: &[u8]| self.encoding.decode(bytes);
        let wrong = |parameter, why| Refused::because_of(parameter, Code::WrongFormat, why);
        let name = decode(&field.name).ok_or(wrong(PREFIX, "the name of a field is not text"))?;
        // PHP, which most receivers run on, renames a field with a dot or a space in its name, and the
        // signature of a notice that echoes it would no longer fit.
        if !top(&name).chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
            || name.chars().any(char::is_control)
        {
            return Err(wrong(blamed(&name), "the name has characters other than letters and digits"));
        }
        let is_text = |text: &String| !text.chars().any(|c| c.is_control() && !is_line_end(c));
        let value = decode(&field.value).filter(is_text);
        let value = value.ok_or(wrong(blamed(&name), "the value is not text"))?;
        Ok((name, value))
    }

    /// The fields that a form of ours wrapped, without the names around them.
    pub(super) fn unwrapped(&self) -> Option<&Tree> {
        self.wrapped.members(WRAPPED)
    }
}

const fn is_line_end(c: char) -> bool {
    matches!(c, '\t' | '\r' | '\n')
}

fn misplaced(name: &str, why: Misplaced) -> Refused {
    match why {
        Misplaced::Name => {
            Refused::because_of(blamed(name), Code::WrongFormat, "the brackets of the name do not close")
        }
        Misplaced::Repeated => {
            Refused::because_of(blamed(name), Code::WrongParameter, "the field is sent more than once")
        }
    }
}

/// The name that a refusal may repeat: a documented one, else the beginning that all of its kind share.
fn blamed(name: &str) -> &'static str {
    let documented = super::names::ALL.iter().copied().find(|known| *known == top(name));
    documented.unwrap_or(if name.starts_with(OWN) { OWN } else { PREFIX })
}

/// The body's form. Clients that post with the values in the query send all kinds of empty bodies.
fn body(request: &HttpRequest) -> Result<RawForm, FormError> {
    match request.method {
        Method::Post | Method::Put => {
            match RawForm::from_body(request.headers.get("content-type"), &request.body) {
                Err(FormError::NotAForm) => Ok(RawForm::default()),
                read => read,
            }
        }
        Method::Get | Method::Head | Method::Delete => Ok(RawForm::default()),
    }
}

/// The encoding that `ik_enc` names; an unknown one is no reason to refuse, what is not UTF-8 will be.
fn encoding(fields: &[&RawField]) -> TextEncoding {
    let named = fields.iter().find(|field| field.name == super::names::ENC.as_bytes());
    named
        .and_then(|field| TextEncoding::UTF_8.decode(&field.value))
        .and_then(|label| TextEncoding::from_label(&label))
        .unwrap_or(TextEncoding::UTF_8)
}

fn top_of(name: &[u8]) -> &[u8] {
    name.split(|&b| b == b'[').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use wire::http::Headers;

    use super::*;

    fn request(method: Method, query: &str, body: &str) -> HttpRequest {
        HttpRequest {
            method,
            path: "/".to_owned(),
            query: query.to_owned(),
            headers: Headers::new(),
            body: body.as_bytes().to_vec(),
            peer: None,
        }
    }

    fn post(query: &str, body: &str) -> Result<Fields, Refused> {
        Fields::read(&request(Method::Post, query, body))
    }

    fn refused(body: &str) -> (u16, Option<&'static str>) {
        let refused = post("", body).unwrap_err();
        (refused.code.number(), refused.parameter)
    }

    #[test]
    fn query_and_body_are_merged_and_the_body_wins_whole_fields() {
        let fields = post("ik_am=1&ik_p[a]=q&ik_cur=UAH&test", "ik_am=2&ik_p[b]=b&").unwrap();
        assert_eq!(fields.ik.values(), ["2", "UAH", "b"]);
        assert_eq!(fields.others.text("test"), Some(""));
    }

    #[test]
    fn only_small_prefixed_names_are_ours_and_others_are_kept_apart() {
        let fields =
            post("", "ik_am=1&IK_upper=x&wa_id=17&_ik_x_a=3&sci[ik_int]=json&phone=1&phone=2&x=%ff").unwrap();
        assert_eq!(fields.ik.values(), ["1"]);
        assert_eq!(fields.others.text("phone"), Some("2"));
        assert_eq!(fields.unwrapped().unwrap().text("ik_int"), Some("json"));
    }

    #[test]
    fn the_body_of_a_get_is_not_read() {
        assert!(Fields::read(&request(Method::Get, "", "ik_am=1")).unwrap().ik.values().is_empty());
    }

    #[test]
    fn repeated_and_malformed_fields_are_refused_by_name() {
        assert_eq!(refused("ik_am=1&ik_am=1"), (1107, Some("ik_am")));
        assert_eq!(refused("ik_am=1&ik_am[a]=1"), (1107, Some("ik_am")));
        assert_eq!(refused("ik_products[0=1"), (1024, Some("ik_products")));
        assert_eq!(refused("ik_x_a.b=1"), (1024, Some("ik_x_")));
        assert_eq!(refused("ik_x_a+b=1"), (1024, Some("ik_x_")));
        assert_eq!(refused("ik_desc=%00"), (1024, Some("ik_desc")));
        assert_eq!(refused("ik_%ff=1"), (1024, Some("ik_")));
        assert_eq!(refused(&"ik_x_a=1&".repeat(501)), (1024, None));
        assert!(post("", "ik_desc=a%0D%0A%09b").is_ok());
    }

    #[test]
    fn text_is_read_in_the_encoding_that_is_named() {
        assert_eq!(refused("ik_desc=%CE%EA"), (1024, Some("ik_desc")));
        let fields = post("", "ik_desc=%CE%EA&ik_enc=windows-1251").unwrap();
        assert_eq!(fields.ik.text("ik_desc"), Some("Ок"));
        assert_eq!(post("", "ik_desc=x&ik_enc=nonsense").unwrap().encoding, TextEncoding::UTF_8);
    }
}
