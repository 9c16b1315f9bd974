//! The fields of a request under their official names, as bytes until their encoding is known.

use domain::payments::CustomField;
use wire::form::{FormError, RawField, RawForm, TextEncoding};
use wire::http::{HttpRequest, Method};

use super::errors::{Refused, RobokassaError};
use super::names::{Name, is_custom};
use super::oldest;

/// A value that may take a slot in the signed text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Given {
    /// The parameter was not sent.
    Absent,
    /// It was sent without a value, which means the same, but the client may have signed an empty slot.
    Empty,
    /// Its text after one form-decode.
    Text(String),
}

impl Given {
    /// The text; nothing if there is none.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Given::Absent | Given::Empty => None,
            Given::Text(text) => Some(text),
        }
    }
}

/// All fields of a request, sorted into ours and the shop's own.
#[derive(Debug)]
pub(super) struct Fields {
    known: Vec<(Name, RawField)>,
    custom: Vec<RawField>,
    encoding: TextEncoding,
}

impl Fields {
    /// Takes the fields of a request: of the query and of a form body. Where both name a parameter the body
    /// wins, because a POST form's author wrote the body, while a query can be appended by anybody; either
    /// way the value that is verified is the value that is used.
    ///
    /// # Errors
    /// 30 for a form that cannot be read, 29 for a repeated parameter.
    pub(super) fn read(request: &HttpRequest) -> Result<Fields, Refused> {
        let unreadable =
            |_: FormError| Refused::with(RobokassaError::WrongInvoiceParameter, "the form cannot be read");
        let body = match request.method {
            Method::Post | Method::Put => {
                match RawForm::from_body(request.headers.get("content-type"), &request.body) {
                    // Clients that post with the values in the query send all kinds of empty bodies.
                    Err(FormError::NotAForm) => RawForm::default(),
                    read => read.map_err(unreadable)?,
                }
            }
            Method::Get | Method::Head | Method::Delete => RawForm::default(),
        };
        let query = RawForm::from_urlencoded(request.query.as_bytes()).map_err(unreadable)?;
        if oldest::is_path(&request.path) {
            let today = |form: &RawForm| oldest::renamed(form).map_err(unreadable);
            return Fields::of(&today(&body)?, &today(&query)?);
        }
        Fields::of(&body, &query)
    }

    /// Sorts the fields of a body and a query.
    ///
    /// # Errors
    /// 29 if a parameter is repeated that decides what is signed: a signature cannot say which is meant.
    pub(super) fn of(body: &RawForm, query: &RawForm) -> Result<Fields, Refused> {
        let from_query = query.fields().iter().filter(|field| !contains(body, &field.name));
        let mut fields = Fields { known: Vec::new(), custom: Vec::new(), encoding: TextEncoding::UTF_8 };
        for field in body.fields().iter().chain(from_query) {
            match Name::from_bytes(&field.name) {
                Some(name) if name.is_single() && fields.first(name).is_some() => {
                    let why = "the parameter is sent more than once";
                    return Err(Refused::because_of(name.official(), RobokassaError::WrongSignature, why));
                }
                Some(name) => fields.known.push((name, field.clone())),
                None if is_custom(&field.name) => fields.custom.push(field.clone()),
                None => {}
            }
        }
        // An unknown label is no reason to refuse: what is not valid UTF-8 is refused later.
        if let Some(label) = fields.first(Name::Encoding).and_then(|label| TextEncoding::UTF_8.decode(label))
        {
            fields.encoding = TextEncoding::from_label(&label).unwrap_or(TextEncoding::UTF_8);
        }
        Ok(fields)
    }

    /// The encoding that the request names, else UTF-8.
    pub(super) fn encoding(&self) -> TextEncoding {
        self.encoding
    }

