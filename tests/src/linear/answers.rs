//! Whole answers, read by their endpoints.

use super::{Input, Work, input};
use clore_core::drift::{Drift, Known};
use clore_core::endpoint::cancel_orders::CancelOrders;
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::endpoint::gigaspot::{GetGigaspot, GigaspotSnapshot};
use clore_core::endpoint::marketplace::{Marketplace, Search};
use clore_core::endpoint::my_orders::{MyOrders, Sightings};
use clore_core::endpoint::my_servers::MyServers;
use clore_core::endpoint::poh_balance::PohBalance;
use clore_core::endpoint::renter_fees::RenterFees;
use clore_core::endpoint::server_config::ServerConfigOf;
use clore_core::endpoint::spot_marketplace::SpotMarketplace;
use clore_core::endpoint::wallets::Wallets;
use clore_core::endpoint::{Endpoint, Reader};
use clore_core::limits::Caps;
use clore_core::model::{OrderId, ServerId};
use clore_core::search::Filter;
use core::hint::black_box;

const SERVER: &str = r#"{"id":7,"owner":3,"mrl":73,"price":{"on_demand":{"bitcoin":0.0000024,"CLORE-Blockchain":31.5},"spot":{"bitcoin":0.0000012,"CLORE-Blockchain":15}},"rented":false,"specs":{"mb":"X99","cpu":"Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz","cpus":"14/28","ram":62.68,"disk":"SSD 463.8GB","disk_speed":440,"gpu":"4x NVIDIA GeForce RTX 3090","gpuram":24,"net":{"up":93.1,"down":95.5,"cc":"DE"},"pcie_rev":3,"pcie_width":16,"backend_version":4,"pl":[350,350,350,350]},"allowed_coins":["bitcoin","CLORE-Blockchain"],"rating":{"avg":4.9,"cnt":12},"reliability":0.9971,"cuda_version":"12.2"}"#;
const ORDER: &str = r#"{"id":ID,"si":40001,"currency":"USD-Blockchain","image":"cloreai/jupyter:ubuntu24.04-v2","price":4,"creation_fee":0.1,"spend":0.42,"ct":1790000000,"mrl":259200,"online":true,"pub_cluster":["n1.example.net"],"tcp_ports":["22:10022"],"http_port":"8888","specs":{"gpu":"2x NVIDIA GeForce RTX 4090"}}"#;
const BID: &str = r#"{"owner":5,"id":9,"active":true,"price":12.5,"currency":"CLORE-Blockchain","pl":[70]}"#;

