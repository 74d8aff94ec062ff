//! Units: the state is coin per day; the seed dialect speaks USD per hour, in and out, and loses nothing between.

mod account;

use std::time::Duration;

use account::{Account, spot};
use clore_sandbox::{Clore, Coin, Dialect, Market, Options};
use serde_json::{Value, json};

/// Without limits, so that thousands of calls need no time.
fn seed(market: &Market) -> Account {
    let options = Options::new().dialect(Dialect::Seed).market(market.clone());
    let clore = Clore::new(options.interval(Duration::ZERO).create_window(Duration::ZERO));
    Account { clore, now: Duration::ZERO, gap: Duration::ZERO }
}

fn rows(market: &Market, dialect: Dialect) -> Vec<Value> {
    let mut account = Account::new(Options::new().dialect(dialect).market(market.clone()));
    account.get("marketplace")["servers"].as_array().expect("rows").clone()
}

fn figure(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no figure"))
}

#[test]
fn each_price_of_the_seed_dialect_is_a_24th_of_the_live_one_in_usd() {
    let market = Market::generate(6, 500);
    for (seed, live) in rows(&market, Dialect::Seed).iter().zip(rows(&market, Dialect::Live)) {
        assert_eq!((&seed["id"], &seed["specs"]), (&live["id"], &live["specs"]));
        if live["gigaspot"] == true {
            continue;
        }
        let usd = &seed["price"]["usd"];
        let clore = |kind: &str| figure(&live["price"][kind]["CLORE-Blockchain"]) * Coin::Clore.usd() / 24.0;
        assert!((figure(&usd["on_demand_clore"]) - clore("on_demand")).abs() < 1e-9, "{seed}");
        assert!((figure(&usd["spot"]) - clore("spot")).abs() < 1e-9, "{seed}");
        assert!((figure(&seed["reliability"]) - figure(&live["reliability"]) * 100.0).abs() < 1e-6);
    }
}

#[test]
fn who_does_not_take_clore_lists_no_price() {
    let market = br#"{"servers":[
        {"id":1,"rented":false,"price":{"on_demand":{"CLORE-Blockchain":24},"spot":{"CLORE-Blockchain":12}},
         "allowed_coins":["bitcoin"]},
        {"id":2,"rented":false,"price":{"on_demand":{"CLORE-Blockchain":24}},"gigaspot":true},
        {"id":3,"rented":false,"price":{"on_demand":{"USD-Blockchain":24}}}]}"#;
    for row in rows(&Market::from_json(market).expect("a market"), Dialect::Seed) {
        assert_eq!(row["price"]["usd"], json!({"spot": null}), "{row}");
    }
}

#[test]
fn who_lists_a_price_takes_clore_for_just_that_price() {
    /// Enough to see; the whole market takes long.
    const RENTED: usize = 400;
    let market = Market::generate(2, 3500);
    let both: Vec<(Value, Value)> =
        rows(&market, Dialect::Seed).into_iter().zip(rows(&market, Dialect::Live)).collect();
    for kind in ["on-demand", "spot"] {
        let mut account = seed(&market);
        let free: Vec<u64> = market.free().collect();
        let to_let = |row: &Value| row["id"].as_u64().is_some_and(|id| free.contains(&id));
        for (row, live) in both.iter().filter(|(row, _)| to_let(row)).take(RENTED) {
            let usd = &row["price"]["usd"];
            let body = json!({"renting_server": row["id"], "type": kind, "currency": "CLORE-Blockchain",
                              "image": "ubuntu", "required_price": usd["on_demand_clore"], "spotprice": usd["spot"]});
            assert_eq!(account.post("create_order", body).1["code"], 0, "{row}");
            let paid = account.clore.ledger().pop().expect("a rental").price_per_day;
            let listed = if kind == "spot" { &live["price"]["spot"] } else { &live["price"]["on_demand"] };
            assert_eq!(listed["CLORE-Blockchain"], paid, "nothing is lost on the way there and back");
        }
        assert_eq!(account.clore.counts().open, RENTED);
    }
}

