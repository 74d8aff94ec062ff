//! [`World`]: one run. Everything that happens stands in a queue by the world's time; nothing else moves.
//!
//! ```text
//!            Act ──► a task starts ──► Poll ──► Send ──► Arrive (service) ─┐
//!   Crash, Leap ──►   (client)          ▲ ├──► Record ──► disk ───────┐    │
//!                                       │ ├──► Wait ──► Poll later    │    │
//!                                       │ └──► Done ──► oracle, Act   │    │
//!                                       └─────────── told ◄───────────┴── Deliver
//! ```

use super::bug::Bug;
use super::clock::Clock;
use super::disk::{Disk, Process};
use super::network::Flight;
use super::oracle::Oracle;
use super::plot::{BEGIN, Class, ClientPlot, ELSEWHERE, Leap, Plot};
use super::random::Random;
use super::spacing::Spacing;
use super::task::{End, Running, Start};
use super::trace::{Trace, Who};
use super::{Counts, Run, service};
use clore_core::config::Config;
use clore_core::secret::Secret;
use clore_core::session::Session;
use clore_core::time::Moment;
use clore_sandbox::Clore;
use core::cmp::Reverse;
use core::time::Duration;
use std::collections::{BTreeSet, BinaryHeap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Wake, Waker};

/// No run needs as many steps; one that does never comes to rest.
const MOST_STEPS: u64 = 200_000;

/// Dollars a day: more than any cap of a run.
const RAISED: f64 = 40.0;

/// What may happen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Happening {
    Poll { task: usize, turn: u64 },
    Arrive(usize),
    Deliver(usize),
    Act(Process),
    Restart(usize),
    Leap { client: usize, number: usize },
    Awake(usize),
    StrangerTakes(usize),
    StrangerLeaves(u64),
    ByHand,
    PriceRises(u64),
}

pub(super) struct Task {
    pub(super) process: Process,
    pub(super) running: Option<Box<dyn Running>>,
    pub(super) what: Start,
    pub(super) waker: Waker,
    /// A poll that is not of this turn is out of date.
    pub(super) turn: u64,
    pub(super) flight: Option<usize>,
    /// The attempt it is making now.
    pub(super) attempt: Option<usize>,
    pub(super) began: Moment,
    /// When the last whole list of orders ended.
    pub(super) read: Option<Moment>,
    /// A create of it was answered by code 5 and no list was read since.
    pub(super) rechecks: bool,
    /// The user lets go of it after so many steps.
    pub(super) dropped_after: Option<u64>,
    /// The script goes on when it ends.
    pub(super) awaited: bool,
}

pub(super) struct Client {
    pub(super) plot: ClientPlot,
    pub(super) process: Process,
    pub(super) session: Session,
    pub(super) alive: bool,
    pub(super) clock: Clock,
    pub(super) disk: usize,
    pub(super) spacing: Spacing,
    pub(super) script: VecDeque<(Duration, bool, super::plot::Act)>,
    pub(super) crashes: VecDeque<u64>,
    pub(super) steps: u64,
    /// Orders it was told of and has not cancelled.
    pub(super) orders: Vec<u64>,
    pub(super) last_rent: Option<usize>,
}

pub(super) struct World {
    pub(super) now: Duration,
    count: u64,
    queue: BinaryHeap<Reverse<(Duration, u64, Happening)>>,
    woken: Arc<Mutex<BTreeSet<usize>>>,
    pub(super) random: Random,
    pub(super) plot: Plot,
    pub(super) bug: Option<Bug>,
    pub(super) clore: Clore,
    pub(super) disks: Vec<Disk>,
    pub(super) clients: Vec<Client>,
    pub(super) tasks: Vec<Task>,
    pub(super) flights: Vec<Flight>,
    pub(super) oracle: Oracle,
    pub(super) trace: Trace,
    /// Nothing goes wrong any more.
    pub(super) calm: bool,
    /// What ended since then.
    pub(super) ended: Vec<(usize, End)>,
    /// Faults so far, each with a number, and those that are left out.
    pub(super) faults: u64,
    left_out: BTreeSet<u64>,
    pub(super) counts: Counts,
    pub(super) steps: u64,
}

struct Alarm {
    task: usize,
    woken: Arc<Mutex<BTreeSet<usize>>>,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.woken.lock().unwrap().insert(self.task);
    }
}

