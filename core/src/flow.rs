//! [`Flow`]: what a reader of pushed bytes says after each push.

/// Whether more of an answer is wanted.
///
/// Closed: a transport either goes on or stops.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Flow {
    /// Push what comes next.
    Continue,
    /// Enough, or over a cap: push no more, and close the connection.
    Stop,
}
