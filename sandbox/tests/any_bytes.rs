//! No bytes, as a request or as a market, make the sandbox panic or rent what was not asked for.

mod account;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use account::{Account, on_demand, spot};
use clore_sandbox::{Fault, Market, Options};
use http::Request;
use serde_json::json;

/// A small generator of the tests' own.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    /// Changes a few bytes: another value, one more, one less, or the rest cut off.
    fn spoil(&mut self, bytes: &mut Vec<u8>) {
        const LIKELY: &[u8] = b"{}[]\",:0123456789-+.eE\\ tfn\x00\xff";
        for _ in 0..=self.roll(4) {
            let at = self.roll(bytes.len() as u64 + 1) as usize;
            let byte = LIKELY[self.roll(LIKELY.len() as u64) as usize];
            match self.roll(8) {
                0 => bytes.truncate(at),
                1 | 2 => bytes.insert(at, byte),
                3 if at < bytes.len() => drop(bytes.remove(at)),
                _ if at < bytes.len() => bytes[at] = byte,
                _ => {}
            }
        }
    }
}

#[test]
fn spoiled_requests_are_answered_with_a_known_code() {
    let mut account = Account::new(Options::new().interval(Duration::ZERO).create_window(Duration::ZERO));
    account.gap = Duration::from_millis(1);
    let key = account.clore.key().to_owned();
    let mut dice = Dice(0x1234_5678_9abc_def1);
    for round in 0..20_000_u64 {
        let server = account.clore.free().next().unwrap_or(1);
        let order = account.clore.counts().placed as u64 + 1_000_000;
        let (path, body) = match round % 5 {
            0 => ("create_order", on_demand(server)),
            1 => ("create_order", spot(server, 5.0)),
            2 => ("cancel_order", json!({"id": order, "issue": "none"})),
            3 => ("cancel_orders", json!({"order_ids": [order, "7"]})),
            _ => ("set_spot_price", json!({"order_id": order, "desired_price": 3.5})),
        };
        let mut body = body.to_string().into_bytes();
        dice.spoil(&mut body);
        let request = Request::post(format!("/v1/{path}")).header("auth", &key).body(body.clone());
        let placed = account.clore.counts().placed;
        let (_, answer) = account.send(request.expect("a request"));
        let code = answer["code"].as_u64().expect("a code");
        assert!(code <= 6 && code != 3 && code != 5, "{}", String::from_utf8_lossy(&body));
        let rented = account.clore.counts().placed - placed;
        assert_eq!(rented, usize::from(path == "create_order" && code == 0));
    }
    for query in ["?market=", "?market=%", "?market=99999999999999999999", "?%%%=&&&=", "?market=1&market=2"]
    {
        let answer = account.get(&format!("spot_marketplace{query}"));
        assert!(answer["code"].is_u64());
    }
}

