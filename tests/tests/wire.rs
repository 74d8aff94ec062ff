//! Whatever string goes into a request, exactly one request reaches the wire, and it reads back as it was meant.
//!
//! A server on a real socket reads HTTP strictly: what is left over after a request, or is no request, is a fault. One
//! request smuggled behind another would be a second rental.

use clore_core::config::Config;
use clore_core::effect::Effect;
use clore_core::endpoint::cancel_order::CancelOrder;
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::endpoint::server_config::ServerConfigOf;
use clore_core::endpoint::{Endpoint, Path, Whole};
use clore_core::error::{Error, ErrorKind, InvalidRequest};
use clore_core::limits::Caps;
use clore_core::model::{OrderId, ServerId};
use clore_core::op::Plan;
use clore_core::secret::Secret;
use clore_tests::conformance::adapters::{AsyncStd, Blocking, Tokio};
use clore_tests::conformance::wire::{self, Incoming};
use clore_tests::conformance::{Adapter, Setup};
use core::time::Duration;
use proptest::prelude::*;
use serde_json::Value;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::scope;

static ORDERS: AtomicU64 = AtomicU64::new(100);

/// What came over the wire: requests, and bytes that were none.
#[derive(Default)]
struct Heard {
    requests: Vec<Incoming>,
    stray: Vec<Vec<u8>>,
}

fn serve(mut stream: TcpStream, heard: &Mutex<Heard>) {
    let mut carry = Vec::new();
    while let Some(incoming) = wire::read(&mut stream, &mut carry) {
        let mut heard = heard.lock().unwrap();
        heard.requests.push(incoming);
        if !carry.is_empty() {
            heard.stray.push(core::mem::take(&mut carry));
        }
        drop(heard);
        // An order of its own for each: one that is another's proves nothing.
        let order = ORDERS.fetch_add(1, Ordering::SeqCst);
        let body = format!(r#"{{"code":0,"order_id":{order},"config":{{"name":"x"}}}}"#);
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let _ = stream.write_all(answer.as_bytes());
    }
    if !carry.is_empty() {
        heard.lock().unwrap().stray.push(carry);
    }
}

fn listen() -> (String, Arc<Mutex<Heard>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let heard = Arc::<Mutex<Heard>>::default();
    let noted = Arc::clone(&heard);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let noted = Arc::clone(&noted);
            std::thread::spawn(move || serve(stream, &noted));
        }
    });
    (url, heard)
}

/// A client of one adapter, and what its server heard.
struct Line<'a, A: Adapter> {
    adapter: &'a A,
    client: A::Client,
    heard: Arc<Mutex<Heard>>,
}

impl<'a, A: Adapter> Line<'a, A> {
    fn new(adapter: &'a A) -> Self {
        let (url, heard) = listen();
        let settings = Config::builder().base_url(&url).key(Secret::new("the-key")).max_retries(3);
        let pause = Duration::from_micros(10);
        let settings = settings.rate_limit(pause).create_gap(pause).timeout(Duration::from_secs(10));
        let client = adapter.client(&Setup::new(settings)).unwrap();
        Self { adapter, client, heard }
    }

    /// The one request that `plan` became; none where it was refused before.
    fn one<P: Plan>(&self, plan: P) -> Result<Option<Incoming>, TestCaseError> {
        let end = self.adapter.run(&self.client, plan).map(drop);
        let heard = core::mem::take(&mut *self.heard.lock().unwrap());
        let name = self.adapter.name();
        prop_assert!(heard.stray.is_empty(), "{name}: {:?}", heard.stray);
        let refused = |error: &Error| matches!(error.kind(), ErrorKind::Invalid(_));
        if end.as_ref().is_err_and(refused) {
            prop_assert_eq!(heard.requests.len(), 0, "{}: refused and sent", name);
            return Ok(None);
        }
        prop_assert_eq!(heard.requests.len(), 1, "{}: {:?}", name, end);
        let request = heard.requests.into_iter().next().unwrap();
        prop_assert_eq!(request.header("auth"), Some("the-key"));
        let known =
            ["auth", "host", "user-agent", "accept", "accept-encoding", "content-type", "content-length"];
        let odd = request.headers.iter().find(|(header, _)| !known.contains(&header.as_str()));
        prop_assert_eq!(odd, None, "{}: a header that nobody asked for", name);
        Ok(Some(request))
    }

