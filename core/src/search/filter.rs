//! [`Filter`]: what is asked of a server. Setters never fail; values were checked when their types were made.

use super::found::Found;
use super::gpu::{GpuMode, GpuQuery};
use crate::model::server::{Availability, CudaVersion};
use crate::model::{Coin, Kind, Percent, Rates, Server, UsdPerDay, UsdPerHour, UsdPerHourPerGpu};
use rust_decimal::Decimal;

/// What is asked of a server. Empty, it takes every server that is not rented.
///
/// ```
/// use clore_core::search::Filter;
/// let filter = Filter::new()
///     .gpu("RTX 4090")
///     .max_price("0.80".parse()?)
///     .min_reliability("85".parse().map_err(|_| "a percentage")?);
/// assert_eq!(filter.needle(), Some(&b"4090"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    gpu: Option<GpuQuery>,
    max_price: Option<UsdPerHour>,
    max_price_per_gpu: Option<UsdPerHourPerGpu>,
    min_reliability: Option<Percent>,
    kind: Kind,
    paying: Option<Coin>,
    min_gpus: Option<u16>,
    min_ram_gb: Option<u32>,
    min_vram_gb: Option<u32>,
    min_disk_gb: Option<u32>,
    min_cuda: Option<CudaVersion>,
    countries: Vec<String>,
    min_up_mbit: Option<u32>,
    min_down_mbit: Option<u32>,
    include_rented: bool,
}

/// What a filter says of one server.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Judgement {
    /// It fits.
    Fits {
        /// Its price for the kind and coin asked for, in dollars; `None`: not known.
        price: Option<UsdPerHour>,
    },
    /// It fits but for its price, which is not known in dollars while a maximum was set. Say how many there were.
    UnknownPrice,
    /// It does not fit.
    No,
}

impl Filter {
    /// Every server that is not rented, on demand, paying with CLORE as the seed does.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// This GPU and no variant of it (api-facts 7).
    #[must_use]
    pub fn gpu(self, name: &str) -> Self {
        self.gpu_query(GpuQuery::new(name, GpuMode::Exact))
    }

    /// This text anywhere in a GPU's name, without regard to case.
    #[must_use]
    pub fn gpu_like(self, text: &str) -> Self {
        self.gpu_query(GpuQuery::new(text, GpuMode::Fragment))
    }

    /// This GPU with its variants.
    #[must_use]
    pub fn gpu_family(self, name: &str) -> Self {
        self.gpu_query(GpuQuery::new(name, GpuMode::Family))
    }

    /// A GPU asked for in any other way.
    #[must_use]
    pub fn gpu_query(mut self, query: GpuQuery) -> Self {
        self.gpu = Some(query);
        self
    }

    /// At most this for the whole server. Servers whose price in dollars is not known are left out.
    #[must_use]
    pub fn max_price(mut self, price: UsdPerHour) -> Self {
        self.max_price = Some(price);
        self
    }

    /// At most this for each GPU. Servers whose price or GPU count is not known are left out.
    #[must_use]
    pub fn max_price_per_gpu(mut self, price: UsdPerHourPerGpu) -> Self {
        self.max_price_per_gpu = Some(price);
        self
    }

    /// At least this reliable; unknown is not.
    #[must_use]
    pub fn min_reliability(mut self, minimum: Percent) -> Self {
        self.min_reliability = Some(minimum);
        self
    }

    /// On demand (the default) or spot: whose price counts.
    #[must_use]
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// The coin that will pay; servers that refuse it are left out. Without it CLORE pays, priced by the number the
    /// seed looks at (api-facts 4.6, step 5), and servers that refuse CLORE are listed as of unknown price.
    #[must_use]
    pub fn paying(mut self, coin: Coin) -> Self {
        self.paying = Some(coin);
        self
    }

    /// At least so many GPUs; unknown is not.
    #[must_use]
    pub fn min_gpus(mut self, count: u16) -> Self {
        self.min_gpus = Some(count);
        self
    }

    /// At least so many GB of memory.
    #[must_use]
    pub fn min_ram_gb(mut self, gb: u32) -> Self {
        self.min_ram_gb = Some(gb);
        self
    }

    /// At least so many GB of memory on each GPU, by `gpuram` (an H100 80GB shows 79).
    #[must_use]
    pub fn min_vram_gb(mut self, gb: u32) -> Self {
        self.min_vram_gb = Some(gb);
        self
    }

    /// At least so many GB of disk.
    #[must_use]
    pub fn min_disk_gb(mut self, gb: u32) -> Self {
        self.min_disk_gb = Some(gb);
        self
    }

    /// A driver that runs at least this CUDA.
    #[must_use]
    pub fn min_cuda(mut self, version: CudaVersion) -> Self {
        self.min_cuda = Some(version);
        self
    }

    /// In this country, by two letters; several calls allow several.
    #[must_use]
    pub fn country(mut self, code: &str) -> Self {
        self.countries.push(code.trim().to_ascii_uppercase());
        self
    }

