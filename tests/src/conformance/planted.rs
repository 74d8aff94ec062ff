//! Adapters with a fault planted in them, so that the suite is seen to catch it: [`Planted`] wraps any adapter and does
//! between it and the server what a bad HTTP library would do; [`Overclaiming`] says "never sent" of everything.

use super::wire::{self, Incoming};
use super::{Adapter, Phase, Setup};
use crate::canary;
use clore_core::drive::{BlockingTransport, run_plan_blocking};
use clore_core::effect::Delivery;
use clore_core::error::{Error, ErrorKind, Failure};
use clore_core::event::{Event, Observer};
use clore_core::excerpt::Excerpt;
use clore_core::journal::{JournalError, MemoryJournal, Record, Recorded};
use clore_core::op::{Exchange, Inbox, Operation, Plan};
use clore_core::session::Session;
use clore_core::time::{Moment, UnixTime};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Instant;

/// What is done wrong.
///
/// Closed: each has a test that it is caught.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bug {
    /// The key's header is lost.
    DropsHeader,
    /// A header is added that nobody asked for.
    AddsHeader,
    /// A request without a whole answer is sent once more.
    Retries,
    /// A body that breaks off is passed on as if it were whole.
    CutPassesForWhole,
    /// Where no answer comes, or none that is HTTP, a status is made up.
    InventsStatus,
    /// A redirect is answered by asking again.
    FollowsRedirects,
    /// A packed body is passed on as if it were not packed.
    LeavesPacked,
}

impl Bug {
    /// All.
    pub const ALL: [Self; 7] = [
        Self::DropsHeader,
        Self::AddsHeader,
        Self::Retries,
        Self::CutPassesForWhole,
        Self::InventsStatus,
        Self::FollowsRedirects,
        Self::LeavesPacked,
    ];
}

/// Another adapter, with a bug between it and the server.
#[derive(Clone, Copy, Debug)]
pub struct Planted<A> {
    /// The adapter.
    pub inner: A,
    /// The bug.
    pub bug: Bug,
}

impl<A: Adapter> Adapter for Planted<A> {
    type Client = A::Client;

    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn client(&self, setup: &Setup) -> Result<A::Client, Error> {
        let base = setup.settings.clone().build()?.base_url().to_owned();
        let to = base.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let settings = setup.settings.clone().base_url(between(self.bug, to));
        let setup = Setup { settings, observer: setup.observer.clone(), roots: setup.roots.clone() };
        self.inner.client(&setup)
    }

    fn run<P: Plan>(
        &self,
        client: &A::Client,
        plan: P,
    ) -> Result<<P::Operation as Operation>::Output, Error> {
        self.inner.run(client, plan)
    }

    fn unsure(&self) -> &'static [Phase] {
        self.inner.unsure()
    }

    fn has_observer(&self) -> bool {
        self.inner.has_observer()
    }
}

/// Listens, and passes on to the server at `to` what it is asked, with `bug`. Its URL.
fn between(bug: Bug, to: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on the loopback");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let to = to.clone();
            std::thread::spawn(move || {
                let mut carry = Vec::new();
                while let Some(incoming) = wire::read(&mut stream, &mut carry) {
                    let answer = answered(bug, &to, incoming);
                    if stream.write_all(&answer.bytes).is_err() || !answer.whole {
                        return wire::close_gently(stream);
                    }
                }
            });
        }
    });
    url
}

/// An answer of the server as bytes.
#[derive(Default)]
struct Answer {
    bytes: Vec<u8>,
    whole: bool,
}

impl Answer {
    fn head(&self) -> String {
        let end = self.bytes.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |end| end + 4);
        String::from_utf8_lossy(self.bytes.get(..end).unwrap_or_default()).into_owned()
    }

    fn length(&self) -> Option<usize> {
        let head = self.head();
        head.lines().find_map(|line| line.strip_prefix("content-length: ")).and_then(|text| text.parse().ok())
    }

    /// The same with another head.
    fn headed(&self, head: &str) -> Self {
        let body = self.bytes.get(self.head().len()..).unwrap_or_default();
        Self { bytes: [head.as_bytes(), body].concat(), whole: true }
    }
}