pub(super) fn session(strict: bool) -> Session {
    static CONFIGS: [OnceLock<Config>; 2] = [OnceLock::new(), OnceLock::new()];
    let build = || Config::builder().key(Secret::new(service::KEY)).strict_pacing(strict).build().unwrap();
    Session::new(CONFIGS[usize::from(strict)].get_or_init(build).clone())
}

impl World {
    pub(super) fn new(run: &Run, watched: bool) -> Self {
        let Run { seed, bug, rules, ref left_out } = *run;
        let mut random = Random::new(seed);
        let plot = Plot::of(&mut random);
        let mut clore = service::clore(&plot, random.next());
        let mut oracle = Oracle::new(plot.class, rules);
        if plot.history {
            service::history(&mut clore);
        }
        clore.ledger().iter().for_each(|rental| oracle.made(rental.order_id, None));
        let shared = !matches!(plot.class, Class::Apart | Class::Memory);
        let strict = plot.strict && bug != Some(Bug::NotStrict);
        let clients: Vec<Client> = plot
            .clients
            .iter()
            .enumerate()
            .map(|(number, one)| client(number, one, shared, session(strict), Spacing::new(plot.strict)))
            .collect();
        let disks = (0..clients.len()).map(|_| Disk::new(bug)).collect();
        let mut world = Self {
            now: BEGIN / 2,
            count: 0,
            queue: BinaryHeap::new(),
            woken: Arc::default(),
            random,
            plot,
            bug,
            clore,
            disks,
            clients,
            tasks: Vec::new(),
            flights: Vec::new(),
            oracle,
            trace: Trace::new(watched),
            calm: false,
            ended: Vec::new(),
            faults: 0,
            left_out: left_out.clone(),
            counts: Counts::default(),
            steps: 0,
        };
        world.lay_out();
        world
    }

    /// Puts into the queue what comes from outside.
    fn lay_out(&mut self) {
        if self.trace.is_on() {
            let plot = format!("{:?}", self.plot);
            self.trace.say(self.now, Who::World, format_args!("{plot}"));
        }
        for number in 0..self.clients.len() {
            let (process, starts) = (self.clients[number].process, self.clients[number].plot.starts);
            self.at(starts, Happening::Act(process));
            for leap in 0..self.clients[number].plot.leaps.len() {
                let at = self.clients[number].plot.leaps[leap].0;
                self.at(at, Happening::Leap { client: number, number: leap });
            }
        }
        for number in 0..self.plot.strangers.len() {
            self.at(self.plot.strangers[number].0, Happening::StrangerTakes(number));
        }
        for number in 0..self.plot.by_hand.len() {
            self.at(self.plot.by_hand[number], Happening::ByHand);
        }
    }

    pub(super) fn at(&mut self, at: Duration, happening: Happening) {
        self.count += 1;
        self.queue.push(Reverse((at.max(self.now), self.count, happening)));
    }

    /// Lets everything happen until nothing is left, or a rule is broken.
    pub(super) fn run(&mut self) {
        while self.oracle.violation.is_none() {
            let Some(Reverse((at, _, happening))) = self.queue.pop() else { break };
            self.now = self.now.max(at);
            self.steps += 1;
            if self.steps > MOST_STEPS {
                self.oracle.violation = Some("it never comes to rest".to_owned());
                return;
            }
            self.happens(happening);
            self.wake();
        }
    }

    fn wake(&mut self) {
        loop {
            let Some(task) = self.woken.lock().unwrap().pop_first() else { return };
            self.poll_soon(task);
        }
    }

    /// Whether a fault may happen now; each has its number, by which a run can be repeated without it.
    pub(super) fn fault(&mut self) -> bool {
        self.faults += 1;
        !self.calm && !self.left_out.contains(&self.faults)
    }

    pub(super) fn who(&self, client: usize) -> Who {
        Who::Client(client, self.clients[client].process.number)
    }

