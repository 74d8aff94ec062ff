//! [`ForeignAddress`]: an address outside the base URL that the service itself named, checked before anything goes
//! there (api-facts 3.12: `get_gigaspot` names a file on a CDN).
//!
//! Invariant: it is https and its host is a name in the public DNS, so that an answer can neither point the client at
//! this machine or its network nor make it speak in the clear. The one exception is a sandbox: when the base URL is
//! plain http on this machine, an address of exactly its scheme, host and port passes. What is sent there is bare: the
//! [`Call`](crate::call::Call) makes the request anew from the address alone, a GET without the key.

use crate::error::{AddressRefused, AddressRule};
use crate::excerpt::Excerpt;
use core::fmt;
use http::Uri;
use http::uri::Scheme;

/// Bytes an address may have; the CDN's have about sixty.
const LONGEST: usize = 2048;
/// Bytes of a host that an error shows.
const HOST_TEXT: usize = 100;

/// Last labels of names that only this machine or its network knows (RFC 6761, 6762; `internal` is reserved by ICANN).
const IN_NO_PUBLIC_DNS: [&str; 3] = ["localhost", "local", "internal"];

/// Where the service said that something lies, fit to be asked for without the key.
#[derive(Clone, PartialEq, Eq)]
pub struct ForeignAddress(Uri);

impl ForeignAddress {
    /// Checks `text`, as it came, for a session whose base URL is `base_url`.
    ///
    /// # Errors
    /// [`AddressRefused`], which names at most the host.
    pub fn parse(text: &str, base_url: &str) -> Result<Self, AddressRefused> {
        let no_url = || AddressRefused::new(Excerpt::default(), AddressRule::NoUrl);
        let printable = text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic());
        let uri: Uri = text.parse().ok().filter(|_| printable).ok_or_else(no_url)?;
        check(&uri, base_url)?;
        Ok(Self(uri))
    }

    /// Whether it may be used in a session of this base URL: an address that passed for a sandbox must not pass for
    /// any other.
    #[must_use]
    pub fn is_allowed(&self, base_url: &str) -> bool {
        check(&self.0, base_url).is_ok()
    }

    /// The whole address.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.0
    }

    /// Its host, fit to be shown.
    #[must_use]
    pub fn host(&self) -> Excerpt {
        shown(&self.0)
    }
}

impl fmt::Debug for ForeignAddress {
    /// The host only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ForeignAddress").field(&self.host()).finish()
    }
}

/// Whether `host` (brackets of an IPv6 address or not) is this machine by its spelling.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<core::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn check(uri: &Uri, base_url: &str) -> Result<(), AddressRefused> {
    let refuse = |rule| Err(AddressRefused::new(shown(uri), rule));
    let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
        return refuse(AddressRule::NoUrl);
    };
    if authority.as_str().contains('@') {
        return refuse(AddressRule::Credentials);
    }
    // A port that is none (99999) would be left to the HTTP library's taste.
    if authority.port_u16().is_none()
        && authority.as_str().trim_end_matches(':').len() > authority.host().len()
    {
        return refuse(AddressRule::NoUrl);
    }
    if is_of_sandbox(uri, base_url) {
        return Ok(());
    }
    if *scheme != Scheme::HTTPS {
        return refuse(AddressRule::NotHttps);
    }
    if !is_public_name(authority.host()) {
        return refuse(AddressRule::NoPublicName);
    }
    Ok(())
}

/// The base URL is plain http on this machine, and the address has the same scheme, host and port.
fn is_of_sandbox(uri: &Uri, base_url: &str) -> bool {
    let Ok(base) = base_url.parse::<Uri>() else { return false };
    let plain = |uri: &Uri| uri.scheme() == Some(&Scheme::HTTP);
    let port = |uri: &Uri| uri.port_u16().unwrap_or(80);
    let (Some(host), Some(base_host)) = (uri.host(), base.host()) else { return false };
    plain(uri)
        && plain(&base)
        && is_this_machine(base_host)
        && host.eq_ignore_ascii_case(base_host)
        && port(uri) == port(&base)
}

/// A name of at least two labels that no resolver can take for an address of digits (`127.1`, `0x7f000001`).
fn is_public_name(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(fits);
    let Some((_, last)) = name.rsplit_once('.') else { return false };
    name.len() <= 253
        && name.split('.').all(is_label)
        && !last.starts_with(|c: char| c.is_ascii_digit())
        && !IN_NO_PUBLIC_DNS.iter().any(|local| last.eq_ignore_ascii_case(local))
        && !name.to_ascii_lowercase().ends_with(".home.arpa")
}

