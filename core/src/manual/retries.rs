//! What is sent again, what never is, and how long a call can take.
//!
//! Each request has an [`Effect`](crate::effect::Effect), each attempt a [`Delivery`](crate::effect::Delivery). The two
//! and the service's answer decide; [`retry`](crate::retry) prints the table.
//!
//! - A read, or a cancel, is sent again after a fault that may pass: after 2^attempt seconds, jittered and capped, or
//!   when `Retry-After` says.
//! - A request that certainly never left may be sent again, whatever it is.
//! - A create or a new bid whose fate is unknown is **never** simply sent again. `Rent` reads the orders until it knows
//!   or says that it does not; a one-shot create ends in
//!   [`OutcomeUnknown`](crate::error::ErrorKind::OutcomeUnknown).
//! - "Too fast" (code 5) pauses everybody who shares the session. A create is repeated after it only when a reading
//!   shows no new order.
//!
//! | setting | default | bounds |
//! |---|---|---|
//! | [`timeout`](crate::config::ConfigBuilder::timeout) | 30 s | one attempt |
//! | [`deadline`](crate::config::ConfigBuilder::deadline) | 120 s | a whole call, waiting for its turns included |
//! | [`max_retries`](crate::config::ConfigBuilder::max_retries) | 3 | all attempts of one request; 0 and 1 mean one |
//! | [`rate_limit`](crate::config::ConfigBuilder::rate_limit) | 1.1 s | between the starts of two requests |
//! | [`create_gap`](crate::config::ConfigBuilder::create_gap) | 5.5 s | between two creates |
//!
//! For renting the deadline ends at the create's answer; settling earlier attempts and finding out what became of an
//! unclear one have 90 s each of their own. A wait has its own timeout, 300 s by default.
