//! [`Dated`]: any plan, and the service's `Date` of its last answer: to compare clocks, or to keep with what was read.

use super::judge::Seen;
use super::{Head, Operation, Pace, Plan, Settings, Step};
use crate::error::{Error, Failure};
use crate::event::Event;
use crate::flow::Flow;
use crate::journal::{JournalError, Recorded};
use crate::time::{Moment, UnixTime};

/// Runs a plan as it is; its output comes with the date of the last answer, `None` where that had none.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before a client runs it"]
pub struct Dated<P>(pub P);

impl<P: Plan> Plan for Dated<P> {
    type Operation = Dating<P::Operation>;

    fn begin(self, settings: &Settings, now: Moment) -> Self::Operation {
        Dating { op: self.0.begin(settings, now), date: None }
    }
}

/// The machine of [`Dated`].
#[derive(Debug)]
pub struct Dating<O> {
    op: O,
    date: Option<UnixTime>,
}

impl<O: Operation> Operation for Dating<O> {
    type Output = (O::Output, Option<UnixTime>);

    fn name(&self) -> &'static str {
        self.op.name()
    }

    fn poll(&mut self, now: Moment) -> Step<Result<Self::Output, Error>> {
        match self.op.poll(now).ended() {
            Ok(result) => Step::Done(result.map(|output| (output, self.date))),
            Err(step) => step,
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        self.date = Seen::of(head).date;
        self.op.handle_head(head)
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        self.op.handle_data(decoded)
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        self.op.handle_end(now)
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        self.op.handle_failure(now, failure);
    }

    fn handle_recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>) {
        self.op.handle_recorded(now, done);
    }

    fn next_event(&mut self) -> Option<Event> {
        self.op.next_event()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drive::scripted::{Scripted, both, config, ok, status};
    use crate::endpoint::wallets::Wallets;

    #[test]
    fn the_date_is_that_of_the_last_answer() {
        let good = r#"{"wallets":[],"code":0}"#;
        let dated = |reply: crate::drive::scripted::Reply, date| reply.header("date", date);
        for (last, expected) in [
            ("Thu, 01 Jan 1970 00:01:00 GMT", Some(60)),
            ("Wed, 31 Dec 1969 00:00:00 GMT", None),
            ("yesterday", None),
        ] {
            let replies =
                [dated(status(502, ""), "Thu, 01 Jan 1970 00:00:09 GMT"), dated(ok(good), last), ok(good)];
            let world = Scripted::new(move |asked| replies.get(asked.n).unwrap().clone());
            let (result, _) = both(&world, &config().build().unwrap(), Dated(Wallets));
            assert_eq!(result.unwrap().1, expected.map(UnixTime::from_seconds), "{last}");
        }
    }
}
