//! [`Plot`]: what a seed makes of a run before it begins: who does what, how the service lags, how bad the network is.
//!
//! It stays in the left column of the table in the client's manual ("what must hold"), except for the classes that
//! leave it in one named point and for which less is claimed.

use super::random::Random;
use clore_core::model::Usd;
use clore_core::spending::Limits;
use clore_sandbox::{CreateAnswer, Dialect};
use core::time::Duration;

/// The servers that clients rent in a run, at most.
pub(super) const SERVERS: [u64; 3] = [21, 22, 23];
/// Where the user rents by hand, in the browser.
pub(super) const ELSEWHERE: u64 = 31;
/// Rented at the very end, one for each client, when nothing is wrong any more.
pub(super) const LAST: [u64; 4] = [41, 42, 43, 44];
/// Clients begin after this: what was before is history.
pub(super) const BEGIN: Duration = Duration::from_secs(300);

/// What must hold, and does it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    /// All of it: one journal, a file, for all clients of the key.
    Shared,
    /// Each client has a journal of its own: an inferred placement may be another's.
    Apart,
    /// The in-memory default, which a crash forgets: nothing is known after it.
    Memory,
    /// A create that is answered by code 5 is done all the same.
    Code5Executes,
    /// The list lags and creates are done later than the grace time: after a code 5 a rental could go unknown.
    Slow,
}

/// What a user does next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Act {
    Rent {
        server: u64,
        /// Goes on when an earlier attempt turns out to be placed.
        go_on: bool,
        /// Passes over every open intent that nobody owns.
        despite: bool,
    },
    /// The cheapest that fits; `guarded`: only while its price still holds.
    Cheapest {
        guarded: bool,
    },
    /// The last rent of this client once more, under the same name.
    Again,
    CancelOne,
    WaitForOne,
    Read,
    Resume,
    /// Closes what is open and was, in truth, never placed.
    Close,
}

/// What happens to a clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Leap {
    /// The machine sleeps: true time passes, its clock stands.
    Sleeps(Duration),
    Ahead(Duration),
    Back(Duration),
}

/// The wall's clock of one client, which only people and the daily limit read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wall {
    None,
    Off(i64),
    Stands,
    GoesBack,
}

#[derive(Clone, Debug)]
pub(super) struct ClientPlot {
    pub(super) starts: Duration,
    /// Each with the pause before it, and whether it starts while the one before still runs.
    pub(super) acts: Vec<(Duration, bool, Act)>,
    /// After so many steps since the last crash the process dies.
    pub(super) crashes: Vec<u64>,
    /// A restarted process first resumes.
    pub(super) resumes: bool,
    pub(super) leaps: Vec<(Duration, Leap)>,
    pub(super) wall: Wall,
}

impl ClientPlot {
    pub(super) fn leaps_ahead(&self) -> bool {
        self.leaps.iter().any(|(_, leap)| matches!(leap, Leap::Ahead(_)))
    }
}

#[derive(Clone, Debug)]
pub(super) struct Plot {
    pub(super) class: Class,
    pub(super) clients: Vec<ClientPlot>,
    pub(super) dialect: Dialect,
    pub(super) create_answer: CreateAnswer,
    /// How late a new order is listed.
    pub(super) lag: Duration,
    /// How long one that ended is listed as if it lived.
    pub(super) end_lag: Duration,
    /// How much later than its end, as the client sees it, a create may be done.
    pub(super) late: Duration,
    pub(super) date_ahead: i64,
    /// A proxy takes the `Date` off every answer.
    pub(super) dateless: bool,
    /// Of a thousand requests so many meet a fault.
    pub(super) faulty: u64,
    /// Of a thousand records so many fail.
    pub(super) bad_disk: u64,
    /// Of a thousand calls so many are dropped on the way.
    pub(super) dropped: u64,
    /// In these spans every request is answered "too fast".
    pub(super) storms: Vec<(Duration, Duration)>,
    /// The servers had orders before, which ended.
    pub(super) history: bool,
    /// Somebody else rents a server, and gives it back.
    pub(super) strangers: Vec<(Duration, u64, Duration)>,
    /// The user rents elsewhere by hand.
    pub(super) by_hand: Vec<Duration>,
    /// A host may raise its price above every cap, shortly after the market was read.
    pub(super) rises: bool,
    /// A create that ends in a database error has placed the order all the same.
    pub(super) code_1_places: bool,
    /// What all rents must stay within.
    pub(super) limits: Limits,
    /// Sessions pace strictly.
    pub(super) strict: bool,
}

