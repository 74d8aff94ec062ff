//! What a sandbox is told before it starts.

use std::time::Duration;

use crate::coin::Coin;
use crate::envelope::DEFAULT_HTTP_STATUS;
use crate::fault::{Fault, FaultPlan};
use crate::market::Market;
use crate::rentals::Kind;
use crate::shape::{CreateAnswer, Dialect};

/// How a sandbox is set up: start from `new` and chain setters.
///
/// ```
/// use std::time::Duration;
/// use clore_sandbox::{Dialect, Options};
///
/// let options = Options::new().seed(7).servers(50).dialect(Dialect::Live).boot(Duration::from_secs(2));
/// # let _ = options;
/// ```
#[derive(Debug, Clone)]
pub struct Options {
    pub(crate) seed: u64,
    pub(crate) servers: usize,
    pub(crate) market: Option<Market>,
    pub(crate) key: Option<String>,
    pub(crate) dialect: Dialect,
    pub(crate) boot: Duration,
    pub(crate) balances: [f64; 3],
    /// By `Coin::index`.
    pub(crate) unknown_balances: [bool; 3],
    pub(crate) create_answer: Option<CreateAnswer>,
    pub(crate) orders_lag: Duration,
    pub(crate) end_lag: Duration,
    pub(crate) interval: Duration,
    pub(crate) create_window: Duration,
    pub(crate) fee: f64,
    pub(crate) spot_fee: f64,
    /// By `Coin::index`: on demand, spot.
    pub(crate) extra_fees: [[f64; 2]; 3],
    pub(crate) creation_fee_usd: f64,
    pub(crate) tell_fees: bool,
    pub(crate) proof_of_holding: f64,
    pub(crate) public_url: Option<String>,
    pub(crate) snapshot_url: Option<String>,
    pub(crate) http_status: [u16; 7],
    pub(crate) reprice_refusal_code: u8,
    pub(crate) trap_places: bool,
    pub(crate) epoch: u64,
    pub(crate) date_ahead: i64,
    pub(crate) faults: FaultPlan,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            seed: 1,
            servers: 3500,
            market: None,
            key: None,
            dialect: Dialect::All,
            boot: Duration::from_secs(8),
            balances: [100.0, 1_000_000.0, 1_000_000.0],
            unknown_balances: [false; 3],
            create_answer: None,
            orders_lag: Duration::ZERO,
            end_lag: Duration::ZERO,
            interval: Duration::from_secs(1),
            create_window: Duration::from_secs(5),
            // api-facts 5: 5 % on demand, 1.25 % spot, about 0.10 USD for a creation.
            fee: 0.05,
            spot_fee: 0.0125,
            extra_fees: [[0.0; 2]; 3],
            creation_fee_usd: 0.10,
            tell_fees: true,
            proof_of_holding: 0.0,
            public_url: None,
            snapshot_url: None,
            http_status: DEFAULT_HTTP_STATUS,
            reprice_refusal_code: 6,
            trap_places: false,
            epoch: 1_790_000_000,
            date_ahead: 0,
            faults: FaultPlan::default(),
        }
    }
}

impl Options {
    /// The defaults: seed 1, 3,500 servers, every name side by side, funded well, no faults.
    pub fn new() -> Options {
        Options::default()
    }

    /// The seed of the market, the key and the order ids.
    pub fn seed(mut self, seed: u64) -> Options {
        self.seed = seed;
        self
    }

    /// How many servers a generated market has.
    pub fn servers(mut self, servers: usize) -> Options {
        self.servers = servers;
        self
    }

    /// A ready market in place of one generated from the seed.
    pub fn market(mut self, market: Market) -> Options {
        self.market = Some(market);
        self
    }

    /// The key to accept, in place of one made from the seed.
    pub fn key(mut self, key: impl Into<String>) -> Options {
        self.key = Some(key.into());
        self
    }

    /// Which names, shapes and units answers have (every name side by side).
    pub fn dialect(mut self, dialect: Dialect) -> Options {
        self.dialect = dialect;
        self
    }

    /// How long a machine takes from order to running, on the sandbox's clock (8 s).
    pub fn boot(mut self, boot: Duration) -> Options {
        self.boot = boot;
        self
    }

    /// What the account's wallet of one coin holds. A figure that is no number counts as 0.
    pub fn balance(mut self, coin: Coin, balance: f64) -> Options {
        self.balances[coin.index()] = if balance.is_finite() { balance } else { 0.0 };
        self
    }

    /// Serves the wallet of one coin with a balance of null, as the service does for old wallets (api-facts 3.1). What it
    /// really holds pays all the same.
    pub fn unknown_balance(mut self, coin: Coin) -> Options {
        self.unknown_balances[coin.index()] = true;
        self
    }

    /// What `create_order` says of a placed order; by default `CodeOnly` in `Live`, `Everything` in `All`, `OrderId` with
    /// the order's status beside it in `Seed`, `Order` in `Official`.
    pub fn create_answer(mut self, answer: CreateAnswer) -> Options {
        self.create_answer = Some(answer);
        self
    }

