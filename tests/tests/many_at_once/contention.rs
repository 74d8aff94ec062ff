//! What threads and tasks have in common: what they ask for, who goes away where, and what must hold in the end.

use clore_core::config::Config;
use clore_core::effect::{Effect, Lane};
use clore_core::endpoint::{Endpoint, Whole};
use clore_core::error::InvalidRequest;
use clore_core::limits::Caps;
use clore_core::secret::Secret;
use clore_core::session::Session;
use clore_tests::counting::Counting;
use core::time::Duration;

pub(crate) const INTERVAL: Duration = Duration::from_millis(1);

/// How long a request without an answer is waited for. A machine that is busy may hold an arrival up by nearly that
/// much before spacing is not promised any more.
const REACH: Duration = Duration::from_millis(250);

/// 1 ms, strict.
pub(crate) fn session_settings(url: &str) -> clore_core::config::ConfigBuilder {
    Config::builder()
        .base_url(url)
        .key(Secret::new("key"))
        .rate_limit(INTERVAL)
        .strict_pacing(true)
        .strict_reach(REACH)
        .deadline(Duration::from_secs(600))
        .timeout(Duration::from_secs(20))
        .max_retries(1)
}

/// A request that says which of all it is.
#[derive(Clone, Debug)]
pub(crate) struct Numbered(pub(crate) usize);

impl Numbered {
    fn rescues(&self) -> bool {
        self.0.is_multiple_of(4)
    }
}

impl Endpoint for Numbered {
    type Output = ();
    type Reader = Whole<()>;
    const NAME: &'static str = "numbered";

    fn effect(&self) -> Effect {
        Effect::Read
    }

    fn lane(&self) -> Lane {
        if self.rescues() { Lane::Rescue } else { Lane::Normal }
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        let mut request = http::Request::new(Vec::new());
        *request.uri_mut() = format!("/v1/numbered?n={}", self.0).parse().unwrap();
        Ok(request)
    }

    fn reader(&self, caps: &Caps) -> Self::Reader {
        Whole::new(caps, |_| Ok(()))
    }
}

/// Where a call goes away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fate {
    Stays,
    BeforeItsFirstPoll,
    Queued,
    InFlight,
}

impl Fate {
    /// 30 % go away, drawn from `seed`. Few in flight: each is waited for to the reach.
    pub(crate) fn draw(seed: u64, number: usize) -> Self {
        let mut mixed = seed ^ (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        match (mixed ^ (mixed >> 31)) % 100 {
            0..10 => Self::BeforeItsFirstPoll,
            10..29 => Self::Queued,
            29 => Self::InFlight,
            _ => Self::Stays,
        }
    }
}

/// Whatever happened: arrivals are spaced, each survivor's came once, each lane's in the order of its queue.
pub(crate) fn check(server: &Counting, session: &Session, fates: &[Fate]) {
    assert_eq!(session.gate().waiting().total(), 0);
    let least = server.least_gap().unwrap();
    assert!(least >= INTERVAL, "two requests arrived {least:?} apart");
    let number = |path: &str| path.split("n=").nth(1).unwrap().parse::<usize>().unwrap();
    let arrived: Vec<usize> = server.arrivals().iter().map(|arrival| number(&arrival.path)).collect();
    let mut times = vec![0; fates.len()];
    for number in &arrived {
        times[*number] += 1;
    }
    for (number, fate) in fates.iter().enumerate() {
        let expected = match fate {
            Fate::Stays => 1..=1,
            Fate::BeforeItsFirstPoll => 0..=0,
            Fate::Queued | Fate::InFlight => 0..=1,
        };
        assert!(expected.contains(&times[number]), "{number}, {fate:?}: {} arrivals", times[number]);
    }
    for rescues in [true, false] {
        let lane: Vec<_> = arrived.iter().filter(|number| Numbered(**number).rescues() == rescues).collect();
        assert!(lane.is_sorted(), "a lane went out of order");
    }
}
