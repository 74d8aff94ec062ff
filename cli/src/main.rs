//! `clore`: find, rent and cancel GPUs on Clore.ai, and never pay twice.
//!
//! Every command reads its arguments, drives the blocking client and ends with one of the exit codes of
//! [`exit::Exit`]. Stdout carries what was asked for, stderr everything else.
#![allow(unreachable_pub, reason = "a program has no public API")]

mod args;
mod cmd;
mod confirm;
mod context;
mod exit;
mod interrupt;
mod limits;
mod output;
mod password;
mod progress;
mod rounds;
mod ssh_key;
mod watch;

fn main() -> std::process::ExitCode {
    cmd::main(std::env::args_os().collect())
}
