//! [`GigaspotServer`]: one server of the gigaspot snapshot, with its GPUs' limits and the bids on it.

use super::bid::StandingBid;
use crate::error::DecodeError;
use crate::model::coin::Coin;
use crate::model::id::ServerId;
use crate::model::money::Rate;
use crate::model::reliability::Reliability;
use crate::wire::field::{self, Raw};
use crate::wire::number;
use core::ops::RangeInclusive;
use core::time::Duration;
use rust_decimal::Decimal;
use serde::Deserialize;

/// A server as the snapshot shows it. Every field is `None` where it does not say it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct GigaspotServer {
    /// Its id.
    pub id: ServerId,
    /// The bids on it that could be read.
    pub bids: Vec<StandingBid>,
    /// Bids that could not be read: their places in the list, counted from 0.
    pub odd_bids: Vec<usize>,
    /// Whether there was a list of bids at all. Without it nothing follows from the absence of a bid.
    pub bids_known: bool,
    /// Whether somebody has it on demand; then no bid holds it.
    pub on_demand_rented: Option<bool>,
    /// Whether it is online.
    pub online: Option<bool>,
    /// Whether it works properly.
    pub working_properly: Option<bool>,
    /// The processor.
    pub cpu: Option<String>,
    /// Its cores.
    pub cores: Option<u64>,
    /// Its threads.
    pub threads: Option<u64>,
    /// GB of memory.
    pub ram_gb: Option<Decimal>,
    /// Its GPUs, in the order in which their clocks are set. `None`: the list was missing or odd.
    pub gpus: Option<Vec<GigaspotGpu>>,
    /// The CUDA version.
    pub cuda: Option<String>,
    /// The longest rental (seconds on the wire).
    pub max_rental: Option<Duration>,
    /// The country, two letters, upper case.
    pub country: Option<String>,
    /// The account of its host.
    pub host: Option<u64>,
    /// How reliable it is.
    pub reliability: Option<Reliability>,
    /// The lowest bid that is accepted: CLORE per day for the whole server.
    pub min_bid: Option<Rate>,
    /// What the host says power costs, probably in dollars per kWh.
    pub energy_price: Option<Decimal>,
}

/// One GPU and what its clocks may be set to: watts and MHz, bounds included.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct GigaspotGpu {
    /// Its model.
    pub model: Option<String>,
    /// Watts.
    pub power_limit: Option<RangeInclusive<i64>>,
    /// MHz of the memory clock when locked.
    pub mem_lock: Option<RangeInclusive<i64>>,
    /// MHz of the core clock when locked.
    pub core_lock: Option<RangeInclusive<i64>>,
    /// MHz by which the memory clock may be moved.
    pub mem_offset: Option<RangeInclusive<i64>>,
    /// MHz by which the core clock may be moved.
    pub core_offset: Option<RangeInclusive<i64>>,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    bids: Raw<'a>,
    #[serde(borrow)]
    on_demand_rented: Raw<'a>,
    #[serde(borrow)]
    online: Raw<'a>,
    #[serde(borrow)]
    working_properly: Raw<'a>,
    #[serde(borrow)]
    cpu: Raw<'a>,
    #[serde(borrow)]
    cores: Raw<'a>,
    #[serde(borrow)]
    threads: Raw<'a>,
    #[serde(borrow)]
    ram: Raw<'a>,
    #[serde(borrow)]
    gpus: Raw<'a>,
    #[serde(borrow)]
    cuda: Raw<'a>,
    #[serde(borrow)]
    max_rental_length: Raw<'a>,
    #[serde(borrow)]
    cc: Raw<'a>,
    #[serde(borrow)]
    host: Raw<'a>,
    #[serde(borrow)]
    reliability: Raw<'a>,
    #[serde(borrow)]
    min_bid: Raw<'a>,
    #[serde(borrow)]
    energy_price: Raw<'a>,
}

#[derive(Deserialize)]
struct GpuRow<'a> {
    #[serde(borrow)]
    model: Raw<'a>,
    #[serde(borrow)]
    pl: Raw<'a>,
    #[serde(borrow)]
    mem_lock: Raw<'a>,
    #[serde(borrow)]
    core_lock: Raw<'a>,
    #[serde(borrow)]
    mem_offset: Raw<'a>,
    #[serde(borrow)]
    core_offset: Raw<'a>,
}

