//! Two threads and two processes that rent at once, and a holder that is killed.
//!
//! The other process is this test binary itself: started with a job in its environment, it does it in `the_other_process`
//! and nothing else.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use clore_core::journal::{Claim, Intent, IntentId, Journal, Ownership, Record, Recorded};
use clore_core::model::ServerId;
use clore_core::secret::Secret;
use clore_journal::FileJournal;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Barrier;

const FOLDER: &str = "CLORE_JOURNAL_TEST_FOLDER";
const JOB: &str = "CLORE_JOURNAL_TEST_JOB";

fn id(name: &str) -> IntentId {
    IntentId::parse(name).unwrap()
}

fn intent(name: &str) -> Record {
    let mut intent = Intent::new(id(name), "create_order");
    intent.server = Some(ServerId::new(5));
    Record::Intent(Box::new(intent))
}

fn open(folder: &Path) -> FileJournal {
    FileJournal::open(folder, "https://api.clore.ai", &Secret::new("key")).unwrap()
}

/// One word for what came of it, and what must be kept alive.
fn outcome(recorded: Recorded) -> (&'static str, Option<Claim>) {
    match recorded {
        Recorded::Claimed(claim) => ("claimed", Some(claim)),
        Recorded::Blocked(blocked) if !blocked.live.is_empty() && blocked.ownerless.is_empty() => {
            ("busy", None)
        }
        Recorded::Blocked(_) => ("blocked", None),
        Recorded::Owned => ("owned", None),
        Recorded::Gone => ("gone", None),
        _ => ("other", None),
    }
}

#[test]
fn the_other_process() {
    let (Ok(folder), Ok(job)) = (std::env::var(FOLDER), std::env::var(JOB)) else {
        return;
    };
    let journal = open(Path::new(&folder));
    let mut lines = std::io::stdin().lines();
    let mut next = || lines.next().and_then(Result::ok);
    println!("\n@ready");
    next();
    let record = match job.split_once(' ').unwrap() {
        ("rent", name) => intent(name),
        (_, name) => Record::Adopt(id(name)),
    };
    let (word, _claim) = outcome(journal.record(record).unwrap());
    println!("\n@{word}");
    // Holds the claim until it is told to go or killed.
    next();
}

struct Other {
    child: Child,
    said: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Other {
    /// A process that has opened the journal and waits for [`Other::go`].
    fn ready(folder: &Path, job: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        if cfg!(panic = "abort") {
            // There each test is a process of its own, and this is how libtest names the one that a process is for.
            command.env("__RUST_TEST_INVOKE", "the_other_process");
        }
        let mut child = command
            .args(["the_other_process", "--exact", "--nocapture"])
            .env(FOLDER, folder)
            .env(JOB, job)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut other = Self { child, said };
        assert_eq!(other.word(), "ready");
        other
    }

    fn go(&mut self) {
        self.child.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    }

    fn word(&mut self) -> String {
        let mut words = self.said.by_ref().map_while(Result::ok);
        words.find_map(|line| line.strip_prefix('@').map(str::to_owned)).unwrap()
    }

    /// SIGKILL on Unix: nothing is dropped or flushed.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn sorted(mut words: Vec<String>) -> Vec<String> {
    words.sort();
    words
}

/// What came of these jobs, started at once in processes of their own, which live until all have said it.
fn at_once(folder: &Path, jobs: &[&str]) -> Vec<String> {
    let mut others: Vec<_> = jobs.iter().map(|job| Other::ready(folder, job)).collect();
    others.iter_mut().for_each(Other::go);
    let words = sorted(others.iter_mut().map(Other::word).collect());
    others.into_iter().for_each(Other::kill);
    words
}

#[test]
fn of_processes_that_rent_one_server_at_once_one_is_claimed() {
    for _ in 0..5 {
        let base = tempfile::tempdir().unwrap();
        assert_eq!(at_once(base.path(), &["rent a", "rent b", "rent c"]), ["busy", "busy", "claimed"]);
        assert_eq!(open(base.path()).look().unwrap().open().count(), 1);
    }
}

#[test]
fn of_threads_that_rent_one_server_at_once_one_is_claimed() {
    for shared in [true, false] {
        let base = tempfile::tempdir().unwrap();
        let (journal, start) = (open(base.path()), Barrier::new(8));
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let rent = |name: String| {
                let own = (!shared).then(|| open(base.path()));
                start.wait();
                outcome(own.as_ref().unwrap_or(&journal).record(intent(&name)).unwrap())
            };
            let threads: Vec<_> = (0..8).map(|n| scope.spawn(move || rent(format!("t{n}")))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let words: Vec<_> = outcomes.iter().map(|(word, _)| word.to_string()).collect();
        let mut expected = vec!["busy"; 7];
        expected.push("claimed");
        assert_eq!(sorted(words), expected, "one handle: {shared}");
    }
}

#[test]
fn the_intent_of_a_killed_process_is_ownerless_and_adopted_by_one() {
    let base = tempfile::tempdir().unwrap();
    let journal = open(base.path());
    let ownership = || journal.look().unwrap().open().map(|open| open.ownership).collect::<Vec<_>>();
    let mut holder = Other::ready(base.path(), "rent a");
    holder.go();
    assert_eq!(holder.word(), "claimed");
    assert_eq!(ownership(), [Ownership::Live]);
    assert_eq!(outcome(journal.record(intent("b")).unwrap()).0, "busy");
    holder.kill();
    assert_eq!(ownership(), [Ownership::Ownerless]);
    assert_eq!(outcome(journal.record(intent("b")).unwrap()).0, "blocked");
    for _ in 0..3 {
        assert_eq!(at_once(base.path(), &["adopt a", "adopt a", "adopt a"]), ["claimed", "owned", "owned"]);
        assert_eq!(ownership(), [Ownership::Ownerless]);
    }
}

#[test]
fn a_folder_made_by_many_at_once_has_one_header() {
    let base = tempfile::tempdir().unwrap();
    let path = base.path().join("clore");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(open(&path).look().unwrap().open().count(), 0));
        }
    });
    let text = std::fs::read_to_string(path.join("journal")).unwrap();
    assert_eq!(text.matches("clore-journal").count(), 1);
}
