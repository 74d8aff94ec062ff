//! Runs one Python script against one sandbox and keeps what it told: its steps, each with what the sandbox saw of it.

use crate::ours::Ours;
use crate::python::{Python, last_lines};
use clore_sandbox::{Fault, Logged, Rental, Server};
use core::time::Duration;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};

/// Longer than any step of any script: a script that is silent for so long hangs.
const SILENT: Duration = Duration::from_secs(90);

/// One call of a peer and what came of it.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// The name the table knows it by.
    pub(crate) name: String,
    /// The call in words.
    pub(crate) call: String,
    /// What it gave; when it raised, the exception's type and text.
    pub(crate) came: Result<Value, Raised>,
    /// How long it took by the wall's clock.
    pub(crate) seconds: f64,
    /// The requests that the sandbox saw during it.
    pub(crate) requests: Vec<Logged>,
    /// The rentals that really came of it.
    pub(crate) placed: usize,
}

/// An exception.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Raised {
    pub(crate) kind: String,
    pub(crate) text: String,
}

/// All that a script told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// Its steps in order.
    pub(crate) steps: Vec<Step>,
    /// Methods and options that no step used, for a script that must use all.
    pub(crate) missing: Option<Vec<String>>,
    /// How many methods the peer has, for such a script.
    pub(crate) methods: usize,
    /// Methods with their options and defaults, by class.
    pub(crate) surfaces: Vec<(String, Value)>,
}

/// A running script, killed when it is given up.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs `script` of the folder `tests/peers` to its end.
pub(crate) fn run(
    python: &Python,
    script: &str,
    mode: Option<&str>,
    server: &Server,
    more: &Value,
) -> Result<Told, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
    let mut command = python.command();
    command.arg(folder.join(script)).args(mode).env("CLORE_API_KEY", server.key());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = Running(command.spawn().map_err(|error| format!("{script} cannot be started: {error}"))?);
    let (stdin, stdout, stderr) = (child.0.stdin.take(), child.0.stdout.take(), child.0.stderr.take());
    let (Some(mut stdin), Some(stdout), Some(mut stderr)) = (stdin, stdout, stderr) else {
        return Err(format!("{script} has no pipes"));
    };
    let (lines, heard) = mpsc::channel();
    std::thread::spawn(move || {
        BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|line| lines.send(line))
    });
    let complaint = std::thread::spawn(move || {
        let mut text = String::new();
        let _ = stderr.read_to_string(&mut text);
        text
    });
    let mut first = json!({"url": server.url(), "key": server.key()});
    if let (Some(first), Some(more)) = (first.as_object_mut(), more.as_object()) {
        first.extend(more.clone());
    }
    write_line(&mut stdin, &first).map_err(|error| format!("{script} did not listen: {error}"))?;
    let mut listener = Listener { server, told: Told::default(), requests: 0, placed: 0 };
    let silent = loop {
        match heard.recv_timeout(SILENT) {
            Ok(line) => listener.hear(&line, &mut stdin).map_err(|why| format!("{script}: {why}"))?,
            Err(RecvTimeoutError::Timeout) => break true,
            Err(RecvTimeoutError::Disconnected) => break false,
        }
    };
    if silent {
        return Err(format!("{script} said nothing for {} s", SILENT.as_secs()));
    }
    drop(stdin);
    let status = child.0.wait().map_err(|error| format!("{script}: {error}"))?;
    let complaint = complaint.join().unwrap_or_default();
    if status.success() {
        let step = connections(server);
        listener.told.steps.push(step);
        return Ok(listener.told);
    }
    let last = listener.told.steps.last();
    let after =
        last.map_or_else(String::new, |step| format!(" after the step `{}` ({:?})", step.name, step.came));
    Err(format!("{script} failed{after}:\n{}", last_lines(&complaint, 8)))
}

/// A step of no call: how many connections the peer made for its requests.
fn connections(server: &Server) -> Step {
    let value = json!({"connections": server.connections(), "requests": server.requests().len()});
    let (name, call) = ("connections".to_owned(), "every call".to_owned());
    Step { name, call, came: Ok(value), seconds: 0.0, requests: Vec::new(), placed: 0 }
}

fn write_line(stdin: &mut ChildStdin, value: &Value) -> std::io::Result<()> {
    writeln!(stdin, "{value}")?;
    stdin.flush()
}

