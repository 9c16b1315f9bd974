//! The parameters of a call to the API: of its query, of a form of any kind, or of a JSON object.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::value::RawValue;
use wire::form::{FormError, RawForm, TextEncoding};
use wire::http::{HttpRequest, Method};

use super::super::errors::{Code, Refused};
use super::super::reader::Reader;
use super::super::tree::{Misplaced, Tree};

/// The longest body that is read, in bytes.
const BODY_BYTES_MAX: usize = 65_536;
/// How long a filter may be, in characters.
const FILTER_CHARS_MAX: usize = 64;

/// The parameters by name; nested names are members.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Params(Tree);

impl Params {
    /// Takes them from a request. The vendor's own client sends its filters in the query and once more in
    /// the body of a GET, which is not read.
    ///
    /// # Errors
    /// 1024 for what cannot be read, 1107 for a repeated parameter.
    pub fn read(request: &HttpRequest) -> Result<Params, Refused> {
        let unreadable = |_: FormError| Refused::with(Code::WrongFormat, "the parameters cannot be read");
        let mut params = Params::default();
        match request.method {
            Method::Post | Method::Put => params.take_body(request)?,
            Method::Get | Method::Head | Method::Delete => {}
        }
        let query = RawForm::from_urlencoded(request.query.as_bytes()).map_err(unreadable)?;
        let in_body = params.0.clone();
        for (name, value) in texts(&query)? {
            // A name that the body has is the body's: a query can be appended by anybody.
            if in_body.get(super::super::tree::top(&name)).is_none() {
                params.put(&name, value)?;
            }
        }
        Ok(params)
    }

    fn take_body(&mut self, request: &HttpRequest) -> Result<(), Refused> {
        let unreadable = Refused::with(Code::WrongFormat, "the body is neither a form nor a JSON object");
        if request.body.len() > BODY_BYTES_MAX {
            return Err(Refused::with(Code::WrongFormat, "the body is too long"));
        }
        match RawForm::from_body(request.headers.get("content-type"), &request.body) {
            Ok(form) => texts(&form)?.into_iter().try_for_each(|(name, value)| self.put(&name, value)),
            Err(FormError::NotAForm) => {
                let text = std::str::from_utf8(&request.body).map_err(|_| unreadable.clone())?;
                let members: BTreeMap<String, &RawValue> =
                    serde_json::from_str(text).map_err(|_| unreadable)?;
                members.iter().try_for_each(|(name, value)| self.put_json(name, value))
            }
            Err(_) => Err(unreadable),
        }
    }

    /// Puts a JSON value under a name. Numbers are kept as they are written: none becomes a float.
    fn put_json(&mut self, name: &str, value: &RawValue) -> Result<(), Refused> {
        let text = value.get().trim();
        if let Ok(members) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) {
            return members
                .iter()
                .try_for_each(|(step, value)| self.put_json(&format!("{name}[{step}]"), value));
        }
        if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(text) {
            return items.iter().try_for_each(|value| self.put_json(&format!("{name}[]"), value));
        }
        match serde_json::from_str::<String>(text) {
            Ok(text) => self.put(name, text),
            Err(_) if text == "null" => Ok(()),
            Err(_) => self.put(name, text.to_owned()),
        }
    }

    fn put(&mut self, name: &str, value: String) -> Result<(), Refused> {
        if name.chars().chain(value.chars()).any(char::is_control) {
            return Err(Refused::with(Code::WrongFormat, "a parameter has control characters in it"));
        }
        self.0.insert(name, value).map_err(|why| match why {
            Misplaced::Name => Refused::with(Code::WrongFormat, "the name of a parameter is malformed"),
            Misplaced::Repeated => Refused::with(Code::WrongParameter, "a parameter is sent more than once"),
        })
    }

    pub(super) fn reader(&self) -> Reader<'_> {
        Reader(&self.0)
    }

    /// The members under a name, by their names.
    pub(super) fn members(&self, name: &str) -> Vec<(String, String)> {
        let pairs = self.0.members(name).map(Tree::pairs).unwrap_or_default();
        pairs.into_iter().map(|(name, value)| (name, value.to_owned())).collect()
    }
}

fn texts(form: &RawForm) -> Result<Vec<(String, String)>, Refused> {
    let text = |bytes: &[u8]| TextEncoding::UTF_8.decode(bytes);
    let both = form.fields().iter().map(|field| text(&field.name).zip(text(&field.value)));
    let named = both.filter(|pair| pair.as_ref().is_none_or(|(name, _)| !name.is_empty()));
    named
        .collect::<Option<Vec<_>>>()
        .ok_or(Refused::with(Code::WrongFormat, "a parameter is not text in UTF-8"))
}

/// What a list is narrowed by. An empty filter is none.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Filters {
    /// Of this checkout.
    pub checkout: Option<String>,
    /// By this payway: its identifier or alias.
    pub payway: Option<String>,
    /// Of this purse.
    pub purse: Option<String>,
    /// With this number of the merchant's.
    pub payment_no: Option<String>,
    /// Of this currency, as written.
    pub currency: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not after.
    pub to: Option<Timestamp>,
}

