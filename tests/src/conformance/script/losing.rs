//! Creates whose answer is lost or says nothing, and what settles them.

use super::Stage;
use super::renting::offer;
use crate::conformance::Adapter;
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::op::Cancel;
use clore_core::op::rent::{Rent, Resume};

pub(super) fn play<A: Adapter>(stage: &mut Stage<'_, A>) {
    for fault in ["lose", "cut:120", "cut:300", "garbage", "garbage:raw"] {
        found_by_reading(stage, fault);
    }
    let Some(offer) = offer(stage) else { return };
    let order = || CreateOrder::on_demand(&offer, "image").ssh_key("ssh-ed25519 AAAA me");
    let late = stage.faulty(&["create_order#1=code5"], "rent", Rent::new(order()));
    if let Some(id) = late.ok().and_then(|outcome| outcome.order()) {
        let _ = stage.step("cancel_order", Cancel::new(id));
    }
    let _ = stage.faulty(&["create_order=redirect"], "rent", Rent::new(order()));
    let _ = stage.step("resume what was not seen", Resume::new());
    let _ = stage.step("rent beside an open intent", Rent::new(order()));
}

/// The order is there, and nobody said so.
fn found_by_reading<A: Adapter>(stage: &mut Stage<'_, A>, fault: &str) {
    let Some(offer) = offer(stage) else { return };
    let order = CreateOrder::on_demand(&offer, "image").ssh_key("ssh-ed25519 AAAA me");
    let fault = format!("create_order={fault}");
    let rented = stage.faulty(&[&fault], "rent", Rent::new(order));
    if let Some(id) = rented.ok().and_then(|outcome| outcome.order()) {
        let _ = stage.step("cancel_order", Cancel::new(id));
    }
}
