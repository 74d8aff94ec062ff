//! What is printed, and where: results on stdout, everything else on stderr.
//!
//! Invariant: with `--json` exactly one document goes to stdout, whatever happens. A closed pipe is no panic.

mod cost;
mod document;
mod gigaspot;
mod hosted;
mod json;
mod limit;
mod money;
mod order;
mod server_config;
mod spent;
mod spot;
mod table;
mod wallets;

pub use cost::{CostRow, fee_words};
pub use document::Document;
pub use gigaspot::{BidRow, gigaspot_document, gigaspot_gpus, gigaspot_table};
pub use hosted::{hosted_document, hosted_table};
pub use json::{SshRow, number, orders_document, search_document};
pub use limit::LimitRow;
pub use money::{amount, cell, coin_per_day, price_line, span};
pub use order::{order_document, order_lines};
pub use server_config::{config_document, config_lines, setting_changes};
pub use spent::{Spent, spent_document, spent_lines, spent_table};
pub use spot::{spot_document, spot_table};
pub use table::{orders_table, servers_table};
pub use wallets::{wallets_document, wallets_table};

use clore_core::excerpt::is_harmless;
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
        line(&inert(document));
    }
}

/// Prints one of several documents of `--json`, each a line.
pub fn line_of_json(document: &str) {
    line(&inert(document));
}

/// The same document with nothing in it that moves a cursor or hides: outside its texts JSON has no such characters,
/// inside they are escaped, so that a reader gets them back as they came.
pub fn inert(document: &str) -> String {
    let mut out = String::with_capacity(document.len());
    for c in document.chars() {
        if is_harmless(c) {
            out.push(c);
        } else {
            let mut units = [0; 2];
            out.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_inert_and_reads_back_as_it_came() {
        let text = "a\u{202e}b\u{9b}c\u{e0001}d\u{1b}\u{fc}";
        let document = serde_json::to_string(text).unwrap();
        let shown = inert(&document);
        assert!(shown.chars().all(is_harmless), "{shown}");
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
    }
}