    /// A value that is signed or that decides how: it must be text without control characters.
    ///
    /// # Errors
    /// The parameter's own error: 31 for the sum, 26 for the login, 30 for most.
    pub(super) fn strict(&self, name: Name) -> Result<Given, Refused> {
        let Some(value) = self.first(name) else { return Ok(Given::Absent) };
        if value.is_empty() {
            return Ok(Given::Empty);
        }
        let allowed: &[char] =
            if matches!(name, Name::Receipt | Name::Invoice) { &['\t', '\r', '\n'] } else { &[] };
        match self.encoding.decode(value).filter(|text| !has_control(text, allowed)) {
            Some(text) => Ok(Given::Text(text)),
            None => Err(Refused::because_of(name.official(), name.error(), "the value is not valid text")),
        }
    }

    /// A text that nobody signs: invalid text is none, control characters become spaces.
    pub(super) fn loose(&self, name: Name) -> Option<String> {
        self.encoding.decode(self.first(name)?).and_then(tidied)
    }

    /// All values of a parameter that may be repeated.
    pub(super) fn loose_all(&self, name: Name) -> impl Iterator<Item = String> + '_ {
        let values = self.known.iter().filter(move |(known, _)| *known == name);
        values.filter_map(|(_, field)| self.encoding.decode(&field.value).and_then(tidied))
    }

    /// A text that nobody signs and that old shops send in Windows-1251 without saying so.
    pub(super) fn loose_or_1251(&self, name: Name) -> Option<String> {
        let value = self.first(name)?;
        self.encoding.decode(value).or_else(|| TextEncoding::WINDOWS_1251.decode(value)).and_then(tidied)
    }

    /// The shop's own fields in the order received.
    ///
    /// # Errors
    /// 30 for invalid text and for names in which a signature could be cut differently.
    pub(super) fn custom(&self) -> Result<Vec<CustomField>, Refused> {
        let wrong = |why| Refused::because_of("Shp_", RobokassaError::WrongInvoiceParameter, why);
        let decode = |bytes: &[u8]| self.encoding.decode(bytes).filter(|text| !has_control(text, &[]));
        let mut custom = Vec::new();
        for field in &self.custom {
            let name =
                decode(&field.name).ok_or(wrong("the name of a custom parameter is not valid text"))?;
            // A name with a colon or an equals sign in it would sign like two fields.
            if !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']')) {
                return Err(wrong(
                    "the name of a custom parameter has characters other than letters and digits",
                ));
            }
            let value = decode(&field.value).ok_or(wrong("a custom parameter is not valid text"))?;
            custom.push(CustomField { name, value });
        }
        Ok(custom)
    }

    fn first(&self, name: Name) -> Option<&[u8]> {
        self.known.iter().find(|(known, _)| *known == name).map(|(_, field)| field.value.as_slice())
    }
}

/// Whether a form has this parameter under any of its names.
fn contains(form: &RawForm, name: &[u8]) -> bool {
    let known = Name::from_bytes(name);
    form.fields().iter().any(|field| match known {
        Some(_) => Name::from_bytes(&field.name) == known,
        None => field.name.eq_ignore_ascii_case(name),
    })
}

pub(super) fn has_control(text: &str, allowed: &[char]) -> bool {
    text.chars().any(|c| c.is_control() && !allowed.contains(&c))
}

