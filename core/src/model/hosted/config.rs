//! [`ServerConfig`]: the settings of one hosted server (api-facts 3.10).

use super::Visibility;
use super::prices::{UsdPrices, coin_list, odd_rate, odd_usd_price, rates, usd_prices, words};
use super::server::{hardware, name};
use crate::error::{DecodeError, Found};
use crate::model::coin::Coin;
use crate::model::id::ServerId;
use crate::model::money::Rate;
use crate::model::server::{Gpus, Specs};
use crate::secret::Secret;
use crate::wire::field::{self, Raw};
use crate::wire::number;
use core::time::Duration;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What the service knows of one of the account's own machines.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServerConfig {
    /// Its name.
    pub name: String,
    /// Its number in the marketplace.
    pub id: Option<ServerId>,
    /// Whether it ever joined the service.
    pub connected: Option<bool>,
    /// Whether it is connected now.
    pub online: Option<bool>,
    /// Whether its set-up ended.
    pub initialized: Option<bool>,
    /// `creation_completed`, which stands beside the configuration.
    pub creation_completed: Option<bool>,
    /// Who sees it.
    pub visibility: Option<Visibility>,
    /// The prices on demand: coin per day for the whole server (`pricing`). A coin without a price is absent.
    pub on_demand: BTreeMap<Coin, Rate>,
    /// The least bids: coin per day for the whole server (`spot_pricing`).
    pub spot: BTreeMap<Coin, Rate>,
    /// Prices in dollars, by the coin that pays (`usd_pricing`).
    pub usd_prices: BTreeMap<Coin, UsdPrices>,
    /// A price that is there and could not be read, so that it is in none of the maps above. Settings are not filled in
    /// from such a configuration: sending them whole would lose that price.
    pub unread_price: Option<DecodeError>,
    /// `autoprice`, of unknown meaning; no source shows it here.
    pub autoprice: BTreeMap<Coin, String>,
    /// The coins that pay. `None`: not said.
    pub allowed_coins: Option<Vec<Coin>>,
    /// The longest rental (`mrl`, which is in hours here).
    pub max_rental: Option<Duration>,
    /// `rental_status` as it came; what its values mean is not documented.
    pub rental_status: Option<i64>,
    /// `remaining_time` as it came; its unit is not documented.
    pub remaining_time: Option<Decimal>,
    /// Its GPUs.
    pub gpus: Gpus,
    /// The rest of the hardware; `None` while it never joined.
    pub specs: Option<Specs>,
    /// What runs on it while nobody rents it.
    pub background_job: Option<BackgroundJob>,
    /// Whether renters get a VPN (`is_vpn_enabled`).
    pub vpn: Option<bool>,
    /// `is_partner_enabled`, of unknown meaning.
    pub partner: Option<bool>,
    /// `monitoring`, of unknown meaning.
    pub monitoring: Option<u64>,
    /// `mfp_usd`, the largest fair price, as it came; its period is not documented.
    pub max_fair_price_usd: Option<Decimal>,
    /// The kernel it runs.
    pub kernel: Option<String>,
    /// Whether renters may overclock (`allow_oc`).
    pub overclock_allowed: Option<bool>,
    /// The ranges for overclocking as the text they came in (`oc_gpus`, JSON in a text).
    pub overclock_ranges: Option<String>,
    /// `xorg_valid`.
    pub xorg_valid: Option<bool>,
    /// `onboard_type`, of unknown meaning.
    pub onboard_type: Option<u64>,
}

/// What a machine runs while nobody rents it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BackgroundJob {
    /// How often it was changed.
    pub times_updated: Option<u64>,
    /// Its image.
    pub image: Option<String>,
    /// Its command, which may hold a password or a wallet's address: a secret.
    pub command: Option<Secret>,
    /// Its environment: names, and values that do not print.
    pub env: BTreeMap<String, Secret>,
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
    initialized: Raw<'a>,
    #[serde(borrow)]
    creation_completed: Raw<'a>,
    #[serde(borrow)]
    visibility: Raw<'a>,
    #[serde(borrow)]
    pricing: Raw<'a>,
    #[serde(borrow)]
    spot_pricing: Raw<'a>,
    #[serde(borrow)]
    min_spot_pricing: Raw<'a>,
    #[serde(borrow)]
    usd_pricing: Raw<'a>,
    #[serde(borrow)]
    autoprice: Raw<'a>,
    #[serde(borrow)]
    allowed_coins: Raw<'a>,
    #[serde(borrow)]
    allowed_currencies: Raw<'a>,
    #[serde(borrow)]
    mrl: Raw<'a>,
    #[serde(borrow)]
    rental_status: Raw<'a>,
    #[serde(borrow)]
    remaining_time: Raw<'a>,
    #[serde(borrow)]
    gpu_array: Raw<'a>,
    #[serde(borrow)]
    gpu_count: Raw<'a>,
    #[serde(borrow)]
    specs: Raw<'a>,
    #[serde(borrow)]
    background_job: Raw<'a>,
    #[serde(borrow)]
    is_vpn_enabled: Raw<'a>,
    #[serde(borrow)]
    is_partner_enabled: Raw<'a>,
    #[serde(borrow)]
    monitoring: Raw<'a>,
    #[serde(borrow)]
    mfp_usd: Raw<'a>,
    #[serde(borrow)]
    kernel: Raw<'a>,
    #[serde(borrow)]
    allow_oc: Raw<'a>,
    #[serde(borrow)]
    oc_gpus: Raw<'a>,
    #[serde(borrow)]
    xorg_valid: Raw<'a>,
    #[serde(borrow)]
    onboard_type: Raw<'a>,
}

