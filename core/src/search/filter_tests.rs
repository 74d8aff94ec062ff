use super::*;
use crate::model::{UsdPerHour, UsdPerHourPerGpu};
use crate::search::{SortKey, cheapest};
use proptest::prelude::*;

fn server(json: &str) -> Server {
    Server::decode(json.as_bytes()).unwrap()
}

fn usd(id: u64, price: &str) -> Server {
    server(&format!(
        r#"{{"id":{id},"rented":false,"reliability":0.9,"price":{{"on_demand":{{"USD-Blockchain":{price}}}}}}}"#
    ))
}

fn ids(filter: &Filter, servers: &[Server]) -> Vec<u64> {
    let mut found: Vec<_> = servers.iter().filter_map(|s| filter.find(s.clone(), &Rates::new())).collect();
    SortKey::Price.sort(&mut found);
    found.iter().map(|found| found.server.id.number()).collect()
}

/// Reliability S22: the seed took 0 for infinite, let negative prices win and broke on NaN.
#[test]
fn only_finite_known_prices_compete() {
    let servers: Vec<Server> =
        ["5", "0", "-1", "\"NaN\"", "null", "0.2", "1e999", "[]", "\"Infinity\"", "true"]
            .iter()
            .zip(1..)
            .map(|(price, id)| usd(id, price))
            .collect();
    let filter = Filter::new().paying(Coin::Usd);
    assert_eq!(ids(&filter, &servers), [6, 1, 2, 3, 4, 5, 7, 8, 9, 10]);
    assert_eq!(ids(&filter.clone().max_price("1".parse().unwrap()), &servers), [6, 1]);
    let found: Vec<_> = servers.iter().filter_map(|s| filter.find(s.clone(), &Rates::new())).collect();
    assert_eq!(cheapest(&found).unwrap().server.id.number(), 6);
    assert_eq!(
        filter.max_price("1".parse().unwrap()).judge(&servers[1], &Rates::new()),
        Judgement::UnknownPrice
    );
}

/// Reliability O13: in the official SDK a maximum of 0 was no maximum, and a bid of 0 was dropped.
#[test]
fn zero_is_a_value() {
    for zero in ["0", "0.00", "-0", "0e9"] {
        assert!(UsdPerHour::parse(zero).is_err() && UsdPerHourPerGpu::parse(zero).is_err(), "{zero}");
        assert!(crate::model::Rate::parse(zero, Coin::Clore).is_err(), "{zero}");
    }
    assert_eq!("0".parse::<UsdPerHour>(), Err(crate::model::NotAPrice::NotPositive));
    let paying = || Filter::new().paying(Coin::Usd);
    let market = [usd(1, "5"), usd(2, "0.2"), usd(3, "0"), usd(4, "null")];
    let least = paying().max_price("0.0000000001".parse().unwrap());
    assert_eq!(ids(&least, &market), [0; 0], "next to nothing is a maximum too");
    let none = paying().min_gpus(0).min_ram_gb(0).min_down_mbit(0);
    assert_eq!(ids(&none, &market), [0; 0], "what is not told is not 0");
    assert_eq!(ids(&paying().min_reliability("0".parse().unwrap()), &market), [2, 1, 3, 4]);
}

#[test]
fn unknown_price_never_wins() {
    let found: Vec<_> =
        [usd(1, "null")].into_iter().filter_map(|s| Filter::new().find(s, &Rates::new())).collect();
    assert_eq!(found.len(), 1);
    assert!(cheapest(&found).is_none());
}

/// api-facts 1.4: a plain create on it is refused with `machine-is-on-gigaspot`. What an object there says is not known.
#[test]
fn a_server_kept_for_gigaspot_is_listed_and_not_offered() {
    let found: Vec<_> = [("true", 1), ("{\"a\":1}", 2), ("false", 3)]
        .into_iter()
        .map(|(gigaspot, id)| {
            server(&format!(
                r#"{{"id":{id},"rented":false,"gigaspot":{gigaspot},"price":{{"on_demand":{{"USD-Blockchain":{id}}}}}}}"#
            ))
        })
        .filter_map(|server| Filter::new().paying(Coin::Usd).find(server, &Rates::new()))
        .collect();
    assert_eq!(found.len(), 3);
    assert_eq!(cheapest(&found).unwrap().server.id.number(), 2);
}

