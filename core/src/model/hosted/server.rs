//! [`HostedServer`]: one row of `my_servers` (api-facts 3.9).

use super::Visibility;
use super::prices::{UsdPrices, coin_list, rates, usd_prices, words};
use crate::error::DecodeError;
use crate::model::coin::Coin;
use crate::model::id::ServerId;
use crate::model::money::Rate;
use crate::model::server::{GpuFields, Gpus, Specs, SpecsRow};
use crate::secret::Secret;
use crate::wire::field::{self, Raw};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// One of the account's own machines. Only a missing name costs the row; everything else may be unknown.
///
/// The name is the service's text: show it through [`Excerpt`](crate::excerpt::Excerpt).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HostedServer {
    /// Its name, by which the host's calls know it.
    pub name: String,
    /// Its number in the marketplace; none in the documented answer.
    pub id: Option<ServerId>,
    /// Whether it ever joined the service.
    pub connected: Option<bool>,
    /// Whether it is connected now.
    pub online: Option<bool>,
    /// Who sees it.
    pub visibility: Option<Visibility>,
    /// The prices on demand: coin per day for the whole server (`pricing`). A coin without a price is absent.
    pub on_demand: BTreeMap<Coin, Rate>,
    /// The least bids: coin per day for the whole server (`min_spot_pricing`).
    pub min_spot: BTreeMap<Coin, Rate>,
    /// Prices in dollars, by the coin that pays (`usd_pricing`).
    pub usd_prices: BTreeMap<Coin, UsdPrices>,
    /// `autoprice`, of unknown meaning.
    pub autoprice: BTreeMap<Coin, String>,
    /// The coins that pay (`allowed_currencies`). `None`: not said.
    pub allowed_coins: Option<Vec<Coin>>,
    /// What a machine joins the account with; there while it never did. A secret.
    pub init_token: Option<Secret>,
    /// Its GPUs.
    pub gpus: Gpus,
    /// The rest of the hardware; `None` while it never joined.
    pub specs: Option<Specs>,
    /// Whether the service finds nothing wrong with it.
    pub working_properly: Option<bool>,
    /// Whether renters get a VPN (`is_vpn_enabled`).
    pub vpn: Option<bool>,
    /// Whether a change of many prices at once takes it along.
    pub mass_price_changeable: Option<bool>,
    /// `max_fair_price_usd` as it came; its period is not documented.
    pub max_fair_price_usd: Option<Decimal>,
    /// `lock_balance` as it came; its coin is not documented.
    pub lock_balance: Option<Decimal>,
    /// `monitoring`, of unknown meaning.
    pub monitoring: Option<u64>,
    /// The ranges for overclocking as the text they came in (`oc_gpus`, JSON in a text).
    pub overclock_ranges: Option<String>,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    name: Raw<'a>,
    #[serde(borrow)]
    id: Raw<'a>,
    #[serde(borrow)]
    connected: Raw<'a>,
    #[serde(borrow)]
    online: Raw<'a>,
    #[serde(borrow)]
    visibility: Raw<'a>,
    #[serde(borrow)]
    pricing: Raw<'a>,
    #[serde(borrow)]
    min_spot_pricing: Raw<'a>,
    #[serde(borrow)]
    usd_pricing: Raw<'a>,
    #[serde(borrow)]
    autoprice: Raw<'a>,
    #[serde(borrow)]
    allowed_currencies: Raw<'a>,
    #[serde(borrow)]
    allowed_coins: Raw<'a>,
    #[serde(borrow)]
    init_token: Raw<'a>,
    #[serde(borrow)]
    gpu_array: Raw<'a>,
    #[serde(borrow)]
    gpu_count: Raw<'a>,
    #[serde(borrow)]
    specs: Raw<'a>,
    #[serde(borrow)]
    working_properly: Raw<'a>,
    #[serde(borrow)]
    is_vpn_enabled: Raw<'a>,
    #[serde(borrow)]
    mass_price_changeable: Raw<'a>,
    #[serde(borrow)]
    max_fair_price_usd: Raw<'a>,
    #[serde(borrow)]
    lock_balance: Raw<'a>,
    #[serde(borrow)]
    monitoring: Raw<'a>,
    #[serde(borrow)]
    oc_gpus: Raw<'a>,
}

impl HostedServer {
    /// Reads one row of `servers`, a JSON object.
    ///
    /// # Errors
    /// Bytes that are not a JSON object, a known field that comes twice, or no name.
    pub fn decode(raw: &[u8]) -> Result<Self, DecodeError> {
        let row: Row<'_> = field::record(raw)?;
        let name = name(row.name)
            .ok_or_else(|| DecodeError::new("name", "the name of a server", field::found(row.name)))?;
        let (specs, gpus) = hardware(row.specs, row.gpu_array, row.gpu_count);
        Ok(Self {
            name,
            id: field::integer(row.id).map(ServerId::new),
            connected: field::boolean(row.connected),
            online: field::boolean(row.online),
            visibility: Visibility::decode(row.visibility),
            on_demand: rates(row.pricing),
            min_spot: rates(row.min_spot_pricing),
            usd_prices: usd_prices(row.usd_pricing),
            autoprice: words(row.autoprice),
            allowed_coins: coin_list(field::first_of(&[row.allowed_currencies, row.allowed_coins])),
            init_token: field::word(row.init_token).map(Secret::new),
            gpus,
            specs,
            working_properly: field::boolean(row.working_properly),
            vpn: field::boolean(row.is_vpn_enabled),
            mass_price_changeable: field::boolean(row.mass_price_changeable),
            max_fair_price_usd: field::decimal(row.max_fair_price_usd),
            lock_balance: field::decimal(row.lock_balance),
            monitoring: field::integer(row.monitoring),
            overclock_ranges: field::word(row.oc_gpus),
        })
    }
}

/// A name as it came: the service compares it, so no blank is taken off.
pub(super) fn name(raw: Raw<'_>) -> Option<String> {
    field::text(raw).filter(|name| !name.trim().is_empty()).map(Cow::into_owned)
}

/// What `specs` says of the machine, and its GPUs from all the places they are said in (api-facts 4.5).
pub(super) fn hardware(specs: Raw<'_>, gpu_array: Raw<'_>, gpu_count: Raw<'_>) -> (Option<Specs>, Gpus) {
    let row: Option<SpecsRow<'_>> = field::object(specs);
    let (gpu, gpuram) = row.as_ref().map_or((None, None), |row| (row.gpu, row.gpuram));
    let total_gpus = field::integer(gpu_count).and_then(|count| u16::try_from(count).ok());
    let gpus = GpuFields { gpu, gpuram, gpu_array, total_gpus }.decode();
    (row.map(|row| row.decode()), gpus)
}