fn answered(bug: Bug, to: &str, mut incoming: Incoming) -> Answer {
    match bug {
        Bug::DropsHeader => incoming.headers.retain(|(name, _)| name != "auth"),
        Bug::AddsHeader => incoming.headers.push(("referer".into(), "http://elsewhere.invalid".into())),
        _ => {}
    }
    let answer = asked(to, &incoming);
    let head = answer.head();
    match bug {
        Bug::Retries if !answer.whole => asked(to, &incoming),
        Bug::FollowsRedirects if head.starts_with("HTTP/1.1 307") => asked(to, &incoming),
        Bug::InventsStatus if head.is_empty() || !head.starts_with("HTTP/") => {
            Answer { bytes: b"HTTP/1.1 503 Made Up\r\ncontent-length: 0\r\n\r\n".to_vec(), whole: true }
        }
        Bug::CutPassesForWhole if !answer.whole && !head.is_empty() => {
            let length = format!("content-length: {}\r\n", answer.length().unwrap_or_default());
            let got = format!("content-length: {}\r\n", answer.bytes.len() - head.len());
            answer.headed(&head.replace(&length, &got))
        }
        Bug::LeavesPacked => answer.headed(&head.replace("content-encoding: gzip\r\n", "")),
        _ => answer,
    }
}

/// Asks the server, and hears it out.
fn asked(to: &str, incoming: &Incoming) -> Answer {
    let Ok(mut stream) = TcpStream::connect(to) else { return Answer::default() };
    let mut request = format!("{} {} HTTP/1.1\r\n", incoming.method, incoming.target);
    for (name, value) in &incoming.headers {
        request += &format!("{name}: {value}\r\n");
    }
    let _ = stream.write_all(&[format!("{request}\r\n").as_bytes(), &incoming.body].concat());
    let _ = stream.set_read_timeout(Some(std::time::Duration::from_secs(1)));
    let (mut answer, mut chunk) = (Answer::default(), [0; 4096]);
    while let Ok(got @ 1..) = stream.read(&mut chunk) {
        answer.bytes.extend_from_slice(chunk.get(..got).unwrap_or_default());
        if answer.length().is_some_and(|length| answer.bytes.len() >= answer.head().len() + length) {
            answer.whole = true;
            break;
        }
    }
    answer
}

/// Another adapter, whose errors tell what was sent: the key with it.
#[derive(Clone, Copy, Debug)]
pub struct Talkative<A>(pub A);

impl<A: Adapter> Adapter for Talkative<A> {
    type Client = A::Client;

    fn name(&self) -> &'static str {
        "talkative"
    }

    fn client(&self, setup: &Setup) -> Result<A::Client, Error> {
        self.0.client(setup)
    }

    fn run<P: Plan>(
        &self,
        client: &A::Client,
        plan: P,
    ) -> Result<<P::Operation as Operation>::Output, Error> {
        self.0.run(client, plan).map_err(|error| {
            let words = format!("{error}; it was sent with auth: {}", canary::KEY);
            Error::from(ErrorKind::Own(Excerpt::new(&words, 500)))
        })
    }
}

/// The example of an own adapter, but whatever fails was "never sent": with it a create could be paid twice.
#[derive(Clone, Copy, Debug)]
pub struct Overclaiming;

/// Its transport.
#[derive(Debug)]
pub struct OverclaimingTransport {
    inner: own_adapter::adapter::Adapter,
    observer: Observer,
}

impl Adapter for Overclaiming {
    type Client = (OverclaimingTransport, Session);

    fn name(&self) -> &'static str {
        "overclaiming"
    }

    fn client(&self, setup: &Setup) -> Result<Self::Client, Error> {
        let (origin, journal) = (Instant::now(), MemoryJournal::new());
        let inner = own_adapter::adapter::Adapter { origin, journal };
        Ok((OverclaimingTransport { inner, observer: setup.observer.clone() }, setup.session()?))
    }

    fn run<P: Plan>(
        &self,
        client: &Self::Client,
        plan: P,
    ) -> Result<<P::Operation as Operation>::Output, Error> {
        run_plan_blocking(&client.0, &client.1, plan)
    }
}

impl BlockingTransport for OverclaimingTransport {
    fn now(&self) -> Moment {
        self.inner.now()
    }

    fn exchange(&self, exchange: Exchange, inbox: &mut Inbox<'_>) -> Result<(), Failure> {
        let claimed = |failure: Failure| Failure::new(Delivery::NotSent, failure.kind, "");
        self.inner.exchange(exchange, inbox).map_err(claimed)
    }

    fn sleep_until(&self, moment: Moment) {
        self.inner.sleep_until(moment);
    }

    fn record(&self, record: Record) -> Result<Recorded, JournalError> {
        self.inner.record(record)
    }

    fn wall(&self) -> Option<UnixTime> {
        self.inner.wall()
    }

    fn entropy(&self) -> [u8; 32] {
        self.inner.entropy()
    }

    fn observe(&self, event: &Event) {
        self.observer.tell(event);
    }
}
