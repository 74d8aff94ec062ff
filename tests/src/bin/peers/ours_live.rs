//! What our client does where the peers fail: asked of it on the same API, and the answers are the report's last
//! column. A probe that finds our client at fault ends the run.

use super::ours::{Ours, find, percent, usd_per_hour};
use clore_core::config::Config;
use clore_core::endpoint::create_order::{CreateOrder, DEFAULT_IMAGE};
use clore_core::endpoint::set_server_settings::SetServerSettings;
use clore_core::endpoint::wallets::Balance;
use clore_core::error::ErrorKind;
use clore_core::model::{Bid, Coin, OrderId, Rate, SshTarget};
use clore_core::op::{Cancel, CancelState, Offer, WaitForOrder};
use clore_core::search::Filter;
use clore_core::secret::Secret;
use clore_sandbox::{Fault, Server};
use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// A probe's name and what our client did.
pub(crate) type Answers = BTreeMap<&'static str, String>;

const PASSWORD: &str = "GoodPassword1";

/// On a sandbox without faults.
pub(crate) fn plain(server: &Server) -> Result<Answers, String> {
    let ours = Ours::new(server)?;
    let client = &ours.client;
    let mut answers = Answers::new();
    let blockchain = ours.told("balance", client.balance(Coin::named("Blockchain")))?;
    let bitcoin = ours.told("balance", client.balance(Coin::named("BTC")))?;
    let (Balance::Known(bitcoin), Balance::NoWallet) = (bitcoin, blockchain) else {
        return Err("our balances of BTC and Blockchain are wrong".to_owned());
    };
    answers.insert("balance", format!("BTC: {bitcoin}; Blockchain: no such wallet"));

    let page = Filter::new().gpu("RTX 4090").max_price(usd_per_hour("0.80")?).min_reliability(percent("85")?);
    let offers = find(client, page)?;
    let [first, second, third, ..] = &offers[..] else {
        return Err("our search finds too few RTX 4090".to_owned());
    };
    answers.insert("search", format!("{} servers, the cheapest {}", offers.len(), first.found.server.id));
    let names = find(client, Filter::new().gpu("RTX 3060"))?;
    let names: BTreeSet<String> = names
        .iter()
        .flat_map(|offer| &offer.found.server.gpus.listed_as)
        .map(|name| name.as_str().to_owned())
        .collect();
    answers.insert("gpu", format!("only {}", names.into_iter().collect::<Vec<_>>().join(", ")));

    let rent = |call, offer: &Offer| {
        ours.rent(call, CreateOrder::on_demand(offer, DEFAULT_IMAGE).ssh_password(Secret::new(PASSWORD)))
    };
    let placed = rent("rent", first)?;
    answers.insert("create", "Placed, its id read from my_orders".to_owned());
    let begun = Instant::now();
    let short =
        WaitForOrder::new(OrderId::new(1)).timeout(Duration::from_secs(1)).poll_every(Duration::from_secs(4));
    let short = client.run(short).err().ok_or("an order that is not there was waited for with success")?;
    let took = begun.elapsed();
    if *short.kind() != ErrorKind::WaitTimeout || took > Duration::from_millis(1500) {
        return Err(format!("our wait of 1 s took {took:?} and ended with: {short}"));
    }
    answers.insert(
        "wait",
        format!("a wait of 1 s ends after {:.1} s: no other look would end in time", took.as_secs_f64()),
    );
    let before = server.requests().len();
    let running = ours.told("wait_for_order", client.wait_for_order(placed))?;
    let all = server.requests().iter().skip(before).filter(|request| request.path.contains("=true")).count();
    answers.insert("order", format!("{}, by its id", running.status));
    answers.insert("poll", format!("the active list; the whole history was asked {all} times"));
    answers
        .insert("ssh", running.ssh().map(|ssh| ssh.command_line()).ok_or("our client sees no SSH address")?);
    for text in ["ssh root@h -p abc", "ssh -p 22 root@h -oProxyCommand=id", "ssh -oProxyCommand=id@x;cmd"] {
        if SshTarget::parse(text).is_ok() {
            return Err(format!("our client takes `{text}` for an SSH address"));
        }
    }
    answers.insert("ssh text", "refused: no SSH address".to_owned());

    let market = ours.told("spot_market", client.spot_market(second.found.server.id))?;
    let bid = Bid::usd_per_hour(usd_per_hour("0.25")?).resolve(&Coin::Clore, &market.rates);
    let bid = bid.map_err(|error| format!("our bid of $0.25 an hour cannot be said: {error}"))?;
    answers.insert("bid", format!("$0.25 an hour goes out as {} CLORE a day", bid.digits()));
    bodies(server, &ours, second, &mut answers)?;

    let long = Cancel::new(placed).issue("x".repeat(3000));
    let before = server.requests().len();
    let long = client.run(long).err().ok_or("an issue of 3,000 characters was taken")?;
    answers.insert("issue", format!("{long}; {} requests", server.requests().len() - before));
    ours.told("cancel_order", client.cancel_order(placed))?;
    ours.told("second cancel_order", client.cancel_order(placed))?;
    answers.insert("cancel again", "over is over: success".to_owned());
    let batch = ours.told("cancel_orders", client.cancel_orders(vec![OrderId::new(1), placed]))?;
    answers.insert(
        "batch",
        batch
            .orders
            .iter()
            .map(|(id, state)| format!("{id}: {}", word(state)))
            .collect::<Vec<_>>()
            .join(", "),
    );

    let floor = Rate::parse("5000", Coin::Clore).map_err(|error| error.to_string())?;
    let spot = CreateOrder::spot(third, DEFAULT_IMAGE, floor).ssh_password(Secret::new(PASSWORD));
    let spot = ours.rent("rent spot", spot)?;
    let low = Rate::parse("0.01", Coin::Clore).map_err(|error| error.to_string())?;
    let low = client.set_spot_price(spot, low).err().ok_or("a bid below the floor was taken")?;
    answers.insert("reprice", low.to_string());
    let market = ours.told("spot_market", client.spot_market(third.found.server.id))?;
    let bids: Vec<String> =
        market.offers.iter().filter_map(|offer| Some(offer.bid.as_ref()?.to_string())).collect();
    if bids.len() != market.offers.len() || bids.is_empty() {
        return Err("our client reads a bid without its price".to_owned());
    }
    answers.insert("offers", format!("{} bids, each with its price", bids.len()));
    let http = Config::builder().base_url("http://clore.invalid").key(Secret::new("k")).build();
    let hosted = ours.told("my_servers", client.my_servers())?;
    answers.insert(
        "hosted",
        format!("{} machines read, the one that never connected too", hosted.servers.len()),
    );
    let hours = SetServerSettings::new(ours.hosted_name()?).max_rental(Duration::from_secs(48 * 3600));
    ours.told("update_server_settings", client.update_server_settings(hours))?;
    answers.insert("settings", "reads the rest, sends all of it: changed".to_owned());
    let (connections, requests) = (server.connections(), server.requests().len());
    answers.insert("connections", format!("{requests} requests, connections: {connections}"));
    answers.insert("plain http", http.err().ok_or("plain http to another host was taken")?.to_string());
    Ok(answers)
}

