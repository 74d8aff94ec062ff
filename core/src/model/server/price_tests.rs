//! The rows of api-facts 4.5 and the steps of 4.6, with all their shapes.

use super::*;

fn server(rest: &str) -> Server {
    Server::decode(format!(r#"{{"id":1,{rest}}}"#).as_bytes()).unwrap()
}

/// api-facts 4.5, rows names and count.
#[test]
fn gpu_names_and_counts_in_every_shape() {
    for (json, names, count, differs) in [
        (r#""specs":{"gpu":"8x NVIDIA GeForce RTX 3090"}"#, "NVIDIA GeForce RTX 3090", Some(8), false),
        (r#""gpu_array":["RTX 4090","RTX 4090"]"#, "RTX 4090", Some(2), false),
        (r#""gpu_array":[" H100 80GB HBM3"]"#, "H100 80GB HBM3", Some(1), false),
        (r#""gpu_array":[["GTX 745"]]"#, "GTX 745", Some(1), false),
        (r#""gpu_array":[[[["A"]]]]"#, "A", Some(1), false),
        (r#""gpu_array":[[[[["A"]]]]]"#, "", None, false),
        (r#""gpu_array":[{"name":"A"},{"model":"B"},{"x":1},7,null]"#, "A|B", Some(2), false),
        (r#""gpu_array":"RTX 4090""#, "RTX 4090", Some(1), false),
        (r#""specs":{"gpu":"2x A"},"gpu_array":["A","A","A"]"#, "A", Some(3), true),
        (r#""specs":{"gpu":"2x A"},"gpu_array":["B","B"]"#, "A|B", Some(2), false),
        (r#""specs":{"gpu":"A"}"#, "A", None, false),
        (r#""partial_gpu_rental":{"total_gpus":4}"#, "", Some(4), false),
        (r#""specs":{"gpu":"8x A"},"partial_gpu_rental":{"total_gpus":4}"#, "A", Some(8), true),
        (r#""specs":{"gpu":"99999x A"}"#, "99999x A", None, false),
        (r#""specs":{"gpu":"0x A"}"#, "A", None, false),
        (r#""specs":{"gpu":""}"#, "", None, false),
        (r#""specs":{"gpu":7}"#, "", None, false),
    ] {
        let gpus = server(json).gpus;
        let listed: Vec<&str> = gpus.names().map(GpuModel::as_str).collect();
        assert_eq!(
            (listed.join("|").as_str(), gpus.count, gpus.count_differs),
            (names, count, differs),
            "{json}"
        );
    }
    assert!(server(r#""specs":{"gpu":"4x mixed GPUs"}"#).gpus.are_mixed());
    assert!(server(r#""gpu_array":["A","B"]"#).gpus.are_mixed());
    assert!(!server(r#""gpu_array":["A","A"]"#).gpus.are_mixed());
    assert_eq!(server(r#""specs":{"gpuram":79}"#).gpus.vram_gb, Some(Decimal::from(79)));
    let many = format!(r#""gpu_array":[{}"A"]"#, "\"A\",".repeat(5000));
    assert_eq!(server(&many).gpus.each.len(), 256);
}

fn usd(server: &Server, kind: Kind, coin: &Coin, rates: &Rates) -> Option<String> {
    server.usd_per_day(kind, coin, rates).map(|usd| usd.amount().normalize().to_string())
}

/// api-facts 4.6, steps 2 to 4.
#[test]
fn prices_follow_the_steps() {
    let rates =
        Rates::new().with(Coin::Clore, "0.5".parse().unwrap()).with(Coin::Bitcoin, "70000".parse().unwrap());
    use Coin::{Bitcoin, Clore, Usd};
    use Kind::{OnDemand, Spot};
    for (json, kind, coin, expected) in [
        // Step 3: the dollar block of the paying coin, then original_usd, then the coin's own price by its rate.
        (
            r#"{"usd":{"on_demand_clore":4,"on_demand_usd":1.6},"on_demand":{"CLORE-Blockchain":2}}"#,
            OnDemand,
            Clore,
            Some("4"),
        ),
        (r#"{"usd":{"on_demand_clore":4,"on_demand_usd":1.6}}"#, OnDemand, Usd, Some("1.6")),
        (r#"{"usd":{"on_demand_btc":"3.99"}}"#, OnDemand, Bitcoin, Some("3.99")),
        (
            r#"{"usd":{"on_demand_usd":1},"original_usd":{"CLORE-Blockchain":{"on_demand":3,"spot":2}}}"#,
            OnDemand,
            Clore,
            Some("3"),
        ),
        (r#"{"original_usd":{"on_demand":3.5,"spot":2.5}}"#, OnDemand, Clore, Some("3.5")),
        (r#"{"original_usd":{"on_demand":3.5,"spot":2.5}}"#, Spot, Usd, Some("2.5")),
        (r#"{"usd":{"on_demand_usd":1},"on_demand":{"CLORE-Blockchain":2}}"#, OnDemand, Clore, Some("1")),
        (r#"{"on_demand":{"CLORE-Blockchain":23,"bitcoin":0.0001}}"#, OnDemand, Clore, Some("11.5")),
        (r#"{"on_demand":{"BTC":1e-4}}"#, OnDemand, Bitcoin, Some("7")),
        (r#"{"on_demand":{"USD-Blockchain":8.47}}"#, OnDemand, Usd, Some("8.47")),
        (r#"{"on_demand":{"USD-Blockchain":8.47}}"#, OnDemand, Clore, None),
        // Zero, less and what is no number are no price.
        (r#"{"on_demand":{"USD-Blockchain":0}}"#, OnDemand, Usd, None),
        (r#"{"on_demand":{"USD-Blockchain":-1}}"#, OnDemand, Usd, None),
        (r#"{"on_demand":{"USD-Blockchain":"NaN"}}"#, OnDemand, Usd, None),
        (r#"{"usd":{"on_demand_usd":0},"on_demand":{"USD-Blockchain":5}}"#, OnDemand, Usd, Some("5")),
        // Two spellings of a coin that differ say nothing.
        (r#"{"on_demand":{"USD-Blockchain":5,"usd":6}}"#, OnDemand, Usd, None),
        (r#"{"on_demand":{"USD-Blockchain":5,"usd":5.0}}"#, OnDemand, Usd, Some("5")),
        // Step 4.
        (
            r#"{"original_usd":{"bitcoin":{"on_demand":1.2,"spot":0.6}},"usd":{"spot":9}}"#,
            Spot,
            Bitcoin,
            Some("0.6"),
        ),
        (r#"{"spot":{"CLORE-Blockchain":10},"usd":{"spot":9}}"#, Spot, Clore, Some("5")),
        (r#"{"usd":{"spot":9}}"#, Spot, Clore, Some("9")),
        (r#"{"usd":{"spot":0}}"#, Spot, Clore, None),
        ("[]", OnDemand, Usd, None),
        ("null", OnDemand, Usd, None),
        ("5", OnDemand, Usd, None),
    ] {
        let server = server(&format!(r#""price":{json}"#));
        assert_eq!(usd(&server, kind, &coin, &rates).as_deref(), expected, "{kind} {coin} {json}");
    }
}

#[test]
fn a_coin_that_is_not_allowed_has_no_price() {
    let json = r#""price":{"on_demand":{"bitcoin":0.0001,"USD-Blockchain":5},"usd":{"on_demand_usd":5}},"allowed_coins":["bitcoin"]"#;
    let server = server(json);
    assert_eq!(usd(&server, Kind::OnDemand, &Coin::Usd, &Rates::new()), None);
    assert_eq!(server.price(Kind::OnDemand, &Coin::Usd), None);
    assert_eq!(server.price(Kind::OnDemand, &Coin::Bitcoin).unwrap().digits(), "0.0001");
    assert!(
        super::Server::decode(br#"{"id":1,"allowed_coins":[]}"#).unwrap().allowed_coins.unwrap().is_empty()
    );
}

/// api-facts 4.6, step 5.
#[test]
fn without_a_coin_the_seeds_number_counts() {
    let rates = Rates::new().with(Coin::Clore, "0.5".parse().unwrap());
    for (json, kind, expected) in [
        (r#"{"usd":{"on_demand_clore":4,"on_demand_usd":1}}"#, Kind::OnDemand, Some("4")),
        (r#"{"usd":{"on_demand_usd":1},"on_demand":{"CLORE-Blockchain":2}}"#, Kind::OnDemand, None),
        (r#"{"usd":{"spot":3.5}}"#, Kind::Spot, Some("3.5")),
        (r#"{"usd":{"spot":0},"spot":{"CLORE-Blockchain":2}}"#, Kind::Spot, None),
        (r#"{"on_demand":{"CLORE-Blockchain":2}}"#, Kind::OnDemand, Some("1")),
        (r#"{"spot":{"CLORE-Blockchain":2}}"#, Kind::Spot, Some("1")),
    ] {
        let read = server(&format!(r#""price":{json}"#))
            .usd_per_day_by_default(kind, &rates)
            .map(|usd| usd.amount().normalize().to_string());
        assert_eq!(read.as_deref(), expected, "{kind} {json}");
    }
}
