//! [`Resume`]: settles every open intent of this base URL and key that nobody owns. It never creates.
//!
//! ```text
//!  Looking: Record(Look) ─► Settling the ownerless ones ─► Over(all of them, and those of others by name)
//! ```

use super::settle::{Settle, Settled, Settlement};
use crate::error::{Error, ErrorKind, Failure};
use crate::event::Event;
use crate::flow::Flow;
use crate::journal::{JournalError, Ownership, Record, Recorded, View};
use crate::op::{Head, Operation, Pace, Plan, Settings, Step};
use crate::time::Moment;

/// Settles what a crash left.
///
/// # Money
/// It sends only reads. What cannot be settled stays open and blocks the next create, which is safe.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Resume {
    fully: bool,
}

impl Resume {
    /// Settles at the first complete reading that shows the order.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Judges at the end of grace only: slower, and surer when several orders may appear.
    #[must_use]
    pub fn settle_fully(mut self) -> Self {
        self.fully = true;
        self
    }
}

impl Plan for Resume {
    type Operation = Resuming;

    fn begin(self, settings: &Settings, _: Moment) -> Resuming {
        Resuming { settings: settings.clone(), fully: self.fully, others: Vec::new(), state: State::Looking }
    }
}

/// The machine of [`Resume`].
#[derive(Debug)]
pub struct Resuming {
    settings: Settings,
    fully: bool,
    others: Vec<Settled>,
    state: State,
}

#[derive(Debug)]
enum State {
    Looking,
    Settling(Box<Settle>),
    Failed(Box<Error>),
    Over,
}

impl Resuming {
    fn looked(&mut self, view: &View) -> State {
        let mut ownerless = Vec::new();
        for open in view.open() {
            let other = |settlement| Settled::new(open.intent.id.clone(), open.intent.server, settlement);
            match open.ownership {
                Ownership::Ownerless => ownerless.push(open.clone()),
                Ownership::Live => self.others.push(other(Settlement::Owned)),
                Ownership::OtherKey => self.others.push(other(Settlement::OtherKey)),
            }
        }
        State::Settling(Box::new(Settle::new(&self.settings, ownerless).fully(self.fully)))
    }
}

impl Operation for Resuming {
    type Output = Vec<Settled>;

    fn name(&self) -> &'static str {
        "resume"
    }

    fn poll(&mut self, now: Moment) -> Step<Result<Vec<Settled>, Error>> {
        let result = match &mut self.state {
            State::Looking => return Step::Record(Record::Look),
            State::Settling(settle) => match settle.poll(now) {
                Step::Done(Ok(mut settled)) => {
                    settled.append(&mut self.others);
                    Ok(settled)
                }
                step => return step,
            },
            State::Failed(error) => Err((**error).clone()),
            State::Over => return Step::Wait(Moment::NEVER),
        };
        self.state = State::Over;
        Step::Done(result)
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        match &mut self.state {
            State::Settling(settle) => settle.handle_head(head),
            _ => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.state {
            State::Settling(settle) => settle.handle_data(decoded),
            _ => Flow::Stop,
        }
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        match &mut self.state {
            State::Settling(settle) => settle.handle_end(now),
            _ => Pace::Fine,
        }
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        if let State::Settling(settle) = &mut self.state {
            settle.handle_failure(now, failure);
        }
    }

    fn handle_recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>) {
        match &mut self.state {
            State::Looking => {
                self.state = match done {
                    Ok(Recorded::Seen(view)) => self.looked(&view),
                    Ok(_) => self.looked(&View::default()),
                    Err(error) => State::Failed(Box::new(Error::new(ErrorKind::Journal(error)))),
                }
            }
            State::Settling(settle) => settle.handle_recorded(now, done),
            State::Failed(_) | State::Over => {}
        }
    }

    fn next_event(&mut self) -> Option<Event> {
        match &mut self.state {
            State::Settling(settle) => settle.next_event(),
            _ => None,
        }
    }
}