    fn all(&self, text: &str) -> Result<(), TestCaseError> {
        let order = || CreateOrder::on_demand(ServerId::new(40), "image");
        let creates: [(&str, CreateOrder); 6] = [
            ("/env/NAME", order().env("NAME", text)),
            ("/command", order().command(text)),
            ("/ssh_key", order().ssh_key(text)),
            ("/ssh_password", order().ssh_password(Secret::new(text))),
            ("/jupyter_token", order().jupyter_token(Secret::new(text))),
            ("/image", CreateOrder::on_demand(ServerId::new(40), text)),
        ];
        for (place, create) in creates {
            if let Some(request) = self.one(create)? {
                prop_assert_eq!((&*request.method, &*request.target), ("POST", "/v1/create_order"));
                let body: Value = serde_json::from_slice(&request.body).unwrap();
                let read = body.pointer(place).and_then(Value::as_str);
                // A key file ends with a line's end, which is no part of the key.
                let meant = if place == "/ssh_key" { text.trim() } else { text };
                prop_assert_eq!(read, Some(meant), "{} of {}", place, self.adapter.name());
                prop_assert_eq!(&body["renting_server"], 40);
            }
        }
        let issue = CancelOrder::new(OrderId::new(7)).issue(text);
        for (place, request) in
            [("/issue", self.one(issue)?), ("/server_name", self.one(ServerConfigOf::new(text))?)]
        {
            let Some(request) = request else { continue };
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            prop_assert_eq!(body.pointer(place).and_then(Value::as_str), Some(text), "{}", place);
        }
        if let Some(request) = self.one(Asking(text.to_owned()))? {
            let uri: http::Uri = request.target.parse().unwrap();
            prop_assert_eq!((uri.path(), request.body.len()), ("/v1/wallets", 0));
            prop_assert!(uri.query().is_some_and(|query| query.split('&').count() == 2), "{}", uri);
        }
        Ok(())
    }
}

/// An own call with text in its query.
struct Asking(String);

impl Endpoint for Asking {
    type Output = ();
    type Reader = Whole<()>;
    const NAME: &'static str = "asking";

    fn effect(&self) -> Effect {
        Effect::Read
    }
    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        Path::new("/v1/wallets").query("text", &self.0).query(&self.0, "x").into_read()
    }
    fn reader(&self, caps: &Caps) -> Whole<()> {
        Whole::new(caps, |_| Ok(()))
    }
}

/// Text as it comes, and text that would be something to HTTP, JSON, a shell or a terminal.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "\\PC{0,6}",
        any::<char>().prop_map(String::from),
        prop::sample::select(vec![
            "\r\n",
            "\r\n\r\n",
            "\n",
            "\0",
            "\"",
            "\\",
            "\\u0000",
            "{\"",
            "\"}",
            "%0d%0a",
            "%00",
            "&",
            "=",
            "#",
            "?",
            "POST /v1/create_order HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n",
            "auth: other",
            "\u{202e}",
            "\u{1b}[2J",
            "../../v1/cancel_order",
            "transfer-encoding: chunked",
            "0\r\n\r\n",
            "é",
            "😀",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

#[test]
fn every_string_goes_out_in_exactly_one_request_and_reads_back_as_it_was_meant() {
    fn check<A: Adapter>(adapter: &A) {
        let line = Line::new(adapter);
        let cases = ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() };
        let mut runner = proptest::test_runner::TestRunner::new(cases);
        if let Err(error) = runner.run(&text(), |text| line.all(&text)) {
            panic!("{}: {error}", adapter.name());
        }
    }
    scope(|scope| {
        scope.spawn(|| check(&Blocking));
        scope.spawn(|| check(&Tokio::default()));
        scope.spawn(|| check(&AsyncStd));
    });
}
