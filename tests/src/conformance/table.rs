//! The fault table as data: rows × {read, money, cancel}, each cell run over a socket against [`Peer`], or listed with
//! the reason why it is not.
//!
//! A reading may be sent twice here, a create too, a cancel once. The oracle of a money cell: at most one create reaches
//! the server, and unless its answer is certain its outcome is unknown and its intent stays open. In every cell key and
//! order hold canaries, the answer plays the key back, and neither error nor event shows one.

mod answers;
mod connections;
mod elsewhere;

pub use elsewhere::ELSEWHERE;

use super::look::Look;
use super::peer::{Peer, Play};
use super::{Adapter, Phase, Setup};
use crate::canary;
use clore_core::config::Config;
use clore_core::effect::Delivery;
use clore_core::endpoint::wallets::Wallets;
use clore_core::error::{Error, ErrorKind};
use clore_core::event::Observer;
use clore_core::model::OrderId;
use clore_core::op::Cancel;
use clore_core::secret::Secret;
use core::time::Duration;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What is to come of one kind of request.
///
/// Closed: each is an oracle of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cell {
    /// Sent once, and the answer is taken.
    Good,
    /// Sent once; it fails, after this delivery.
    Once(Delivery),
    /// Sent again, in vain; it fails, after this delivery.
    Again(Delivery),
    /// A create: sent once, its outcome is unknown, its intent stays open.
    Unclear,
    /// A create: sent once, refused, its intent closed.
    Refused,
    /// A create: nothing reached the server, its intent is closed. An adapter that cannot tell leaves it open.
    NeverSent,
    /// A cancel: sent once, or once more while nothing confirms it, and confirmed by reading.
    Confirmed,
    /// A cancel: an error says that it is not confirmed, or why it was refused.
    Stopped,
    /// Not run, for this reason.
    Listed(&'static str),
}

/// A fault and what is to come of it.
#[derive(Clone, Debug)]
pub struct Row {
    /// The first column of the reliability notes' table.
    pub row: &'static str,
    /// Which of the faults of that row.
    pub form: String,
    /// What the server does.
    pub play: Play,
    /// Of a reading.
    pub read: Cell,
    /// Of a create.
    pub money: Cell,
    /// Of a cancel.
    pub cancel: Cell,
    /// The phase in which it fails, if before a byte is sent.
    pub phase: Option<Phase>,
    /// It lasts until the client's time is over.
    pub is_slow: bool,
    /// It needs an adapter that asks for packed answers.
    pub is_packed: bool,
}

/// What an adapter cannot do as well as the table says, because its HTTP library does not tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Weaker {
    /// The row.
    pub row: &'static str,
    /// The form.
    pub form: &'static str,
    /// What comes of a reading.
    pub read: Cell,
    /// What comes of a create: never more than one.
    pub money: Cell,
    /// Why.
    pub why: &'static str,
}

/// Every row that runs. `sink` is a port where nobody may connect to.
#[must_use]
pub fn rows(sink: u16) -> Vec<Row> {
    [connections::rows(), answers::rows(), answers::redirects(sink)].concat()
}

/// Runs every cell of `rows` through `adapter`, many at once: most of the time is pauses between attempts. Returns how
/// many ran, and what did not come out as the table says.
pub fn failures<A: Adapter>(adapter: &A, rows: &[Row]) -> (usize, Vec<String>) {
    let cells: Vec<(&Row, Column)> =
        rows.iter().flat_map(|row| Column::ALL.map(|column| (row, column))).collect();
    let cells: Vec<_> = cells
        .into_iter()
        .filter(|(row, column)| !matches!(column.of(row), Cell::Listed(_)))
        .filter(|(row, _)| !row.is_packed || adapter.has_gzip())
        .collect();
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..24 {
            scope.spawn(|| {
                while let Some((row, column)) = cells.get(next.fetch_add(1, Ordering::SeqCst)) {
                    if let Err(why) = run(adapter, row, *column) {
                        let line =
                            format!("{}: {} ({}), {column:?}: {why}", adapter.name(), row.row, row.form);
                        wrong.lock().unwrap_or_else(PoisonError::into_inner).push(line);
                    }
                }
            });
        }
    });
    (cells.len(), wrong.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// A kind of request.
///
/// Closed: the table has these columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Column {
    /// `wallets`.
    Read,
    /// `create_order`.
    Money,
    /// `cancel_order`.
    Cancel,
}

impl Column {
    /// All.
    pub const ALL: [Self; 3] = [Self::Read, Self::Money, Self::Cancel];

    /// This column of a row.
    #[must_use]
    pub fn of(self, row: &Row) -> Cell {
        match self {
            Self::Read => row.read,
            Self::Money => row.money,
            Self::Cancel => row.cancel,
        }
    }

