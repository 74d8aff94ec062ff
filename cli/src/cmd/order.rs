//! `clore order`: one order, whole.

use super::cost;
use crate::args::{Common, OrderArgs, values};
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::output;
use clore_core::error::{Error, ErrorKind};
use clore_core::model::{CostEstimate, Order, OrderId, Rates, RenterFees};
use clore_core::op::FindOrder;

/// Shows the order. Exit 4 only when both lists were read whole without it.
pub fn run(common: &Common, args: &OrderArgs) -> Result<Exit, Failure> {
    let context = <Context>::open(common, values::rates(&args.rates), Needs::Key)?;
    let order = find(&context, args.order)?;
    // What the row itself says of its fees needs no other reading.
    let told = order.fee.is_some() && order.creation_fee.is_some();
    let fees = if told { None } else { cost::fees(&context.client) };
    let cost = of_order(&order, &context.rates, fees.as_ref());
    let password = context.passwords.as_ref().and_then(|keeper| keeper.order_file(order.id));
    let (cost, password) = (cost.as_ref(), password.as_deref());
    match context.json {
        true => output::document(&output::order_document(&order, cost, &context.rates, password).text()),
        false => output::line(&output::order_lines(&order, cost, &context.rates, password)),
    }
    Ok(Exit::Done)
}

/// The order of this id.
///
/// # Errors
/// `no_such_order` only when both lists were read whole without it.
pub fn find(context: &Context, id: OrderId) -> Result<Order, Failure> {
    let none = || Failure::from(Error::new(ErrorKind::NoSuchOrder));
    context.client.run(FindOrder::new(id))?.ok_or_else(none)
}

/// What an order costs: by its own row first, then by the fees the service tells.
pub fn of_order(order: &Order, rates: &Rates, fees: Option<&RenterFees>) -> Option<CostEstimate> {
    let by_row = CostEstimate::of_order(order)?.rates(rates);
    Some(match fees {
        Some(fees) => by_row.or_fees(fees),
        None => by_row,
    })
}
