//! The loop for asynchronous transports, in a thousand tasks, or in as many as `CLORE_TASKS` says.

use crate::contention::{Fate, Numbered, check, session_settings};
use crate::transport::Sockets;
use clore_core::call::Call;
use clore_core::drive::run;
use clore_core::op::{Plan, Settings};
use clore_core::session::Session;
use clore_core::time::Moment;
use clore_tests::counting::Counting;
use core::cell::Cell;
use core::future::poll_fn;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::Wake;
use tokio::sync::mpsc;

thread_local! {
    /// Whether a call is being polled or dropped on this thread: a waker that is woken meanwhile is woken by the gate,
    /// as timers and sockets wake from the runtime itself.
    static AT_THE_GATE: Cell<bool> = const { Cell::new(false) };
}

/// A call whose wake-ups from the gate are counted.
struct Counted<F> {
    call: Option<Pin<Box<F>>>,
    wakes: Arc<AtomicUsize>,
}

struct Bell {
    task: Waker,
    wakes: Arc<AtomicUsize>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        if AT_THE_GATE.get() {
            self.wakes.fetch_add(1, SeqCst);
        }
        self.task.wake_by_ref();
    }
}

impl<F: Future> Future for Counted<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let bell = Bell { task: context.waker().clone(), wakes: Arc::clone(&self.wakes) };
        let waker = Waker::from(Arc::new(bell));
        AT_THE_GATE.set(true);
        let polled = self.call.as_mut().unwrap().as_mut().poll(&mut Context::from_waker(&waker));
        AT_THE_GATE.set(false);
        polled
    }
}

impl<F> Drop for Counted<F> {
    fn drop(&mut self) {
        AT_THE_GATE.set(true);
        self.call = None;
        AT_THE_GATE.set(false);
    }
}

fn tasks() -> usize {
    std::env::var("CLORE_TASKS").map_or(1_000, |tasks| tasks.parse().expect("CLORE_TASKS is a number"))
}

#[test]
fn many_tasks_on_one_session_are_spaced_as_the_server_sees_them() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(contend(tasks()));
}

async fn contend(tasks: usize) {
    let server = Counting::start();
    let session = Session::new(session_settings(&server.url()).build().unwrap());
    let fates: Vec<_> = (0..tasks).map(|number| Fate::draw(23, number)).collect();
    let (written, mut hung) = mpsc::unbounded_channel();
    let doomed = fates.clone();
    let sockets = Arc::new(Sockets::new(server.address()).hanging(move |path| {
        let number: usize = path.split("n=").nth(1).unwrap().parse().unwrap();
        let hangs = doomed[number] == Fate::InFlight;
        if hangs {
            written.send(number).unwrap();
        }
        hangs
    }));
    // So that they meet in the queue.
    session.gate().hold(Moment::ORIGIN, Duration::from_millis(300));
    let wakes = Arc::new(AtomicUsize::new(0));
    let mut handles = Vec::new();
    for (number, fate) in fates.iter().enumerate() {
        let (sockets, session) = (Arc::clone(&sockets), session.clone());
        let call = Call::new(
            &session,
            Numbered(number).begin(&Settings::new(&session, None, [7; 32]), Moment::ORIGIN),
        );
        let call = Box::pin(async move { run(&*sockets, call).await });
        let mut counted = Counted { call: Some(call), wakes: Arc::clone(&wakes) };
        if *fate == Fate::BeforeItsFirstPoll {
            continue;
        }
        // The first poll takes the place, so places are in the order of numbers.
        let came = poll_fn(|context| Poll::Ready(Pin::new(&mut counted).poll(context))).await;
        assert!(came.is_pending());
        handles.push((number, tokio::spawn(counted)));
    }
    let aborts: Vec<_> = handles.iter().map(|(number, handle)| (*number, handle.abort_handle())).collect();
    let mut queued: Vec<_> = aborts.iter().filter(|(number, _)| fates[*number] == Fate::Queued).collect();
    // From both ends to the middle: heads, and those far behind.
    let ends = queued.split_off(queued.len() / 2);
    let in_turn: Vec<_> =
        queued.into_iter().zip(ends.into_iter().rev()).flat_map(|(a, b)| [a, b]).cloned().collect();
    let cancels = in_turn.len();
    let leaving = tokio::spawn(async move {
        for (_, abort) in in_turn {
            abort.abort();
            tokio::time::sleep(Duration::from_micros(300)).await;
        }
    });
    let dying = tokio::spawn(async move {
        while let Some(number) = hung.recv().await {
            aborts.iter().find(|(of, _)| *of == number).unwrap().1.abort();
        }
    });
    for (number, handle) in handles {
        match (fates[number], handle.await) {
            (_, Ok(came)) => came.unwrap(),
            (Fate::Queued | Fate::InFlight, Err(error)) if error.is_cancelled() => {}
            (fate, Err(error)) => panic!("{number}, {fate:?}: {error}"),
        }
    }
    leaving.await.unwrap();
    dying.abort();
    let (grants, wakes) = (server.arrivals().len(), wakes.load(SeqCst));
    assert!(
        wakes <= 2 * grants + 2 * cancels,
        "{wakes} wake-ups for {grants} grants and {cancels} that left"
    );
    assert!(fates.iter().filter(|fate| **fate != Fate::Stays).count() * 4 > tasks);
    check(&server, &session, &fates);
}
