//! `rent`, and what it shares with `deploy`: the way in, and the wait.

use super::limits::{CapArgs, LimitArgs};
use super::market::MarketArgs;
use super::values;
use clap::{Args, ValueEnum};
use clore_core::endpoint::create_order::DEFAULT_IMAGE;
use clore_core::journal::IntentId;
use clore_core::op::{AtEnd, GuardPolicy};
use core::time::Duration;
use std::path::PathBuf;

/// Arguments of `clore rent`.
#[derive(Args, Debug)]
pub struct RentArgs {
    /// What is asked of the server.
    #[command(flatten)]
    pub market: MarketArgs,
    /// The container's image
    #[arg(long, default_value = DEFAULT_IMAGE)]
    pub image: String,
    /// How to get in.
    #[command(flatten)]
    pub access: Access,
    /// Do not wait until the machine is ready
    #[arg(long)]
    pub no_wait: bool,
    /// How long to wait.
    #[command(flatten)]
    pub waiting: Waiting,
    /// What becomes of the order when the wait ends badly.
    #[command(flatten)]
    pub afterwards: Afterwards,
    /// An order that turns out dearer than allowed, or is to be cancelled by --on-failure or --on-interrupt, is
    /// cancelled also when the service's answer was lost and it was found in your orders alone
    #[arg(long)]
    pub cancel_inferred: bool,
    /// Rent although this open intent is not settled, because you know that it placed nothing
    #[arg(long, value_name = "INTENT")]
    pub despite: Vec<IntentId>,
    /// Rent although the market's prices look as if their unit had changed
    #[arg(long)]
    pub accept_unit_warning: bool,
    /// When the order is to be ended.
    #[command(flatten)]
    pub caps: CapArgs,
    /// What it may spend.
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// What becomes of the order when the wait for it ends badly.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct Afterwards {
    /// When the machine is not ready in time: keep the order, which bills, cancel it, or cancel it if it never ran
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = AtEndArg::Keep)]
    pub on_failure: AtEndArg,
    /// On Ctrl-C while waiting: the same. A cancel takes some seconds; a second Ctrl-C leaves at once
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = AtEndArg::Keep)]
    pub on_interrupt: AtEndArg,
}

/// What becomes of an order.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Default, Debug)]
#[allow(missing_docs, reason = "a documented value makes a long help longer still")]
pub enum AtEndArg {
    #[default]
    Keep,
    Cancel,
    CancelIfNeverRan,
}

impl Afterwards {
    /// The policy of core; a machine that is ready is always kept.
    pub fn policy(self) -> GuardPolicy {
        let core = |one| match one {
            AtEndArg::Keep => AtEnd::Keep,
            AtEndArg::Cancel => AtEnd::Cancel,
            AtEndArg::CancelIfNeverRan => AtEnd::CancelIfNeverRan,
        };
        GuardPolicy::all(AtEnd::Keep).on_failure(core(self.on_failure)).on_interrupt(core(self.on_interrupt))
    }
}

/// How to get in. Without any: your public key, or else a password that is made and kept.
#[derive(Args, Clone, Debug)]
pub struct Access {
    /// A public key, or the file of one [default: your own, else a password is made and kept]
    #[arg(long, value_name = "FILE|TEXT", conflicts_with = "ssh_password_file")]
    pub ssh_key: Option<String>,
    /// A file whose first line is the SSH password (1 to 32 characters)
    #[arg(long, value_name = "FILE")]
    pub ssh_password_file: Option<PathBuf>,
}

/// How long to wait for a machine.
#[derive(Args, Clone, Debug)]
pub struct Waiting {
    /// How long to wait until the machine is ready
    #[arg(long = "timeout", value_name = "SECONDS", value_parser = values::seconds, default_value = "300")]
    pub longest: Duration,
    /// How often to look whether it is ready
    #[arg(long = "poll", value_name = "SECONDS", value_parser = values::seconds, default_value = "5")]
    pub every: Duration,
}
