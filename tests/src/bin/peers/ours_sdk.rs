//! What `sdk_flow.py` does with the official SDK, done with our client on the API as it is.

use super::ours::{Ours, find, usd_per_hour};
use clore_core::endpoint::create_order::{CreateOrder, PortKind};
use clore_core::endpoint::set_server_settings::SetServerSettings;
use clore_core::model::{Coin, Kind, Rate};
use clore_core::op::Cancel;
use clore_core::search::Filter;
use clore_core::secret::Secret;
use clore_sandbox::Server;
use core::time::Duration;
use rust_decimal::Decimal;

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPeersKeyOfNobodyForAMachineThatIsNotThere0 peers";

fn one_more(rate: &Rate) -> Result<Rate, String> {
    let amount = rate.amount().checked_add(Decimal::ONE).ok_or("a bid is too large")?;
    Rate::new(amount, rate.coin().clone()).map_err(|error| error.to_string())
}

/// Runs it; nothing is said of what went well.
pub(crate) fn flow(server: &Server) -> Result<Vec<String>, String> {
    let ours = Ours::new(server)?;
    let client = &ours.client;
    ours.told("wallets", client.wallets())?;
    ours.told("marketplace", client.marketplace(true))?;
    // $19.20 a day is $0.80 an hour; the SDK takes the figure in USD-Blockchain.
    let wanted = Filter::new()
        .gpu_like("RTX 4090")
        .paying(Coin::Usd)
        .min_gpus(1)
        .min_ram_gb(4)
        .max_price(usd_per_hour("0.80")?);
    let first = find(client, wanted)?.into_iter().next().ok_or("our search finds no RTX 4090")?;
    let price = first.found.server.price(Kind::OnDemand, &Coin::Usd).ok_or("it has no price in USD")?;
    let order = CreateOrder::on_demand(&first, "cloreai/ubuntu22.04-cuda12")
        .coin(Coin::Usd)
        .ssh_password(Secret::new("MySecurePass123!"))
        .ports([(22, PortKind::Tcp), (8888, PortKind::Http)])
        .environment([("PEER", "sdk")])
        .jupyter_token(Secret::new("tokenofthesdk"))
        .command("#!/bin/sh\ntrue\n")
        .required_price(price)
        .autossh_entrypoint(true);
    let placed = ours.rent("rent", order)?;
    ours.told("wait_for_order", client.wait_for_order(placed))?;

    let other = Filter::new().gpu_like("RTX 3060").min_gpus(2).paying(Coin::Clore);
    let second = find(client, other)?.into_iter().next().ok_or("our search finds no RTX 3060")?;
    let floor = second.found.server.price(Kind::Spot, &Coin::Clore).ok_or("it takes no bids in CLORE")?;
    let market = ours.told("spot_market", client.spot_market(second.found.server.id))?;
    if market.floor.get(&Coin::Clore) != Some(&floor) {
        return Err("the bids of the server have another floor than its listing".to_owned());
    }
    let bid = one_more(&floor)?;
    // The SDK opens no port unless told to; 22/tcp is our default.
    let order = CreateOrder::spot(&second, "ubuntu:22.04", bid.clone()).ports([]).ssh_key(KEY);
    let spot = ours.rent("rent spot", order)?;
    ours.told("set_spot_price", client.set_spot_price(spot, one_more(&bid)?))?;
    ours.told("cancel_order", client.run(Cancel::new(placed).issue("the peers run is over")))?;
    ours.told("cancel_order spot", client.cancel_order(spot))?;
    let all = ours.told("orders", client.orders(true))?;
    if !all.orders.iter().all(|order| order.status.is_end()) {
        return Err("our client lists an order as alive that was cancelled".to_owned());
    }
    let name = ours.hosted_name()?;
    ours.told("server_config", client.server_config(name.clone()))?;
    let bitcoin = |digits| Rate::parse(digits, Coin::Bitcoin).map_err(|error| error.to_string());
    let settings = SetServerSettings::new(name)
        .available(true)
        .max_rental(Duration::from_secs(96 * 3600))
        .on_demand(bitcoin("0.00012")?)
        .spot(bitcoin("0.0001")?);
    ours.told("update_server_settings", client.update_server_settings(settings))?;
    Ok(Vec::new())
}
