//! What errors and events call each operation: a program that logs them searches for these words.

use super::rent::{AttributeIntent, CloseIntent, Rent, Resume};
use super::scripted::{at, session, settings};
use super::*;
use crate::endpoint::create_order::CreateOrder;
use crate::endpoint::gigaspot::GigaspotEdit;
use crate::endpoint::set_server_settings::SetServerSettings;
use crate::endpoint::set_spot_price::SetSpotPrice;
use crate::endpoint::wallets::Wallets;
use crate::journal::IntentId;
use crate::model::{Coin, OrderId, Rate, ServerId};
use crate::search::Filter;

fn name<P: Plan>(plan: P) -> &'static str {
    plan.begin(&settings(&session(), 3), at(1)).name()
}

#[test]
fn each_operation_is_called_by_its_name() {
    let order = OrderId::new(7);
    let intent = || IntentId::parse("mine").unwrap();
    let create = || CreateOrder::on_demand(ServerId::new(5), "an/image");
    let rate = Rate::parse("2900", Coin::Clore).unwrap();
    for (told, expected) in [
        (name(Rent::new(create())), "rent"),
        (name(RentCheapest::new(Filter::new(), |offer| CreateOrder::on_demand(offer, "i"))), "rent_cheapest"),
        (name(Resume::new()), "resume"),
        (name(CloseIntent::new(intent())), "close intent"),
        (name(AttributeIntent::new(intent(), order)), "attribute intent"),
        (name(create()), "create_order"),
        (name(Wallets), "wallets"),
        (name(Glance::new(Wallets)), "wallets"),
        (name(Cancel::new(order)), "cancel_order"),
        (name(CancelMany::new([order])), "cancel_orders"),
        (name(FindOrder::new(order)), "get_order"),
        (name(WaitForOrder::new(order)), "wait_for_order"),
        (name(FindServers::new(Filter::new())), "find_servers"),
        (name(FindCheapest::new(Filter::new())), "find_cheapest"),
        (name(Reprice::new(SetSpotPrice::new(order, rate.clone()))), "set_spot_price"),
        (name(UpdateServerSettings::new(SetServerSettings::new("rig"))), "set_server_settings"),
        (name(ViewGigaspot::new()), "gigaspot"),
        (name(EditGigaspot::new(vec![GigaspotEdit::new(order, rate, [])])), "edit_gigaspot_orders"),
    ] {
        assert_eq!(told, expected);
    }
}

#[test]
fn settings_show_their_configuration_and_no_key() {
    let shown = format!("{:?}", settings(&session(), 3));
    assert!(shown.starts_with("Settings") && shown.contains("config") && !shown.contains("a-key"), "{shown}");
}