/// Reliability S24: the seed compared the CLORE price whatever coin pays. The fixture's host: 1.61 by `on_demand_usd`,
/// 3.99 by `on_demand_clore`.
#[test]
fn compares_price_of_paying_currency() {
    let host = server(
        r#"{"id":31148,"rented":false,"price":{"on_demand":{"bitcoin":0.00006,"CLORE-Blockchain":3300,"USD-Blockchain":1.61},
        "usd":{"on_demand_usd":1.61,"on_demand_clore":3.99,"on_demand_btc":3.99,"spot":0}}}"#,
    );
    let price = |filter: Filter| match filter.judge(&host, &Rates::new()) {
        Judgement::Fits { price } => price.map(|p| p.per_day().amount().to_string()),
        other => panic!("{other:?}"),
    };
    assert_eq!(price(Filter::new().paying(Coin::Usd)).as_deref(), Some("1.61"));
    assert_eq!(price(Filter::new().paying(Coin::Clore)).as_deref(), Some("3.99"));
    assert_eq!(price(Filter::new()).as_deref(), Some("3.99"));
    assert_eq!(price(Filter::new().kind(Kind::Spot)), None);
}

#[test]
fn a_cap_is_compared_by_the_day() {
    let cap = |text: &str| Filter::new().paying(Coin::Usd).max_price(UsdPerHour::parse(text).unwrap());
    assert_eq!(ids(&cap("0.353"), &[usd(1, "8.472"), usd(2, "8.4720000001")]), [1]);
    assert_eq!(ids(&cap("0.1"), &[usd(1, "2.4"), usd(2, "2.4000000000000001")]), [1]);
}

#[test]
fn a_cap_per_gpu_divides_by_the_count() {
    let rig = |gpu: &str| {
        server(&format!(
            r#"{{"id":1,"rented":false,"specs":{{"gpu":"{gpu}"}},"price":{{"on_demand":{{"USD-Blockchain":24}}}}}}"#
        ))
    };
    let filter = Filter::new().paying(Coin::Usd).max_price_per_gpu("0.25".parse().unwrap());
    assert!(filter.find(rig("4x RTX 3090"), &Rates::new()).is_some());
    assert!(filter.find(rig("3x RTX 3090"), &Rates::new()).is_none());
    assert!(filter.find(rig("RTX 3090"), &Rates::new()).is_none(), "an unknown count is not one");
}

#[test]
fn each_condition_leaves_out_what_lacks_it_or_does_not_say() {
    let good = r#"{"id":1,"rented":false,"reliability":0.99,"cuda_version":"12.10","allowed_coins":["bitcoin"],
        "specs":{"gpu":"4x NVIDIA GeForce RTX 3090","gpuram":24,"ram":64.2,"disk":"NVMe 512.0GB",
        "net":{"up":900,"down":800,"cc":"DE"}}}"#;
    let silent = r#"{"id":2,"rented":false}"#;
    let cuda = |text: &str| text.parse().unwrap();
    let conditions: [(Filter, Filter); 10] = [
        (Filter::new().gpu("RTX 3090"), Filter::new().gpu("RTX 3090 Ti")),
        (
            Filter::new().min_reliability("99".parse().unwrap()),
            Filter::new().min_reliability("99.1".parse().unwrap()),
        ),
        (Filter::new().min_gpus(4), Filter::new().min_gpus(5)),
        (Filter::new().min_ram_gb(64), Filter::new().min_ram_gb(65)),
        (Filter::new().min_vram_gb(24), Filter::new().min_vram_gb(25)),
        (Filter::new().min_disk_gb(512), Filter::new().min_disk_gb(513)),
        (Filter::new().min_cuda(cuda("12.2")), Filter::new().min_cuda(cuda("12.11"))),
        (Filter::new().country("de").country("FR"), Filter::new().country("FR")),
        (Filter::new().min_up_mbit(900), Filter::new().min_up_mbit(901)),
        (Filter::new().min_down_mbit(800), Filter::new().min_down_mbit(801)),
    ];
    for (fits, not) in conditions {
        assert!(fits.find(server(good), &Rates::new()).is_some(), "{fits:?}");
        assert!(fits.find(server(silent), &Rates::new()).is_none(), "{fits:?}");
        assert!(not.find(server(good), &Rates::new()).is_none(), "{not:?}");
    }
    assert!(Filter::new().paying(Coin::Bitcoin).find(server(good), &Rates::new()).is_some());
    assert!(Filter::new().paying(Coin::Clore).find(server(good), &Rates::new()).is_none());
}

