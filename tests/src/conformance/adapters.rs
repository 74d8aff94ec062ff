//! The adapters of this workspace, as the suite sees them.

use super::{Adapter, Phase, Setup};
use clore_core::drive::run_plan_blocking;
use clore_core::error::Error;
use clore_core::journal::MemoryJournal;
use clore_core::op::{Operation, Plan};
use clore_core::session::Session;
use std::time::Instant;

/// `clore-blocking`.
#[derive(Clone, Copy, Debug)]
pub struct Blocking;

impl Adapter for Blocking {
    type Client = clore_blocking::Client;

    fn name(&self) -> &'static str {
        "blocking"
    }

    fn client(&self, setup: &Setup) -> Result<Self::Client, Error> {
        let observer = setup.observer.clone();
        let builder = clore_blocking::Client::builder().settings(setup.settings.clone());
        let builder = builder.observer(move |event| observer.tell(event));
        match &setup.roots {
            Some(pem) => builder.root_certificates(&**pem).build(),
            None => builder.build(),
        }
    }

    fn run<P: Plan>(
        &self,
        client: &Self::Client,
        plan: P,
    ) -> Result<<P::Operation as Operation>::Output, Error> {
        client.run(plan)
    }

    fn unsure(&self) -> &'static [Phase] {
        // ureq tells a handshake that breaks as it tells an answer that breaks.
        &[Phase::Handshake]
    }
}

/// `clore-tokio`, on a runtime of two threads.
#[derive(Debug)]
pub struct Tokio(tokio::runtime::Runtime);

impl Default for Tokio {
    fn default() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        Self(runtime.expect("a runtime"))
    }
}

impl Adapter for Tokio {
    type Client = clore_tokio::Client;

    fn name(&self) -> &'static str {
        "tokio"
    }

    fn client(&self, setup: &Setup) -> Result<Self::Client, Error> {
        let observer = setup.observer.clone();
        let builder = clore_tokio::Client::builder().settings(setup.settings.clone());
        let builder = builder.observer(move |event| observer.tell(event));
        match &setup.roots {
            Some(pem) => builder.root_certificates(&**pem).build(),
            None => builder.build(),
        }
    }

    fn run<P: Plan>(
        &self,
        client: &Self::Client,
        plan: P,
    ) -> Result<<P::Operation as Operation>::Output, Error> {
        self.0.block_on(client.run(plan))
    }
}

/// `clore-async-std`.
#[derive(Clone, Copy, Debug)]
pub struct AsyncStd;

impl Adapter for AsyncStd {
    type Client = clore_async_std::Client;

    fn name(&self) -> &'static str {
        "async-std"
    }

    fn client(&self, setup: &Setup) -> Result<Self::Client, Error> {
        let observer = setup.observer.clone();
        let builder = clore_async_std::Client::builder().settings(setup.settings.clone());
        let builder = builder.observer(move |event| observer.tell(event));
        match &setup.roots {
            Some(pem) => builder.root_certificates(&**pem).build(),
            None => builder.build(),
        }
    }

    fn run<P: Plan>(
        &self,
        client: &Self::Client,
        plan: P,
    ) -> Result<<P::Operation as Operation>::Output, Error> {
        async_std::task::block_on(client.run(plan))
    }
}

/// `examples/own_adapter`, over attohttpc: without TLS, and it never claims that nothing was sent.
#[derive(Clone, Copy, Debug)]
pub struct Own;

impl Adapter for Own {
    type Client = (own_adapter::adapter::Adapter, Session);

    fn name(&self) -> &'static str {
        "own_adapter"
    }

    fn client(&self, setup: &Setup) -> Result<Self::Client, Error> {
        let (origin, journal) = (Instant::now(), MemoryJournal::new());
        Ok((own_adapter::adapter::Adapter { origin, journal }, setup.session()?))
    }

    fn run<P: Plan>(
        &self,
        client: &Self::Client,
        plan: P,
    ) -> Result<<P::Operation as Operation>::Output, Error> {
        run_plan_blocking(&client.0, &client.1, plan)
    }

    fn unsure(&self) -> &'static [Phase] {
        &Phase::ALL
    }

    fn has_observer(&self) -> bool {
        false
    }

    fn has_tls(&self) -> bool {
        false
    }
}