    /// At least so many Mbit/s up; not measured is not.
    #[must_use]
    pub fn min_up_mbit(mut self, mbit: u32) -> Self {
        self.min_up_mbit = Some(mbit);
        self
    }

    /// At least so many Mbit/s down; not measured is not.
    #[must_use]
    pub fn min_down_mbit(mut self, mbit: u32) -> Self {
        self.min_down_mbit = Some(mbit);
        self
    }

    /// Whether rented servers are listed too.
    #[must_use]
    pub fn include_rented(mut self, include: bool) -> Self {
        self.include_rented = include;
        self
    }

    /// How the server would be rented.
    #[must_use]
    pub fn wanted_kind(&self) -> Kind {
        self.kind
    }

    /// The coin that will pay: the one named, else CLORE.
    #[must_use]
    pub fn paying_coin(&self) -> Coin {
        self.paying.clone().unwrap_or(Coin::Clore)
    }

    /// Bytes that every matching raw record holds, if there are any; a record without them need not be read.
    ///
    /// Sound only for records **without a backslash**: an escape can spell a digit. Records with one are always read.
    #[must_use]
    pub fn needle(&self) -> Option<&[u8]> {
        self.gpu.as_ref().and_then(GpuQuery::needle)
    }

    /// The server's price in dollars per day for the kind and coin asked for.
    #[must_use]
    pub fn usd_per_day(&self, server: &Server, rates: &Rates) -> Option<UsdPerDay> {
        match &self.paying {
            Some(coin) => server.usd_per_day(self.kind, coin, rates),
            None => server.usd_per_day_by_default(self.kind, rates),
        }
    }

    /// Whether `server` fits, and at which price.
    #[must_use]
    pub fn judge(&self, server: &Server, rates: &Rates) -> Judgement {
        if !self.fits_but_for_price(server) {
            return Judgement::No;
        }
        let price = self.usd_per_day(server, rates).map(UsdPerDay::per_hour);
        if self.max_price.is_none() && self.max_price_per_gpu.is_none() {
            return Judgement::Fits { price };
        }
        match price {
            None => Judgement::UnknownPrice,
            Some(known) if self.allows_price(known, server.gpus.count) => Judgement::Fits { price },
            Some(_) => Judgement::No,
        }
    }

    /// Whether a server of so many GPUs may cost this, by the maxima that are set.
    #[must_use]
    pub fn allows_price(&self, price: UsdPerHour, gpus: Option<u16>) -> bool {
        let per_gpu = gpus.and_then(|count| price.per_gpu(count));
        self.max_price.is_none_or(|max| price <= max)
            && self.max_price_per_gpu.is_none_or(|max| per_gpu.is_some_and(|price| price <= max))
    }

    /// The most that a server of so many GPUs may cost, rounded where a maximum per GPU decides: for showing.
    #[must_use]
    pub fn price_limit(&self, gpus: Option<u16>) -> Option<UsdPerHour> {
        let by_gpu = self.max_price_per_gpu.zip(gpus).and_then(|(max, count)| max.for_gpus(count));
        self.max_price.into_iter().chain(by_gpu).min()
    }

    /// The server with its price, if it fits.
    #[must_use]
    pub fn find(&self, server: Server, rates: &Rates) -> Option<Found> {
        match self.judge(&server, rates) {
            Judgement::Fits { price } => Some(Found {
                rate: server.price(self.kind, &self.paying_coin()),
                price,
                kind: self.kind,
                coin: self.paying_coin(),
                server,
            }),
            Judgement::UnknownPrice | Judgement::No => None,
        }
    }

    fn fits_but_for_price(&self, server: &Server) -> bool {
        let specs = &server.specs;
        let at_least = |value: Option<Decimal>, minimum: Option<u32>| {
            minimum.is_none_or(|minimum| value.is_some_and(|value| value >= Decimal::from(minimum)))
        };
        (self.include_rented || server.availability != Availability::Rented)
            && self.gpu.as_ref().is_none_or(|query| query.matches(&server.gpus))
            && self.paying.as_ref().is_none_or(|coin| server.allows(coin))
            && self.min_reliability.is_none_or(|minimum| {
                minimum.amount().is_zero() || server.reliability.is_some_and(|r| r.is_at_least(minimum))
            })
            && self.min_gpus.is_none_or(|minimum| server.gpus.count.is_some_and(|count| count >= minimum))
            && self.min_cuda.is_none_or(|minimum| server.cuda.is_some_and(|cuda| cuda >= minimum))
            && (self.countries.is_empty()
                || specs.network.country.as_ref().is_some_and(|country| self.countries.contains(country)))
            && at_least(specs.ram_gb, self.min_ram_gb)
            && at_least(server.gpus.vram_gb, self.min_vram_gb)
            && at_least(specs.disk_gb, self.min_disk_gb)
            && at_least(specs.network.up_mbit, self.min_up_mbit)
            && at_least(specs.network.down_mbit, self.min_down_mbit)
    }
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
