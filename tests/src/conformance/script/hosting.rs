//! The account's own machines, and the gigaspot.

use super::Stage;
use crate::conformance::Adapter;
use clore_core::endpoint::gigaspot::{CreateGigaspotOrders, GigaspotBid, GigaspotEdit};
use clore_core::endpoint::my_servers::MyServers;
use clore_core::endpoint::server_config::ServerConfigOf;
use clore_core::endpoint::set_server_settings::SetServerSettings;
use clore_core::model::gigaspot::GigaspotServer;
use clore_core::model::{Coin, GpuOverclock, Rate};
use clore_core::op::{EditGigaspot, UpdateServerSettings, ViewGigaspot};
use core::time::Duration;

pub(super) fn play<A: Adapter>(stage: &mut Stage<'_, A>) {
    hosts(stage);
    bids(stage);
}

fn hosts<A: Adapter>(stage: &mut Stage<'_, A>) {
    let Ok(servers) = stage.step("my_servers", MyServers) else { return };
    let Some(name) = servers.servers.first().map(|server| server.name.clone()) else { return };
    // A GET with a body.
    let _ = stage.step("server_config", ServerConfigOf::new(name.clone()));
    let changes = || SetServerSettings::new(&*name).max_rental(Duration::from_secs(48 * 3600));
    let updated = stage.step("update_server_settings", UpdateServerSettings::new(changes()));
    if let Ok(updated) = updated {
        let _ = stage.step("set_server_settings", UpdateServerSettings::as_they_are(updated.sent));
    }
    let _ = stage.step("set_server_settings, in part", UpdateServerSettings::as_they_are(changes()));
}

fn bids<A: Adapter>(stage: &mut Stage<'_, A>) {
    let Ok(view) = stage.step("gigaspot", ViewGigaspot::new()) else { return };
    let free = |server: &&GigaspotServer| {
        server.online == Some(true) && server.on_demand_rented == Some(false) && server.min_bid.is_some()
    };
    let bid = |server: &GigaspotServer| {
        Some(GigaspotBid::new(server.id, "image", server.min_bid.clone()?, clocks(server)))
    };
    let bids: Vec<_> = view.servers.iter().filter(free).take(2).filter_map(bid).collect();
    let _ = stage.step("create_gigaspot_orders", CreateGigaspotOrders::new(bids));
    let Ok(view) = stage.step("gigaspot with own bids", ViewGigaspot::new()) else { return };
    let edit = view.own_bids().next().and_then(|(server, bid)| {
        let higher = Rate::parse("99", Coin::Clore).ok()?;
        Some(GigaspotEdit::new(bid.id?, higher, clocks(view.server(server)?)))
    });
    let _ = stage.step("edit_gigaspot_orders", EditGigaspot::new(edit));
}

/// Each GPU at the least power it takes.
fn clocks(server: &GigaspotServer) -> Vec<GpuOverclock> {
    let gpus = server.gpus.iter().flatten();
    let least = |range: &core::ops::RangeInclusive<i64>| (*range.start()).try_into().ok();
    gpus.filter_map(|gpu| Some(GpuOverclock::new(least(gpu.power_limit.as_ref()?)?))).collect()
}
