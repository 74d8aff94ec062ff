//! The service's state, pure: a market, an account and its orders, and the time it was told. What a request does to it
//! is in `dispatch` and the routes.

use std::time::Duration;

use http::{HeaderValue, Request, Response, StatusCode, header};

use crate::calendar::imf_fixdate;
use crate::coin::Coin;
use crate::envelope::Answer;
use crate::fault::FaultPlan;
use crate::gigaspot::Gigaspot;
use crate::hosting::Hosting;
use crate::json_text::Object;
use crate::limit::Limiter;
use crate::market::{Listing, Market};
use crate::options::Options;
use crate::random::Random;
use crate::rentals::{Counts, Machine, Order, Rental, Rentals, Standing};
use crate::request_log::{Logged, RequestLog};
use crate::shape::{OrderView, ServerView, Shape};

pub(crate) const JSON: &str = "application/json; charset=utf-8";

/// A Clore of its own, with a market, an account, its orders and a ledger of what was really rented.
///
/// It reads no clock: `now` is the time since its start and given with each request. Time that goes back counts as
/// standing still.
///
/// ```
/// use std::time::Duration;
/// use clore_sandbox::{Clore, Options};
/// use http::Request;
///
/// let mut clore = Clore::new(Options::new().servers(20));
/// let key = clore.key().to_owned();
/// let server = clore.free().next().expect("a free server");
/// let body = format!(
///     r#"{{"renting_server":{server},"type":"on-demand","currency":"USD-Blockchain","image":"ubuntu"}}"#
/// );
/// let request = Request::post("/v1/create_order").header("auth", key).body(body.into_bytes())?;
/// let answer = clore.handle(Duration::ZERO, request);
/// assert_eq!(answer.status(), 200);
/// assert_eq!(clore.ledger()[0].server_id, server);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Debug)]
pub struct Clore {
    pub(crate) options: Options,
    pub(crate) market: Market,
    pub(crate) rentals: Rentals,
    pub(crate) hosting: Hosting,
    pub(crate) gigaspot: Gigaspot,
    /// About how long the marketplace's answer is.
    pub(crate) market_bytes: usize,
    pub(crate) faults: FaultPlan,
    key: String,
    pub(crate) limiter: Limiter,
    log: RequestLog,
    now: Duration,
}

impl Clore {
    /// A sandbox as the options say, at time zero.
    pub fn new(mut options: Options) -> Clore {
        let market = match options.market.take() {
            Some(market) => market,
            None => Market::generate(options.seed, options.servers),
        };
        let machines = market.listings().iter().map(|listing| Machine::new(listing.rented)).collect();
        let key = match options.key.take() {
            Some(key) => key,
            None => format!("sandbox-{}", Random::new(options.seed ^ 0x6b_6579).word(24)),
        };
        Clore {
            rentals: Rentals::new(machines, options.balances, options.seed),
            hosting: Hosting::new(&market, options.seed),
            gigaspot: Gigaspot::default(),
            market_bytes: market.len() * 1024,
            faults: std::mem::take(&mut options.faults),
            limiter: Limiter::new(options.interval, options.create_window),
            log: RequestLog::default(),
            now: Duration::ZERO,
            options,
            market,
            key,
        }
    }

    /// The key of the account, as the header `auth` must carry it.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The newest time it was told.
    pub fn now(&self) -> Duration {
        self.now
    }

    /// The market: who had rented what at the start, and the newest terms of every host.
    pub fn market(&self) -> &Market {
        &self.market
    }

