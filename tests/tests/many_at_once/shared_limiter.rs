//! Two clients of one key: by clone they share a pacer, and apart from each other a limiter of the user's own.

use crate::contention::Numbered;
use crate::transport::Sockets;
use clore_core::call::Call;
use clore_core::config::Config;
use clore_core::drive::{Transport, run};
use clore_core::op::{Permitted, Plan, Settings};
use clore_core::secret::Secret;
use clore_core::session::Session;
use clore_tests::counting::Counting;
use core::time::Duration;
use std::sync::{Arc, Mutex};
use std::time::Instant;

const INTERVAL: Duration = Duration::from_millis(20);

fn session(url: &str, outer: bool) -> Session {
    let settings = Config::builder().base_url(url).key(Secret::new("key")).rate_limit(INTERVAL);
    Session::new(settings.strict_pacing(true).ask_outer_limiter(outer).build().unwrap())
}

/// Five calls at once on each of two clients.
async fn five_each(clients: [(Session, Arc<Sockets>); 2]) {
    let mut calls = Vec::new();
    for number in 0..10 {
        let (session, sockets) = clients[number % 2].clone();
        calls.push(tokio::spawn(async move {
            let settings = Settings::new(&session, None, [7; 32]);
            let call = Call::new(&session, Numbered(number).begin(&settings, sockets.now()));
            run(&*sockets, call).await.unwrap();
        }));
    }
    for call in calls {
        call.await.unwrap();
    }
}

/// Reliability S39: two clients of one key each kept their own time, and their requests came 1 ms apart.
#[test]
fn limiter_is_shareable_by_key() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    // By clone: one session.
    let server = Counting::start();
    let (one, sockets) = (session(&server.url(), false), Arc::new(Sockets::new(server.address())));
    runtime.block_on(five_each([(one.clone(), Arc::clone(&sockets)), (one, sockets)]));
    assert_eq!(server.arrivals().len(), 10);
    assert!(server.least_gap().unwrap() >= INTERVAL, "{:?}", server.least_gap());
    // Two sessions, and a limiter outside of both. It leaves room for what the way to the server adds.
    let server = Counting::start();
    let next: Arc<Mutex<Option<Instant>>> = Arc::default();
    let limited = || {
        let next = Arc::clone(&next);
        Arc::new(Sockets::new(server.address()).limited(move || {
            let (mut next, now) = (next.lock().unwrap(), Instant::now());
            match *next {
                Some(at) if now < at => Permitted::NotBefore(at - now),
                _ => {
                    *next = Some(now + 5 * INTERVAL);
                    Permitted::Granted
                }
            }
        }))
    };
    let client = || (session(&server.url(), true), limited());
    runtime.block_on(five_each([client(), client()]));
    assert_eq!(server.arrivals().len(), 10);
    assert!(server.least_gap().unwrap() >= INTERVAL, "{:?}", server.least_gap());
    // Two sessions that know nothing of each other: this is what the check sees when there is no limiter.
    let server = Counting::start();
    let client = || (session(&server.url(), false), Arc::new(Sockets::new(server.address())));
    runtime.block_on(five_each([client(), client()]));
    assert!(server.least_gap().unwrap() < INTERVAL);
}
