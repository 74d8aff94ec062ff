//! How to reach a rented machine: checked host names, and the exact `ssh` arguments.
//!
//! Everything in here was checked word by word before it got its type; nothing is ever handed to a shell.

mod host;
mod http;
mod ssh;

pub(crate) use host::port;
pub use host::{Host, NotAHost};
pub use http::HttpAccess;
pub use ssh::{HostKeys, NotAnSshTarget, SshTarget};
