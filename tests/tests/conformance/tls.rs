//! TLS that does not hold: nothing of the request is sent, and a certificate that does not hold is not tried again.
//!
//! The certificates are made here; the server is rustls on the loopback.

use clore_core::config::Config;
use clore_core::effect::Delivery;
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::endpoint::wallets::Wallets;
use clore_core::error::ErrorKind;
use clore_core::model::ServerId;
use clore_core::secret::Secret;
use clore_tests::conformance::adapters::{AsyncStd, Blocking, Tokio};
use clore_tests::conformance::look::Look;
use clore_tests::conformance::{Adapter, Phase, Setup};
use core::time::Duration;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::PrivateKeyDer;
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedProtocolVersion};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::scope;

const KEY: &str = "CanaryKey-5f1c9e77";

/// An authority, and its certificate as PEM.
fn authority() -> (Issuer<'static, KeyPair>, Vec<u8>) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key).unwrap().pem().into_bytes();
    (Issuer::new(params, key), pem)
}

/// A server's side of TLS, with a certificate for `name` by `issuer`.
fn certified(issuer: &Issuer<'static, KeyPair>, name: &str, expired: bool) -> Arc<ServerConfig> {
    speaking(issuer, name, expired, rustls::ALL_VERSIONS)
}

/// The same in these versions of TLS only.
fn speaking(
    issuer: &Issuer<'static, KeyPair>,
    name: &str,
    expired: bool,
    versions: &[&'static SupportedProtocolVersion],
) -> Arc<ServerConfig> {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    if expired {
        (params.not_before, params.not_after) = (date_time_ymd(2000, 1, 1), date_time_ymd(2001, 1, 1));
    }
    let certificate = params.signed_by(&key, issuer).unwrap().der().clone();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_protocol_versions(versions).unwrap().with_no_client_auth();
    Arc::new(builder.with_single_cert(vec![certificate], key).unwrap())
}

/// What a server does with a connection.
#[derive(Clone)]
enum Port {
    /// TLS, and each request is answered so.
    Tls(Arc<ServerConfig>, String),
    /// These bytes in answer to whatever comes first, and the end.
    Plain(&'static [u8]),
}

/// What it heard: connections, bytes as they came, bytes of requests.
#[derive(Default)]
struct Heard {
    connections: usize,
    raw: Vec<u8>,
    requests: Vec<u8>,
}

fn listen(port: Port) -> (String, Arc<Mutex<Heard>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let heard = Arc::<Mutex<Heard>>::default();
    let noted = Arc::clone(&heard);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            noted.lock().unwrap().connections += 1;
            let (port, noted) = (port.clone(), Arc::clone(&noted));
            std::thread::spawn(move || match port {
                Port::Tls(config, answer) => serve(stream, config, &answer, &noted),
                Port::Plain(bytes) => {
                    let mut stream = Noting { stream, noted: &noted };
                    let _ = stream.read(&mut [0; 4096]);
                    let _ = stream.stream.write_all(bytes);
                }
            });
        }
    });
    (url, heard)
}

/// Notes what comes over the wire.
struct Noting<'a> {
    stream: TcpStream,
    noted: &'a Mutex<Heard>,
}

impl Read for Noting<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.stream.read(into)?;
        self.noted.lock().unwrap().raw.extend_from_slice(&into[..read]);
        Ok(read)
    }
}

impl Write for Noting<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.stream.write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.stream.flush()
    }
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>, answer: &str, noted: &Mutex<Heard>) {
    let connection = rustls::ServerConnection::new(config).unwrap();
    let mut tls = rustls::StreamOwned::new(connection, Noting { stream, noted });
    let mut chunk = [0; 4096];
    while let Ok(read @ 1..) = tls.read(&mut chunk) {
        noted.lock().unwrap().requests.extend_from_slice(&chunk[..read]);
        let _ = tls.write_all(answer.as_bytes()).and_then(|()| tls.flush());
    }
}