fn word(state: &CancelState) -> &'static str {
    match state {
        CancelState::Confirmed => "confirmed",
        CancelState::Failed(_) => "failed",
        CancelState::Unconfirmed => "unconfirmed",
    }
}

/// What goes out of a create: no invented default, no secret that nobody knows.
fn bodies(server: &Server, ours: &Ours, offer: &Offer, answers: &mut Answers) -> Result<(), String> {
    let none: [(&str, &str); 0] = [];
    let order = CreateOrder::on_demand(offer, DEFAULT_IMAGE).ports([]).environment(none);
    let placed = ours.rent("rent with empty options", order)?;
    let body = server.requests().into_iter().rev().find(|request| request.call() == "create_order");
    let body = body.map(|request| String::from_utf8_lossy(&request.body).into_owned()).unwrap_or_default();
    let says = |what: &str| body.contains(what);
    if !says(r#""ports":{}"#) || !says(r#""env":{}"#) || says("ssh_password") || !says("required_price") {
        return Err(format!("our create is not what was asked for: {body}"));
    }
    answers.insert("empty", "`{}` stays `{}`".to_owned());
    answers
        .insert("password", "none is sent unless asked for; a generated one is handed out first".to_owned());
    answers.insert("guard", "`required_price` as listed".to_owned());
    ours.told("cancel_order", ours.client.cancel_order(placed)).map(|_| ())
}

