//! Servers of the marketplace, and bids on one.

use crate::json::Json;
use crate::rule::{ListRead, Model, Row, Told, harms, row, rows_of_a_list};
use crate::rules;
use crate::shapes::{self, always, booleans, by_coin, coin, decimal, integer, integers, maybe, spelled};
use clore_core::endpoint::marketplace::Marketplace;
use clore_core::endpoint::{Endpoint, Reader};
use clore_core::error::DecodeError;
use clore_core::limits::Caps;
use clore_core::model::server::Availability;
use clore_core::model::spot::Offer;
use clore_core::model::{Coin, Kind, Rates, Server};
use proptest::prelude::*;

fn server(server: &Server) -> Told {
    let price = |kind, coin: Coin| {
        let listed = server.prices.all(kind).find(|rate| *rate.coin() == coin);
        listed.map(|rate| rate.amount().normalize().to_string())
    };
    let usd = |kind| {
        let price = server.usd_per_day_by_default(kind, &Rates::new());
        price.map(|price| price.amount().normalize().to_string())
    };
    let availability = match server.availability {
        Availability::Free => Some("free".to_owned()),
        Availability::Rented => Some("rented".to_owned()),
        Availability::Partly(gpus) => Some(format!("{gpus} free")),
        _ => None,
    };
    let allowed = server.allowed_coins.as_ref();
    Told::new([
        ("id", Some(server.id.number().to_string())),
        ("owner", server.owner.map(|owner| owner.to_string())),
        ("mrl", server.max_rental.map(|rental| rental.as_secs().to_string())),
        ("clore", price(Kind::OnDemand, Coin::Clore)),
        ("bitcoin", price(Kind::OnDemand, Coin::Bitcoin)),
        ("clore bid", price(Kind::Spot, Coin::Clore)),
        ("bitcoin bid", price(Kind::Spot, Coin::Bitcoin)),
        ("usd", usd(Kind::OnDemand)),
        ("usd bid", usd(Kind::Spot)),
        ("allowed", allowed.map(|coins| coins.iter().map(Coin::wire_name).collect::<Vec<_>>().join(" "))),
        ("available", availability),
        ("reliability", server.reliability.map(|reliability| reliability.percent().to_string())),
        ("rating", server.rating.map(|rating| format!("{} of {}", rating.average.normalize(), rating.count))),
        ("cuda", server.cuda.map(|cuda| cuda.to_string())),
        ("oc", server.overclock_allowed.map(|yes| yes.to_string())),
        ("verification", server.verification.map(|number| number.to_string())),
        ("gigaspot", server.gigaspot.map(|yes| yes.to_string())),
    ])
    .and([
        ("gpu", server.gpus.names().next().map(|name| name.as_str().to_owned())),
        ("gpu count", server.gpus.count.map(|count| count.to_string())),
        ("gpu ram", server.gpus.vram_gb.map(|gb| gb.normalize().to_string())),
        ("cpu", server.specs.cpu.clone()),
        ("cores", server.specs.cores.map(|cores| cores.to_string())),
        ("threads", server.specs.threads.map(|threads| threads.to_string())),
        ("ram", server.specs.ram_gb.map(|gb| gb.normalize().to_string())),
        ("country", server.specs.network.country.clone()),
        ("down", server.specs.network.down_mbit.map(|mbit| mbit.normalize().to_string())),
    ])
}

fn decode(raw: &[u8]) -> Result<Told, DecodeError> {
    Server::decode(raw).map(|read| server(&read))
}

const SERVER: Model<DecodeError> = Model { decode, is_named: true };

fn list(body: &[u8]) -> ListRead {
    let mut reader = Marketplace::new().include_rented(true).reader(&Caps::default());
    let _ = reader.push(body);
    let market = reader.finish().into_value().unwrap();
    ListRead {
        read: market.servers.iter().map(server).collect(),
        skipped: market.skipped.named.iter().map(|row| row.index).collect(),
    }
}

/// `price` and `allowed_coins`: the dollars of a price are told only for a coin that pays.
fn prices() -> BoxedStrategy<crate::rule::Group> {
    let dollars = (decimal(), decimal(), 0..4);
    let maps = (by_coin(["clore", "bitcoin"]), by_coin(["clore bid", "bitcoin bid"]));
    let names = &["clore", "bitcoin", "clore bid", "bitcoin bid", "usd", "usd bid", "allowed"];
    maybe(
        names,
        (maps, dollars, any::<bool>()).prop_map(|((on_demand, spot), dollars, says_allowed)| {
            let mut told = [on_demand.1, spot.1].concat();
            let mut price = vec![("on_demand".to_owned(), on_demand.0), ("spot".to_owned(), spot.0)];
            let ((usd, on_demand), (bid, spot), shape) = dollars;
            let block = match shape {
                0 => Some(("usd", Json::map([("on_demand_clore", on_demand), ("spot", spot)]))),
                1 => {
                    let both = Json::map([("on_demand", on_demand), ("spot", spot)]);
                    Some(("original_usd", Json::map([("CLORE-Blockchain", both)])))
                }
                2 => Some(("original_usd", Json::map([("on_demand", on_demand), ("spot", spot)]))),
                _ => None,
            };
            if let Some((name, block)) = block {
                price.push((name.to_owned(), block));
                told.extend([("usd", usd), ("usd bid", bid)]);
            }
            let mut fields = vec![("price", Json::Map(price))];
            if says_allowed {
                fields.push((
                    "allowed_coins",
                    Json::List(vec![Json::text("btc"), Json::text("CLORE-Blockchain")]),
                ));
                told.push(("allowed", "bitcoin CLORE-Blockchain".to_owned()));
            }
            (fields, told)
        }),
    )
}

