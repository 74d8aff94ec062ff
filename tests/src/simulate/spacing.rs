//! [`Spacing`]: the limits of the service, as one session must keep them. It counts for itself and asks no pacer.
//!
//! Time is the world's: a clock that stands still or goes back may make a client slower, never faster. Only one that
//! leaps ahead is believed, and then time is the client's.

use clore_core::time::Moment;
use core::time::Duration;
use std::collections::BTreeMap;

const INTERVAL: Duration = Duration::from_millis(1_100);
const CREATE_GAP: Duration = Duration::from_millis(5_500);
/// A create that nobody ended holds up the next one no longer than this.
const CREATE_HOLD: Duration = Duration::from_secs(60);
/// The first pause after a code 5; no later one is shorter.
const PENALTY: Duration = Duration::from_secs(2);
/// What the service allows, by the arrival of creates.
const WINDOW: Duration = Duration::from_secs(5);

/// Strict pacing promises it for what arrives within this of its start.
const PROMPT: Duration = Duration::from_millis(1_900);

#[derive(Debug, Default)]
pub(super) struct Spacing {
    strict: bool,
    /// The newest time told.
    now: Moment,
    /// By the world's clock: the starts, and what arrived of late, by flight.
    started: BTreeMap<usize, Duration>,
    arrived: Vec<(usize, Duration, bool)>,
    /// Requests that started, by flight; one that never left does not count.
    starts: Vec<(usize, Moment)>,
    /// Creates that started: flight, start and end.
    creates: Vec<(usize, Moment, Option<Moment>)>,
    not_before: Moment,
    /// The last create that was answered, and when it had arrived by the world's clock.
    answered: Option<(usize, Duration)>,
}

impl Spacing {
    pub(super) fn new(strict: bool) -> Self {
        Self { strict, ..Self::default() }
    }

    /// A request starts; what is wrong with that, if anything.
    pub(super) fn starts(
        &mut self,
        (now, world): (Moment, Duration),
        flight: usize,
        is_create: bool,
    ) -> Option<String> {
        self.started.insert(flight, world);
        self.now = now;
        let last = self.starts.last().map(|(_, at)| *at);
        self.starts.push((flight, now));
        if let Some(last) = last.filter(|last| now.since(*last) < INTERVAL) {
            return Some(format!("a request starts {:?} after the one before", now.since(last)));
        }
        if now < self.not_before {
            return Some(format!(
                "a request starts {:?} before the pause is over",
                self.not_before.since(now)
            ));
        }
        if !is_create {
            return None;
        }
        let earlier = self.creates.last().copied();
        self.creates.push((flight, now, None));
        let (_, start, end) = earlier?;
        let held = start.after(CREATE_HOLD);
        let free = end.map_or(held, |end| end.after(CREATE_GAP).min(held));
        (now < free).then(|| format!("a create starts {:?} too early after the one before", free.since(now)))
    }

    /// A request ended. `unsent`: it never left. `arrived`: it was answered, and had arrived then.
    pub(super) fn ends(&mut self, now: Moment, flight: usize, unsent: bool, arrived: Option<Duration>) {
        self.now = now;
        if unsent {
            self.starts.retain(|(of, _)| *of != flight);
            self.creates.retain(|(of, ..)| *of != flight);
        }
        if let Some((_, _, end)) = self.creates.iter_mut().find(|(of, ..)| *of == flight) {
            *end = Some(self.now);
            self.answered = arrived.map(|at| (flight, at)).or(self.answered);
        }
    }

    /// The service said "too fast".
    pub(super) fn too_fast(&mut self) {
        self.not_before = self.not_before.max(self.now.after(PENALTY));
    }

    /// A request arrives at the service, by the world's clock.
    pub(super) fn arrives(&mut self, at: Duration, flight: usize, is_create: bool) -> Option<String> {
        let prompt = self.started.remove(&flight).is_some_and(|start| at.saturating_sub(start) <= PROMPT);
        let pairs = self.arrived.iter().map(|(other, then, prompt_then)| {
            // Of two, the one that started first must have arrived promptly.
            (at.saturating_sub(*then), if *other < flight { *prompt_then } else { prompt })
        });
        let close =
            pairs.filter(|(_, promised)| *promised).map(|(apart, _)| apart).find(|apart| *apart < INTERVAL);
        self.arrived.push((flight, at, prompt));
        if self.arrived.len() > 4 {
            self.arrived.remove(0);
        }
        if let Some(apart) = close.filter(|_| self.strict) {
            return Some(format!("strict pacing, and requests arrive {apart:?} apart"));
        }
        let (earlier, arrived) = self.answered.filter(|_| is_create)?;
        let apart = at.saturating_sub(arrived);
        // One that started before, and arrives late, was not to be waited for.
        (flight > earlier && apart < WINDOW).then(|| format!("creates arrive {apart:?} apart"))
    }
}
