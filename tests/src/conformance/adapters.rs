//! The adapters of this workspace, as the suite sees them.

use super::table::{Cell, Weaker};
use super::{Adapter, Phase, Setup};
use clore_core::drive::run_plan_blocking;
use clore_core::effect::Delivery::{Answered, Unknown};
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

    fn weaker(&self) -> &'static [Weaker] {
        const TELLS: &str =
            "ureq tells too many lines as it tells a garbled head: a reading is tried once more";
        const { &[large("150 lines", TELLS)] }
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

    fn weaker(&self) -> &'static [Weaker] {
        const INTERIM: &str = "100/102/103 before answer";
        const TELLS: &str =
            "attohttpc does not tell what was wrong with a head: a reading is tried once more";
        const FINAL: &str =
            "attohttpc takes an interim answer for the final one: a create is settled by reading";
        const {
            &[
                large("1 MiB", TELLS),
                large("150 lines", TELLS),
                Weaker {
                    row: "garbage status line, HTTP/0.9, bare LF tricks",
                    form: "bare LF",
                    read: Cell::Again(Unknown),
                    money: Cell::Unclear,
                    why: "attohttpc takes lines that end by CR LF only",
                },
                Weaker {
                    row: INTERIM,
                    form: "100",
                    read: Cell::Once(Answered),
                    money: Cell::Unclear,
                    why: FINAL,
                },
                Weaker {
                    row: INTERIM,
                    form: "103",
                    read: Cell::Once(Answered),
                    money: Cell::Unclear,
                    why: FINAL,
                },
            ]
        }
    }

    fn has_observer(&self) -> bool {
        false
    }

    fn has_gzip(&self) -> bool {
        false
    }

    fn has_tls(&self) -> bool {
        false
    }
}

const fn large(form: &'static str, why: &'static str) -> Weaker {
    let (read, money) = (Cell::Again(Unknown), Cell::Unclear);
    Weaker { row: "headers > 64 KiB or > 100 lines", form, read, money, why }
}