/// Against the same faults that the peers met.
pub(crate) fn faulty(server: &Server) -> Result<Answers, String> {
    let ours = Ours::new(server)?;
    let client = &ours.client;
    let mut answers = Answers::new();
    let offers = find(client, Filter::new().gpu("RTX 4090"))?;
    let [first, second, third, ..] = &offers[..] else {
        return Err("our search finds too few RTX 4090".to_owned());
    };
    let fault =
        |text: &str| Fault::parse(text).map(|fault| server.fault(fault)).map_err(|error| error.to_string());
    let sent = |from: usize, call: &str| {
        server.requests().iter().skip(from).filter(|request| request.call() == call).count()
    };
    let rent = |call: &str, offer: &Offer| {
        ours.rent(call, CreateOrder::on_demand(offer, DEFAULT_IMAGE).ssh_password(Secret::new(PASSWORD)))
    };

    let before = server.requests().len();
    fault("create_order#1=lose")?;
    rent("rent with a lost answer", first)?;
    let creates = sent(before, "create_order");
    if creates != 1 || server.ledger().len() != 1 {
        return Err(format!("our client sent {creates} creates after a lost answer"));
    }
    answers.insert("lost", "1 create sent; Placed, found by reading".to_owned());
    let begun = Instant::now();
    rent("rent", second)?;
    let next = rent("rent in a row", third)?;
    answers.insert("in a row", format!("both placed in {:.0} s", begun.elapsed().as_secs_f64()));
    let before = server.requests().len();
    fault("cancel_order#1=garbage")?;
    ours.told("cancel with a garbled answer", client.cancel_order(next))?;
    answers.insert("garbled", format!("confirmed by reading; {} cancels sent", sent(before, "cancel_order")));
    fault("marketplace#1=odd:all")?;
    let market = ours.told("marketplace", client.marketplace(false))?;
    if market.servers.len() < 100 {
        return Err(format!("our client reads {} servers beside an odd row", market.servers.len()));
    }
    answers.insert(
        "odd row",
        format!("{} servers read, {} odd rows told as skipped", market.servers.len(), market.skipped.count),
    );
    let before = server.requests().len();
    fault("wallets=status:401")?;
    let refused = client.wallets().err().ok_or("a status 401 was taken for success")?;
    answers.insert("401", format!("{refused}; {} request", sent(before, "wallets")));
    let before = server.requests().len();
    let elsewhere = server.url().replace("127.0.0.1", "localhost");
    fault(&format!("my_orders#1=redirect:{elsewhere}/v1/my_orders"))?;
    let redirected = client.orders(false).err().ok_or("a redirect was taken for an answer")?;
    if sent(before, "my_orders") != 1 {
        return Err("our client follows redirects".to_owned());
    }
    answers.insert("redirect", redirected.to_string());
    answers.extend(settings(server)?);
    Ok(answers)
}

/// Settings no peer checks.
fn settings(server: &Server) -> Result<Answers, String> {
    let mut answers = Answers::new();
    let bad = Config::builder().base_url(server.url()).key(Secret::new("SECRETKEY\nX")).build();
    let bad = bad.err().ok_or("a key with a line end was taken")?.to_string();
    if bad.contains("SECRETKEY") {
        return Err("our client repeats a bad key".to_owned());
    }
    answers.insert("key", format!("{bad}; before anything is sent"));
    let once = Config::builder().base_url(server.url()).key(Secret::new(server.key())).max_retries(0);
    let once = clore_blocking::Client::builder().settings(once).build().map_err(|error| error.to_string())?;
    std::thread::sleep(Duration::from_millis(1100));
    once.orders(false).map_err(|error| format!("our client with 0 retries: {error}"))?;
    answers.insert("no retries", "0 means one attempt, and it works".to_owned());
    let before = server.requests().len();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| once.orders(false));
        }
    });
    let at: Vec<Duration> = server.requests().iter().skip(before).map(|request| request.at).collect();
    let gap = at.windows(2).filter_map(|pair| Some(pair.get(1)?.saturating_sub(*pair.first()?))).min();
    let gap = gap.ok_or("three threads sent nothing")?;
    if gap < super::sandboxes::interval() {
        return Err(format!("three threads of our client sent within {gap:?} of the sandbox's clock"));
    }
    answers.insert("threads", "one queue for all threads and clones".to_owned());
    Ok(answers)
}
