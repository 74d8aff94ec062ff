//! The readers and requests of the gigaspot.