fn tidied(text: String) -> Option<String> {
    let spaced = text.replace(char::is_control, " ");
    let trimmed = spaced.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

#[cfg(test)]
mod tests {
    use wire::http::Headers;

    use super::*;

    fn request(method: Method, query: &str, body: &str) -> HttpRequest {
        HttpRequest {
            method,
            path: "/Merchant/Index.aspx".to_owned(),
            query: query.to_owned(),
            headers: Headers::new(),
            body: body.as_bytes().to_vec(),
            peer: None,
        }
    }

    fn fields(query: &str, body: &str) -> Result<Fields, Refused> {
        Fields::read(&request(Method::Post, query, body))
    }

    fn text(given: Result<Given, Refused>) -> String {
        given.unwrap().text().unwrap().to_owned()
    }

    #[test]
    fn an_empty_post_takes_its_values_from_the_query() {
        assert_eq!(text(fields("InvId=7", "").unwrap().strict(Name::InvId)), "7");
    }

    #[test]
    fn the_body_wins_over_the_query_under_any_alias() {
        let fields = fields("InvId=7&OutSum=1&Shp_a=q&Shp_b=q", "InvoiceID=8&shp_A=b").unwrap();
        assert_eq!(text(fields.strict(Name::InvId)), "8");
        assert_eq!(text(fields.strict(Name::OutSum)), "1");
        let custom: Vec<_> = fields.custom().unwrap().into_iter().map(|f| (f.name, f.value)).collect();
        assert_eq!(custom, [("shp_A".into(), "b".into()), ("Shp_b".to_owned(), "q".to_owned())]);
    }

    #[test]
    fn the_body_of_a_get_is_not_read() {
        let read = Fields::read(&request(Method::Get, "", "InvId=7")).unwrap();
        assert_eq!(read.strict(Name::InvId), Ok(Given::Absent));
    }

    #[test]
    fn a_repeated_parameter_is_refused_by_name_whatever_its_values() {
        for form in ["InvId=1&InvId=1", "InvId=1&InvoiceId=2", "invid=&INVID="] {
            let refused = fields("", form).unwrap_err();
            assert_eq!((refused.error.number(), refused.parameter), (29, Some("InvId")), "{form}");
        }
        assert_eq!(
            fields("", "PaymentMethods=a&PaymentMethods=b").unwrap().loose_all(Name::PaymentMethods).count(),
            2
        );
        assert_eq!(fields("", "Shp_a=1&Shp_a=2").unwrap().custom().unwrap().len(), 2);
    }

    #[test]
    fn signed_text_must_be_valid_in_the_encoding_named() {
        let refused = fields("", "Shp_a=%CE%EA").unwrap().custom().unwrap_err();
        assert_eq!((refused.error.number(), refused.parameter), (30, Some("Shp_")));
        let named = fields("", "Shp_a=%CE%EA&Encoding=windows-1251").unwrap();
        assert_eq!(named.custom().unwrap()[0].value, "Ок");
        assert_eq!(fields("", "OutSum=%ff").unwrap().strict(Name::OutSum).unwrap_err().error.number(), 31);
    }

    #[test]
    fn control_characters_are_refused_except_line_ends_in_a_receipt() {
        assert!(fields("", "Shp_a=1%0A2").unwrap().custom().is_err());
        assert!(fields("", "InvId=1%00").unwrap().strict(Name::InvId).is_err());
        assert_eq!(text(fields("", "Receipt=%7B%0A%09%7D").unwrap().strict(Name::Receipt)), "{\n\t}");
        assert!(fields("", "Receipt=%7B%00%7D").unwrap().strict(Name::Receipt).is_err());
    }

    #[test]
    fn custom_names_that_could_be_cut_differently_are_refused() {
        for form in ["Shp_a%3D1%3AShp_b=2", "Shp_a%3Ab=2", "Shp%20a=1"] {
            assert_eq!(fields("", form).unwrap().custom().unwrap_err().error.number(), 30, "{form}");
        }
    }

    #[test]
    fn unsigned_text_is_read_as_well_as_it_can_be() {
        let read = |form| fields("", form).unwrap().loose_or_1251(Name::Description);
        assert_eq!(read("Desc=%CE%EA"), Some("Ок".to_owned()));
        assert_eq!(read("Desc=%D0%9E%D0%BA%0A"), Some("Ок".to_owned()));
        assert_eq!(read("Desc=+"), None);
        assert_eq!(fields("", "Email=%ff").unwrap().loose(Name::Email), None);
    }

    #[test]
    fn a_form_that_cannot_be_read_is_error_30() {
        let mut broken = request(Method::Post, "", "--x");
        broken.headers.push("Content-Type", "multipart/form-data; boundary=x");
        assert_eq!(Fields::read(&broken).unwrap_err().error.number(), 30);
        assert_eq!(fields(&"a=1&".repeat(501), "").unwrap_err().error.number(), 30);
    }
}