    fn call(self) -> &'static str {
        match self {
            Self::Read => "wallets",
            Self::Money => "create_order",
            Self::Cancel => "cancel_order",
        }
    }

    /// A good answer.
    #[must_use]
    pub fn good(self) -> &'static str {
        match self {
            Self::Read => r#"{"wallets":[],"code":0}"#,
            Self::Money => r#"{"code":0,"order_id":7}"#,
            Self::Cancel => r#"{"code":0}"#,
        }
    }
}

fn run<A: Adapter>(adapter: &A, row: &Row, column: Column) -> Result<(), String> {
    let peer = Peer::start(column.call(), &row.play, column.good());
    let attempts = if column == Column::Cancel { 1 } else { 2 };
    let (timeout, grace) =
        (Duration::from_millis(if row.is_slow { 250 } else { 10_000 }), Duration::from_millis(300));
    let settings = Config::builder().base_url(peer.url()).key(Secret::new(canary::KEY)).max_retries(attempts);
    let settings = settings.rate_limit(Duration::from_millis(1)).create_gap(Duration::from_millis(1));
    let mut setup = Setup::new(settings.grace(grace).timeout(timeout));
    let told = Arc::new(Mutex::new(String::new()));
    let hears = Arc::clone(&told);
    setup.observer = Observer::new(move |event| {
        hears.lock().unwrap_or_else(PoisonError::into_inner).push_str(&format!("{event:?}\n"));
    });
    let client = adapter.client(&setup).map_err(|error| error.to_string())?;
    let is_unsure = row.phase.is_some_and(|phase| adapter.unsure().contains(&phase));
    if matches!(row.play, Play::Stale) {
        // A connection that is kept, and goes away meanwhile.
        let _ = adapter.run(&client, clore_core::endpoint::my_orders::MyOrders { include_completed: false });
        std::thread::sleep(Duration::from_millis(20));
    }
    let (got, open): (Result<(), Error>, usize) = match column {
        Column::Read => (adapter.run(&client, Wallets).map(drop), 0),
        Column::Money => {
            let got = adapter.run(&client, canary::order(40)).map(drop);
            (got, adapter.run(&client, Look).map_err(|error| error.to_string())?.open().count())
        }
        Column::Cancel => (adapter.run(&client, Cancel::new(OrderId::new(7))).map(drop), 0),
    };
    let (sent, delivery) = (peer.heard(), got.as_ref().err().map(Error::delivery));
    let unknown = matches!(got.as_ref().err().map(Error::kind), Some(ErrorKind::OutcomeUnknown));
    let unconfirmed = matches!(got.as_ref().err().map(Error::kind), Some(ErrorKind::CancelUnconfirmed));
    let nowhere = matches!(row.play, Play::Nowhere(_));
    let of = |times: usize| if nowhere { 0 } else { times };
    let is_delivery = |expected: Delivery| {
        delivery
            == Some(if is_unsure && expected == Delivery::NotSent { Delivery::Unknown } else { expected })
    };
    let attempts = got.as_ref().err().map_or(1, Error::attempts);
    let weaker = adapter.weaker().iter().find(|weaker| weaker.row == row.row && weaker.form == row.form);
    let expected = match (weaker, column) {
        (Some(weaker), Column::Read) => weaker.read,
        (Some(weaker), Column::Money) => weaker.money,
        _ => column.of(row),
    };
    let told = told.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(secret) =
        canary::found(&format!("{told}{}", got.as_ref().err().map_or_else(String::new, shown)))
    {
        return Err(format!("{secret} is shown by its error or events"));
    }
    let holds = match expected {
        Cell::Good => got.is_ok() && sent == 1 && open == 0,
        Cell::Once(expected) => sent == of(1) && attempts == 1 && is_delivery(expected),
        Cell::Again(expected) => sent == of(2) && attempts == 2 && is_delivery(expected),
        Cell::Unclear => unknown && sent == 1 && open == 1,
        Cell::Refused => got.is_err() && !unknown && sent == 1 && open == 0,
        Cell::NeverSent if is_unsure => unknown && open == 1,
        Cell::NeverSent => {
            got.is_err() && !unknown && open == 0 && sent == 0 && is_delivery(Delivery::NotSent)
        }
        Cell::Confirmed => got.is_ok() && (1..=2).contains(&sent),
        Cell::Stopped => got.is_err() && (unconfirmed || delivery == Some(Delivery::Answered) || nowhere),
        Cell::Listed(_) => true,
    };
    if holds {
        return Ok(());
    }
    Err(format!(
        "expected {:?}; sent {sent}, open {open}, attempts {attempts}, {}",
        expected,
        got.err().map_or("ok".to_owned(), |error| format!("{:?} {:?}", error.delivery(), error.kind()))
    ))
}

/// Everything that is printed of an error.
fn shown(error: &Error) -> String {
    let source = std::error::Error::source(error).map(|source| format!("{source} {source:?}"));
    let advice = error.advice();
    format!("{error} {error:?} {error:#?} {advice} {:?} {:?} {source:?}", error.kind(), error.refusal())
}