fn machine() -> BoxedStrategy<crate::rule::Group> {
    let rest = (shapes::word(), 1_u16..64, decimal(), decimal());
    let names = &["gpu", "gpu count", "gpu ram", "cpu", "cores", "threads", "ram", "country", "down"];
    maybe(
        names,
        (shapes::gpus(), rest).prop_map(|((specs, array, mut told), (cpu, cores, ram, down))| {
            let mut specs = match specs {
                Some(Json::Map(fields)) => fields,
                _ => Vec::new(),
            };
            told.extend([("cpu", cpu.clone()), ("cores", cores.to_string()), ("ram", ram.0)]);
            told.extend([
                ("threads", (2 * cores).to_string()),
                ("country", "DE".to_owned()),
                ("down", down.0),
            ]);
            let net = Json::map([("cc", Json::text("de")), ("down", down.1), ("up", Json::word("7"))]);
            let cpus = Json::text(format!("{cores}/{}", 2 * cores));
            let more = [("cpu", Json::text(cpu)), ("cpus", cpus), ("ram", ram.1), ("net", net)];
            specs.extend(more.map(|(name, value)| (name.to_owned(), value)));
            let mut fields = vec![("specs", Json::Map(specs))];
            fields.extend(array.map(|array| ("gpu_array", array)));
            (fields, told)
        }),
    )
}

fn servers() -> impl Strategy<Value = Row> {
    let hours =
        integer(9_000).prop_map(|(n, json)| (vec![("mrl", json)], vec![("mrl", (n * 3600).to_string())]));
    let id = integer(u64::MAX >> 1).prop_map(|(n, json)| (vec![("id", json)], vec![("id", n.to_string())]));
    let rented = shapes::boolean().prop_map(|(yes, json)| {
        (vec![("rented", json)], vec![("available", if yes { "rented" } else { "free" }.to_owned())])
    });
    let reliability = (2_u64..100, any::<bool>()).prop_map(|(percent, is_ratio)| {
        let json = Json::word(if is_ratio { shapes::plain(percent, 2) } else { percent.to_string() });
        (vec![("reliability", json)], vec![("reliability", percent.to_string())])
    });
    let rating = (0_u64..=50, integer(90)).prop_map(|(tenths, (count, json))| {
        let average = shapes::plain(tenths, 1);
        let rating = Json::map([("avg", Json::word(&average)), ("cnt", json)]);
        (vec![("rating", rating)], vec![("rating", format!("{average} of {count}"))])
    });
    let cuda = (10_u16..14, 0_u16..20, any::<bool>()).prop_map(|(major, minor, is_text)| {
        // 12.10 as a number is the same digits: no binary number is between.
        let version = format!("{major}.{minor}");
        let json = if is_text { Json::text(&version) } else { Json::word(&version) };
        (vec![("cuda_version", json)], vec![("cuda", version)])
    });
    let mut groups = vec![always(&["id"], id), maybe(&["mrl"], hours), prices(), machine()];
    groups.extend([maybe(&["available"], rented), maybe(&["reliability"], reliability)]);
    groups.extend([maybe(&["rating"], rating), maybe(&["cuda"], cuda)]);
    groups.extend(integers(&["owner", "verification"]));
    groups.extend(booleans(&["oc", "gigaspot"]));
    row(groups)
}

rules!(server, SERVER, servers(), list, "servers");

fn offer(raw: &[u8]) -> Result<Told, DecodeError> {
    Offer::decode(raw).map(|offer| {
        Told::new([
            ("id", offer.id.map(|id| id.number().to_string())),
            ("server", offer.server.map(|id| id.number().to_string())),
            ("bid", offer.bid.map(|bid| bid.amount().normalize().to_string())),
            ("coin", offer.coin.map(|coin| coin.wire_name().to_owned())),
            ("active", offer.active.map(|yes| yes.to_string())),
            ("my", offer.mine.map(|yes| yes.to_string())),
        ])
    })
}

const OFFER: Model<DecodeError> = Model { decode: offer, is_named: false };

/// The bid and its coin: neither is a price without the other.
pub fn bid(key: &'static str, name: &'static str) -> BoxedStrategy<crate::rule::Group> {
    let there = (coin(), decimal()).prop_map(move |((coin, spelling), (amount, json))| {
        (
            vec![(key, json), ("currency", Json::text(spelling))],
            vec![(name, amount), ("coin", coin.to_owned())],
        )
    });
    maybe(&[name, "coin"], there)
}

fn offers() -> impl Strategy<Value = Row> {
    let number = || integer(1 << 50).prop_map(|(n, json)| (n.to_string(), json));
    let mut groups = vec![
        spelled("id", &["offer_id", "order_id"], number()),
        spelled("server", &["server_id"], number()),
        prop_oneof![bid("bid", "bid"), bid("price", "bid")].boxed(),
    ];
    groups.extend(booleans(&["active", "my"]));
    row(groups)
}

rules!(offer_of_the_spot_market, OFFER, offers());
