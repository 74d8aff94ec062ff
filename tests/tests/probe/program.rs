//! The four programs, each with a sandbox and a home of its own, and what they say made comparable.

use clore_sandbox::{Fault, Options, Server};
use serde_json::Value;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The command, and `probe` on each adapter.
pub const PROGRAMS: [&[&str]; 4] = [
    &[env!("CARGO_BIN_EXE_clore-beside")],
    &[env!("CARGO_BIN_EXE_probe"), "--adapter", "blocking"],
    &[env!("CARGO_BIN_EXE_probe"), "--adapter", "tokio"],
    &[env!("CARGO_BIN_EXE_probe"), "--adapter", "async-std"],
];

/// A service of the same seed and the same standing clock for each program.
pub struct Home {
    pub server: Server,
    program: &'static [&'static str],
    folder: tempfile::TempDir,
    url: String,
    key: String,
    limit: Option<(&'static str, &'static str)>,
}

/// What a run printed on stdout and how it ended, with ports, folders and drawn names taken out.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
    /// What must be the same by all.
    said: String,
}

impl Home {
    pub fn new(program: &'static [&'static str], faults: &[&str]) -> Self {
        let options = Options::new()
            .servers(60)
            .epoch(1_790_000_000)
            .interval(Duration::ZERO)
            .create_window(Duration::ZERO)
            .boot(Duration::ZERO);
        // So slow that nothing of it passes: times and costs in the answers are the same by all.
        let mut builder = Server::builder(options).speed(1e-9);
        for fault in faults {
            builder = builder.fault(Fault::parse(fault).unwrap());
        }
        let server = builder.start("127.0.0.1:0").unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join(".ssh")).unwrap();
        std::fs::write(folder.path().join(".ssh/id_ed25519.pub"), "ssh-ed25519 AAAAOWN me@home\n").unwrap();
        let (url, key) = (server.url(), server.key().to_owned());
        Self { server, program, folder, url, key, limit: None }
    }

    pub fn with_key(mut self, key: &str) -> Self {
        key.clone_into(&mut self.key);
        self
    }

    /// At an address where nobody listens.
    pub fn unreachable(mut self) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        self.url = format!("http://{free}");
        self
    }

    pub fn limited(mut self, name: &'static str, value: &'static str) -> Self {
        self.limit = Some((name, value));
        self
    }

    pub fn run(&self, words: &[&str]) -> Run {
        self.run_by(self.program, words)
    }

    /// The command `clore` in this home, whoever ran here before.
    pub fn clore(&self, words: &[&str]) -> Run {
        self.run_by(PROGRAMS[0], words)
    }

    fn run_by(&self, program: &[&str], words: &[&str]) -> Run {
        let mut command = Command::new(program[0]);
        command.env_clear().env("HOME", self.folder.path());
        command.env("CLORE_API_URL", &self.url).env("CLORE_API_KEY", &self.key).envs(self.limit);
        command.args(&program[1..]).args(["--interval", "0.01", "--grace", "1"]).args(words);
        let output =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let (out, err) = (text(output.stdout), text(output.stderr));
        assert!(!err.contains("panicked"), "{err}");
        let code = output.status.code().unwrap();
        let mut said = format!("{words:?}: {code}\n{}", without_times(&out.replace(&self.url, "URL")));
        let document = serde_json::from_str::<Value>(&out).unwrap_or_default();
        let drawn = |value: &Value| value.as_str().map(str::to_owned);
        let intents = document["intents"].as_array().into_iter().flatten();
        for intent in intents.chain([&document["intent"]]).filter_map(drawn) {
            said = said.replace(&intent, "INTENT");
        }
        Run { code, out, err, said }
    }
}

/// How long it took, ` in 5.1 s`, is no one's to repeat: pauses are drawn.
fn without_times(text: &str) -> String {
    let mut parts = text.split(" in ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let is_time = rest.len() < part.len() && rest.starts_with(" s");
        out += " in ";
        out += if is_time { rest } else { part };
    }
    out
}

impl Run {
    /// Stdout as the one document it must be.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.out, self.err))
    }
}

/// What all programs said at once, checked to be the same; as the command said it.
pub fn same_by_all(script: impl Fn(&'static [&'static str]) -> Vec<Run> + Sync) -> Vec<Run> {
    let mut all = std::thread::scope(|scope| {
        let threads = PROGRAMS.map(|program| scope.spawn(|| script(program)));
        threads.map(|thread| thread.join().unwrap()).into_iter()
    });
    let command = all.next().unwrap();
    for (runs, program) in all.zip(&PROGRAMS[1..]) {
        assert_eq!(runs.len(), command.len());
        for (run, expected) in runs.iter().zip(&command) {
            assert_eq!(run.said, expected.said, "{program:?}\n{}\nthe command:\n{}", run.err, expected.err);
        }
    }
    command
}
