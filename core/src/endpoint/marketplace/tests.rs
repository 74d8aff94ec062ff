use super::*;
use crate::endpoint::tests::answer;
use crate::error::Found;
use crate::model::{Coin, Rate};
use crate::recordings;
use crate::search::Filter;

fn read(call: &Marketplace, body: &str) -> Market {
    answer(call, body.as_bytes()).into_value().unwrap()
}

fn all() -> Marketplace {
    Marketplace::new().include_rented(true)
}

#[test]
fn every_recorded_server_is_read() {
    let Some(body) = recordings::recording("marketplace-2024-3500-servers.json.gz") else {
        return;
    };
    let read = |call: &Marketplace, chunk: usize| {
        let mut reader = call.reader(&Caps::default());
        for part in body.chunks(chunk) {
            assert_eq!(reader.push(part), Flow::Continue);
        }
        reader.finish().into_value().unwrap()
    };
    let whole = read(&all(), body.len());
    assert_eq!((whole.servers.len(), whole.records, whole.skipped.count), (3_500, 3_500, 0));
    assert!(whole.is_complete() && whole.my_servers.is_empty() && whole.unit_doubt.is_none());
    let free = read(&Marketplace::new(), 1_000);
    assert_eq!((free.servers.len(), free.records), (1_583, 3_500));
    assert!(whole.servers.first().is_some_and(|server| server.id.number() == 25_769));
}

#[test]
fn documented_and_fixture_listings_are_read() {
    for (name, servers, own) in [
        ("documented/marketplace-cli-sdk-page.json", 1, vec![1, 2, 4]),
        ("marketplace-2024-4-servers.json", 4, vec![]),
        ("marketplace-2024-edge-cases.json", 52, vec![]),
        ("third-party-fixtures/marketplace-server-with-usd-block.json", 3, vec![]),
    ] {
        let Some(body) = recordings::recording(name) else {
            return;
        };
        let market = answer(&all(), &body).into_value().unwrap();
        assert_eq!((market.servers.len(), market.skipped.count), (servers, 0), "{name}");
        assert_eq!(market.my_servers.iter().map(|id| id.number()).collect::<Vec<_>>(), own, "{name}");
    }
}

