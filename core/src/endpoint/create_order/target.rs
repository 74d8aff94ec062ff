//! [`Target`]: the server to rent, and what its listing said.

use crate::model::{Coin, Rate, ServerId, UsdPerHour};
use crate::time::Moment;

/// What is to be rented: a bare id, of which nothing else is known, or a server out of a listing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    server: ServerId,
    listing: Option<Listed>,
}

/// What the listing said of a target.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Listed {
    read_at: Option<Moment>,
    on_demand: Vec<Rate>,
    usd: Vec<(Coin, UsdPerHour)>,
    unit_doubt: bool,
}

impl Target {
    /// A server of which nothing but its id is known.
    #[must_use]
    pub fn new(server: ServerId) -> Self {
        Self { server, listing: None }
    }

    /// Adds what the listing said.
    #[must_use]
    pub fn listed(mut self, listing: Listed) -> Self {
        self.listing = Some(listing);
        self
    }

    /// The same, its listing read at `read_at`, and in doubt of its unit or not. Without a listing nothing changes.
    pub(crate) fn read(mut self, read_at: Moment, unit_doubt: bool) -> Self {
        self.listing = self.listing.map(|listing| listing.at(read_at).with_unit_doubt(unit_doubt));
        self
    }

    /// The server.
    #[must_use]
    pub fn server(&self) -> ServerId {
        self.server
    }

    /// What the listing said; none for a bare id.
    #[must_use]
    pub fn listing(&self) -> Option<&Listed> {
        self.listing.as_ref()
    }
}

impl Listed {
    /// A listing with these on-demand prices, one per coin, their digits as listed.
    #[must_use]
    pub fn new(on_demand: impl IntoIterator<Item = Rate>) -> Self {
        Self { on_demand: on_demand.into_iter().collect(), ..Self::default() }
    }

    /// Adds what the listing says of the on-demand price in dollars when paying in `coin`; the first word stays.
    #[must_use]
    pub fn in_usd(mut self, coin: Coin, price: UsdPerHour) -> Self {
        if self.usd_in(&coin).is_none() {
            self.usd.push((coin, price));
        }
        self
    }

    /// When the listing was read.
    #[must_use]
    pub fn at(mut self, read_at: Moment) -> Self {
        self.read_at = Some(read_at);
        self
    }

    /// Marks that the listing's prices may be in another unit than thought (api-facts 5, tripwire).
    #[must_use]
    pub fn with_unit_doubt(mut self, doubt: bool) -> Self {
        self.unit_doubt = doubt;
        self
    }

    /// When the listing was read, if that is known.
    #[must_use]
    pub fn read_at(&self) -> Option<Moment> {
        self.read_at
    }

    /// Whether its prices may be in another unit than thought: renting then needs the caller's word.
    #[must_use]
    pub fn unit_doubt(&self) -> bool {
        self.unit_doubt
    }

    /// The on-demand price in dollars per hour when paying in `coin`, if the listing told it.
    #[must_use]
    pub fn usd_in(&self, coin: &Coin) -> Option<UsdPerHour> {
        self.usd.iter().find(|(of, _)| of == coin).map(|(_, price)| *price)
    }

    /// The listed on-demand price when paying in `coin`.
    #[must_use]
    pub fn on_demand_in(&self, coin: &Coin) -> Option<&Rate> {
        self.on_demand.iter().find(|rate| rate.coin() == coin)
    }
}

impl From<ServerId> for Target {
    fn from(server: ServerId) -> Self {
        Self::new(server)
    }
}
