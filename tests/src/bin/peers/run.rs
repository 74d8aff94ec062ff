//! The whole run: every script and every flow of ours at once, each with a sandbox of its own.

use super::ledger::{Entry, differences, entries};
use super::ours::Ours;
use super::ours_live::{self, Answers};
use super::page::{self, Page};
use super::python::Python;
use super::report::{Flow, Report};
use super::rows::{self, Row};
use super::script::{self, Told};
use super::{class_rows, ours_class, ours_sdk, reference, sandboxes, sdk_rows, works};
use clore_sandbox::{Dialect, Server};
use core::time::Duration;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::thread;
use std::time::Instant;

const CLASS: &str = "class";
const SDK: &str = "SDK";
const SDK_ASYNC: &str = "SDK async";

/// A script with the sandbox it runs against.
struct Job {
    peer: &'static str,
    script: &'static str,
    mode: Option<&'static str>,
    server: Server,
}

/// A job on the live dialect, and the tables that explain its failures.
struct Trial {
    job: Job,
    tables: &'static [&'static [Row]],
}

/// What a flow of ours left behind.
#[derive(Default)]
struct Left {
    notes: Vec<String>,
    ledger: Vec<Entry>,
    /// The terms of the hosted machine, for a flow that changes them.
    terms: Option<String>,
}

/// Runs everything.
pub(crate) fn all() -> Result<Report, String> {
    let page = page::find(std::env::var_os("CLORE_SEED_PAGE").map(PathBuf::from))?;
    let page = std::fs::read_to_string(&page).map_err(|error| format!("{}: {error}", page.display()))?;
    let page = Page::parse(&page)?;
    let interpreter = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let python = Python::prepare(&environment()?, &interpreter)?;
    let begun = Instant::now();
    let mut report = Report { versions: python.versions(), ..Report::default() };

    let flows = [
        job(CLASS, "class_flow.py", None, dialect("seed")?, false)?,
        job(SDK, "sdk_flow.py", Some("sync"), dialect("official")?, false)?,
        job(SDK_ASYNC, "sdk_flow.py", Some("async"), dialect("official")?, false)?,
    ];
    let trials = [
        Trial { job: job(CLASS, "class_live.py", None, Dialect::Live, true)?, tables: &[class_rows::LIVE] },
        Trial {
            job: job(CLASS, "class_faults.py", None, Dialect::Live, false)?,
            tables: &[class_rows::FAULTS],
        },
        Trial {
            job: job(SDK, "sdk_live.py", Some("sync"), Dialect::Live, false)?,
            tables: &[sdk_rows::LIVE],
        },
        Trial {
            job: job(SDK_ASYNC, "sdk_live.py", Some("async"), Dialect::Live, true)?,
            tables: &[sdk_rows::LIVE, sdk_rows::ASYNC],
        },
    ];
    let surface = job(CLASS, "surface.py", None, Dialect::Live, false)?;
    let tell = |job: &Job| told(&python, &page, job);
    thread::scope(|scope| {
        let flowing = flows.each_ref().map(|job| scope.spawn(|| tell(job)));
        let trying = trials.each_ref().map(|trial| scope.spawn(|| tell(&trial.job)));
        let naming = scope.spawn(|| tell(&surface));
        let ours_class = scope.spawn(|| ours(ours_class::flow, false));
        let ours_sdk = scope.spawn(|| ours(ours_sdk::flow, true));
        let plain = scope.spawn(|| probes(ours_live::plain));
        let faulty = scope.spawn(|| probes(ours_live::faulty));

        let mut answers = Answers::new();
        for probed in [joined(plain), joined(faulty)] {
            note(&mut report, probed).into_iter().for_each(|probed| answers.extend(probed));
        }
        let ours_class = note(&mut report, joined(ours_class)).unwrap_or_default();
        let ours_sdk = note(&mut report, joined(ours_sdk)).unwrap_or_default();
        report.searches = ours_class.notes.clone();
        for (job, told) in flows.iter().zip(flowing) {
            if let Some(told) = note(&mut report, joined(told)) {
                let ours = if job.peer == CLASS { &ours_class } else { &ours_sdk };
                compare(&mut report, job, &told, ours);
            }
        }
        for (trial, told) in trials.iter().zip(trying) {
            if let Some(told) = note(&mut report, joined(told)) {
                let verdict = rows::judge(trial.job.peer, &told, trial.tables, &answers);
                report.findings.extend(verdict.findings);
                report.problems.extend(verdict.problems);
                let left = trial.job.server.ledger().iter().filter(|rental| rental.is_open()).count();
                report.left_open.push((format!("{} ({})", trial.job.peer, trial.job.script), left));
            }
        }
        if let Some(told) = note(&mut report, joined(naming)) {
            report.reference = note(&mut report, reference::check(&told.surfaces));
            report.surfaces = told.surfaces;
            if let Some(reference::Reference::Read { missing, .. }) = &report.reference {
                let missing = missing.iter().map(|name| format!("the reference page does not name {name}"));
                report.problems.extend(missing);
            }
        }
    });
    report.seconds = begun.elapsed().as_secs_f64();
    Ok(report)
}