    /// How long an order takes to appear in `my_orders` (api-facts 3.4: tens of seconds were seen).
    pub fn orders_lag(mut self, lag: Duration) -> Options {
        self.orders_lag = lag;
        self
    }

    /// How long an ended order goes on being listed as if it lived (api-facts 8, question 4).
    pub fn end_lag(mut self, lag: Duration) -> Options {
        self.end_lag = lag;
        self
    }

    /// Least time between two arrivals (1 s).
    pub fn interval(mut self, interval: Duration) -> Options {
        self.interval = interval;
        self
    }

    /// Least time between the arrivals of two `create_order` (5 s).
    pub fn create_window(mut self, window: Duration) -> Options {
        self.create_window = window;
        self
    }

    /// What comes on top of the price, as fractions of it: on demand (0.05) and spot (0.0125).
    pub fn fees(mut self, on_demand: f64, spot: f64) -> Options {
        let sane = |fee: f64| if fee.is_finite() && fee >= 0.0 { fee } else { 0.0 };
        (self.fee, self.spot_fee) = (sane(on_demand), sane(spot));
        self
    }

    /// What an order in one coin costs on top of [`Options::fees`], as fractions of its price: on demand and spot (none).
    pub fn extra_fees(mut self, coin: Coin, on_demand: f64, spot: f64) -> Options {
        let sane = |fee: f64| if fee.is_finite() && fee >= 0.0 { fee } else { 0.0 };
        self.extra_fees[coin.index()] = [sane(on_demand), sane(spot)];
        self
    }

    /// Whether `renter_fees` and `get_gigaspot` tell the fees; they are charged all the same (true).
    pub fn tell_fees(mut self, tell: bool) -> Options {
        self.tell_fees = tell;
        self
    }

    /// What the account proves to hold, in CLORE (0). It is only told: how far it lowers a fee is not known.
    pub fn proof_of_holding(mut self, clore: f64) -> Options {
        self.proof_of_holding = if clore.is_finite() && clore >= 0.0 { clore } else { 0.0 };
        self
    }

    /// Where clients reach the sandbox, such as `http://127.0.0.1:8080`: what the snapshot's URL starts with. A
    /// [`Server`](crate::Server) knows its own unless told.
    pub fn public_url(mut self, base: impl Into<String>) -> Options {
        self.public_url = Some(base.into());
        self
    }

    /// The text that `get_gigaspot` gives as the snapshot's URL, whatever it is, in place of the true one.
    pub fn snapshot_url(mut self, url: impl Into<String>) -> Options {
        self.snapshot_url = Some(url.into());
        self
    }

    /// What a renter pays on top of the price, as a fraction of it.
    pub(crate) fn renter_fee(&self, kind: Kind, coin: Coin) -> f64 {
        let [on_demand, spot] = self.extra_fees[coin.index()];
        match kind {
            Kind::OnDemand => self.fee + on_demand,
            Kind::Spot => self.spot_fee + spot,
        }
    }

    /// The creation fee in a coin.
    pub(crate) fn creation_fee_in(&self, coin: Coin) -> f64 {
        self.creation_fee_usd / coin.usd()
    }

    /// USD charged, in the order's coin, once an order has run for ten minutes (0.10).
    pub fn creation_fee(mut self, usd: f64) -> Options {
        self.creation_fee_usd = if usd.is_finite() && usd >= 0.0 { usd } else { 0.0 };
        self
    }

    /// The HTTP status a code comes with. By default 0 → 200, 1 → 500, 2 → 400, 3 → 401, 4 → 404, 5 → 429, 6 → 200;
    /// code 6 was seen with 500 too. What is no code or no status is ignored.
    pub fn http_status(mut self, code: u8, status: u16) -> Options {
        if let Some(slot) = self.http_status.get_mut(usize::from(code))
            && (200..=599).contains(&status)
        {
            *slot = status;
        }
        self
    }

    /// Whether a refusal of `set_spot_price` has code 0 beside its `error`, not code 6 (api-facts 1.2).
    pub fn reprice_refused_as_code_0(mut self, as_code_0: bool) -> Options {
        self.reprice_refusal_code = if as_code_0 { 0 } else { 6 };
        self
    }

    /// Whether a create that ends in code 1 has placed the order all the same (api-facts 1.4).
    pub fn code_1_places(mut self, places: bool) -> Options {
        self.trap_places = places;
        self
    }

    /// The unix second at which the sandbox's clock stands at zero (1,790,000,000).
    pub fn epoch(mut self, unix_seconds: u64) -> Options {
        self.epoch = unix_seconds.min(100_000_000_000);
        self
    }

    /// How many seconds the `Date` header is ahead of the orders' times: two machines whose clocks differ.
    pub fn date_ahead(mut self, seconds: i64) -> Options {
        self.date_ahead = seconds.clamp(-1_000_000_000, 1_000_000_000);
        self
    }

    /// Adds one scripted fault.
    pub fn fault(mut self, fault: Fault) -> Options {
        self.faults.push(fault);
        self
    }
}
