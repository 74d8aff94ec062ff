//! The account as a host: what it is told of its servers, and what a change of their terms does (api-facts 3.9 to 3.11).

mod account;

use account::{Account, on_demand};
use clore_sandbox::{Coin, Dialect, Market, Options};
use serde_json::{Value, json};

fn host() -> Account {
    Account::new(Options::new())
}

/// The rows of `my_servers` by name.
fn server(account: &mut Account, name: &str) -> Value {
    let answer = account.get("my_servers");
    assert_eq!((&answer["code"], &answer["limit"]), (&json!(0), &json!(16)));
    let rows = answer["servers"].as_array().expect("rows");
    rows.iter().find(|row| row["name"] == name).cloned().expect("its row")
}

fn config(account: &mut Account, name: &str) -> Value {
    let request = account.request("GET", "server_config", &json!({"server_name": name}).to_string());
    account.send(request).1
}

fn settings(name: &str) -> Value {
    json!({"name": name, "availability": true, "mrl": 48, "bitcoin_on_demand": 0.0002, "bitcoin_spot": 0.0001})
}

fn with(mut body: Value, key: &str, value: Value) -> Value {
    body[key] = value;
    body
}

fn set(account: &mut Account, body: Value) -> Value {
    account.post("set_server_settings", body).1
}

fn row(account: &mut Account, id: &Value) -> Option<Value> {
    let answer = account.get("marketplace");
    answer["servers"].as_array().expect("rows").iter().find(|row| row["id"] == *id).cloned()
}

