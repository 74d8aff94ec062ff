//! [`UpdateServerSettings`]: changes some settings of a hosted server and keeps the others: reads them, changes what
//! was named, sends all (api-facts 3.11).
//!
//! ```text
//!  Reading ── all that is needed is known ─► Sending ── accepted ─► Over(Ok)
//!    ├─ something is not ─► Over(Err: IncompleteSettings, nothing sent)
//!    └─ no, or no answer ─► Over(Err, nothing sent)
//!                           Sending ── refused, or certainly not done ─► Over(Err)
//!                             └─ an attempt was lost, and none accepted ─► Confirming
//!  Confirming ── the configuration shows it ─► Over(Ok)
//!    ├─ shows it not, and the last attempt was refused ─► Over(Err, the refusal)
//!    └─ anything else ─► Over(Err: SettingsUnknown)
//! ```
//!
//! Reading and sending share one deadline; the reading that confirms has a time of its own. The same settings sent
//! twice are the same settings, so a lost attempt is sent again.
//!
//! It cannot keep two programs apart: the service takes whole settings and tells no version. A change that another
//! program makes between the reading and the sending is overwritten with what was read.

use super::fetch::Fetch;
use super::{Head, Operation, Pace, Plan, Settings, Step};
use crate::effect::Delivery;
use crate::endpoint::Endpoint;
use crate::endpoint::server_config::ServerConfigOf;
use crate::endpoint::set_server_settings::SetServerSettings;
use crate::error::{Error, ErrorKind, Failure};
use crate::event::Event;
use crate::flow::Flow;
use crate::journal::{JournalError, Recorded};
use crate::model::ServerConfig;
use crate::time::Moment;

/// Changes settings of a hosted server.
///
/// # Money
/// It changes what renters will pay, never what the caller pays. Prices are coin per day for the whole server.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use = "nothing is changed before a client runs it"]
pub struct UpdateServerSettings {
    changes: SetServerSettings,
    as_is: bool,
}

/// Settings that took effect.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UpdatedSettings {
    /// All that was sent, what was filled in included.
    pub sent: SetServerSettings,
    /// The configuration before; `None` when the settings were sent as they are.
    pub before: Option<ServerConfig>,
    /// No attempt was answered by a yes; a reading showed afterwards that the changes hold.
    pub inferred: bool,
}

impl UpdateServerSettings {
    /// Changes what `changes` names, and sends everything else as the server's configuration tells it.
    pub fn new(changes: SetServerSettings) -> Self {
        Self { changes, as_is: false }
    }

    /// Sends exactly these settings and reads nothing before.
    pub fn as_they_are(settings: SetServerSettings) -> Self {
        Self { changes: settings, as_is: true }
    }
}

impl Plan for UpdateServerSettings {
    type Operation = UpdatingSettings;

    fn begin(self, settings: &Settings, now: Moment) -> UpdatingSettings {
        let Self { changes, as_is } = self;
        let state = match changes.request() {
            Err(error) => State::Invalid(error.into()),
            Ok(_) if as_is => State::Sending(Box::new(Fetch::new(settings, changes.clone(), now))),
            Ok(_) => State::Reading(Box::new(Fetch::new(settings, config_of(&changes), now))),
        };
        let deadline = now.after(settings.config().deadline);
        UpdatingSettings { settings: settings.clone(), changes, before: None, deadline, state }
    }
}

/// The machine of [`UpdateServerSettings`].
#[derive(Debug)]
pub struct UpdatingSettings {
    settings: Settings,
    /// What the caller named. Only this is looked for when it is to be confirmed: prices that the service itself
    /// keeps up to date may have moved.
    changes: SetServerSettings,
    before: Option<ServerConfig>,
    /// The end of reading and sending.
    deadline: Moment,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The changes break a rule of their own.
    Invalid(Error),
    Reading(Box<Fetch<ServerConfigOf>>),
    Sending(Box<Fetch<SetServerSettings>>),
    Confirming {
        fetch: Box<Fetch<ServerConfigOf>>,
        sent: Box<SetServerSettings>,
        last: Box<Error>,
    },
    Over,
}

fn config_of(changes: &SetServerSettings) -> ServerConfigOf {
    ServerConfigOf::new(changes.server_name())
}

