//! What can go wrong, said once.
mod decode;
pub use decode::{DecodeError, Found};
