use super::*;
use crate::endpoint::tests::answer;
use crate::error::{Code, Reason, Why};
use crate::model::ServerConfig;
use crate::model::hosted::RequiredSetting;

const HOUR: Duration = Duration::from_secs(3600);

fn rate(text: &str, coin: Coin) -> Rate {
    Rate::parse(text, coin).unwrap()
}

fn usd(text: &str) -> UsdPerDay {
    UsdPerDay::new(text.parse().unwrap()).unwrap()
}

fn body(settings: &SetServerSettings) -> String {
    String::from_utf8(settings.request().unwrap().into_body()).unwrap()
}

fn whole() -> SetServerSettings {
    SetServerSettings::new("rig-02")
        .available(true)
        .max_rental(96 * HOUR)
        .on_demand(rate("0.00012", Coin::Bitcoin))
        .spot(rate("6e-5", Coin::Bitcoin))
}

fn config(json: &str) -> ServerConfig {
    ServerConfig::decode(json.as_bytes(), "rig-02").unwrap()
}

const CONFIG: &str = r#"{"name":"rig-02","visibility":"public","mrl":96,"allowed_coins":["bitcoin","doge"],
    "pricing":{"bitcoin":0.00010,"CLORE-Blockchain":25,"usd":0},"spot_pricing":{"bitcoin":5e-5},
    "usd_pricing":{"bitcoin":{"on_demand":8.5,"spot":4},"CLORE-Blockchain":{"on_demand":7}}}"#;

#[test]
fn both_spellings_are_sent_to_the_byte_and_never_together() {
    assert_eq!(
        body(&whole()),
        r#"{"name":"rig-02","availability":true,"mrl":96,"bitcoin_on_demand":0.00012,"bitcoin_spot":0.00006}"#
    );
    assert_eq!(
        body(&whole().spelling(BitcoinSpelling::Bare)),
        r#"{"name":"rig-02","availability":true,"mrl":96,"on_demand":0.00012,"spot":0.00006}"#
    );
}

