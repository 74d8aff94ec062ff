//! Whole calls over long lists, and journals of many lines.

use super::{Input, Work, input};
use crate::fuzzed::walk::{Reply, WALL, Walk, settings};
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::endpoint::wallets::Wallets;
use clore_core::journal::{Intent, IntentId, Journal, Record, Resolution};
use clore_core::model::{OrderId, ServerId};
use clore_core::op::rent::{Rent, Resume};
use clore_core::op::{Cancel, Plan};
use clore_core::secret::Secret;
use clore_core::session::Session;
use clore_core::spending::Limits;
use clore_journal::FileJournal;
use core::hint::black_box;
use http::{HeaderMap, HeaderValue};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

pub(super) const INPUTS: &[Input] = &[
    input("a head of n lines", 200_000, |n| {
        let mut headers = HeaderMap::new();
        (0..n)
            .for_each(|_| assert!(headers.append("x", HeaderValue::from_static("y")) == (headers.len() > 1)));
        let reply = Reply::ok(br#"{"wallets":[],"code":0}"#).with(headers);
        walks(uncapped(), Wallets, vec![reply])
    }),
    input("eight open intents among n rows", 300, |n| {
        let session = uncapped();
        drop((0..8).map(|server| begins(&**session.journal(), server)).collect::<Vec<_>>());
        walks(session, Resume::new(), vec![rows(n, |n| n + 100); 40])
    }),
    input("n open intents among n rows, one for each", 200, |n| {
        let session = uncapped();
        drop((0..n).map(|server| begins(&**session.journal(), server)).collect::<Vec<_>>());
        walks(session, Resume::new(), vec![rows(n, |n| n); 40])
    }),
    input("n rows that may each be one intent's", 300, |n| {
        let session = uncapped();
        drop(begins(&**session.journal(), 7));
        walks(session, Resume::new(), vec![rows(n, |_| 7); 40])
    }),
    input("a create under limits, with n active orders", 1_000, |n| {
        let limits = Limits::new().max_open_orders(u32::MAX);
        let session = Session::new(settings().caps(caps()).limits(limits).build().unwrap());
        let refused = Reply::ok(br#"{"code":2,"error":"no"}"#);
        walks(
            session,
            Rent::new(CreateOrder::on_demand(ServerId::new(7), "i")),
            vec![rows(n, |n| n + 100), refused],
        )
    }),
    input("a cancel, with n other orders", 1_000, |n| {
        let cancelled = Reply::ok(br#"{"code":0}"#);
        let replies = [vec![cancelled], vec![rows(n, |n| n + 100); 20]].concat();
        walks(uncapped(), Cancel::new(OrderId::new(5)), replies)
    }),
    input("a journal of n placed orders", 500, |n| {
        let journal = filled(n, |journal, n| {
            drop(begins(journal, n));
            let id = name(n);
            let resolution =
                Resolution::Placed { order: OrderId::new(n.try_into().unwrap()), inferred: false };
            journal.record(Record::Resolved { intent: id, resolution, wall: Some(WALL) }).unwrap();
        });
        Work(Box::new(move || drop(black_box(journal.look().unwrap()))))
    }),
    input("a journal of n sends", 2_000, |n| {
        let journal = filled(n, |journal, n| {
            if n == 0 {
                drop(begins(journal, n));
            }
            journal.record(Record::Sent(name(0))).unwrap();
        });
        Work(Box::new(move || drop(black_box(journal.look().unwrap()))))
    }),
];

fn caps() -> clore_core::limits::Caps {
    let mut caps = clore_core::limits::Caps::default();
    (caps.head_lines, caps.head_bytes) = (usize::MAX, usize::MAX);
    caps
}

fn uncapped() -> Session {
    Session::new(settings().caps(caps()).build().unwrap())
}

/// The call, over these replies.
fn walks<P: Plan + 'static>(session: Session, plan: P, replies: Vec<Reply>) -> Work {
    let mut walk = Walk::of(session);
    Work(Box::new(move || {
        let _ = black_box(walk.finish(plan, &mut replies.into_iter()).is_ok());
    }))
}

/// `n` orders from number 1000 on, each on the server that `server` says.
fn rows(n: usize, server: impl Fn(usize) -> usize) -> Reply {
    let row = |n| {
        let (id, server) = (n + 1_000, server(n));
        format!(
            r#"{{"id":{id},"si":{server},"price":4,"currency":"USD-Blockchain","ct":1790000000,"online":true}}"#
        )
    };
    let rows = (0..n).map(row).collect::<Vec<_>>().join(",");
    Reply::ok(format!(r#"{{"orders":[{rows}],"code":0}}"#).as_bytes())
}

fn name(n: usize) -> IntentId {
    IntentId::parse(&format!("intent-{n}")).unwrap()
}

/// Makes the intent to rent server `n`. It is open, and has no owner once this is dropped.
fn begins(journal: &dyn Journal, n: usize) -> clore_core::journal::Recorded {
    let mut intent = Intent::new(name(n), "create_order");
    intent.server = Some(ServerId::new(n.try_into().unwrap()));
    intent.base_ids = Some(BTreeSet::new());
    journal.record(Record::Intent(Box::new(intent))).unwrap()
}

/// A journal in a folder of its own, filled, and then opened by a handle that has read nothing of it.
fn filled(n: usize, fill: impl Fn(&FileJournal, usize)) -> FileJournal {
    static FOLDERS: AtomicU32 = AtomicU32::new(0);
    let folder = format!("clore-linear-{}-{}", std::process::id(), FOLDERS.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(folder);
    let open = || FileJournal::open(&folder, "https://a.example", &Secret::new("key")).unwrap();
    let journal = open();
    (0..n).for_each(|n| fill(&journal, n));
    open()
}
