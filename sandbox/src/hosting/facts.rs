//! What a connected server holds, read from its row: the market keeps rows as text.

use serde_json::Value;

use crate::market::Listing;

/// The facts of a row that hosts and gigaspot tell of too. A row that lacks one is no error.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    listing: &'a Listing,
    specs: Value,
}

impl<'a> Facts<'a> {
    pub(crate) fn of(listing: &'a Listing) -> Facts<'a> {
        let facts = Facts { listing, specs: Value::Null };
        Facts { specs: facts.value("specs"), ..facts }
    }

    /// A field of the row as JSON text.
    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.listing.echoed(key)
    }

    /// A field of the row; null where it has none.
    pub(crate) fn value(&self, key: &str) -> Value {
        self.text(key).and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null)
    }

    /// api-facts 3.2 `specs`.
    pub(crate) fn specs(&self) -> &Value {
        &self.specs
    }

    /// The short name of each GPU.
    pub(crate) fn gpus(&self) -> Vec<String> {
        serde_json::from_str(&self.listing.short_gpus).unwrap_or_default()
    }

    /// api-facts 3.2 `specs.pl`: the power limit of one GPU, W.
    pub(crate) fn watts(&self, gpu: usize) -> u64 {
        // 13 recorded rows have fewer limits than GPUs.
        self.specs["pl"][gpu].as_u64().filter(|watts| *watts > 0).unwrap_or(150)
    }
}
