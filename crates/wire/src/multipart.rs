//! Reads `multipart/form-data` (RFC 7578) without files: some shops' HTML forms are sent so.
//! The body is already in memory and bounded by the form limits, so the reader cuts it where it lies.

use crate::form::{FormError, RawForm};

/// The longest boundary that RFC 2046 allows, in characters.
const BOUNDARY_CHARS_MAX: usize = 70;
/// The most bytes that the headers of one part may take.
const PART_HEAD_BYTES_MAX: usize = 1_024;

/// Reads a body whose content type, with its boundary, is given.
///
/// # Errors
/// [`FormError::BrokenMultipart`], [`FormError::FileRefused`], [`FormError::TooManyFields`].
pub(crate) fn read(content_type: &str, body: &[u8]) -> Result<RawForm, FormError> {
    let boundary = parameter(content_type, "boundary").filter(|b| !b.is_empty());
    let boundary = boundary.filter(|b| b.len() <= BOUNDARY_CHARS_MAX).ok_or(broken("no boundary"))?;
    let first = format!("--{boundary}");
    let next = format!("\r\n--{boundary}");
    let (_preamble, mut rest) = if body.starts_with(first.as_bytes()) {
        cut(body, first.as_bytes()).ok_or(broken("no first part"))?
    } else {
        cut(body, next.as_bytes()).ok_or(broken("no first part"))?
    };
    let mut form = RawForm::default();
    while !rest.starts_with(b"--") {
        let (padding, part) = cut(rest, b"\r\n").ok_or(broken("a part has no beginning"))?;
        if !padding.iter().all(|b| matches!(b, b' ' | b'\t')) {
            return Err(broken("text after a boundary"));
        }
        let (part, after) = cut(part, next.as_bytes()).ok_or(broken("the last boundary is missing"))?;
        let (head, value) = cut(part, b"\r\n\r\n").ok_or(broken("a part has no headers"))?;
        form.push(field_name(head)?, value.to_vec())?;
        rest = after;
    }
    Ok(form)
}

/// The name that the headers of a part give it.
fn field_name(head: &[u8]) -> Result<Vec<u8>, FormError> {
    if head.len() > PART_HEAD_BYTES_MAX {
        return Err(broken("the headers of a part are too long"));
    }
    let head = std::str::from_utf8(head).map_err(|_| broken("the headers of a part are not text"))?;
    let disposition = head
        .split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("content-disposition"))
        .map(|(_, value)| value)
        .ok_or(broken("a part does not say what it is"))?;
    if parameter(disposition, "filename").is_some() || parameter(disposition, "filename*").is_some() {
        return Err(FormError::FileRefused);
    }
    let name = parameter(disposition, "name").ok_or(broken("a part has no name"))?;
    Ok(name.as_bytes().to_vec())
}

/// The value of a parameter of a header such as `form-data; name="a"`. A semicolon between quotes belongs
/// to the value; browsers write a quote inside a name as `%22`, so there is nothing to unescape.
fn parameter<'a>(header: &'a str, wanted: &str) -> Option<&'a str> {
    let (_, mut rest) = header.split_once(';')?;
    loop {
        let (name, after) = rest.split_once('=')?;
        let (value, next) = match after.trim_start().strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => match after.split_once(';') {
                Some((value, next)) => (value.trim(), next),
                None => (after.trim(), ""),
            },
        };
        if name.trim().trim_start_matches(';').trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = next;
    }
}

fn cut<'a>(text: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = text.windows(mark.len()).position(|window| window == mark)?;
    let (before, from_mark) = text.split_at_checked(at)?;
    Some((before, from_mark.get(mark.len()..)?))
}

const fn broken(what: &'static str) -> FormError {
    FormError::BrokenMultipart { what }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=\"x;y\"";

    fn read_pairs(body: &str) -> Result<Vec<(String, String)>, FormError> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let form = read(TYPE, body.as_bytes())?;
        Ok(form.fields().iter().map(|f| (text(&f.name), text(&f.value))).collect())
    }

    #[test]
    fn values_are_taken_as_they_are() {
        let body = "--x;y\r\nContent-Disposition: form-data; name=\"OutSum\"\r\n\r\n100.00\r\n--x;y \r\n\
            Content-Type: text/plain\r\ncontent-disposition: form-data;name=Desc\r\n\r\na+b%20\r\nж\r\n--x;y--\r\n";
        assert_eq!(
            read_pairs(body).unwrap(),
            [("OutSum".to_owned(), "100.00".to_owned()), ("Desc".to_owned(), "a+b%20\r\nж".to_owned())]
        );
    }

    #[test]
    fn an_empty_value_and_an_empty_form_are_read() {
        let body = "--x;y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--x;y--";
        assert_eq!(read_pairs(body).unwrap(), [("a".to_owned(), String::new())]);
        assert_eq!(read_pairs("--x;y--").unwrap(), []);
        assert_eq!(read_pairs("preamble\r\n--x;y--").unwrap(), []);
    }

    #[test]
    fn files_are_refused() {
        let body =
            "--x;y\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a;b.txt\"\r\n\r\n1\r\n--x;y--";
        assert_eq!(read_pairs(body), Err(FormError::FileRefused));
    }

    #[test]
    fn broken_bodies_are_refused_with_their_fault() {
        for body in [
            "",
            "--x;y",
            "--x;y\r\n",
            "--x;yz\r\n\r\n",
            "--x;y\r\nA: b\r\n\r\n1\r\n--x;y--",
            "--x;y\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x;y--",
            "--x;y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1",
        ] {
            assert!(matches!(read_pairs(body), Err(FormError::BrokenMultipart { .. })), "{body:?}");
        }
        assert!(read("multipart/form-data", b"--").is_err());
        assert!(read("multipart/form-data; boundary=", b"--").is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(
            kind in "\\PC{0,40}", bytes in proptest::collection::vec(any::<u8>(), 0..500),
        ) {
            let _ = read(&kind, &bytes);
            let _ = read(TYPE, &bytes);
        }

        #[test]
        fn any_value_without_the_boundary_survives(value in "[^;]{0,60}") {
            let body = format!("--x;y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{value}\r\n--x;y--");
            prop_assert_eq!(read_pairs(&body).unwrap(), [("a".to_owned(), value)]);
        }
    }
}
