//! A shop's own server: it records what it is sent and answers as well or as badly as the test wants.
//! It speaks HTTP by hand, because no server library lets one hang or hang up at the wrong moment.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::waiting::wait_until;

/// More than any notice holds; a request beyond it is a mistake of the sender.
const REQUEST_BYTES_MAX: usize = 256 * 1024;

/// What the shop does with one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// `OK` and the invoice number to a notice that has one, a plain page to anything else.
    Accept,
    /// The status with an empty page.
    Status(u16),
    /// Status 200 with a text that is not what the protocol asks for.
    Text(String),
    /// Takes the request and never answers.
    Hang,
    /// Takes the request and closes the connection.
    Close,
    /// Accepts after a pause.
    Slow(Duration),
}

/// One request as the shop got it.
#[derive(Debug, Clone)]
pub struct Received {
    /// `GET` or `POST`.
    pub method: String,
    /// The path without its query.
    pub path: String,
    /// Header names in lower case.
    pub headers: BTreeMap<String, String>,
    /// Fields of the query, then of the form, decoded, in the order they came.
    pub fields: Vec<(String, String)>,
    /// The body as it came.
    pub body: Vec<u8>,
}

impl Received {
    /// The first field of this name; case counts.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Debug, Default)]
struct Notebook {
    received: Vec<Received>,
    answers: VecDeque<Answer>,
}

/// A listening shop. Dropping it closes its port.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    notebook: Arc<Mutex<Notebook>>,
    _serving: JoinSet<()>,
}

impl Receiver {
    /// Listens on a free port of the loopback and accepts everything until told otherwise.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start() -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound address");
        let notebook = Arc::new(Mutex::new(Notebook::default()));
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, Arc::clone(&notebook)));
        Receiver { address, notebook, _serving: serving }
    }

    /// The address of a path of this shop.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What the next requests get, one answer each; after them everything is accepted again.
    pub fn answer_next(&self, answers: impl IntoIterator<Item = Answer>) {
        self.notebook.lock().unwrap().answers.extend(answers);
    }

    /// All requests to a path so far, oldest first.
    pub fn received(&self, path: &str) -> Vec<Received> {
        let notebook = self.notebook.lock().unwrap();
        notebook.received.iter().filter(|request| request.path == path).cloned().collect()
    }

    /// Waits until a path has been asked for `count` times and returns those requests.
    ///
    /// # Panics
    /// When that does not happen within `limit`.
    pub async fn wait_for(&self, path: &str, count: usize, limit: Duration) -> Vec<Received> {
        let what = format!("{count} requests to {path} of the shop");
        let look = || async { Some(self.received(path)).filter(|requests| requests.len() >= count) };
        wait_until(&what, limit, look).await
    }
}

async fn serve(listener: TcpListener, notebook: Arc<Mutex<Notebook>>) {
    let mut talks = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        talks.spawn(talk(stream, Arc::clone(&notebook)));
        while talks.try_join_next().is_some() {}
    }
}

async fn talk(mut stream: TcpStream, notebook: Arc<Mutex<Notebook>>) {
    let Some(request) = read(&mut stream).await else { return };
    let answer = {
        let mut notebook = notebook.lock().unwrap();
        notebook.received.push(request.clone());
        notebook.answers.pop_front().unwrap_or(Answer::Accept)
    };
    let (status, text) = match answer {
        Answer::Accept => (200, accepted(&request)),
        Answer::Status(status) => (status, String::new()),
        Answer::Text(text) => (200, text),
        Answer::Close => return,
        Answer::Hang => return std::future::pending().await,
        Answer::Slow(pause) => {
            tokio::time::sleep(pause).await;
            (200, accepted(&request))
        }
    };
    let length = text.len();
    let head = format!(
        "HTTP/1.1 {status} -\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    // A sender that has given up is part of some tests, and its record is kept already.
    let _ = stream.write_all((head + &text).as_bytes()).await;
    let _ = stream.shutdown().await;
}

fn accepted(request: &Received) -> String {
    match request.field("InvId") {
        Some(order) => format!("OK{order}"),
        None => "thank you".to_owned(),
    }
}

async fn read(stream: &mut TcpStream) -> Option<Received> {
    let (mut bytes, mut piece) = (Vec::new(), [0; 8192]);
    loop {
        if let Some(request) = parse(&bytes) {
            return Some(request);
        }
        let read = stream.read(&mut piece).await.ok()?;
        if read == 0 || bytes.len() > REQUEST_BYTES_MAX {
            return None;
        }
        bytes.extend_from_slice(&piece[..read]);
    }
}

/// The request, once all of it is there.
fn parse(bytes: &[u8]) -> Option<Received> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: BTreeMap<_, _> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let body = bytes.get(end + 4..end + 4 + length)?.to_vec();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut fields: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    if headers.get("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
        fields.extend(form_urlencoded::parse(&body).into_owned());
    }
    Some(Received { method, path: path.to_owned(), headers, fields, body })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visitor::client;

    const SOON: Duration = Duration::from_secs(5);

    async fn notify(receiver: &Receiver) -> Result<String, reqwest::Error> {
        let request = client()
            .post(receiver.url("/result?Shp_a=%D0%B9"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body("OutSum=1.00&InvId=7");
        request.timeout(Duration::from_millis(300)).send().await?.error_for_status()?.text().await
    }

    #[tokio::test]
    async fn a_notice_is_recorded_and_accepted_with_its_number() {
        let receiver = Receiver::start().await;
        assert_eq!(notify(&receiver).await.unwrap(), "OK7");
        let notices = receiver.wait_for("/result", 1, SOON).await;
        assert_eq!((notices[0].method.as_str(), notices[0].field("Shp_a")), ("POST", Some("й")));
    }

    #[tokio::test]
    async fn the_shop_misbehaves_once_for_each_answer_asked_for() {
        let receiver = Receiver::start().await;
        receiver.answer_next([
            Answer::Status(500),
            Answer::Hang,
            Answer::Close,
            Answer::Text("no".to_owned()),
        ]);
        assert_eq!(notify(&receiver).await.unwrap_err().status().unwrap().as_u16(), 500);
        assert!(notify(&receiver).await.unwrap_err().is_timeout());
        let closed = notify(&receiver).await.unwrap_err();
        assert!(closed.is_request() && !closed.is_timeout(), "{closed:?}");
        assert_eq!(notify(&receiver).await.unwrap(), "no");
        assert_eq!(notify(&receiver).await.unwrap(), "OK7");
        assert_eq!(receiver.received("/result").len(), 5);
    }
}
