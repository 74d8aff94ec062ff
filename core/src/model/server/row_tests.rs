//! The rows of api-facts 4.4 for servers, one test each, with all their shapes.

use super::*;
use crate::wire::field::row_id;
use proptest::prelude::*;

fn server(rest: &str) -> Server {
    Server::decode(format!(r#"{{"id":1,{rest}}}"#).as_bytes()).unwrap()
}

fn bare(json: &str) -> Result<u64, crate::error::Found> {
    Server::decode(json.as_bytes()).map(|s| s.id.number()).map_err(|e| e.found())
}

#[test]
fn a_bad_id_costs_the_row() {
    use crate::error::Found;
    for (json, read) in [
        (r#"{"id":5}"#, Ok(5)),
        (r#"{"id":"5"}"#, Ok(5)),
        (r#"{"id":5.0}"#, Ok(5)),
        ("{}", Err(Found::Missing)),
        (r#"{"id":null}"#, Err(Found::Missing)),
        (r#"{"id":-5}"#, Err(Found::Number)),
        (r#"{"id":"x"}"#, Err(Found::Text)),
        (r#"{"id":[5]}"#, Err(Found::List)),
        (r#"{"id":5,"id":5}"#, Err(Found::DuplicateKey)),
        ("[5]", Err(Found::List)),
        ("", Err(Found::Empty)),
        ("{\"id\":5", Err(Found::NotJson)),
    ] {
        assert_eq!(bare(json), read, "{json}");
    }
}

/// Reliability S23: in the seed one such row among 3,500 kills the search.
#[test]
fn a_bad_optional_field_costs_the_field() {
    let fields = [
        "owner",
        "mrl",
        "price",
        "rented",
        "reliability",
        "allowed_coins",
        "rating",
        "cuda_version",
        "oc",
        "verification",
        "gigaspot",
        "partial_gpu_rental",
        "gpu_array",
        "specs",
    ];
    for field in fields {
        for odd in
            ["null", "[]", "{}", "\"\"", "\"x\"", "-1", "1e999", "true", "[[[[[[1]]]]]]", "{\"a\":{\"a\":1}}"]
        {
            let row = format!(r#"{{"id":7,"{field}":{odd}}}"#);
            assert_eq!(Server::decode(row.as_bytes()).unwrap().id.number(), 7, "{row}");
        }
    }
}

#[test]
fn row_reliability() {
    let read = |json: &str| server(&format!(r#""reliability":{json}"#)).reliability.map(|r| r.to_string());
    for (json, shown) in
        [("1", "100%"), ("0", "0%"), ("0.9948", "99.48%"), ("98.5", "98.5%"), ("\"0.5\"", "50%")]
    {
        assert_eq!(read(json).as_deref(), Some(shown), "{json}");
    }
    for json in ["null", "-0.1", "100.5", "\"NaN\"", "true"] {
        assert_eq!(read(json), None, "{json}");
    }
}

#[test]
fn row_mrl_is_hours_in_the_marketplace() {
    assert_eq!(server(r#""mrl":72"#).max_rental, Some(Duration::from_secs(259_200)));
    assert_eq!(server(r#""mrl":"6""#).max_rental, Some(Duration::from_secs(21_600)));
    assert_eq!(server(r#""mrl":18446744073709551615"#).max_rental, None);
}

#[test]
fn row_cpus() {
    for (json, cores, threads) in [
        ("\"8/16\"", Some(8), Some(16)),
        ("\"8\"", Some(8), None),
        ("8", Some(8), None),
        ("\"x/16\"", None, Some(16)),
        ("\"\"", None, None),
        ("[8]", None, None),
    ] {
        let specs = server(&format!(r#""specs":{{"cpus":{json}}}"#)).specs;
        assert_eq!((specs.cores, specs.threads), (cores, threads), "{json}");
    }
}

#[test]
fn row_disk() {
    for (text, gb) in [
        ("NVMe 512.0GB", Some("512.0")),
        (" 82.7261GB", Some("82.7261")),
        ("1666 11.7326GB", Some("11.7326")),
        ("SPCCx20Solidx20Statex 96.8613GB", Some("96.8613")),
        ("500GB", Some("500")),
        ("SSD 1.5 TB", Some("1500")),
        ("2tb", Some("2000")),
        ("NVMe", None),
        ("GB", None),
        ("1.2.3GB", None),
        ("512GB free", None),
        ("\u{e9}", None),
    ] {
        let specs = server(&format!(r#""specs":{{"disk":"{text}"}}"#)).specs;
        let shown = specs.disk_gb.map(|gb| gb.normalize());
        assert_eq!(shown, gb.map(|gb| Decimal::from_str_exact(gb).unwrap().normalize()), "{text}");
        assert_eq!(specs.disk.as_deref(), Some(text.trim()));
    }
}

#[test]
fn row_rating_is_none_until_somebody_rated() {
    let read =
        |json: &str| server(&format!(r#""rating":{json}"#)).rating.map(|r| (r.average.to_string(), r.count));
    assert_eq!(read(r#"{"avg":4.5,"cnt":12}"#), Some(("4.5".into(), 12)));
    for json in ["null", r#"{"avg":0,"cnt":0}"#, "{}", "4.5", r#"{"avg":9,"cnt":1}"#, r#"{"cnt":3}"#] {
        assert_eq!(read(json), None, "{json}");
    }
    assert_eq!(server(r#""rented":true"#).rating, None);
}

#[test]
fn row_rented() {
    for (json, expected) in [
        (r#""rented":false"#, Availability::Free),
        (r#""rented":true"#, Availability::Rented),
        (r#""owner":1"#, Availability::Unknown),
        (r#""rented":null"#, Availability::Unknown),
        (r#""rented":"perhaps""#, Availability::Unknown),
        (r#""rented":false,"partial_gpu_rental":{"total_gpus":8,"available_gpus":8}"#, Availability::Free),
        (
            r#""rented":false,"partial_gpu_rental":{"total_gpus":8,"available_gpus":3}"#,
            Availability::Partly(3),
        ),
        (r#""rented":false,"partial_gpu_rental":{"total_gpus":8,"available_gpus":0}"#, Availability::Rented),
        (r#""rented":false,"partial_gpu_rental":{"available_gpus":"2"}"#, Availability::Partly(2)),
        (r#""rented":false,"partial_gpu_rental":true"#, Availability::Free),
        (r#""rented":false,"partial_gpu_rental":{}"#, Availability::Free),
        (r#""rented":true,"partial_gpu_rental":{"total_gpus":8,"available_gpus":8}"#, Availability::Rented),
        (r#""partial_gpu_rental":{"total_gpus":8,"available_gpus":8}"#, Availability::Unknown),
    ] {
        assert_eq!(server(json).availability, expected, "{json}");
    }
    assert!(!server(r#""owner":1"#).is_free());
}

#[test]
fn row_cuda_is_a_pair_of_numbers() {
    let read = |json: &str| server(&format!(r#""cuda_version":{json}"#)).cuda.map(|c| (c.major, c.minor));
    for (json, pair) in [
        ("\"12.2\"", (12, 2)),
        ("12.2", (12, 2)),
        ("\"12.10\"", (12, 10)),
        ("12", (12, 0)),
        ("\"11.7.1\"", (11, 7)),
    ] {
        assert_eq!(read(json), Some(pair), "{json}");
    }
    for json in ["null", "\"\"", "\"new\"", "\"12.\"", "\"12.x\"", "-1", "[12]", "\"1.2.3.4\""] {
        assert_eq!(read(json), None, "{json}");
    }
    let cuda = |text: &str| text.parse::<CudaVersion>().unwrap();
    assert!(cuda("12.10") > cuda("12.2"));
}

#[test]
fn zero_speeds_are_not_measured_and_pcie_may_be_text() {
    let specs = server(
        r#""specs":{"disk_speed":0,"net":{"up":0,"down":0,"cc":"de"},"pcie_rev":"4.0","pcie_width":16,"pl":[450,"440",null]}"#,
    )
    .specs;
    assert_eq!((specs.disk_mb_per_s, specs.network.up_mbit, specs.network.down_mbit), (None, None, None));
    assert_eq!(specs.network.country.as_deref(), Some("DE"));
    assert_eq!(specs.pcie_revision.as_deref(), Some("4.0"));
    assert_eq!(specs.power_limits_w, [450, 440]);
    let specs = server(r#""specs":{"net":{"up":0,"down":5.5,"cc":"Germany"},"pcie_rev":3}"#).specs;
    assert_eq!(specs.network.up_mbit, Some(Decimal::ZERO));
    assert_eq!((specs.network.country, specs.pcie_revision.as_deref()), (None, Some("3")));
}

#[test]
fn deep_nesting_is_skipped_without_recursion() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for field in ["x", "gpu_array", "price", "specs", "rating", "allowed_coins", "rented"] {
        let row = format!(r#"{{"id":7,"{field}":{deep}}}"#);
        assert_eq!(Server::decode(row.as_bytes()).unwrap().id.number(), 7, "{field}");
    }
    assert!(Server::decode(deep.as_bytes()).is_err());
}

proptest! {
    #[test]
    fn any_bytes_are_a_server_or_an_error(raw in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = (Server::decode(&raw), row_id(&raw));
    }

    /// A damaged byte in a real row gives a server or an error, and never a panic.
    #[test]
    fn a_damaged_row_is_a_server_or_an_error(at in 0_usize..600, byte in any::<u8>()) {
        let mut row = br#"{"id":40001,"owner":7,"mrl":72,"price":{"on_demand":{"bitcoin":0.00006,"CLORE-Blockchain":3300},"spot":{"CLORE-Blockchain":2900},"usd":{"on_demand_clore":4,"spot":3.5}},"rented":false,"specs":{"cpus":"8/16","ram":64.1,"disk":"NVMe 512.0GB","gpu":"2x NVIDIA GeForce RTX 4090","gpuram":24,"net":{"up":900,"down":900,"cc":"DE"},"pl":[450,450]},"reliability":0.998,"allowed_coins":["bitcoin"],"rating":{"avg":4.5,"cnt":12},"gpu_array":["RTX 4090",["RTX 4090"]],"cuda_version":"12.4"}"#.to_vec();
        let at = at % row.len();
        row[at] = byte;
        if let Ok(server) = Server::decode(&row) {
            let _ = (server.price_usd_per_hour(Kind::OnDemand, &Coin::Clore, &Rates::new()), format!("{server:?}"));
        }
    }
}
