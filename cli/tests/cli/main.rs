//! The real binary against the sandbox over sockets: happy paths, `--json` shapes, exit codes, faults.
#![allow(unreachable_pub, reason = "tests have no public API")]

mod arguments;
mod cancelling;
mod demo;
mod faults;
mod interrupting;
mod listing;
mod renting;
mod secrets;
mod settling;
mod shell;
mod terminal;
