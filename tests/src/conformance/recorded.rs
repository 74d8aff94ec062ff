//! [`Recorded`]: a plan that notes what its operation is told, and changes nothing.

use super::normal;
use super::trace::Log;
use clore_core::error::{Error, Failure};
use clore_core::event::Event;
use clore_core::flow::Flow;
use clore_core::journal::{JournalError, Recorded as Done};
use clore_core::op::{Head, Operation, Pace, Plan, Settings, Step};
use clore_core::time::Moment;

/// `plan`, whose exchanges are noted in `log`.
pub(super) struct Recorded<P> {
    pub(super) plan: P,
    pub(super) log: Log,
}

pub(super) struct Recording<O> {
    op: O,
    log: Log,
    body: Vec<u8>,
    stopped: bool,
}

impl<P: Plan> Plan for Recorded<P> {
    type Operation = Recording<P::Operation>;

    fn begin(self, settings: &Settings, now: Moment) -> Self::Operation {
        let op = self.plan.begin(settings, now);
        Recording { op, log: self.log, body: Vec::new(), stopped: false }
    }
}

impl<O: Operation> Recording<O> {
    fn after(&mut self, flow: Flow) -> Flow {
        self.stopped |= flow == Flow::Stop;
        flow
    }
}

impl<O: Operation> Operation for Recording<O> {
    type Output = O::Output;

    fn name(&self) -> &'static str {
        self.op.name()
    }

    fn poll(&mut self, now: Moment) -> Step<Result<Self::Output, Error>> {
        self.op.poll(now)
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        (self.body, self.stopped) = (Vec::new(), false);
        self.log.note(normal::head(head));
        let flow = self.op.handle_head(head);
        self.after(flow)
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        self.body.extend_from_slice(decoded);
        let flow = self.op.handle_data(decoded);
        self.after(flow)
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        if self.stopped {
            // Where in a body the reader has enough depends on the sizes of the pieces, which libraries choose.
            self.log.note("stopped");
        } else {
            self.log.note(normal::data(&self.body));
            self.log.note("end");
        }
        self.op.handle_end(now)
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        self.log.note(format_args!("failed {:?}", failure.delivery));
        self.op.handle_failure(now, failure);
    }

    fn handle_recorded(&mut self, now: Moment, done: Result<Done, JournalError>) {
        self.op.handle_recorded(now, done);
    }

    fn next_event(&mut self) -> Option<Event> {
        self.op.next_event()
    }
}
