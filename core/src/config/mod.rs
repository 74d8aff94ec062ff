//! [`Config`]: key, base URL, deadlines and policy of one session, checked when it is built.
//!
//! Invariant: a `Config` that exists can be used. No error of this module repeats what it was given.

mod base_url;
mod warning;

use crate::error::{ConfigError, Error, ErrorKind};
use crate::foreign_address::ForeignAddress;
use crate::limits::Caps;
use crate::model::Rates;
use crate::pacer::Pacing;
use crate::secret::Secret;
use crate::spending::Limits;
pub use warning::ConfigWarning;

use base_url::BaseUrl;
use core::time::Duration;
use http::header::HeaderValue;
use http::uri::Scheme;

/// The service's address (api-facts 1.1).
pub const BASE_URL: &str = "https://api.clore.ai";

/// The default User-Agent: a stable name of our own, because the CDN refuses libraries' defaults (api-facts 1.1).
pub const USER_AGENT: &str = concat!("clore-rs/", env!("CARGO_PKG_VERSION"));

/// Everything that one session needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) key: Option<HeaderValue>,
    pub(crate) base: BaseUrl,
    pub(crate) user_agent: HeaderValue,
    pub(crate) timeout: Duration,
    pub(crate) deadline: Duration,
    pub(crate) max_retries: u32,
    pub(crate) pacing: Pacing,
    pub(crate) caps: Caps,
    pub(crate) rates: Rates,
    pub(crate) spending: Limits,
    pub(crate) grace: Duration,
    pub(crate) accept_unread_history: bool,
    pub(crate) asks_permit: bool,
}

/// Builds a [`Config`]. Setters never fail; [`ConfigBuilder::build`] does.
#[derive(Clone, Debug)]
pub struct ConfigBuilder {
    key: Option<Secret>,
    base_url: String,
    user_agent: String,
    timeout: Duration,
    deadline: Duration,
    max_retries: u32,
    rate_limit: Duration,
    create_gap: Duration,
    strict_pacing: bool,
    strict_reach: Duration,
    queue: usize,
    caps: Caps,
    rates: Rates,
    spending: Limits,
    grace: Duration,
    allow_plain_http: bool,
    accept_unread_history: bool,
    asks_permit: bool,
}

impl Config {
    /// A builder with the defaults: timeout 30 s, rate limit 1.1 s, three attempts, 120 s for a whole call.
    #[must_use]
    pub fn builder() -> ConfigBuilder {
        ConfigBuilder {
            key: None,
            base_url: BASE_URL.to_owned(),
            user_agent: USER_AGENT.to_owned(),
            timeout: Duration::from_secs(30),
            deadline: Duration::from_secs(120),
            max_retries: 3,
            rate_limit: Duration::from_millis(1100),
            create_gap: Duration::from_millis(5500),
            strict_pacing: false,
            strict_reach: Pacing::default().strict_reach,
            queue: Pacing::default().queue,
            caps: Caps::default(),
            rates: Rates::default(),
            spending: Limits::new(),
            grace: Duration::from_secs(60),
            allow_plain_http: false,
            accept_unread_history: false,
            asks_permit: false,
        }
    }

    /// The base URL, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base.text
    }

    /// Whether a key was given. Only the marketplace works without one.
    #[must_use]
    pub fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// Whether the base URL is plain http. A transport refuses plain http for every other session.
    #[must_use]
    pub fn is_plain_http(&self) -> bool {
        self.base.scheme == Scheme::HTTP
    }

    /// Checks an address that the service named outside the base URL, for a request without the key.
    ///
    /// # Errors
    /// [`ErrorKind::Address`], which names at most the host.
    pub fn foreign_address(&self, url: &str) -> Result<ForeignAddress, Error> {
        ForeignAddress::parse(url, &self.base.text).map_err(|refused| Error::new(ErrorKind::Address(refused)))
    }

    /// How long one attempt may take.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The upper bounds on answers. A transport reads from them how much of a head its HTTP library may hold.
    #[must_use]
    pub fn caps(&self) -> &Caps {
        &self.caps
    }

    /// The exchange rates known from the start.
    #[must_use]
    pub fn rates(&self) -> &Rates {
        &self.rates
    }

    /// The same with other bounds of time and attempts, where they are given.
    pub(crate) fn bounded(
        &self,
        timeout: Option<Duration>,
        deadline: Option<Duration>,
        attempts: Option<u32>,
    ) -> Result<Self, ConfigError> {
        let mut bounded = self.clone();
        for (name, given, bound) in
            [("timeout", timeout, &mut bounded.timeout), ("deadline", deadline, &mut bounded.deadline)]
        {
            if let Some(given) = given {
                within_a_day(name, given)?;
                *bound = given;
            }
        }
        bounded.max_retries = attempts.unwrap_or(self.max_retries).max(1);
        Ok(bounded)
    }

    /// The limits on everything this session rents.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.spending
    }
}

impl ConfigBuilder {
    /// The API key. It is checked when built and never shown.
    #[must_use]
    pub fn key(mut self, key: Secret) -> Self {
        self.key = Some(key);
        self
    }

