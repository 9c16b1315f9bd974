//! Many clients at the same moment, each with a connection of its own, and what became of them.

use reqwest::RequestBuilder;
use tokio::task::JoinSet;

/// What one client of a crowd got.
#[derive(Debug, Clone)]
pub enum Got {
    /// An answer.
    Answer {
        /// The status.
        status: u16,
        /// Where it leads.
        location: Option<String>,
        /// When to come again, in seconds.
        retry_after: Option<String>,
        /// The cookies that came with it, as they are sent back.
        cookies: String,
        /// The body.
        text: String,
    },
    /// Nobody took the connection: nothing can have happened.
    NotTaken,
    /// The connection was closed before an answer.
    Closed,
    /// No answer in time: the one thing that must not happen.
    Silence,
}

impl Got {
    /// The status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Got::Answer { status, .. } => Some(*status),
            Got::NotTaken | Got::Closed | Got::Silence => None,
        }
    }

    /// Where the answer leads.
    pub fn location(&self) -> Option<&str> {
        match self {
            Got::Answer { location, .. } => location.as_deref(),
            Got::NotTaken | Got::Closed | Got::Silence => None,
        }
    }
}

/// Sends one request and tells what became of it.
pub async fn ask(request: RequestBuilder) -> Got {
    let of_error = |fault: reqwest::Error| {
        if fault.is_timeout() {
            Got::Silence
        } else if fault.is_connect() {
            Got::NotTaken
        } else {
            Got::Closed
        }
    };
    let answer = match request.send().await {
        Ok(answer) => answer,
        Err(fault) => return of_error(fault),
    };
    let header = |name: &str| Some(answer.headers().get(name)?.to_str().ok()?.to_owned());
    let (status, location, retry_after) =
        (answer.status().as_u16(), header("location"), header("retry-after"));
    let cookies = answer.headers().get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    let cookies: Vec<&str> = cookies.filter_map(|cookie| cookie.split(';').next()).collect();
    let cookies = cookies.join("; ");
    match answer.text().await {
        Ok(text) => Got::Answer { status, location, retry_after, cookies, text },
        Err(fault) => of_error(fault),
    }
}

/// Lets a crowd go at once; what they get is in the set.
pub fn send_all(requests: impl IntoIterator<Item = RequestBuilder>) -> JoinSet<Got> {
    requests.into_iter().map(ask).collect()
}

/// Lets this process have as many connections as the system allows, and says how many that are.
pub fn connections_max() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    // A system that does not allow it says so by the number that is read back.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    getrlimit(Resource::Nofile).current.and_then(|files| usize::try_from(files).ok()).unwrap_or(usize::MAX)
}
