//! [`Glance`]: a read whose answer is only shown: one attempt, a few seconds, and what fails is a value.
//!
//! Wallets, fees and rates never stop a rent when they cannot be read (rent.md, "what is only shown"), so asking for
//! them must not hold it up either, as a read with all its retries would.

use super::fetch::Fetch;
use super::{Head, Operation, Pace, Plan, Settings, Step};
use crate::effect::Effect;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind, Failure};
use crate::event::Event;
use crate::excerpt::Excerpt;
use crate::flow::Flow;
use crate::journal::{JournalError, Recorded};
use crate::limits::DETAIL_TEXT;
use crate::time::Moment;
use core::time::Duration;

/// Reads something once that is only to be shown.
///
/// It is run like any other call, and ends with `Ok(Err(..))` when the service does not tell: a caller who uses `?`
/// on the run is not stopped by it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Glance<E> {
    read: E,
    longest: Duration,
}

impl<E: Endpoint> Glance<E> {
    /// Reads `read` once, within 5 s, the wait for its turn included. Anything but a read is not sent.
    #[must_use]
    pub fn new(read: E) -> Self {
        Self { read, longest: Duration::from_secs(5) }
    }

    /// Takes at most this long in all.
    #[must_use]
    pub fn timeout(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }
}

impl<E: Endpoint> Plan for Glance<E> {
    type Operation = Glancing<E>;

    fn begin(self, settings: &Settings, now: Moment) -> Glancing<E> {
        let is_read = self.read.effect() == Effect::Read;
        let deadline = now.after(self.longest);
        let fetch = Fetch::new(settings, self.read, now).attempts(1).deadline(deadline);
        Glancing(is_read.then(|| Box::new(fetch)))
    }
}

/// The machine of [`Glance`].
#[derive(Debug)]
pub struct Glancing<E: Endpoint>(Option<Box<Fetch<E>>>);

impl<E: Endpoint> Operation for Glancing<E> {
    type Output = Result<E::Output, Error>;

    fn name(&self) -> &'static str {
        E::NAME
    }

    fn poll(&mut self, now: Moment) -> Step<Result<Self::Output, Error>> {
        let Some(fetch) = &mut self.0 else {
            let detail = Excerpt::new("only a read can be glanced at", DETAIL_TEXT);
            return Step::Done(Ok(Err(ErrorKind::Own(detail).into())));
        };
        match fetch.poll(now).ended() {
            Ok(end) => Step::Done(Ok(end.map(|fetched| fetched.value))),
            Err(step) => step,
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        self.0.as_mut().map_or(Flow::Stop, |fetch| fetch.handle_head(head))
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        self.0.as_mut().map_or(Flow::Stop, |fetch| fetch.handle_data(decoded))
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        self.0.as_mut().map_or(Pace::Fine, |fetch| fetch.handle_end(now))
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        if let Some(fetch) = &mut self.0 {
            fetch.handle_failure(now, failure);
        }
    }

    fn handle_recorded(&mut self, _: Moment, _: Result<Recorded, JournalError>) {}

    fn next_event(&mut self) -> Option<Event> {
        self.0.as_mut()?.next_event()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drive::scripted::{Scripted, both, config, never, ok, reset, status};
    use crate::endpoint::cancel_order::CancelOrder;
    use crate::endpoint::renter_fees::RenterFees;
    use crate::model::OrderId;

    #[test]
    fn what_is_only_shown_is_asked_once_and_never_stops_its_caller() {
        for reply in [
            ok(r#"{"code":4}"#),
            ok(r#"{"code":5}"#),
            ok("{}"),
            status(502, "<html>"),
            status(500, r#"{"code":1}"#),
            reset(),
            never(),
        ] {
            let world = Scripted::new({
                let reply = reply.clone();
                move |_| reply.clone()
            });
            let (result, world) = both(&world, &config().build().unwrap(), Glance::new(RenterFees));
            assert!(result.unwrap().is_err(), "{reply:?}");
            assert_eq!(world.sent().len(), 1, "{reply:?}");
            assert!(world.ms() <= 5_000, "{reply:?} {}", world.ms());
        }
        let told = ok(r#"{"renter_fees":{},"code":0}"#);
        let world = Scripted::new(move |_| told.clone());
        let (result, _) = both(&world, &config().build().unwrap(), Glance::new(RenterFees));
        assert!(result.unwrap().is_ok());
    }

    #[test]
    fn nothing_but_a_read_is_glanced_at() {
        let world = Scripted::new(|_| ok(r#"{"code":0}"#));
        let plan = Glance::new(CancelOrder::new(OrderId::new(1)));
        let (result, world) = both(&world, &config().build().unwrap(), plan);
        assert!(matches!(result.unwrap().unwrap_err().kind(), ErrorKind::Own(_)));
        assert_eq!(world.sent().len(), 0);
    }
}
