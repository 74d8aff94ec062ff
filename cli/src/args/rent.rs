//! `rent`, and what it shares with `deploy`: the way in, and the wait.

use super::limits::{CapArgs, LimitArgs};
use super::market::MarketArgs;
use super::values;
use clap::Args;
use clore_core::endpoint::create_order::DEFAULT_IMAGE;
use clore_core::journal::IntentId;
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