/// Where the virtual environment lives: beside the profile's folder, in cargo's target folder.
fn environment() -> Result<PathBuf, String> {
    let own = std::env::current_exe()
        .map_err(|error| format!("this program does not know where it is: {error}"))?;
    let target = own.ancestors().nth(2).ok_or("this program is in no target folder")?;
    Ok(target.join("peers-venv"))
}

fn dialect(name: &str) -> Result<Dialect, String> {
    name.parse().map_err(|_| format!("the sandbox has no dialect `{name}`"))
}

fn job(
    peer: &'static str,
    script: &'static str,
    mode: Option<&'static str>,
    dialect: Dialect,
    quiet_refusals: bool,
) -> Result<Job, String> {
    Ok(Job { peer, script, mode, server: sandboxes::start(dialect, quiet_refusals)? })
}

/// Runs a script with what it needs of the page.
fn told(python: &Python, page: &Page, job: &Job) -> Result<Told, String> {
    let examples = if job.peer == CLASS { &page.examples } else { &page.sdk_examples };
    let examples =
        examples.iter().map(|one| json!({"title": one.title, "code": one.code, "ssh": one.is_ssh()}));
    let more = json!({"class": page.class, "examples": examples.collect::<Vec<Value>>()});
    script::run(python, job.script, job.mode, &job.server, &more)
}

fn ours(flow: fn(&Server) -> Result<Vec<String>, String>, hosts: bool) -> Result<Left, String> {
    let server = sandboxes::start(Dialect::Live, false)?;
    let notes = flow(&server)?;
    let terms = hosts.then(|| hosted_terms(&server)).transpose()?;
    Ok(Left { notes, ledger: entries(&server.ledger()), terms })
}

/// How a flow left the machine that the account hosts, read by our client in every dialect.
fn hosted_terms(server: &Server) -> Result<String, String> {
    thread::sleep(Duration::from_millis(1100));
    let client = Ours::new(server)?;
    client.terms(&client.hosted_name()?)
}

fn probes(probe: fn(&Server) -> Result<Answers, String>) -> Result<Answers, String> {
    probe(&sandboxes::start(Dialect::Live, false)?)
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, Result<T, String>>) -> Result<T, String> {
    thread.join().unwrap_or_else(|_| Err("a thread of the run panicked".to_owned()))
}

/// The value, or a problem more.
fn note<T>(report: &mut Report, came: Result<T, String>) -> Option<T> {
    came.map_err(|why| report.problems.push(why)).ok()
}

/// A peer's flow on its own dialect: every call works, every method and option was used, and the ledger is ours.
fn compare(report: &mut Report, job: &Job, told: &Told, ours: &Left) {
    let peer = job.peer;
    for step in told.steps.iter().filter(|step| step.came.is_err()) {
        report.problems.push(format!(
            "{peer}: `{}` failed on its own dialect: {}",
            step.call,
            rows::came(step)
        ));
    }
    let expected = if peer == CLASS { works::CLASS } else { works::SDK };
    report.problems.extend(works::problems(peer, told, expected));
    match &told.missing {
        Some(missing) if missing.is_empty() => {}
        Some(missing) => report.problems.push(format!("{peer}: never used: {}", missing.join(", "))),
        None => report.problems.push(format!("{peer}: the script did not say what it used")),
    }
    let theirs = entries(&job.server.ledger());
    let mut differences = differences(&theirs, &ours.ledger);
    let mut rentals: Vec<String> = theirs.iter().map(ToString::to_string).collect();
    if let Some(ours) = &ours.terms {
        match hosted_terms(&job.server) {
            Ok(theirs) if theirs == *ours => rentals.push(format!("hosted {theirs}")),
            Ok(theirs) => differences.push(format!("the hosted machine is left as {theirs}; ours as {ours}")),
            Err(why) => differences.push(why),
        }
    }
    report.flows.push(Flow {
        peer: peer.to_owned(),
        calls: told.steps.len(),
        methods: told.methods,
        too_fast: told_too_fast(told),
        too_fast_row: if peer == CLASS { "S38" } else { "O4, exactly 1.0 s from start to start" },
        rentals,
        agree: differences.is_empty(),
    });
    report.problems.extend(differences.into_iter().map(|difference| format!("{peer}: {difference}")));
}

/// The calls that were answered with code 5, each as often as it was.
fn told_too_fast(told: &Told) -> Vec<String> {
    let too_fast =
        told.steps.iter().flat_map(|step| step.requests.iter().map(move |request| (step, request)));
    too_fast.filter(|(_, request)| request.code == Some(5)).map(|(step, _)| step.name.clone()).collect()
}
