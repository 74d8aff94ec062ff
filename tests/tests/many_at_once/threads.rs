//! The blocking client, with its own HTTP library, in a thousand threads.

use crate::contention::{Fate, Numbered, check, session_settings};
use clore_blocking::Client;
use clore_core::event::Event;
use clore_tests::counting::Counting;
use core::cell::Cell;
use core::time::Duration;
use std::sync::Mutex;
use std::sync::mpsc;

thread_local! {
    /// What becomes of the call of this thread.
    static FATE: Cell<Fate> = const { Cell::new(Fate::Stays) };
}

/// Reliability S38: the seed opened a connection for each call, and what it spaced came together at the service.
///
/// Threads die in their call by an observer that panics: in the queue, or with the turn in hand.
#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process there")]
fn spacing_as_seen_by_server() {
    let server = Counting::start();
    let (polled, queue) = mpsc::channel();
    let polled = Mutex::new(polled);
    let hear = move |event: &Event| match (event, FATE.get()) {
        // Told after the first poll: by now the call has its place.
        (Event::CallBegan { .. }, _) => polled.lock().unwrap().send(()).unwrap(),
        (Event::WaitBegan { .. }, Fate::Queued) | (Event::AttemptBegan { .. }, Fate::InFlight) => {
            std::panic::resume_unwind(Box::new("this thread dies in its call"));
        }
        _ => {}
    };
    let client = Client::builder().settings(session_settings(&server.url())).observer(hear).build().unwrap();
    // So that they meet in the queue.
    client.session().gate().hold(client.now(), Duration::from_millis(500));
    let fates: Vec<_> = (0..1_000).map(|number| Fate::draw(11, number)).collect();
    std::thread::scope(|scope| {
        let mut threads = Vec::new();
        for (number, fate) in fates.iter().copied().enumerate() {
            if fate == Fate::BeforeItsFirstPoll {
                continue;
            }
            let client = client.clone();
            let run = move || {
                FATE.set(fate);
                client.send(Numbered(number))
            };
            let thread = std::thread::Builder::new().stack_size(512 << 10).spawn_scoped(scope, run).unwrap();
            queue.recv().unwrap();
            threads.push((fate, thread));
        }
        for (fate, thread) in threads {
            match (fate, thread.join()) {
                (Fate::Stays, Ok(came)) => came.unwrap(),
                // It may have had its turn before it had to wait.
                (Fate::Queued, Ok(Ok(()))) | (Fate::Queued | Fate::InFlight, Err(_)) => {}
                (fate, other) => panic!("{fate:?}: {other:?}"),
            }
        }
    });
    assert!(fates.iter().filter(|fate| **fate != Fate::Stays).count() > 250);
    check(&server, client.session(), &fates);
}
