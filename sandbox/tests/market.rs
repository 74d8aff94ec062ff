//! The generated market against the recording's table (api-facts 6), and the recordings loaded as markets.

use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::time::Duration;

use clore_sandbox::{Clore, Market, Options};
use http::Request;
use serde_json::Value;

fn rows(options: Options) -> (Vec<Value>, Vec<u64>) {
    let mut clore = Clore::new(options);
    let request =
        Request::get("/v1/marketplace").header("auth", clore.key()).body(Vec::new()).expect("a request");
    let answer = clore.handle(Duration::ZERO, request);
    assert_eq!(answer.status(), 200);
    let answer: Value = serde_json::from_slice(answer.body()).expect("JSON");
    assert_eq!(answer["code"], 0);
    let own =
        answer["my_servers"].as_array().expect("own servers").iter().filter_map(Value::as_u64).collect();
    (answer["servers"].as_array().expect("rows").clone(), own)
}

/// One line of the table: where the field is, and what it is at p5, p25, p50, p75 and p95.
type Line = (&'static str, fn(&Value) -> f64, [Option<f64>; 5]);

fn disk(row: &Value) -> f64 {
    let text = row["specs"]["disk"].as_str().expect("a disk");
    text.rsplit(' ').next().and_then(|size| size.trim_end_matches("GB").parse().ok()).expect("a size")
}

fn gpus(row: &Value) -> f64 {
    let text = row["specs"]["gpu"].as_str().expect("a GPU");
    text.split('x').next().and_then(|count| count.parse().ok()).expect("a count")
}

fn table() -> Vec<Line> {
    let all = |values: [f64; 5]| values.map(Some);
    vec![
        (
            "on_demand.bitcoin",
            |row| row["price"]["on_demand"]["bitcoin"].as_f64().expect("a price"),
            all([0.000031, 0.00008, 0.000134, 0.0003, 0.01]),
        ),
        (
            "on_demand.CLORE",
            |row| row["price"]["on_demand"]["CLORE-Blockchain"].as_f64().expect("a price"),
            all([6.5, 15.9, 28.0, 46.0, 150.0]),
        ),
        (
            "spot.bitcoin",
            |row| row["price"]["spot"]["bitcoin"].as_f64().expect("a price"),
            all([0.000028, 0.0000667, 0.000119, 0.00029, 0.01]),
        ),
        (
            "spot.CLORE",
            |row| row["price"]["spot"]["CLORE-Blockchain"].as_f64().expect("a price"),
            all([5.81, 14.0, 25.0, 44.0, 145.0]),
        ),
        (
            "reliability",
            |row| row["reliability"].as_f64().expect("a number"),
            all([0.259, 0.947, 0.9948, 0.9999, 1.0]),
        ),
        (
            "rating.avg",
            |row| row["rating"]["avg"].as_f64().expect("a number"),
            all([0.0, 1.18, 2.46, 3.33, 5.0]),
        ),
        (
            "rating.cnt",
            |row| row["rating"]["cnt"].as_f64().expect("a number"),
            all([0.0, 1.0, 4.0, 9.0, 19.0]),
        ),
        ("mrl", |row| row["mrl"].as_f64().expect("hours"), all([24.0, 72.0, 72.0, 240.0, 1440.0])),
        ("ram", |row| row["specs"]["ram"].as_f64().expect("GB"), all([3.8, 7.8, 15.9, 32.0, 128.7])),
        ("gpuram", |row| row["specs"]["gpuram"].as_f64().expect("GB"), all([6.0, 8.0, 10.0, 24.0, 24.0])),
        ("disk", disk, [None, Some(89.9), Some(99.0), Some(401.0), None]),
        (
            "disk_speed",
            |row| row["specs"]["disk_speed"].as_f64().expect("MB/s"),
            all([407.0, 1348.0, 1825.0, 2427.0, 3846.0]),
        ),
        (
            "net.up",
            |row| row["specs"]["net"]["up"].as_f64().expect("Mbit/s"),
            all([2.1, 3.9, 4.1, 24.9, 384.0]),
        ),
        (
            "net.down",
            |row| row["specs"]["net"]["down"].as_f64().expect("Mbit/s"),
            all([5.0, 43.7, 89.4, 107.8, 695.0]),
        ),
        // Its table says 3 for p50; its own list of counts and the recording give 4, which is what is built.
        ("GPUs per server", gpus, [None, None, Some(4.0), None, Some(10.0)]),
    ]
}

/// Compares the percentiles of some rows with the table; rows without a price in CLORE have no say on it.
fn compare(rows: &[Value], whose: &str) {
    for (name, field, expected) in table() {
        let priced =
            |row: &&Value| !name.ends_with("CLORE") || row["price"]["spot"]["CLORE-Blockchain"].is_number();
        let mut values: Vec<f64> = rows.iter().filter(priced).map(field).collect();
        values.sort_by(f64::total_cmp);
        for (percent, expected) in [0.05, 0.25, 0.5, 0.75, 0.95].into_iter().zip(expected) {
            let Some(expected) = expected else { continue };
            let got = values[(percent * (values.len() - 1) as f64) as usize];
            assert!(
                (got - expected).abs() <= 0.15 * expected,
                "{whose}: {name} at {percent} is {got}, not near {expected}"
            );
        }
    }
}

#[test]
fn the_generated_percentiles_are_within_15_percent_of_the_recording() {
    for seed in [1, 2, 99, u64::MAX] {
        let (rows, _) = rows(Options::new().seed(seed));
        assert_eq!(rows.len(), 3500);
        compare(&rows, &format!("seed {seed}"));
    }
}

#[test]
fn the_recording_itself_has_the_percentiles_that_are_asked_of_the_generated_market() {
    let Some(folder) = recordings() else { return };
    let recorded = read(&folder, "marketplace-2024-3500-servers.json.gz");
    let recorded: Value = serde_json::from_slice(&recorded).expect("JSON");
    compare(recorded["servers"].as_array().expect("rows"), "the recording");
}

#[test]
fn counts_of_names_countries_and_free_servers_are_those_of_the_recording() {
    let (rows, own) = rows(Options::new().seed(5));
    let count = |wanted: &dyn Fn(&Value) -> bool| rows.iter().filter(|row| wanted(row)).count() as i64;
    let near = |got: i64, wanted: i64| assert!((got - wanted).abs() <= 2, "{got} is not {wanted}");
    let named = |name: &str| {
        let end = format!("x NVIDIA GeForce {name}");
        count(&|row| row["specs"]["gpu"].as_str().is_some_and(|gpu| gpu.ends_with(&end)))
    };
    near(named("RTX 4090"), 786);
    near(named("RTX 3060 Ti"), 448);
    near(named("RTX 3080"), 329);
    near(named("GTX 1660 SUPER"), 96);
    near(count(&|row| row["specs"]["net"]["cc"] == "RU"), 2148);
    near(count(&|row| row["cuda_version"] == "12.2"), 2159);
    near(count(&|row| row["rented"] == false), 1583);
    near(count(&|row| gpus(row) == 1.0), 932);
    near(count(&|row| row["rating"]["cnt"] == 0), 454);
    near(count(&|row| row["specs"]["net"]["up"] == 0), 52);
    near(count(&|row| row["specs"]["net"]["down"] == 0), 52);
    near(count(&|row| row["specs"]["disk_speed"] == 0), 86);
    assert!((count(&|row| row["reliability"] == 1) - 868).abs() < 30);
    let names: std::collections::BTreeSet<&str> =
        rows.iter().filter_map(|row| row["gpu_array"][0].as_str()).collect();
    assert!(names.len() >= 50, "{} names", names.len());
    let ids: Vec<u64> = rows.iter().filter_map(|row| row["id"].as_u64()).collect();
    assert!(ids.windows(2).all(|pair| pair[0] > pair[1]), "newest first, no repeats");
    assert_eq!(own.len(), 3, "a rented one, a free one, and one that no row shows");
    assert!(rows.iter().any(|row| row["id"] == own[0] && row["rented"] == true), "the own server is rented");
}

#[test]
fn every_listing_carries_all_coins_and_a_usd_block_that_agrees_with_them() {
    let (rows, _) = rows(Options::new().seed(3));
    for row in &rows {
        let price = &row["price"];
        let usd = &price["usd"];
        for (coin, key, rate) in [
            ("CLORE-Blockchain", "on_demand_clore", 0.30),
            ("bitcoin", "on_demand_btc", 70_000.0),
            ("USD-Blockchain", "on_demand_usd", 1.0),
        ] {
            let asked = price["on_demand"][coin].as_f64().expect("a price");
            assert!(asked > 0.0 && price["spot"][coin].as_f64().expect("a floor") > 0.0);
            assert!((usd[key].as_f64().expect("USD") - asked * rate).abs() < 1e-3);
            assert!(row["allowed_coins"].as_array().expect("coins").iter().any(|name| name == coin));
        }
        assert!(usd["spot"].as_f64().expect("USD") > 0.0);
        assert_eq!(row["gpu_array"].as_array().expect("GPUs").len() as f64, gpus(row));
    }
}

#[test]
fn most_4090s_cost_a_few_usd_a_day() {
    let (rows, _) = rows(Options::new().seed(11));
    let mut prices: Vec<f64> = rows
        .iter()
        .filter(|row| row["specs"]["gpu"] == "1x NVIDIA GeForce RTX 4090")
        .filter_map(|row| row["price"]["usd"]["on_demand_usd"].as_f64())
        .collect();
    prices.sort_by(f64::total_cmp);
    assert!(prices.len() > 200, "{} single 4090s", prices.len());
    let at = |share: f64| prices[((prices.len() - 1) as f64 * share) as usize];
    assert!((2.0..15.0).contains(&at(0.5)), "median {}", at(0.5));
    assert!(at(0.75) < 20.0, "p75 {}", at(0.75));
}

#[test]
fn every_seed_and_size_has_a_free_reliable_4090_for_at_most_80_cents_an_hour() {
    for seed in 0..200 {
        for servers in [1, 2, 3, 10, 40] {
            let (rows, own) = rows(Options::new().seed(seed).servers(servers));
            assert_eq!(rows.len(), servers);
            assert!(
                rows.iter().any(|row| {
                    row["specs"]["gpu"].as_str().is_some_and(|gpu| gpu.ends_with("RTX 4090"))
                        && row["rented"] == false
                        && row["reliability"].as_f64() >= Some(0.85)
                        && ["on_demand_clore", "on_demand_btc", "on_demand_usd"].iter().all(|key| {
                            row["price"]["usd"][key].as_f64().is_some_and(|usd| usd <= 0.80 * 24.0)
                        })
                }),
                "seed {seed}, {servers} servers"
            );
            let shown = own.iter().filter(|id| rows.iter().any(|row| row["id"] == **id)).count();
            assert!(shown >= usize::from(servers > 1) && shown <= 2, "seed {seed}, {servers} servers");
            assert_eq!(own.len(), shown + 1, "and one that is hidden");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_market_and_another_seed_another() {
    let (one, _) = rows(Options::new().seed(8).servers(300));
    assert_eq!(one, rows(Options::new().seed(8).servers(300)).0);
    assert_ne!(one, rows(Options::new().seed(9).servers(300)).0);
    assert!(rows(Options::new().servers(0)).0.is_empty());
}

/// The folder of the recordings; None, said loudly, where there is none.
fn recordings() -> Option<PathBuf> {
    let told = std::env::var_os("CLORE_RECORDINGS").map(PathBuf::from);
    let shared = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared"));
    match told {
        Some(folder) => Some(folder),
        None if shared.exists() => Some(shared.join("recordings")),
        None => {
            announce("SKIPPED: there are no recordings here; set CLORE_RECORDINGS to test with them");
            None
        }
    }
}

/// Past the test harness, which swallows what a passing test prints.
fn announce(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "\n*** {text} ***");
}

fn read(folder: &std::path::Path, name: &str) -> Vec<u8> {
    let bytes = fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    if !name.ends_with(".gz") {
        return bytes;
    }
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked).expect("gzip");
    unpacked
}

#[test]
fn every_marketplace_recording_is_served_row_by_row_as_it_is() {
    let Some(folder) = recordings() else { return };
    for (name, count) in [
        ("marketplace-2024-3500-servers.json.gz", 3500),
        ("marketplace-2024-edge-cases.json", 52),
        ("marketplace-2024-4-servers.json", 4),
        ("documented/marketplace-cli-sdk-page.json", 1),
        ("third-party-fixtures/marketplace-server-with-usd-block.json", 3),
    ] {
        let file = read(&folder, name);
        let market = Market::from_json(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(market.len(), count, "{name}");
        let free: Vec<u64> = market.free().collect();
        let (served, own) = rows(Options::new().market(market));
        let recorded: Value = serde_json::from_slice(&file).expect("JSON");
        assert_eq!(&served, recorded["servers"].as_array().expect("rows"), "{name}");
        for id in own.iter().filter(|id| served.iter().any(|row| row["id"] == **id)) {
            assert!(!free.contains(id), "{name}: the own server {id} is not for rent");
        }
    }
}

#[test]
fn every_free_recorded_server_can_be_rented_in_a_coin_it_allows() {
    let Some(folder) = recordings() else { return };
    let market =
        Market::from_json(&read(&folder, "marketplace-2024-3500-servers.json.gz")).expect("a market");
    let (served, _) = rows(Options::new().market(market.clone()));
    let mut clore =
        Clore::new(Options::new().market(market).interval(Duration::ZERO).create_window(Duration::ZERO));
    let key = clore.key().to_owned();
    let mut rented = 0;
    for row in served.iter().filter(|row| row["rented"] == false) {
        let body = serde_json::json!({
            "renting_server": row["id"], "type": "on-demand", "currency": row["allowed_coins"][0], "image": "ubuntu",
            "required_price": row["price"]["on_demand"][row["allowed_coins"][0].as_str().expect("a coin")],
        });
        let request =
            Request::post("/v1/create_order").header("auth", &key).body(body.to_string().into_bytes());
        let answer = clore.handle(Duration::ZERO, request.expect("a request"));
        assert_eq!(answer.status(), 200, "{row}");
        rented += 1;
        assert_eq!(clore.counts().open, rented, "{}", String::from_utf8_lossy(answer.body()));
    }
    assert_eq!(rented, 1583);
}