#[test]
fn spoiled_requests_of_a_host_or_a_bidder_are_answered_with_a_known_code() {
    let mut account = Account::new(Options::new().interval(Duration::ZERO));
    account.gap = Duration::from_millis(1);
    let key = account.clore.key().to_owned();
    let listed = account.get("marketplace")["servers"].as_array().expect("rows").clone();
    let machine = listed.iter().find(|row| row["gigaspot"] == true).expect("a machine");
    let (server, gpus) = (&machine["id"], machine["gpu_array"].as_array().expect("GPUs"));
    let overclocks = vec![json!({"pl": machine["specs"]["pl"][0], "core_lock": 500}); gpus.len()];
    let mut dice = Dice(0x5eed_5eed_5eed_5eed);
    for round in 0..5_000_u64 {
        let orders = account.clore.ledger();
        let order = orders.last().map_or(1, |rental| rental.order_id);
        let (method, path, body) = match round % 4 {
            0 => (
                "POST",
                "set_server_settings",
                json!({"name": "rig-02", "availability": true, "mrl": 48, "on_demand": 0.5, "bitcoin_spot": 0.25,
                       "usd_pricing": {"USD-Blockchain": {"on_demand": 5, "spot": 4}}, "autoprice": {"a": "b"},
                       "enabled-bitcoin": true}),
            ),
            1 => ("GET", "server_config", json!({"server_name": "rig-02"})),
            2 => (
                "POST",
                "create_gigaspot_orders",
                json!([{"currency": "CLORE-Blockchain", "image": "1", "renting_server": server, "price": 9000,
                        "oc": overclocks, "env": {"A": "b"}}]),
            ),
            _ => (
                "POST",
                "edit_gigaspot_orders",
                json!([{"order_id": order, "price": 9001, "oc": overclocks}]),
            ),
        };
        let mut body = body.to_string().into_bytes();
        dice.spoil(&mut body);
        let request = Request::builder().method(method).uri(format!("/v1/{path}")).header("auth", &key);
        let placed = account.clore.counts().placed;
        let (_, answer) = account.send(request.body(body.clone()).expect("a request"));
        let code = answer["code"].as_u64().expect("a code");
        assert!(matches!(code, 0 | 2 | 6), "{code}: {}", String::from_utf8_lossy(&body));
        assert!(path == "create_gigaspot_orders" || account.clore.counts().placed == placed);
        if let Some(open) = account.clore.ledger().iter().find(|rental| rental.is_open()) {
            account.post("cancel_order", json!({"id": open.order_id}));
        }
        assert!(account.get("my_servers")["servers"].is_array());
    }
    assert!(account.clore.counts().placed > 50, "some were bids");
}

#[test]
fn spoiled_markets_load_or_are_refused_and_what_loads_can_be_served() {
    let sound = concat!(
        r#"{"servers":[{"id":31,"owner":2,"mrl":72,"price":{"on_demand":{"bitcoin":0.0001,"CLORE-Blockchain":9},"#,
        r#""spot":{"bitcoin":0.00005},"usd":{"on_demand_usd":1.5,"spot":0}},"rented":false,"gigaspot":false,"#,
        r#""specs":{"gpu":"1x RTX 4090","net":{"cc":"SE"}},"allowed_coins":["bitcoin"],"rating":{"avg":1,"cnt":2}},"#,
        r#"{"id":30,"rented":true}],"my_servers":[30],"code":0}"#
    );
    let mut dice = Dice(0xfeed_beef_0bad_cafe);
    let mut loaded = 0;
    for _ in 0..5_000 {
        let mut bytes = sound.as_bytes().to_vec();
        dice.spoil(&mut bytes);
        if let Ok(market) = Market::from_json(&bytes) {
            loaded += 1;
            let mut account = Account::new(Options::new().market(market));
            let mut body = on_demand(31);
            body["currency"] = json!("bitcoin");
            assert!(account.post("create_order", body).1["code"].is_u64());
            let served = catch_unwind(AssertUnwindSafe(|| account.get("marketplace")));
            assert!(served.is_ok(), "{}", String::from_utf8_lossy(&bytes));
            assert!(account.get("my_orders")["orders"].is_array());
            assert!(account.get("my_servers")["servers"].is_array());
            let snapshot = Request::get("/gigaspot/v1_snapshot.json").body(Vec::new()).expect("a request");
            assert!(account.send(snapshot).1.is_object());
        }
    }
    assert!(loaded > 100, "{loaded} loaded");
}

#[test]
fn spoiled_faults_are_read_or_refused() {
    let mut dice = Dice(0x0dd_ba11);
    for text in
        ["create_order#12=delay:2.5", "*=cut:77", "my_orders=status:503", "wallets=redirect:http://x/"]
    {
        for _ in 0..2_000 {
            let mut bytes = text.as_bytes().to_vec();
            dice.spoil(&mut bytes);
            let spoiled = String::from_utf8_lossy(&bytes);
            match Fault::parse(&spoiled) {
                Ok(fault) => assert_eq!(Fault::parse(&fault.to_string()), Ok(fault)),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
}
