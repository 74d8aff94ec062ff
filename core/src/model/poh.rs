//! [`PohBalance`]: the account's proof of holding, which lowers its fees (api-facts 3.15).
//!
//! One source describes the answer, so every field is optional. Addresses, signatures and what was signed are private
//! and do not print.

use super::coin::Coin;
use super::date::date;
use super::money::Amount;
use crate::error::DecodeError;
use crate::secret::Secret;
use crate::time::UnixTime;
use crate::wire::field::{self, Raw};
use crate::wire::rows::SkippedRows;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What the account proves to hold. Amounts are, by the name of the programme, in CLORE.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PohBalance {
    /// The proven addresses that could be read.
    pub items: Vec<PohItem>,
    /// Records that could not.
    pub skipped: SkippedRows,
    /// How many addresses the service counts.
    pub count: Option<u64>,
    /// All that is held.
    pub total: Option<Amount>,
    /// What of it is not bound.
    pub free: Option<Amount>,
    /// What counts for rewards.
    pub reward: Option<Amount>,
    /// What is bound by offers, by the service's own names.
    pub offers: BTreeMap<String, Amount>,
}

/// One proven address.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PohItem {
    /// The account's number.
    pub user: Option<u64>,
    /// The address, which is private.
    pub address: Option<Secret>,
    /// The signature, which is private.
    pub signature: Option<Secret>,
    /// What was signed; it may name the address.
    pub message: Option<Secret>,
    /// When it was added.
    pub created: Option<UnixTime>,
    /// Whether no other account has it.
    pub unique: Option<bool>,
    /// Whether it is to be removed.
    pub remove: Option<bool>,
    /// How it stands, as it came: show it through [`Excerpt`](crate::excerpt::Excerpt).
    pub status: Option<String>,
    /// What is on it.
    pub balance: Option<Amount>,
    /// When it was last looked at.
    pub last_check: Option<UnixTime>,
}

/// The totals beside the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct PohTotals {
    pub(crate) total: Option<Amount>,
    pub(crate) free: Option<Amount>,
    pub(crate) reward: Option<Amount>,
    pub(crate) offers: BTreeMap<String, Amount>,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    user: Raw<'a>,
    #[serde(borrow)]
    address: Raw<'a>,
    #[serde(borrow)]
    signature: Raw<'a>,
    #[serde(borrow)]
    message: Raw<'a>,
    #[serde(borrow)]
    created: Raw<'a>,
    #[serde(borrow)]
    unique: Raw<'a>,
    #[serde(borrow)]
    remove: Raw<'a>,
    #[serde(borrow)]
    status: Raw<'a>,
    #[serde(borrow)]
    balance: Raw<'a>,
    #[serde(borrow)]
    last_check: Raw<'a>,
}

#[derive(Deserialize, Default)]
struct Totals<'a> {
    #[serde(borrow)]
    total: Raw<'a>,
    #[serde(borrow)]
    free_amount: Raw<'a>,
    #[serde(borrow)]
    reward_amount: Raw<'a>,
    #[serde(borrow)]
    offers: Raw<'a>,
}

fn clore(raw: Raw<'_>) -> Option<Amount> {
    field::decimal(raw).map(|amount| Amount::new(amount, Coin::Clore))
}

impl PohBalance {
    /// Whether more than half of the records could not be used: the service's answers have probably changed, and what
    /// was read of them may be wrong as well.
    #[must_use]
    pub fn is_drifting(&self) -> bool {
        self.skipped.is_drift(self.items.len())
    }

    /// The strict view: the proven addresses, if every record was read.
    ///
    /// # Errors
    /// The first record that could not be used, by its place.
    pub fn strict(&self) -> Result<&[PohItem], DecodeError> {
        self.skipped.refuse("items").map(|()| self.items.as_slice())
    }
}

impl PohItem {
    /// Reads one element of `items`, a JSON object; every field of it is optional.
    ///
    /// # Errors
    /// Bytes that are not a JSON object, or a known field that comes twice.
    pub fn decode(raw: &[u8]) -> Result<Self, DecodeError> {
        let row: Row<'_> = field::record(raw)?;
        Ok(Self {
            user: field::integer(row.user),
            address: field::word(row.address).map(Secret::new),
            signature: field::word(row.signature).map(Secret::new),
            message: field::text(row.message).map(Secret::new),
            created: date(row.created),
            unique: field::boolean(row.unique),
            remove: field::boolean(row.remove),
            status: field::text_or_number(row.status),
            balance: clore(row.balance),
            last_check: date(row.last_check),
        })
    }
}

impl PohTotals {
    /// Reads the JSON text of the field `balance`; what is missing or odd in it is unknown.
    pub(crate) fn read(json: &str) -> Self {
        let totals: Totals<'_> = field::record(json.as_bytes()).unwrap_or_default();
        let offers = field::entries(totals.offers).unwrap_or_default().into_iter();
        Self {
            total: clore(totals.total),
            free: clore(totals.free_amount),
            reward: clore(totals.reward_amount),
            offers: offers.filter_map(|(name, value)| Some((name, clore(Some(value))?))).collect(),
        }
    }
}
