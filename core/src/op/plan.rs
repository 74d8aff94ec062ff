//! [`Plan`]: what a client's method makes: a request or an operation, not yet begun. [`Settings`]: what it begins with.

use super::rent::Placed;
use super::{Operation, RentPlan, Single};
use crate::config::Config;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::journal::IntentId;
use crate::model::{Coin, CostEstimate, Kind, Rates, RenterFees};
use crate::retry::Jitter;
use crate::session::Session;
use crate::spending::{Limits, OrderCaps};
use crate::time::{Moment, UnixTime};
use core::fmt;
use core::time::Duration;
use std::sync::Arc;

/// Something a client can run. Endpoints are plans, so are the types that begin the longer operations.
pub trait Plan {
    /// The machine it becomes.
    type Operation: Operation;

    /// Begins it. What is wrong with the plan is said by the operation's first poll.
    fn begin(self, settings: &Settings, now: Moment) -> Self::Operation;
}

/// Another plan, run within lower limits than the session's, and with what its caller knows of prices. It limits money
/// calls and reprices, and nothing else.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before a client runs it"]
pub struct Within<P> {
    plan: P,
    limits: Limits,
    rates: Rates,
    fees: Option<RenterFees>,
}

impl<P: Plan> Within<P> {
    /// `plan`, within `limits` as well as those of the session.
    pub fn new(limits: Limits, plan: P) -> Self {
        Self { plan, limits, rates: Rates::new(), fees: None }
    }

    /// What coins are worth, beside what the session knows: limits in dollars and the journal's prices rest on the higher
    /// of both.
    pub fn rates(mut self, rates: Rates) -> Self {
        self.rates = rates;
        self
    }

    /// The fees that the service told, if it did; without them 5 % are assumed.
    pub fn fees(mut self, fees: Option<RenterFees>) -> Self {
        self.fees = fees;
        self
    }
}

impl<P> Within<P> {
    /// Of what the session and the plan say a coin is worth the higher stands: neither may make a dear bid pass.
    fn settings(&self, settings: &Settings) -> Settings {
        let mut settings = settings.within(&self.limits);
        settings.rates = self.rates.clone().at_least(&settings.rates);
        settings.fees = self.fees.clone().or(settings.fees);
        settings
    }
}

impl<P: RentPlan> RentPlan for Within<P> {
    fn placed(output: &<Self::Operation as Operation>::Output) -> Option<(Placed, Option<CostEstimate>)> {
        P::placed(output)
    }

    fn written_caps(&self) -> OrderCaps {
        self.plan.written_caps()
    }

    fn rates(&self) -> Rates {
        self.rates.clone()
    }

    fn with_caps(self, caps: OrderCaps) -> Self {
        Self { plan: self.plan.with_caps(caps), ..self }
    }
}

impl<P: Plan> Plan for Within<P> {
    type Operation = P::Operation;

    fn begin(self, settings: &Settings, now: Moment) -> P::Operation {
        let settings = self.settings(settings);
        self.plan.begin(&settings, now)
    }
}

impl<E: Endpoint> Plan for E {
    type Operation = Single<E>;

    fn begin(self, settings: &Settings, now: Moment) -> Single<E> {
        Single::new(settings, self, now)
    }
}

/// What an operation may know of its surroundings: configuration, the wall's date, randomness.
#[derive(Clone)]
pub struct Settings {
    pub(crate) session: Session,
    /// In place of the session's, for one call with bounds of its own.
    bounds: Option<Arc<Config>>,
    pub(crate) wall: Option<UnixTime>,
    limits: Limits,
    rates: Rates,
    fees: Option<RenterFees>,
    entropy: [u8; 32],
}

impl Settings {
    /// The settings of one call. `entropy` is fresh from the system for each call; `wall` is for the journal only.
    #[must_use]
    pub fn new(session: &Session, wall: Option<UnixTime>, entropy: [u8; 32]) -> Self {
        let config = session.config();
        let (limits, rates) = (*config.limits(), config.rates().clone());
        Self { session: session.clone(), bounds: None, wall, limits, rates, fees: None, entropy }
    }

    /// The same settings within lower limits; a higher one changes nothing.
    #[must_use]
    pub fn within(&self, limits: &Limits) -> Self {
        Self { limits: self.limits.lowered_by(limits), ..self.clone() }
    }

