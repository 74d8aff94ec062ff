//! `probe`: the verbs wallets, search, deploy, orders and cancel of the command `clore`, through the adapter that is
//! named: the same arguments, JSON and exit codes, from the same code. `deploy` keeps its intent in the file journal and
//! obeys the limits, as there.

mod adapters;

use adapters::{OnAsyncStd, OnTokio};
use clap::{Parser, ValueEnum};
use clore_blocking::Client;
use clore_cli::{Common, Verb, run_on};

/// A verb of the command `clore`, through the adapter that is named
#[derive(Parser, Debug)]
#[command(name = "probe", arg_required_else_help = true)]
struct Probe {
    /// What carries the requests
    #[arg(long, value_enum)]
    adapter: Adapter,
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Clone, Copy, ValueEnum, Debug)]
enum Adapter {
    /// ureq
    Blocking,
    /// reqwest on tokio
    Tokio,
    /// hyper on async-std
    AsyncStd,
}

fn main() -> std::process::ExitCode {
    clore_cli::read(&std::env::args_os().collect::<Vec<_>>(), |probe: Probe| {
        let run = match probe.adapter {
            Adapter::Blocking => run_on::<Client>,
            Adapter::Tokio => run_on::<OnTokio>,
            Adapter::AsyncStd => run_on::<OnAsyncStd>,
        };
        run(&probe.common, &probe.verb)
    })
}
