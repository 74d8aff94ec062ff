//! The loop for an asynchronous transport.

use super::Transport;
use crate::call::Call;
use crate::error::Error;
use crate::op::{Operation, Step};
use core::future::poll_fn;
use core::pin::pin;
use core::task::Poll;

/// Runs `call` to its end.
///
/// # Errors
/// What the operation ends with.
///
/// # Cancel safety
/// Dropping the future while it waits returns its turn; dropping it with a request in flight settles that request as
/// lost, and a money call keeps its open intent.
pub async fn run<O: Operation, T: Transport>(transport: &T, mut call: Call<O>) -> Result<O::Output, Error> {
    loop {
        let step = poll_fn(|context| Poll::Ready(call.poll(transport.now(), context.waker()))).await;
        while let Some(event) = call.next_event() {
            transport.observe(&event);
        }
        match step {
            Step::Send(exchange) => {
                let deadline = exchange.deadline;
                let mut inbox = call.inbox();
                let result =
                    before(transport.exchange(exchange, &mut inbox), transport.sleep_until(deadline)).await;
                inbox.close(transport.now(), result);
            }
            Step::Wait(moment) => woken_or(transport.sleep_until(moment)).await,
            Step::Record(record) => {
                let done = transport.record(record.at(transport.wall())).await;
                call.handle_recorded(transport.now(), done);
            }
            Step::Permit(ask) => {
                let permitted = transport.permit(ask).await;
                call.handle_permitted(transport.now(), permitted);
            }
            Step::Done(result) => return result,
        }
    }
}

/// The first of `work` and `alarm`; `None` when the alarm was first. `work` is dropped then.
async fn before<T>(work: impl Future<Output = T>, alarm: impl Future<Output = ()>) -> Option<T> {
    let (mut work, mut alarm) = (pin!(work), pin!(alarm));
    poll_fn(|context| {
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(Some(done));
        }
        alarm.as_mut().poll(context).map(|()| None)
    })
    .await
}

/// Ends when `alarm` does, or at the next wake-up of the task, whoever caused it.
async fn woken_or(alarm: impl Future<Output = ()>) {
    let mut alarm = pin!(alarm);
    let mut polled = false;
    poll_fn(|context| {
        let ready = alarm.as_mut().poll(context).is_ready();
        let woken = core::mem::replace(&mut polled, true);
        if ready || woken { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}
