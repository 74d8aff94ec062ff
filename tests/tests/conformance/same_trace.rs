//! One script, one trace, whatever the adapter; and what is planted is caught.

use clore_core::error::Error;
use clore_core::op::{Operation, Plan};
use clore_tests::conformance::adapters::{AsyncStd, Blocking, Own, Tokio};
use clore_tests::conformance::planted::{Bug, Overclaiming, Planted};
use clore_tests::conformance::script::{Chapter, trace_in_virtual_time};
use clore_tests::conformance::{Adapter, Setup, check, check_chapters};
use std::thread::scope;

fn conforms(adapter: &impl Adapter) {
    if let Err(difference) = check(adapter) {
        panic!("{} differs:\n{difference}", adapter.name());
    }
}

/// At once: most of the time is pauses between attempts.
#[test]
fn all_adapters_give_the_trace_of_virtual_time() {
    scope(|scope| {
        scope.spawn(|| conforms(&Blocking));
        scope.spawn(|| conforms(&Tokio::default()));
        scope.spawn(|| conforms(&AsyncStd));
        scope.spawn(|| conforms(&Own));
    });
}

/// A line of the difference that shows the bug, and not only its consequences.
fn evidence(bug: Bug) -> &'static str {
    match bug {
        Bug::DropsHeader => "+ server hears GET /v1/wallets [user-agent",
        Bug::AddsHeader => "referer: http://elsewhere.invalid",
        Bug::Retries | Bug::CutPassesForWhole => "- failed Unknown",
        Bug::InventsStatus => "+ head 503",
        Bug::FollowsRedirects => "+ server hears GET /v1/wallets",
        Bug::LeavesPacked => "- data 267643",
    }
}

/// At once, as above. "Unknown" in place of "never sent" is a weakness that has to be declared; the reverse pays twice.
#[test]
fn an_adapter_that_does_something_wrong_is_caught() {
    fn caught(adapter: &impl Adapter, evidence: &[&str]) {
        let difference = check_chapters(adapter, &[Chapter::Reading]).expect_err(adapter.name());
        for line in evidence {
            assert!(difference.contains(line), "{line}:\n{difference}");
        }
    }
    scope(|scope| {
        for bug in Bug::ALL {
            scope.spawn(move || caught(&Planted { inner: Blocking, bug }, &[evidence(bug)]));
        }
        scope.spawn(|| caught(&Overclaiming, &["- failed Unknown", "+ failed NotSent"]));
        scope.spawn(|| caught(&Undeclared, &["- failed NotSent", "+ failed Unknown"]));
    });
}

/// The example of an own adapter, which does not say what it cannot prove.
struct Undeclared;

impl Adapter for Undeclared {
    type Client = <Own as Adapter>::Client;

    fn name(&self) -> &'static str {
        "undeclared"
    }

    fn client(&self, setup: &Setup) -> Result<Self::Client, Error> {
        Own.client(setup)
    }

    fn run<P: Plan>(
        &self,
        client: &Self::Client,
        plan: P,
    ) -> Result<<P::Operation as Operation>::Output, Error> {
        Own.run(client, plan)
    }

    fn has_observer(&self) -> bool {
        false
    }
}

/// The rows of `surface.rs`, by the names of its methods.
#[test]
fn every_method_of_the_surface_is_a_step_that_ends_well() {
    let surface = include_str!("../../../core/src/surface.rs");
    let rows = surface.lines().filter_map(|line| line.trim().strip_prefix("fn ")?.split('(').next());
    let rows: Vec<&str> = rows.filter(|name| !name.starts_with('$')).collect();
    assert!(rows.len() >= 25, "{rows:?}");
    let trace = trace_in_virtual_time(&Chapter::ALL);
    for row in rows {
        let is_done = |last: &String| last.starts_with("result ");
        let of_row = |step: &str| step.split([',', ' ']).next() == Some(row);
        let done = trace.0.iter().any(|part| of_row(&part.step) && part.lines.last().is_some_and(is_done));
        assert!(done, "{row} is no step, or never ends well");
    }
}
