//! The ledger against chance: whatever happens in whatever order, its sums and its times agree with each other.

mod account;

use std::time::Duration;

use account::{Account, on_demand, spot};
use clore_sandbox::{Clore, Coin, Kind, Market, Options, Rental};
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
}

const SERVERS: [u64; 4] = [101, 102, 103, 104];

fn market() -> Market {
    let rows: Vec<_> = SERVERS
        .iter()
        .map(|id| {
            json!({"id": id, "mrl": 6 + id % 3, "rented": false,
                   "price": {"on_demand": {"USD-Blockchain": 30, "CLORE-Blockchain": 90, "bitcoin": 0.0005},
                             "spot": {"USD-Blockchain": 10, "CLORE-Blockchain": 30, "bitcoin": 0.0001}}})
        })
        .collect();
    Market::from_json(json!({"servers": rows}).to_string().as_bytes()).expect("a market")
}

fn something_happens(account: &mut Account, dice: &mut Dice) {
    let server = SERVERS[dice.roll(4) as usize];
    let coin = Coin::ALL[dice.roll(3) as usize];
    let orders: Vec<u64> = account.clore.ledger().iter().map(|rental| rental.order_id).collect();
    let order = orders.get(dice.roll(orders.len().max(1) as u64) as usize).copied().unwrap_or(5);
    let bid = (10.0 + dice.roll(40) as f64) / coin.usd();
    account.gap = Duration::from_secs([0, 1, 5, 61, 599, 3600][dice.roll(6) as usize]);
    match dice.roll(11) {
        0..=2 => {
            let mut body = on_demand(server);
            body["currency"] = json!(coin.name());
            account.post("create_order", body);
        }
        3 | 4 => {
            let mut body = spot(server, bid);
            body["currency"] = json!(coin.name());
            account.post("create_order", body);
        }
        5 | 6 => {
            account.post("cancel_order", json!({"id": order}));
        }
        7 => {
            account.post("set_spot_price", json!({"order_id": order, "desired_price": bid}));
        }
        8 => {
            account.clore.competing_bid(server, coin, bid);
        }
        9 => {
            if !account.clore.rent_to_another(server) {
                account.clore.free_from_another(server);
            }
        }
        _ => account.wait(dice.roll(20_000)),
    }
}

fn check(clore: &Clore, start: &[f64; 3], seed: u64) {
    let ledger = clore.ledger();
    for (coin, start) in Coin::ALL.into_iter().zip(start) {
        let spent: f64 = ledger.iter().filter(|rental| rental.coin == coin).map(|rental| rental.spent).sum();
        let paid = start - clore.balance(coin);
        assert!((paid - spent).abs() < 1e-6, "seed {seed}: the wallet of {coin:?} paid {paid}, not {spent}");
        assert!(clore.balance(coin) >= 0.0);
    }
    let counts = clore.counts();
    assert_eq!(counts.open, ledger.iter().filter(|rental| rental.is_open()).count());
    assert_eq!((counts.placed, counts.ended), (ledger.len(), counts.placed - counts.open));
    let end = |rental: &Rental| rental.ended.unwrap_or(clore.now());
    for (nth, one) in ledger.iter().enumerate() {
        assert_eq!(one.ended.is_some(), one.end.is_some());
        assert!(one.created <= end(one) && end(one) <= clore.now(), "seed {seed}: {one:?}");
        assert!(end(one) - one.created <= Duration::from_secs((6 + one.server_id % 3) * 3600));
        assert!(one.held <= end(one) - one.created);
        if one.kind == Kind::OnDemand {
            assert_eq!(one.held, end(one) - one.created, "seed {seed}: on demand it holds all its life");
            let rent = one.price_per_day * one.held.as_secs_f64() / 86_400.0;
            assert!((one.rent - rent).abs() < 1e-9);
            for other in ledger[nth + 1..].iter().filter(|other| other.server_id == one.server_id) {
                // Where a later order is on the same server, the earlier one had ended.
                assert!(end(one) <= other.created, "seed {seed}: {one:?} and {other:?}");
            }
        }
    }
}

#[test]
fn whatever_happens_the_ledger_the_wallets_and_the_times_agree() {
    let market = market();
    for seed in 1..=300 {
        let start =
            [if seed % 3 == 0 { 0.0004 } else { 1.0 }, 500.0, if seed % 2 == 0 { 40.0 } else { 5000.0 }];
        let mut options = Options::new().market(market.clone()).seed(seed);
        options = options.interval(Duration::ZERO).create_window(Duration::ZERO);
        for (coin, balance) in Coin::ALL.into_iter().zip(start) {
            options = options.balance(coin, balance);
        }
        let mut account = Account::new(options);
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        for _ in 0..120 {
            something_happens(&mut account, &mut dice);
            check(&account.clore, &start, seed);
        }
        account.wait(10_000_000);
        check(&account.clore, &start, seed);
        assert_eq!(account.clore.counts().open, 0, "seed {seed}: everything ends");
    }
}

#[test]
fn looking_often_or_seldom_changes_nothing() {
    let play = |looks: u64| {
        let mut account = Account::new(Options::new().market(market()).balance(Coin::Usd, 20.0));
        for server in SERVERS {
            account.post("create_order", on_demand(server));
        }
        for _ in 0..looks {
            account.wait(100_000 / looks);
        }
        account.clore.ledger()
    };
    let (seldom, often) = (play(1), play(5000));
    assert_eq!(seldom.len(), 4);
    for (one, other) in seldom.iter().zip(&often) {
        assert_eq!((one.order_id, one.end), (other.order_id, other.end));
        assert!((one.spent - other.spent).abs() < 1e-6, "{one:?} and {other:?}");
        assert!(one.held.abs_diff(other.held) < Duration::from_millis(1));
    }
}
