//! Who goes away in the middle: an observer that panics, a runtime that is shut down, a future or a clone that is
//! dropped. No other caller is hurt, and a create that may have left keeps its open intent.

use clore_core::config::{Config, ConfigBuilder};
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::endpoint::wallets::Wallets;
use clore_core::event::Observer;
use clore_core::journal::{Record, Recorded};
use clore_core::model::ServerId;
use clore_core::secret::Secret;
use clore_core::session::Session;
use clore_tests::conformance::adapters::{AsyncStd, Blocking, Tokio};
use clore_tests::conformance::look::Look;
use clore_tests::conformance::wire;
use clore_tests::conformance::{Adapter, Setup};
use clore_tests::hostile::{Answer, Hostile};
use core::time::Duration;
use futures_lite::FutureExt;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};

fn settings(url: &str) -> ConfigBuilder {
    let settings = Config::builder().base_url(url).key(Secret::new("k")).max_retries(1);
    settings.rate_limit(Duration::from_millis(1)).create_gap(Duration::from_millis(1))
}

fn create() -> CreateOrder {
    CreateOrder::on_demand(ServerId::new(40), "image")
}

fn service() -> Hostile {
    Hostile::start(|call, _| match call {
        "create_order" => Answer::json(r#"{"code":0,"order_id":7}"#),
        _ => Answer::json(r#"{"wallets":[],"code":0}"#),
    })
}

/// At the n-th event of a create, for every n that there is.
fn panics_anywhere(adapter: &impl Adapter) {
    for n in 0.. {
        let service = service();
        let (told, armed) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(true)));
        let (hear, is_armed) = (Arc::clone(&told), Arc::clone(&armed));
        let mut setup = Setup::new(settings(service.url()));
        setup.observer = Observer::new(move |event| {
            if is_armed.load(Ordering::SeqCst) {
                assert_ne!(hear.fetch_add(1, Ordering::SeqCst), n, "planted, at {event:?}");
            }
        });
        let client = adapter.client(&setup).unwrap();
        let ended = catch_unwind(AssertUnwindSafe(|| adapter.run(&client, create()).is_ok()));
        armed.store(false, Ordering::SeqCst);
        let creates = service.count("create_order");
        let open = adapter.run(&client, Look).unwrap().open().count();
        adapter
            .run(&client, Wallets)
            .unwrap_or_else(|error| panic!("{}, event {n}: {error}", adapter.name()));
        assert!(creates <= 1);
        match ended {
            Ok(ended) => {
                assert!(ended && creates == 1 && open == 0, "{}", adapter.name());
                assert!(n > 4, "{n} events");
                return;
            }
            // Sent and not told to be done: the intent is open, or was resolved before the panic.
            Err(_) if creates == 1 && told.load(Ordering::SeqCst) <= 4 => {
                assert_eq!(open, 1, "{}, event {n}", adapter.name());
            }
            Err(_) => assert!(open <= 1),
        }
    }
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process there")]
fn an_observer_that_panics_at_any_event_hurts_no_other_call_and_loses_no_intent() {
    // The panics are planted; their stories would fill the screen.
    panics_anywhere(&Blocking);
    panics_anywhere(&Tokio::default());
    panics_anywhere(&AsyncStd);
}

/// Answers `wallets`; hears a create, says so, never answers, and says when its connection is closed.
fn silent() -> (String, Receiver<&'static str>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let tell = tell.clone();
            std::thread::spawn(move || {
                let mut carry = Vec::new();
                while let Some(incoming) = wire::read(&mut stream, &mut carry) {
                    if incoming.call() == "create_order" {
                        let _ = tell.send("heard");
                        while matches!(stream.read(&mut [0; 64]), Ok(1..)) {}
                        let _ = tell.send("closed");
                        return;
                    }
                    let body = r#"{"wallets":[],"code":0}"#;
                    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
                    let _ = stream.write_all(format!("{head}{body}").as_bytes());
                }
            });
        }
    });
    (url, told)
}