pub(super) const INPUTS: &[Input] = &[
    input("a market of n good servers", 500, |n| market(&[SERVER].repeat(n).join(","))),
    input("a market of n odd servers", 20_000, |n| market(&[r#"{"id":"x"}"#].repeat(n).join(","))),
    input("a market of n servers that are no JSON", 20_000, |n| market(&["{nope}"].repeat(n).join(","))),
    input("a market of n numbers", 50_000, |n| market(&["7"].repeat(n).join(","))),
    input("a search through n servers", 500, |n| {
        let search = Search::new(Filter::new().gpu("RTX 3090").max_price("9".parse().unwrap()));
        reads(search, list("servers", &[SERVER].repeat(n).join(",")), usize::MAX)
    }),
    input("a market, byte by byte", 300, |n| {
        let all = Marketplace::new().include_rented(true);
        reads(all, list("servers", &[SERVER].repeat(n).join(",")), 1)
    }),
    input("one server of n bytes, byte by byte", 500_000, |n| {
        let all = Marketplace::new().include_rented(true);
        reads(all, list("servers", &format!(r#"{{"id":1,"x":"{}"}}"#, "x".repeat(n))), 1)
    }),
    input("wallets, byte by byte", 30_000, |n| reads(Wallets, list("wallets", &wallets(n)), 1)),
    input("a whole answer, byte by byte", 1_000_000, |n| {
        reads(CreateOrder::on_demand(ServerId::new(7), "i"), blanks(n).into_bytes(), 1)
    }),
    input("a server with a text of n bytes", 1_000_000, |n| {
        market(&format!(r#"{{"id":1,"specs":{{"cpu":"{}"}}}}"#, "x".repeat(n)))
    }),
    input("a server with a text of n escapes", 300_000, |n| {
        market(&format!(
            r#"{{"id":1,"specs":{{"cpu":"{}","gpu":"{}"}}}}"#,
            r"\u0041".repeat(n),
            "\\\"".repeat(n)
        ))
    }),
    input("a server with a GPU name of n words", 100_000, |n| {
        market(&format!(r#"{{"id":1,"specs":{{"gpu":"{}"}}}}"#, "2x RTX ".repeat(n)))
    }),
    input("a search for a GPU in a name of n words", 100_000, |n| {
        let row = format!(r#"{{"id":1,"rented":false,"specs":{{"gpu":"{}"}}}}"#, "2x RTX 3090 ".repeat(n));
        reads(Search::new(Filter::new().gpu("RTX 3090")), list("servers", &row), usize::MAX)
    }),
    input("a server with numbers of n digits", 300_000, |n| {
        let digits = "7".repeat(n);
        market(&format!(
            r#"{{"id":1,"mrl":{digits},"price":{{"on_demand":{{"bitcoin":0.{digits}}}}},"reliability":"{digits}e{digits}"}}"#
        ))
    }),
    input("an id of n digits", 1_000_000, |n| market(&format!(r#"{{"id":{}}}"#, "7".repeat(n)))),
    input("a server n brackets deep, under the cap", 1_000_000, |n| {
        market(&format!(r#"{{"id":1,"specs":{}{}}}"#, "[".repeat(n), "]".repeat(n)))
    }),
    input("an answer n brackets deep, under the cap", 1_000_000, |n| {
        let deep = format!(r#"{{"x":{}{},"code":0}}"#, "[".repeat(n), "]".repeat(n));
        reads(RenterFees, deep.into_bytes(), usize::MAX)
    }),
    input("an answer n brackets deep, over the cap", 510_000, |n| {
        let body = format!(r#"{{{}"x":{}"#, " ".repeat(n), "[".repeat(n));
        let caps = Caps::default();
        Work(Box::new(move || read(&RenterFees, &caps, body.as_bytes(), usize::MAX)))
    }),
    input("one unknown name n times in a server", 200_000, |n| {
        market(&format!(r#"{{"id":1,{}"x":0}}"#, r#""a_name":1,"#.repeat(n)))
    }),
    input("n unknown names in a server", 100_000, |n| market(&format!(r#"{{"id":1,{}"x":0}}"#, names(n)))),
    input("n coins in a price", 50_000, |n| {
        market(&format!(r#"{{"id":1,"price":{{"on_demand":{{{}"x":0}}}}}}"#, names(n)))
    }),
    input("n power limits of a server", 200_000, |n| {
        market(&format!(r#"{{"id":1,"specs":{{"pl":[{}0]}}}}"#, "350,".repeat(n)))
    }),
    input("n coins a server allows", 100_000, |n| {
        market(&format!(r#"{{"id":1,"allowed_coins":[{}"x"]}}"#, r#""bitcoin","#.repeat(n)))
    }),
    input("n blanks between servers", 1_000_000, |n| market(&format!("1,{}2", " ".repeat(n)))),
    input("n blanks in an answer", 1_000_000, |n| reads(RenterFees, blanks(n).into_bytes(), usize::MAX)),
    input("an answer of n names", 100_000, |n| {
        reads(RenterFees, format!(r#"{{{}"code":0}}"#, names(n)).into_bytes(), usize::MAX)
    }),
    input("an error of n bytes", 500_000, |n| error(&"x".repeat(n))),
    input("an error of n control characters", 200_000, |n| error(&r"\u001b".repeat(n))),
    input("an error that is a list of n", 300_000, |n| {
        let body = format!(r#"{{"code":6,"error":[{}0]}}"#, "7,".repeat(n));
        reads(CreateOrder::on_demand(ServerId::new(7), "i"), body.into_bytes(), usize::MAX)
    }),
    input("a create's answer with n ids", 300_000, |n| {
        let body = format!(r#"{{"code":0,"order_id":[{}0]}}"#, "7,".repeat(n));
        reads(CreateOrder::on_demand(ServerId::new(7), "i"), body.into_bytes(), usize::MAX)
    }),
    input("n failures of a cancel", 50_000, |n| {
        let ids = (0..n).map(|n| format!("{n},")).collect::<String>();
        let body = format!(r#"{{"code":0,"failed_to_cancel":[{ids}0]}}"#);
        reads(CancelOrders::new((0..64).map(OrderId::new)), body.into_bytes(), usize::MAX)
    }),
    input("n orders", 2_000, |n| reads(MyOrders::default(), orders(n), usize::MAX)),
    input("n orders of one number", 2_000, |n| {
        reads(MyOrders::default(), list("orders", &vec![ORDER.replace("ID", "5"); n].join(",")), usize::MAX)
    }),
    input("n orders as evidence", 2_000, |n| reads(Sightings::new(), orders(n), usize::MAX)),
    input("n orders without a number, as evidence", 20_000, |n| {
        reads(Sightings::new(), list("orders", &[r#"{"si":6}"#].repeat(n).join(",")), usize::MAX)
    }),
    input("an order with n ports", 50_000, |n| {
        let ports = (0..n).map(|n| format!(r#""{}:{n}","#, n % 65_536)).collect::<String>();
        let row = format!(r#"{{"id":1,"si":2,"pub_cluster":["h.example"],"tcp_ports":[{ports}"22:1"]}}"#);
        reads(MyOrders::default(), list("orders", &row), usize::MAX)
    }),
    input("an order with n hosts", 50_000, |n| {
        let row = format!(
            r#"{{"id":1,"si":2,"pub_cluster":[{}"h"],"tcp_ports":["22:1"]}}"#,
            r#""h.example","#.repeat(n)
        );
        reads(MyOrders::default(), list("orders", &row), usize::MAX)
    }),
    input("n wallets", 10_000, |n| reads(Wallets, list("wallets", &wallets(n)), usize::MAX)),
    input("n hosted servers", 3_000, |n| {
        let row = r#"{"name":"rig","online":true,"pricing":{"bitcoin":0.1},"specs":{"gpu":"1x A"}}"#;
        reads(MyServers, list("servers", &[row].repeat(n).join(",")), usize::MAX)
    }),
    input("n rows of proof of holding", 10_000, |n| {
        reads(PohBalance, list("items", &[r#"{"id":1,"amount":2.5}"#].repeat(n).join(",")), usize::MAX)
    }),
    input("n bids on the spot market", 5_000, |n| {
        let offer = r#"{"order_id":5,"bid":2.5,"server_id":7,"active":true,"my":false}"#;
        let body = format!(r#"{{"market":{{"offers":[{}]}},"code":0}}"#, [offer].repeat(n).join(","));
        reads(SpotMarketplace::new(ServerId::new(7)), body.into_bytes(), usize::MAX)
    }),
    input("n gigaspot bids on one server", 5_000, |n| {
        snapshot(&format!(r#""5":{{"bids":[{}],"online":true}}"#, [BID].repeat(n).join(",")))
    }),
    input("n gigaspot servers", 5_000, |n| {
        let row = |n| format!(r#""{n}":{{"bids":[{BID}],"online":true}}"#);
        snapshot(&(0..n).map(row).collect::<Vec<_>>().join(","))
    }),
    input("n gigaspot servers without a number", 20_000, |n| {
        snapshot(&(0..n).map(|n| format!(r#""x{n}":{{}}"#)).collect::<Vec<_>>().join(","))
    }),
    input("n creation fees", 50_000, |n| {
        let body = format!(
            r#"{{"code":0,"my_user_id":1,"v1_snapshot_url":"https://a/b","creation_fees":{{{}"x":0}}}}"#,
            names(n)
        );
        reads(GetGigaspot, body.into_bytes(), usize::MAX)
    }),
    input("a fee table of n coins", 50_000, |n| {
        let body = format!(r#"{{"code":0,"renter_fees":{{"on_demand":{{"base":{{{}"x":0}}}}}}}}"#, names(n));
        reads(RenterFees, body.into_bytes(), usize::MAX)
    }),
    input("a server's settings with n names", 50_000, |n| {
        let body = format!(r#"{{"code":0,"config":{{"name":"rig",{}"x":0}}}}"#, names(n));
        reads(ServerConfigOf::new("rig"), body.into_bytes(), usize::MAX)
    }),
    input("the drift of n servers", 300, |n| {
        drift(Known::Marketplace, "servers", &[SERVER].repeat(n).join(","))
    }),
    input("the drift of a server with n new names", 30_000, |n| {
        drift(
            Known::Marketplace,
            "servers",
            &format!(r#"{{"id":1,{}"specs":{{{}"x":0}}}}"#, names(n), names(n)),
        )
    }),
    input("the drift of n servers of new names", 3_000, |n| {
        let row = |n| format!(r#"{{"id":1,"new_{}":1}}"#, n % 5_000);
        drift(Known::Marketplace, "servers", &(0..n).map(row).collect::<Vec<_>>().join(","))
    }),
];

/// No cap but those that an input is about.
fn uncapped() -> Caps {
    let mut caps = Caps::default();
    caps.list_bytes = usize::MAX;
    caps.answer_bytes = usize::MAX;
    caps.record_bytes = usize::MAX;
    caps.string_bytes = usize::MAX;
    caps.rows = usize::MAX;
    caps.depth = usize::MAX;
    caps
}

fn read<E: Endpoint>(endpoint: &E, caps: &Caps, body: &[u8], chunk: usize) {
    let mut reader = endpoint.reader(caps);
    for chunk in body.chunks(chunk) {
        let _ = reader.push(chunk);
    }
    let _ = black_box(reader.finish());
}

fn reads<E: Endpoint + 'static>(endpoint: E, body: Vec<u8>, chunk: usize) -> Work {
    Work(Box::new(move || read(&endpoint, &uncapped(), &body, chunk)))
}

fn list(name: &str, rows: &str) -> Vec<u8> {
    format!(r#"{{"{name}":[{rows}],"code":0}}"#).into_bytes()
}

fn market(rows: &str) -> Work {
    reads(Marketplace::new().include_rented(true), list("servers", rows), usize::MAX)
}

fn error(text: &str) -> Work {
    reads(RenterFees, format!(r#"{{"code":6,"error":"{text}"}}"#).into_bytes(), usize::MAX)
}

fn blanks(n: usize) -> String {
    format!(r#"{{{}"code":0}}"#, " ".repeat(n))
}

/// `n` names of their own, each with a number behind it.
fn names(n: usize) -> String {
    (0..n).map(|n| format!(r#""a_rather_long_name_of_a_field_{n}":{n},"#)).collect()
}

fn wallets(n: usize) -> String {
    [r#"{"name":"CLORE-Blockchain","balance":1.5,"deposit":"abc"}"#].repeat(n).join(",")
}

fn orders(n: usize) -> Vec<u8> {
    list("orders", &(0..n).map(|n| ORDER.replace("ID", &n.to_string())).collect::<Vec<_>>().join(","))
}

fn snapshot(rows: &str) -> Work {
    let config = crate::hurried("http://127.0.0.1:1", "key").build().unwrap();
    let address = config.foreign_address("https://cdn.example/a.json").unwrap();
    reads(GigaspotSnapshot::new(address), format!("{{{rows}}}").into_bytes(), usize::MAX)
}

fn drift(known: Known, name: &str, rows: &str) -> Work {
    let body = list(name, rows);
    Work(Box::new(move || {
        let _ = black_box(Drift::of(known, &body).to_string());
    }))
}
