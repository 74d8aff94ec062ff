//! Which turn is of use to whom.

use super::*;
use crate::drive::scripted::KEY;
use crate::endpoint::set_server_settings::SetServerSettings;
use crate::model::{Coin, Rate};
use crate::op::UpdateServerSettings;
use crate::op::fetch::Fetch;

/// A turn that had to be waited for is of use while an attempt fits, and not after that.
#[test]
fn a_turn_that_comes_in_the_last_second_is_not_taken() {
    // The call ends at 120 s, and an attempt needs one.
    for (ms, step) in [(119_000, "send"), (119_001, "done"), (119_500, "done"), (120_000, "done")] {
        let session = session();
        assert_eq!(poll(&mut wallets(&session), 0), "send");
        let mut call = wallets(&session);
        assert_eq!(poll(&mut call, 1), "wait");
        assert_eq!(poll(&mut call, ms), step, "{ms}");
    }
    // One that need not wait may begin later, but not when its time is over.
    for (ms, step) in [(119_500, "send"), (120_000, "done"), (121_000, "done")] {
        assert_eq!(poll(&mut wallets(&session()), ms), step, "{ms}");
    }
}

/// A cancel ends a bill: it goes before the readings of its lane. A host's settings end none.
#[test]
fn only_a_cancel_goes_before_the_readings_that_were_there_first() {
    fn goes_first<P: Plan>(plan: impl Fn() -> P) -> bool {
        let session = session();
        let settings = Settings::new(&session, None, [7; 32]);
        assert_eq!(poll(&mut wallets(&session), 0), "send");
        let reading = Fetch::new(&settings, Wallets, Moment::ORIGIN).lane(Lane::Rescue);
        let mut reading = Call::new(&session, reading);
        let mut other = Call::new(&session, plan().begin(&settings, Moment::ORIGIN));
        assert_eq!((poll(&mut reading, 1), poll(&mut other, 2)), ("wait", "wait"));
        let first = poll(&mut other, 1_100);
        assert_eq!(poll(&mut reading, 1_100), if first == "send" { "wait" } else { "send" });
        first == "send"
    }
    assert!(goes_first(|| Cancel::new(OrderId::new(7))));
    assert!(!goes_first(|| Wallets));
    let hours = Duration::from_secs(96 * 3600);
    let bitcoin = |text| Rate::parse(text, Coin::Bitcoin).unwrap();
    let settings = || {
        let settings = SetServerSettings::new("rig").available(true).max_rental(hours);
        UpdateServerSettings::as_they_are(settings.on_demand(bitcoin("0.00012")).spot(bitcoin("6e-5")))
    };
    assert!(!goes_first(settings));
}

/// No sleep that cannot end in an attempt.
#[test]
fn a_turn_that_can_only_come_in_the_last_second_is_not_waited_for() {
    // The call ends at 120 s; its turn comes 1.1 s after the one before.
    for (before, step) in [(117_900, "wait"), (117_901, "done")] {
        let session = session();
        assert_eq!(poll(&mut later(&session), before), "send");
        assert_eq!(poll(&mut wallets(&session), before + 1), step, "{before}");
    }
    // Nor behind somebody, who has the turn before.
    for (ms, step) in [(116_800, "wait"), (116_900, "done"), (119_000, "done"), (119_500, "done")] {
        let session = session();
        assert_eq!(poll(&mut later(&session), ms - 10), "send");
        let mut ahead = later(&session);
        assert_eq!(poll(&mut ahead, ms - 5), "wait");
        assert_eq!(poll(&mut wallets(&session), ms), step, "{ms}");
    }
}

fn waits(call: &mut WalletsCall) -> Vec<Option<Waiting>> {
    let events = core::iter::from_fn(|| call.next_event());
    let waits = events.filter_map(|event| match event {
        Event::WaitBegan { why, .. } => Some(Some(why)),
        Event::WaitEnded => Some(None),
        _ => None,
    });
    waits.collect()
}

#[test]
fn each_wait_is_told_once_with_its_reason() {
    let session = session();
    let (mut first, mut call) = (wallets(&session), wallets(&session));
    assert_eq!(poll(&mut first, 0), "send");
    for ms in [1, 2, 500] {
        assert_eq!(poll(&mut call, ms), "wait");
    }
    assert_eq!(waits(&mut call), [Some(Waiting::Spacing)]);
    assert_eq!(poll(&mut call, 1_100), "send");
    assert_eq!(waits(&mut call), [None]);
    call.inbox().close(at(1_101), Some(Err(Failure::new(Delivery::NotSent, FailureKind::Connect, ""))));
    assert_eq!(poll(&mut call, 1_101), "wait");
    assert_eq!(waits(&mut call), [Some(Waiting::Operation)]);
    // One reason that follows another is another wait.
    let mut other = wallets(&session);
    assert_eq!((poll(&mut other, 2_300), poll(&mut call, 3_110)), ("send", "wait"));
    assert_eq!(waits(&mut call), [None, Some(Waiting::Spacing)]);
}

/// Invariant 8: the service's own words come into errors, and may repeat the key.
#[test]
fn a_key_that_the_service_repeats_is_not_told() {
    let text = format!(r#"{{"code":6,"error":"no rights for {KEY} here"}}"#);
    let (result, world) = both(&Scripted::new(move |_| ok(&*text)), &config().build().unwrap(), Wallets);
    let error = result.unwrap_err();
    assert!(!format!("{error} {error:?} {:?}", world.events()).contains(KEY), "{error}");
    assert!(error.to_string().contains("(hidden)") && error.to_string().contains("no rights for"), "{error}");
}

/// Begun a minute later than [`wallets`].
fn later(session: &Session) -> WalletsCall {
    Call::new(session, Wallets.begin(&Settings::new(session, None, [7; 32]), at(60_000)))
}

/// Sends one request that is of use only if it starts by 5 s.
struct Timely(Option<FailureKind>);

impl Operation for Timely {
    type Output = ();
    fn name(&self) -> &'static str {
        "timely"
    }
    fn poll(&mut self, _: Moment) -> Step<Result<(), Error>> {
        if let Some(kind) = self.0 {
            return Step::Done(Err(Error::new(ErrorKind::Network(kind))));
        }
        let request = http::Request::get("/v1/wallets").body(Vec::new()).unwrap();
        let timeout = Duration::from_secs(30);
        let mut exchange = Exchange::new(request, Effect::Read, Lane::Normal, timeout, at(120_000));
        exchange.start_by = Some(at(5_000));
        Step::Send(exchange)
    }
    fn handle_head(&mut self, _: Head<'_>) -> Flow {
        Flow::Stop
    }
    fn handle_data(&mut self, _: &[u8]) -> Flow {
        Flow::Stop
    }
    fn handle_end(&mut self, _: Moment) -> Pace {
        Pace::Fine
    }
    fn handle_failure(&mut self, _: Moment, failure: Failure) {
        self.0 = Some(failure.kind);
    }
    fn handle_recorded(&mut self, _: Moment, _: Result<Recorded, JournalError>) {}
}

#[test]
fn a_turn_is_taken_up_to_the_moment_it_may_start_by_and_not_after() {
    for (ms, step) in [(4_999, "send"), (5_000, "send"), (5_001, "done")] {
        let session = session();
        let mut call = Call::new(&session, Timely(None));
        assert_eq!(poll(&mut call, ms), step, "{ms}");
        if step == "done" {
            assert_eq!(call.op.0, Some(FailureKind::TooLate));
        }
        // A turn that was given back is there for the next.
        drop(call);
        assert_eq!(session.gate().waiting().total(), 0);
    }
}
