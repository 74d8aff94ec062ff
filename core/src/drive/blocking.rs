//! The loop for a blocking transport.

use super::BlockingTransport;
use crate::call::Call;
use crate::error::Error;
use crate::op::{Operation, Step};
use core::task::Waker;
use std::sync::Arc;
use std::task::Wake;
use std::thread::Thread;

/// Runs `call` to its end on this thread.
///
/// # Errors
/// What the operation ends with.
pub fn run_blocking<O: Operation, T: BlockingTransport + ?Sized>(
    transport: &T,
    mut call: Call<O>,
) -> Result<O::Output, Error> {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    loop {
        let step = call.poll(transport.now(), &waker);
        while let Some(event) = call.next_event() {
            transport.observe(&event);
        }
        match step {
            Step::Send(exchange) => {
                let mut inbox = call.inbox();
                let result = transport.exchange(exchange, &mut inbox);
                inbox.close(transport.now(), Some(result));
            }
            Step::Wait(moment) => transport.sleep_until(moment),
            Step::Record(record) => {
                let done = transport.record(record);
                call.handle_recorded(transport.now(), done);
            }
            Step::Permit(ask) => {
                let permitted = transport.permit(ask);
                call.handle_permitted(transport.now(), permitted);
            }
            Step::Done(result) => return result,
        }
    }
}

/// A blocked thread is a waker too, so threads and tasks share one queue.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
