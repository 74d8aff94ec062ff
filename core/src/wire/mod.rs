//! What the service's bytes mean: the envelope, numbers, fields and records.
pub(crate) mod bounds;
pub mod envelope;
pub(crate) mod field;
pub(crate) mod kept;
pub mod number;
pub mod records;
pub mod rows;
pub(crate) mod value;