    /// The servers that a create could have on demand now, in the market's order: on offer, not the account's own, not
    /// on gigaspot, and rented by nobody.
    pub fn free(&self) -> impl Iterator<Item = u64> + '_ {
        let listings = self.market.listings().iter().enumerate();
        listings
            .filter(|(place, listing)| self.market.lets(listing) && !self.rentals.machine(*place).rented())
            .filter_map(|(_, listing)| listing.id)
    }

    /// The first of the servers that the account itself hosts.
    pub fn own_server(&self) -> Option<u64> {
        self.market.own().first().copied()
    }

    /// Everything that was ever really rented, by order id, as it stands at the newest time told.
    pub fn ledger(&self) -> Vec<Rental> {
        self.rentals.orders().map(|order| Rental::of(order, self.now)).collect()
    }

    /// One rental of the ledger.
    pub fn rental(&self, order_id: u64) -> Option<Rental> {
        self.rentals.order(order_id).map(|order| Rental::of(order, self.now))
    }

    /// How many rentals there were and are.
    pub fn counts(&self) -> Counts {
        self.rentals.counts()
    }

    /// What the wallet of one coin holds now.
    pub fn balance(&self, coin: Coin) -> f64 {
        self.rentals.balance(coin, self.now)
    }

    /// Every request so far, oldest first; of very many the newest 100,000.
    pub fn requests(&self) -> Vec<Logged> {
        self.log.all().cloned().collect()
    }

    /// How many requests there ever were.
    pub fn requests_total(&self) -> u64 {
        self.log.total()
    }

    /// The scripted faults; they apply to [`Clore::exchange`].
    pub fn faults(&mut self) -> &mut FaultPlan {
        &mut self.faults
    }

    /// Lets time pass without a request.
    pub fn advance(&mut self, now: Duration) {
        self.now = self.now.max(now);
        self.rentals.advance(self.now);
    }

    pub(crate) fn has_key(&self, request: &Request<Vec<u8>>) -> bool {
        request.headers().get("auth").is_some_and(|key| key.as_bytes() == self.key.as_bytes())
    }

    /// Logs a request that is not handled.
    pub(crate) fn note(
        &mut self,
        now: Duration,
        request: &Request<Vec<u8>>,
        code: Option<u8>,
        why: Option<String>,
        fault: Option<String>,
    ) {
        self.advance(now);
        self.log_request(request, code, why, fault);
    }

    pub(crate) fn log_request(
        &mut self,
        request: &Request<Vec<u8>>,
        code: Option<u8>,
        why: Option<String>,
        fault: Option<String>,
    ) {
        let uri = request.uri();
        self.log.push(Logged {
            at: self.now,
            method: request.method().as_str().to_owned(),
            path: uri.path_and_query().map_or_else(|| uri.path().to_owned(), |path| path.as_str().to_owned()),
            with_key: request.headers().contains_key("auth"),
            body: request.body().clone(),
            code,
            why,
            fault,
        });
    }

    pub(crate) fn html(&mut self, now: Duration, status: u16, text: &str) -> Response<Vec<u8>> {
        self.advance(now);
        self.response(status, "text/html; charset=utf-8", text.as_bytes().to_vec())
    }

    /// api-facts 2: the refusal of a limit, here for no reason; like a true one it restarts the windows.
    pub(crate) fn code_5(
        &mut self,
        now: Duration,
        request: &Request<Vec<u8>>,
        fault: Option<String>,
    ) -> Response<Vec<u8>> {
        self.advance(now);
        let with_key = self.has_key(request);
        self.limiter.arrive(self.now, with_key, request.uri().path() == "/v1/create_order");
        self.log_request(request, Some(5), None, fault);
        let status = self.options.http_status[5];
        self.response(status, JSON, b"{\"code\":5}".to_vec())
    }

    pub(crate) fn response(&self, status: u16, kind: &'static str, body: Vec<u8>) -> Response<Vec<u8>> {
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        let unix = self.options.epoch.saturating_add(self.now.as_secs().min(100_000_000_000));
        let date = imf_fixdate(unix.saturating_add_signed(self.options.date_ahead));
        if let Ok(date) = HeaderValue::from_str(&date) {
            headers.insert(header::DATE, date);
        }
        response
    }

    /// How answers look.
    pub(crate) fn shape(&self) -> &'static dyn Shape {
        self.options.dialect.shape()
    }

    /// What a row of the marketplace is about.
    pub(crate) fn server_view<'a>(
        &'a self,
        place: usize,
        listing: &'a Listing,
        now: Duration,
    ) -> ServerView<'a> {
        let machine = self.rentals.machine(place);
        let holder = machine.holder().and_then(|id| self.rentals.order(id));
        let order = holder.map(|order| self.view(order, now, false));
        ServerView { listing, rented: machine.rented(), order }
    }

    pub(crate) fn created_answer(&self, id: u64, now: Duration) -> Answer {
        let shape = self.shape();
        let answer = self.options.create_answer.unwrap_or_else(|| shape.create_answer());
        match self.rentals.order(id) {
            Some(order) => Answer::done(shape.created(self.view(order, now, false), answer)),
            None => Answer::done(Object::new()),
        }
    }

    /// The row of an order; `as_if_alive` shows one that has ended as the service's lagging list would.
    pub(crate) fn order_row(&self, order: &Order, now: Duration, as_if_alive: bool) -> Object {
        self.shape().order(self.view(order, now, as_if_alive))
    }

    fn view<'a>(&'a self, order: &'a Order, now: Duration, as_if_alive: bool) -> OrderView<'a> {
        let place = order.asked.machine;
        let standing = match order.standing(now, self.options.boot) {
            Standing::Ended(_) if as_if_alive => {
                let booted = now.saturating_sub(order.created) >= self.options.boot;
                if booted { Standing::Running } else { Standing::Creating }
            }
            standing => standing,
        };
        OrderView {
            order,
            standing,
            now,
            epoch: self.options.epoch,
            host_online: self.rentals.machine(place).online,
            echo: &self.market.listings()[place].echo,
        }
    }
}
