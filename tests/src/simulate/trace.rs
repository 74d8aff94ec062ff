//! [`Trace`]: what happened, a line each, when somebody wants to read it.

use core::fmt::{self, Write as _};
use core::time::Duration;

/// Nothing is put into words unless the run is watched.
#[derive(Debug, Default)]
pub(super) struct Trace(Option<String>);

impl Trace {
    pub(super) fn new(watched: bool) -> Self {
        Self(watched.then(String::new))
    }

    /// `who` is a client's number or the service.
    pub(super) fn say(&mut self, at: Duration, who: Who, what: fmt::Arguments<'_>) {
        if let Some(text) = &mut self.0 {
            let _ = writeln!(text, "{:10.3}  {who:<8} {what}", at.as_secs_f64());
        }
    }

    pub(super) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    pub(super) fn into_text(self) -> String {
        self.0.unwrap_or_default()
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Who {
    /// Client and process.
    Client(usize, u32),
    Service,
    World,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(client, process) => f.pad(&format!("client{client}.{process}")),
            Self::Service => f.pad("service"),
            Self::World => f.pad("world"),
        }
    }
}