impl Filters {
    /// Reads them; dates are meant in this zone.
    ///
    /// # Errors
    /// 1024 under the filter's own name.
    pub fn read(params: &Params, zone: &TimeZone) -> Result<Filters, Refused> {
        let reader = params.reader();
        let text = |name| {
            let text = reader.pattern(name, FILTER_CHARS_MAX, |c| !c.is_whitespace())?;
            Ok::<_, Refused>(text.map(str::to_owned))
        };
        let date = |name| {
            let Some(text) = reader.text(name)? else { return Ok(None) };
            let digits = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b':' | b' '));
            let local = Some(text).filter(|_| digits).and_then(|text| text.parse::<DateTime>().ok());
            let at = local.and_then(|local| zone.to_timestamp(local).ok());
            let why = "a date is written as year-month-day hours:minutes:seconds";
            at.map(Some).ok_or(Refused::because_of(name, Code::WrongFormat, why))
        };
        Ok(Filters {
            checkout: text("checkoutId")?,
            payway: text("paywayId")?,
            purse: text("purseId")?,
            payment_no: text("paymentNo")?,
            currency: text("currency")?,
            from: date("fromDate")?,
            to: date("toDate")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use wire::http::Headers;

    use super::*;

    fn request(method: Method, query: &str, kind: &str, body: &str) -> HttpRequest {
        let mut headers = Headers::new();
        headers.push("Content-Type", kind);
        HttpRequest {
            method,
            path: "/v1/withdraw".to_owned(),
            query: query.to_owned(),
            headers,
            body: body.as_bytes().to_vec(),
            peer: None,
        }
    }

    fn read(query: &str, kind: &str, body: &str) -> Result<Params, Refused> {
        Params::read(&request(Method::Post, query, kind, body))
    }

    #[test]
    fn a_form_and_json_say_the_same_and_numbers_stay_as_written() {
        let form = read(
            "",
            "application/x-www-form-urlencoded",
            "amount=10.10&details[card]=4111&useShortAlias=true",
        );
        let json = read(
            "",
            "application/json; charset=utf-8",
            "{\"amount\":10.10,\"details\":{\"card\":\"4111\"},\"useShortAlias\":true,\"paymentNo\":null}",
        );
        assert_eq!(form, json);
        assert_eq!(form.unwrap().members("details"), [("card".to_owned(), "4111".to_owned())]);
        let multipart = "--x\r\nContent-Disposition: form-data; name=\"amount\"\r\n\r\n5\r\n--x--";
        let multipart = read("", "multipart/form-data; boundary=x", multipart).unwrap();
        assert_eq!(multipart.reader().text("amount"), Ok(Some("5")));
    }

    #[test]
    fn the_body_wins_and_the_body_of_a_get_is_not_read() {
        let both = read("amount=1&purseId=2", "application/x-www-form-urlencoded", "amount=5").unwrap();
        assert_eq!(both.reader().text("amount"), Ok(Some("5")));
        assert_eq!(both.reader().text("purseId"), Ok(Some("2")));
        let get = request(Method::Get, "checkoutId=1", "multipart/form-data; boundary=x", "broken");
        assert_eq!(Params::read(&get).unwrap().reader().text("checkoutId"), Ok(Some("1")));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        let form = "application/x-www-form-urlencoded";
        for (kind, body, code) in [
            ("application/json", "[1]", 1024),
            ("application/json", "{\"a\":", 1024),
            ("application/json", "\u{1}", 1024),
            (form, "a=1&a=2", 1107),
            (form, "a[b=1", 1024),
            (form, "a=%ff", 1024),
            (form, "a=%00", 1024),
            (form, &"a".repeat(BODY_BYTES_MAX + 1), 1024),
        ] {
            assert_eq!(read("", kind, body).unwrap_err().code.number(), code, "{body:.20}");
        }
        let deep = format!("{}1{}", "{\"a\":".repeat(200), "}".repeat(200));
        assert!(read("", "application/json", &deep).is_err());
    }

    #[test]
    fn filters_are_read_in_the_zone_of_the_service() {
        let kyiv = TimeZone::get("Europe/Kyiv").unwrap();
        let filters =
            |query: &str| Filters::read(&Params::read(&request(Method::Get, query, "", "")).unwrap(), &kyiv);
        let read = filters("checkoutId=5f&fromDate=2015-04-28+18:48:39&toDate=&purseId=").unwrap();
        assert_eq!((read.checkout.as_deref(), read.purse, read.to), (Some("5f"), None, None));
        assert_eq!(read.from.unwrap().to_string(), "2015-04-28T15:48:39Z");
        assert_eq!(filters("fromDate=yesterday").unwrap_err().parameter, Some("fromDate"));
    }
}
