use super::*;
use crate::effect::Lane;
use crate::time::Moment;
use http::Uri;

fn error_of(builder: ConfigBuilder) -> ErrorKind {
    builder.build().unwrap_err().kind().clone()
}

/// Reliability S17, O16: the seed's error and log showed a key that ended with a line end, three times.
#[test]
fn bad_key_refused_at_construction_without_echo() {
    let cases = [
        ("", ConfigError::EmptyKey),
        ("CANARY\n", ConfigError::KeyCharacters),
        ("CANARY\r\nx: y", ConfigError::KeyCharacters),
        (" CANARY", ConfigError::KeyCharacters),
        ("CANARYé", ConfigError::KeyCharacters),
        ("CANARY\0", ConfigError::KeyCharacters),
    ];
    for (key, expected) in cases {
        let error = Config::builder().key(Secret::new(key)).build().unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Config(expected));
        assert!(!format!("{error} {error:?}").contains("CANARY"));
    }
    let long = "k".repeat(1 << 20);
    assert_eq!(error_of(Config::builder().key(Secret::new(long))), ErrorKind::Config(ConfigError::KeyLength));
}

/// Reliability O15: the official client sends the key over plain http to any host.
#[test]
fn plain_http_refused_unless_loopback_opt_in() {
    for url in ["http://127.0.0.1:1", "http://[::1]:1", "http://localhost", "https://x.example/prefix/"] {
        assert!(Config::builder().base_url(url).build().is_ok(), "{url}");
    }
    let plain = || Config::builder().base_url("http://x.example");
    assert_eq!(error_of(plain()), ErrorKind::Config(ConfigError::PlainHttp));
    assert!(plain().allow_plain_http(true).build().is_ok());
    for host in ["http://127.0.0.1.example.com", "http://localhost.example.com"] {
        assert_eq!(error_of(Config::builder().base_url(host)), ErrorKind::Config(ConfigError::PlainHttp));
    }
}

#[test]
fn a_base_url_with_credentials_is_refused_without_echo() {
    let error = Config::builder().base_url("https://me:CANARY@x.example").build().unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Config(ConfigError::BaseUrlCredentials));
    assert!(!format!("{error} {error:?}").contains("CANARY"));
    for url in ["", "ftp://x", "x.example", "https://", "https://x/?q=1", "/v1"] {
        assert!(Config::builder().base_url(url).build().is_err(), "{url}");
    }
}

#[test]
fn the_key_is_in_no_rendering_of_a_config() {
    let builder = Config::builder().key(Secret::new("CANARYKEY"));
    assert!(!format!("{builder:?}").contains("CANARY"));
    assert!(!format!("{:?}", builder.build().unwrap()).contains("CANARY"));
}

#[test]
fn a_path_prefix_is_kept() {
    let config = Config::builder().base_url("https://x.example/clore/").build().unwrap();
    let joined = config.base.join(&Uri::from_static("/v1/spot_marketplace?market=5")).unwrap();
    assert_eq!(joined.to_string(), "https://x.example/clore/v1/spot_marketplace?market=5");
}

/// Reliability S13: with 0 retries the seed sent nothing.
#[test]
fn zero_retries_means_one_attempt() {
    assert_eq!(Config::builder().max_retries(0).build().unwrap().max_retries, 1);
}

#[test]
fn less_safe_settings_are_said() {
    let config = Config::builder().grace(Duration::from_secs(5)).rate_limit(Duration::from_millis(10));
    let warnings = config.build().unwrap().warnings();
    assert_eq!(warnings, [ConfigWarning::ShortGrace, ConfigWarning::FastPacing]);
    assert!(Config::builder().build().unwrap().warnings().is_empty());
    let config = Config::builder().strict_pacing(true).strict_reach(Duration::from_millis(900));
    let warnings = config.accept_unread_history(true).build().unwrap().warnings();
    assert_eq!(warnings, [ConfigWarning::ShortReach, ConfigWarning::UnreadHistoryAccepted]);
}

