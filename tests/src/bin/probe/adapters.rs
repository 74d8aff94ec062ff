//! The async clients as adapters of the command: the calling thread blocks on each plan.

use clore_cli::Adapter;
use clore_core::config::ConfigBuilder;
use clore_core::error::{ConfigError, Error, ErrorKind};
use clore_core::event::Event;
use clore_core::op::{Operation, Plan};
use clore_core::time::Moment;
use clore_journal::FileJournal;
use tokio::runtime::{Builder, Runtime};

/// The client on tokio, and the runtime it runs on.
pub(crate) struct OnTokio {
    client: clore_tokio::Client,
    runtime: Runtime,
}

impl Adapter for OnTokio {
    fn build(
        settings: ConfigBuilder,
        journal: Option<FileJournal>,
        hear: impl Fn(&Event) + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let none = |_| ErrorKind::Config(ConfigError::Transport("no tokio runtime can be started"));
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(none)?;
        let builder = clore_tokio::Client::builder().settings(settings).observer(hear);
        let client = match journal {
            Some(journal) => builder.journal(journal),
            None => builder,
        }
        .build()?;
        Ok(Self { client, runtime })
    }

    fn run<P: Plan>(&self, plan: P) -> Result<<P::Operation as Operation>::Output, Error> {
        self.runtime.block_on(self.client.run(plan))
    }

    fn now(&self) -> Moment {
        self.client.now()
    }

    fn entropy(&self) -> [u8; 32] {
        self.client.entropy()
    }
}

/// The client on async-std, whose runtime starts by itself.
pub(crate) struct OnAsyncStd(clore_async_std::Client);

impl Adapter for OnAsyncStd {
    fn build(
        settings: ConfigBuilder,
        journal: Option<FileJournal>,
        hear: impl Fn(&Event) + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let builder = clore_async_std::Client::builder().settings(settings).observer(hear);
        match journal {
            Some(journal) => builder.journal(journal),
            None => builder,
        }
        .build()
        .map(Self)
    }

    fn run<P: Plan>(&self, plan: P) -> Result<<P::Operation as Operation>::Output, Error> {
        async_std::task::block_on(self.0.run(plan))
    }

    fn now(&self) -> Moment {
        self.0.now()
    }

    fn entropy(&self) -> [u8; 32] {
        self.0.entropy()
    }
}
