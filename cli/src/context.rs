//! [`Context`]: the client of one command, made of its arguments and the environment.

use crate::adapter::Adapter;
use crate::args::Common;
use crate::exit::{Exit, Failure};
use crate::interrupt;
use crate::limits;
use crate::output;
use crate::password::Keeper;
use crate::watch::Watch;
use clore_blocking::Client;
use clore_core::config::{BASE_URL, Config, ConfigBuilder};
use clore_core::error::{ConfigError, Error, ErrorKind};
use clore_core::journal::View;
use clore_core::model::{OrderId, Rates};
use clore_core::secret::Secret;
use clore_core::spending::Limits;
use clore_journal::FileJournal;
use std::path::PathBuf;
use std::sync::Arc;

/// What a command needs.
pub struct Context<A = Client> {
    /// The client.
    pub client: A,
    /// Hears its events.
    pub watch: Arc<Watch>,
    /// What coins are worth, as far as the user said.
    pub rates: Rates,
    /// Where a limit in dollars stands in the environment: what the environment says coins are worth.
    measure: Option<Rates>,
    /// Where generated passwords lie; none without a home folder.
    pub passwords: Option<Keeper>,
    /// A second handle on the journal, to look at.
    journal: Option<FileJournal>,
    /// Whether to print JSON.
    pub json: bool,
}

/// What a command asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needs {
    /// The market only: no key is used even if there is one.
    Market,
    /// The key.
    Key,
    /// The key, and the journal where it works: cancelling must not fail because of a journal.
    KeyAndJournalIfPossible,
    /// The key and the journal: nothing is spent without it.
    KeyAndJournal,
}

impl<A: Adapter> Context<A> {
    /// Makes the client. From then on Ctrl-C tells what may be billing.
    pub fn open(common: &Common, rates: Rates, needs: Needs) -> Result<Self, Failure> {
        Self::make(common, rates, None, needs, Limits::new())
    }

    /// The same for a command that spends: within the limits that stand, lowered by these. What has to be written down
    /// for a limit needs the journal.
    pub fn open_within(common: &Common, rates: Rates, needs: Needs, flags: &Limits) -> Result<Self, Failure> {
        let limits = limits::lowered_by(flags)?;
        let needs = if limits.is_empty() { needs } else { Needs::KeyAndJournal };
        let by_environment = limits::rates()?;
        let measure = limits::are_in_dollars()?.then(|| by_environment.clone());
        Self::make(common, by_environment.overridden_by(&rates), measure, needs, limits)
    }

    fn make(
        common: &Common,
        rates: Rates,
        measure: Option<Rates>,
        needs: Needs,
        limits: Limits,
    ) -> Result<Self, Failure> {
        let mut settings = settings(common)?.limits(limits);
        // What is searched for is priced by the same: a listing must not be cheap to one cap and dear to another.
        settings = settings.rates(match &measure {
            Some(measure) => measure.clone().raised_by(&rates),
            None => rates.clone(),
        });
        let key = if needs == Needs::Market { None } else { Some(key()?) };
        if let Some(key) = &key {
            settings = settings.key(key.clone());
        }
        let checked = settings.clone().build()?;
        checked.warnings().iter().for_each(|warning| output::warn(warning.words()));
        let open = || key.as_ref().map(|key| journal(needs, checked.base_url(), key)).transpose();
        let journal = open()?.flatten();
        let to_look_at = if journal.is_some() { open()?.flatten() } else { None };
        let watch = Arc::new(Watch::new());
        interrupt::on_interrupt(&watch, common.json);
        let context = Self {
            client: client(settings, journal, &watch)?,
            watch,
            rates,
            measure,
            passwords: Keeper::new(checked.base_url()),
            journal: to_look_at,
            json: common.json,
        };
        context.keep_passwords_up();
        Ok(context)
    }

    /// What coins are worth to limits, with what the service `told`. Where the environment limits, `--rate` only raises.
    pub fn worth_to_limits(&self, told: &Rates) -> Rates {
        match &self.measure {
            Some(measure) => measure.clone().at_least(told).raised_by(&self.rates),
            None => self.rates.clone().at_least(told),
        }
    }

    /// The journal as it stands.
    pub fn look(&self) -> Result<View, Failure> {
        match &self.journal {
            Some(journal) => Ok(journal.look()?),
            None => Err(Failure::new(Exit::Failed, "journal", "there is no journal to look at")),
        }
    }

    /// Kept passwords follow what became of their intents, also of those that another run settled.
    pub fn keep_passwords_up(&self) {
        if let (Some(keeper), Some(journal)) = (&self.passwords, &self.journal)
            && let Ok(view) = journal.look()
        {
            keeper.follow(&view);
        }
    }

    /// Tells where the password of an order is, if one was made for it.
    pub fn tell_password(&self, order: OrderId) {
        if let Some(path) = self.passwords.as_ref().and_then(|keeper| keeper.order_file(order)) {
            self.watch.tell(&format!("the password of order {order} is in {}", path.display()));
        }
    }
}

/// A client whose events the watch hears.
pub fn client<A: Adapter>(
    settings: ConfigBuilder,
    journal: Option<FileJournal>,
    watch: &Arc<Watch>,
) -> Result<A, Failure> {
    let heard_by = Arc::clone(watch);
    Ok(A::build(settings, journal, move |event| heard_by.hear(event))?)
}

fn settings(common: &Common) -> Result<ConfigBuilder, Failure> {
    let url = common.api_url.as_deref().unwrap_or(BASE_URL);
    // A script whose variable is empty meant its sandbox, and must not rent on the live service.
    if url.trim().is_empty() {
        return Err(Failure::usage("--api-url or CLORE_API_URL is empty; leave it out for the live service"));
    }
    let url = url.trim_end_matches('/');
    // Calls bring the version themselves; an address with it is what other programs want.
    let mut settings = Config::builder().base_url(url.strip_suffix("/v1").unwrap_or(url));
    if let Some(grace) = common.grace {
        settings = settings.grace(grace);
    }
    if let Some(interval) = common.interval {
        settings = settings.rate_limit(interval);
    }
    Ok(settings)
}

fn key() -> Result<Secret, Failure> {
    match std::env::var_os("CLORE_API_KEY") {
        Some(key) => Ok(Secret::new(key.into_string().unwrap_or_else(|_| "\u{fffd}".to_owned()))),
        None => Err(Error::new(ErrorKind::Config(ConfigError::NoKey)).into()),
    }
}

fn journal(needs: Needs, base_url: &str, key: &Secret) -> Result<Option<FileJournal>, Failure> {
    if matches!(needs, Needs::Market | Needs::Key) {
        return Ok(None);
    }
    let opened = match FileJournal::default_dir() {
        Some(folder) => open(folder, base_url, key),
        None => Err(Failure::new(
            Exit::Failed,
            "journal",
            "there is no folder for the journal, so nothing was sent; set HOME or XDG_STATE_HOME",
        )),
    };
    match opened {
        Ok(journal) => Ok(Some(journal)),
        Err(failure) if needs == Needs::KeyAndJournalIfPossible => {
            output::warn(&format!("going on without the journal: {}", failure.message));
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

fn open(folder: PathBuf, base_url: &str, key: &Secret) -> Result<FileJournal, Failure> {
    Ok(FileJournal::open(folder, base_url, key)?)
}
