//! What one operation on the gate costs, its lock and wakers included, by how many wait.

use clore_core::effect::Lane;
use clore_core::pacer::{Feedback, Gate, Pacing, Ticket, Turn};
use clore_core::time::Moment;
use core::task::Waker;
use core::time::Duration;
use std::time::Instant;

const NOW: Moment = Moment::ORIGIN;
const ROUNDS: usize = 7;

/// Nanoseconds per operation, the best of all rounds.
#[derive(Clone, Copy)]
struct Costs {
    enqueue: f64,
    poll_behind: f64,
    cancel: f64,
    grant_and_settle: f64,
}

pub(crate) fn report() {
    println!("one operation, in ns, best of {ROUNDS} rounds");
    println!(
        "{:>10} {:>9} {:>12} {:>8} {:>17}",
        "waiters", "enqueue", "poll behind", "cancel", "grant and settle"
    );
    for waiters in [1_000, 10_000, 100_000, 1_000_000] {
        let costs = (0..ROUNDS).map(|_| round(waiters)).reduce(best).unwrap();
        println!(
            "{waiters:>10} {:>9.0} {:>12.0} {:>8.0} {:>17.0}",
            costs.enqueue, costs.poll_behind, costs.cancel, costs.grant_and_settle
        );
    }
}

fn best(one: Costs, other: Costs) -> Costs {
    Costs {
        enqueue: one.enqueue.min(other.enqueue),
        poll_behind: one.poll_behind.min(other.poll_behind),
        cancel: one.cancel.min(other.cancel),
        grant_and_settle: one.grant_and_settle.min(other.grant_and_settle),
    }
}

fn timed(operations: usize, run: impl FnOnce()) -> f64 {
    let began = Instant::now();
    run();
    began.elapsed().as_nanos() as f64 / operations as f64
}

/// A queue of `waiters`, all polled; then as many operations of each kind as a tenth of them, at most 20,000.
fn round(waiters: usize) -> Costs {
    let operations = (waiters / 10).min(20_000);
    let gate = Gate::new(Pacing::default().interval(Duration::ZERO).queue(2 * waiters));
    let queue = |many| (0..many).map(|_| gate.enqueue(Lane::Normal, NOW).unwrap()).collect::<Vec<_>>();
    let polls_behind = |ticket: &Ticket| assert_eq!(gate.poll(ticket, NOW, Waker::noop()), Turn::Behind);
    let mut tickets = queue(waiters);
    // The head stays unpolled until its turn is to be measured.
    tickets.iter().skip(1).for_each(polls_behind);
    let mut fresh = Vec::new();
    let enqueue = timed(operations, || fresh = queue(operations));
    let poll_behind = timed(operations, || fresh.iter().for_each(polls_behind));
    let (mut leaving, mut staying) = (Vec::new(), Vec::new());
    for (index, ticket) in tickets.drain(..).enumerate() {
        // From all over the queue, never the head.
        let leaves = index % (waiters / operations) == 1 && leaving.len() < operations;
        if leaves { leaving.push(ticket) } else { staying.push(ticket) }
    }
    // Not in the order of the queue: from the ends to the middle.
    let half = leaving.split_off(leaving.len() / 2);
    let leaving: Vec<_> = leaving.into_iter().zip(half.into_iter().rev()).flat_map(|(a, b)| [a, b]).collect();
    let cancel = timed(leaving.len(), || leaving.into_iter().for_each(|ticket| gate.cancel(ticket)));
    let grant_and_settle = timed(operations, || {
        for ticket in staying.iter().take(operations) {
            let Turn::Go(grant) = gate.poll(ticket, NOW, Waker::noop()) else {
                unreachable!("it is the head")
            };
            gate.settle(grant, NOW, Feedback::Answered);
        }
    });
    Costs { enqueue, poll_behind, cancel, grant_and_settle }
}
