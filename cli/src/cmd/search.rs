//! `clore search`: one call, no key.

use super::market;
use crate::adapter::Adapter;
use crate::args::{Common, SearchArgs};
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::output;

/// Lines of a table without `--limit`.
const TABLE: usize = 20;

/// Lists what fits. An empty list is exit 4.
pub fn run<A: Adapter>(common: &Common, args: &SearchArgs) -> Result<Exit, Failure> {
    let context = Context::<A>::open(common, args.market.known_rates(), Needs::Market)?;
    let findings = market::find(&context, &args.market)?;
    let all = findings.found.len();
    let limit = match args.market.limit {
        Some(0) => all,
        Some(limit) => limit,
        None if context.json => all,
        None => TABLE,
    };
    let shown = findings.found.get(..limit).unwrap_or(&findings.found);
    if context.json {
        let text = output::search_document(shown, all, findings.unknown_price, &findings.market);
        output::document(&text);
    } else if all > 0 {
        output::line(&output::servers_table(shown));
    }
    if all > 0 && !context.json {
        output::note("prices are as listed; the service's fees come on top, and `rent` shows them first");
    }
    if shown.len() < all && !context.json {
        output::note(&format!("{} of {all} shown; --limit 0 shows all", shown.len()));
    }
    findings.tell_what_is_missing();
    if all == 0 {
        output::note("no server fits; ask for less, or see the market with `clore search`");
        return Ok(Exit::Nothing);
    }
    Ok(Exit::Done)
}