fn answer(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn client<A: Adapter>(adapter: &A, url: &str, pem: &[u8]) -> A::Client {
    let settings = Config::builder().base_url(url).key(Secret::new(KEY)).max_retries(2);
    let settings = settings.rate_limit(Duration::from_millis(1)).create_gap(Duration::from_millis(1));
    let mut setup = Setup::new(settings.timeout(Duration::from_secs(10)));
    setup.roots = Some(pem.to_vec());
    adapter.client(&setup).unwrap()
}

fn on_all(work: impl Fn(&dyn Fn(Case) -> Result<(), String>, &str) + Sync) {
    scope(|scope| {
        scope.spawn(|| work(&|case| run(&Blocking, case), "blocking"));
        scope.spawn(|| work(&|case| run(&Tokio::default(), case), "tokio"));
        scope.spawn(|| work(&|case| run(&AsyncStd, case), "async-std"));
    });
}

/// A port, what its clients trust, and how often a reading is tried.
struct Case {
    port: Port,
    trusted: Vec<u8>,
    phase: Phase,
    attempts: u32,
}

fn run<A: Adapter>(adapter: &A, case: Case) -> Result<(), String> {
    let (url, heard) = listen(case.port);
    let client = client(adapter, &url, &case.trusted);
    let unsure = adapter.unsure().contains(&case.phase);
    let delivery = if unsure { Delivery::Unknown } else { Delivery::NotSent };
    let error = adapter.run(&client, Wallets).map(drop).err().ok_or("it was trusted")?;
    let read = heard.lock().unwrap().connections;
    if (error.delivery(), error.attempts(), read) != (delivery, case.attempts, case.attempts as usize) {
        return Err(format!("read: {error:?}, {read} connections"));
    }
    let error = adapter.run(&client, CreateOrder::on_demand(ServerId::new(40), "image")).map(drop);
    let error = error.err().ok_or("a create was trusted")?;
    let open = adapter.run(&client, Look).map_err(|error| error.to_string())?.open().count();
    let is_unknown = *error.kind() == ErrorKind::OutcomeUnknown;
    if (is_unknown, open) != (unsure, usize::from(unsure)) {
        return Err(format!("create: {error:?}, {open} open"));
    }
    let heard = heard.lock().unwrap();
    let key = heard.raw.windows(KEY.len()).any(|window| window == KEY.as_bytes());
    if key || !heard.requests.is_empty() {
        return Err(format!("{} bytes of a request came", heard.requests.len()));
    }
    Ok(())
}

#[test]
fn a_server_that_does_not_prove_who_it_is_gets_no_byte_of_a_request() {
    let ((issuer, pem), (other, _)) = (authority(), authority());
    let good = answer(r#"{"wallets":[],"code":0}"#);
    let cases = [
        ("expired", Port::Tls(certified(&issuer, "localhost", true), good.clone())),
        ("wrong host", Port::Tls(certified(&issuer, "elsewhere.invalid", false), good.clone())),
        ("unknown authority", Port::Tls(certified(&other, "localhost", false), good.clone())),
    ];
    on_all(|run, name| {
        for (what, port) in &cases {
            let (phase, attempts) = (Phase::Certificate, 1);
            let case = Case { port: port.clone(), trusted: pem.clone(), phase, attempts };
            run(case).unwrap_or_else(|why| panic!("{name}, {what}: {why}"));
        }
    });
}

#[test]
fn a_handshake_that_breaks_sends_no_byte_of_a_request() {
    let (_, pem) = authority();
    // What a server says that knows nothing newer: TLS 1.1 is chosen, and a cipher of it.
    const OLD: [u8; 47] = {
        let mut hello = [7; 47];
        let (head, end) = (b"\x16\x03\x02\x00\x2a\x02\x00\x00\x26\x03\x02", b"\x00\x00\x2f\x00");
        let mut at = 0;
        while at < head.len() {
            hello[at] = head[at];
            at += 1;
        }
        at = 0;
        while at < end.len() {
            hello[43 + at] = end[at];
            at += 1;
        }
        hello
    };
    let cases: [(&str, &'static [u8]); 5] = [
        ("plain text on the TLS port", b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"),
        ("cut before an answer", b""),
        ("cut in the answer", b"\x16\x03\x03\x00\x7a\x02\x00\x00"),
        // An alert: protocol version.
        ("only TLS 1.1, refusing", b"\x15\x03\x02\x00\x02\x02\x46"),
        ("only TLS 1.1, going on", &OLD),
    ];
    let cut =
        |bytes| Case { port: Port::Plain(bytes), trusted: pem.clone(), phase: Phase::Handshake, attempts: 2 };
    scope(|scope| {
        for (what, bytes) in cases {
            let cut = &cut;
            scope.spawn(move || {
                on_all(|run, name| {
                    run(cut(bytes)).unwrap_or_else(|why| panic!("{name}, {what}: {why}"));
                });
            });
        }
    });
}

/// The control: it is the certificate that the others failed by. And the way down from https is not taken either.
#[test]
fn a_server_that_proves_who_it_is_is_answered_and_its_redirects_to_plain_http_are_not_followed() {
    fn trusted<A: Adapter>(adapter: &A, issuer: &Issuer<'static, KeyPair>, pem: &[u8]) {
        let good = answer(r#"{"wallets":[],"code":0}"#);
        for version in [&TLS12, &TLS13] {
            let only = speaking(issuer, "localhost", false, &[version]);
            let (url, heard) = listen(Port::Tls(only, good.clone()));
            adapter.run(&client(adapter, &url, pem), Wallets).unwrap();
            assert!(!heard.lock().unwrap().requests.is_empty(), "{version:?}");
        }
        let (url, heard) = listen(Port::Tls(certified(issuer, "localhost", false), good));
        adapter.run(&client(adapter, &url, pem), Wallets).unwrap();
        let heard = heard.lock().unwrap();
        assert!(String::from_utf8_lossy(&heard.requests).contains(KEY), "{}", adapter.name());
        assert!(!heard.raw.windows(KEY.len()).any(|window| window == KEY.as_bytes()));

        let sink = TcpListener::bind("127.0.0.1:0").unwrap();
        sink.set_nonblocking(true).unwrap();
        let to = sink.local_addr().unwrap();
        for status in [301, 302, 303, 307, 308] {
            let moved = format!(
                "HTTP/1.1 {status} Moved\r\nlocation: http://{to}/v1/wallets\r\ncontent-length: 0\r\n\r\n"
            );
            let (url, _) = listen(Port::Tls(certified(issuer, "localhost", false), moved));
            let error = adapter.run(&client(adapter, &url, pem), Wallets).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Redirected { .. }), "{error}");
        }
        assert!(sink.accept().is_err(), "{} followed", adapter.name());
    }
    let (issuer, pem) = authority();
    trusted(&Blocking, &issuer, &pem);
    trusted(&Tokio::default(), &issuer, &pem);
    trusted(&AsyncStd, &issuer, &pem);
}
