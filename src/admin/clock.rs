//! The clock at the command line: what it shows, moving it, and the token with which programs move it.

use super::Admin;
use super::reply::Reply;
use super::reply::attention::{ClockView, TokenView};
use super::words;
use crate::error::Failure;
use domain::ids::BookKind;
use engine::time_travel::{Destination, Moved, Shown, TravelError};

impl Admin<'_> {
    pub(super) fn show_clock(&self) -> Reply {
        Reply::Clock(view(self.engine.clock_shown(), None))
    }

    pub(super) async fn move_clock(&self, by: Option<&str>, to: Option<&str>) -> Result<Reply, Failure> {
        let unread = |text: &str, like: &str| Failure::usage(format!("\"{text}\" is no {like}"));
        let destination = match (by, to) {
            (Some(by), None) => {
                Destination::by(by).ok_or_else(|| unread(by, "length such as 3d4h, 90m or 1w"))?
            }
            (None, Some(to)) => {
                Destination::to(to).ok_or_else(|| unread(to, "moment such as 2026-12-01T10:00:00Z"))?
            }
            (None, None) | (Some(_), Some(_)) => {
                return Err(Failure::usage("name a length such as 3d4h, or a moment with --to"));
            }
        };
        let moved = self.engine.move_clock(destination).await?;
        Ok(Reply::Clock(view(moved.shown, Some(moved))))
    }

    pub(super) async fn renew_token(&self) -> Result<Reply, Failure> {
        if self.engine.kind() == BookKind::Live {
            return Err(Failure::refused(
                "a live installation has no token: all that it opens is the clock, which is never moved there",
            ));
        }
        let token = self.engine.store().renew_owner_token().await?;
        Ok(Reply::Token(TokenView { api_token: token.expose().to_owned() }))
    }
}

fn view(shown: Shown, moved: Option<Moved>) -> ClockView {
    ClockView {
        now: words::moment(shown.now),
        offset_s: shown.ahead.as_secs(),
        steps: moved.map(|moved| moved.steps),
        reached: moved.map(|moved| moved.arrived),
    }
}

impl From<TravelError> for Failure {
    fn from(error: TravelError) -> Failure {
        match error {
            TravelError::Engine(error) => error.into(),
            TravelError::TooFar => Failure::usage(error.to_string()),
            TravelError::Live | TravelError::Back(_) | TravelError::UnderWay | TravelError::NoWorkers => {
                Failure::refused(error.to_string())
            }
        }
    }
}