impl UpdatingSettings {
    /// The configuration is there: what is to be sent.
    fn complete(&mut self, config: ServerConfig, now: Moment) -> Result<State, Error> {
        let complete = self.changes.clone().completed_by(&config)?;
        self.before = Some(config);
        Ok(State::Sending(Box::new(Fetch::new(&self.settings, complete, now).deadline(self.deadline))))
    }

    fn updated(&mut self, sent: SetServerSettings, inferred: bool) -> UpdatedSettings {
        UpdatedSettings { sent, before: self.before.take(), inferred }
    }

    /// What the last reading says of settings whose answer was lost.
    fn confirm(
        &mut self,
        sent: SetServerSettings,
        last: Error,
        read: Option<ServerConfig>,
    ) -> Result<UpdatedSettings, Error> {
        match read {
            Some(config) if self.changes.are_shown_by(&config) => Ok(self.updated(sent, true)),
            Some(_) if last.refusal().is_some() => Err(last),
            _ => Err(Error::new(ErrorKind::SettingsUnknown).with_delivery(Delivery::Unknown)),
        }
    }
}

impl Operation for UpdatingSettings {
    type Output = UpdatedSettings;

    fn name(&self) -> &'static str {
        SetServerSettings::NAME
    }

    fn poll(&mut self, now: Moment) -> Step<Result<UpdatedSettings, Error>> {
        loop {
            let end = match &mut self.state {
                State::Invalid(error) => Err(error.clone()),
                State::Reading(fetch) => match fetch.poll(now).ended() {
                    Ok(Ok(fetched)) => match self.complete(fetched.value, now) {
                        Ok(sending) => {
                            self.state = sending;
                            continue;
                        }
                        Err(error) => Err(error),
                    },
                    Ok(Err(error)) => Err(error),
                    Err(step) => return step,
                },
                State::Sending(fetch) => match fetch.poll(now).ended() {
                    Ok(Ok(_)) => {
                        let sent = fetch.endpoint().clone();
                        Ok(self.updated(sent, false))
                    }
                    Ok(Err(error)) if fetch.was_lost() => {
                        let sent = Box::new(fetch.endpoint().clone());
                        let fetch = Box::new(Fetch::new(&self.settings, config_of(&sent), now));
                        self.state = State::Confirming { fetch, sent, last: Box::new(error) };
                        continue;
                    }
                    Ok(Err(error)) => Err(error),
                    Err(step) => return step,
                },
                State::Confirming { fetch, sent, last } => match fetch.poll(now).ended() {
                    Ok(read) => {
                        let (sent, last) = ((**sent).clone(), (**last).clone());
                        self.confirm(sent, last, read.ok().map(|fetched| fetched.value))
                    }
                    Err(step) => return step,
                },
                State::Over => return Step::Wait(Moment::NEVER),
            };
            self.state = State::Over;
            return Step::Done(end);
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        match &mut self.state {
            State::Reading(fetch) | State::Confirming { fetch, .. } => fetch.handle_head(head),
            State::Sending(fetch) => fetch.handle_head(head),
            State::Invalid(_) | State::Over => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.state {
            State::Reading(fetch) | State::Confirming { fetch, .. } => fetch.handle_data(decoded),
            State::Sending(fetch) => fetch.handle_data(decoded),
            State::Invalid(_) | State::Over => Flow::Stop,
        }
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        match &mut self.state {
            State::Reading(fetch) | State::Confirming { fetch, .. } => fetch.handle_end(now),
            State::Sending(fetch) => fetch.handle_end(now),
            State::Invalid(_) | State::Over => Pace::Fine,
        }
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        match &mut self.state {
            State::Reading(fetch) | State::Confirming { fetch, .. } => fetch.handle_failure(now, failure),
            State::Sending(fetch) => fetch.handle_failure(now, failure),
            State::Invalid(_) | State::Over => {}
        }
    }

    fn handle_recorded(&mut self, _: Moment, _: Result<Recorded, JournalError>) {}

    fn next_event(&mut self) -> Option<Event> {
        match &mut self.state {
            State::Reading(fetch) | State::Confirming { fetch, .. } => fetch.next_event(),
            State::Sending(fetch) => fetch.next_event(),
            State::Invalid(_) | State::Over => None,
        }
    }
}

#[cfg(test)]
#[path = "update_settings_tests.rs"]
mod tests;