impl Plot {
    pub(super) fn of(random: &mut Random) -> Self {
        use Class::{Apart, Code5Executes, Memory, Shared, Slow};
        let class = random.weighted(&[(75, Shared), (10, Apart), (5, Memory), (5, Code5Executes), (5, Slow)]);
        let count = random.weighted(&[(4, 1), (3, 2), (1, 3), (1, 4)]);
        let calm = random.chance(250);
        // Lag, lateness and leaps of the clock together stay below the grace time of 60 s.
        let mut spare: u64 = if class == Slow { 150 } else { 50 };
        let mut part = |random: &mut Random| {
            let part = if random.chance(500) { 0 } else { random.below(spare + 1) };
            spare -= part;
            part
        };
        let leap = part(random);
        let lag = Duration::from_secs(part(random));
        let late = Duration::from_secs(part(random));
        let servers = &SERVERS[..random.pick(&[1, 2, 3])];
        let clients = (0..count).map(|_| client(random, servers, calm, leap)).collect();
        let storm = |random: &mut Random| {
            let from = BEGIN + random.ms(0, 60_000);
            (from, from + random.ms(1_000, 15_000))
        };
        let stranger = |random: &mut Random| {
            (BEGIN + random.ms(0, 120_000), random.pick(servers), random.ms(1_000, 120_000))
        };
        let some = |random: &mut Random, permille: u64| if random.chance(permille) { 1 } else { 0 };
        Self {
            class,
            clients,
            dialect: random.weighted(&[(2, Dialect::Live), (1, Dialect::All), (2, Dialect::Official)]),
            create_answer: random.pick(&[
                CreateAnswer::CodeOnly,
                CreateAnswer::OrderId,
                CreateAnswer::Id,
                CreateAnswer::Order,
                CreateAnswer::Everything,
            ]),
            lag,
            end_lag: if random.chance(300) { random.ms(0, 30_000) } else { Duration::ZERO },
            late,
            date_ahead: if random.chance(300) { random.below(19).cast_signed() - 9 } else { 0 },
            dateless: random.chance(150),
            faulty: if calm { 0 } else { random.pick(&[30, 100, 200, 350, 500]) },
            bad_disk: if calm { 0 } else { random.weighted(&[(4, 0), (1, 20), (1, 100)]) },
            dropped: if calm { 0 } else { random.weighted(&[(2, 0), (1, 50), (1, 200)]) },
            storms: (0..some(random, if calm { 0 } else { 200 })).map(|_| storm(random)).collect(),
            history: random.chance(300),
            strangers: (0..some(random, 200)).map(|_| stranger(random)).collect(),
            by_hand: (0..some(random, 200)).map(|_| BEGIN + random.ms(0, 90_000)).collect(),
            rises: random.chance(400),
            code_1_places: random.chance(300),
            limits: if random.chance(350) { limits(random) } else { Limits::new() },
            strict: random.chance(300),
        }
    }

    /// How long after everything has come to rest all that was done is listed.
    pub(super) fn settles_after(&self) -> Duration {
        self.lag + self.end_lag + self.late + Duration::from_secs(60)
    }

    /// Some client's clock runs ahead, so what it keeps by its clock it may not keep by the world's.
    pub(super) fn leaps_ahead(&self) -> bool {
        self.clients.iter().any(ClientPlot::leaps_ahead)
    }

    /// Some machine sleeps on the way, so what it reads may seem to be of another time.
    pub(super) fn sleeps(&self) -> bool {
        let mut leaps = self.clients.iter().flat_map(|client| &client.leaps);
        leaps.any(|(_, leap)| matches!(leap, Leap::Sleeps(_)))
    }
}

/// Servers cost 21 to 23 dollars a day.
fn limits(random: &mut Random) -> Limits {
    let mut limits = Limits::new();
    if random.chance(700) {
        limits = limits.max_open_orders(random.pick(&[1, 1, 2, 3]));
    }
    if random.chance(300) {
        limits = limits.max_rate("0.92".parse().unwrap());
    }
    if random.chance(300) {
        limits = limits.max_total_per_day(Usd::new(random.pick(&[30, 60]).into()).unwrap());
    }
    limits
}

fn client(random: &mut Random, servers: &[u64], calm: bool, leap: u64) -> ClientPlot {
    let acts = (0..random.pick(&[1, 2, 2, 3, 4, 5])).map(|at| act(random, servers, at == 0)).collect();
    let crash = |random: &mut Random| match random.below(3) {
        0 => random.below(12),
        1 => random.below(40),
        _ => random.below(150),
    };
    let crashes = if calm { 0 } else { random.weighted(&[(5, 0), (4, 1), (1, 3)]) };
    let leaps = if calm || random.chance(850) { 0 } else { random.pick(&[1, 2]) };
    // What leaps ahead does not go back, too: one of them can be measured against.
    let ahead = random.chance(300).then_some(leap);
    ClientPlot {
        starts: BEGIN + random.ms(0, 15_000),
        acts,
        crashes: (0..crashes).map(|_| crash(random)).collect(),
        resumes: random.chance(500),
        leaps: (0..leaps).map(|_| (BEGIN + random.ms(0, 60_000), kind_of_leap(random, ahead))).collect(),
        wall: random.weighted(&[
            (3, Wall::Off(0)),
            (1, Wall::Off(-90_000)),
            (1, Wall::Stands),
            (1, Wall::GoesBack),
            (1, Wall::None),
        ]),
    }
}

fn kind_of_leap(random: &mut Random, ahead: Option<u64>) -> Leap {
    match (ahead, random.chance(500)) {
        (_, true) => Leap::Sleeps(random.ms(1_000, 200_000)),
        (Some(by), false) => Leap::Ahead(Duration::from_secs(by)),
        (None, false) => Leap::Back(random.ms(100, 20_000)),
    }
}

fn act(random: &mut Random, servers: &[u64], first: bool) -> (Duration, bool, Act) {
    let rent =
        Act::Rent { server: random.pick(servers), go_on: random.chance(400), despite: random.chance(60) };
    let cheapest = Act::Cheapest { guarded: random.chance(500) };
    let act = if first {
        rent
    } else {
        random.weighted(&[
            (10, rent),
            (4, cheapest),
            (1, Act::Again),
            (5, Act::CancelOne),
            (1, Act::WaitForOne),
            (2, Act::Read),
            (1, Act::Resume),
            (2, Act::Close),
        ])
    };
    (random.ms(0, 4_000), random.chance(250), act)
}
