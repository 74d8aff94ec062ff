//! What a call costs through each adapter, beside the same exchange made by hand with the same HTTP library, in turns, on
//! a kept-alive loopback connection with pacing off: `cargo run --release -p clore-benches --bin bench-exchange`.
//!
//! By hand means: the library's request with the same headers, and the body read whole. It decodes nothing, so what is
//! measured beside the adapter's own work is all of core's: turn, journal-free call, events, decoding.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "it is a command")]

mod async_std_side;
mod service;
mod tokio_side;
mod ureq_side;

use clore_core::config::{Config, ConfigBuilder};
use clore_core::secret::Secret;
use core::time::Duration;

/// Pairs of calls; the first ones, which warm up, are not counted.
const PAIRS: usize = 4_000;
const WARMING: usize = 500;
const KEY: &str = "a-key-of-the-benchmark";

/// How long each call took, ours and by hand.
#[derive(Default)]
struct Pairs {
    ours: Vec<Duration>,
    by_hand: Vec<Duration>,
}

impl Pairs {
    fn add(&mut self, ours: Duration, by_hand: Duration) {
        self.ours.push(ours);
        self.by_hand.push(by_hand);
    }

    fn tell(mut self, name: &str) {
        let median = |times: &mut Vec<Duration>| {
            times.drain(..WARMING);
            times.sort_unstable();
            times[times.len() / 2].as_secs_f64() * 1e6
        };
        let (ours, by_hand) = (median(&mut self.ours), median(&mut self.by_hand));
        println!("{name:<20} {by_hand:>11.1} {ours:>8.1} {:>7.3} {:>+8.1}", ours / by_hand, ours - by_hand);
    }
}

/// Pacing off, one attempt.
fn settings(url: &str) -> ConfigBuilder {
    Config::builder().base_url(url).key(Secret::new(KEY)).rate_limit(Duration::ZERO).max_retries(1)
}

fn main() {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("one call in µs, median of {} pairs; load {}", PAIRS - WARMING, load.trim());
    println!("{:<20} {:>11} {:>8} {:>7} {:>8}", "adapter", "by hand", "ours", "ratio", "more");
    let url = service::start();
    ureq_side::measure(&url).tell("blocking, ureq");
    tokio_side::measure(&url).tell("tokio, reqwest");
    async_std_side::measure(&url).tell("async-std, hyper");
}