struct Listener<'a> {
    server: &'a Server,
    told: Told,
    requests: usize,
    placed: usize,
}

impl Listener<'_> {
    fn hear(&mut self, line: &str, stdin: &mut ChildStdin) -> Result<(), String> {
        let said = parse(line)?;
        if let Some(asked) = said.get("ask").and_then(Value::as_str) {
            let answer = self.answer(asked, &said)?;
            return write_line(stdin, &answer).map_err(|error| format!("it did not listen: {error}"));
        }
        if let Some(class) = said.get("surface").and_then(Value::as_str) {
            self.told.surfaces.push((class.to_owned(), said.get("methods").cloned().unwrap_or_default()));
        } else if said.get("covered").is_some() {
            let texts = |key: &str| -> Vec<String> {
                let list = said.get(key).and_then(Value::as_array);
                list.into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
            };
            self.told.methods = texts("methods").len();
            self.told.missing = Some(texts("missing"));
        } else if said.get("step").is_some() {
            let step = self.witnessed(step(&said));
            self.told.steps.push(step);
            // The script waits, so that its next request is not taken for this step's.
            return write_line(stdin, &Value::Null).map_err(|error| format!("it did not listen: {error}"));
        }
        Ok(())
    }

    fn answer(&mut self, asked: &str, said: &Value) -> Result<Value, String> {
        match asked {
            "orders" => Ok(self.server.ledger().iter().map(ledger_row).collect()),
            "fault" => {
                let text = said.get("text").and_then(Value::as_str).unwrap_or_default();
                let fault = Fault::parse(text).map_err(|error| format!("the fault `{text}`: {error}"))?;
                self.server.fault(fault);
                Ok(Value::Null)
            }
            "hosted" => {
                // A request more on the same key: it keeps its distance from the peer's.
                let pause = Duration::from_millis(1100);
                std::thread::sleep(pause);
                let name = Ours::new(self.server)?.hosted_name()?;
                self.requests = self.server.requests().len();
                std::thread::sleep(pause);
                Ok(Value::String(name))
            }
            other => Err(format!("it asks `{other}`, which nobody knows")),
        }
    }

    /// Adds what the sandbox saw since the step before.
    fn witnessed(&mut self, mut step: Step) -> Step {
        let requests = self.server.requests();
        step.requests = requests.get(self.requests..).unwrap_or_default().to_vec();
        self.requests = requests.len();
        let placed = self.server.ledger().len();
        step.placed = placed.saturating_sub(self.placed);
        self.placed = placed;
        step
    }
}

fn ledger_row(rental: &Rental) -> Value {
    json!({"order_id": rental.order_id, "server_id": rental.server_id, "open": rental.is_open()})
}

/// A line; Python writes `NaN` and `Infinity`, which are no JSON.
fn parse(line: &str) -> Result<Value, String> {
    let found = serde_json::from_str(line);
    let found =
        found.or_else(|_| serde_json::from_str(&line.replace("NaN", "null").replace("Infinity", "null")));
    found.map_err(|error| format!("it said what is no JSON ({error})"))
}

fn step(said: &Value) -> Step {
    let text = |key: &str| said.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let came = match said.get("ok").and_then(Value::as_bool) {
        Some(true) => Ok(said.get("value").cloned().unwrap_or_default()),
        _ => Err(Raised { kind: text("error"), text: text("text") }),
    };
    let seconds = said.get("seconds").and_then(Value::as_f64).unwrap_or_default();
    Step { name: text("step"), call: text("call"), came, seconds, requests: Vec::new(), placed: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_raised_and_one_that_did_not_are_told_apart() {
        let good = step(&parse(r#"{"step":"a","call":"a()","ok":true,"value":NaN,"seconds":0.5}"#).unwrap());
        assert_eq!((good.name.as_str(), good.came, good.seconds), ("a", Ok(Value::Null), 0.5));
        let bad =
            step(&parse(r#"{"step":"a","call":"a()","ok":false,"error":"KeyError","text":"'x'"}"#).unwrap());
        assert_eq!(bad.came, Err(Raised { kind: "KeyError".to_owned(), text: "'x'".to_owned() }));
        assert!(parse("Ready!").is_err(), "a peer that prints into the protocol is noticed");
    }
}
