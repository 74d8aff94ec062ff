//! Run core on an HTTP library of your own.
//!
//! Implement [`BlockingTransport`](crate::drive::BlockingTransport) or [`Transport`](crate::drive::Transport), whose
//! module has the contract, and hand it to [`run_blocking`](crate::drive::run_blocking) or [`run`](crate::drive::run):
//!
//! ```
//! use clore_core::call::Call;
//! use clore_core::drive::{BlockingTransport, run_blocking};
//! use clore_core::error::Error;
//! use clore_core::op::{Operation, Plan, Settings};
//! use clore_core::session::Session;
//!
//! fn run<P: Plan>(
//!     transport: &impl BlockingTransport,
//!     session: &Session,
//!     plan: P,
//! ) -> Result<<P::Operation as Operation>::Output, Error> {
//!     let settings = Settings::new(session, transport.wall(), transport.entropy());
//!     run_blocking(transport, Call::new(session, plan.begin(&settings, transport.now())))
//! }
//! ```
//!
//! The package `examples/own_adapter` has a whole one, over a small HTTP library, in under 60 lines of code, and tests
//! that show its manners: copy both. What an adapter gets wrong most easily:
//!
//! | mistake | what comes of it |
//! |---|---|
//! | "never sent" where a byte may have left | a second rental; when in doubt, [`Unknown`](crate::effect::Delivery::Unknown) |
//! | the library follows redirects, or repeats a request on a fresh connection | a POST is sent twice, or the key goes elsewhere |
//! | a timeout per read in place of a total | a server that drips bytes holds the call for ever |
//! | the journal's record returns before it is safe | a crash hides a rental |
//! | a sleep that cannot be ended by unparking | threads that share a session wait too long |
//! | a packed body is pushed, or unpacked under its old headers | the exchange fails: [`Inbox`](crate::op::Inbox) refuses it |
//!
//! A body cut short is noticed by `Inbox` when its length was declared, a missing or second head always.
