//! [`Racers`]: several that rent at once with one journal, each in a thread or in a process of its own.
//!
//! A process is the test's own binary, run for one of its tests alone, which does nothing unless it is told what to rent.

use clore_blocking::Client;
use clore_sandbox::Server;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Barrier;

/// How one of them makes its client and rents.
#[derive(Clone, Copy, Debug)]
pub struct Racers {
    /// The test that a process of its own runs: it calls [`Racers::child`] and prints what that says.
    pub test: &'static str,
    /// A client by the service's address, the key and the journal's folder.
    pub client: fn(&str, &str, &Path) -> Client,
    /// Rents a server, and says in one line what came of it.
    pub rent: fn(&Client, u64) -> String,
}

/// What a child process is told by: the sandbox, its key, the journal and the server to rent.
const CHILD: &str = "CLORE_TESTS_RACER";

impl Racers {
    /// Rents these servers at once; what each says, in their order.
    ///
    /// # Panics
    /// When a thread or process cannot be started, or says nothing.
    #[must_use]
    pub fn at_once(&self, sandbox: &Server, folder: &Path, servers: &[u64], processes: bool) -> Vec<String> {
        let (url, start) = (sandbox.url(), Barrier::new(servers.len()));
        let one = |server: u64| {
            if !processes {
                let client = (self.client)(&url, sandbox.key(), folder);
                start.wait();
                return (self.rent)(&client, server);
            }
            let told = format!("{url}\n{}\n{}\n{server}", sandbox.key(), folder.display());
            start.wait();
            let output = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", self.test, "--nocapture", "--test-threads=1"])
                .env(CHILD, told)
                .stdin(Stdio::null())
                .output()
                .unwrap();
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let line = text.split("came: ").nth(1).and_then(|rest| rest.lines().next());
            line.unwrap_or_else(|| panic!("{text}")).to_owned()
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = servers.iter().map(|server| scope.spawn(move || one(*server))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        })
    }

    /// Rents as a child process that was told what; the line to print. `None`: this process is no such child.
    ///
    /// # Panics
    /// When it was told something else.
    #[must_use]
    pub fn child(&self) -> Option<String> {
        let told = std::env::var(CHILD).ok()?;
        let words: Vec<&str> = told.lines().collect();
        let [url, key, folder, server] = words[..] else { panic!("{told}") };
        let came = (self.rent)(&(self.client)(url, key, Path::new(folder)), server.parse().unwrap());
        Some(format!("came: {came}"))
    }
}
