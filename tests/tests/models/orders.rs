//! Orders of `my_orders`.

use crate::json::Json;
use crate::rule::{Group, ListRead, Model, Row, Told, harms, row, rows_of_a_list};
use crate::rules;
use crate::shapes::{
    self, always, booleans, coin, date, decimal, decimals, integer, integers, maybe, spelled, word, words,
};
use clore_core::endpoint::my_orders::MyOrders;
use clore_core::endpoint::{Endpoint, Reader};
use clore_core::error::DecodeError;
use clore_core::limits::Caps;
use clore_core::model::{Amount, Kind, Order};
use clore_core::secret::Secret;
use proptest::prelude::*;

fn order(order: &Order) -> Told {
    let amount =
        |amount: &Option<Amount>| amount.as_ref().map(|amount| amount.amount().normalize().to_string());
    let secret = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.expose().to_owned());
    let yes = |yes: bool| yes.then(|| "yes".to_owned());
    Told::new([
        ("id", Some(order.id.number().to_string())),
        ("server", order.server.map(|id| id.number().to_string())),
        ("coin", order.coin.as_ref().map(|coin| coin.wire_name().to_owned())),
        ("price", order.price.as_ref().map(|rate| rate.amount().normalize().to_string())),
        ("creation_fee", amount(&order.creation_fee)),
        ("spend", amount(&order.spend)),
        ("fee", order.fee.map(|fee| fee.normalize().to_string())),
        ("original_price_usd", order.original_price_usd.map(|usd| usd.amount().normalize().to_string())),
        ("image", order.image.clone()),
        ("created", order.created.map(|time| time.seconds().to_string())),
        ("end", order.end.map(|time| time.seconds().to_string())),
        ("mrl", order.max_rental.map(|rental| rental.as_secs().to_string())),
        ("online", order.online.map(|yes| yes.to_string())),
        ("spot", yes(order.kind == Kind::Spot)),
        ("expired", yes(order.expired)),
        ("paused", yes(order.paused)),
    ])
    .and([
        ("ssh", order.ssh().map(|target| target.to_string())),
        ("hosts", Some(order.hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))),
        ("ports", Some(order.tcp_ports.iter().map(|(from, to)| format!("{from}:{to} ")).collect())),
        ("url", order.http.as_ref().and_then(|http| http.url())),
        ("auto_login", secret(&order.auto_login)),
        ("ssh_password", secret(&order.ssh_password)),
        ("jupyter_token", secret(&order.jupyter_token)),
        ("mon_container", order.mon_container.map(|number| number.to_string())),
        ("gpu", order.gpus.names().next().map(|name| name.as_str().to_owned())),
        ("gpu count", order.gpus.count.map(|count| count.to_string())),
        ("gpu ram", order.gpus.vram_gb.map(|gb| gb.normalize().to_string())),
    ])
}

fn decode(raw: &[u8]) -> Result<Told, DecodeError> {
    Order::decode(raw).map(|read| order(&read))
}

const ORDER: Model<DecodeError> = Model { decode, is_named: true };

fn list(body: &[u8]) -> ListRead {
    let mut reader = MyOrders::default().reader(&Caps::default());
    let _ = reader.push(body);
    let list = reader.finish().into_value().unwrap();
    ListRead {
        read: list.orders.iter().map(order).collect(),
        skipped: list.unparsed.named.iter().map(|row| row.index).collect(),
    }
}

fn money() -> BoxedStrategy<Group> {
    let amounts = (decimal(), decimal(), decimal());
    let there = (coin(), amounts).prop_map(|((coin, spelling), (price, fee, spend))| {
        let told =
            [("coin", coin.to_owned()), ("price", price.0), ("creation_fee", fee.0), ("spend", spend.0)];
        let fields = [("currency", Json::text(spelling)), ("price", price.1)];
        ([&fields[..], &[("creation_fee", fee.1), ("spend", spend.1)]].concat(), told.to_vec())
    });
    maybe(&["coin", "price", "creation_fee", "spend"], there)
}

