//! What a rental is expected to cost, and the limits it must stay within, as the service and the journal are told them.

use super::candidate;
use super::machine::{Renting, State};
use super::plan::Rent;
use crate::endpoint::Endpoint;
use crate::endpoint::create_order::CreateOrder;
use crate::endpoint::my_orders::Reading;
use crate::error::{Error, ErrorKind};
use crate::excerpt::Excerpt;
use crate::journal::Intent;
use crate::model::Rate;
use crate::op::{Settings, standing_orders};
use crate::spending::Check;
use crate::time::Moment;
use core::time::Duration;

/// A listing at most this old is fresh: its price is sent as a guard, and it may be rented from.
pub(crate) const FRESH_LISTING: Duration = Duration::from_secs(30);

/// The listed price in the order's coin, of an on-demand order with a fresh listing.
pub(super) fn fresh(order: &CreateOrder, now: Moment) -> Option<Rate> {
    let read = order.target().listing()?.read_at()?;
    let fresh = order.bid().is_none() && now.since(read) <= FRESH_LISTING;
    fresh.then(|| order.listed_price().cloned()).flatten()
}

/// Writes into the intent what of the order a reading can recognise it by, its price, caps and limits.
pub(super) fn describe(plan: &Rent, settings: &Settings, intent: &mut Intent) {
    let order = &plan.order;
    intent.server = Some(order.target().server());
    intent.kind = Some(order.kind());
    intent.coin = Some(order.paid_in().clone());
    intent.image = Some(Excerpt::new(order.image(), candidate::IMAGE));
    intent.rate = order.expected_rate().cloned();
    let cost = settings.with_fees(plan.order.cost(settings.rates()));
    intent.caps = plan.caps;
    let limits = settings.limits().lowered_by(&plan.limits);
    // Without a bid or a guard the host may have raised it since: for a limit that is no price.
    let sure = !limits.need_price() || order.is_price_sure();
    let price = cost.highest_price().filter(|_| sure);
    intent.price = price.and_then(|price| cost.fee().on(price));
    intent.check = Check::new(limits).rate(price);
}

/// Sends the price of a fresh listing as a guard: when the plan wants it, or limits rest on it. A guard that the order
/// turned off by name stays off.
pub(super) fn guard(plan: &mut Rent, settings: &Settings, now: Moment) {
    let wanted = plan.required_price || settings.limits().lowered_by(&plan.limits).need_price();
    if !wanted || plan.order.price_guard_is_off() || plan.order.price_required().is_some() {
        return;
    }
    if let Some(price) = fresh(&plan.order, now) {
        plan.order = plan.order.clone().required_price(price);
    }
}

impl Renting {
    /// A session without a journal: nobody else has checked the limits.
    pub(super) fn recorded_nowhere(&mut self, now: Moment) -> State {
        match self.intent.check_alone() {
            Ok(()) => self.recorded_now(),
            Err(breach) => self.fail(now, Error::new(ErrorKind::Limit(breach))),
        }
    }

    /// A complete reading is at hand: its active orders go with the next record.
    pub(super) fn take_active(&mut self, reading: &Reading) {
        if !self.intent.check.limits.is_empty() {
            let active = standing_orders::active(reading, self.settings.rates());
            self.intent.check.active = Some(active);
        }
    }
}
