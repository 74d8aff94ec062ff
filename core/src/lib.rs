//! The Clore.ai protocol, without input or output: what to send, when, whether again, and what an answer means.
//!
//! Most programs want a client (`clore-blocking`) and find here its types; the [`manual`] says how to use them, and
//! [`manual::money`] what must hold so that nothing is paid twice.
//!
//! ```text
//!            your program · a client · an adapter of your own
//!                 │ Plan: an endpoint, or an operation          ▲ Result, Event
//!  ┌──────────────▼──────────────────────────────────────────────┴───────────────┐
//!  │ drive     the two loops; what a transport must do                            │
//!  │ call      an operation with its turns, host and key; safe to drop anywhere   │
//!  │ op        Single · FindServers · Rent · WaitForOrder · Cancel: pure machines │
//!  │ pacer     who may send when     retry  again or not     journal  intents     │
//!  │ spending  limits, and the caps of one order                                  │
//!  │ endpoint  one file per API call          search  filters over a listing      │
//!  │ wire      envelope, tolerant fields, the record splitter                     │
//!  │ model     servers, orders, wallets, money with its unit                      │
//!  └──────────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! Nothing in here reads a clock, opens a socket or starts a thread: time and bytes are arguments. So a whole call can
//! be walked by hand, and that is all that a driver does:
//!
//! ```
//! use clore_core::call::Call;
//! use clore_core::config::Config;
//! use clore_core::endpoint::wallets::Wallets;
//! use clore_core::op::{Plan, Settings, Step};
//! use clore_core::secret::Secret;
//! use clore_core::session::Session;
//! use clore_core::time::Moment;
//! use http::{HeaderMap, StatusCode};
//! use std::task::Waker;
//!
//! let session = Session::new(Config::builder().key(Secret::new("key")).build()?);
//! let mut now = Moment::ORIGIN;
//! let mut call = Call::new(&session, Wallets.begin(&Settings::new(&session, None, [7; 32]), now));
//! let mut answers = [
//!     (StatusCode::BAD_GATEWAY, "<html>"), // a read is sent again, after a pause
//!     (StatusCode::OK, r#"{"wallets":[{"name":"bitcoin","balance":0.1}],"code":0}"#),
//! ]
//! .into_iter();
//! let list = loop {
//!     match call.poll(now, Waker::noop()) {
//!         Step::Send(exchange) => {
//!             assert_eq!(exchange.request.uri(), "https://api.clore.ai/v1/wallets");
//!             let (status, body) = answers.next().ok_or("asked too often")?;
//!             let mut inbox = call.inbox();
//!             let told = inbox.head(status, &HeaderMap::new()).and_then(|()| inbox.data(body.as_bytes()));
//!             inbox.close(now, Some(told.map_err(Into::into)));
//!         }
//!         Step::Wait(until) => now = until, // a real driver sleeps
//!         Step::Done(result) => break result?,
//!         other => unreachable!("a read neither records nor asks: {other:?}"),
//!     }
//! };
//! assert_eq!(list.wallets.len(), 1);
//! assert!(now > Moment::ORIGIN, "it waited before the second attempt");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod call;
pub mod client;
pub mod config;
pub mod drift;
pub mod drive;
pub mod effect;
pub mod endpoint;
pub mod error;
pub mod event;
pub mod excerpt;
pub mod flow;
pub mod foreign_address;
pub mod journal;
pub mod limits;
pub mod manual;
pub mod model;
pub mod op;
pub mod pacer;
pub mod retry;
pub mod search;
pub mod secret;
pub mod session;
pub mod spending;
mod surface;
pub mod time;
pub mod wire;

#[cfg(test)]
mod recordings;
