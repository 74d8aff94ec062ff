//! The real binary against the sandbox over sockets: happy paths, `--json` shapes, exit codes, faults.
#![allow(unreachable_pub, reason = "tests have no public API")]

mod arguments;
mod bids;
mod cancelling;
mod canned;
mod demo;
mod doctor;
mod drifting;
mod faults;
mod fees;
mod gigaspot;
mod gigaspot_doubt;
mod guarding;
mod hosting;
mod interrupting;
mod limits;
mod listing;
mod next_server;
mod renting;
mod secrets;
mod settling;
mod shell;
mod single_order;
mod spending;
mod terminal;
mod wallets;
