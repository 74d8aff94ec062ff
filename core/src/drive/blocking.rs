//! The loop for a blocking transport.

use super::BlockingTransport;
use crate::call::Call;
use crate::error::Error;
use crate::op::{Operation, Plan, Settings, Step};
use crate::session::Session;
use core::task::Waker;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
    let alarm = Arc::new(Unpark { thread: std::thread::current(), rung: AtomicBool::new(false) });
    let waker = Waker::from(Arc::clone(&alarm));
    loop {
        alarm.rung.store(false, Ordering::SeqCst);
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
            // Rung since the poll: an observer that parks may have eaten the token that would end the sleep.
            Step::Wait(_) if alarm.rung.load(Ordering::SeqCst) => {}
            Step::Wait(moment) => transport.sleep_until(moment),
            Step::Record(record) => {
                let done = transport.record(record.at(transport.wall()));
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

/// Begins `plan` with what the transport knows, and runs it to its end on this thread.
///
/// # Errors
/// What the operation ends with.
pub fn run_plan_blocking<P: Plan, T: BlockingTransport + ?Sized>(
    transport: &T,
    session: &Session,
    plan: P,
) -> Result<<P::Operation as Operation>::Output, Error> {
    let settings = Settings::new(session, transport.wall(), transport.entropy());
    run_blocking(transport, Call::new(session, plan.begin(&settings, transport.now())))
}

/// Ends a sleep of this thread.
pub(super) fn waker_of_this_thread() -> Waker {
    Waker::from(Arc::new(Unpark { thread: std::thread::current(), rung: AtomicBool::new(false) }))
}

/// A blocked thread is a waker too, so threads and tasks share one queue.
struct Unpark {
    thread: Thread,
    rung: AtomicBool,
}

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.rung.store(true, Ordering::SeqCst);
        self.thread.unpark();
    }
}
