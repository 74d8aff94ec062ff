//! The list of client methods, one row each, and the macro that stamps them.
//!
//! A row is a method's documentation, its name, its arguments, what it yields, and the [`Plan`](crate::op::Plan) it
//! runs. Adapters stamp all rows onto their own concrete client, `pub fn` or `pub async fn`, so that each crate's
//! documentation reads as if written for it alone. A missing row blocks nobody: `run` takes any plan.

/// Stamps the methods of every row onto a client that has `fn run(&self, plan) -> Result<_, Error>`.
///
/// `client_methods!(blocking Client)` or `client_methods!(asynchronous Client)`.
#[macro_export]
macro_rules! client_methods {
    ($mode:ident $client:ident) => {
        $crate::client_methods! { @rows $mode $client
            /// What the account holds (api-facts 3.1).
            ///
            /// # Errors
            /// See [`Error`]($crate::error::Error).
            fn wallets() -> $crate::endpoint::wallets::WalletList = $crate::endpoint::wallets::Wallets;

            /// What the account holds of one coin (api-facts 3.1): never 0 in place of "not known".
            ///
            /// # Errors
            /// See [`Error`]($crate::error::Error).
            fn balance(coin: $crate::model::Coin) -> $crate::endpoint::wallets::Balance
                = $crate::endpoint::wallets::BalanceOf::new(coin);

            /// What the service takes on top of a price (api-facts 3.16): percent of it by coin and kind, and the
            /// creation fee, absolute in its coin. What it does not tell is unknown, never 0.
            ///
            /// # Errors
            /// See [`Error`]($crate::error::Error).
            fn renter_fees() -> $crate::model::RenterFees = $crate::endpoint::renter_fees::RenterFees;

            /// What the account proves to hold, which lowers its fees (api-facts 3.15), in CLORE.
            ///
            /// # Errors
            /// See [`Error`]($crate::error::Error).
            fn poh_balance() -> $crate::model::poh::PohBalance = $crate::endpoint::poh_balance::PohBalance;

            /// Every server that is not rented; with `include_rented` those as well (api-facts 3.2).
            ///
            /// Rates are coin per **day** for the whole server.
            ///
            /// # Errors
            /// See [`Error`]($crate::error::Error).
            fn marketplace(include_rented: bool) -> $crate::endpoint::marketplace::Market
                = $crate::endpoint::marketplace::Marketplace::new().include_rented(include_rented);

            /// The servers that fit `filter`, the cheapest first; those of unknown price last.
            ///
            /// # Errors
            /// See [`Error`]($crate::error::Error).
            fn find_servers(filter: $crate::search::Filter) -> $crate::op::Offers
                = $crate::op::FindServers::new(filter);

            /// The cheapest free server that fits `filter` and whose price is known.
            ///
            /// # Errors
            /// See [`Error`]($crate::error::Error).
            fn find_cheapest(filter: $crate::search::Filter) -> Option<$crate::op::Offer>
                = $crate::op::FindCheapest::new(filter);

            /// The active orders; with `include_completed` all there ever were (api-facts 3.3).
            ///
            /// # Errors
            /// See [`Error`]($crate::error::Error).
            fn orders(include_completed: bool) -> $crate::endpoint::my_orders::OrderList
                = $crate::endpoint::my_orders::MyOrders { include_completed };

            /// One order: the active list is asked first. `None` only when both lists were read whole without it.
            ///
            /// # Errors
            /// [`UnreadOrder`]($crate::error::ErrorKind::UnreadOrder) when its record is there but cannot be read.
            fn order(id: $crate::model::OrderId) -> Option<$crate::model::Order> = $crate::op::FindOrder::new(id);

            /// Rents what `order` says, exactly once.
            ///
            /// # Money
            /// At most one create takes effect. An outcome that is not known is no error but a value, and its intent
            /// stays open until it is settled by `resume`.
            ///
            /// # Errors
            /// A refusal, or anything that happened before a byte of the create was sent.
            fn rent(order: $crate::endpoint::create_order::CreateOrder) -> $crate::op::rent::RentOutcome
                = $crate::op::rent::Rent::new(order);

            /// Rents the cheapest free server that fits `filter`, by the order that `make` makes of the offer; when the
            /// service says that it is gone, the next one, at most three in all. A listing older than 30 s is read again.
            ///
            /// # Money
            /// At most one order comes of it. An order dearer than the filter's maximum is told, and cancelled when it
            /// is certain to be this rental. A create whose outcome is not known ends it, with the intent open.
            ///
            /// # Errors
            /// A refusal that another server would not mend, or anything that happened before a byte of a create was
            /// sent.
            fn rent_cheapest(
                filter: $crate::search::Filter,
                make: impl Fn(&$crate::op::Offer) -> $crate::endpoint::create_order::CreateOrder + Send + Sync + 'static
            ) -> $crate::op::RentedCheapest = $crate::op::RentCheapest::new(filter, make);

            /// Sends one create and reads nothing: the one-shot call. Prefer `rent`.
            ///
            /// # Money
            /// It passes the journal and is sent at most once.
            ///
            /// # Errors
            /// [`OutcomeUnknown`]($crate::error::ErrorKind::OutcomeUnknown) when an order may have been placed.
            fn create_order(order: $crate::endpoint::create_order::CreateOrder)
                -> $crate::endpoint::create_order::Created = order;

            /// Cancels one order, and confirms by reading that it is over.
            ///
            /// # Errors
            /// [`CancelUnconfirmed`]($crate::error::ErrorKind::CancelUnconfirmed) when no complete list shows it.
            fn cancel_order(id: $crate::model::OrderId) -> $crate::op::Cancelled = $crate::op::Cancel::new(id);

            /// Cancels several orders and reports each.
            ///
            /// # Errors
            /// None of a single order: those are in the report.
            fn cancel_orders(ids: Vec<$crate::model::OrderId>) -> $crate::op::CancelReport
                = $crate::op::CancelMany::new(ids);

            /// Waits up to 300 s until the order runs, looking every 5 s.
            ///
            /// # Errors
            /// [`OrderEnded`]($crate::error::ErrorKind::OrderEnded) at once when it is over;
            /// [`WaitTimeout`]($crate::error::ErrorKind::WaitTimeout) with the order as last seen.
            fn wait_for_order(id: $crate::model::OrderId) -> $crate::model::Order
                = $crate::op::WaitForOrder::new(id);

            /// The bids for one server (api-facts 3.7), coin per day.
            ///
            /// # Errors
            /// See [`Error`]($crate::error::Error).
            fn spot_market(server: $crate::model::ServerId) -> $crate::model::spot::SpotMarket
                = $crate::endpoint::spot_marketplace::SpotMarketplace::new(server);

            /// Changes a spot order's bid, coin per day (api-facts 3.8).
            ///
            /// # Errors
            /// A refusal with its numbers, whatever the code;
            /// [`OutcomeUnknown`]($crate::error::ErrorKind::OutcomeUnknown) when one reading does not settle it.
            fn set_spot_price(order: $crate::model::OrderId, price: $crate::model::Rate) -> ()
                = $crate::op::Reprice::new($crate::endpoint::set_spot_price::SetSpotPrice::new(order, price));

            /// The account's own machines (api-facts 3.9).
            ///
            /// Prices are coin per **day** for the whole server.
            ///
            /// # Errors
            /// See [`Error`]($crate::error::Error).
            fn my_servers() -> $crate::endpoint::my_servers::HostedServers
                = $crate::endpoint::my_servers::MyServers;

            /// The settings of one of the account's own machines, by its name (api-facts 3.10).
            ///
            /// # Errors
            /// A refusal with [`NotYourServer`]($crate::error::Reason::NotYourServer) for any other name.
            fn server_config(name: String) -> $crate::model::ServerConfig
                = $crate::endpoint::server_config::ServerConfigOf::new(name);

            /// Changes some settings of one of the account's own machines and keeps the others (api-facts 3.11): reads
            /// its configuration, changes what `changes` names, sends all. Prices are coin per **day**.
            ///
            /// A change that another program makes meanwhile is overwritten with what was read.
            ///
            /// # Errors
            /// [`IncompleteSettings`]($crate::error::ErrorKind::IncompleteSettings), with nothing sent, when the
            /// configuration does not tell what has to be sent;
            /// [`SettingsUnknown`]($crate::error::ErrorKind::SettingsUnknown) when the answer was lost and a reading
            /// does not show the changes.
            fn update_server_settings(changes: $crate::endpoint::set_server_settings::SetServerSettings)
                -> $crate::op::UpdatedSettings = $crate::op::UpdateServerSettings::new(changes);

            /// Sends exactly these settings for one of the account's own machines (api-facts 3.11). Prefer
            /// `update_server_settings`: the service refuses settings that lack a part.
            ///
            /// # Errors
            /// A refusal; [`SettingsUnknown`]($crate::error::ErrorKind::SettingsUnknown) when the answer was lost and a
            /// reading does not show them.
            fn set_server_settings(settings: $crate::endpoint::set_server_settings::SetServerSettings)
                -> $crate::op::UpdatedSettings = $crate::op::UpdateServerSettings::as_they_are(settings);

            /// The gigaspot: its servers, the bids on them, and which are the account's own (api-facts 3.12).
            ///
            /// Bids are CLORE per **day** for the whole server. The snapshot lags, and is asked for without the key.
            ///
            /// # Errors
            /// [`Address`]($crate::error::ErrorKind::Address) when the service names an address that is not https, or
            /// not of a public name.
            fn gigaspot() -> $crate::model::Gigaspot = $crate::op::ViewGigaspot::new();

            /// Places bids on gigaspot servers with one request, CLORE per **day** for the whole server
            /// (api-facts 3.13). It may succeed in part; no order ids are told: read `gigaspot` or `orders` for them.
            ///
            /// # Money
            /// It passes the journal and is sent at most once. While a server is
            /// [`unclear`]($crate::endpoint::gigaspot::GigaspotPlaced::unclear), the intent stays open.
            ///
            /// # Errors
            /// A refusal of all of it;
            /// [`OutcomeUnknown`]($crate::error::ErrorKind::OutcomeUnknown) when no answer tells.
            fn create_gigaspot_orders(bids: Vec<$crate::endpoint::gigaspot::GigaspotBid>)
                -> $crate::endpoint::gigaspot::GigaspotPlaced
                = $crate::endpoint::gigaspot::CreateGigaspotOrders::new(bids);

            /// Changes the price, CLORE per **day**, and the clocks of gigaspot bids with one request (api-facts
            /// 3.14). It may succeed in part.
            ///
            /// # Money
            /// It is sent once. What its answer does not tell is looked for in one reading of the snapshot, which
            /// shows a change only beside the bid so far
            /// ([`GigaspotEdit::was`]($crate::endpoint::gigaspot::GigaspotEdit::was)).
            ///
            /// # Errors
            /// A refusal of all of it;
            /// [`OutcomeUnknown`]($crate::error::ErrorKind::OutcomeUnknown), naming the orders, when the answer was
            /// lost and the snapshot does not show the new prices.
            fn edit_gigaspot_orders(edits: Vec<$crate::endpoint::gigaspot::GigaspotEdit>)
                -> $crate::endpoint::gigaspot::GigaspotEdited = $crate::op::EditGigaspot::new(edits);

            /// Settles what a crash left, by reading. It never creates.
            ///
            /// # Errors
            /// See [`Error`]($crate::error::Error).
            fn resume() -> Vec<$crate::op::rent::Settled> = $crate::op::rent::Resume::new();
        }
    };
    (@rows $mode:ident $client:ident $($(#[$doc:meta])* fn $name:ident($($arg:ident: $type:ty),*) -> $output:ty = $plan:expr;)*) => {
        impl $client {
            $($crate::client_methods! { @method $mode [$(#[$doc])*] $name [$($arg: $type),*] $output, $plan })*
        }
    };
    (@method blocking [$(#[$doc:meta])*] $name:ident [$($arg:ident: $type:ty),*] $output:ty, $plan:expr) => {
        $(#[$doc])*
        pub fn $name(&self, $($arg: $type),*) -> Result<$output, $crate::error::Error> {
            self.run($plan)
        }
    };
    (@method asynchronous [$(#[$doc:meta])*] $name:ident [$($arg:ident: $type:ty),*] $output:ty, $plan:expr) => {
        $(#[$doc])*
        ///
        /// # Cancel safety
        /// Dropped while waiting, it gives its turn back; dropped with a request in flight, that request counts as
        /// lost, and a money call keeps its open intent.
        pub async fn $name(&self, $($arg: $type),*) -> Result<$output, $crate::error::Error> {
            self.run($plan).await
        }
    };
}
