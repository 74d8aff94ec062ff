//! The pacer against a naive model, against its properties, and the gate with virtual tasks and real threads.

mod arrivals;
mod bench;
mod contention;
mod estimates;
mod model;
mod properties;
mod rules;
mod story;
mod strict;
mod threads;
mod traces;
