//! The sandboxes of the run: one per script, all with the same market, on a clock that runs faster than the wall's.
//!
//! The peers keep their own pace by the wall's clock, so the sandbox's limits are stretched by the same factor: each
//! peer is held to the real distances. A twentieth is let off, because the official SDK waits exactly 1.0 s and 5.0 s
//! from start to start (O4) and a start is not an arrival (S38).

use clore_sandbox::{Dialect, Options, Server};
use core::time::Duration;

/// Seconds of a sandbox's clock in one of the wall's: a machine boots in two.
const SPEED: f64 = 4.0;
/// What is let off of the distances between requests.
const LET_OFF: f64 = 0.95;
/// The market all sandboxes have: one in which $0.25 an hour is enough of a bid for the page's spot example.
const SEED: u64 = 7;

/// Least time between two requests, on the sandbox's clock.
pub(crate) fn interval() -> Duration {
    Duration::from_secs_f64(LET_OFF * SPEED)
}

/// Least time between two creates, on the sandbox's clock.
pub(crate) fn create_window() -> Duration {
    Duration::from_secs_f64(5.0 * LET_OFF * SPEED)
}

/// A sandbox that speaks `dialect`; with `quiet_refusals` a refused bid has code 0 beside its error.
pub(crate) fn start(dialect: Dialect, quiet_refusals: bool) -> Result<Server, String> {
    let options = Options::new()
        .seed(SEED)
        .servers(1200)
        .dialect(dialect)
        .boot(Duration::from_secs(8))
        .interval(interval())
        .create_window(create_window())
        .reprice_refused_as_code_0(quiet_refusals);
    let server = Server::builder(options).speed(SPEED).start("127.0.0.1:0");
    server.map_err(|error| format!("no sandbox can be started here: {error}"))
}