fn open_intents(session: &Session) -> usize {
    let Ok(Recorded::Seen(view)) = session.journal().record(Record::Look) else { panic!() };
    view.open().count()
}

const SOON: Duration = Duration::from_secs(5);

#[test]
fn a_runtime_that_is_shut_down_mid_call_leaves_an_open_intent_and_hurts_nobody_elsewhere() {
    let (url, told) = silent();
    let client = clore_tokio::Client::builder().settings(settings(&url)).build().unwrap();
    let runtime =
        || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (dying, other) = (runtime(), runtime());
    let clone = client.clone();
    dying.spawn(async move { clone.create_order(create()).await });
    assert_eq!(told.recv_timeout(SOON), Ok("heard"));
    dying.shutdown_background();
    assert_eq!(told.recv_timeout(SOON), Ok("closed"));
    assert_eq!(open_intents(client.session()), 1);
    // Of the same session: its turn does not hang on the one that went away.
    let survivor = clore_tokio::Client::builder().session(client.session()).build().unwrap();
    other.block_on(survivor.wallets()).unwrap();
    assert_eq!(client.session().gate().waiting().total(), 0);
}

#[test]
fn a_future_dropped_in_flight_closes_its_connection_and_keeps_its_intent() {
    let (url, told) = silent();
    let client = clore_tokio::Client::builder().settings(settings(&url)).build().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let call = runtime.spawn({
        let client = client.clone();
        async move { client.create_order(create()).await }
    });
    assert_eq!(told.recv_timeout(SOON), Ok("heard"));
    call.abort();
    assert_eq!(told.recv_timeout(SOON), Ok("closed"));
    assert_eq!(open_intents(client.session()), 1);
    runtime.block_on(client.wallets()).unwrap();

    let (url, told) = silent();
    let client = clore_async_std::Client::builder().settings(settings(&url)).build().unwrap();
    async_std::task::block_on(async {
        let heard = async_std::task::spawn_blocking(move || {
            assert_eq!(told.recv_timeout(SOON), Ok("heard"));
            told
        });
        let call = async {
            let _ = client.create_order(create()).await;
            panic!("nobody answers")
        };
        let told = call.or(heard).await;
        assert_eq!(told.recv_timeout(SOON), Ok("closed"));
        assert_eq!(open_intents(client.session()), 1);
        client.wallets().await.unwrap();
    });
}

#[test]
fn a_clone_dropped_on_another_thread_leaves_the_call_in_flight_alone() {
    let begun = Arc::new(AtomicUsize::new(0));
    let heard = Arc::clone(&begun);
    let slow = Hostile::start(move |_, _| {
        heard.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(30));
        Answer::json(r#"{"wallets":[],"code":0}"#)
    });
    let in_flight = |calls: usize| {
        while begun.load(Ordering::SeqCst) < calls {
            std::thread::yield_now();
        }
    };
    let blocking = clore_blocking::Client::builder().settings(settings(slow.url())).build().unwrap();
    let clone = blocking.clone();
    let call = std::thread::spawn(move || blocking.wallets().is_ok());
    in_flight(1);
    std::thread::spawn(move || drop(clone)).join().unwrap();
    assert!(call.join().unwrap());

    let tokio = clore_tokio::Client::builder().settings(settings(slow.url())).build().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let clone = tokio.clone();
    let call = runtime.spawn(async move { tokio.wallets().await.is_ok() });
    in_flight(2);
    std::thread::spawn(move || drop(clone)).join().unwrap();
    assert!(runtime.block_on(call).unwrap());

    let async_std = clore_async_std::Client::builder().settings(settings(slow.url())).build().unwrap();
    let clone = async_std.clone();
    let call = async_std::task::spawn(async move { async_std.wallets().await.is_ok() });
    in_flight(3);
    std::thread::spawn(move || drop(clone)).join().unwrap();
    assert!(async_std::task::block_on(call));
}
