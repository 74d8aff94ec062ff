//! The log of every request that arrived: what proves that nothing was sent twice, or too soon.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

/// One request as the sandbox saw it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Logged {
    /// When it arrived, on the sandbox's clock.
    pub at: Duration,
    /// `GET`, `POST`, …
    pub method: String,
    /// Path and query as sent, such as `/v1/my_orders?return_completed=true`.
    pub path: String,
    /// Whether an `auth` header came with it, right or wrong.
    pub with_key: bool,
    /// The body as sent.
    pub body: Vec<u8>,
    /// The code it was answered with, or would have been had a fault not swallowed the answer. None: not handled.
    pub code: Option<u8>,
    /// Why it was refused, in the sandbox's words.
    pub why: Option<String>,
    /// The scripted fault that was applied to it.
    pub fault: Option<String>,
}

impl Logged {
    /// The name of the call: the last part of the path, without `/v1/` and the query.
    pub fn call(&self) -> &str {
        let path = self.path.split('?').next().unwrap_or_default();
        path.strip_prefix("/v1/").unwrap_or(path)
    }
}

impl fmt::Debug for Logged {
    /// The body's length only: it may hold an SSH password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logged")
            .field("at", &self.at)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("with_key", &self.with_key)
            .field("body_len", &self.body.len())
            .field("code", &self.code)
            .field("why", &self.why)
            .field("fault", &self.fault)
            .finish()
    }
}

/// The newest requests, and how many there ever were.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    kept: VecDeque<Logged>,
    total: u64,
}

impl RequestLog {
    /// How many requests are kept: a sandbox may run for weeks.
    const KEPT: usize = 100_000;

    pub(crate) fn push(&mut self, logged: Logged) {
        if self.kept.len() == Self::KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(logged);
        self.total += 1;
    }

    pub(crate) fn all(&self) -> impl ExactSizeIterator<Item = &Logged> {
        self.kept.iter()
    }

    pub(crate) fn total(&self) -> u64 {
        self.total
    }
}
