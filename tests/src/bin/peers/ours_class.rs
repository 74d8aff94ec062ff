//! What `class_flow.py` does with the page's class, done with our client on the API as it is.

use super::ours::{Ours, find, percent, usd_per_hour};
use clore_core::endpoint::create_order::{CreateOrder, DEFAULT_IMAGE, PortKind};
use clore_core::model::{Bid, Coin, Kind, Rate, Rates};
use clore_core::op::{Cancel, WaitForOrder};
use clore_core::search::Filter;
use clore_core::secret::Secret;
use clore_sandbox::Server;
use core::time::Duration;

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPeersKeyOfNobodyForAMachineThatIsNotThere0 peers";
const PASSWORD: &str = "MySecurePass123!";

/// A bid in dollars per hour as the order carries it: CLORE per day.
fn bid(usd: &str, rates: &Rates) -> Result<Rate, String> {
    Bid::usd_per_hour(usd_per_hour(usd)?).resolve(&Coin::Clore, rates).map_err(|error| error.to_string())
}

/// Runs it, and says what the GPU searches would have given had the class compared whole words (S21).
pub(crate) fn flow(server: &Server) -> Result<Vec<String>, String> {
    let ours = Ours::new(server)?;
    let client = &ours.client;
    let mut notes = Vec::new();
    let mut cheapest = |gpu: &str, max: &str, reliability: &str, kind: Kind| {
        let base =
            Filter::new().max_price(usd_per_hour(max)?).min_reliability(percent(reliability)?).kind(kind);
        let found = find(client, base.clone().gpu_like(gpu))?;
        let exact = find(client, base.gpu(gpu))?;
        notes.push(format!("{gpu}: {}", compared(&found, &exact)));
        found.into_iter().next().ok_or_else(|| format!("our search finds no {gpu}"))
    };

    // "Check balance", "Find and rent the cheapest RTX 4090", and the cancel of the SSH example.
    ours.told("balance", client.balance(Coin::Clore))?;
    let first = cheapest("RTX 4090", "0.80", "85", Kind::OnDemand)?;
    let order = CreateOrder::on_demand(&first, DEFAULT_IMAGE).ssh_password(Secret::new(PASSWORD));
    let placed = ours.rent("rent", order)?;
    let running = ours.told("wait_for_order", client.wait_for_order(placed))?;
    running.ssh().ok_or("our client sees no SSH address of a running order")?;
    ours.told("cancel_order", client.cancel_order(placed))?;

    // "Spot order": the same server, $0.25 an hour; then the bid is raised to $0.30.
    let market = ours.told("spot_market", client.spot_market(first.found.server.id))?;
    let order = CreateOrder::spot(&first, DEFAULT_IMAGE, bid("0.25", &market.rates)?);
    let spot = ours.rent("rent spot", order.ssh_password(Secret::new(PASSWORD)))?;
    let wait = WaitForOrder::new(spot).timeout(Duration::from_secs(60)).poll_every(Duration::from_secs(1));
    ours.told("wait_for_order spot", client.run(wait))?;
    ours.told("set_spot_price", client.set_spot_price(spot, bid("0.30", &market.rates)?))?;

    // Every option.
    let second = cheapest("RTX 3060", "1.5", "60", Kind::OnDemand)?;
    let order = CreateOrder::on_demand(&second, "ubuntu:22.04")
        .coin(Coin::Bitcoin)
        .ports([(22, PortKind::Tcp), (8888, PortKind::Http)])
        .environment([("PEER", "class")])
        .ssh_key(KEY)
        .jupyter_token(Secret::new("tokenoftheclass"));
    let every = ours.rent("rent with every option", order)?;
    ours.told("order", client.order(every))?.ok_or("our client does not find its own order")?;
    let third = cheapest("RTX 3080", "1.5", "60", Kind::Spot)?;
    let order = CreateOrder::spot(&third, DEFAULT_IMAGE, bid("1.2", &market.rates)?);
    let last = ours.rent("rent spot again", order.ssh_password(Secret::new(PASSWORD)))?;
    ours.told("cancel_order issue", client.run(Cancel::new(every).issue("the peers run is over")))?;
    let report = ours.told("cancel_orders", client.cancel_orders(vec![spot, last]))?;
    if !report.is_confirmed() {
        return Err("our cancel of several orders is not confirmed".to_owned());
    }
    Ok(notes)
}

/// What the class's search by fragment found, beside ours by whole words.
fn compared(found: &[clore_core::op::Offer], exact: &[clore_core::op::Offer]) -> String {
    let first = |offers: &[clore_core::op::Offer]| {
        let first = offers.first().map(|offer| offer.found.server.id.to_string());
        first.unwrap_or_else(|| "none".to_owned())
    };
    let same = if first(found) == first(exact) { "the same" } else { "another" };
    format!(
        "by fragment {} servers, cheapest {}; by whole words {}, cheapest {} ({same})",
        found.len(),
        first(found),
        exact.len(),
        first(exact)
    )
}
