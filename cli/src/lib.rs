//! `clore`: find, rent and cancel GPUs on Clore.ai, and never pay twice.
//!
//! Every command reads its arguments, drives the blocking client and ends with one of the exit codes of [`Exit`]. Stdout
//! carries what was asked for, stderr everything else.
//!
//! A library only so that `probe`, in the tests, runs the same verbs on every [`Adapter`] with the same arguments, JSON
//! and exit codes: nothing of it is written twice. It is no interface for other programs; those use a client crate.
#![allow(unreachable_pub, reason = "a program has no public API but what its probe uses")]

mod adapter;
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

pub use adapter::Adapter;
pub use args::{Common, Verb};
pub use cmd::{main, read, run_on};
pub use exit::Exit;
pub use output::{cell, inert};
