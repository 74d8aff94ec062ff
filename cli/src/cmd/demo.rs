//! `clore demo`: the whole way of a rental against a sandbox on this machine, through the client as it is shipped.
//!
//! It speaks to the sandbox over its socket only, never to its state, so what it shows is what the live service would
//! be asked.

use super::cost;
use crate::args::{Common, DemoArgs};
use crate::context;
use crate::exit::{Exit, Failure};
use crate::interrupt;
use crate::output::{self, CostRow, Document, SshRow, number};
use crate::watch::Watch;
use clore_blocking::Client;
use clore_core::config::Config;
use clore_core::endpoint::create_order::{CreateOrder, DEFAULT_IMAGE, Target};
use clore_core::endpoint::marketplace::Search;
use clore_core::endpoint::my_orders::MyOrders;
use clore_core::model::{CostEstimate, Order, Percent, Rates, UsdPerHour};
use clore_core::op::condition::has_ssh;
use clore_core::op::rent::{Rent, RentOutcome};
use clore_core::op::{Cancel, WaitForOrder};
use clore_core::search::{Filter, Found};
use clore_core::secret::Secret;
use clore_journal::FileJournal;
use clore_sandbox::{Options, Server};
use core::time::Duration;
use std::sync::Arc;

const GPU: &str = "RTX 4090";
const MAX_PRICE: &str = "0.80";
const MIN_RELIABILITY: &str = "85";
/// The sandbox's clock: half a minute per second, so that booting is worth waiting for and the bill is no zero.
const SPEED: f64 = 30.0;
const BOOT: Duration = Duration::from_secs(150);
/// A public key for a machine that does not exist.
const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDemoKeyOfNobodyForAMachineThatIsNotThere00 demo";

/// Finds, rents, waits, cancels, and shows what it cost.
pub fn run(common: &Common, args: &DemoArgs) -> Result<Exit, Failure> {
    let options = Options::new().seed(args.seed).boot(BOOT);
    let server = Server::builder(options).speed(SPEED).start("127.0.0.1:0").map_err(|error| {
        Failure::new(Exit::Failed, "listen", format!("no sandbox can be started here: {}", error.kind()))
    })?;
    let folder = tempfile::tempdir().map_err(|error| {
        Failure::new(
            Exit::Failed,
            "journal",
            format!("no folder for the journal can be made: {}", error.kind()),
        )
    })?;
    let tell = Tell { json: common.json };
    let watch = Arc::new(Watch::new().told_by(if tell.json { output::note } else { indented }));
    watch.scratch(Some(folder.path().to_owned()));
    interrupt::on_interrupt(&watch, common.json);
    let key = Secret::new(server.key());
    let journal = FileJournal::open(folder.path(), &server.url(), &key)?;
    let settings = Config::builder().base_url(server.url()).key(key);
    let client = context::client(settings, Some(journal), &watch)?;
    tell.line("A Clore.ai of our own runs on this machine; nothing here costs anything.");
    tell.line(&format!("  {} with 3,500 servers made up from seed {}", server.url(), args.seed));
    tell.line("  Its clock runs 30 times as fast as yours, so that nobody waits minutes for a machine.");
    Show { client, watch, tell }.all()
}

struct Tell {
    json: bool,
}

impl Tell {
    /// With `--json` the story goes to stderr.
    fn line(&self, text: &str) {
        if self.json { output::note(text) } else { output::line(text) }
    }

    fn step(&self, number: u8, text: &str) {
        self.line("");
        self.line(&format!("{number}. {text}"));
    }
}

struct Show {
    client: Client,
    watch: Arc<Watch>,
    tell: Tell,
}

impl Show {
    fn all(&self) -> Result<Exit, Failure> {
        self.tell.step(1, &format!(
            "Find the cheapest {GPU} for at most ${MAX_PRICE} per hour with a reliability of at least {MIN_RELIABILITY} %"
        ));
        let (best, target, cost) = self.find()?;
        self.tell
            .step(2, "Rent it: noted in a journal before anything is sent, so that no crash can hide it");
        let placed = self.rent(target, &best)?;
        self.tell.step(3, "Wait until the machine is ready");
        let ready = self.wait(placed)?;
        self.tell.step(4, "Cancel it, and read until your list of orders confirms that it is over");
        self.client.run(Cancel::new(placed))?;
        let spent = self.bill(placed)?;
        let live =
            format!("clore rent --gpu \"{GPU}\" --max-price {MAX_PRICE} --min-reliability {MIN_RELIABILITY}");
        self.tell.line("");
        self.tell.line(
            "The same on the live service, with a key from clore.ai/profile (it asks before it rents):",
        );
        self.tell.line("  export CLORE_API_KEY=...");
        self.tell.line(&format!("  {live}"));
        if self.tell.json {
            let spend = spent.as_ref().and_then(|order| order.spend.as_ref());
            let document = Document::new()
                .with("server_id", &best.server.id.number())
                .with("price_usd_per_hour", &number(best.price.map(|price| price.amount())))
                .with("cost", &CostRow::new(&cost))
                .with("order_id", &placed.number())
                .with("ssh", &ready.ssh().as_ref().map(SshRow::new))
                .with("spent", &number(spend.map(|spend| spend.amount())))
                .with("coin", &spend.map(|spend| spend.coin().to_string()))
                .with("live_command", &live);
            output::document(&document.text());
        }
        Ok(Exit::Done)
    }

