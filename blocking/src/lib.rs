//! A blocking client for Clore.ai: no runtime, threads share one client, and nothing is paid twice.
//!
//! It moves bytes with [ureq](https://docs.rs/ureq) and sleeps; every decision is `clore-core`'s. It follows no
//! redirect, retries nothing by itself, takes the environment's proxy only when asked to, and sends the key over https
//! only, unless the host is this machine or [`plain http was allowed`](clore_core::config::ConfigBuilder::allow_plain_http).
//!
//! At the level TRACE of the crate `log` ureq writes the bytes of every request, **the key and passwords among them**, and
//! has no setting against it. So the feature `mute-wire-log`, on by default, compiles that level of that crate out of the
//! whole program (`log`'s `max_level_debug`; `tracing` is not touched). Without it keep the target `ureq_proto` at DEBUG
//! or above wherever a logger is installed; `log`'s `release_max_level_trace` in some other crate outdoes it.
//!
//! ```
//! use clore_blocking::Client;
//! use clore_core::endpoint::create_order::{CreateOrder, DEFAULT_IMAGE};
//! use clore_core::search::Filter;
//! # use clore_core::{config::Config, secret::Secret};
//! # use core::time::Duration;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let clore = clore_sandbox::Server::builder(clore_sandbox::Options::new().servers(200)).speed(200.0).start("127.0.0.1:0")?;
//! # let settings = Config::builder().base_url(clore.url()).key(Secret::new(clore.key())).rate_limit(Duration::from_millis(20));
//! # let client = Client::builder().settings(settings).build()?;
//! # /*
//! let client = Client::from_env()?; // CLORE_API_KEY
//! # */
//! let cheap = Filter::new().gpu("RTX 4090").max_price("0.80".parse()?).min_reliability("85".parse()?);
//! let Some(offer) = client.find_cheapest(cheap)? else { return Ok(()) };
//! let order = CreateOrder::on_demand(&offer, DEFAULT_IMAGE).ssh_key("ssh-ed25519 AAAA me");
//! let rented = client.rent(order)?;
//! let Some(id) = rented.order() else { return Ok(()) }; // unclear: settle with client.resume()
//! let running = client.wait_for_order(id)?;
//! println!("{}", running.ssh().map(|ssh| ssh.command_line()).unwrap_or_default());
//! client.cancel_order(id)?;
//! # Ok(())
//! # }
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod client;
mod error_map;
#[doc = include_str!("from_python.md")]
pub mod from_python {}
mod lookup;
mod transport;

pub use client::{Client, ClientBuilder};

#[cfg(test)]
mod rental_tests;
#[cfg(test)]
mod tests;

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
