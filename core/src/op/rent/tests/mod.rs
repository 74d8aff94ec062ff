//! Renting, proved: the generated table, rules by name, and a simulation with crashes.

mod candidates;
mod journal;
mod limits;
mod once;
mod readings;
mod settling;
mod simulation;
mod table;
mod table_inputs;
mod table_journals;
mod table_walk;
mod world;