#[test]
fn a_warning_says_what_is_less_safe() {
    for (warning, word) in [
        (ConfigWarning::ShortGrace, "can miss a rental"),
        (ConfigWarning::FastPacing, "faster than the service allows"),
        (ConfigWarning::ShortReach, "has no effect"),
        (ConfigWarning::UnreadHistoryAccepted, "found by hand"),
        (ConfigWarning::NothingMayBeRented, "let nothing be rented"),
        (ConfigWarning::RatePassesDay, "do not fit together"),
    ] {
        assert!(warning.words().contains(word), "{}", warning.words());
    }
}

#[test]
fn a_duration_of_nothing_or_of_more_than_a_day_is_refused_by_its_name() {
    let refused = |config: ConfigBuilder, name: &'static str| {
        *config.build().unwrap_err().kind() == ErrorKind::Config(ConfigError::Duration(name))
    };
    for long in [Duration::ZERO, Duration::from_secs(86_401)] {
        assert!(refused(Config::builder().timeout(long), "timeout"));
        assert!(refused(Config::builder().deadline(long), "deadline"));
    }
    let long = Duration::from_secs(86_401);
    assert!(refused(Config::builder().rate_limit(long), "rate_limit"));
    assert!(refused(Config::builder().create_gap(long), "create_gap"));
    assert!(refused(Config::builder().strict_reach(long), "strict_reach"));
}

#[test]
fn limits_that_let_nothing_through_or_contradict_each_other_are_said() {
    let warnings = |limits: Limits| Config::builder().limits(limits).build().unwrap().warnings();
    let day = |dollars: u32| Limits::new().max_total_per_day(crate::model::Usd::new(dollars.into()).unwrap());
    assert_eq!(warnings(Limits::new().max_open_orders(0)), [ConfigWarning::NothingMayBeRented]);
    assert_eq!(warnings(day(0)), [ConfigWarning::NothingMayBeRented]);
    assert_eq!(warnings(day(20).max_rate("0.80".parse().unwrap())), [ConfigWarning::RatePassesDay]);
    assert!(warnings(day(21).max_rate("0.80".parse().unwrap()).max_open_orders(1)).is_empty());
}

#[test]
fn a_base_url_is_written_in_one_way() {
    for (given, written) in [
        ("https://api.clore.ai", "https://api.clore.ai"),
        ("httPs://API.Clore.ai/", "https://api.clore.ai"),
        ("https://api.clore.ai:443//", "https://api.clore.ai"),
        ("https://h.example:8443/Prefix/", "https://h.example:8443/Prefix"),
        ("HTTP://LOCALHOST:80", "http://localhost"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:80/a", "http://[::1]/a"),
    ] {
        let config = Config::builder().base_url(given).build().unwrap();
        assert_eq!(config.base_url(), written, "{given}");
    }
    for bad in ["http://127.0.0.1:80800", "https://api.clore.ai:99999", "http://127.0.0.1:8o"] {
        assert!(Config::builder().base_url(bad).build().is_err(), "{bad}");
    }
}

/// Found by fuzzing: the parser of URIs takes control and hidden characters beyond ASCII in a path.
#[test]
fn a_base_url_with_anything_but_visible_ascii_is_refused() {
    for bad in [
        "https://7./+\u{98}W",
        "https://api.clore.ai/\u{202e}",
        "https://api.clore.ai/é",
        "https://h.example/a b",
    ] {
        assert!(Config::builder().base_url(bad).build().is_err(), "{bad:?}");
    }
}

#[test]
fn a_lanes_queue_is_as_long_as_was_asked() {
    assert_eq!(Config::builder().build().unwrap().pacing.queue, 10_000);
    let config = Config::builder().queue(1).build().unwrap();
    let session = crate::session::Session::new(config);
    let gate = session.gate();
    assert!(gate.enqueue(Lane::Normal, Moment::ORIGIN).is_ok());
    assert!(gate.enqueue(Lane::Normal, Moment::ORIGIN).is_err(), "nobody else may wait");
}

#[test]
fn a_user_agent_that_no_header_can_carry_is_refused() {
    let kind = |name: &str| Config::builder().user_agent(name).build().map_err(|error| error.kind().clone());
    for bad in ["", "  ", "two\nlines", "ctrl\u{1}"] {
        assert_eq!(kind(bad).unwrap_err(), ErrorKind::Config(ConfigError::UserAgent), "{bad:?}");
    }
    let config = kind("mine/1.0").unwrap();
    assert!(!config.has_key() && !config.is_plain_http());
}
