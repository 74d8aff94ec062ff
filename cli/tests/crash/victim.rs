//! A home, a sandbox, and processes that are killed in it.

use crate::scenario::{Moment, Scenario, Step};
use clore_sandbox::Server;
use serde_json::Value;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Longer than any scenario needs on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(40);

pub struct House {
    server: Server,
    home: tempfile::TempDir,
}

/// How a process ended.
pub struct Death {
    pub by_us: bool,
    pub told: String,
}

/// What a `resume` that ended said.
pub struct Resumed {
    pub code: i32,
    pub settled: Vec<Value>,
    pub err: String,
}

/// Whether these lines tell of the order.
pub fn is_told(lines: &str, order: u64) -> bool {
    lines.contains(&format!("order {order} placed"))
}

fn binary() -> PathBuf {
    let Some(named) = std::env::var_os("CLORE_BINARY") else { return env!("CARGO_BIN_EXE_clore").into() };
    let named = PathBuf::from(named);
    // Tests run in their package's folder, the variable is written in the workspace's.
    if named.exists() { named } else { Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(named) }
}

impl House {
    pub fn new(scenario: &Scenario) -> Self {
        let server = Server::start(scenario.options.clone(), "127.0.0.1:0").unwrap();
        Self { server, home: tempfile::tempdir().unwrap() }
    }

    fn folder(&self) -> PathBuf {
        self.home.path().join("state/clore")
    }

    fn command(&self, interval: &str) -> Command {
        let mut command = Command::new(binary());
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("XDG_STATE_HOME", self.home.path().join("state"))
            .env("CLORE_API_URL", self.server.url())
            .env("CLORE_API_KEY", self.server.key())
            .args(["--interval", interval, "--grace", "1"])
            .stdin(Stdio::null());
        command
    }

    pub fn run_and_kill(&self, step: &Step) -> Death {
        let stderr = self.home.path().join("stderr");
        let mut child = self
            .command(step.interval)
            .args(&step.arguments)
            .stdout(Stdio::null())
            .stderr(File::create(&stderr).unwrap())
            .spawn()
            .unwrap();
        let (begun, before) = (Instant::now(), self.server.requests().len());
        let told = || {
            let mut bytes = Vec::new();
            File::open(&stderr).unwrap().read_to_end(&mut bytes).unwrap();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let mut waited: Option<Instant> = None;
        let mut has_come = |moment: Moment| match moment {
            Moment::Request(call, number) => self.seen(call) >= number,
            Moment::Lines(lines) => self.journal_lines() >= lines,
            Moment::Told => told().contains(" placed on server "),
            Moment::After(time) => {
                self.server.requests().len() > before
                    && waited.get_or_insert_with(Instant::now).elapsed() >= time
            }
            Moment::AfterSnapshot(time) => {
                self.seen("my_orders") >= 1 && waited.get_or_insert_with(Instant::now).elapsed() >= time
            }
        };
        let mut ended = None;
        let mut held = None;
        while ended.is_none() {
            if held.is_none() && step.hold.is_some_and(&mut has_come) {
                let lock = File::open(self.folder().join("lock")).unwrap();
                lock.lock().unwrap();
                held = Some(lock);
            }
            // A lock is taken before the process could be killed for what comes after it.
            if (held.is_some() || step.hold.is_none()) && has_come(step.kill) {
                break;
            }
            assert!(begun.elapsed() < PATIENCE, "the moment did not come: {}", told());
            ended = child.try_wait().unwrap();
            std::thread::sleep(Duration::from_millis(1));
        }
        let _ = child.kill();
        let status = child.wait().unwrap();
        drop(held);
        let told = told();
        assert!(!told.contains("panicked"), "{told}");
        Death { by_us: ended.is_none() && status.signal() == Some(9), told }
    }

    fn seen(&self, call: &str) -> usize {
        self.server.requests().iter().filter(|request| request.call() == call).count()
    }

    pub fn resume(&self) -> Resumed {
        let output = self.command("0.01").args(["resume", "--json"]).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        let document: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{err}"));
        let code = output.status.code().unwrap();
        assert!(code == 0 || code == 3, "{code}: {document} {err}");
        Resumed { code, settled: document["settled"].as_array().expect("settled").clone(), err }
    }

    pub fn ledger(&self) -> Vec<u64> {
        self.server.ledger().iter().map(|rental| rental.order_id).collect()
    }

    pub fn journal(&self) -> String {
        std::fs::read_to_string(self.folder().join("journal")).unwrap_or_default()
    }

    pub fn journal_lines(&self) -> usize {
        self.journal().matches('\n').count()
    }

    /// The orders that the journal gives to intents, sorted.
    pub fn attributions(&self) -> Vec<u64> {
        let order = |line: &str| -> Option<u64> {
            let fields: Value = serde_json::from_str(line.split_once(' ')?.1).ok()?;
            fields["resolution"].is_string().then(|| fields["order"].as_u64())?
        };
        let mut orders: Vec<u64> = self.journal().lines().filter_map(order).collect();
        orders.sort_unstable();
        orders
    }

    pub fn tear_the_last_line(&self) {
        let path = self.folder().join("journal");
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.truncate(bytes.len() - 7);
        std::fs::write(&path, bytes).unwrap();
    }
}

impl Resumed {
    fn rows<'a>(&'a self, outcome: &'a str) -> impl Iterator<Item = &'a Value> {
        self.settled.iter().filter(move |row| row["outcome"] == outcome)
    }

    /// Placed, or one of several that it may be.
    pub fn names(&self, order: u64) -> bool {
        let candidate = |row: &Value| row["candidates"].as_array().unwrap().contains(&order.into());
        self.placed().contains(&order) || self.rows("ambiguous").any(candidate)
    }

    pub fn placed(&self) -> Vec<u64> {
        self.rows("placed").map(|row| row["order_id"].as_u64().unwrap()).collect()
    }

    pub fn outcomes(&self) -> Vec<&str> {
        self.settled.iter().map(|row| row["outcome"].as_str().unwrap()).collect()
    }
}

impl fmt::Display for Resumed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit {}, {:?}\n{}", self.code, self.settled, self.err)
    }
}

impl fmt::Display for Death {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told)
    }
}
