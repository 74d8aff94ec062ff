//! One file per API call: a typed request out, a typed answer in.
//!
//! An [`Endpoint`] is a value that knows its request, what it changes, and how its answer is read. It does no I/O and
//! knows neither host nor key. Any other call of the service can be sent as a value of an own type, any answer had
//! raw by [`Raw`].
//!
//! ```
//! use clore_core::effect::Effect;
//! use clore_core::endpoint::{Endpoint, Path, Whole};
//! use clore_core::error::InvalidRequest;
//! use clore_core::limits::Caps;
//!
//! struct News;
//!
//! impl Endpoint for News {
//!     type Output = String;
//!     type Reader = Whole<String>;
//!     const NAME: &'static str = "news";
//!
//!     fn effect(&self) -> Effect {
//!         Effect::Read
//!     }
//!     fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
//!         Path::new("/v1/news").into_read()
//!     }
//!     fn reader(&self, caps: &Caps) -> Self::Reader {
//!         Whole::new(caps, |fields| Ok(fields.some("count").unwrap_or("?").to_owned()))
//!     }
//! }
//! # assert_eq!(News.request().unwrap().uri(), "/v1/news");
//! ```

pub mod cancel_order;
pub mod cancel_orders;
pub mod create_order;
pub mod gigaspot;
mod host_answer;
pub mod marketplace;
pub mod my_orders;
pub mod my_servers;
mod path;
pub mod poh_balance;
mod price;
mod raw;
mod reader;
pub mod renter_fees;
pub mod server_config;
pub mod set_server_settings;
pub mod set_spot_price;
pub mod spot_marketplace;
pub mod wallets;

pub use path::Path;
pub use raw::{Beside, Raw, WithRaw};
pub use reader::{Answer, Reader, Streamed, Whole};

use crate::effect::{Effect, Lane};
use crate::error::InvalidRequest;
use crate::foreign_address::ForeignAddress;
use crate::limits::Caps;
use crate::model::Rate;

/// One call of the API, as a value.
pub trait Endpoint: Send {
    /// What a good answer becomes.
    type Output: Send;
    /// Reads the answer's bytes as they come.
    type Reader: Reader<Output = Self::Output>;

    /// The call's name, such as `my_orders`: errors and events name it.
    const NAME: &'static str;

    /// What the call changes. There is no default: whoever adds a call says it.
    fn effect(&self) -> Effect;

    /// The queue the call waits in; follows from the effect.
    fn lane(&self) -> Lane {
        self.effect().lane()
    }

    /// Whether the service wants the API key for it.
    fn needs_key(&self) -> bool {
        true
    }

    /// Where it is asked for when that is not under the base URL. Only reads go elsewhere, and always without the key.
    fn address(&self) -> Option<&ForeignAddress> {
        None
    }

    /// The server a money call is about, if it names one: open intents of one server are kept apart.
    fn server(&self) -> Option<crate::model::ServerId> {
        None
    }

    /// The order that a good answer of a money call names, for the journal.
    fn placed(&self, _output: &Self::Output) -> Option<crate::model::OrderId> {
        None
    }

    /// What a good answer of a money call proves, for the journal. By default a call that names a server proves
    /// nothing without an order, and any other call is done when the service says so.
    fn proof(&self, output: &Self::Output) -> Proof {
        match (self.placed(output), self.server()) {
            (Some(order), _) => Proof::Placed(order),
            (None, Some(_)) => Proof::Nothing,
            (None, None) => Proof::Done,
        }
    }

    /// The prices a money call asks for, without the fee: one for each order it may become. A session with limits in
    /// dollars refuses what it does not know, so whoever adds such a call says it.
    fn prices(&self) -> Vec<Option<Rate>> {
        vec![None]
    }

    /// Whether the service holds the call to those prices (a bid, a price that is required), so that they are prices for
    /// a limit as well. A listing alone may have been raised since.
    fn is_price_sure(&self) -> bool {
        true
    }

    /// The orders whose price the call changes, and the new prices, without the fee. The journal notes them before
    /// they are sent, and a session with a limit on rates refuses a reprice that names none.
    fn reprices(&self) -> Vec<(crate::model::OrderId, Rate)> {
        Vec::new()
    }

    /// Whether more than half of the records of a good answer could not be used, so that the service's answers have
    /// probably changed. Whoever listens is told ([`Event::Drifting`](crate::event::Event::Drifting)).
    fn is_drifting(&self, _output: &Self::Output) -> bool {
        false
    }

    /// The request: a path such as `/v1/wallets` and perhaps a body. Host and key are added later.
    ///
    /// # Errors
    /// [`InvalidRequest`] when a field breaks a documented rule. Nothing was sent.
    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest>;

    /// A reader for one answer. Each attempt gets a new one.
    fn reader(&self, caps: &Caps) -> Self::Reader;
}

/// What a good answer of a money call proves.
///
/// Closed: what becomes of the intent is decided by an exhaustive match over it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Proof {
    /// It is this order.
    Placed(crate::model::OrderId),
    /// It was done, and no answer of this call names an order.
    Done,
    /// Nothing of what was asked for was done.
    Refused,
    /// The output says of what it is not known: it is given to the caller, and the intent stays open.
    InPart,
    /// Nothing: the caller gets [`OutcomeUnknown`](crate::error::ErrorKind::OutcomeUnknown), the intent stays open.
    Nothing,
}

#[cfg(test)]
mod strict_tests;
#[cfg(test)]
mod tests;