/// Where it is reached, in the shapes of api-facts 4.2.
fn reach() -> BoxedStrategy<Group> {
    let there = (1_u16.., 0..6).prop_map(|(port, shape)| {
        let host = Json::text("a.example");
        let pairs = || Json::List(vec![Json::text(format!("22:{port}"))]);
        let fields = match shape {
            0 => vec![("pub_cluster", Json::List(vec![host])), ("tcp_ports", pairs())],
            1 => vec![("pub_cluster", host), ("tcp_ports", Json::map([("22", Json::word(port))]))],
            2 => vec![("pub_ip", host), ("tcp_ports", Json::map([("22/tcp", Json::text(port))]))],
            3 => {
                let of = Json::map([("address", host), ("ports", pairs())]);
                vec![("pub_cluster", Json::List(vec![of]))]
            }
            4 => {
                let line = Json::text(format!("ssh root@a.example -p {port}"));
                vec![("connection", Json::map([("ssh", line)]))]
            }
            _ => vec![("pub_ip", host), ("ssh_port", Json::word(port))],
        };
        let told = [
            ("ssh", format!("root@a.example:{port}")),
            ("hosts", "a.example".to_owned()),
            ("ports", format!("22:{port} ")),
        ];
        (fields, told.to_vec())
    });
    maybe(&["ssh", "hosts", "ports"], there)
}

fn kind() -> BoxedStrategy<Group> {
    let there = (any::<bool>(), 0..3).prop_map(|(spot, shape)| {
        let word = ("type", Json::text(if spot { "spot" } else { "on-demand" }));
        let flag = ("spot", Json::word(spot));
        let fields = match shape {
            0 => vec![word],
            1 => vec![flag],
            _ => vec![word, flag],
        };
        (fields, if spot { vec![("spot", "yes".to_owned())] } else { Vec::new() })
    });
    maybe(&["spot"], there)
}

fn flag(name: &'static str) -> BoxedStrategy<Group> {
    let there = shapes::boolean().prop_map(move |(yes, json)| {
        (vec![(name, json)], if yes { vec![(name, "yes".to_owned())] } else { Vec::new() })
    });
    maybe(&[name], there)
}

fn orders() -> impl Strategy<Value = Row> {
    let number = || integer(1 << 50).prop_map(|(n, json)| (n.to_string(), json));
    let id = (number(), 0..3).prop_map(|((n, json), shape)| {
        let fields = match shape {
            0 => vec![("id", json)],
            1 => vec![("order_id", json)],
            _ => vec![("id", json), ("order_id", Json::text(&n))],
        };
        (fields, vec![("id", n)])
    });
    let seconds = || date().prop_map(|(seconds, json)| (seconds.to_string(), json));
    let gpus = shapes::gpus().prop_map(|(specs, array, told)| {
        (
            specs.map(|specs| ("specs", specs)).into_iter().chain(array.map(|a| ("gpu_array", a))).collect(),
            told,
        )
    });
    let web = (1_u16.., any::<bool>()).prop_map(|(port, is_text)| {
        let json = if is_text { Json::text(port) } else { Json::word(port) };
        let url =
            if port == 8888 { "https://w.example".to_owned() } else { format!("https://w.example:{port}") };
        (vec![("http_pub", Json::text("w.example")), ("http_port", json)], vec![("url", url)])
    });
    let mut groups = vec![
        always(&["id"], id),
        spelled("server", &["si", "renting_server", "server_id"], number()),
        money(),
        spelled("created", &["ct", "started", "created_at"], seconds()),
        spelled("end", &["order_end"], seconds()),
        reach(),
        maybe(&["url"], web),
        kind(),
        flag("expired"),
        flag("paused"),
        maybe(&["gpu", "gpu count", "gpu ram"], gpus),
        spelled("image", &["image"], word().prop_map(|text| (text.clone(), Json::text(text)))),
    ];
    groups.extend(decimals(&["fee", "original_price_usd"]));
    groups.extend(integers(&["mrl", "mon_container"]));
    groups.extend(booleans(&["online"]));
    groups.extend(words(&["auto_login", "ssh_password", "jupyter_token"]));
    row(groups)
}

rules!(order_of_my_orders, ORDER, orders(), list, "orders");
