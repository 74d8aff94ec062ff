//! The rule of api-facts 7 on the recording of 2024-05-21: its counts come out exactly.

use super::{Filter, GpuMode, GpuQuery, SortKey, Tripwire, cheapest};
use crate::model::{Coin, Rates, Server};
use crate::recordings::big_market;
use std::collections::BTreeSet;

fn market() -> Option<Vec<Server>> {
    let rows = big_market()?;
    let servers: Vec<Server> = rows.iter().map(|row| Server::decode(row).unwrap()).collect();
    assert_eq!(servers.len(), 3_500);
    Some(servers)
}

fn count(servers: &[Server], query: &str, mode: GpuMode) -> usize {
    let query = GpuQuery::new(query, mode);
    servers.iter().filter(|server| query.matches(&server.gpus)).count()
}

#[test]
fn the_table_of_gpu_counts_comes_out() {
    let Some(servers) = market() else { return };
    for (query, fragment, exact) in [
        ("RTX 3060", 628, 150),
        ("RTX 3070", 509, 224),
        ("RTX 3080", 494, 329),
        ("RTX 4070", 226, 79),
        ("GTX 1660", 121, 2),
        ("RTX 2060", 84, 24),
        ("RTX 4070 Ti", 130, 80),
        ("RTX 4060", 54, 23),
        ("GTX 1080", 23, 5),
        ("RTX 4080", 53, 39),
        ("RTX 2080", 11, 0),
        ("RTX 2070", 12, 4),
        ("GTX 1070", 21, 13),
        ("A40", 8, 0),
        ("4000", 9, 1),
        ("RTX 4090", 787, 786),
        ("RTX 3090", 140, 139),
        ("RTX A5000", 7, 6),
        ("RTX 3080 Ti", 159, 159),
        ("RTX 3060 Ti", 448, 448),
        ("GTX 1060", 26, 26),
        ("RTX A2000", 3, 3),
        ("CMP", 169, 169),
        ("rtx4090", 0, 786),
        ("4070ti", 0, 80),
        ("P106-100", 0, 58),
    ] {
        assert_eq!(count(&servers, query, GpuMode::Fragment), fragment, "fragment {query}");
        assert_eq!(count(&servers, query, GpuMode::Exact), exact, "exact {query}");
    }
}

#[test]
fn every_recorded_name_matches_itself_and_no_other_but_for_the_a2000() {
    let Some(servers) = market() else { return };
    let names: BTreeSet<&str> = servers.iter().map(|s| s.gpus.listed_as.as_ref().unwrap().as_str()).collect();
    assert_eq!(names.len(), 60);
    for asked in &names {
        let query = GpuQuery::new(asked, GpuMode::Exact);
        let hits: BTreeSet<&str> = servers
            .iter()
            .filter(|server| query.matches(&server.gpus))
            .map(|server| server.gpus.listed_as.as_ref().unwrap().as_str())
            .collect();
        let expected: BTreeSet<&str> = match *asked {
            "NVIDIA RTX A2000" => BTreeSet::from(["NVIDIA RTX A2000", "NVIDIA RTX A2000 12GB"]),
            other => BTreeSet::from([other]),
        };
        assert_eq!(hits, expected, "{asked}");
    }
}

#[test]
fn the_needle_hides_no_match() {
    let Some(rows) = big_market() else { return };
    let servers: Vec<Server> = rows.iter().map(|row| Server::decode(row).unwrap()).collect();
    for asked in
        ["RTX 4090", "rtx4090", "GTX 1060 6GB", "P106-100", "A4000", "CMP 30HX", "4070 ti super", "TITAN Xp"]
    {
        for filter in
            [Filter::new().gpu(asked), Filter::new().gpu_like(asked), Filter::new().gpu_family(asked)]
        {
            let Some(needle) = filter.needle() else { continue };
            let rates = Rates::new();
            for (row, server) in rows.iter().zip(&servers) {
                if filter.find(server.clone(), &rates).is_some() {
                    assert!(row.windows(needle.len()).any(|window| window == needle), "{asked}");
                }
            }
        }
    }
}

/// Reliability S22 and S24 on real rows: a free 4090 by the price of the coin that pays.
#[test]
fn the_cheapest_free_4090_is_found_by_a_cap_in_dollars_per_hour() {
    let Some(servers) = market() else { return };
    let rates =
        Rates::new().with(Coin::Bitcoin, "70000".parse().unwrap()).with(Coin::Clore, "0.30".parse().unwrap());
    let free = Filter::new().gpu("RTX 4090").paying(Coin::Bitcoin);
    let capped = free.clone().max_price("0.80".parse().unwrap()).min_reliability("85".parse().unwrap());
    let mut found: Vec<_> = servers.iter().filter_map(|s| capped.find(s.clone(), &rates)).collect();
    SortKey::Price.sort(&mut found);
    assert!(!found.is_empty());
    for pair in found.windows(2) {
        assert!(pair[0].price <= pair[1].price);
    }
    let cap = "0.80".parse().unwrap();
    assert!(
        found
            .iter()
            .all(|f| f.price.unwrap() <= cap && f.coin == Coin::Bitcoin && f.server.allows(&Coin::Bitcoin))
    );
    assert_eq!(cheapest(&found).unwrap().server.id, found[0].server.id);
    // Without a known rate nothing has a price in dollars, and nothing passes a cap.
    assert!(servers.iter().all(|s| capped.find(s.clone(), &Rates::new()).is_none()));
    let listed: Vec<_> = servers.iter().filter_map(|s| free.find(s.clone(), &Rates::new())).collect();
    assert!(!listed.is_empty() && listed.iter().all(|f| f.price.is_none()));
    assert!(cheapest(&listed).is_none());
}

#[test]
fn the_recording_raises_no_doubt_by_the_day_and_would_by_the_hour() {
    let Some(servers) = market() else { return };
    let doubt = |bitcoin: &str| {
        let rates = Rates::new().with(Coin::Bitcoin, bitcoin.parse().unwrap());
        let mut wire = Tripwire::new();
        for server in &servers {
            wire.observe(server, &rates);
        }
        wire.doubt()
    };
    assert_eq!(doubt("70000"), None);
    assert!(doubt("1680000").is_some(), "the same figures times 24");
}
