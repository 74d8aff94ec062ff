//! The rows of api-facts 4.1, 4.2 and 4.4 for orders, one test each, with all their shapes; the fixtures.

use super::*;
use crate::error::Found;
use crate::recordings::{recording, rows};
use proptest::prelude::*;

fn order(rest: &str) -> Order {
    Order::decode(format!(r#"{{"id":1,{rest}}}"#).as_bytes()).unwrap()
}

#[test]
fn row_order_id() {
    let read = |json: &str| Order::decode(json.as_bytes()).map(|o| o.id.number()).map_err(|e| e.found());
    for (json, id) in [
        (r#"{"id":9}"#, Ok(9)),
        (r#"{"order_id":9}"#, Ok(9)),
        (r#"{"id":"9"}"#, Ok(9)),
        (r#"{"id":9,"order_id":"9"}"#, Ok(9)),
        (r#"{"id":null,"order_id":9}"#, Ok(9)),
        (r#"{"id":18446744073709551615}"#, Ok(u64::MAX)),
        (r#"{"id":9,"order_id":8}"#, Err(Found::Contradiction)),
        (r#"{"id":9,"order_id":"x"}"#, Err(Found::Text)),
        (r#"{"id":true}"#, Err(Found::Boolean)),
        ("{}", Err(Found::Missing)),
        (r#"{"id":9,"id":9}"#, Err(Found::DuplicateKey)),
        ("null", Err(Found::Null)),
    ] {
        assert_eq!(read(json), id, "{json}");
    }
}

#[test]
fn row_server_of_an_order() {
    for (json, server) in [
        (r#""si":4"#, Some(4)),
        (r#""renting_server":"4""#, Some(4)),
        (r#""server_id":4"#, Some(4)),
        (r#""si":4,"server_id":4"#, Some(4)),
        (r#""si":4,"server_id":5"#, None),
        (r#""si":"x""#, None),
        (r#""si":null"#, None),
    ] {
        assert_eq!(order(json).server.map(ServerId::number), server, "{json}");
    }
}

#[test]
fn row_start() {
    for json in [
        r#""ct":1790000000"#,
        r#""started":"1790000000""#,
        r#""created_at":"2026-09-21T14:13:20Z""#,
        r#""ct":1790000000000"#,
        r#""ct":null,"started":0,"created_at":1790000000"#,
    ] {
        assert_eq!(order(json).created, Some(UnixTime::from_seconds(1_790_000_000)), "{json}");
    }
    assert_eq!(order(r#""ct":"soon""#).created, None);
}

#[test]
fn row_coin_and_price() {
    for (name, coin) in [
        ("BTC", Coin::Bitcoin),
        ("bitcoin", Coin::Bitcoin),
        ("clore-blockchain", Coin::Clore),
        ("usd", Coin::Usd),
    ] {
        let read = order(&format!(r#""currency":"{name}","price":"1e-4","spend":0,"creation_fee":0.1"#));
        assert_eq!(read.coin, Some(coin.clone()));
        assert_eq!(read.price, Some(Rate::parse("0.0001", coin).unwrap()));
        assert_eq!(read.spend.unwrap().amount(), Decimal::ZERO);
    }
    let no_coin = order(r#""price":5,"spend":1"#);
    assert_eq!((no_coin.price, no_coin.spend), (None, None));
    assert_eq!(order(r#""price":0,"currency":"usd""#).price, None);
}

#[test]
fn row_spot_flag() {
    for (json, kind, seen) in [
        (r#""spot":true"#, Kind::Spot, Some(Kind::Spot)),
        (r#""spot":false"#, Kind::OnDemand, Some(Kind::OnDemand)),
        (r#""type":"spot""#, Kind::Spot, Some(Kind::Spot)),
        (r#""type":"on-demand""#, Kind::OnDemand, Some(Kind::OnDemand)),
        (r#""si":1"#, Kind::OnDemand, None),
        (r#""type":"other""#, Kind::OnDemand, None),
        (r#""type":"on-demand","spot":true"#, Kind::Spot, None),
    ] {
        assert_eq!(order(json).kind, kind, "{json}");
        let row = format!(r#"{{"id":1,{json}}}"#);
        assert_eq!(Sighting::decode(row.as_bytes()).unwrap().kind, seen, "{json}");
    }
}

#[test]
fn row_host() {
    for (json, hosts) in [
        (r#""pub_cluster":["a.example","b.example"]"#, "a.example b.example"),
        (r#""pub_cluster":"a.example""#, "a.example"),
        (
            r#""pub_cluster":[{"address":"a.example","ports":["22:1"]},{"address":"b.example"}]"#,
            "a.example b.example",
        ),
        (r#""pub_ip":"192.0.2.1""#, "192.0.2.1"),
        (r#""pub_cluster":["a.example"],"pub_ip":"192.0.2.1""#, "a.example"),
        (r#""pub_cluster":[],"pub_ip":"192.0.2.1""#, "192.0.2.1"),
        (r#""connection":{"ssh":"ssh root@c.example -p 22022"}"#, "c.example"),
        (r#""pub_cluster":["-oProxyCommand=id","x;cmd","a b","ok.example",7,null]"#, "ok.example"),
        (r#""connection":null"#, ""),
        (r#""connection":"ssh root@c.example -p 22022""#, ""),
    ] {
        let hosts_read: Vec<String> = order(json).hosts.iter().map(ToString::to_string).collect();
        assert_eq!(hosts_read.join(" "), hosts, "{json}");
    }
}

#[test]
fn row_which_of_several() {
    let read = order(r#""pub_cluster":["a.example","b.example"],"tcp_ports":["22:10022"]"#);
    let targets: Vec<String> = read.ssh_targets().map(|target| target.to_string()).collect();
    assert_eq!(targets, ["root@b.example:10022", "root@a.example:10022"]);
    assert_eq!(read.ssh().unwrap().to_string(), "root@b.example:10022");
}

#[test]
fn row_ssh_port() {
    for (json, port) in [
        (r#""tcp_ports":["22:10022","80:10080"]"#, Some(10_022)),
        (r#""tcp_ports":{"22":10022}"#, Some(10_022)),
        (r#""tcp_ports":{"22/tcp":"10022"}"#, Some(10_022)),
        (r#""ssh_port":10022"#, Some(10_022)),
        (r#""ssh_port":"10022""#, Some(10_022)),
        (r#""tcp_ports":["22:10022"],"ssh_port":7"#, Some(10_022)),
        (r#""connection":{"ssh":"ssh root@h.example -p 10022"}"#, Some(10_022)),
        (r#""connection":{"ssh":"ssh root@other.example -p 7"}"#, None),
        (r#""tcp_ports":["80:10080"]"#, None),
        (r#""tcp_ports":["22:0"]"#, None),
        (r#""tcp_ports":["22:65536","22","x:y",":",null,22]"#, None),
        (r#""tcp_ports":["22:1","22:2"]"#, None),
        (r#""tcp_ports":["22:1","22/tcp:1"]"#, Some(1)),
        (r#""tcp_ports":{"22/udp":10022}"#, None),
        (r#""tcp_ports":"22:10022""#, None),
        (r#""ssh_port":0"#, None),
    ] {
        let read = order(&format!(r#""pub_cluster":["h.example"],{json}"#));
        assert_eq!(read.tcp_ports.get(&22).copied(), port, "{json}");
        assert_eq!(read.ssh().map(|target| target.port()), port, "no port is invented: {json}");
    }
    let in_cluster = order(r#""pub_cluster":[{"address":"h.example","ports":{"22":10022}}]"#);
    assert_eq!(in_cluster.ssh().unwrap().port(), 10_022);
}

#[test]
fn row_ssh_text() {
    let read = order(r#""connection":{"ssh":"ssh -p 22022 ubuntu@h.example"}"#);
    assert_eq!(read.ssh().unwrap().to_string(), "ubuntu@h.example:22022");
    let evil = order(r#""connection":{"ssh":"ssh root@h.example -p 22; id\u001b[2J"}"#);
    assert!(evil.ssh().is_none());
    assert_eq!(evil.ssh_text.unwrap().as_str(), "ssh root@h.example -p 22; id\\u{1b}[2J");
}

#[test]
fn row_http() {
    for (json, url) in [
        (r#""http_pub":"abc.example.net","http_port":"8888""#, Some("https://abc.example.net")),
        (r#""http_pub":"abc.example.net","http_port":80"#, Some("https://abc.example.net:80")),
        (r#""http_pub":"abc.example.net""#, Some("https://abc.example.net")),
        (r#""http_pub":"x/../y","http_port":80"#, None),
        (r#""connection":{"http_ports":{"8888":"10888"}}"#, None),
    ] {
        assert_eq!(order(json).http.and_then(|http| http.url()).as_deref(), url, "{json}");
    }
    assert_eq!(order(r#""connection":{"http_ports":{"8888":"10888"}}"#).http.unwrap().port, Some(10_888));
    assert!(order(r#""si":1"#).http.is_none());
}

#[test]
fn row_mrl_is_seconds_in_an_order() {
    assert_eq!(order(r#""mrl":259200"#).max_rental, Some(Duration::from_secs(259_200)));
}

#[test]
fn secrets_of_an_order_do_not_print() {
    let read = order(
        r#""auto_login":"https://x/canary","ssh_password":"canary","jupyter_token":"canary","ssh_key":"canary",
        "env":{"A":"canary"},"command":"canary""#,
    );
    assert_eq!(read.ssh_password.as_ref().unwrap().expose(), "canary");
    assert!(!format!("{read:?}").contains("canary"));
}

#[test]
fn an_odd_field_does_not_cost_the_order() {
    let fields = [
        "si",
        "currency",
        "image",
        "price",
        "fee",
        "creation_fee",
        "spend",
        "original_price_usd",
        "ct",
        "mrl",
        "online",
        "spot",
        "type",
        "expired",
        "paused",
        "order_end",
        "pub_cluster",
        "pub_ip",
        "tcp_ports",
        "ssh_port",
        "http_port",
        "http_pub",
        "connection",
        "auto_login",
        "ssh_password",
        "jupyter_token",
        "mon_container",
        "specs",
        "gpu_array",
        "status",
        "instance_status",
    ];
    for field in fields {
        for odd in ["null", "[]", "{}", "\"\"", "\"x\"", "-1", "1e999", "[[[[[[1]]]]]]", "{\"ssh\":{}}"] {
            let row = format!(r#"{{"id":7,"{field}":{odd}}}"#);
            assert_eq!(Order::decode(row.as_bytes()).unwrap().id.number(), 7, "{row}");
            assert_eq!(Sighting::decode(row.as_bytes()).unwrap().id.number(), 7, "{row}");
        }
    }
}

#[test]
fn the_fixture_with_one_order_runs() {
    let Some(document) = recording("third-party-fixtures/my_orders-one-order.json") else {
        return;
    };
    let read = Order::decode(&rows(&document, "orders")[0]).unwrap();
    assert_eq!((read.id.number(), read.server.unwrap().number()), (123, 456));
    assert_eq!(read.price.as_ref().unwrap().to_string(), "1.25 CLORE-Blockchain/day");
    assert_eq!(read.spend.as_ref().unwrap().to_string(), "2.5 CLORE-Blockchain");
    assert_eq!(read.ssh().unwrap().to_string(), "root@node.example.com:12022");
    assert_eq!((&read.status, read.status_source), (&OrderStatus::Running, StatusSource::Derived(4)));
    assert_eq!(read.gpus.to_string(), "2x NVIDIA GeForce RTX 4090");
}

#[test]
fn the_web_mocks_orders_are_running_and_ended() {
    let Some(document) = recording("third-party-fixtures/webapi-orders-frontend-mock.json") else {
        return;
    };
    let rows = rows(&document, "orders");
    let read: Vec<Order> = rows.iter().map(|row| Order::decode(row).unwrap()).collect();
    assert_eq!(
        (&read[0].status, read[0].status_source, read[0].kind),
        (&OrderStatus::Running, StatusSource::Reported, Kind::Spot)
    );
    assert_eq!((&read[1].status, read[1].status_source), (&OrderStatus::Ended, StatusSource::Derived(0)));
    assert_eq!(read[0].price.as_ref().unwrap().digits(), "0.0001");
    assert!(read[0].ssh().is_none(), "port 22 is not mapped");
}

proptest! {
    #[test]
    fn any_bytes_are_an_order_or_an_error(raw in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = (Order::decode(&raw), Sighting::decode(&raw));
        let _ = (crate::model::Wallet::decode(&raw), crate::model::spot::SpotMarket::decode(&raw));
    }

    /// Reliability 5.6: any order to ssh arguments; nothing after `--` starts with a dash or holds a control character.
    #[test]
    fn whatever_an_order_says_the_ssh_arguments_are_harmless(
        host in "[ -~]{0,20}|\\PC{0,10}", port in "[0-9]{1,5}", ssh in "ssh [ -~]{0,30} -p [0-9]{1,5}",
    ) {
        let row = serde_json::json!({"id": 1, "pub_cluster": [host], "tcp_ports": [format!("22:{port}")], "connection": {"ssh": ssh}});
        let read = Order::decode(row.to_string().as_bytes()).unwrap();
        for target in read.ssh_targets() {
            let args = target.args();
            prop_assert_eq!(args.iter().position(|a| a == "--"), Some(args.len() - 2));
            prop_assert!(!args[args.len() - 1].starts_with('-'));
            prop_assert!(args.iter().all(|a| !a.chars().any(char::is_control)));
        }
    }

    #[test]
    fn a_damaged_order_is_an_order_or_an_error(at in 0_usize..600, byte in any::<u8>()) {
        let mut row = br#"{"id":900001,"si":40001,"currency":"USD-Blockchain","image":"cloreai/jupyter","price":4,"creation_fee":0.1,"spend":0.42,"ct":1790000000,"mrl":259200,"online":true,"pub_cluster":[{"address":"n1.example.net","ports":["22:10022"]}],"tcp_ports":{"22/tcp":10022},"http_port":"8888","http_pub":"abc.example.net","connection":{"ssh":"ssh root@h -p 22"},"created_at":"2026-09-21T14:13:20Z"}"#.to_vec();
        let at = at % row.len();
        row[at] = byte;
        if let Ok(read) = Order::decode(&row) {
            let _ = (read.ssh(), format!("{read:?}"));
        }
        let _ = Sighting::decode(&row);
    }
}
