//! The moves: one small thing after the other, whichever chance takes of all that could happen now.

use domain::jobs::Lease;
use engine::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use store::reader::Query;

use crate::tasks::{Task, Then, at_once, nothing};
use crate::world::World;

/// So often a node looks for due work at most.
const LOOK_EVERY: SignedDuration = SignedDuration::from_millis(500);
/// A node that is slow gets as far as it does in so much time, and then somewhat further.
const SLOW_MS: u64 = 10_000;
/// More moves than this without an end are a mistake, not a busy day.
const MOVES_MAX: usize = 50_000;

/// Something that can happen now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    /// The writer of a node has a turn.
    Turn(usize),
    /// Something in a node moves on.
    Go(usize, usize),
    /// A worker of a node takes work.
    Work(usize),
    /// A node looks for due work.
    Look(usize),
    /// A dead node starts.
    Start(usize),
    /// A letter arrives.
    Arrive(usize),
    /// Something happens at the provider by itself.
    Provider,
}

impl World {
    /// Lets at most so many things happen; true when nothing is left that could.
    pub fn stir(&mut self, most: usize) -> bool {
        for _ in 0..most {
            self.collect();
            let moves = self.moves();
            let Some(chosen) = self.pick(&moves) else { return true };
            if self.wrong.is_some() {
                return true;
            }
            let ms = i64::try_from(self.chance.below(16)).unwrap_or(0);
            self.time.advance(SignedDuration::from_millis(ms));
            if self.strikes(self.climate.death)
                && let Some(node) = self.some_node()
            {
                self.kill(node);
                continue;
            }
            self.make(chosen);
        }
        false
    }

    fn moves(&mut self) -> Vec<Move> {
        let now = self.now();
        let due = self.next_due();
        let mut moves = Vec::new();
        for (number, place) in self.places.iter().enumerate() {
            let Some(node) = &place.node else {
                if place.back_at <= now {
                    moves.push(Move::Start(number));
                }
                continue;
            };
            if place.frozen_until > now {
                continue;
            }
            if node.has_turn() {
                moves.push(Move::Turn(number));
            }
            if node.has_work() {
                moves.push(Move::Work(number));
            }
            let ready = node.tasks.iter().enumerate().filter(|(_, task)| task.is_ready());
            moves.extend(ready.map(|(task, _)| Move::Go(number, task)));
            let theirs = place.watch.now();
            let may_look = node.looked_at.saturating_add(LOOK_EVERY).is_ok_and(|next| next <= theirs);
            if may_look && node.free() > 0 && due.is_some_and(|due| due <= theirs) {
                moves.push(Move::Look(number));
            }
        }
        let letters = self.mail.iter().enumerate().filter(|(_, letter)| letter.not_before <= now);
        moves.extend(letters.map(|(place, _)| Move::Arrive(place)));
        if self.provider.next_at().is_some_and(|at| at <= now) {
            moves.push(Move::Provider);
        }
        moves
    }

    fn make(&mut self, chosen: Move) {
        match chosen {
            Move::Turn(number) => self.turn(number),
            Move::Go(number, task) => self.go(number, task),
            Move::Work(number) => self.work(number),
            Move::Look(number) => self.look(number),
            Move::Start(number) => self.start(number),
            Move::Arrive(place) => {
                let letter = self.mail.remove(place);
                self.arrive(letter);
            }
            Move::Provider => self.provider_happens(),
        }
    }

    fn go(&mut self, number: usize, task: usize) {
        let Some(node) = self.node(number) else { return };
        let Some(moved) = node.tasks.get_mut(task) else { return };
        let (lease, then) = (moved.lease, moved.move_on());
        if then.is_some() {
            drop(node.tasks.remove(task));
        }
        self.under = lease;
        self.collect();
        self.under = None;
        if let Some(then) = then {
            then(self);
        }
    }

    fn work(&mut self, number: usize) {
        let Some(node) = self.node(number) else { return };
        let Some(lease) = node.next_work() else { return };
        let engine = node.engine.clone();
        let work = async move {
            engine.work(lease).await;
            nothing()
        };
        node.tasks.push(Task::new(Some(lease), work, nothing()));
        self.say(|| format!("node {number} begins {}", named(&lease)));
    }

    fn look(&mut self, number: usize) {
        let Some(place) = self.places.get_mut(number) else { return };
        let now = place.watch.now();
        let Some(node) = place.node.as_mut() else { return };
        node.looked_at = now;
        let (engine, free) = (node.engine.clone(), node.free());
        let claim = async move {
            // What could not be claimed now is due again.
            let claimed = engine.store().claim(free, now).await.unwrap_or_default();
            let then: Then = Box::new(move |world| {
                if let Some(node) = world.node(number) {
                    node.claimed.extend(claimed.into_iter().map(|(_, lease)| lease));
                }
            });
            then
        };
        node.tasks.push(Task::new(None, claim, nothing()));
    }

    /// When the next job is due.
    pub fn next_due(&mut self) -> Option<Timestamp> {
        if let Some(known) = self.due {
            return known;
        }
        let query = Query::new("SELECT MIN(ready_at) AS ready_at FROM jobs", Vec::new());
        let rows = at_once(self.ground.reader.rows(query)).expect("a reader that waits for nobody");
        let rows = rows.expect("the jobs");
        let due = rows.first().and_then(|row| row.maybe_time("ready_at").expect("a moment"));
        self.due = Some(due);
        due
    }

    /// The next moment at which something happens by itself.
    pub fn next_moment(&mut self) -> Option<Timestamp> {
        let of_jobs = self.next_due();
        let of_nodes = self.places.iter().filter(|place| place.node.is_none()).map(|place| place.back_at);
        let frozen =
            self.places.iter().map(|place| place.frozen_until).filter(|until| *until > self.time.now());
        let of_nodes = of_nodes.chain(frozen);
        let of_letters = self.mail.iter().map(|letter| letter.not_before);
        let of_waiting = self.waiting.values().map(|waiting| waiting.until);
        let others = of_nodes.chain(of_letters).chain(of_waiting).chain(self.provider.next_at()).min();
        others.into_iter().chain(of_jobs).min()
    }

    /// Lets time pass, stopping where something happens by itself; in bad weather not for everything.
    pub fn pass(&mut self, time: SignedDuration, moves: usize) {
        let end = self.now().checked_add(time).expect("a moment before the end of time");
        for _ in 0..MOVES_MAX {
            let idle = self.stir(moves);
            if self.wrong.is_some() || self.now() >= end {
                return;
            }
            // Whoever has something to do is slow at most: no lease runs out between two of its moves.
            let next = if idle { self.next_moment().unwrap_or(end) } else { self.after_ms(SLOW_MS) };
            let soon = self.after_ms(500);
            self.time.move_to(next.max(soon).min(end));
        }
        self.accuse("the work of one day never ends");
    }
}

fn named(lease: &Lease) -> String {
    format!("{} {}", lease.task.kind(), lease.task.about())
}
