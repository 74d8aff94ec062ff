//! [`Scope`]: whose records these are. It is not checked for truth: two texts, compared whole.
//!
//! Invariant: two spellings of one base URL are one scope, or an open intent would be missed.

use core::fmt;

/// One base URL and one API key, the key as a tag that does not tell it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    base_url: Box<str>,
    key_tag: Box<str>,
}

impl Scope {
    /// The scope of `base_url` and the key that `key_tag` stands for.
    ///
    /// Of the URL kept are scheme, host, port and path: scheme and host in lower case, without a default port, a
    /// user's name and password, a query, a fragment or closing slashes.
    #[must_use]
    pub fn new(base_url: &str, key_tag: &str) -> Self {
        Self { base_url: canonical(base_url).into(), key_tag: key_tag.into() }
    }

    /// The scope a line was written with: its texts are taken as they are.
    pub(super) fn written(base_url: &str, key_tag: &str) -> Self {
        Self { base_url: base_url.into(), key_tag: key_tag.into() }
    }

    /// The base URL in its one spelling.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The key's tag.
    #[must_use]
    pub fn key_tag(&self) -> &str {
        &self.key_tag
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scope({:?}, {:?})", self.base_url, self.key_tag)
    }
}

fn canonical(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or(url).trim();
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.trim_end_matches('/').to_owned();
    };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (scheme, host) = (scheme.to_ascii_lowercase(), host.to_ascii_lowercase());
    let default_port = match scheme.as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => "",
    };
    let host = host.strip_suffix(default_port).unwrap_or(&host);
    match path.trim_end_matches('/') {
        "" => format!("{scheme}://{host}"),
        path => format!("{scheme}://{host}/{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_base_url_are_one_scope() {
        let one = Scope::new("https://api.clore.ai/v1", "t");
        for spelling in [
            "https://api.clore.ai/v1/",
            "HTTPS://API.clore.AI:443/v1//",
            " https://user:password@api.clore.ai/v1?x=1#y ",
        ] {
            assert_eq!(Scope::new(spelling, "t"), one, "{spelling}");
        }
        assert_eq!(Scope::new("http://127.0.0.1:80", "t"), Scope::new("http://127.0.0.1/", "t"));
        assert_ne!(Scope::new("http://127.0.0.1:443", "t"), Scope::new("http://127.0.0.1/", "t"));
        assert_eq!(format!("{one:?}"), r#"Scope("https://api.clore.ai/v1", "t")"#);
        for other in ["http://api.clore.ai/v1", "https://api.clore.ai", "https://api.clore.ai:8443/v1"] {
            assert_ne!(Scope::new(other, "t"), one, "{other}");
        }
        assert_ne!(Scope::new("https://api.clore.ai/v1", "u"), one);
    }

    #[test]
    fn a_base_urls_password_is_not_kept() {
        assert!(!format!("{:?}", Scope::new("https://a:canary@h/", "t")).contains("canary"));
    }
}
