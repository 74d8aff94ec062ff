//! What the service's bytes mean: the envelope, numbers, fields and records.
pub(crate) mod field;
pub mod number;
