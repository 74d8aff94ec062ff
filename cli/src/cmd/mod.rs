//! The commands, one file each, and what happens before and after each of them.

mod balance;
mod cancel;
mod caps;
mod cost;
mod demo;
mod deploy;
mod doctor;
mod ending;
mod gigaspot;
mod guard;
mod market;
mod order;
mod orders;
mod placing;
mod rent;
mod resume;
mod sandbox;
mod search;
mod server_config;
mod server_settings;
mod servers;
mod spend;
mod spot;
mod spot_price;
mod wait;
mod waiting;
mod wallets;
mod worth;

use crate::adapter::Adapter;
use crate::args::{Cli, Command, Common, Verb};
use crate::exit::{Exit, Failure};
use crate::output;
use crate::watch::report;
use clap::Parser;
use clap::error::ErrorKind as UsageKind;
use clore_blocking::Client;
use std::ffi::OsString;
use std::process::ExitCode;

/// The command `clore`: reads the arguments, runs the command, prints what went wrong.
pub fn main(arguments: &[OsString]) -> ExitCode {
    read(arguments, |cli| run(&cli))
}

/// Reads the arguments of a program and runs it; what is wrong with them is printed, with `--json` as a document too.
pub fn read<P: Parser>(arguments: &[OsString], run: impl FnOnce(P) -> Exit) -> ExitCode {
    let exit = match P::try_parse_from(arguments) {
        Ok(parsed) => run(parsed),
        Err(error) => usage(&error, arguments),
    };
    ExitCode::from(exit.code())
}

fn run(cli: &Cli) -> Exit {
    let common = &cli.common;
    let result = match &cli.command {
        Command::Demo(args) => demo::run(common, args),
        Command::Sandbox(args) => sandbox::run(args),
        Command::OnAny(verb) => return run_on::<Client>(common, verb),
        Command::Rent(args) => rent::run(common, args),
        Command::Order(args) => order::run(common, args),
        Command::Wait(args) => wait::run(common, args),
        Command::Guard(args) => guard::run(common, args),
        Command::Resume(args) => resume::run(common, args),
        Command::Spend(args) => spend::run(common, args),
        Command::Spot(args) => spot::run(common, args),
        Command::SpotPrice(args) => spot_price::run(common, args),
        Command::Balance(args) => balance::run(common, args),
        Command::Servers => servers::run(common),
        Command::ServerConfig(args) => server_config::run(common, args),
        Command::ServerSettings(args) => server_settings::run(common, args),
        Command::Doctor => doctor::run(common),
        Command::Gigaspot(args) => gigaspot::run(common, args),
    };
    told(common, result)
}

/// Runs a verb on an adapter, and prints what went wrong.
pub fn run_on<A: Adapter>(common: &Common, verb: &Verb) -> Exit {
    let result = match verb {
        Verb::Search(args) => search::run::<A>(common, args),
        Verb::Deploy(args) => deploy::run::<A>(common, args),
        Verb::Orders(args) => orders::run::<A>(common, args),
        Verb::Cancel(args) => cancel::run::<A>(common, args),
        Verb::Wallets(args) => wallets::run::<A>(common, args),
    };
    told(common, result)
}

fn told(common: &Common, result: Result<Exit, Failure>) -> Exit {
    result.unwrap_or_else(|failure| {
        report(&failure, common.json);
        failure.exit
    })
}

/// Help and version are no errors; everything else is a usage error, with `--json` a document as well.
fn usage(error: &clap::Error, arguments: &[OsString]) -> Exit {
    let _ = error.print();
    if matches!(error.kind(), UsageKind::DisplayHelp | UsageKind::DisplayVersion) {
        return Exit::Done;
    }
    let json = arguments.iter().take_while(|argument| *argument != "--").any(|argument| argument == "--json");
    if json {
        let text = error.render().to_string();
        let first = match error.kind() {
            UsageKind::DisplayHelpOnMissingArgumentOrSubcommand => "no command is given",
            _ => text.lines().next().unwrap_or_default().trim_start_matches("error: "),
        };
        output::document(&Failure::usage(crate::exit::harmless(first)).document());
    }
    Exit::Usage
}
