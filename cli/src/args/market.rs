//! What is asked of a server, for `search` and `rent`.

use super::values::{self, CoinRate};
use clap::{Args, ValueEnum};
use clore_core::model::{Coin, Kind, Percent, Rates, UsdPerHour};
use clore_core::search::{Filter, SortKey};

/// What is asked of a server.
#[derive(Args, Clone, Debug)]
pub struct MarketArgs {
    /// This GPU and no variant of it, such as "RTX 4090"
    #[arg(long, value_name = "NAME", conflicts_with = "gpu_like")]
    pub gpu: Option<String>,
    /// This text anywhere in a GPU's name
    #[arg(long, value_name = "TEXT")]
    pub gpu_like: Option<String>,
    /// At most this many US dollars per hour for the whole server by the listed price, on top of which the service
    /// takes its fees; unknown prices are then left out
    #[arg(long, value_name = "USD_PER_HOUR")]
    pub max_price: Option<UsdPerHour>,
    /// At least so many GPUs
    #[arg(long, value_name = "N")]
    pub min_gpu: Option<u16>,
    /// At least so much memory of the machine, in GB
    #[arg(long, value_name = "GB")]
    pub min_ram: Option<u32>,
    /// At least this reliable, in percent, such as 85
    #[arg(long, value_name = "PCT")]
    pub min_reliability: Option<Percent>,
    /// By spot prices, where the highest bid holds the machine
    #[arg(long)]
    pub spot: bool,
    /// The coin to pay with [default: CLORE-Blockchain]
    #[arg(long, value_name = "COIN", value_parser = values::coin)]
    pub currency: Option<Coin>,
    /// What a coin is worth in dollars, such as CLORE=0.3; may be given several times
    #[arg(long = "rate", value_name = "COIN=USD", value_parser = values::coin_rate)]
    pub rates: Vec<CoinRate>,
    /// Rented servers as well
    #[arg(long)]
    pub include_rented: bool,
    /// What comes first: the cheapest, the most reliable, the most GPUs, or the most memory
    #[arg(long, value_enum, default_value_t = SortBy::Price)]
    pub sort: SortBy,
    /// At most so many servers; 0 is all [default: 20 in a table, all with --json]
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

/// Arguments of `clore search`.
#[derive(Args, Debug)]
pub struct SearchArgs {
    /// What is asked of a server.
    #[command(flatten)]
    pub market: MarketArgs,
}

/// What comes first.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "a documented value makes a long help longer still")]
pub enum SortBy {
    Price,
    Reliability,
    #[value(alias = "gpu")]
    Gpus,
    Ram,
}

impl SortBy {
    /// The order of core.
    pub fn key(self) -> SortKey {
        match self {
            Self::Price => SortKey::Price,
            Self::Reliability => SortKey::Reliability,
            Self::Gpus => SortKey::Gpus,
            Self::Ram => SortKey::Ram,
        }
    }
}

impl MarketArgs {
    /// How it would be rented.
    pub fn kind(&self) -> Kind {
        if self.spot { Kind::Spot } else { Kind::OnDemand }
    }

    /// The filter these arguments mean.
    pub fn filter(&self) -> Filter {
        let mut filter = Filter::new().kind(self.kind()).include_rented(self.include_rented);
        if let Some(gpu) = &self.gpu {
            filter = filter.gpu(gpu);
        }
        if let Some(text) = &self.gpu_like {
            filter = filter.gpu_like(text);
        }
        if let Some(price) = self.max_price {
            filter = filter.max_price(price);
        }
        if let Some(count) = self.min_gpu {
            filter = filter.min_gpus(count);
        }
        if let Some(gb) = self.min_ram {
            filter = filter.min_ram_gb(gb);
        }
        if let Some(minimum) = self.min_reliability {
            filter = filter.min_reliability(minimum);
        }
        if let Some(coin) = &self.currency {
            filter = filter.paying(coin.clone());
        }
        filter
    }

    /// The rates given.
    pub fn known_rates(&self) -> Rates {
        values::rates(&self.rates)
    }
}
