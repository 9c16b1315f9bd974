//! The least of HTTP/1.1 that a load generator needs: connections that stay open, and answers read to their end.
//! A library would cost the machine more than the program under test.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its first lines.
    pub head: String,
    /// Its body.
    pub body: String,
}

impl Answer {
    /// The value of a header, whose name is written in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.split("\r\n").filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// A connection to one server, used again and again.
pub struct Line {
    host: String,
    stream: TcpStream,
    bytes: Vec<u8>,
}

impl Line {
    /// Connects to an address such as `http://127.0.0.1:8080`.
    pub async fn to(url: &str) -> Line {
        let host = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let stream = TcpStream::connect(&host).await.expect("the server takes connections");
        stream.set_nodelay(true).expect("a connection without delay");
        Line { host, stream, bytes: Vec::with_capacity(16_384) }
    }

    /// Asks for a path with its query.
    pub async fn get(&mut self, path: &str, cookie: &str) -> Answer {
        let cookie = if cookie.is_empty() { String::new() } else { format!("cookie: {cookie}\r\n") };
        let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\n{cookie}\r\n", self.host);
        self.ask(&request).await
    }

    /// Sends a body to a path.
    pub async fn post(&mut self, path: &str, kind: &str, cookie: &str, body: &str) -> Answer {
        let cookie = if cookie.is_empty() { String::new() } else { format!("cookie: {cookie}\r\n") };
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\n{cookie}content-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        );
        self.ask(&request).await
    }

    async fn ask(&mut self, request: &str) -> Answer {
        self.stream.write_all(request.as_bytes()).await.expect("the request is taken");
        self.bytes.clear();
        loop {
            if let Some(answer) = parse(&self.bytes) {
                return answer;
            }
            let read = self.stream.read_buf(&mut self.bytes).await.expect("an answer");
            assert!(read > 0, "the connection was closed before the answer: {request}");
        }
    }
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let answer = Answer { status, head, body: String::new() };
    let rest = bytes.get(end + 4..)?;
    let body = if answer.header("transfer-encoding").is_some() {
        chunks(rest)?
    } else {
        let length = answer.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        rest.get(..length)?.to_vec()
    };
    Some(Answer { body: String::from_utf8_lossy(&body).into_owned(), ..answer })
}

/// A body that comes in pieces, once the last is there.
fn chunks(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = std::str::from_utf8(rest.get(..end)?).ok()?;
        let size = usize::from_str_radix(size.trim(), 16).expect("the size of a piece");
        let piece = rest.get(end + 2..end + 2 + size)?;
        rest = rest.get(end + 2 + size + 2..)?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(piece);
    }
}

/// Serves one connection: each request's body goes to `answer`, which gives the text to send back.
pub async fn serve(mut stream: TcpStream, mut answer: impl FnMut(&str) -> String) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut bytes = Vec::with_capacity(16_384);
    loop {
        while let Some((body, used)) = request(&bytes) {
            let text = answer(&body);
            bytes.drain(..used);
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n\r\n",
                text.len()
            );
            stream.write_all((head + &text).as_bytes()).await?;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    }
}

/// The body of the first request and how many bytes it took, once all of it is there.
fn request(bytes: &[u8]) -> Option<(String, usize)> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(bytes.get(..end)?).to_ascii_lowercase();
    let length = head.split("\r\n").find_map(|line| line.strip_prefix("content-length: "));
    let used = end + 4 + length.and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
    let body = bytes.get(end + 4..used)?;
    Some((String::from_utf8_lossy(body).into_owned(), used))
}
