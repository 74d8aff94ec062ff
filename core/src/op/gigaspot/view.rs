//! [`ViewGigaspot`]: what the account may know, then the snapshot from where the service says it lies.
//!
//! ```text
//!  Asking (with the key) ── an address that is not one to go to ─► Over(Err), nothing sent there
//!    ▼ its address
//!  Reading (without the key) ─► Over(Ok, own bids marked)
//! ```
//!
//! Both have one deadline between them.

use crate::effect::Delivery;
use crate::endpoint::gigaspot::{GetGigaspot, GigaspotAccount, GigaspotSnapshot, SnapshotRows};
use crate::error::{Error, ErrorKind, Failure};
use crate::event::Event;
use crate::excerpt::Excerpt;
use crate::flow::Flow;
use crate::foreign_address::ForeignAddress;
use crate::journal::{JournalError, Recorded};
use crate::limits::DETAIL_TEXT;
use crate::model::Gigaspot;
use crate::op::fetch::Fetch;
use crate::op::{Head, Operation, Pace, Plan, Settings, Step};
use crate::time::Moment;

/// Reads the gigaspot: its servers, the bids on them, and which are the account's own.
///
/// The snapshot is asked for without the key, at https addresses only, and no redirect is followed.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct ViewGigaspot;

impl ViewGigaspot {
    /// Reads it whole.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Plan for ViewGigaspot {
    type Operation = ViewingGigaspot;

    fn begin(self, settings: &Settings, now: Moment) -> ViewingGigaspot {
        let deadline = now.after(settings.config().deadline);
        let fetch = Fetch::new(settings, GetGigaspot, now).deadline(deadline);
        ViewingGigaspot { settings: settings.clone(), deadline, state: State::Asking(Box::new(fetch)) }
    }
}

/// The machine of [`ViewGigaspot`].
#[derive(Debug)]
pub struct ViewingGigaspot {
    settings: Settings,
    deadline: Moment,
    state: State,
}

#[derive(Debug)]
enum State {
    Asking(Box<Fetch<GetGigaspot>>),
    Reading(Box<Fetch<GigaspotSnapshot>>, Box<GigaspotAccount>),
    Over,
}

/// What went wrong at the address, so that nobody looks for it at the service.
fn at(address: &ForeignAddress, error: Error) -> Error {
    let kind = match error.kind() {
        // No key was sent there, so none was refused.
        ErrorKind::Key => ErrorKind::Http { status: 401 },
        kind => kind.clone(),
    };
    let detail = format!("of the snapshot at {}", address.host());
    Error::new(kind).with_delivery(error.delivery()).with_detail(Excerpt::new(&detail, DETAIL_TEXT))
}

fn assemble(account: &GigaspotAccount, rows: SnapshotRows) -> Gigaspot {
    let mut servers = rows.servers;
    for bid in servers.iter_mut().flat_map(|server| server.bids.iter_mut()) {
        bid.seen_by(account.my_user);
    }
    Gigaspot {
        my_user: account.my_user,
        creation_fees: account.creation_fees.clone(),
        clore_price: account.clore_price,
        taken_at: account.taken_at(),
        servers,
        skipped: rows.skipped,
    }
}

impl Operation for ViewingGigaspot {
    type Output = Gigaspot;

    fn name(&self) -> &'static str {
        "gigaspot"
    }

    fn poll(&mut self, now: Moment) -> Step<Result<Gigaspot, Error>> {
        loop {
            let end = match &mut self.state {
                State::Asking(fetch) => match fetch.poll(now).ended() {
                    Ok(Err(error)) => Err(error),
                    Ok(Ok(told)) => match self.settings.config().foreign_address(&told.value.snapshot_url) {
                        Err(error) => Err(error.with_delivery(Delivery::Answered)),
                        Ok(address) => {
                            let snapshot = GigaspotSnapshot::new(address);
                            let fetch = Fetch::new(&self.settings, snapshot, now).deadline(self.deadline);
                            self.state = State::Reading(Box::new(fetch), Box::new(told.value));
                            continue;
                        }
                    },
                    Err(step) => return step,
                },
                State::Reading(fetch, account) => match fetch.poll(now).ended() {
                    Ok(Ok(read)) => Ok(assemble(account, read.value)),
                    Ok(Err(error)) => Err(at(fetch.endpoint().at(), error)),
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
            State::Asking(fetch) => fetch.handle_head(head),
            State::Reading(fetch, _) => fetch.handle_head(head),
            State::Over => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.state {
            State::Asking(fetch) => fetch.handle_data(decoded),
            State::Reading(fetch, _) => fetch.handle_data(decoded),
            State::Over => Flow::Stop,
        }
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        match &mut self.state {
            State::Asking(fetch) => fetch.handle_end(now),
            State::Reading(fetch, _) => fetch.handle_end(now),
            State::Over => Pace::Fine,
        }
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        match &mut self.state {
            State::Asking(fetch) => fetch.handle_failure(now, failure),
            State::Reading(fetch, _) => fetch.handle_failure(now, failure),
            State::Over => {}
        }
    }

    fn handle_recorded(&mut self, _: Moment, _: Result<Recorded, JournalError>) {}

    fn next_event(&mut self) -> Option<Event> {
        match &mut self.state {
            State::Asking(fetch) => fetch.next_event(),
            State::Reading(fetch, _) => fetch.next_event(),
            State::Over => None,
        }
    }
}
