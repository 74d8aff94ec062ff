//! `peers`: the Python clients people have today, run for real against our sandbox, beside our own client.
//!
//! ```text
//! page ─► class ─┐                  ┌─► dialect `seed` / `official`: every method and option ─► ledger ─┐
//!                ├─► Python scripts ┤                                                              agree?
//! pip ─► SDK ────┘                  └─► dialect `live`, faults: what fails ─► its row           ours ─► ledger
//! ```
//!
//! It needs a Python with `venv` and a package index, so it is a command of its own and no part of `cargo test`; what
//! needs neither is tested beside the code. Nothing of the page or of the SDK is kept in the project, and no byte of
//! the run can reach the live service.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

mod class_rows;
mod ledger;
mod ours;
mod ours_class;
mod ours_live;
mod ours_sdk;
mod page;
mod python;
mod reference;
mod report;
mod rows;
mod run;
mod sandboxes;
mod script;
mod sdk_rows;
mod works;

use std::process::ExitCode;

const USAGE: &str =
    "Runs the Python class of the page and the official SDK against sandboxes, and our client beside them.

usage: peers [--json]

  PYTHON           the Python to make the virtual environment with (python3)
  CLORE_SEED_PAGE  the page with the Python class, or its folder (../shared/seed beside the repository)

exit code 0: every ledger agrees and every failure of a peer has its row; 1: not so; 2: it could not be run";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let json = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--json"] => true,
        ["--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run::all() {
        Ok(report) => {
            if json {
                println!("{}", report.json());
            } else {
                println!("{}", report.text());
            }
            if report.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) }
        }
        Err(why) => {
            eprintln!("peers: {why}");
            ExitCode::from(2)
        }
    }
}
