//! A service that says what a test puts into its mouth: one JSON body per call, for answers no sandbox would give.

use crate::shell::{Run, bare};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::{Arc, Mutex};

/// The service, a home, and every request it got, as `wallets` or `set_spot_price {"order_id":7}`.
pub struct Canned {
    url: String,
    home: tempfile::TempDir,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Canned {
    /// Answers the call `name` with its body, in which `{URL}` is its own address, anything else with code 4.
    pub fn new(answers: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answers: Vec<_> =
            answers.iter().map(|(call, body)| ((*call).to_owned(), body.replace("{URL}", &url))).collect();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream);
                let (mut line, mut length) = (String::new(), 0);
                reader.read_line(&mut line).unwrap();
                loop {
                    let mut header = String::new();
                    reader.read_line(&mut header).unwrap();
                    let header = header.trim().to_ascii_lowercase();
                    if let Some(value) = header.strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    if header.is_empty() {
                        break;
                    }
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                let call = line.split(' ').nth(1).unwrap().trim_start_matches("/v1/").to_owned();
                let name = call.split('?').next().unwrap().to_owned();
                kept.lock()
                    .unwrap()
                    .push(format!("{name} {}", String::from_utf8_lossy(&body)).trim().to_owned());
                let found =
                    answers.iter().find(|(of, _)| *of == call).or(answers.iter().find(|(of, _)| *of == name));
                let body = found.map_or(r#"{"code":4}"#, |(_, body)| body);
                let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length:";
                let _ = write!(reader.get_mut(), "{head} {}\r\n\r\n{body}", body.len());
            }
        });
        Self { url, home: tempfile::tempdir().unwrap(), seen }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bare(self.home.path());
        command.env("CLORE_API_URL", &self.url).env("CLORE_API_KEY", "a-key");
        command.args(["--interval", "0.01", "--grace", "1"]).args(arguments);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments))
    }

    /// The files of kept passwords.
    pub fn passwords(&self) -> Vec<std::path::PathBuf> {
        let mut folders = vec![self.home.path().join(".local/state/clore/passwords")];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}