/// Reliability S23 and O11: in the seed one record with a nested list, a null or a text for a number ended the search.
#[test]
fn one_bad_server_among_3500() {
    let made = |id: u32| format!(r#"{{"id":{id},"rented":false,"reliability":0.9}}"#).into_bytes();
    let rows = recordings::big_market().unwrap_or_else(|| (1..=3_500).map(made).collect());
    // A bad id costs its record; anything else in a record costs no more than its field.
    let odd = r#"{"id":7,"rented":"?","reliability":null,"price":null,"cuda_version":12.1,"gpu_array":[["x"],null],
        "specs":{"gpu":7,"net":[]},"rating":{"avg":"?"}}"#;
    let priced =
        r#"{"id":7,"price":{"on_demand":{"CLORE-Blockchain":"12,5","usd":[]},"usd":"4"},"specs":null}"#;
    for (bad, lost) in [
        ("null", 1),
        ("[]", 1),
        ("17", 1),
        ("{}", 1),
        (r#"{"id":"x"}"#, 1),
        (r#"{"id":-1}"#, 1),
        (odd, 0),
        (priced, 0),
    ] {
        let mut text = Vec::from(&b"{\"servers\":["[..]);
        for (n, row) in rows.iter().enumerate() {
            text.extend_from_slice(if n == 1_700 { bad.as_bytes() } else { row });
            text.push(b',');
        }
        text.pop();
        text.extend_from_slice(b"],\"my_servers\":[],\"code\":0}");
        let mut reader = all().reader(&Caps::default());
        let _ = reader.push(&text);
        let market = reader.finish().into_value().unwrap();
        assert_eq!((market.servers.len(), market.skipped.count), (3_500 - lost, lost), "{bad}");
        let (named, expected) = (market.skipped.named.first(), (lost == 1).then_some(1_700));
        assert_eq!(named.map(|row| row.index), expected);
        assert_eq!(market.is_complete(), lost == 0);
        let mut search = Search::new(Filter::new().include_rented(true)).reader(&Caps::default());
        let _ = search.push(&text);
        let searched = search.finish().into_value().unwrap();
        assert_eq!((searched.found.len(), searched.skipped.count), (3_500 - lost, lost), "{bad}");
    }
}

#[test]
fn a_market_that_is_not_there_is_not_an_empty_one() {
    for (body, found) in [
        (r#"{"code":0}"#, Found::Missing),
        (r#"{"servers":null,"code":0}"#, Found::Null),
        (r#"{"servers":[]}"#, Found::Missing),
        (r#"{"servers":"","code":0}"#, Found::Text),
        (r#"{"servers":[{"id":1}"#, Found::Missing),
        ("error code: 1010", Found::NotJson),
    ] {
        let Answer::Malformed(error) = answer(&all(), body.as_bytes()) else { panic!("{body}") };
        assert_eq!(error.found(), found, "{body}");
    }
    assert!(read(&all(), r#"{"servers":[],"code":0}"#).servers.is_empty());
    let both = answer(&all(), br#"{"servers":[{"id":1}],"error":"partly","code":0}"#);
    let Answer::SuccessWithError { value: Some(market), refusal } = both else { panic!() };
    assert_eq!((market.servers.len(), refusal.text.as_str()), (1, "partly"));
}

#[test]
fn a_server_that_does_not_say_whether_it_is_rented_is_listed() {
    let body = r#"{"servers":[{"id":1},{"id":2,"rented":true},{"id":3,"rented":false}],"code":0}"#;
    let ids = |market: Market| market.servers.iter().map(|s| s.id.number()).collect::<Vec<_>>();
    assert_eq!(ids(read(&Marketplace::new(), body)), [1, 3]);
    assert_eq!(ids(read(&all(), body)), [1, 2, 3]);
}

#[test]
fn a_target_carries_the_listed_digits_of_payable_coins() {
    let body = r#"{"servers":[{"id":40001,"allowed_coins":["CLORE-Blockchain"],
        "price":{"on_demand":{"bitcoin":0.00006,"CLORE-Blockchain":33.10},"spot":{"CLORE-Blockchain":29}}}],"code":0}"#;
    let market = read(&all(), body);
    let server = market.server(ServerId::new(40_001)).unwrap();
    let read_at = Moment::from_origin(core::time::Duration::from_secs(9));
    let target = market.target(server, read_at);
    let listing = target.listing().unwrap();
    assert_eq!(listing.on_demand_in(&Coin::Clore).map(Rate::digits), Some("33.10".to_owned()));
    assert_eq!(listing.on_demand_in(&Coin::Bitcoin), None);
    assert_eq!((listing.read_at(), listing.unit_doubt()), (Some(read_at), false));
    assert_eq!(Target::from(server).listing().unwrap().read_at(), None);
}

fn market_of(gpu: &str, price: &str, count: usize) -> Market {
    let row = format!(
        r#"{{"id":7,"rented":true,"specs":{{"gpu":"{gpu}"}},"price":{{"on_demand":{{"USD-Blockchain":{price}}}}}}}"#
    );
    read(&Marketplace::new(), &format!(r#"{{"servers":[{}],"code":0}}"#, vec![row; count].join(",")))
}

/// api-facts 5: outside 0.02 to 5 dollars per hour, over at least five single 4090s, rented ones included.
#[test]
fn the_tripwire_tells_a_changed_unit() {
    let card = "1x NVIDIA GeForce RTX 4090";
    for (gpu, price, count, doubt) in [
        (card, "8.47", 9, false),
        (card, "0.353", 5, true),
        (card, "0.353", 4, false),
        (card, "0.48", 5, false),
        (card, "0.479", 5, true),
        (card, "120", 5, false),
        (card, "120.01", 5, true),
        ("2x NVIDIA GeForce RTX 4090", "0.353", 9, false),
        ("1x NVIDIA GeForce RTX 4090 Laptop GPU", "0.353", 9, false),
        ("1x NVIDIA GeForce RTX 3060", "0.353", 9, false),
    ] {
        let found = market_of(gpu, price, count).unit_doubt;
        assert_eq!(found.is_some(), doubt, "{count} of {gpu} at {price}: {found:?}");
        if let Some(found) = found {
            assert!(found.servers == count && found.to_string().contains("/h"));
        }
    }
}