impl GigaspotServer {
    /// Reads the snapshot's value for the server `id`, a JSON object; every field of it is optional.
    ///
    /// # Errors
    /// Bytes that are not a JSON object, or a known field that comes twice.
    pub fn decode(id: ServerId, raw: &[u8]) -> Result<Self, DecodeError> {
        let row: Row<'_> = field::record(raw)?;
        let list = field::list(row.bids);
        let bids_known = list.is_some();
        let (mut bids, mut odd_bids) = (Vec::new(), Vec::new());
        for (place, bid) in list.unwrap_or_default().into_iter().enumerate() {
            match StandingBid::decode(bid.get().as_bytes()) {
                Ok(bid) => bids.push(bid),
                Err(_) => odd_bids.push(place),
            }
        }
        let country = field::word(row.cc).map(|cc| cc.to_ascii_uppercase());
        Ok(Self {
            id,
            bids,
            odd_bids,
            bids_known,
            on_demand_rented: field::boolean(row.on_demand_rented),
            online: field::boolean(row.online),
            working_properly: field::boolean(row.working_properly),
            cpu: field::word(row.cpu),
            cores: field::integer(row.cores),
            threads: field::integer(row.threads),
            ram_gb: field::decimal(row.ram),
            // An odd GPU in between would shift the places of those behind it.
            gpus: field::list(row.gpus).map(|gpus| gpus.into_iter().map(|gpu| gpu_of(Some(gpu))).collect()),
            cuda: field::text_or_number(row.cuda),
            max_rental: field::integer(row.max_rental_length).map(Duration::from_secs),
            country: country.filter(|cc| cc.len() == 2 && cc.bytes().all(|b| b.is_ascii_alphabetic())),
            host: field::integer(row.host),
            reliability: field::decimal(row.reliability).and_then(Reliability::from_wire),
            min_bid: field::decimal(row.min_bid).and_then(|bid| Rate::new(bid, Coin::Clore).ok()),
            energy_price: field::decimal(row.energy_price),
        })
    }

    /// Whether every bid on it was read.
    #[must_use]
    pub fn has_all_bids(&self) -> bool {
        self.bids_known && self.odd_bids.is_empty()
    }
}

/// A GPU that cannot be read keeps its place, with nothing known of it.
fn gpu_of(raw: Raw<'_>) -> GigaspotGpu {
    let Some(row) = field::object::<GpuRow<'_>>(raw) else { return GigaspotGpu::default() };
    GigaspotGpu {
        model: field::word(row.model),
        power_limit: bounds(row.pl),
        mem_lock: bounds(row.mem_lock),
        core_lock: bounds(row.core_lock),
        mem_offset: bounds(row.mem_offset),
        core_offset: bounds(row.core_offset),
    }
}

/// `[least, most]`.
fn bounds(raw: Raw<'_>) -> Option<RangeInclusive<i64>> {
    let list = field::list(raw)?;
    let [least, most] = list.as_slice() else { return None };
    let (least, most) = (number::signed(least.get())?, number::signed(most.get())?);
    (least <= most).then_some(least..=most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(raw: &str) -> GigaspotServer {
        GigaspotServer::decode(ServerId::new(5), raw.as_bytes()).unwrap()
    }

    #[test]
    fn an_odd_gpu_keeps_its_place() {
        let server = decode(
            r#"{"gpus":[{"model":"A","pl":[70,100]},7,{"model":"B","pl":[100,70],"mem_offset":[-5,5]}]}"#,
        );
        let gpus = server.gpus.unwrap();
        assert_eq!(gpus.len(), 3);
        assert_eq!(gpus[0].power_limit, Some(70..=100));
        assert_eq!(gpus[1], GigaspotGpu::default());
        assert_eq!((gpus[2].power_limit.clone(), gpus[2].mem_offset.clone()), (None, Some(-5..=5)));
        assert_eq!(decode(r#"{"gpus":{}}"#).gpus, None);
    }

    #[test]
    fn bids_that_are_missing_or_odd_are_not_no_bids() {
        assert!(decode(r#"{"bids":[]}"#).has_all_bids());
        for raw in ["{}", r#"{"bids":null}"#, r#"{"bids":{}}"#] {
            assert!(!decode(raw).has_all_bids(), "{raw}");
        }
        let server = decode(r#"{"bids":[{"id":1},7,{"id":2}],"min_bid":0,"cc":"RUS"}"#);
        assert_eq!((server.bids.len(), server.odd_bids.as_slice()), (2, &[1][..]));
        assert!(!server.has_all_bids());
        assert_eq!((server.min_bid, server.country), (None, None));
    }
}