    /// The limits on spending: the session's, lowered by those of the plan.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        self.bounds.as_deref().unwrap_or(self.session.config())
    }

    /// The same settings with other bounds of time and attempts.
    pub(crate) fn bounded(
        &self,
        timeout: Option<Duration>,
        deadline: Option<Duration>,
        attempts: Option<u32>,
    ) -> Result<Self, Error> {
        let bounded = self.config().bounded(timeout, deadline, attempts);
        let bounded = bounded.map_err(|error| Error::new(ErrorKind::Config(error)))?;
        Ok(Self { bounds: Some(Arc::new(bounded)), ..self.clone() })
    }

    /// What coins are worth: the session's word, and what the plan knows beside it.
    #[must_use]
    pub fn rates(&self) -> &Rates {
        &self.rates
    }

    /// What a price comes to by the rates and fees that are known; without told fees 5 % are assumed.
    pub(crate) fn with_fees(&self, cost: CostEstimate) -> CostEstimate {
        match &self.fees {
            Some(fees) => cost.or_fees(fees),
            None => cost,
        }
    }

    /// An estimate of renting this way, by the rates and fees that are known.
    pub(crate) fn estimate(&self, kind: Kind, coin: Coin) -> CostEstimate {
        self.with_fees(CostEstimate::new(kind, coin).rates(&self.rates))
    }

    /// A fresh intent's name: the first half of the entropy.
    pub(crate) fn intent_id(&self) -> IntentId {
        let mut half = [0; 16];
        half.iter_mut().zip(self.entropy).for_each(|(to, from)| *to = from);
        IntentId::generate(half)
    }

    /// Randomness for backoffs: the second half.
    pub(crate) fn jitter(&self) -> Jitter {
        let mut seed = [0; 8];
        seed.iter_mut().zip(self.entropy.into_iter().skip(16)).for_each(|(to, from)| *to = from);
        Jitter::new(u64::from_le_bytes(seed))
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("config", self.config())
            .field("wall", &self.wall)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::create_order::CreateOrder;
    use crate::endpoint::wallets::Wallets;
    use crate::model::{OrderId, ServerId, UsdPerCoin};
    use crate::op::rent::{Evidence, Rent, RentOutcome};

    #[test]
    fn of_what_session_and_plan_say_a_coin_is_worth_the_higher_stands() {
        let worth = |text: &str| UsdPerCoin::new(text.parse().unwrap()).unwrap();
        let rates = |coin, text| Rates::new().with(coin, worth(text));
        let config = Config::builder().rates(rates(Coin::Clore, "0.30")).build().unwrap();
        let settings = Settings::new(&Session::new(config), None, [7; 32]);
        let cheap = rates(Coin::Clore, "0.003").with(Coin::Bitcoin, worth("60000"));
        let within = Within::new(Limits::new(), Wallets).rates(cheap).settings(&settings);
        assert_eq!(within.rates().usd_for_one(&Coin::Clore), Some(worth("0.30")));
        assert_eq!(within.rates().usd_for_one(&Coin::Bitcoin), Some(worth("60000")));
        let dear = rates(Coin::Clore, "0.40");
        let within = Within::new(Limits::new(), Wallets).rates(dear).settings(&settings);
        assert_eq!(within.rates().usd_for_one(&Coin::Clore), Some(worth("0.40")));
    }

    /// `clore rent` guards what it rents within limits: neither the caps nor the order may be lost on the way.
    #[test]
    fn renting_within_limits_keeps_caps_prices_and_the_order_that_was_placed() {
        let hour = OrderCaps::new().runtime(Duration::from_secs(3_600));
        let worth = UsdPerCoin::new("0.30".parse().unwrap()).unwrap();
        let rates = Rates::new().with(Coin::Clore, worth);
        let rent = Rent::new(CreateOrder::on_demand(ServerId::new(5), "img"));
        let within = Within::new(Limits::new(), rent).rates(rates).with_caps(hour);
        assert_eq!(within.written_caps(), hour);
        assert_eq!(RentPlan::rates(&within).usd_for_one(&Coin::Clore), Some(worth));
        let evidence = Evidence::new(IntentId::parse("mine").unwrap(), None);
        assert_eq!(<Within<Rent> as RentPlan>::placed(&RentOutcome::NotSeen(evidence)), None);
        let placed = Placed {
            order: OrderId::new(9),
            server: ServerId::new(5),
            intent: IntentId::parse("mine").unwrap(),
            inferred: false,
            unanswered: false,
            warnings: Vec::new(),
            snapshot_date: None,
            found_by: None,
        };
        let told = <Within<Rent> as RentPlan>::placed(&RentOutcome::Placed(placed.clone()));
        assert_eq!(told, Some((placed, None)));
    }

    #[test]
    fn fees_that_the_service_told_stand_in_place_of_those_that_are_assumed() {
        let settings = Settings::new(&Session::new(Config::builder().build().unwrap()), None, [7; 32]);
        let percent = |fees: Option<RenterFees>| {
            let settings = Within::new(Limits::new(), Wallets).fees(fees).settings(&settings);
            settings.estimate(Kind::OnDemand, Coin::Clore).fee().to_string()
        };
        let told =
            RenterFees::decode(br#"{"renter_fees":{"on_demand":{"base":{"CLORE-Blockchain":7}}}}"#).unwrap();
        assert_eq!((percent(None), percent(Some(told))), ("5 %".to_owned(), "7 %".to_owned()));
    }
}
