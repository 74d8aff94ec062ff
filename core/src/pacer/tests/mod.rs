//! The pacer against a naive model, against its properties, and the gate with virtual tasks and real threads.

mod bench;
mod contention;
mod model;
mod rules;
mod threads;
mod traces;
