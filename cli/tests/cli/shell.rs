//! A sandbox and a home of its own for each test, and the binary run in it.

use clore_sandbox::{Options, Server};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A home folder, a sandbox, and the binary that knows both.
pub struct Shell {
    pub server: Server,
    pub home: tempfile::TempDir,
}

/// What a run printed and how it ended.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// A service without rate limits whose machines boot at once: what is tested here is the command.
pub fn quick() -> Options {
    Options::new()
        .servers(400)
        .interval(Duration::ZERO)
        .create_window(Duration::ZERO)
        .boot(Duration::from_millis(300))
}

impl Shell {
    pub fn new() -> Self {
        Self::with(quick())
    }

    pub fn with(options: Options) -> Self {
        Self { server: Server::start(options, "127.0.0.1:0").unwrap(), home: tempfile::tempdir().unwrap() }
    }

    /// The binary with this sandbox and home, and nothing of the tester's own surroundings.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bare(self.home.path());
        command.env("CLORE_API_URL", self.server.url()).env("CLORE_API_KEY", self.server.key());
        command.args(["--interval", "0.01", "--grace", "1"]).args(arguments);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments))
    }

    /// Starts it and does not wait.
    pub fn spawn(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Rents without waiting; the order's id.
    pub fn rented(&self) -> u64 {
        let run = self.run(&["rent", "--yes", "--no-wait", "--json"]);
        assert_eq!(run.code, 0, "{}", run.err);
        run.json()["order_id"].as_u64().unwrap()
    }

    /// Every file below the home.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.home.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files
    }

    /// The files of kept passwords.
    pub fn passwords(&self) -> Vec<PathBuf> {
        self.files().into_iter().filter(|path| path.to_string_lossy().contains("/passwords/")).collect()
    }

    /// How many rentals there really are or were.
    pub fn ledger(&self) -> usize {
        self.server.ledger().len()
    }

    /// Gives the home a public key, so that no password is made.
    pub fn with_key(self) -> Self {
        std::fs::create_dir_all(self.home.path().join(".ssh")).unwrap();
        std::fs::write(self.home.path().join(".ssh/id_ed25519.pub"), "ssh-ed25519 AAAAOWN me@home\n")
            .unwrap();
        self
    }
}

/// The binary without a service and without a key.
pub fn bare(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clore"));
    command.env_clear().env("HOME", home).stdin(Stdio::null());
    command
}

impl Run {
    pub fn of(mut command: Command) -> Self {
        Self::ended(
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap(),
        )
    }

    pub fn ended(child: Child) -> Self {
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let run = Self {
            code: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            err: text(output.stderr),
        };
        assert!(!run.err.contains("panicked"), "{}", run.err);
        run
    }

    /// Stdout as the one document it must be.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.out, self.err))
    }

    /// The same, checked to be a failure of this kind.
    pub fn failed(&self, code: i32, kind: &str) -> Value {
        let document = self.json();
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        assert_eq!(document["error"]["kind"], kind, "{}", self.out);
        assert!(document["error"]["message"].is_string() && document["error"]["order_ids"].is_array());
        document
    }
}
