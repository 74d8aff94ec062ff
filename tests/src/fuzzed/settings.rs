//! Settings: what cannot be used is refused, and the key is never shown.

use clore_core::config::Config;
use clore_core::secret::Secret;

/// Lines: a base URL, a user agent, a key.
pub fn config(bytes: &[u8]) {
    let Ok(text) = core::str::from_utf8(bytes) else { return };
    let mut lines = text.split('\n');
    let (url, agent) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let key = lines.collect::<Vec<_>>().join("\n");
    let built = Config::builder().base_url(url).user_agent(agent).key(Secret::new(key.clone())).build();
    let shown = match built {
        Ok(config) => {
            assert!(!key.is_empty() && key.bytes().all(|byte| (b'!'..=b'~').contains(&byte)), "{key:?}");
            assert!(config.base_url().starts_with("https://") || config.is_plain_http());
            let authority = config.base_url().split('/').nth(2).unwrap_or_default();
            assert!(!authority.contains('@') && !config.base_url().contains(char::is_control));
            format!("{config:?}")
        }
        Err(error) => format!("{error} {error:?}"),
    };
    assert!(key.len() < 12 || url.contains(&key) || agent.contains(&key) || !shown.contains(&key), "{shown}");
}
