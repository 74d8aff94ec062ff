//! The host's own machines: [`HostedServer`], a row of `my_servers`, and [`ServerConfig`], the settings of one of them
//! (api-facts 3.9, 3.10).
//!
//! Prices are coin per **day** for the whole server, as everywhere (api-facts 5). A price of 0 is one that was not
//! set; unknown stays unknown. The token that joins a machine to the account never prints, nor does what runs on it
//! while nobody rents it.

mod config;
mod prices;
mod required;
mod server;
mod visibility;

pub use config::{BackgroundJob, ServerConfig};
pub use prices::UsdPrices;
pub use required::RequiredSetting;
pub use server::HostedServer;
pub use visibility::Visibility;

#[cfg(test)]
mod tests;
