//! The services in SOAP 1.1 envelopes: which one is asked, its parameters, and the reply around an answer.

use wire::form::RawForm;
use wire::http::HttpRequest;

use super::xml::escaped;

/// The namespace of envelopes.
const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// The namespace of the services.
pub(super) const SERVICES: &str = "http://merchant.roboxchange.com/WebService/";
/// The largest envelope that is read, in bytes: no question needs a hundredth of it.
const ENVELOPE_MAX: usize = 65_536;
/// More parameters than any service has.
const PARAMETERS_MAX: usize = 64;

/// The service that an envelope asks, as its element is called; `None` if it is no envelope.
pub fn asked(request: &HttpRequest) -> Option<String> {
    read(request).map(|(name, _)| name)
}

/// The parameters in an envelope.
pub(super) fn form(request: &HttpRequest) -> Option<RawForm> {
    let mut form = RawForm::default();
    for (name, value) in read(request)?.1 {
        form.push(name.into_bytes(), value.into_bytes()).ok()?;
    }
    Some(form)
}

/// The envelope around a service's reply.
pub fn reply(service: &str, answer: &str) -> String {
    // The answer is our own: a declaration, a root with its namespaces, and what is inside.
    let inside = answer.split_once("?>").map_or(answer, |(_, rest)| rest);
    let inside = inside.split_once('>').map_or("", |(_, rest)| rest);
    let inside = inside.rsplit_once("</").map_or("", |(inside, _)| inside);
    let service = escaped(service);
    envelope(&format!(
        "<{service}Response xmlns=\"{SERVICES}\"><{service}Result>{inside}</{service}Result></{service}Response>"
    ))
}

/// The envelope of a refusal: the caller's mistake, in words. It is sent with status 500, as SOAP 1.1 says.
pub fn fault(why: &str) -> String {
    let why = escaped(why);
    envelope(&format!(
        "<soap:Fault><faultcode>soap:Client</faultcode><faultstring>{why}</faultstring></soap:Fault>"
    ))
}

fn envelope(content: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<soap:Envelope xmlns:soap=\"{ENVELOPE}\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"><soap:Body>{content}</soap:Body></soap:Envelope>"
    )
}

/// The name of the element in the body and its children with their texts.
fn read(request: &HttpRequest) -> Option<(String, Vec<(String, String)>)> {
    let kind = request.headers.get("content-type")?.to_ascii_lowercase();
    let is_xml =
        kind.starts_with("text/xml") || kind.starts_with("application/xml") || kind.contains("soap+xml");
    if !is_xml || request.body.len() > ENVELOPE_MAX {
        return None;
    }
    let text = std::str::from_utf8(&request.body).ok()?;
    let mut marks = Marks(text.trim_start_matches('\u{feff}'));
    loop {
        if let Mark::Open { name, .. } = marks.next()?
            && name == "Body"
        {
            break;
        }
    }
    let (service, empty) = marks.open()?;
    let mut parameters = Vec::new();
    while !empty && parameters.len() < PARAMETERS_MAX {
        match marks.next()? {
            Mark::Open { name, empty: true } => parameters.push((name.to_owned(), String::new())),
            Mark::Open { name, empty: false } => parameters.push((name.to_owned(), marks.text_of(name)?)),
            Mark::Close { .. } => break,
            Mark::Text(_) => {}
        }
    }
    Some((service.to_owned(), parameters))
}

/// A piece of an XML text. Names are without their prefix.
enum Mark<'a> {
    Open { name: &'a str, empty: bool },
    Close { name: &'a str },
    Text(String),
}

/// What of an XML text is still to be read. Document types are refused with everything behind them: no
/// service needs one, and entities are where readers of XML are attacked.
struct Marks<'a>(&'a str);

