//! From a search to a cancelled order.
//!
//! Core alone moves no byte. Take a client (`clore-blocking`) or an adapter [of your own](super::own_adapter); what you
//! ask for is the same value in both:
//!
//! ```
//! use clore_core::endpoint::create_order::{CreateOrder, DEFAULT_IMAGE};
//! use clore_core::model::ServerId;
//! use clore_core::op::rent::Rent;
//! use clore_core::op::FindCheapest;
//! use clore_core::search::Filter;
//!
//! // USD per hour for the whole server, and percent.
//! let wanted = Filter::new().gpu("RTX 4090").max_price("0.80".parse()?).min_reliability("85".parse()?);
//! let search = FindCheapest::new(wanted);
//! // In a program: `CreateOrder::on_demand(&offer, ..)`, so that the listed price goes along as a guard.
//! let order = CreateOrder::on_demand(ServerId::new(6110), DEFAULT_IMAGE).ssh_key("ssh-ed25519 AAAA me");
//! let rent = Rent::new(order);
//! # let _ = (search, rent);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! With the blocking client:
//!
//! ```ignore
//! let client = clore_blocking::Client::from_env()?; // CLORE_API_KEY
//! let Some(offer) = client.find_cheapest(wanted)? else { return Ok(()) };
//! match client.rent(CreateOrder::on_demand(&offer, DEFAULT_IMAGE).ssh_key(key))? {
//!     RentOutcome::Placed(placed) => {
//!         client.wait_for_order(placed.order)?;
//!         client.cancel_order(placed.order)?;
//!     }
//!     unclear => eprintln!("{}: an order may be billing; do not simply rent again", unclear.word()),
//! }
//! ```
//!
//! Make one client per key and clone it: clones share the pacer, so they are never too fast for each other.