    fn happens(&mut self, happening: Happening) {
        match happening {
            Happening::Poll { task, turn } if self.tasks[task].turn == turn => self.poll(task),
            Happening::Poll { .. } => {}
            Happening::Arrive(flight) => self.arrive(flight),
            Happening::Deliver(flight) => self.deliver(flight),
            Happening::Act(process) => self.act(process),
            Happening::Restart(client) => self.restart(client),
            Happening::Leap { client, number } => self.leap(client, number),
            Happening::Awake(client) => self.poll_all(client),
            Happening::StrangerTakes(number) => {
                let (_, server, after) = self.plot.strangers[number];
                if self.fault() {
                    self.clore.advance(self.now);
                    let taken = self.clore.rent_to_another(server);
                    self.trace.say(self.now, Who::World, format_args!("a stranger rents {server}: {taken}"));
                    self.at(self.now + after, Happening::StrangerLeaves(server));
                }
            }
            Happening::StrangerLeaves(server) => {
                self.clore.advance(self.now);
                self.clore.free_from_another(server);
            }
            Happening::PriceRises(server) => {
                if self.fault() {
                    self.clore.advance(self.now);
                    self.clore.set_prices(server, clore_sandbox::Coin::Usd, Some(RAISED), None);
                    self.trace.say(self.now, Who::World, format_args!("the price of {server} rises"));
                }
            }
            Happening::ByHand => {
                if self.fault() {
                    let before = self.clore.counts().placed;
                    self.clore.handle(self.now, service::create(ELSEWHERE));
                    self.trace.say(self.now, Who::World, format_args!("the user rents {ELSEWHERE} by hand"));
                    self.note_made(before, None);
                }
            }
        }
    }

    /// Tells the oracle of what the ledger has more than `before`.
    pub(super) fn note_made(&mut self, before: usize, by: Option<usize>) {
        if self.clore.counts().placed == before {
            return;
        }
        let ledger = self.clore.ledger();
        for rental in &ledger[before..] {
            self.counts.rentals += 1;
            self.trace.say(
                self.now,
                Who::Service,
                format_args!("LEDGER: order {} on server {} exists", rental.order_id, rental.server_id),
            );
            self.oracle.made(rental.order_id, by);
        }
        if by.is_some() && self.plot.class == Class::Shared && !self.calm {
            let open: Vec<f64> = ledger
                .iter()
                .filter(|rental| self.oracle.is_ours(rental))
                .map(|rental| rental.price_per_day)
                .collect();
            self.oracle.stays_within(&self.plot.limits, &open);
        }
    }

    fn leap(&mut self, client: usize, number: usize) {
        if !self.fault() {
            return;
        }
        let (_, leap) = self.clients[client].plot.leaps[number];
        let (now, who) = (self.now, self.who(client));
        self.trace.say(now, who, format_args!("its clock: {leap:?}"));
        let clock = &mut self.clients[client].clock;
        match leap {
            Leap::Sleeps(span) => {
                // Who sleeps already sleeps on.
                let (asleep, awake) = (clock.sleeps_until.max(now), clock.sleeps_until.max(now + span));
                clock.back_by(awake - asleep);
                clock.sleeps_until = awake;
                self.at(awake, Happening::Awake(client));
            }
            Leap::Ahead(by) => {
                clock.ahead_by(by);
                self.poll_all(client);
            }
            Leap::Back(by) => {
                clock.back_by(by);
                self.poll_all(client);
            }
        }
    }

    fn poll_all(&mut self, client: usize) {
        for task in 0..self.tasks.len() {
            if self.tasks[task].process.client == client {
                self.poll_soon(task);
            }
        }
    }

    /// Polls the task at once, unless a request of it is in flight or it is over.
    pub(super) fn poll_soon(&mut self, task: usize) {
        if self.tasks[task].flight.is_none() && self.tasks[task].running.is_some() {
            self.poll_at(task, self.now);
        }
    }

    pub(super) fn poll_at(&mut self, task: usize, at: Duration) {
        let at = at.max(self.clients[self.tasks[task].process.client].clock.sleeps_until);
        self.tasks[task].turn += 1;
        let turn = self.tasks[task].turn;
        self.at(at, Happening::Poll { task, turn });
    }

    /// A waker for the task that comes next.
    pub(super) fn waker(&self) -> Waker {
        if self.bug == Some(Bug::LostWake) {
            return Waker::noop().clone();
        }
        Waker::from(Arc::new(Alarm { task: self.tasks.len(), woken: Arc::clone(&self.woken) }))
    }
}

fn client(number: usize, plot: &ClientPlot, shared: bool, session: Session, spacing: Spacing) -> Client {
    Client {
        plot: plot.clone(),
        process: Process { client: number, number: 0 },
        session,
        alive: true,
        clock: Clock::new(plot.wall),
        disk: if shared { 0 } else { number },
        spacing,
        script: plot.acts.iter().copied().collect(),
        crashes: plot.crashes.iter().copied().collect(),
        steps: 0,
        orders: Vec::new(),
        last_rent: None,
    }
}
