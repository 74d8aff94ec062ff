//! The script: every method of the surface, renting, waiting, cancelling, resuming, retries, lost and refused answers.

use super::recorded::Recorded;
use super::service::Service;
use super::trace::{Log, Part, Trace};
use super::virtual_time::Virtual;
use super::{Adapter, Phase, Setup, normal};
use clore_core::config::{Config, ConfigBuilder};
use clore_core::error::Error;
use clore_core::event::Observer;
use clore_core::op::{Operation, Plan};
use clore_core::secret::Secret;
use clore_sandbox::{Fault, Options};
use core::fmt::Debug;
use core::time::Duration;

mod hosting;
mod losing;
mod reading;
mod renting;

/// The service that the script is for.
#[must_use]
pub fn sandbox() -> Options {
    Options::new().servers(300)
}

/// A part of the script.
///
/// Closed: the script is all of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Chapter {
    /// What only reads, and every way in which a reading is tried again or not.
    Reading,
    /// Renting, waiting, cancelling, on demand and spot.
    Renting,
    /// The account's own machines, and the gigaspot.
    Hosting,
    /// Creates whose answer is lost or says nothing, and what settles them.
    Losing,
}

impl Chapter {
    /// The whole script.
    pub const ALL: [Self; 4] = [Self::Reading, Self::Renting, Self::Hosting, Self::Losing];
}

/// What `adapter` does with these chapters at `service`, which must be fresh.
#[must_use]
pub fn trace<A: Adapter>(adapter: &A, service: &Service, chapters: &[Chapter]) -> Trace {
    let client = match adapter.client(&setup(service.log(), settings(service.url(), service.key()))) {
        Ok(client) => client,
        Err(error) => return Trace(vec![part("client", None, vec![error.to_string()])]),
    };
    let mut stage = Stage { adapter, client, service, trace: Trace::default() };
    for chapter in chapters {
        match chapter {
            Chapter::Reading => reading::play(&mut stage),
            Chapter::Renting => renting::play(&mut stage),
            Chapter::Hosting => hosting::play(&mut stage),
            Chapter::Losing => losing::play(&mut stage),
        }
    }
    stage.trace
}

/// What is to come out.
#[must_use]
pub fn trace_in_virtual_time(chapters: &[Chapter]) -> Trace {
    let service = Service::without_socket(sandbox(), "http://127.0.0.1:8080");
    trace(&Virtual(service.clone()), &service, chapters)
}

/// Settings for a service on this machine: no pauses, and a grace time of 0.9 s.
fn settings(url: &str, key: &str) -> ConfigBuilder {
    let settings = Config::builder().base_url(url).key(Secret::new(key)).rate_limit(Duration::from_millis(1));
    // After a code 5 a lost request would be waited for for 3 s.
    settings
        .strict_reach(Duration::from_millis(1))
        .create_gap(Duration::from_millis(1))
        .grace(Duration::from_millis(900))
        .timeout(Duration::from_secs(5))
}

fn setup(log: &Log, settings: ConfigBuilder) -> Setup {
    let log = log.clone();
    let hear = move |event: &_| normal::event(event).into_iter().for_each(|line| log.note(line));
    Setup { observer: Observer::new(hear), ..Setup::new(settings) }
}

fn part(step: &str, fails_in: Option<Phase>, lines: Vec<String>) -> Part {
    Part { step: step.to_owned(), fails_in, lines }
}

/// One run of the script: who plays, before whom, and what was seen.
struct Stage<'a, A: Adapter> {
    adapter: &'a A,
    client: A::Client,
    service: &'a Service,
    trace: Trace,
}

impl<A: Adapter> Stage<'_, A> {
    /// Runs `plan` as a step; what it yields is for the steps that follow.
    fn step<P: Plan>(&mut self, name: &str, plan: P) -> Result<<P::Operation as Operation>::Output, Error>
    where
        <P::Operation as Operation>::Output: Debug,
    {
        let plan = Recorded { plan, log: self.service.log().clone() };
        let result = self.adapter.run(&self.client, plan);
        self.ends(name, None, &result);
        result
    }

    /// A step of which the service treats the N-th request from now on as each of `faults` says.
    fn faulty<P: Plan>(
        &mut self,
        faults: &[&str],
        name: &str,
        plan: P,
    ) -> Result<<P::Operation as Operation>::Output, Error>
    where
        <P::Operation as Operation>::Output: Debug,
    {
        for fault in faults {
            self.service.with(|clore| clore.faults().push(Fault::parse(fault).expect("a fault")));
        }
        let result = self.step(&format!("{name} under {}", faults.join(", ")), plan);
        self.service.with(|clore| clore.faults().clear());
        result
    }

    /// A step of another client, to an address where the exchange fails in `phase`.
    fn elsewhere<P: Plan>(&mut self, name: &str, phase: Phase, url: &str, plan: P)
    where
        <P::Operation as Operation>::Output: Debug,
    {
        let log = self.service.log();
        let setup = setup(log, settings(url, "a-key").max_retries(1));
        let result = self
            .adapter
            .client(&setup)
            .and_then(|client| self.adapter.run(&client, Recorded { plan, log: log.clone() }));
        self.ends(name, Some(phase), &result);
    }

    fn ends<T: Debug>(&mut self, name: &str, phase: Option<Phase>, result: &Result<T, Error>) {
        let mut lines = self.service.log().take();
        lines.push(normal::result(result));
        self.trace.0.push(part(name, phase, lines));
    }
}
