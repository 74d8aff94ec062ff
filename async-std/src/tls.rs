//! Whose certificates are trusted: Mozilla's, or only those that are named. Verification cannot be switched off.

use clore_core::client::Roots;
use clore_core::error::{ConfigError, Error, ErrorKind};
use futures_rustls::rustls::crypto::ring;
use futures_rustls::rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::sync::Arc;

/// TLS 1.2 and up with ring, whatever provider the process has installed.
pub(crate) fn config(roots: &Roots) -> Result<ClientConfig, Error> {
    let bad = |what| Error::from(ErrorKind::Config(ConfigError::Transport(what)));
    let mut store = RootCertStore::empty();
    match roots {
        Roots::Mozilla => store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Roots::Pem(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let added = certificate.ok().and_then(|certificate| store.add(certificate).ok());
                added.ok_or_else(|| bad("the root certificates cannot be read"))?;
            }
            if store.is_empty() {
                return Err(bad("the root certificates cannot be read"));
            }
        }
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(|_| bad("TLS"))?;
    Ok(builder.with_root_certificates(store).with_no_client_auth())
}
