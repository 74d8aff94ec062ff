//! A client for Clore.ai on async-std, whose transport runs on any futures-io runtime, and nothing is paid twice.
//! **async-std is no longer maintained** (RUSTSEC-2025-0052, as of 2025-08-24); its authors point to smol, on which the
//! same transport runs ([`HyperTransport`], and `examples/smol.rs`). New programs are better off there or on tokio
//! (`clore-tokio`); this crate is for those that are on async-std now.
//!
//! It moves bytes with [hyper](https://docs.rs/hyper)'s HTTP/1 connection over async-std's sockets and rustls with
//! ring, and no tokio runtime is started; every decision is `clore-core`'s. It follows no redirect, retries nothing by
//! itself, speaks to no proxy, and sends the key over https only, unless the host is this machine or
//! [`plain http was allowed`](clore_core::config::ConfigBuilder::allow_plain_http).
//!
//! ```
//! use clore_async_std::Client;
//! use clore_core::endpoint::create_order::{CreateOrder, DEFAULT_IMAGE};
//! use clore_core::search::Filter;
//! # use clore_core::{config::Config, secret::Secret};
//! # use core::time::Duration;
//! # #[async_std::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let clore = clore_sandbox::Server::builder(clore_sandbox::Options::new().servers(200)).speed(200.0).start("127.0.0.1:0")?;
//! # let settings = Config::builder().base_url(clore.url()).key(Secret::new(clore.key())).rate_limit(Duration::from_millis(20));
//! # let client = Client::builder().settings(settings).build()?;
//! # /*
//! let client = Client::from_env()?; // CLORE_API_KEY
//! # */
//! let cheap = Filter::new().gpu("RTX 4090").max_price("0.80".parse()?).min_reliability("85".parse()?);
//! let Some(offer) = client.find_cheapest(cheap).await? else { return Ok(()) };
//! let order = CreateOrder::on_demand(&offer, DEFAULT_IMAGE).ssh_key("ssh-ed25519 AAAA me");
//! let rented = client.rent(order).await?;
//! let Some(id) = rented.order() else { return Ok(()) }; // unclear: settle with client.resume()
//! let running = client.wait_for_order(id).await?;
//! println!("{}", running.ssh().map(|ssh| ssh.command_line()).unwrap_or_default());
//! client.cancel_order(id).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Dropping a future
//! `race`, timeouts and cancelled tasks drop futures at any await. A call that is dropped while it waits gives its turn
//! back. One that is dropped with a request in flight closes the connection, and that request counts as *maybe sent*: a
//! rental keeps its open intent in the journal, and [`Client::resume`] finds out what became of it.
//!
//! # Forking
//! A process that forks must build a new client in the child: connections, TLS state and the pacer's memory would be
//! shared by two processes that do not know of each other. The journal's file may be opened by both.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod client;
mod connection;
mod error_map;
mod runtime;
mod transport;

pub use client::{Client, ClientBuilder};
pub use runtime::{AsyncStd, Runtime};
pub use transport::HyperTransport;

#[cfg(test)]
mod tests;
