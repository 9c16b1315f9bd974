//! The mail: letters that wait for their moment, get lost, come twice or late, in any order.

use engine::network::{Audience, SendError};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use simulators::yookassa::notices::Outgoing;
use testkit::imagined::provider::PROVIDER_URL;
use testkit::imagined::scenes::notice_request;
use tokio::sync::oneshot;
use wire::http::HttpCall;

use crate::network::{Answered, Sent};
use crate::shops;
use crate::tasks::Then;
use crate::world::World;

/// A letter on its way is late by so many seconds at most: a connection does not live longer.
const LATE_MAX_S: u64 = 75;

/// A letter.
pub struct Letter {
    /// It does not arrive before.
    pub not_before: Timestamp,
    /// What is in it.
    pub what: What,
}

/// What is in a letter.
pub enum What {
    /// A call of ours.
    Call {
        /// Its number.
        number: u64,
        /// The call.
        call: HttpCall,
        /// Its credential.
        credential: Option<SecretString>,
        /// Whether somebody waits for its answer, or it is only a copy.
        copy: bool,
    },
    /// The answer to a call of ours.
    Answer {
        /// To which.
        number: u64,
        /// The answer.
        answered: Answered,
    },
    /// A notice of the provider to us.
    Notice(Outgoing),
    /// Word of the counter about one of its seats.
    Word(usize),
}

/// A call that waits for its answer.
pub struct Waiting {
    /// The node that sent it.
    pub node: usize,
    /// When its sender stops waiting.
    pub until: Timestamp,
    /// The notice in it, if it goes to a shop.
    pub notice: Option<Vec<u8>>,
    reply: oneshot::Sender<Answered>,
}

impl World {
    /// The moment so many milliseconds from now.
    pub fn after_ms(&self, ms: u64) -> Timestamp {
        let pause = SignedDuration::from_millis(i64::try_from(ms).unwrap_or(0));
        self.now().checked_add(pause).expect("a moment before the end of time")
    }

    /// Puts a letter into the mail; it may be late.
    pub fn send(&mut self, what: What) {
        let mut not_before = self.now();
        if self.strikes(self.climate.late) {
            let ms = self.chance.below(LATE_MAX_S * 1_000);
            not_before = self.after_ms(ms);
        }
        self.mail.push(Letter { not_before, what });
    }

    /// Takes what nodes have sent out of the bag, and ends the patience of who waited too long.
    pub fn collect(&mut self) {
        let sent = self.ground.bag.lock().expect("one thread only").take();
        for sent in sent {
            self.post(sent);
        }
        let now = self.now();
        let late: Vec<u64> = self
            .waiting
            .iter()
            .filter(|(_, waiting)| waiting.until <= now)
            .map(|(number, _)| *number)
            .collect();
        for number in late {
            self.say(|| format!("call {number}: nobody answered in time"));
            self.answer(number, Err(SendError::NoAnswer("the deadline passed".to_owned())));
        }
    }

    fn post(&mut self, sent: Sent) {
        let Sent { number, node, at, call, credential, to, reply } = sent;
        let until = at.checked_add(SignedDuration::from_millis(i64::from(call.deadline_ms)));
        let until = until.expect("a moment before the end of time");
        let notice = (to == Audience::Shop).then(|| call.body.clone());
        self.say(|| format!("call {number}: node {node} sends {} {}", call.method.as_str(), call.url));
        if notice.is_some() && self.waiting.values().any(|other| other.notice == notice) {
            self.accuse("a notice is sent while the same one waits for its answer");
        }
        if notice.is_some() && self.under.is_none_or(|lease| !self.holds(&lease, until)) {
            self.accuse("a notice is sent under a lease that is over");
        }
        self.waiting.insert(number, Waiting { node, until, notice, reply });
        if self.strikes(self.climate.no_way) {
            self.say(|| format!("call {number} cannot leave"));
            return self.answer(number, Err(SendError::NotSent("no way".to_owned())));
        }
        if self.strikes(self.climate.copied) {
            let (call, credential) = (call.clone(), credential.clone());
            self.send(What::Call { number, call, credential, copy: true });
        }
        if self.strikes(self.climate.call_lost) {
            self.say(|| format!("call {number} is lost on its way"));
            return self.lose(number);
        }
        self.send(What::Call { number, call, credential, copy: false });
    }

    /// The other side hung up, or nothing more is ever heard.
    fn lose(&mut self, number: u64) {
        if self.strikes(500) {
            self.answer(number, Err(SendError::NoAnswer("the connection was closed".to_owned())));
        }
    }

    fn answer(&mut self, number: u64, answered: Answered) {
        if let Some(waiting) = self.waiting.remove(&number) {
            // A sender that died does not wait.
            let _ = waiting.reply.send(answered);
        }
    }

    /// A letter arrives.
    pub fn arrive(&mut self, letter: Letter) {
        match letter.what {
            What::Call { number, call, credential, copy } => {
                let answered = self.called(number, &call, credential.as_ref());
                if copy {
                    return;
                }
                if self.strikes(self.climate.answer_lost) {
                    self.say(|| format!("call {number}: the answer is lost"));
                    return self.lose(number);
                }
                self.send(What::Answer { number, answered });
            }
            What::Answer { number, answered } => {
                self.say(|| match &answered {
                    Ok(reply) => format!("call {number} is answered {}", reply.status),
                    Err(error) => format!("call {number}: {error}"),
                });
                self.answer(number, answered);
            }
            What::Notice(notice) => self.notice_arrives(notice),
            What::Word(seat) => self.word_arrives(seat),
        }
    }

    fn called(&mut self, number: u64, call: &HttpCall, credential: Option<&SecretString>) -> Answered {
        if call.url.starts_with(PROVIDER_URL) {
            let answered = self.provider.ask(call, credential, self.now());
            self.say(|| format!("call {number} reached the provider"));
            return answered;
        }
        shops::told(self, number, call)
    }

    fn notice_arrives(&mut self, notice: Outgoing) {
        if self.strikes(self.climate.notice_lost) {
            self.say(|| format!("notice {} of the provider is lost", notice.notice));
            return self.notice_answered(&notice, None);
        }
        let account = self.provider_account;
        let request = notice_request(&notice.body.to_string());
        let lost = notice.clone();
        let lost: Then = Box::new(move |world| world.notice_answered(&lost, None));
        self.say(|| format!("notice {} of the provider arrives: {}", notice.notice, notice.body["event"]));
        self.ask_node(lost, |engine| async move {
            let status = engine.provider_news(account, &request).await.status;
            let then: Then = Box::new(move |world| {
                let heard = !world.strikes(world.climate.answer_lost);
                world.notice_answered(&notice, heard.then_some(status));
            });
            then
        });
    }

    fn notice_answered(&mut self, notice: &Outgoing, status: Option<u16>) {
        self.say(|| format!("notice {} of the provider is answered {status:?}", notice.notice));
        self.provider.answered(notice, status, self.time.now());
    }

    /// Lets happen at the provider what is due there; its notices go into the mail.
    pub fn provider_happens(&mut self) {
        for notice in self.provider.happen(self.time.now()) {
            if self.strikes(self.climate.copied) {
                let copy = Outgoing { copy: true, ..notice.clone() };
                self.send(What::Notice(copy));
            }
            self.send(What::Notice(notice));
        }
    }
}
