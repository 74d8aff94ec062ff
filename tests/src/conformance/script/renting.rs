//! Renting, waiting, cancelling: on demand and spot.

use super::Stage;
use crate::conformance::Adapter;
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::endpoint::set_spot_price::SetSpotPrice;
use clore_core::endpoint::spot_marketplace::SpotMarketplace;
use clore_core::model::{Coin, OrderId, Rate, ServerId};
use clore_core::op::rent::Rent;
use clore_core::op::{
    Cancel, CancelMany, FindCheapest, FindOrder, Offer, RentCheapest, Reprice, WaitForOrder,
};
use clore_core::search::Filter;
use core::time::Duration;

const IMAGE: &str = "cloreai/ubuntu22.04-cuda12";
const KEY: &str = "ssh-ed25519 AAAA me";

/// The cheapest server that `stage` finds.
pub(super) fn offer<A: Adapter>(stage: &mut Stage<'_, A>) -> Option<Offer> {
    stage.step("find_cheapest", FindCheapest::new(Filter::new().gpu("RTX 4090"))).ok()?
}

pub(super) fn play<A: Adapter>(stage: &mut Stage<'_, A>) {
    let Some(offer) = offer(stage) else { return };
    let order = CreateOrder::on_demand(&offer, IMAGE).ssh_key(KEY).env("NAME", "a value: \"é\"");
    let rented = stage.step("rent", Rent::new(order)).ok().and_then(|outcome| outcome.order());
    if let Some(id) = rented {
        let wait = WaitForOrder::new(id).poll_every(Duration::from_millis(250));
        let _ = stage.step("wait_for_order", wait);
        let _ = stage.step("order", FindOrder::new(id));
        let _ = stage.step("rent what is rented", Rent::new(CreateOrder::on_demand(&offer, IMAGE)));
        let _ = stage.step("cancel_order", Cancel::new(id));
    }
    let _ =
        stage.step("rent what does not exist", Rent::new(CreateOrder::on_demand(ServerId::new(1), IMAGE)));

    let cheapest = RentCheapest::new(Filter::new().gpu("RTX 4090"), |offer| {
        CreateOrder::on_demand(offer, IMAGE).ssh_key(KEY)
    });
    let _ = stage.step("rent_cheapest", cheapest);
    let mut open: Vec<OrderId> = opened(stage);
    open.push(OrderId::new(1));
    let _ = stage.step("cancel_orders", CancelMany::new(open));
    let _ = stage.step("create_order", CreateOrder::on_demand(&offer, IMAGE).ssh_key(KEY));
    for id in opened(stage) {
        let _ = stage.step("cancel_order", Cancel::new(id));
    }
    spot(stage, offer.found.server.id);
}

/// The orders that are really open.
fn opened<A: Adapter>(stage: &Stage<'_, A>) -> Vec<OrderId> {
    let ledger = stage.service.with(|clore| clore.ledger());
    ledger.iter().filter(|rental| rental.is_open()).map(|rental| OrderId::new(rental.order_id)).collect()
}

fn spot<A: Adapter>(stage: &mut Stage<'_, A>, server: ServerId) {
    let _ = stage.step("spot_market", SpotMarketplace::new(server));
    let rate = |digits| Rate::parse(digits, Coin::Clore).expect("a rate");
    let bid = CreateOrder::spot(server, IMAGE, rate("900")).ssh_key(KEY);
    let Some(id) = stage.step("rent, spot", Rent::new(bid)).ok().and_then(|outcome| outcome.order()) else {
        return;
    };
    let _ = stage.step("set_spot_price", Reprice::new(SetSpotPrice::new(id, rate("950"))));
    let lost = Reprice::new(SetSpotPrice::new(id, rate("980")));
    let _ = stage.faulty(&["set_spot_price=lose"], "set_spot_price", lost);
    let _ = stage.faulty(&["cancel_order#1=lose"], "cancel_order", Cancel::new(id));
}
