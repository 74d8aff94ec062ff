//! A call on its way, whatever operation it runs: what the world needs of it, and how it ends.

use super::bug::Bug;
use super::planted::Planted;
use clore_core::call::Call;
use clore_core::endpoint::my_orders::{MyOrders, OrderList};
use clore_core::endpoint::wallets::{WalletList, Wallets};
use clore_core::error::Error;
use clore_core::event::Event;
use clore_core::journal::{JournalError, Record, Recorded};
use clore_core::model::{Order, OrderId};
use clore_core::op::rent::{AttributeIntent, CloseIntent, Rent, RentOutcome, Resume, Settled};
use clore_core::op::{
    Cancel, Cancelled, Exchange, Inbox, Operation, Plan, RentCheapest, RentedCheapest, Settings, Step,
    WaitForOrder,
};
use clore_core::session::Session;
use clore_core::time::Moment;
use std::task::Waker;

/// What a user starts.
#[derive(Clone, Debug)]
pub(super) enum Start {
    Rent {
        attempt: usize,
        plan: Box<Rent>,
    },
    /// The first of its three possible attempts.
    Cheapest {
        attempt: usize,
        plan: Box<RentCheapest>,
    },
    Resume,
    Cancel(OrderId),
    Wait(WaitForOrder),
    Read,
    Wallets,
    Close(CloseIntent),
    Attribute(AttributeIntent),
}

/// How it ended; None where a planted bug ended it as refused.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "few are kept, and not for long")]
pub(super) enum End {
    Rented(Result<Option<RentOutcome>, Error>),
    Cheapest(Result<Option<RentedCheapest>, Error>),
    Resumed(Result<Option<Vec<Settled>>, Error>),
    Cancelled(Result<Option<Cancelled>, Error>),
    Waited(Result<Option<Order>, Error>),
    Read(Result<Option<OrderList>, Error>),
    Wallets(Result<Option<WalletList>, Error>),
    Settled(Result<Option<Settled>, Error>),
}

impl End {
    pub(super) fn error(&self) -> Option<&Error> {
        match self {
            Self::Rented(result) => result.as_ref().err(),
            Self::Cheapest(result) => result.as_ref().err(),
            Self::Resumed(result) => result.as_ref().err(),
            Self::Cancelled(result) => result.as_ref().err(),
            Self::Waited(result) => result.as_ref().err(),
            Self::Read(result) => result.as_ref().err(),
            Self::Wallets(result) => result.as_ref().err(),
            Self::Settled(result) => result.as_ref().err(),
        }
    }
}

/// What a call wants done.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "it is passed on at once")]
pub(super) enum Next {
    Send(Exchange),
    Wait(Moment),
    Record(Record),
    Done(End),
}

/// A call, whatever it runs.
pub(super) trait Running {
    fn poll(&mut self, now: Moment, waker: &Waker) -> Next;
    fn next_event(&mut self) -> Option<Event>;
    fn inbox(&mut self) -> Inbox<'_>;
    fn recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>);
}

/// What a call begins with.
pub(super) struct With<'a> {
    pub(super) session: &'a Session,
    pub(super) settings: Settings,
    pub(super) now: Moment,
    pub(super) bug: Option<Bug>,
}

/// Puts an operation's result into one type for all.
type Ends<O> = fn(Result<Option<<O as Operation>::Output>, Error>) -> End;

struct Driven<O: Operation> {
    call: Call<Planted<O>>,
    end: Ends<O>,
}

impl<O: Operation> Running for Driven<O> {
    fn poll(&mut self, now: Moment, waker: &Waker) -> Next {
        match self.call.poll(now, waker) {
            Step::Send(exchange) => Next::Send(exchange),
            Step::Wait(until) => Next::Wait(until),
            Step::Record(record) => Next::Record(record),
            Step::Permit(_) => unreachable!("no outer limiter is set"),
            Step::Done(result) => Next::Done((self.end)(result)),
        }
    }

    fn next_event(&mut self) -> Option<Event> {
        self.call.next_event()
    }

    fn inbox(&mut self) -> Inbox<'_> {
        self.call.inbox()
    }

    fn recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>) {
        self.call.handle_recorded(now, done);
    }
}

impl Start {
    /// Begins it with `bug` around it.
    pub(super) fn begin(self, with: &With<'_>) -> Box<dyn Running> {
        fn driven<P: Plan<Operation: 'static>>(
            plan: P,
            with: &With<'_>,
            end: Ends<P::Operation>,
        ) -> Box<dyn Running> {
            let operation = plan.begin(&with.settings, with.now);
            let call = Call::new(with.session, Planted::new(operation, with.bug));
            Box::new(Driven { call, end })
        }
        match self {
            Self::Rent { plan, .. } => driven(*plan, with, End::Rented),
            Self::Cheapest { plan, .. } => driven(*plan, with, End::Cheapest),
            Self::Resume => driven(Resume::new(), with, End::Resumed),
            Self::Cancel(order) => driven(Cancel::new(order), with, End::Cancelled),
            Self::Wait(plan) => driven(plan, with, End::Waited),
            Self::Read => driven(MyOrders::default(), with, End::Read),
            Self::Wallets => driven(Wallets, with, End::Wallets),
            Self::Close(plan) => driven(plan, with, End::Settled),
            Self::Attribute(plan) => driven(plan, with, End::Settled),
        }
    }
}
