//! The recorded, documented and fixture servers.

use super::*;
use crate::recordings::{big_market, recording, rows};

fn usd(server: &Server, kind: Kind, coin: &Coin, rates: &Rates) -> Option<String> {
    server.usd_per_day(kind, coin, rates).map(|usd| usd.amount().normalize().to_string())
}

#[test]
fn all_3500_recorded_servers_decode_with_every_recorded_field() {
    let Some(rows) = big_market() else { return };
    let servers: Vec<Server> = rows.iter().map(|row| Server::decode(row).unwrap()).collect();
    let count = |fits: &dyn Fn(&Server) -> bool| servers.iter().filter(|server| fits(server)).count();
    assert_eq!(servers.len(), 3_500);
    assert_eq!(count(&|s| s.availability == Availability::Free), 1_583);
    assert_eq!(count(&|s| s.availability == Availability::Rented), 1_917);
    assert_eq!(count(&|s| s.cuda.is_none()), 1);
    assert_eq!(count(&|s| s.rating.is_none()), 454);
    assert_eq!(count(&|s| s.overclock_allowed == Some(true)), 550);
    assert_eq!(count(&|s| s.verification == Some(3)), 1);
    assert_eq!(count(&|s| s.reliability.is_none()), 0);
    assert_eq!(count(&|s| s.reliability.unwrap().ratio() == Decimal::ONE), 868);
    assert_eq!(count(&|s| s.reliability.unwrap().is_at_least("85".parse().unwrap())), 2_927);
    assert_eq!(count(&|s| s.specs.disk_gb.is_none()), 0);
    assert_eq!(count(&|s| s.specs.disk_mb_per_s.is_none()), 86);
    // Each direction is 0 in 52 rows, both in 47 of them (api-facts 3.2 says 52 for both; the recording decides).
    assert_eq!(count(&|s| s.specs.network.down_mbit.is_none_or(|speed| speed.is_zero())), 52);
    assert_eq!(count(&|s| s.specs.network.up_mbit.is_none_or(|speed| speed.is_zero())), 52);
    assert_eq!(count(&|s| s.specs.network.up_mbit.is_none() && s.specs.network.down_mbit.is_none()), 47);
    assert_eq!(count(&|s| s.specs.network.country.as_deref() == Some("RU")), 2_148);
    assert_eq!(count(&|s| s.specs.mainboard.is_none()), 3);
    assert_eq!(
        count(&|s| s.specs.cores.is_none() || s.specs.threads.is_none() || s.specs.ram_gb.is_none()),
        0
    );
    assert_eq!(count(&|s| s.max_rental.is_none() || s.owner.is_none()), 0);
    assert_eq!(count(&|s| s.gpus.count_differs), 0);
    assert_eq!(servers.iter().map(|s| u64::from(s.gpus.count.unwrap())).sum::<u64>(), 15_280);
    assert_eq!(count(&|s| s.gpus.count == Some(8)), 529);
    assert_eq!(count(&|s| s.prices.listed(Kind::OnDemand, &Coin::Bitcoin).is_some()), 3_500);
    assert_eq!(count(&|s| s.prices.listed(Kind::Spot, &Coin::Clore).is_some()), 3_215);
    assert_eq!(count(&|s| s.price(Kind::OnDemand, &Coin::Clore).is_some()), 3_147);
    assert_eq!(count(&|s| s.allows(&Coin::Bitcoin) && !s.allows(&Coin::Clore)), 353);
    assert_eq!(
        count(&|s| s.price(Kind::OnDemand, &Coin::Bitcoin).is_some_and(|r| r.digits() == "0.01")),
        140
    );
}

#[test]
fn the_smaller_recordings_and_the_documented_server_decode() {
    for (name, count) in [
        ("marketplace-2024-edge-cases.json", 52),
        ("marketplace-2024-4-servers.json", 4),
        ("documented/marketplace-cli-sdk-page.json", 1),
    ] {
        let Some(document) = recording(name) else { return };
        let rows = rows(&document, "servers");
        assert_eq!(rows.iter().filter(|row| Server::decode(row).is_ok()).count(), count, "{name}");
    }
    let Some(document) = recording("documented/marketplace-cli-sdk-page.json") else {
        return;
    };
    let server = Server::decode(&rows(&document, "servers")[0]).unwrap();
    assert_eq!((server.id.number(), server.gpus.to_string().as_str()), (6, "1x NVIDIA GeForce GTX 1080 Ti"));
    assert_eq!(server.price(Kind::OnDemand, &Coin::Bitcoin).unwrap().to_string(), "0.00001 bitcoin/day");
}

#[test]
fn the_fixture_servers_with_a_usd_block_decode() {
    let Some(document) = recording("third-party-fixtures/marketplace-server-with-usd-block.json") else {
        return;
    };
    let servers: Vec<Server> =
        rows(&document, "servers").iter().map(|row| Server::decode(row).unwrap()).collect();
    let none = Rates::new();
    let [first, h100, third] = servers.as_slice() else { panic!("three servers") };
    assert_eq!(usd(first, Kind::OnDemand, &Coin::Usd, &none).as_deref(), Some("1.61"));
    assert_eq!(usd(first, Kind::OnDemand, &Coin::Clore, &none).as_deref(), Some("3.99"));
    assert_eq!(first.usd_per_day_by_default(Kind::Spot, &none), None);
    assert_eq!(
        (h100.gpus.count, h100.gpus.count_differs, h100.availability),
        (Some(8), false, Availability::Free)
    );
    assert_eq!(h100.gpus.each[0].as_str(), "H100 80GB HBM3");
    assert!(!h100.gpus.are_mixed());
    assert_eq!(usd(third, Kind::OnDemand, &Coin::Clore, &none).as_deref(), Some("1"));
    assert_eq!(usd(third, Kind::Spot, &Coin::Bitcoin, &none).as_deref(), Some("0.6"));
    assert_eq!(usd(third, Kind::Spot, &Coin::Clore, &none).as_deref(), Some("0.5"));
}