    fn find(&self) -> Result<(Found, Target, CostEstimate), Failure> {
        let price = MAX_PRICE.parse::<UsdPerHour>();
        let reliability = MIN_RELIABILITY.parse::<Percent>();
        let (Ok(price), Ok(reliability)) = (price, reliability) else {
            return Err(Failure::usage("the demonstration's own limits cannot be read"));
        };
        let read_at = self.client.now();
        let filter = Filter::new().gpu(GPU).max_price(price).min_reliability(reliability);
        let searched = self.client.run(Search::new(filter))?;
        let free: Vec<&Found> = searched.found.iter().filter(|found| found.is_free()).collect();
        let Some(best) = free.first().copied() else {
            return Err(Failure::new(
                Exit::Nothing,
                "nothing_matched",
                "this market has none; try another --seed",
            ));
        };
        let reliable = best.server.reliability.map_or_else(|| "?".to_owned(), |r| r.to_string());
        self.tell.line(&format!(
            "   {} of {} servers fit; the cheapest is server {}: {}, reliability {reliable}",
            free.len(),
            searched.records,
            best.server.id,
            output::cell(&best.server.gpus.to_string(), 80)
        ));
        self.tell.line(&format!("   price: {}", output::price_line(best.price, best.rate.as_ref())));
        let fees = cost::fees(&self.client);
        let cost = cost::of_found(best, &Rates::new(), fees.as_ref());
        self.tell.line(&format!("   {}", output::fee_words(&cost)));
        let target = searched.target(best, read_at);
        Ok((best.clone(), target, cost))
    }

    fn rent(&self, target: Target, best: &Found) -> Result<clore_core::model::OrderId, Failure> {
        let order = CreateOrder::on_demand(target, DEFAULT_IMAGE).coin(best.coin.clone()).ssh_key(KEY);
        match self.client.run(Rent::new(order))? {
            RentOutcome::Placed(placed) => Ok(placed.order),
            other => Err(Failure::new(
                Exit::Unknown,
                other.word(),
                "the sandbox left it open whether the server was rented; `clore resume` would settle it",
            )),
        }
    }

    fn wait(&self, order: clore_core::model::OrderId) -> Result<Order, Failure> {
        self.watch.waiting_for(Some("waiting for the machine"));
        let plan = WaitForOrder::new(order).poll_every(Duration::from_secs(1)).until(has_ssh());
        let ready = self.client.run(plan);
        self.watch.waiting_for(None);
        let ready = ready?;
        match ready.ssh() {
            Some(target) => self.tell.line(&format!("   ready: {}", target.raw())),
            None => self.tell.line("   ready, but without an address for SSH"),
        }
        Ok(ready)
    }

    /// What the rental cost, by the service's own list.
    fn bill(&self, order: clore_core::model::OrderId) -> Result<Option<Order>, Failure> {
        let list = self.client.run(MyOrders { include_completed: true })?;
        let ended = list.order(order).cloned();
        let Some(spend) = ended.as_ref().and_then(|order| order.spend.as_ref()) else {
            self.tell.line("   the list of orders does not say what it cost");
            return Ok(ended);
        };
        let usd = ended.as_ref().and_then(|order| usd_spent(order, spend.amount()));
        let usd = usd.map_or_else(String::new, |usd| format!(" (about ${usd})"));
        self.tell.line(&format!("   it cost {}{usd}", output::amount(spend)));
        Ok(ended)
    }
}

/// What happens is a part of the story.
fn indented(text: &str) {
    output::line(&format!("   {text}"));
}

/// What was spent, in dollars: by the price of the order in its coin and the same in dollars.
fn usd_spent(order: &Order, spent: rust_decimal::Decimal) -> Option<rust_decimal::Decimal> {
    let usd = order.original_price_usd.or_else(|| order.price.as_ref()?.usd_per_day(&Rates::new()))?;
    let share = spent.checked_div(order.price.as_ref()?.amount())?;
    usd.amount().checked_mul(share)?.round_sf(2).map(|usd| usd.normalize())
}
