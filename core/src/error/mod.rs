//! What can go wrong, said once.
mod code;
mod decode;
mod invalid;
mod reason;
mod refusal;
pub use code::{CODES, Code, CodeRow};
pub use decode::{DecodeError, Found};
pub use invalid::{InvalidRequest, Why};
pub(crate) use reason::ReasonNumbers;
pub use reason::{REASONS, Reason, ReasonRow};
pub use refusal::Refusal;
