//! [`Client`]: core's surface on this crate's transport, and work with a rental that a second thread watches.

use crate::transport::UreqTransport;
use clore_core::drive::run_rental_blocking;
use clore_core::error::Error;
use clore_core::op::{Operation, RentGuard, RentPlan, RentalEnd, WithRental};

clore_core::client! {
    /// A blocking client: every method returns when it is done, and threads share one client.
    blocking UreqTransport
}

impl Client {
    /// Rents, does `work` with the order on this thread while a second one watches it, and does by the order what the
    /// policy of `rental` says: by default it is cancelled, however the work ends, and the cancel is verified by
    /// reading. The order's id is told before `work` begins.
    ///
    /// ```
    /// use clore_blocking::Client;
    /// use clore_core::endpoint::create_order::{CreateOrder, DEFAULT_IMAGE};
    /// use clore_core::op::{RentCheapest, RentalEnd, WithRental};
    /// use clore_core::search::Filter;
    /// use clore_core::spending::OrderCaps;
    /// use core::time::Duration;
    /// # use clore_core::{config::Config, secret::Secret};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let clore = clore_sandbox::Server::builder(clore_sandbox::Options::new().servers(200)).speed(200.0).start("127.0.0.1:0")?;
    /// # let settings = Config::builder().base_url(clore.url()).key(Secret::new(clore.key())).rate_limit(Duration::from_millis(20));
    /// # let client = Client::builder().settings(settings).build()?;
    /// let cheapest = RentCheapest::new(Filter::new().gpu("RTX 4090").max_price("0.80".parse()?), |offer| {
    ///     CreateOrder::on_demand(offer, DEFAULT_IMAGE).ssh_key("ssh-ed25519 AAAA me")
    /// });
    /// let rental = WithRental::new(cheapest).caps(OrderCaps::new().runtime(Duration::from_secs(7_200)));
    /// let end = client.with_rental(rental, |guard| {
    ///     let machine = client.wait_for_order(guard.order())?;
    ///     Ok::<_, clore_core::error::Error>(machine.ssh()) // work with it here
    /// })?;
    /// match end {
    ///     RentalEnd::Worked { end, .. } if !end.may_bill() => println!("order {} is over", end.order),
    ///     RentalEnd::Worked { end, .. } => println!("order {} may be billing: {:?}", end.order, end.fate),
    ///     RentalEnd::NotRented(rented) => println!("{:?}", rented.end),
    /// }
    /// # assert!(clore.ledger().iter().all(|rental| !rental.is_open()) && clore.ledger().len() == 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Money
    /// While the program is killed (`kill -9`), suspended, without power or without a network, nothing ends the order,
    /// and it bills: see [`WithRental`]. Ctrl-C kills a program that does not catch it; this crate catches nothing. Let
    /// your handler call [`GuardHandle::interrupt`](clore_core::op::GuardHandle::interrupt) and return.
    ///
    /// # Errors
    /// What renting ends with. What became of the order is no error but a value.
    ///
    /// # Panics
    /// Goes on with a panic of `work` when the order has been treated as after a failure.
    pub fn with_rental<P: RentPlan + Clone, T, E>(
        &self,
        rental: WithRental<P>,
        work: impl FnOnce(&RentGuard) -> Result<T, E>,
    ) -> Result<RentalEnd<<P::Operation as Operation>::Output, T, E>, Error> {
        run_rental_blocking(&*self.transport, &self.session, rental, work)
    }
}
