//! `clore gigaspot list`: the snapshot's servers, the bids that hold them, and the account's own bids.

use super::{rates, tell_gaps};
use crate::args::{Common, GigaspotListArgs, values};
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::output;
use clore_core::model::server::{GpuModel, Gpus};
use clore_core::model::{Coin, GigaspotServer, StandingBid};
use clore_core::op::ViewGigaspot;
use clore_core::search::{GpuMode, GpuQuery};

/// Lines of a table without `--limit`.
const TABLE: usize = 20;

/// Lists what fits. Exit 4 when a GPU was asked for and no server has it.
pub fn run(common: &Common, args: &GigaspotListArgs) -> Result<Exit, Failure> {
    let context = <Context>::open(common, values::rates(&args.rates), Needs::Key)?;
    let market = context.client.run(ViewGigaspot::new())?;
    let rates = rates(&context, &market);
    let query = args.gpu.as_deref().map(|name| GpuQuery::new(name, GpuMode::default()));
    let fits = |server: &&GigaspotServer| {
        query.as_ref().is_none_or(|query| query.matches(&gpus(server)))
            && (!args.mine || server.bids.iter().any(is_mine))
    };
    let found: Vec<&GigaspotServer> = market.servers.iter().filter(fits).collect();
    let limit = match args.limit {
        Some(0) => found.len(),
        Some(limit) => limit,
        // None of the own bids is left out unasked.
        None if context.json || args.mine => found.len(),
        None => TABLE,
    };
    let shown = found.get(..limit).unwrap_or(&found);
    if context.json {
        output::document(&output::gigaspot_document(&market, shown, found.len(), &rates).text());
    } else if found.is_empty() {
        output::note(if args.mine {
            "the snapshot shows no bid of yours; it lags"
        } else {
            "no server fits"
        });
    } else {
        output::line(&output::gigaspot_table(shown, &rates));
        output::note("bids are CLORE per day for the whole server, without fees; the snapshot lags");
        if rates.usd_for_one(&Coin::Clore).is_none() {
            output::note("what a CLORE is worth is not told; give it (--rate CLORE=0.3) to see dollars");
        }
    }
    if shown.len() < found.len() && !context.json {
        output::note(&format!("{} of {} shown; --limit 0 shows all", shown.len(), found.len()));
    }
    tell_gaps(&market);
    let nothing = found.is_empty() && args.gpu.is_some();
    Ok(if nothing { Exit::Nothing } else { Exit::Done })
}

fn is_mine(bid: &StandingBid) -> bool {
    bid.mine == Some(true)
}

/// The GPUs' names, for comparing.
fn gpus(server: &GigaspotServer) -> Gpus {
    let mut gpus = Gpus::default();
    let names = server.gpus.iter().flatten().filter_map(|gpu| gpu.model.as_deref());
    gpus.each = names.map(GpuModel::new).collect();
    gpus
}
