//! `get_gigaspot`: the account's number, the fees, and where the snapshot lies (api-facts 3.12).

use crate::effect::Effect;
use crate::endpoint::{Endpoint, InvalidRequest, Path, Whole};
use crate::error::DecodeError;
use crate::foreign_address::shown;
use crate::limits::Caps;
use crate::model::server::by_coin;
use crate::model::{Amount, Coin, UsdPerCoin};
use crate::time::UnixTime;
use crate::wire::envelope::Fields;
use crate::wire::{field, number, value};
use core::fmt;
use rust_decimal::Decimal;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Asks what the account needs to know of the gigaspot.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct GetGigaspot;

/// What the account needs to know of the gigaspot.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GigaspotAccount {
    /// The account's number, by which its own bids are known.
    pub my_user: Option<u64>,
    /// Where the snapshot lies, as the service says it: check it with
    /// [`Config::foreign_address`](crate::config::Config::foreign_address) before anything is sent there.
    pub snapshot_url: String,
    /// What placing an order costs once, by coin, in that coin. `None`: not told, or none of it could be read.
    pub creation_fees: Option<BTreeMap<Coin, Amount>>,
    /// What one CLORE is worth in dollars (`clore_price`; Clore's own gigaspot client reads it, no page lists it).
    pub clore_price: Option<UsdPerCoin>,
}

impl fmt::Debug for GigaspotAccount {
    /// Of the address its host only: the rest of it may let in who has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.snapshot_url.parse().ok().map(|uri| shown(&uri));
        f.debug_struct("GigaspotAccount")
            .field("my_user", &self.my_user)
            .field("snapshot_host", &host)
            .field("creation_fees", &self.creation_fees)
            .field("clore_price", &self.clore_price)
            .finish()
    }
}

impl GigaspotAccount {
    /// When the snapshot was taken: its file's name ends in `_SECONDS.json`.
    #[must_use]
    pub fn taken_at(&self) -> Option<UnixTime> {
        let (_, seconds) = self.snapshot_url.strip_suffix(".json")?.rsplit_once('_')?;
        seconds.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
        seconds.parse().ok().map(UnixTime::from_seconds)
    }

    fn read(fields: &Fields<'_>) -> Result<Self, DecodeError> {
        const URL: &str = "v1_snapshot_url";
        let raw = fields.raw(URL);
        let url = raw.and_then(|raw| serde_json::from_str::<String>(raw).ok());
        let found = || raw.map_or(crate::error::Found::Missing, value::found);
        Ok(Self {
            my_user: fields.some("my_user_id").and_then(number::integer),
            snapshot_url: url.ok_or_else(|| DecodeError::new(URL, "a URL", found()))?,
            creation_fees: fields.some("creation_fees").and_then(fees),
            clore_price: fields
                .some("clore_price")
                .and_then(number::decimal)
                .and_then(|usd| UsdPerCoin::new(usd).ok()),
        })
    }
}

/// A fee below zero, or one that cannot be read, is not told.
fn fees(raw: &str) -> Option<BTreeMap<Coin, Amount>> {
    let entries = field::entries(serde_json::from_str::<&RawValue>(raw).ok())?;
    let amount = |raw: &RawValue| field::decimal(Some(raw)).filter(|fee| *fee >= Decimal::ZERO);
    let fees: BTreeMap<Coin, Decimal> = by_coin(entries, amount);
    let fees: BTreeMap<_, _> =
        fees.into_iter().map(|(coin, fee)| (coin.clone(), Amount::new(fee, coin))).collect();
    (!fees.is_empty()).then_some(fees)
}

impl Endpoint for GetGigaspot {
    type Output = GigaspotAccount;
    type Reader = Whole<GigaspotAccount>;
    const NAME: &'static str = "get_gigaspot";

    fn effect(&self) -> Effect {
        Effect::Read
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        Path::new("/v1/get_gigaspot").into_read()
    }

    fn reader(&self, caps: &Caps) -> Whole<GigaspotAccount> {
        Whole::new(caps, GigaspotAccount::read)
    }
}