#[derive(Deserialize)]
struct JobRow<'a> {
    #[serde(borrow)]
    times_updated: Raw<'a>,
    #[serde(borrow)]
    image: Raw<'a>,
    #[serde(borrow)]
    command: Raw<'a>,
    #[serde(borrow)]
    env: Raw<'a>,
}

impl ServerConfig {
    /// Reads the `config` of the server that was asked for by the name `asked`.
    ///
    /// # Errors
    /// Bytes that are not a JSON object, a known field that comes twice, or the name of another server: settings of
    /// another machine must never be sent to this one.
    pub fn decode(raw: &[u8], asked: &str) -> Result<Self, DecodeError> {
        let row: Row<'_> = field::record(raw)?;
        let name = name(row.name).unwrap_or_else(|| asked.to_owned());
        if name != asked {
            return Err(DecodeError::new("name", "the server that was asked for", Found::Contradiction));
        }
        let (specs, gpus) = hardware(row.specs, row.gpu_array, row.gpu_count);
        let spot = field::first_of(&[row.spot_pricing, row.min_spot_pricing]);
        let odd = [
            ("config.pricing", odd_rate(row.pricing)),
            ("config.spot_pricing", odd_rate(spot)),
            ("config.usd_pricing", odd_usd_price(row.usd_pricing)),
        ];
        let unread = |(path, found): (&str, Option<Found>)| {
            found.map(|found| DecodeError::new(path, "prices that are numbers, 0 or more", found))
        };
        Ok(Self {
            name,
            id: field::integer(row.id).map(ServerId::new),
            connected: field::boolean(row.connected),
            online: field::boolean(row.online),
            initialized: field::boolean(row.initialized),
            creation_completed: field::boolean(row.creation_completed),
            visibility: Visibility::decode(row.visibility),
            on_demand: rates(row.pricing),
            spot: rates(spot),
            usd_prices: usd_prices(row.usd_pricing),
            unread_price: odd.into_iter().find_map(unread),
            autoprice: words(row.autoprice),
            allowed_coins: coin_list(field::first_of(&[row.allowed_coins, row.allowed_currencies])),
            max_rental: hours(row.mrl),
            rental_status: row.rental_status.and_then(|raw| number::signed(raw.get())),
            remaining_time: field::decimal(row.remaining_time),
            gpus,
            specs,
            background_job: BackgroundJob::decode(row.background_job),
            vpn: field::boolean(row.is_vpn_enabled),
            partner: field::boolean(row.is_partner_enabled),
            monitoring: field::integer(row.monitoring),
            max_fair_price_usd: field::decimal(row.mfp_usd),
            kernel: field::word(row.kernel),
            overclock_allowed: field::boolean(row.allow_oc),
            overclock_ranges: field::word(row.oc_gpus),
            xorg_valid: field::boolean(row.xorg_valid),
            onboard_type: field::integer(row.onboard_type),
        })
    }
}

impl BackgroundJob {
    fn decode(raw: Raw<'_>) -> Option<Self> {
        let row: JobRow<'_> = field::object(raw)?;
        let env = field::entries(row.env).unwrap_or_default();
        Some(Self {
            times_updated: field::integer(row.times_updated),
            image: field::word(row.image),
            command: field::word(row.command).map(Secret::new),
            env: env
                .into_iter()
                .filter_map(|(name, value)| Some((name, Secret::new(field::text(Some(value))?))))
                .collect(),
        })
    }
}

/// A host's `mrl` counts hours (api-facts 4.4); 0 is none.
fn hours(raw: Raw<'_>) -> Option<Duration> {
    let hours = field::integer(raw).filter(|hours| *hours > 0)?;
    hours.checked_mul(3600).map(Duration::from_secs)
}
