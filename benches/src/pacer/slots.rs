//! How many of the slots are used when 32 threads want to send all the time, with the blocking client over loopback.
//!
//! At a fifth of the service's scale: it allows a request every 200 ms, and the client keeps 220 ms, as it keeps 1.1 s
//! for the service's 1 s.

use clore_blocking::Client;
use clore_core::config::Config;
use clore_core::endpoint::wallets::Wallets;
use clore_core::secret::Secret;
use clore_tests::counting::Counting;
use core::time::Duration;

const INTERVAL: Duration = Duration::from_millis(220);
const ALLOWED: Duration = Duration::from_millis(200);
const THREADS: usize = 32;
const EACH: usize = 3;

pub(crate) fn report() {
    println!(
        "\nslots of {INTERVAL:?} used by {THREADS} threads; violations are arrivals less than {ALLOWED:?} apart"
    );
    println!(
        "{:>22} {:>9} {:>7} {:>11} {:>14}",
        "spacing counts from", "requests", "busy", "violations", "least gap"
    );
    for (name, strict) in [("starts", false), ("answers (strict)", true)] {
        let server = Counting::start();
        let settings = Config::builder()
            .base_url(server.url())
            .key(Secret::new("key"))
            .rate_limit(INTERVAL)
            .strict_pacing(strict)
            .deadline(Duration::from_secs(600))
            .max_retries(1);
        let client = Client::builder().settings(settings).build().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    for _ in 0..EACH {
                        // The answer has no wallets; that it came is enough.
                        let _ = client.send(Wallets);
                    }
                });
            }
        });
        let arrivals = server.arrivals();
        let gaps: Vec<_> = arrivals.windows(2).map(|pair| pair[1].at - pair[0].at).collect();
        let violations = gaps.iter().filter(|gap| **gap < ALLOWED).count();
        let whole: Duration = gaps.iter().sum();
        let busy = INTERVAL.as_secs_f64() * gaps.len() as f64 / whole.as_secs_f64() * 100.0;
        let least = gaps.iter().min().unwrap();
        println!("{name:>22} {:>9} {busy:>6.2}% {violations:>11} {least:>14?}", arrivals.len());
    }
}
