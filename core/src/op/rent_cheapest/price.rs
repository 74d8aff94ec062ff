//! What a placed order costs by its own word, against the cap.
//!
//! The cap was held against the listed price. So the order's price is first compared in its own coin: the same rate
//! as listed is the same price, whatever the coin is worth by now.

use super::RentCheapest;
use crate::error::Error;
use crate::model::{Order, Rate, Rates, UsdPerDay, UsdPerHour};
use crate::op::Offer;

/// What reading a placed order said of its price.
///
/// Closed: a price that is not known must not be taken for a good one.
#[derive(Clone, PartialEq, Debug)]
pub enum PriceCheck {
    /// It is this, without fees, and no more than was allowed.
    Within(UsdPerHour),
    /// It is more than was allowed.
    Above {
        /// The order's price, without fees.
        price: UsdPerHour,
        /// What was allowed.
        cap: UsdPerHour,
    },
    /// Its row does not tell it, or not in dollars.
    Unknown,
    /// The order could not be read, or is in no list yet.
    NotRead(Option<Error>),
}

impl RentCheapest {
    /// Whether a server may be asked for at this price.
    pub(super) fn allows(&self, offer: &Offer, price: UsdPerHour) -> bool {
        self.filter.allows_price(price, offer.found.server.gpus.count)
            && self.cap.is_none_or(|cap| price <= cap)
    }

    /// The most that this offer's order may cost, for showing.
    pub(super) fn limit_for(&self, offer: &Offer) -> Option<UsdPerHour> {
        let caps = [self.filter.price_limit(offer.found.server.gpus.count), self.cap, self.limit];
        caps.into_iter().flatten().min()
    }

    pub(super) fn check(&self, order: &Order, offer: &Offer, rates: &Rates) -> PriceCheck {
        match price_of(order, offer, rates) {
            None => PriceCheck::Unknown,
            Some(price) if self.allows(offer, price) && self.limit.is_none_or(|limit| price <= limit) => {
                PriceCheck::Within(price)
            }
            Some(price) => PriceCheck::Above { price, cap: self.limit_for(offer).unwrap_or(price) },
        }
    }
}

fn price_of(order: &Order, offer: &Offer, rates: &Rates) -> Option<UsdPerHour> {
    let by_listing = || at_rate(offer, order.price.as_ref()?);
    let by_row = || order.original_price_usd.map(UsdPerDay::per_hour);
    by_listing().or_else(by_row).or_else(|| order.price.as_ref()?.usd_per_hour(rates))
}

/// What an offer costs at another rate than the listed one, by what its listing makes of the coin.
pub(super) fn at_rate(offer: &Offer, rate: &Rate) -> Option<UsdPerHour> {
    let (listed, usd) = (offer.found.rate.as_ref()?, offer.found.price?);
    if rate.coin() != listed.coin() {
        return None;
    }
    if rate.amount() == listed.amount() {
        return Some(usd);
    }
    let per_day = usd.per_day().amount().checked_mul(rate.amount())?.checked_div(listed.amount())?;
    UsdPerDay::new(per_day).ok().map(UsdPerDay::per_hour)
}
