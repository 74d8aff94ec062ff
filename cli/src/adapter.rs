//! [`Adapter`]: what a command needs of a client. The program's is the blocking one; `probe` of the tests gives the
//! others, so that the same commands run on every adapter.

use clore_blocking::Client;
use clore_core::config::ConfigBuilder;
use clore_core::error::Error;
use clore_core::event::Event;
use clore_core::op::{Operation, Plan};
use clore_core::time::Moment;
use clore_journal::FileJournal;

/// A client, whatever it runs on, that blocks its caller until a plan has ended.
pub trait Adapter: Sized {
    /// A client with these settings whose events are heard by `hear`; without a journal it keeps one in memory.
    ///
    /// # Errors
    /// [`Config`](clore_core::error::ErrorKind::Config), without repeating the value.
    fn build(
        settings: ConfigBuilder,
        journal: Option<FileJournal>,
        hear: impl Fn(&Event) + Send + Sync + 'static,
    ) -> Result<Self, Error>;

    /// Runs a plan to its end.
    ///
    /// # Money
    /// A plan may rent: see its own documentation.
    ///
    /// # Errors
    /// What its operation ends with.
    fn run<P: Plan>(&self, plan: P) -> Result<<P::Operation as Operation>::Output, Error>;

    /// The client's clock.
    fn now(&self) -> Moment;

    /// 32 bytes from the system.
    fn entropy(&self) -> [u8; 32];
}

impl Adapter for Client {
    fn build(
        settings: ConfigBuilder,
        journal: Option<FileJournal>,
        hear: impl Fn(&Event) + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let builder = Self::builder().settings(settings).observer(hear);
        match journal {
            Some(journal) => builder.journal(journal),
            None => builder,
        }
        .build()
    }

    fn run<P: Plan>(&self, plan: P) -> Result<<P::Operation as Operation>::Output, Error> {
        Self::run(self, plan)
    }

    fn now(&self) -> Moment {
        Self::now(self)
    }

    fn entropy(&self) -> [u8; 32] {
        Self::entropy(self)
    }
}