#[test]
fn only_what_was_set_is_sent() {
    assert_eq!(body(&SetServerSettings::new("a\"\r\n")), r#"{"name":"a\"\r\n"}"#);
    let settings = SetServerSettings::new("rig")
        .spelling(BitcoinSpelling::Bare)
        .available(false)
        .on_demand(rate("25.50", Coin::Clore))
        .spot(rate("1", Coin::Usd))
        .spot(rate("0.00001", Coin::Bitcoin))
        .coin_enabled(Coin::Clore, true)
        .coin_enabled(Coin::Bitcoin, false)
        .usd_spot(Coin::Bitcoin, usd("4"))
        .usd_on_demand(Coin::Bitcoin, usd("8.50"))
        .autoprice(Coin::Clore, "fixed");
    assert_eq!(
        body(&settings),
        concat!(
            r#"{"name":"rig","availability":false,"spot":0.00001,"CLORE-Blockchain_on_demand":25.50,"#,
            r#""USD-Blockchain_spot":1,"enabled-CLORE-Blockchain":true,"enabled-bitcoin":false,"#,
            r#""usd_pricing":{"bitcoin":{"spot":4,"on_demand":8.50}},"autoprice":{"CLORE-Blockchain":"fixed"}}"#
        )
    );
}

#[test]
fn what_cannot_be_meant_is_not_sent() {
    let other = |name: &str| Coin::named(name);
    for (settings, field, why) in [
        (SetServerSettings::new(" "), "name", Why::Empty),
        (whole().max_rental(Duration::ZERO), "mrl", Why::NotWholeHours),
        (whole().max_rental(HOUR / 2), "mrl", Why::NotWholeHours),
        (whole().max_rental(HOUR + Duration::from_nanos(1)), "mrl", Why::NotWholeHours),
        (whole().on_demand(rate("0.00012", Coin::Bitcoin)), "on_demand", Why::Duplicate),
        (whole().spot(rate("1", other("doge"))).spot(rate("2", other("DOGE"))), "spot", Why::Duplicate),
        (
            whole().coin_enabled(Coin::Clore, true).coin_enabled(Coin::Clore, false),
            "enabled-COIN",
            Why::Duplicate,
        ),
        (whole().usd_spot(Coin::Clore, usd("1")).usd_spot(Coin::Clore, usd("2")), "spot", Why::Duplicate),
        (whole().on_demand(rate("1", other(""))), "on_demand", Why::Empty),
        (whole().coin_enabled(other(""), true), "enabled-COIN", Why::Empty),
        (whole().autoprice(other(""), "x"), "autoprice", Why::Empty),
    ] {
        let error = settings.request().unwrap_err();
        assert_eq!((error.field(), error.why()), (field, why), "{settings:?}");
    }
    let largest = whole().max_rental(Duration::from_secs(u64::MAX / 3600 * 3600));
    assert!(largest.request().is_ok(), "the service says what is too long");
}

#[test]
fn a_configuration_fills_in_what_was_not_named() {
    let changed =
        SetServerSettings::new("rig-02").max_rental(48 * HOUR).completed_by(&config(CONFIG)).unwrap();
    assert_eq!(
        body(&changed),
        concat!(
            r#"{"name":"rig-02","availability":true,"mrl":48,"bitcoin_on_demand":0.00010,"bitcoin_spot":0.00005,"#,
            r#""CLORE-Blockchain_on_demand":25,"enabled-CLORE-Blockchain":false,"enabled-bitcoin":true,"#,
            r#""enabled-doge":true,"usd_pricing":{"CLORE-Blockchain":{"on_demand":7},"#,
            r#""bitcoin":{"on_demand":8.5,"spot":4}}}"#
        )
    );
}

#[test]
fn what_was_named_stays_and_a_price_in_dollars_does_not_overrule_it() {
    let changed = SetServerSettings::new("rig-02")
        .available(false)
        .on_demand(rate("0.0003", Coin::Bitcoin))
        .coin_enabled(Coin::Clore, true)
        .usd_on_demand(Coin::Clore, usd("6"))
        .completed_by(&config(CONFIG))
        .unwrap();
    assert_eq!((changed.is_available(), changed.longest_rental()), (Some(false), Some(96 * HOUR)));
    assert_eq!(changed.price(Kind::OnDemand, &Coin::Bitcoin).unwrap().digits(), "0.0003");
    assert_eq!(changed.price(Kind::Spot, &Coin::Bitcoin).unwrap().digits(), "0.00005");
    assert!(changed.enabled_coins().any(|told| told == (&Coin::Clore, true)));
    assert_eq!(changed.usd_prices(Kind::OnDemand).collect::<Vec<_>>(), [(&Coin::Clore, usd("6"))]);
    assert_eq!(changed.usd_prices(Kind::Spot).count(), 0, "bitcoin has prices of its own now");
    assert!(changed.request().is_ok());
}

#[test]
fn each_setting_that_nobody_tells_is_named() {
    use RequiredSetting::{Availability, BitcoinOnDemand, BitcoinSpot, MaxRental};
    for (lacking, missing) in [
        (CONFIG.replace("public", "secret"), vec![Availability]),
        (CONFIG.replace("\"mrl\":96", "\"mrl\":null"), vec![MaxRental]),
        (CONFIG.replace("0.00010", "0"), vec![BitcoinOnDemand]),
        (CONFIG.replace("\"spot_pricing\"", "\"s\""), vec![BitcoinSpot]),
        ("{}".to_owned(), RequiredSetting::ALL.to_vec()),
    ] {
        let config = config(&lacking);
        let told = SetServerSettings::new("rig-02").completed_by(&config);
        assert_eq!(told, Err(Incomplete::Missing(missing)), "{lacking}");
        assert_eq!(whole().completed_by(&config).map(|all| all.missing()), Ok(vec![]), "given by the caller");
    }
}

#[test]
fn a_configuration_shows_settings_only_when_it_tells_each_of_them() {
    let shown = config(CONFIG);
    let none = config("{}");
    let mine = || SetServerSettings::new("rig-02");
    for (settings, holds) in [
        (mine(), true),
        (mine().available(true), true),
        (mine().available(false), false),
        (mine().max_rental(96 * HOUR), true),
        (mine().max_rental(48 * HOUR), false),
        (mine().on_demand(rate("0.0001", Coin::Bitcoin)), true),
        (mine().on_demand(rate("0.0002", Coin::Bitcoin)), false),
        (mine().spot(rate("1", Coin::Clore)), false),
        (mine().usd_spot(Coin::Bitcoin, usd("4.0")), true),
        (mine().usd_spot(Coin::Clore, usd("4")), false),
        (mine().coin_enabled(Coin::Clore, false), true),
        (mine().coin_enabled(Coin::Clore, true), false),
        (mine().autoprice(Coin::Bitcoin, "fixed"), false),
    ] {
        assert_eq!(settings.are_shown_by(&shown), holds, "{settings:?}");
        assert_eq!(settings.are_shown_by(&none), settings == mine(), "{settings:?}");
    }
    assert!(!SetServerSettings::new("rig-01").are_shown_by(&shown), "another server");
}

#[test]
fn refusals_of_settings_are_typed_and_say_what_to_do() {
    assert_eq!(answer(&whole(), b"{\"code\":0}"), Answer::Value(()));
    for (error, reason) in [
        ("server_dont_exist", Reason::NotYourServer),
        ("not_all_parameters_present", Reason::NotAllParametersPresent),
        ("invalid_mrl", Reason::InvalidMrl),
        ("invalid_input", Reason::InvalidInput),
    ] {
        for code in [0, 6] {
            let body = format!("{{\"code\":{code},\"error\":\"{error}\"}}");
            let (Answer::Refused(refusal) | Answer::SuccessWithError { refusal, .. }) =
                answer(&whole(), body.as_bytes())
            else {
                panic!("{body}")
            };
            assert_eq!(refusal.reason, reason);
            assert!(refusal.reason.advice().is_some());
        }
    }
    let Answer::Refused(refusal) = answer(&whole(), b"{\"code\":2}") else { panic!() };
    assert_eq!(refusal.code, Code::InvalidInput);
    assert!(matches!(answer(&whole(), b"{}"), Answer::Malformed(_)));
}

/// A name that cannot be read would be missing from the list, and its coin switched off.
#[test]
fn a_list_of_coins_with_an_odd_entry_switches_none_off() {
    let odd = config(&CONFIG.replace(r#"["bitcoin","doge"]"#, r#"["bitcoin",{"name":"CLORE-Blockchain"}]"#));
    assert_eq!(odd.allowed_coins, None);
    let all = SetServerSettings::new("rig-02").max_rental(48 * HOUR).completed_by(&odd).unwrap();
    assert!(!body(&all).contains("enabled-"), "{}", body(&all));
}

/// Whoever fills in, the operation or a program by itself, is told; what the caller named does not make up for it.
#[test]
fn a_price_that_cannot_be_read_fills_in_nothing() {
    let odd = config(&CONFIG.replace(r#""CLORE-Blockchain":25"#, r#""CLORE-Blockchain":"a lot""#));
    for settings in [SetServerSettings::new("rig-02").max_rental(48 * HOUR), whole()] {
        let told = settings.completed_by(&odd);
        assert!(matches!(told, Err(Incomplete::UnreadPrice(_))), "{told:?}");
    }
}
