//! The command line: what may be given, and what each part means. Nothing here does anything.

mod deploy;
mod gigaspot;
mod guard;
mod hosting;
mod limits;
mod market;
mod orders;
mod rent;
mod sandbox;
mod spend;
mod spot;
pub mod values;
mod wallets;

pub use deploy::{DeployArgs, RentalType};
pub use gigaspot::{
    ClockArgs, GigaspotArgs, GigaspotBidArgs, GigaspotCommand, GigaspotEditArgs, GigaspotListArgs,
};
pub use guard::GuardArgs;
pub use hosting::{ServerConfigArgs, ServerSettingsArgs};
pub use market::{MarketArgs, SearchArgs};
pub use orders::{OrderArgs, OrdersArgs, WaitArgs, WaitFor};
pub use rent::{Access, RentArgs, Waiting};
pub use sandbox::SandboxArgs;
pub use spend::{SpendArgs, SpendBy};
pub use spot::{SpotArgs, SpotPriceArgs};
pub use wallets::{BalanceArgs, WalletsArgs};

use clap::{Args, Parser, Subcommand};
use clore_core::journal::IntentId;
use clore_core::model::OrderId;
use core::time::Duration;

const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 failed, nothing changed; 2 usage; 3 outcome unknown, cancel unconfirmed, or an earlier attempt
turned out placed; 4 nothing matched; 5 key missing or refused; 6 rate limited to the end; 7 network; 8 placed and
billing, but not ready, or placed only in part; 130 interrupted.

The key is read from CLORE_API_KEY and is never an argument. `clore demo` shows everything without an account.";

/// Find, rent and cancel GPUs on Clore.ai, and never pay twice.
#[derive(Parser, Debug)]
#[command(name = "clore", version, about, after_help = EXIT_CODES, arg_required_else_help = true)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Everywhere")]
pub struct Common {
    /// Another address of the service, such as a sandbox's, without /v1
    #[arg(long, global = true, env = "CLORE_API_URL", value_name = "URL", hide_env_values = true)]
    pub api_url: Option<String>,
    /// Print one JSON document on stdout, also for failures; everything else goes to stderr
    #[arg(long, global = true)]
    pub json: bool,
    /// Do not ask, go on
    #[arg(long, short = 'y', global = true)]
    pub yes: bool,
    /// How long a rental may stay invisible before it counts as not seen; below 60 is less safe [default: 60]
    #[arg(long, global = true, value_name = "SECONDS", value_parser = values::seconds)]
    pub grace: Option<Duration>,
    /// Least time between two requests; below 1.0 the service says "too fast" [default: 1.1]
    #[arg(long, global = true, value_name = "SECONDS", value_parser = values::seconds)]
    pub interval: Option<Duration>,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show the whole way of a rental against a sandbox on this machine: no account, no money
    Demo(DemoArgs),
    /// Serve a sandbox: a Clore.ai of your own to try programs on; its address and key come on stdout
    Sandbox(SandboxArgs),
    /// Those that run on every adapter.
    #[command(flatten)]
    OnAny(Verb),
    /// Rent the best free server that a search finds, wait for it, and print its SSH line
    Rent(RentArgs),
    /// Show one order whole: its status, its SSH line, what it costs; exit 4 when there is none
    Order(OrderArgs),
    /// Wait until an order is ready, and print its SSH line
    Wait(WaitArgs),
    /// Watch open orders against their caps, and end what passes them; Ctrl-C ends the watch and cancels nothing
    Guard(GuardArgs),
    /// Settle what a crash left open; never creates anything
    Resume(ResumeArgs),
    /// Show what orders cost, from the journal of this machine alone, and what the limits leave
    Spend(SpendArgs),
    /// Show the bids on a server, the lowest bid accepted, and exchange rates
    Spot(SpotArgs),
    /// Change the bid of a spot order; on a terminal it asks first, elsewhere it needs --yes
    SpotPrice(SpotPriceArgs),
    /// Print the balance in one coin; exit 4 when there is no such wallet, 1 when the service does not tell it
    Balance(BalanceArgs),
    /// List the servers you host, with their prices per day
    Servers,
    /// Show the settings of a server you host
    ServerConfig(ServerConfigArgs),
    /// Change settings of a server you host; on a terminal it asks first, elsewhere it needs --yes
    ServerSettings(Box<ServerSettingsArgs>),
    /// Check the key, the service, the clocks, the journal and what the service's answers look like; changes nothing
    Doctor,
    /// List the gigaspot, bid on its servers, change your bids
    Gigaspot(GigaspotArgs),
}

/// What to do, on any adapter: these are `probe`'s as well.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// List servers on the market, the cheapest first; needs no key
    Search(SearchArgs),
    /// Rent the server with this id; on a terminal it asks first, elsewhere it rents at once
    Deploy(Box<DeployArgs>),
    /// List your orders
    Orders(OrdersArgs),
    /// Cancel orders, and confirm by reading that they are over
    Cancel(CancelArgs),
    /// List your wallets
    Wallets(WalletsArgs),
}

/// Arguments of `clore demo`.
#[derive(Args, Debug)]
pub struct DemoArgs {
    /// Which market to make up
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
}

/// Arguments of `clore cancel`.
#[derive(Args, Debug)]
pub struct CancelArgs {
    /// The orders to cancel
    #[arg(required = true, value_name = "ID")]
    pub orders: Vec<OrderId>,
    /// What was wrong with the machine, told to the service (at most 2048 characters)
    #[arg(long, value_name = "TEXT")]
    pub issue: Option<String>,
}

/// Arguments of `clore resume`.
#[derive(Args, Debug)]
pub struct ResumeArgs {
    /// Say that nothing was placed for this intent; refused when an order is there that may be it
    #[arg(long, value_name = "INTENT", conflicts_with = "attribute")]
    pub close: Option<IntentId>,
    /// With --close: an order that is not of this intent, so that it does not stand in the way; may be repeated
    #[arg(long, value_name = "ORDER", requires = "close")]
    pub other: Vec<OrderId>,
    /// Say which order an intent became
    #[arg(long, value_name = "INTENT=ORDER", value_parser = values::attribution)]
    pub attribute: Option<(IntentId, OrderId)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
