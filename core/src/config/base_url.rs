//! [`BaseUrl`]: where the service is, split and checked.

use crate::error::ConfigError;
use crate::foreign_address::is_this_machine;
use core::fmt;
use http::uri::{Scheme, Uri};

/// Scheme, host and path prefix of the service, written in one way however they were given.
#[derive(Clone)]
pub(crate) struct BaseUrl {
    pub(super) text: String,
    pub(super) scheme: Scheme,
    host: String,
}

impl BaseUrl {
    pub(super) fn parse(text: &str) -> Result<Self, ConfigError> {
        let text = text.trim_end_matches('/');
        // The parser lets anything beyond ASCII into a path, characters that move a cursor too.
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ConfigError::BaseUrl);
        }
        let uri: Uri = text.parse().map_err(|_| ConfigError::BaseUrl)?;
        let scheme = uri.scheme().filter(|s| **s == Scheme::HTTP || **s == Scheme::HTTPS);
        let scheme = scheme.ok_or(ConfigError::BaseUrl)?.clone();
        let authority = uri.authority().ok_or(ConfigError::BaseUrl)?;
        if authority.as_str().contains('@') {
            return Err(ConfigError::BaseUrlCredentials);
        }
        if uri.query().is_some() || authority.host().is_empty() || text.contains('#') {
            return Err(ConfigError::BaseUrl);
        }
        let host = authority.host().to_ascii_lowercase();
        // A port that is none (99999) must not become the default one.
        let named = authority.as_str().trim_end_matches(':').len() > authority.host().len();
        if named && authority.port_u16().is_none() {
            return Err(ConfigError::BaseUrl);
        }
        let default = if scheme == Scheme::HTTPS { 443 } else { 80 };
        let port = authority.port_u16().filter(|port| *port != default);
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let text = format!("{scheme}://{host}{port}{}", uri.path().trim_end_matches('/'));
        Ok(Self { text, scheme, host })
    }

    pub(super) fn is_loopback(&self) -> bool {
        is_this_machine(&self.host)
    }

    /// The absolute URI of a path-only one.
    pub(crate) fn join(&self, path: &Uri) -> Option<Uri> {
        let path = path.path_and_query().map_or("/", |path| path.as_str());
        format!("{}{path}", self.text).parse().ok()
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
