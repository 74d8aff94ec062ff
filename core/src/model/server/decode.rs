//! Reading a marketplace row.

use super::gpus::GpuFields;
use super::specs::SpecsRow;
use super::{Availability, Prices, Rating, Server};
use crate::error::DecodeError;
use crate::model::coin::Coin;
use crate::model::id::ServerId;
use crate::model::reliability::Reliability;
use crate::wire::field::{self, Raw};
use core::time::Duration;
use rust_decimal::Decimal;
use serde::Deserialize;

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    id: Raw<'a>,
    #[serde(borrow)]
    owner: Raw<'a>,
    #[serde(borrow)]
    mrl: Raw<'a>,
    #[serde(borrow)]
    price: Raw<'a>,
    #[serde(borrow)]
    rented: Raw<'a>,
    #[serde(borrow)]
    reliability: Raw<'a>,
    #[serde(borrow)]
    allowed_coins: Raw<'a>,
    #[serde(borrow)]
    rating: Raw<'a>,
    #[serde(borrow)]
    cuda_version: Raw<'a>,
    #[serde(borrow)]
    oc: Raw<'a>,
    #[serde(borrow)]
    verification: Raw<'a>,
    #[serde(borrow)]
    gigaspot: Raw<'a>,
    #[serde(borrow)]
    partial_gpu_rental: Raw<'a>,
    #[serde(borrow)]
    gpu_array: Raw<'a>,
    #[serde(borrow)]
    specs: Raw<'a>,
}

#[derive(Deserialize)]
struct RatingRow<'a> {
    #[serde(borrow)]
    avg: Raw<'a>,
    #[serde(borrow)]
    cnt: Raw<'a>,
}

impl Server {
    /// Reads one row of `servers`, a JSON object.
    ///
    /// # Errors
    /// Bytes that are not a JSON object, a known field that comes twice, or no readable id.
    pub fn decode(raw: &[u8]) -> Result<Self, DecodeError> {
        let row: Row<'_> = field::record(raw)?;
        let id = field::integer(row.id)
            .ok_or_else(|| DecodeError::new("id", "the id of a server", field::found(row.id)))?;
        let specs: SpecsRow<'_> = field::object(row.specs).unwrap_or_default();
        Ok(Self {
            id: ServerId::new(id),
            owner: field::integer(row.owner),
            max_rental: hours(row.mrl),
            prices: Prices::decode(row.price),
            availability: Availability::decode(row.rented, row.partial_gpu_rental),
            reliability: field::decimal(row.reliability).and_then(Reliability::from_wire),
            allowed_coins: field::list_of_text(row.allowed_coins)
                .map(|names| names.iter().map(|name| Coin::named(name)).collect()),
            rating: rating(row.rating),
            cuda: field::text_or_number(row.cuda_version).and_then(|text| text.parse().ok()),
            overclock_allowed: field::boolean(row.oc),
            verification: field::integer(row.verification),
            // What an object says is known to nobody (api-facts 3.2): it must not take a server off the market.
            gigaspot: field::boolean(row.gigaspot),
            gpus: GpuFields {
                gpu: specs.gpu,
                gpuram: specs.gpuram,
                gpu_array: row.gpu_array,
                total_gpus: Availability::total_gpus(row.partial_gpu_rental),
            }
            .decode(),
            specs: specs.decode(),
        })
    }
}

/// The marketplace's `mrl` counts hours, an order's seconds (api-facts 4.4).
fn hours(raw: Raw<'_>) -> Option<Duration> {
    field::integer(raw)?.checked_mul(3600).map(Duration::from_secs)
}

fn rating(raw: Raw<'_>) -> Option<Rating> {
    let row: RatingRow<'_> = field::object(raw)?;
    let count = field::integer(row.cnt).filter(|count| *count > 0)?;
    let average = field::decimal(row.avg)?;
    (average >= Decimal::ZERO && average <= Decimal::from(5_u8)).then_some(Rating { average, count })
}
