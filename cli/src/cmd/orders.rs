//! `clore orders`: what is rented. A record that cannot be read may be billing, so it is never passed over silently.

use crate::adapter::Adapter;
use crate::args::{Common, OrdersArgs, values};
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::output;
use clore_core::endpoint::my_orders::MyOrders;

/// Lists the orders.
pub fn run<A: Adapter>(common: &Common, args: &OrdersArgs) -> Result<Exit, Failure> {
    let context = Context::<A>::open(common, values::rates(&args.rates), Needs::Key)?;
    let list = context.client.run(MyOrders { include_completed: args.completed })?;
    if context.json {
        output::document(&output::orders_document(&list.orders, &list.unparsed, &context.rates));
    } else if list.orders.is_empty() {
        output::note(if args.completed { "no orders" } else { "no active orders" });
    } else {
        output::line(&output::orders_table(&list.orders, &context.rates));
    }
    for row in &list.unparsed.named {
        let id = row.id.map_or_else(|| "without a readable id".to_owned(), |id| id.to_string());
        output::warn(&format!("order {id} cannot be read and may be billing: {}", row.reason));
    }
    let unnamed = list.unparsed.count.saturating_sub(list.unparsed.named.len());
    if unnamed > 0 {
        output::warn(&format!("{unnamed} more records cannot be read and may be billing"));
    }
    for order in list.orders.iter().filter(|order| !order.status.is_end()) {
        context.tell_password(order.id);
    }
    Ok(Exit::Done)
}
