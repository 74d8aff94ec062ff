//! What an answer does to a [`Call`]: heard only while its request is in flight, and its grant settled once.

use super::{Call, State};
use crate::effect::Delivery;
use crate::event::Event;
use crate::flow::Flow;
use crate::op::{Head, Operation, Pace, Receive, Received};
use crate::pacer::Feedback;
use crate::time::Moment;

impl<O: Operation> Receive for Call<O> {
    fn head(&mut self, head: Head<'_>) -> Flow {
        if !matches!(self.state, State::Flying(_)) {
            return Flow::Stop;
        }
        self.events.push_back(Event::AttemptHead { status: head.status.as_u16() });
        self.op.handle_head(head)
    }

    fn data(&mut self, decoded: &[u8]) -> Flow {
        if !matches!(self.state, State::Flying(_)) {
            return Flow::Stop;
        }
        self.bytes = self.bytes.saturating_add(u64::try_from(decoded.len()).unwrap_or(u64::MAX));
        self.op.handle_data(decoded)
    }

    fn close(&mut self, now: Moment, received: Received) {
        let grant = match core::mem::replace(&mut self.state, State::Idle) {
            State::Flying(grant) => grant,
            // Nothing is in flight: whoever closes twice takes no place or turn with it.
            other => {
                self.state = other;
                return;
            }
        };
        let (delivery, failure, feedback) = match received {
            Received::End => {
                let feedback = match self.op.handle_end(now) {
                    // Another host's limits are not the service's: no cancel waits for them, and no pause of the
                    // service's gets shorter by them.
                    _ if self.elsewhere => Feedback::Elsewhere,
                    Pace::Fine | Pace::Refused => Feedback::Answered,
                    Pace::TooFast { retry_after } => Feedback::TooFast { retry_after },
                };
                (Delivery::Answered, None, feedback)
            }
            Received::Failed(failure) => {
                let (delivery, kind) = (failure.delivery, failure.kind);
                self.op.handle_failure(now, failure);
                let unsent = delivery == Delivery::NotSent;
                (delivery, Some(kind), if unsent { Feedback::Unsent } else { Feedback::Lost })
            }
        };
        self.session.gate().settle(grant, now, feedback);
        self.attempt_ends(delivery, failure);
        // At once: by the next poll a machine may have put another reading in the place of the one that tells it.
        self.drain_op();
    }
}
