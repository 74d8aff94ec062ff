//! `clore servers`: the machines the account hosts. One whose row could not be read is said, for it may be the one meant.

use crate::args::Common;
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::output;
use clore_core::endpoint::my_servers::MyServers;
use clore_core::model::Rates;

/// Lists the servers.
pub fn run(common: &Common) -> Result<Exit, Failure> {
    let context = <Context>::open(common, Rates::new(), Needs::Key)?;
    let list = context.client.run(MyServers)?;
    if context.json {
        output::document(&output::hosted_document(&list).text());
    } else if !list.servers.is_empty() {
        output::line(&output::hosted_table(&list.servers));
        output::note("prices are coin per day for the whole server");
    } else if list.is_complete() {
        output::note("you host no servers");
    }
    if !list.is_complete() {
        output::warn(&format!(
            "the list is not complete: {} of its records cannot be read and may be servers (--json names them)",
            list.skipped.count
        ));
    }
    Ok(Exit::Done)
}