/// The host of an address, which is all of it that is shown.
pub(crate) fn shown(uri: &Uri) -> Excerpt {
    Excerpt::new(uri.host().unwrap_or_default(), HOST_TEXT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BASE: &str = "https://api.clore.ai";
    const SANDBOX: &str = "http://127.0.0.1:4000";

    fn rule(text: &str, base: &str) -> Result<(), AddressRule> {
        ForeignAddress::parse(text, base).map(drop).map_err(|refused| refused.rule())
    }

    #[test]
    fn only_https_to_a_public_name_passes() {
        use AddressRule::{Credentials, NoPublicName, NoUrl, NotHttps};
        for good in [
            "https://cdn.clore.ai/gigaspot_1716300000.json",
            "https://other.example:8443/x?y=1",
            "https://CDN.example./",
            "https://1.cdn.example",
            "HTTPS://cdn.example:443/x#@evil.example",
            "https://cdn.example:/x",
        ] {
            for base in [BASE, SANDBOX] {
                assert_eq!(rule(good, base), Ok(()), "{good}");
            }
        }
        let long = format!("https://cdn.example/{}", "x".repeat(LONGEST));
        for (bad, why) in [
            ("http://cdn.example/x", NotHttps),
            ("http://api.clore.ai/x", NotHttps),
            ("ftp://cdn.example/x", NotHttps),
            ("https://user@cdn.example/", Credentials),
            ("https://user:CANARY@cdn.example/", Credentials),
            ("https://api.clore.ai@evil.example/", Credentials),
            ("https://127.0.0.1/x", NoPublicName),
            ("https://127.1/x", NoPublicName),
            ("https://2130706433/x", NoPublicName),
            ("https://0x7f.0x1/x", NoPublicName),
            ("https://192.168.1.1/x", NoPublicName),
            ("https://8.8.8.8/x", NoPublicName),
            ("https://[::1]/x", NoPublicName),
            ("https://[2001:db8::1]/x", NoPublicName),
            ("https://localhost/x", NoPublicName),
            ("https://LOCALHOST:4000/x", NoPublicName),
            ("https://a.localhost/x", NoPublicName),
            ("https://intranet/x", NoPublicName),
            ("https://cdn..example/x", NoPublicName),
            ("https://metadata.google.internal/x", NoPublicName),
            ("https://router.LOCAL./x", NoPublicName),
            ("https://box.home.arpa/x", NoPublicName),
            ("https://cdn.example:99999/x", NoUrl),
            ("https://cdn.example:-1/x", NoUrl),
            ("https://api.clore.ai%40evil.example/", NoUrl),
            ("https://[::ffff:127.0.0.1]/x", NoPublicName),
            ("https://[::1%25lo]/x", NoPublicName),
            ("https://cdn.example\\@evil.example/", NoUrl),
            ("HTTP://cdn.example/x", NotHttps),
            ("http://127.0.0.1:4000/x", NotHttps),
            ("/v1/wallets", NoUrl),
            ("//cdn.example/x", NoUrl),
            ("cdn.example/x", NoUrl),
            ("", NoUrl),
            ("https://", NoUrl),
            ("https://cdn.example/a b", NoUrl),
            ("https://cdn.example/\r\nauth: x", NoUrl),
            ("https://cdn.ex\u{e4}mple/", NoUrl),
            (long.as_str(), NoUrl),
        ] {
            assert_eq!(rule(bad, BASE), Err(why), "{bad}");
        }
    }

    #[test]
    fn plain_http_passes_only_to_the_very_sandbox_of_the_base_url() {
        for (address, base, passes) in [
            ("http://127.0.0.1:4000/snapshot.json", SANDBOX, true),
            ("http://127.0.0.1:4001/snapshot.json", SANDBOX, false),
            ("http://127.0.0.2:4000/snapshot.json", SANDBOX, false),
            ("http://localhost:4000/snapshot.json", SANDBOX, false),
            ("https://127.0.0.1:4000/snapshot.json", SANDBOX, false),
            ("http://key@127.0.0.1:4000/snapshot.json", SANDBOX, false),
            ("http://localhost/x", "http://LOCALHOST:80/prefix", true),
            ("http://[::1]:9/x", "http://[::1]:9", true),
            ("http://clore.lan:80/x", "http://clore.lan:80", false),
            ("http://127.0.0.1:99999/x", "http://127.0.0.1", false),
            ("http://127.0.0.1./x", "http://127.0.0.1", false),
            ("http://127.0.0.1:4000@evil.example/x", SANDBOX, false),
            ("http://127.0.0.1:4000.evil.example/x", SANDBOX, false),
            ("http://127.0.0.1:4000/x", "https://127.0.0.1:4000", false),
        ] {
            assert_eq!(rule(address, base).is_ok(), passes, "{address} under {base}");
        }
        let sandbox = ForeignAddress::parse("http://127.0.0.1:4000/x", SANDBOX).unwrap();
        assert!(sandbox.is_allowed(SANDBOX) && !sandbox.is_allowed(BASE));
    }

    #[test]
    fn a_refused_address_shows_its_host_and_nothing_else() {
        let refused =
            ForeignAddress::parse("https://me:CANARY@cdn.example/CANARY?k=CANARY", BASE).unwrap_err();
        assert!(refused.to_string().contains("cdn.example"), "{refused}");
        assert!(!format!("{refused} {refused:?}").contains("CANARY"));
        let long = format!("http://{}.example/", "h".repeat(300));
        assert!(ForeignAddress::parse(&long, BASE).unwrap_err().host().as_str().len() <= HOST_TEXT);
    }

    proptest! {
        #[test]
        fn any_text_is_an_address_that_holds_the_rules_or_is_refused(text in "(https?://)?\\PC{0,40}") {
            if let Ok(address) = ForeignAddress::parse(&text, BASE) {
                prop_assert_eq!(address.uri().scheme(), Some(&Scheme::HTTPS));
                prop_assert!(!text.contains('@') || address.uri().authority().is_some_and(|a| !a.as_str().contains('@')));
                prop_assert!(address.uri().host().is_some_and(|host| host.contains('.')));
            }
        }
    }
}
