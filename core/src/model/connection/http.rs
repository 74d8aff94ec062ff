//! [`HttpAccess`]: the web side of a rental (api-facts 4.2, row http).

use super::host::Host;

/// Where a rental's web port can be reached, as far as the order says it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct HttpAccess {
    /// The web proxy's host name (`http_pub`).
    pub host: Option<Host>,
    /// The container's web port (`http_port`).
    pub port: Option<u16>,
}

impl HttpAccess {
    /// `https://HOST`, with the port unless it is 8888 or unknown; `None` without a host.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        let host = self.host.as_ref()?;
        let name = if host.is_ipv6() { format!("[{host}]") } else { host.to_string() };
        Some(match self.port {
            None | Some(8888) => format!("https://{name}"),
            Some(port) => format!("https://{name}:{port}"),
        })
    }
}