    /// Another address of the service, such as a sandbox: `http://127.0.0.1:4000`. A path is kept as a prefix.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Another User-Agent.
    #[must_use]
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = name.into();
        self
    }

    /// How long one attempt may take, from its turn to the last byte: 30 s.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long a whole call may take, waiting and retries included: 120 s.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The total of attempts per request: 3. 0 and 1 mean one attempt.
    #[must_use]
    pub fn max_retries(mut self, attempts: u32) -> Self {
        self.max_retries = attempts;
        self
    }

    /// Least time between the starts of two requests: 1.1 s.
    #[must_use]
    pub fn rate_limit(mut self, interval: Duration) -> Self {
        self.rate_limit = interval;
        self
    }

    /// Least time between two creates: 5.5 s (api-facts 2).
    #[must_use]
    pub fn create_gap(mut self, gap: Duration) -> Self {
        self.create_gap = gap;
        self
    }

    /// Counts the rate limit from the answer of the request before, always and in all lanes; without it only for a
    /// minute after a "too fast".
    ///
    /// It costs one round trip for each request. It promises that requests arrive at the service at least the rate
    /// limit apart, whatever the network does to each, as long as it delays none by more than the reach less the rate
    /// limit (1.9 s with the defaults). A call that hangs stops the others no longer than the reach.
    #[must_use]
    pub fn strict_pacing(mut self, yes: bool) -> Self {
        self.strict_pacing = yes;
        self
    }

    /// How long after a request's start its answer is waited for at most, where pacing is strict: 3 s. Keep it above
    /// the rate limit, else there is nothing strict; [`Config::warnings`] says so.
    #[must_use]
    pub fn strict_reach(mut self, reach: Duration) -> Self {
        self.strict_reach = reach;
        self
    }

    /// How many calls may wait in one lane at once: 10,000. One more fails at once, nothing sent.
    #[must_use]
    pub fn queue(mut self, per_lane: usize) -> Self {
        self.queue = per_lane;
        self
    }

    /// Upper bounds on answers.
    #[must_use]
    pub fn caps(mut self, caps: Caps) -> Self {
        self.caps = caps;
        self
    }

    /// Exchange rates known from the start; the service tells few (api-facts 8, 22).
    #[must_use]
    pub fn rates(mut self, rates: Rates) -> Self {
        self.rates = rates;
        self
    }

    /// Limits on everything the session rents; a plan's own can only lower them. None unless set.
    ///
    /// They hold over all threads and processes that share one journal, base URL and key: other keys are taken for
    /// other accounts. [`Config::warnings`] says when they let nothing through.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.spending = limits;
        self
    }

    /// How long a create may stay invisible in `my_orders` before it counts as not seen: 60 s.
    ///
    /// The readings at 2, 5, 10, 20, 40 and 60 s scale with it. Below 60 s [`Config::warnings`] says so.
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Allows plain http to hosts other than this machine. The key travels readable then.
    #[must_use]
    pub fn allow_plain_http(mut self, yes: bool) -> Self {
        self.allow_plain_http = yes;
        self
    }

    /// Rents even when the list of orders cannot be read whole; a lost rental is then never settled by itself.
    #[must_use]
    pub fn accept_unread_history(mut self, yes: bool) -> Self {
        self.accept_unread_history = yes;
        self
    }

    /// Asks the transport's outer limiter before each request.
    #[must_use]
    pub fn ask_outer_limiter(mut self, yes: bool) -> Self {
        self.asks_permit = yes;
        self
    }

    /// Checks everything.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], without repeating the value.
    pub fn build(self) -> Result<Config, Error> {
        self.checked().map_err(|error| Error::new(ErrorKind::Config(error)))
    }

    fn checked(self) -> Result<Config, ConfigError> {
        let base = BaseUrl::parse(&self.base_url)?;
        if base.scheme == Scheme::HTTP && !base.is_loopback() && !self.allow_plain_http {
            return Err(ConfigError::PlainHttp);
        }
        let day = Duration::from_secs(86_400);
        for (name, value) in [("timeout", self.timeout), ("deadline", self.deadline), ("grace", self.grace)] {
            within_a_day(name, value)?;
        }
        for (name, value) in [
            ("rate_limit", self.rate_limit),
            ("create_gap", self.create_gap),
            ("strict_reach", self.strict_reach),
        ] {
            if value > day {
                return Err(ConfigError::Duration(name));
            }
        }
        let pacing =
            Pacing::default().interval(self.rate_limit).create_gap(self.create_gap).queue(self.queue);
        let pacing = pacing.strict(pacing.strict_for, self.strict_reach).always_strict(self.strict_pacing);
        if self.user_agent.trim().is_empty() {
            return Err(ConfigError::UserAgent);
        }
        let user_agent = HeaderValue::from_str(&self.user_agent).map_err(|_| ConfigError::UserAgent)?;
        Ok(Config {
            key: self.key.as_ref().map(key_header).transpose()?,
            base,
            user_agent,
            timeout: self.timeout,
            deadline: self.deadline,
            max_retries: self.max_retries.max(1),
            pacing,
            caps: self.caps,
            rates: self.rates,
            spending: self.spending,
            grace: self.grace,
            accept_unread_history: self.accept_unread_history,
            asks_permit: self.asks_permit,
        })
    }
}

fn within_a_day(name: &'static str, value: Duration) -> Result<(), ConfigError> {
    if value.is_zero() || value > Duration::from_secs(86_400) {
        return Err(ConfigError::Duration(name));
    }
    Ok(())
}

/// The key as the header's value, marked as sensitive: only visible ASCII, no white space.
fn key_header(key: &Secret) -> Result<HeaderValue, ConfigError> {
    let text = key.expose();
    if text.is_empty() {
        return Err(ConfigError::EmptyKey);
    }
    if text.len() > 4096 {
        return Err(ConfigError::KeyLength);
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ConfigError::KeyCharacters);
    }
    let mut value = HeaderValue::from_str(text).map_err(|_| ConfigError::KeyCharacters)?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests;