#[test]
fn a_host_has_a_rented_a_free_a_hidden_and_a_never_connected_server() {
    let mut account = host();
    let answer = account.get("my_servers");
    let names: Vec<&str> = answer["servers"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| row["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, ["rig-01", "rig-02", "rig-03", "rig-04"]);
    let listed = account.get("marketplace");
    let state = |row: &Value| {
        let listed =
            listed["servers"].as_array().expect("rows").iter().find(|other| other["id"] == row["id"]);
        (
            row["connected"].as_bool().expect("a flag"),
            row["visibility"].as_str().expect("a word").to_owned(),
            listed.map(|listed| listed["rented"].as_bool().expect("a flag")),
        )
    };
    let states: Vec<_> = answer["servers"].as_array().expect("rows").iter().map(state).collect();
    assert_eq!(
        states,
        [
            (true, "public".to_owned(), Some(true)),
            (true, "public".to_owned(), Some(false)),
            (true, "hidden".to_owned(), None),
            (false, "hidden".to_owned(), None),
        ]
    );
    let own = listed["my_servers"].as_array().expect("ids");
    assert_eq!(own.len(), 3, "what has never connected is not named");
}

#[test]
fn a_connected_server_is_told_with_its_prices_per_day_and_what_it_holds() {
    let mut account = host();
    let told = server(&mut account, "rig-02");
    let listed = row(&mut account, &told["id"]).expect("its row");
    for coin in Coin::ALL {
        assert_eq!(told["pricing"][coin.name()], listed["price"]["on_demand"][coin.name()]);
        assert_eq!(told["min_spot_pricing"][coin.name()], listed["price"]["spot"][coin.name()]);
    }
    assert_eq!((&told["pricing"]["usd"], &told["specs"]), (&json!(0), &listed["specs"]));
    assert_eq!((&told["online"], &told["allowed_currencies"]), (&json!(true), &listed["allowed_coins"]));
    assert_eq!(told["gpu_count"].as_u64(), listed["gpu_array"].as_array().map(|gpus| gpus.len() as u64));
    let ranges = told["oc_gpus"].as_str().expect("a text");
    assert!(serde_json::from_str::<Vec<Value>>(ranges).is_ok(), "JSON in a text");
    assert!(told.get("init_token").is_none());
    assert!(account.clore.set_online(told["id"].as_u64().expect("an id"), false));
    assert_eq!(server(&mut account, "rig-02")["online"], false);
}

#[test]
fn a_never_connected_server_has_a_token_no_specs_and_in_the_live_dialect_no_id() {
    for dialect in Dialect::ALL {
        let mut account = Account::new(Options::new().dialect(*dialect));
        let told = server(&mut account, "rig-04");
        assert!(told["init_token"].as_str().is_some_and(|token| token.len() == 48));
        assert!(told.get("specs").is_none());
        assert_eq!(told["pricing"], json!({"bitcoin": 0, "usd": 0}));
        assert_eq!(told["id"].is_u64(), *dialect != Dialect::Live, "{dialect}");
        let config = config(&mut account, "rig-04");
        assert_eq!(
            (&config["creation_completed"], &config["config"]["initialized"]),
            (&json!(false), &json!(false))
        );
    }
}

#[test]
fn the_config_is_asked_for_by_a_body_and_tells_hours() {
    let mut account = host();
    let answer = config(&mut account, "rig-01");
    assert_eq!((&answer["code"], &answer["creation_completed"]), (&json!(0), &json!(true)));
    let told = &answer["config"];
    let listed = row(&mut account, &told["id"]).expect("its row");
    assert_eq!((&told["mrl"], &told["rental_status"]), (&listed["mrl"], &json!(1)));
    assert_eq!(told["spot_pricing"]["bitcoin"], listed["price"]["spot"]["bitcoin"]);
    assert_eq!((&told["allowed_coins"], &told["visibility"]), (&listed["allowed_coins"], &json!("public")));
    assert!(told["background_job"]["env"].is_object());
    assert_eq!(config(&mut account, "rig-02")["config"]["rental_status"], 0);
}

#[test]
fn a_config_of_a_server_that_is_not_ones_own_is_refused_and_without_a_body_too() {
    let mut account = host();
    // api-facts 1.4: server_dont_exist
    for name in ["rig-99", "", "RIG-01", &account.free().to_string()] {
        assert_eq!(config(&mut account, name), json!({"code": 6, "error": "server_dont_exist"}));
    }
    for body in ["", "{}", "[]", "rig-01", r#"{"server_name":1}"#] {
        let request = account.request("GET", "server_config", body);
        assert_eq!(account.send(request), (400, json!({"code": 2})), "{body}");
    }
    let request = account.request("POST", "server_config", r#"{"server_name":"rig-01"}"#);
    assert_eq!(account.send(request).1["code"], 4);
}

#[test]
fn a_change_shows_with_the_host_and_in_the_marketplace() {
    let mut account = host();
    let id = server(&mut account, "rig-02")["id"].clone();
    let mut body = settings("rig-02");
    body["CLORE-Blockchain_on_demand"] = json!(50);
    body["CLORE-Blockchain_spot"] = json!(40.5);
    body["USD-Blockchain_on_demand"] = json!(0);
    assert_eq!(set(&mut account, body), json!({"code": 0}));
    let listed = row(&mut account, &id).expect("its row");
    let prices = json!({"bitcoin": 0.0002, "CLORE-Blockchain": 50});
    assert_eq!((&listed["price"]["on_demand"], &listed["mrl"]), (&prices, &json!(48)));
    assert_eq!(listed["price"]["spot"]["CLORE-Blockchain"], 40.5);
    assert_eq!(listed["price"]["usd"]["on_demand_clore"], 15, "50 CLORE are 15 USD");
    let told = server(&mut account, "rig-02");
    assert_eq!(told["pricing"], json!({"bitcoin": 0.0002, "CLORE-Blockchain": 50, "usd": 0}));
    let told = config(&mut account, "rig-02");
    assert_eq!((&told["config"]["mrl"], &told["config"]["pricing"]["bitcoin"]), (&json!(48), &json!(0.0002)));
}

#[test]
fn availability_hides_and_shows_a_server() {
    let mut account = host();
    let id = server(&mut account, "rig-02")["id"].clone();
    assert_eq!(set(&mut account, with(settings("rig-02"), "availability", json!(false)))["code"], 0);
    assert_eq!(row(&mut account, &id), None);
    assert_eq!(server(&mut account, "rig-02")["visibility"], "hidden");
    let hidden = server(&mut account, "rig-03")["id"].clone();
    assert_eq!(set(&mut account, settings("rig-03"))["code"], 0);
    let listed = row(&mut account, &hidden).expect("its row");
    assert_eq!(
        (&listed["rented"], &listed["price"]["on_demand"]["bitcoin"]),
        (&json!(false), &json!(0.0002))
    );
    // api-facts 1.4: cant_rent_from_yourself
    let (_, refused) = account.post("create_order", on_demand(hidden.as_u64().expect("an id")));
    assert_eq!(refused["error"], "cant_rent_from_yourself");
    assert!(!account.clore.free().any(|free| hidden == free), "it is not for the account to rent");
    assert_eq!(set(&mut account, settings("rig-04"))["code"], 0, "terms may be set before it connects");
    assert_eq!(server(&mut account, "rig-04")["visibility"], "public");
}

#[test]
fn the_official_spelling_means_bitcoin() {
    let mut account = host();
    let body =
        json!({"name": "rig-02", "availability": true, "mrl": 72, "on_demand": 0.0003, "spot": 0.00025});
    assert_eq!(set(&mut account, body), json!({"code": 0}));
    let told = server(&mut account, "rig-02");
    assert_eq!(
        (&told["pricing"]["bitcoin"], &told["min_spot_pricing"]["bitcoin"]),
        (&json!(0.0003), &json!(0.00025))
    );
    let both = with(settings("rig-02"), "on_demand", json!(0.0002));
    assert_eq!(set(&mut account, both), json!({"code": 0}), "the same figure twice");
    let both = with(settings("rig-02"), "spot", json!(0.0002));
    assert_eq!(set(&mut account, both)["error"], "invalid_input", "two figures for one thing");
    assert_eq!(server(&mut account, "rig-02")["min_spot_pricing"]["bitcoin"], 0.0001, "and nothing changed");
}

#[test]
fn incomplete_settings_are_refused_and_change_nothing() {
    let mut account = host();
    let before = server(&mut account, "rig-02");
    for missing in ["name", "availability", "mrl", "bitcoin_on_demand", "bitcoin_spot"] {
        for incomplete in [with(settings("rig-02"), missing, Value::Null), {
            let mut body = settings("rig-02");
            body.as_object_mut().expect("an object").remove(missing);
            body
        }] {
            // api-facts 1.4: not_all_parameters_present
            let refusal = json!({"code": 6, "error": "not_all_parameters_present"});
            assert_eq!(set(&mut account, incomplete), refusal, "{missing}");
        }
    }
    assert_eq!(server(&mut account, "rig-02"), before);
}

#[test]
fn each_refusal_of_settings_has_its_reason() {
    let mut account = host();
    let foreign = account.free().to_string();
    for (key, value, reason) in [
        ("name", json!("rig-99"), "server_dont_exist"),
        ("name", json!(foreign), "server_dont_exist"),
        ("name", json!(7), "invalid_input"),
        ("mrl", json!(5), "invalid_mrl"),
        ("mrl", json!(3001), "invalid_mrl"),
        ("mrl", json!(-6), "invalid_mrl"),
        ("mrl", json!(48.5), "invalid_mrl"),
        ("mrl", json!("48"), "invalid_mrl"),
        ("availability", json!("true"), "invalid_input"),
        ("bitcoin_on_demand", json!(-0.1), "invalid_input"),
        ("bitcoin_on_demand", json!("0.1"), "invalid_input"),
        ("bitcoin_spot", json!(1e300), "invalid_input"),
        ("CLORE-Blockchain_spot", json!("NaN"), "invalid_input"),
        ("enabled-bitcoin", json!(1), "invalid_input"),
        ("usd_pricing", json!([]), "invalid_input"),
        ("usd_pricing", json!({"dogecoin": {"on_demand": 1}}), "invalid_input"),
        ("usd_pricing", json!({"bitcoin": {"on_demand": -1}}), "invalid_input"),
        ("autoprice", json!("high"), "invalid_input"),
    ] {
        let answer = set(&mut account, with(settings("rig-02"), key, value.clone()));
        assert_eq!(answer, json!({"code": 6, "error": reason}), "{key}: {value}");
    }
    for mrl in [6, 3000] {
        assert_eq!(set(&mut account, with(settings("rig-02"), "mrl", json!(mrl)))["code"], 0);
    }
    assert_eq!(account.post("set_server_settings", json!([])), (400, json!({"code": 2})));
}

#[test]
fn a_coin_can_be_refused_though_it_is_priced() {
    let mut account = host();
    let id = server(&mut account, "rig-02")["id"].clone();
    assert_eq!(
        set(&mut account, with(settings("rig-02"), "enabled-CLORE-Blockchain", json!(false)))["code"],
        0
    );
    let listed = row(&mut account, &id).expect("its row");
    assert_eq!(listed["allowed_coins"], json!(["bitcoin", "USD-Blockchain"]));
    assert!(listed["price"]["on_demand"]["CLORE-Blockchain"].is_number());
    assert_eq!(
        set(&mut account, with(settings("rig-02"), "enabled-CLORE-Blockchain", json!(true)))["code"],
        0
    );
    assert_eq!(row(&mut account, &id).expect("its row")["allowed_coins"].as_array().map(Vec::len), Some(3));
}

#[test]
fn a_price_pinned_in_usd_is_served_in_the_coin_until_the_coin_is_priced_again() {
    let mut account = host();
    let pinned = json!({"CLORE-Blockchain": {"on_demand": 6, "spot": 4.5}});
    assert_eq!(set(&mut account, with(settings("rig-02"), "usd_pricing", pinned.clone()))["code"], 0);
    let told = config(&mut account, "rig-02")["config"].clone();
    assert_eq!((&told["usd_pricing"], &told["pricing"]["CLORE-Blockchain"]), (&pinned, &json!(20)));
    assert_eq!(told["spot_pricing"]["CLORE-Blockchain"], 15);
    assert_eq!(set(&mut account, with(settings("rig-02"), "CLORE-Blockchain_spot", json!(9)))["code"], 0);
    let told = config(&mut account, "rig-02")["config"].clone();
    assert_eq!((&told["usd_pricing"], &told["spot_pricing"]["CLORE-Blockchain"]), (&json!({}), &json!(9)));
    let auto = json!({"bi\"tcoin": "market", "x": 5});
    assert_eq!(set(&mut account, with(settings("rig-02"), "autoprice", auto))["code"], 0);
    assert_eq!(server(&mut account, "rig-02")["autoprice"], json!({"bi\"tcoin": "market", "x": "5"}));
}

#[test]
fn a_loaded_market_gives_a_host_its_own_servers_a_hidden_and_a_never_connected_one() {
    let file = br#"{"servers":[{"id":9,"rented":true,"specs":5,"gpu_array":7},{"id":8}],"my_servers":[9,3]}"#;
    let mut account = Account::new(Options::new().market(Market::from_json(file).expect("a market")));
    let rows = account.get("my_servers")["servers"].as_array().expect("rows").clone();
    let connected: Vec<&Value> = rows.iter().map(|row| &row["connected"]).collect();
    assert_eq!(connected, [&json!(true), &json!(true), &json!(false)]);
    assert_eq!((&rows[0]["id"], &rows[0]["gpu_count"]), (&json!(9), &json!(0)));
    assert_eq!(set(&mut account, settings("rig-01")), json!({"code": 0}));
    assert_eq!(
        row(&mut account, &json!(9)).expect("its row")["price"]["on_demand"],
        json!({"bitcoin": 0.0002})
    );
    assert_eq!(account.get("marketplace")["servers"].as_array().map(Vec::len), Some(2));
}

#[test]
fn what_happens_to_a_server_by_other_ways_is_told_to_its_host() {
    let mut account = host();
    let id = server(&mut account, "rig-02")["id"].as_u64().expect("an id");
    assert!(account.clore.set_prices(id, Coin::Usd, Some(9.0), Some(8.0)));
    assert!(account.clore.set_listed(id, false));
    let told = server(&mut account, "rig-02");
    assert_eq!((&told["pricing"]["USD-Blockchain"], &told["visibility"]), (&json!(9), &json!("hidden")));
}
