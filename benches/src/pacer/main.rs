//! Measures the pacer: what an operation costs on queues of a thousand to a million waiters, and how many of its slots
//! are used under load, with what the server saw.
//!
//! Plain `std::time` and the best of several rounds: growth over the length of a queue, and violations counted by a
//! server, are not what a harness for small functions reports.
#![allow(clippy::print_stdout, reason = "its output is what it is for")]
#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

mod operations;
mod slots;

fn main() {
    operations::report();
    slots::report();
}
