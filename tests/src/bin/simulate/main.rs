//! Runs the simulation over many seeds on all cores, or replays one with everything in words.
//!
//! ```text
//! simulate                      a million seeds
//! simulate --seeds 5000 --from 1000000 --threads 1
//! simulate --seed 42 [--bug NoSnapshot] [--rules ledger] [--without 3,7]
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a program for people")]

use clore_tests::simulate::{Bug, Counts, Rules, Run};
use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// A fifth of a run is allocation, on whose speed nothing here depends but the number of runs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const KNOWN: &str = "--seeds --from --threads --seed --bug --rules --without";

struct Asked {
    from: u64,
    seeds: u64,
    threads: usize,
    one: Option<u64>,
    bug: Option<Bug>,
    rules: Rules,
    without: BTreeSet<u64>,
}

fn asked() -> Result<Asked, String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (from, seeds, threads) = (0, 1_000_000, cores);
    let (one, bug, rules, without) = (None, None, Rules::All, BTreeSet::new());
    let mut asked = Asked { from, seeds, threads, one, bug, rules, without };
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
            "--rules" => {
                asked.rules = match value.as_str() {
                    "all" => Rules::All,
                    "ledger" => Rules::Ledger,
                    _ => return Err("--rules is all or ledger".to_owned()),
                }
            }
            "--without" => {
                let numbers = value.split(',').map(str::parse::<u64>).collect::<Result<_, _>>();
                asked.without = numbers.map_err(|_| "--without needs numbers, such as 3,7".to_owned())?;
            }
            _ => return Err(format!("{word} is not known; there are {KNOWN}")),
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
        Ok(Asked { one: Some(seed), bug, rules, without: left_out, .. }) => {
            let text = Run { seed, bug, rules, left_out }.trace();
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
            match Run::new(seed).with(asked.bug).by(asked.rules).play() {
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
    // On a machine that others use too, this is the figure to compare.
    if let Some(busy) = cpu_seconds() {
        println!(
            "{busy:.1} s of processor time: {:.0} rentals settled in each",
            counts.settled as f64 / busy
        );
    }
    let Some(found) = broken.into_inner().unwrap() else { return ExitCode::SUCCESS };
    println!("{found}");
    println!("with the fewest faults: {}", found.shrunk());
    ExitCode::FAILURE
}

/// What this process has used of the processors, where the system says so in `/proc`.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = stat.rsplit(") ").next()?.split(' ').skip(11);
    let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    // Linux tells them in hundredths on every machine that this is for.
    Some(ticks as f64 / 100.0).filter(|seconds| *seconds > 0.0)
}
