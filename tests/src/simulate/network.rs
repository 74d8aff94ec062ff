//! What the network does with one request: how long it takes there and back, and what goes wrong.

use super::plot::Plot;
use super::random::Random;
use clore_core::error::FailureKind;
use clore_sandbox::{FaultKind, OddRows};
use core::time::Duration;
use http::Response;

/// What goes wrong with a request.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Fate {
    Clean,
    /// No connection; nothing leaves.
    NeverLeaves,
    /// It leaves, does not arrive, and the connection breaks.
    LostBefore,
    /// It arrives, before or after the client sees the connection break.
    LostAfter,
    /// It does not arrive, and no answer comes.
    Hangs,
    /// It arrives, before or after the client has given up; no answer comes.
    HangsAfter,
    /// It is done, and then a proxy answers in the service's place.
    BadGateway,
    /// A proxy sends it twice; `second`: and passes the second answer on.
    Twice {
        second: bool,
    },
    /// One of the sandbox's own faults.
    Service(FaultKind),
}

/// One request on its way.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) task: usize,
    pub(super) request: http::Request<Vec<u8>>,
    pub(super) fate: Fate,
    pub(super) arrives: Option<Duration>,
    /// When the client has the answer, the failure, or its deadline.
    pub(super) ends: Duration,
    pub(super) failure: Option<FailureKind>,
    pub(super) answer: Option<Answer>,
    pub(super) resent: bool,
}

/// What of an answer reaches the client.
#[derive(Debug)]
pub(super) enum Answer {
    Whole(Response<Vec<u8>>),
    /// So many bytes, counted from the first of the status line.
    Cut(Response<Vec<u8>>, usize),
    NotHttp,
    Closed,
}

impl Flight {
    /// A request that nothing happens to yet.
    pub(super) fn of(task: usize, request: http::Request<Vec<u8>>, now: Duration) -> Self {
        let (fate, arrives, failure, answer) = (Fate::Clean, None, None, None);
        Self { task, request, fate, arrives, ends: now, failure, answer, resent: false }
    }

    pub(super) fn call(&self) -> &str {
        self.request.uri().path().rsplit('/').next().unwrap_or_default()
    }

    pub(super) fn is_create(&self) -> bool {
        self.call() == "create_order"
    }

    /// Sets `arrives`, `ends` and `failure` by the fate. `late`: how much later than its end it may arrive; `slow`: some
    /// requests take very long.
    pub(super) fn plan(
        &mut self,
        now: Duration,
        deadline: Duration,
        late: Duration,
        slow: bool,
        random: &mut Random,
    ) {
        let there = delay(slow, random);
        let back = delay(slow, random);
        let reset = FailureKind::Io(std::io::ErrorKind::ConnectionReset);
        let breaks = (now + random.ms(50, 9_000)).min(deadline);
        let most = u64::try_from(late.as_millis()).unwrap();
        let late = |random: &mut Random, end: Duration| {
            if random.chance(500) { end + random.ms(0, most) } else { (now + there).min(end) }
        };
        (self.arrives, self.ends, self.failure) = match self.fate {
            Fate::NeverLeaves => (None, breaks, Some(FailureKind::Connect)),
            Fate::LostBefore => (None, breaks, Some(reset)),
            Fate::LostAfter => (Some(late(random, breaks)), breaks, Some(reset)),
            Fate::Hangs => (None, deadline, None),
            Fate::HangsAfter => (Some(late(random, deadline)), deadline, None),
            _ => (Some(now + there), (now + there + back).min(deadline), None),
        };
    }
}

fn delay(slow: bool, random: &mut Random) -> Duration {
    if slow && random.chance(20) { random.ms(1_000, 14_000) } else { random.ms(5, 300) }
}

/// Draws what goes wrong with a request, if anything.
pub(super) fn fate(plot: &Plot, random: &mut Random, is_create: bool, is_list: bool) -> Fate {
    if !random.chance(plot.faulty) {
        return Fate::Clean;
    }
    let list = u64::from(is_list);
    match random.weighted(&[
        (3, 0),
        (3, 1),
        (6, 2),
        (1, 3),
        (2, 4),
        (2, 5),
        (2, 6),
        (4, 7),
        (2, 8),
        (3, 9),
        (3, 10),
        (3 * list, 11),
        (2, 12),
    ]) {
        0 => Fate::NeverLeaves,
        1 => Fate::LostBefore,
        2 => Fate::LostAfter,
        3 => Fate::Hangs,
        4 => Fate::HangsAfter,
        5 => Fate::BadGateway,
        6 => Fate::Twice { second: !is_create && random.chance(500) },
        7 => Fate::Service(FaultKind::Cut(cut(random))),
        8 => Fate::Service(FaultKind::Garbage { raw: random.chance(300) }),
        9 => Fate::Service(FaultKind::Status(random.pick(&[400, 403, 404, 408, 429, 500, 502, 503, 520]))),
        10 => Fate::Service(FaultKind::Code5),
        11 => Fate::Service(FaultKind::Odd(random.pick(&[
            OddRows::All,
            OddRows::NoId,
            OddRows::Types,
            OddRows::Null,
        ]))),
        _ => Fate::Service(if random.chance(500) {
            FaultKind::Lose
        } else {
            FaultKind::Redirect("https://elsewhere.invalid/".to_owned())
        }),
    }
}

fn cut(random: &mut Random) -> usize {
    let most = random.pick(&[40, 200, 400, 1_500, 4_000]);
    usize::try_from(random.below(most)).unwrap()
}
