//! Runs the simulation over many seeds on all cores, or replays one with everything in words.
//!
//! ```text
//! simulate                      a million seeds
//! simulate --seeds 5000 --from 1000000 --threads 1
//! simulate --seed 42 [--bug NoSnapshot] [--without 3,7]
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a program for people")]

use clore_tests::simulate::{Bug, Counts, play, shrink, trace};
use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

struct Asked {
    from: u64,
    seeds: u64,
    threads: usize,
    one: Option<u64>,
    bug: Option<Bug>,
    without: BTreeSet<u64>,
}

fn asked() -> Result<Asked, String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut asked =
        Asked { from: 0, seeds: 1_000_000, threads: cores, one: None, bug: None, without: BTreeSet::new() };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{word} needs a number"));
        match word.as_str() {
            "--from" => asked.from = number()?,
            "--seeds" => asked.seeds = number()?,
            "--threads" => asked.threads = usize::try_from(number()?.max(1)).unwrap_or(1),
            "--seed" => asked.one = Some(number()?),
            "--bug" => asked.bug = Some(value.parse()?),
            "--without" => {
                let numbers = value.split(',').map(str::parse::<u64>).collect::<Result<_, _>>();
                asked.without = numbers.map_err(|_| "--without needs numbers, such as 3,7".to_owned())?;
            }
            _ => {
                return Err(format!(
                    "{word} is not known; there are --seeds --from --threads --seed --bug --without"
                ));
            }
        }
    }
    Ok(asked)
}

fn main() -> ExitCode {
    match asked() {
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
        Ok(Asked { one: Some(seed), bug, without, .. }) => {
            let text = trace(seed, bug, &without);
            println!("{text}");
            if text.contains("BROKEN: ") { ExitCode::FAILURE } else { ExitCode::SUCCESS }
        }
        Ok(asked) => run(&asked),
    }
}

fn run(asked: &Asked) -> ExitCode {
    let (next, broken, began) = (AtomicU64::new(asked.from), Mutex::new(None), Instant::now());
    let end = asked.from.saturating_add(asked.seeds);
    let work = || {
        let mut counts = Counts::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= end || broken.lock().unwrap().is_some() {
                return counts;
            }
            match play(seed, asked.bug) {
                Ok(one) => counts += one,
                Err(found) => {
                    broken.lock().unwrap().get_or_insert(found);
                }
            }
        }
    };
    let mut counts = Counts::default();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..asked.threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().for_each(|thread| counts += thread.join().unwrap());
    });
    let took = began.elapsed().as_secs_f64();
    for (what, count) in counts.all() {
        println!("{count:>14}  {what}");
    }
    let rate = |count: u64| count as f64 / took;
    println!(
        "{took:.1} s on {} threads: {:.0} seeds/s, {:.0} rentals settled/s",
        asked.threads,
        rate(counts.runs),
        rate(counts.settled)
    );
    let Some(found) = broken.into_inner().unwrap() else { return ExitCode::SUCCESS };
    let least = shrink(&found, asked.bug);
    let without: Vec<String> = least.left_out.iter().map(u64::to_string).collect();
    println!("seed {}: {}", found.seed, found.violation);
    println!("with the fewest faults: {}", least.violation);
    let bug = asked.bug.map(|bug| format!(" --bug {bug}")).unwrap_or_default();
    let without =
        if without.is_empty() { String::new() } else { format!(" --without {}", without.join(",")) };
    println!(
        "replay: cargo run --release -p clore-tests --bin simulate -- --seed {}{bug}{without}",
        found.seed
    );
    ExitCode::FAILURE
}
