//! What a script is asked, and what it lets happen.

use crate::effect::Delivery;
use crate::error::FailureKind;
use core::time::Duration;
use http::HeaderMap;

/// One request as the script sees it; `n` counts all of them from 0.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) n: usize,
    pub(crate) at: u64,
    pub(crate) method: String,
    pub(crate) uri: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Asked {
    /// Path and query.
    pub(crate) fn path(&self) -> &str {
        self.uri.split_once("/v1").map_or(self.uri.as_str(), |(_, path)| path)
    }
}

/// What the script lets happen to a request.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(super) after: Duration,
    pub(super) what: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Answer { status: u16, headers: Vec<(&'static str, String)>, body: Vec<u8>, cut: bool },
    Fail(Delivery, FailureKind),
    Never,
}

/// An answer with HTTP 200.
pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Reply {
    status(200, body)
}

pub(crate) fn status(status: u16, body: impl Into<Vec<u8>>) -> Reply {
    let what = What::Answer { status, headers: Vec::new(), body: body.into(), cut: false };
    Reply { after: Duration::from_millis(50), what }
}

pub(crate) fn fail(delivery: Delivery, kind: FailureKind) -> Reply {
    Reply { after: Duration::from_millis(50), what: What::Fail(delivery, kind) }
}

pub(crate) fn refused_connection() -> Reply {
    fail(Delivery::NotSent, FailureKind::Connect)
}

pub(crate) fn reset() -> Reply {
    fail(Delivery::Unknown, FailureKind::Io(std::io::ErrorKind::ConnectionReset))
}

pub(crate) fn never() -> Reply {
    Reply { after: Duration::ZERO, what: What::Never }
}

impl Reply {
    pub(crate) fn after_ms(mut self, ms: u64) -> Self {
        self.after = Duration::from_millis(ms);
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let What::Answer { headers, .. } = &mut self.what {
            headers.push((name, value.into()));
        }
        self
    }

    /// The connection breaks before the end of the body.
    pub(crate) fn cut(mut self) -> Self {
        if let What::Answer { cut, .. } = &mut self.what {
            *cut = true;
        }
        self
    }
}
