//! [`Look`]: a plan that only looks at the journal, wherever an adapter has it.

use clore_core::error::{Error, ErrorKind, Failure};
use clore_core::flow::Flow;
use clore_core::journal::{JournalError, Record, Recorded, View};
use clore_core::op::{Head, Operation, Pace, Plan, Settings, Step};
use clore_core::time::Moment;

/// Sends nothing; yields what the journal holds.
#[derive(Clone, Copy, Debug)]
pub struct Look;

/// [`Look`], begun.
#[derive(Debug)]
pub struct Looking(Option<Result<View, JournalError>>);

impl Plan for Look {
    type Operation = Looking;

    fn begin(self, _: &Settings, _: Moment) -> Looking {
        Looking(None)
    }
}

impl Operation for Looking {
    type Output = View;

    fn name(&self) -> &'static str {
        "look"
    }

    fn poll(&mut self, _: Moment) -> Step<Result<View, Error>> {
        match self.0.take() {
            None => Step::Record(Record::Look),
            Some(seen) => Step::Done(seen.map_err(|error| Error::from(ErrorKind::Journal(error)))),
        }
    }

    fn handle_head(&mut self, _: Head<'_>) -> Flow {
        Flow::Stop
    }

    fn handle_data(&mut self, _: &[u8]) -> Flow {
        Flow::Stop
    }

    fn handle_end(&mut self, _: Moment) -> Pace {
        Pace::Fine
    }

    fn handle_failure(&mut self, _: Moment, _: Failure) {}

    fn handle_recorded(&mut self, _: Moment, done: Result<Recorded, JournalError>) {
        self.0 = Some(done.and_then(|done| match done {
            Recorded::Seen(view) => Ok(view),
            _ => Err(JournalError::Medium { kind: std::io::ErrorKind::Other, doing: "looking" }),
        }));
    }
}
