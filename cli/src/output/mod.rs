//! What is printed, and where: results on stdout, everything else on stderr.
//!
//! Invariant: with `--json` exactly one document goes to stdout, whatever happens. A closed pipe is no panic.

mod cost;
mod document;
mod gigaspot;
mod hosted;
mod json;
mod money;
mod order;
mod server_config;
mod spot;
mod table;
mod wallets;

pub use cost::{CostRow, fee_words};
pub use document::Document;
pub use gigaspot::{BidRow, gigaspot_document, gigaspot_gpus, gigaspot_table};
pub use hosted::{hosted_document, hosted_table};
pub use json::{SshRow, number, orders_document, search_document};
pub use money::{amount, cell, coin_per_day, price_line};
pub use order::{order_document, order_lines};
pub use server_config::{config_document, config_lines, setting_changes};
pub use spot::{spot_document, spot_table};
pub use table::{orders_table, servers_table};
pub use wallets::{wallets_document, wallets_table};

use crate::exit::Failure;
use serde::Serialize;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the document of this process is out.
static DOCUMENT: AtomicBool = AtomicBool::new(false);

/// Prints a line of the result. Flushed, so that a pipe sees it at once.
pub fn line(text: &str) {
    let mut stdout = anstream::stdout();
    let _ = writeln!(stdout, "{text}");
    let _ = stdout.flush();
}

/// Tells the user something on stderr, flushed.
pub fn note(text: &str) {
    let mut stderr = anstream::stderr();
    let _ = writeln!(stderr, "{text}");
    let _ = stderr.flush();
}

/// Warns the user.
pub fn warn(text: &str) {
    note(&format!("warning: {text}"));
}

/// Prints the one document of `--json`. A second one is dropped.
pub fn document(document: &str) {
    if !DOCUMENT.swap(true, Ordering::SeqCst) {
        line(document);
    }
}

#[derive(Serialize)]
struct ErrorPart<'a> {
    kind: &'a str,
    message: &'a str,
    order_ids: Vec<u64>,
}

/// The document of a failure: its own details, and `error` with kind, message and order ids.
pub fn failure_document(failure: &Failure) -> String {
    let order_ids = failure.orders.iter().map(|order| order.number()).collect();
    let error = ErrorPart { kind: failure.kind, message: &failure.message, order_ids };
    failure.details.clone().with("error", &error).text()
}