#[test]
fn rented_is_left_out_and_unknown_is_listed_but_not_offered() {
    let rows = [r#"{"id":1,"rented":true}"#, r#"{"id":2}"#, r#"{"id":3,"rented":false}"#].map(server);
    assert_eq!(ids(&Filter::new(), &rows), [2, 3]);
    assert_eq!(ids(&Filter::new().include_rented(true), &rows), [1, 2, 3]);
    let found = Filter::new().find(rows[1].clone(), &Rates::new()).unwrap();
    assert!(!found.is_free());
}

#[test]
fn ties_go_to_the_more_reliable_then_to_the_lower_id() {
    let row = |id: u64, reliability: &str| {
        server(&format!(
            r#"{{"id":{id},"rented":false,"reliability":{reliability},"price":{{"on_demand":{{"USD-Blockchain":1}}}}}}"#
        ))
    };
    let rows = [row(5, "null"), row(4, "0.9"), row(3, "0.9"), row(2, "0.95"), row(1, "0.1")];
    assert_eq!(ids(&Filter::new().paying(Coin::Usd), &rows), [2, 3, 4, 1, 5]);
}

#[test]
fn the_most_memory_comes_first_and_unknown_memory_last() {
    let row = |id: u64, ram: &str, price: u64| {
        server(&format!(
            r#"{{"id":{id},"rented":false,"specs":{{"ram":{ram}}},"price":{{"on_demand":{{"USD-Blockchain":{price}}}}}}}"#
        ))
    };
    let rows = [row(1, "null", 1), row(2, "62.5", 3), row(3, "62.5", 2), row(4, "125.7", 9)];
    let filter = Filter::new().paying(Coin::Usd);
    let mut found: Vec<_> =
        rows.into_iter().filter_map(|server| filter.find(server, &Rates::new())).collect();
    SortKey::Ram.sort(&mut found);
    assert_eq!(found.iter().map(|found| found.server.id.number()).collect::<Vec<_>>(), [4, 3, 2, 1]);
}

proptest! {
    #[test]
    fn the_order_is_total(
        rows in proptest::collection::vec((0_u64..5, 0_u8..4, 0_u8..4, 0_u8..3), 3),
        key in prop_oneof![Just(SortKey::Price), Just(SortKey::Reliability), Just(SortKey::Gpus), Just(SortKey::Ram)],
    ) {
        let found: Vec<_> = rows.iter().filter_map(|(id, price, reliability, gpus)| {
            let row = server(&format!(
                r#"{{"id":{id},"rented":false,"reliability":{},"specs":{{"gpu":"{}"}},"price":{{"on_demand":{{"USD-Blockchain":{price}}}}}}}"#,
                if *reliability == 0 { "null".to_owned() } else { format!("0.{reliability}") },
                if *gpus == 0 { "GPU".to_owned() } else { format!("{gpus}x GPU") },
            ));
            Filter::new().paying(Coin::Usd).find(row, &Rates::new())
        }).collect();
        let [a, b, c] = [&found[0], &found[1], &found[2]];
        prop_assert_eq!(key.compare(a, b), key.compare(b, a).reverse());
        prop_assert_eq!(key.compare(a, a), core::cmp::Ordering::Equal);
        if key.compare(a, b).is_le() && key.compare(b, c).is_le() {
            prop_assert!(key.compare(a, c).is_le());
        }
    }
}
