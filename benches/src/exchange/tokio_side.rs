//! reqwest on tokio, through the adapter and by hand, on a runtime of one thread.

use crate::{KEY, PAIRS, Pairs, settings};
use clore_tokio::Client;
use rustls::crypto::ring;
use std::time::Instant;

pub(crate) fn measure(url: &str) -> Pairs {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = Client::builder().settings(settings(url)).build().unwrap();
        // The address is plain http, so nobody's certificate is ever looked at.
        let tls = rustls::ClientConfig::builder_with_provider(ring::default_provider().into());
        let tls = tls.with_safe_default_protocol_versions().unwrap();
        let tls = tls.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
        let http = reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build().unwrap();
        let address = format!("{url}/v1/wallets");
        let mut pairs = Pairs::default();
        for _ in 0..PAIRS {
            let began = Instant::now();
            client.wallets().await.unwrap();
            let ours = began.elapsed();
            let began = Instant::now();
            let answer = http.get(&address).header("auth", KEY).send().await.unwrap();
            answer.bytes().await.unwrap();
            pairs.add(ours, began.elapsed());
        }
        pairs
    })
}