impl<'a> Marks<'a> {
    fn next(&mut self) -> Option<Mark<'a>> {
        loop {
            let Some(rest) = self.0.strip_prefix('<') else {
                let (text, rest) = self.0.split_at_checked(self.0.find('<')?)?;
                self.0 = rest;
                return Some(Mark::Text(plain(text)?));
            };
            for (begin, end) in [("?", "?>"), ("!--", "-->")] {
                if rest.starts_with(begin) {
                    self.0 = rest.split_once(end)?.1;
                }
            }
            if let Some(data) = rest.strip_prefix("![CDATA[") {
                let (text, rest) = data.split_once("]]>")?;
                self.0 = rest;
                return Some(Mark::Text(text.to_owned()));
            }
            if rest.starts_with('?') || rest.starts_with("!--") {
                continue;
            }
            if rest.starts_with('!') {
                return None;
            }
            let (tag, rest) = rest.split_once('>')?;
            self.0 = rest;
            return Some(mark(tag));
        }
    }

    /// The next element that opens, with whether it is empty.
    fn open(&mut self) -> Option<(&'a str, bool)> {
        loop {
            match self.next()? {
                Mark::Open { name, empty } => return Some((name, empty)),
                Mark::Close { .. } => return None,
                Mark::Text(_) => {}
            }
        }
    }

    /// The text up to the end of an element; elements inside it are refused.
    fn text_of(&mut self, element: &str) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.next()? {
                Mark::Text(more) => text.push_str(&more),
                Mark::Close { name } if name == element => return Some(text),
                Mark::Open { .. } | Mark::Close { .. } => return None,
            }
        }
    }
}

fn mark(tag: &str) -> Mark<'_> {
    let bare = |tag: &'_ str| -> usize { tag.find([' ', '\t', '\r', '\n', '/']).unwrap_or(tag.len()) };
    let name = |tag| {
        let whole: &str = tag;
        let name = whole.split_at_checked(bare(whole)).map_or(whole, |(name, _)| name);
        name.rsplit_once(':').map_or(name, |(_, name)| name)
    };
    match tag.strip_prefix('/') {
        Some(rest) => Mark::Close { name: name(rest) },
        None => Mark::Open { name: name(tag), empty: tag.ends_with('/') },
    }
}

/// A text with its references resolved; `None` if one of them is unknown.
fn plain(text: &str) -> Option<String> {
    let mut pieces = text.split('&');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.try_fold(first, |written, piece| {
        let (reference, rest) = piece.split_once(';')?;
        let c = match reference {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            other => {
                let number = other.strip_prefix('#')?;
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code)?
            }
        };
        Some(format!("{written}{c}{rest}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::http::{Headers, Method};

    fn request(body: &str) -> HttpRequest {
        let mut headers = Headers::new();
        headers.push("Content-Type", "text/xml; charset=utf-8");
        HttpRequest {
            method: Method::Post,
            path: String::new(),
            query: String::new(),
            headers,
            body: body.as_bytes().to_vec(),
            peer: None,
        }
    }

    const QUESTION: &str = "<?xml version=\"1.0\"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"x\" xmlns:ns1=\"y\">\n\
        <!-- from a library --><SOAP-ENV:Header/><SOAP-ENV:Body>\n <ns1:OpState>\n  <ns1:MerchantLogin>a&amp;&#1078;</ns1:MerchantLogin>\
        <ns1:InvoiceID><![CDATA[7]]></ns1:InvoiceID><ns1:Signature/></ns1:OpState></SOAP-ENV:Body></SOAP-ENV:Envelope>";

    #[test]
    fn an_envelope_names_a_service_and_its_parameters() {
        let (service, parameters) = read(&request(QUESTION)).unwrap();
        assert_eq!(service, "OpState");
        let expected = [("MerchantLogin", "a&ж"), ("InvoiceID", "7"), ("Signature", "")];
        assert_eq!(parameters, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn what_is_no_envelope_is_not_read() {
        let typed = QUESTION.replacen("?>", "?><!DOCTYPE a [<!ENTITY b \"c\">]>", 1);
        let entity = QUESTION.replace("&amp;", "&b;");
        let cut = QUESTION.replace("</SOAP-ENV:Body></SOAP-ENV:Envelope>", "").replace("</ns1:OpState>", "");
        let nested = QUESTION.replace("<![CDATA[7]]>", "<a>7</a>");
        for body in ["", "<a/>", "not xml", "<", "<Body>", &typed, &entity, &cut, &nested] {
            assert!(read(&request(body)).is_none(), "{body}");
        }
    }

    #[test]
    fn a_reply_is_the_answer_without_its_root() {
        let answer = "<?xml version=\"1.0\"?>\n<Root xmlns=\"x\"><Result><Code>3</Code></Result></Root>";
        let reply = reply("OpState", answer);
        assert!(reply.contains("<OpStateResult><Result><Code>3</Code></Result></OpStateResult>"), "{reply}");
        assert!(fault("a<b").contains("<faultstring>a&lt;b</faultstring>"));
    }
}
