//! Whose certificates are trusted: Mozilla's, or only those that are named. Verification cannot be switched off.

use clore_core::client::Roots;
use clore_core::error::{ConfigError, Error, ErrorKind};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::sync::Arc;

/// TLS 1.2 and up with ring, whatever provider the process has installed.
///
/// # Errors
/// [`ErrorKind::Config`] for certificates that cannot be read.
pub fn config(roots: &Roots) -> Result<ClientConfig, Error> {
    let mut store = RootCertStore::empty();
    match named(roots)? {
        Some(certificates) => drop(store.add_parsable_certificates(certificates)),
        None => store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(|_| bad("TLS"))?;
    Ok(builder.with_root_certificates(store).with_no_client_auth())
}

/// The certificates that are trusted in place of Mozilla's (`None`), for an HTTP library that makes its own
/// configuration of them.
///
/// # Errors
/// [`ErrorKind::Config`] unless there is one at least and each can be read: one that is passed over would be missed
/// only when the service cannot be reached.
pub fn named(roots: &Roots) -> Result<Option<Vec<CertificateDer<'static>>>, Error> {
    let Roots::Pem(pem) = roots else { return Ok(None) };
    let readable = |certificate: &CertificateDer<'_>| {
        RootCertStore::empty().add(certificate.clone().into_owned()).is_ok()
    };
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let all = all.ok().filter(|all| !all.is_empty() && all.iter().all(readable));
    all.map(Some).ok_or_else(|| bad("the root certificates cannot be read"))
}

fn bad(what: &'static str) -> Error {
    ErrorKind::Config(ConfigError::Transport(what)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_that_cannot_be_read_to_the_last_are_refused() {
        let odd = "-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----\n";
        for pem in ["", "no PEM at all", odd, "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n"] {
            let roots = Roots::Pem(pem.into());
            assert!(matches!(config(&roots).unwrap_err().kind(), ErrorKind::Config(_)), "{pem}");
            assert!(named(&roots).is_err(), "{pem}");
        }
        assert!(named(&Roots::Mozilla).unwrap().is_none() && config(&Roots::Mozilla).is_ok());
    }

    /// What ureq, reqwest and rustls call the way around verification.
    #[test]
    fn no_source_of_an_adapter_names_a_way_around_verification() {
        let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let (mut files, words) = (0, ["dangerous(", "danger_", "disable_verification", "ServerCertVerifier"]);
        for adapter in ["adapter", "blocking", "async-tokio", "async-std"] {
            // A packaged crate stands alone.
            let Ok(folder) = std::fs::read_dir(here.join("..").join(adapter).join("src")) else { continue };
            for file in folder.map(|file| file.unwrap().path()).filter(|file| !file.ends_with("tls.rs")) {
                let text = std::fs::read_to_string(&file).unwrap();
                assert!(!words.iter().any(|word| text.contains(word)), "{}", file.display());
                files += 1;
            }
        }
        assert!(files > 1 || !here.join("../blocking").exists());
        let ours = include_str!("tls.rs").split("#[cfg(test)]").next().unwrap();
        assert!(!words.iter().any(|word| ours.contains(word)));
    }
}