#[test]
fn a_bid_in_usd_per_hour_is_kept_in_the_orders_coin_per_day() {
    let market = Market::generate(9, 40);
    for (coin, name) in
        [(Coin::Clore, "CLORE-Blockchain"), (Coin::Bitcoin, "BTC"), (Coin::Usd, "USD-Blockchain")]
    {
        let mut account = seed(&market);
        let server = account.free();
        let mut body = spot(server, 35.0);
        body["currency"] = json!(name);
        assert_eq!(account.post("create_order", body).1["code"], 0);
        let rental = account.clore.ledger().remove(0);
        assert_eq!((rental.coin, rental.price_per_day), (coin, 35.0 * 24.0 / coin.usd()));
        assert_eq!(account.orders(false)[0]["price"], 35.0);
        let offer = account.get(&format!("spot_marketplace?market={server}"))["market"]["offers"][0].clone();
        assert_eq!((&offer["bid"], &offer["currency"]), (&json!(35), &json!(name)));
        let raise = json!({"order_id": rental.order_id, "desired_price": 70});
        assert_eq!(account.post("set_spot_price", raise).1, json!({"code": 0}));
        assert_eq!(account.clore.ledger()[0].price_per_day, 70.0 * 24.0 / coin.usd());
    }
}

#[test]
fn refusals_that_name_a_price_name_it_in_the_unit_that_asked() {
    let market = Market::generate(9, 40);
    let mut account = seed(&market);
    let server = account.free();
    let usd =
        account.get(&format!("spot_marketplace?market={server}"))["market"]["server"]["min_pricing"].clone();
    let floor = figure(&usd["USD-Blockchain"]);
    let refused = account.post("create_order", spot(server, floor * 0.99)).1;
    assert_eq!(refused, json!({"code": 6, "error": "too_low_price", "min_price": floor}));
    assert_eq!(account.post("create_order", spot(server, floor)).1["code"], 0, "just the floor is enough");
    let id = account.clore.ledger()[0].order_id;
    let mut reprice = |price: f64| {
        account.now += Duration::from_secs(700);
        account.post("set_spot_price", json!({"order_id": id, "desired_price": price})).1
    };
    assert_eq!(reprice(floor * 0.5)["error"], "amount_too_low");
    assert_eq!(reprice(floor + 24.0), json!({"code": 0}));
    let refused = reprice(floor + 1.0);
    let step = figure(&refused["max_step"]);
    assert!((step - (floor + 24.0) / 10.0).abs() < 1e-9, "a tenth of the bid: {refused}");
    assert_eq!(reprice(floor + 24.0 - step), json!({"code": 0}), "a step of just that is not too far");
}

#[test]
fn a_bid_beyond_all_measure_is_refused_and_places_nothing() {
    let market = Market::generate(9, 40);
    let mut account = seed(&market);
    let server = account.free();
    for (price, error) in [(1e300, "not_enough_balance"), (1e-300, "too_low_price")] {
        let answer = account.post("create_order", spot(server, price)).1;
        assert_eq!((&answer["code"], &answer["error"]), (&json!(6), &json!(error)));
    }
    assert!(account.clore.ledger().is_empty());
}

#[test]
fn the_same_actions_give_the_same_ledger_in_every_dialect() {
    let market = Market::generate(12, 40);
    let ledgers = Dialect::ALL.iter().map(|dialect| {
        let mut account = Account::new(Options::new().dialect(*dialect).market(market.clone()).seed(5));
        // What a person means in USD per hour, in the unit of the dialect.
        let figure = |coin: Coin, usd_per_hour: f64| match dialect {
            Dialect::Seed => usd_per_hour,
            _ => usd_per_hour * 24.0 / coin.usd(),
        };
        let bitcoin = if *dialect == Dialect::Seed { "BTC" } else { "bitcoin" };
        account.rent();
        let server = account.free();
        account.post("create_order", spot(server, figure(Coin::Usd, 50.0)));
        account.wait(900);
        let bid = account.clore.ledger()[1].order_id;
        account.post("set_spot_price", json!({"order_id": bid, "desired_price": figure(Coin::Usd, 55.0)}));
        account.clore.competing_bid(server, Coin::Bitcoin, 10.0).expect("an offer");
        account.wait(1800);
        let mut body = spot(account.clore.free().nth(1).expect("a server"), figure(Coin::Bitcoin, 35.0));
        body["currency"] = json!(bitcoin);
        account.post("create_order", body);
        account.wait(3600);
        account.post("cancel_order", json!({"id": account.clore.ledger()[0].order_id}));
        account.post("cancel_orders", json!({"order_ids": [bid]}));
        (account.clore.ledger(), Coin::ALL.map(|coin| account.clore.balance(coin)))
    });
    let ledgers: Vec<_> = ledgers.collect();
    assert_eq!(ledgers[0].0.len(), 3);
    assert!(ledgers[0].0.iter().all(|rental| rental.spent > 0.0));
    for (dialect, ledger) in Dialect::ALL.iter().zip(&ledgers) {
        assert_eq!(*ledger, ledgers[0], "{dialect}");
    }
}
