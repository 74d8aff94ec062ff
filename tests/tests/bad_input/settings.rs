//! Keys and addresses that cannot be used: refused at construction, and never repeated.

use clore_blocking::Client;
use clore_core::config::{Config, ConfigBuilder};
use clore_core::error::{ConfigError, ErrorKind};
use clore_core::secret::Secret;

fn refused(settings: ConfigBuilder, value: &str) -> ConfigError {
    let error = Client::builder().settings(settings).build().unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(value.trim().is_empty() || !shown.contains(value.trim()), "{shown}");
    let ErrorKind::Config(why) = error.kind() else { panic!("{shown}") };
    *why
}

#[test]
fn a_bad_key_is_refused_and_never_echoed() {
    let long = "k".repeat(4097);
    for (key, why) in [
        ("", ConfigError::EmptyKey),
        ("CANARY\n5f1c9", ConfigError::KeyCharacters),
        ("CANARY5f1c9\n", ConfigError::KeyCharacters),
        ("CANARY 5f1c9", ConfigError::KeyCharacters),
        ("CANARY\r\nx: y", ConfigError::KeyCharacters),
        ("ключCANARY", ConfigError::KeyCharacters),
        ("CANARY\0", ConfigError::KeyCharacters),
        (long.as_str(), ConfigError::KeyLength),
    ] {
        assert_eq!(refused(Config::builder().key(Secret::new(key)), key), why, "{key:?}");
    }
}

#[test]
fn a_bad_address_is_refused_and_never_echoed() {
    for (url, why) in [
        ("https://user:CANARY@api.clore.ai", ConfigError::BaseUrlCredentials),
        ("https://CANARY@api.clore.ai", ConfigError::BaseUrlCredentials),
        ("http://CANARY.example", ConfigError::PlainHttp),
        ("http://127.0.0.1.CANARY.example", ConfigError::PlainHttp),
        ("ftp://CANARY", ConfigError::BaseUrl),
        ("CANARY", ConfigError::BaseUrl),
        ("", ConfigError::BaseUrl),
    ] {
        let settings = Config::builder().key(Secret::new("k")).base_url(url);
        assert_eq!(refused(settings, url), why, "{url}");
    }
}
