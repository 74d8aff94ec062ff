//! Writes what the fuzz targets begin with into a folder each: recordings where they are, and generated documents.
#![allow(clippy::print_stderr, reason = "it is a program for people")]

use clore_tests::fuzzed::{TARGETS, seeds};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(std::path::PathBuf::from) else {
        eprintln!("say where to: fuzz-seeds FOLDER");
        return ExitCode::from(2);
    };
    for (target, _) in TARGETS {
        let folder = folder.join(target);
        let write =
            |(number, bytes): (usize, Vec<u8>)| std::fs::write(folder.join(number.to_string()), bytes);
        let written = std::fs::create_dir_all(&folder)
            .and_then(|()| seeds(target).into_iter().enumerate().try_for_each(write));
        if let Err(error) = written {
            eprintln!("{}: {error}", folder.display());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
