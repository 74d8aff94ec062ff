//! [`PlacedAlready`]: an order that was placed before, as a plan, so that work can be done with it under a guard.

use super::RentPlan;
use crate::error::{Error, Failure};
use crate::flow::Flow;
use crate::journal::{JournalError, Recorded};
use crate::model::CostEstimate;
use crate::op::rent::Placed;
use crate::op::{Head, Operation, Pace, Plan, Settings, Step};
use crate::spending::OrderCaps;
use crate::time::Moment;

/// An order that was placed already. It sends nothing.
#[derive(Clone, Debug)]
pub struct PlacedAlready(Placed);

impl PlacedAlready {
    /// What renting said of it.
    #[must_use]
    pub fn new(placed: Placed) -> Self {
        Self(placed)
    }
}

impl Plan for PlacedAlready {
    type Operation = HandingOver;

    fn begin(self, _: &Settings, _: Moment) -> HandingOver {
        HandingOver(Some(self.0))
    }
}

impl RentPlan for PlacedAlready {
    fn placed(output: &Placed) -> Option<(Placed, Option<CostEstimate>)> {
        Some((output.clone(), None))
    }

    /// Its intent was written when it was placed: these caps hold in the guard only.
    fn with_caps(self, _: OrderCaps) -> Self {
        self
    }

    fn written_caps(&self) -> OrderCaps {
        OrderCaps::new()
    }
}

/// The machine of [`PlacedAlready`], which is over at once.
#[derive(Debug)]
pub struct HandingOver(Option<Placed>);

impl Operation for HandingOver {
    type Output = Placed;

    fn name(&self) -> &'static str {
        "placed_already"
    }

    fn poll(&mut self, _: Moment) -> Step<Result<Placed, Error>> {
        self.0.take().map_or(Step::Wait(Moment::NEVER), |placed| Step::Done(Ok(placed)))
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

    fn handle_failure(&mut self, _: Moment, _: Failure) {}

    fn handle_recorded(&mut self, _: Moment, _: Result<Recorded, JournalError>) {}
}
