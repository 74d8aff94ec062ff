//! Counts the instructions of every hostile input at n, 2n and 4n by `valgrind --tool=callgrind`, and fails when doubling
//! an input takes more than 2.2 times the instructions. Nothing is timed, and nothing is subtracted.
//!
//! `cargo run -p clore-tests --bin linear [WORD]...`: only inputs whose names hold one of the words, or all.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a report")]

use clore_tests::linear::{Input, all, measured};
use std::process::{Command, ExitCode};

/// What doubling an input may multiply its instructions by.
const MOST: f64 = 2.2;
/// Fewer would let fixed costs hide what grows.
const LEAST: u64 = 10_000_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [run, name, size] = arguments.as_slice()
        && run == "--run"
    {
        let input = all().find(|input| input.name == name).expect("an input of this name");
        measured((input.prepare)(size.parse().expect("a size")));
        return ExitCode::SUCCESS;
    }
    let mut failed = 0;
    println!("{:>12} {:>14} {:>6} {:>6}  input", "n", "instructions", "2n", "4n");
    for input in
        all().filter(|input| arguments.is_empty() || arguments.iter().any(|word| input.name.contains(word)))
    {
        let [one, two, four] = [1, 2, 4].map(|times| instructions(&input, input.size * times));
        let ratios = [two as f64 / one as f64, four as f64 / two as f64];
        let verdict = match () {
            () if ratios.iter().all(|ratio| *ratio < 1.01) => "  (no more is read)",
            () if one < LEAST => "  TOO SMALL",
            () if ratios.iter().any(|ratio| *ratio > MOST) => "  MORE THAN LINEAR",
            () => "",
        };
        failed += u32::from(verdict.ends_with(char::is_uppercase));
        println!(
            "{:>12} {one:>14} {:>6.2} {:>6.2}  {}{verdict}",
            input.size, ratios[0], ratios[1], input.name
        );
    }
    println!("{failed} failed");
    ExitCode::from(u8::from(failed > 0))
}

/// What `measured` took, and all it called.
fn instructions(input: &Input, size: usize) -> u64 {
    let me = std::env::current_exe().expect("this program");
    let valgrind =
        ["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*linear*measured*"];
    let command = Command::new("valgrind")
        .args(valgrind)
        .arg(me)
        .args(["--run", input.name, &size.to_string()])
        .output();
    let output = command.expect("valgrind is installed");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {told}", input.name);
    let line = told.lines().find_map(|line| line.split_once("Collected :")).expect("callgrind's count");
    line.1.trim().parse().expect("a number")
}
