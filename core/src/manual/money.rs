//! Units, outcomes, and what must hold for "never pay twice".
//!
//! # Units
//!
//! The service's rates are coin per **day** for the whole server: a [`Rate`](crate::model::Rate), whose digits go out
//! as they were listed. [`UsdPerHour`](crate::model::UsdPerHour) is another type and is made only where an exchange
//! rate is known; a server whose price in USD is unknown never counts as cheap. No price is ever a float.
//!
//! On top of a price the service takes a percentage and, once, a creation fee after ten minutes. A
//! [`CostEstimate`](crate::model::CostEstimate) adds both, told by `renter_fees` or assumed (5 %, 0.10 USD), and says
//! which; its figures are rounded up. A cap such as [`Filter::max_price`](crate::search::Filter::max_price) is held
//! against the listed price, without them.
//!
//! # Outcomes
//!
//! The service has no idempotency key and often answers a create without an order id. So
//! [`Rent`](crate::op::rent::Rent) reads your orders, records its intent in the journal, sends the create, and settles
//! every unclear answer by reading again. *Not seen* is not *not placed*:
//!
//! | [`RentOutcome`](crate::op::rent::RentOutcome) | what it means | what to do |
//! |---|---|---|
//! | `Placed` | there is an order, and it bills | use it, cancel it; if `inferred` and `unanswered`, look before you cancel |
//! | `NotSeen` | complete readings to the end of grace show no order | `resume` later; do not simply rent again |
//! | `Ambiguous` | one of the named rows may be it | a person looks, then attributes it or closes the intent |
//! | `Unknown` | the orders could not be read often enough | `resume` |
//! | an error | refused, or failed on the way; [`intents`](crate::error::Error::intents) and [`order_ids`](crate::error::Error::order_ids) name what stays open or bills | its `advice` |
//!
//! Dropping a rental in the middle, or dying, leaves its intent open. [`Resume`](crate::op::rent::Resume) settles it by
//! reading and never creates.
//!
//! # Limits
//!
//! [`Limits`](crate::spending::Limits) of the session ([`Config`](crate::config::ConfigBuilder::limits)) or of a plan
//! ([`Rent::limits`](crate::op::rent::Rent::limits), [`Within`](crate::op::Within)), of each the lower one, are checked
//! by the journal in the same step that records the intent. What would pass one is refused before anything is sent, by
//! [`ErrorKind::Limit`](crate::error::ErrorKind::Limit), whose text is the arithmetic. They hold over all threads and
//! processes that share one journal, base URL and key; another key is taken for another account.
//!
//! - `max_rate` is compared with the price **without** the fee, as searches show it. Reprices obey it too.
//! - `max_total_per_day` takes the fee: what ended orders cost in the last 24 h, and 24 h of every order that is open, may
//!   exist (an open intent), or is asked for. Orders of the account that the journal does not know count by their row.
//! - `max_open_orders` counts each order that the journal or the list of orders knows once.
//! - A price that is needed and not known refuses: a bare server id without bid or required price, a coin of unknown
//!   worth, an own [`Endpoint`](crate::endpoint::Endpoint) that does not state its
//!   [`prices`](crate::endpoint::Endpoint::prices). `Within` takes exchange rates and fees that the caller knows.
//! - An order that ended elsewhere counts until a complete reading shows that it is over; renting reads one each time.
//! - What a day cost rests on the wall clock, and one that stands before the journal's newest line counts as that line's.
//!
//! [`OrderCaps`](crate::spending::OrderCaps) (how long, for how much) are only written into the journal: they hold while
//! something watches the order, and end nothing by themselves.
//!
//! # Ending what was rented
//!
//! [`WithRental`](crate::op::WithRental) rents, lets your code work with the order, and cancels it when the work ends:
//! done, failed, panicked or interrupted, each as its [`GuardPolicy`](crate::op::GuardPolicy) says. [`OrderCaps`]
//! (runtime, spend) end the order while the work goes on. The runtime counts by the service's clock (`Date` less the
//! creation) and by monotonic time from there; the cost is the service's own figure, or the price with fees and time,
//! whichever is more. [`GuardOrders`](crate::op::GuardOrders) (`clore guard`) does the same for all open orders of a
//! journal. A cancel counts only when a complete list confirms it; until then the order is told as
//! [`StillBilling`](crate::op::Fate::StillBilling).
//!
//! [`AutoCancel`](crate::op::rent::AutoCancel) is the rule all of them keep:
//!
//! | how the order became known | it is cancelled without a person's word |
//! |---|---|
//! | its id came in the create's own answer | yes |
//! | success without an id | at the end of grace, when exactly this row was seen and contradicts nothing |
//! | a lost or unclear answer | the same, and only where `cancel_inferred` was said beforehand |
//! | by the journal of an earlier run (`clore guard`) | by the same rule; after a lost answer only with `--cancel-inferred`, or when named by `--order` |
//!
//! **A client ends nothing while it is switched off.** Killed (`kill -9`, SIGTERM without a handler), left by
//! `std::process::exit` or a panic that aborts, suspended with its machine, without power or
//! without a network it watches nothing, and the order bills. A watch that wakes up notices a cap that was passed
//! meanwhile at its first reading. The order's intent is in the journal: `clore orders` and `clore resume` name it
//! afterwards. Where that is not enough, let `clore guard` run on a second machine that stays on; several do no harm.
//!
//! [`OrderCaps`]: crate::spending::OrderCaps
//!
//! # What must hold
//!
//! No rental is told to two intents, none is unknown to you, and none is sent twice, as long as the left column holds:
//!
//! | must hold | else |
//! |---|---|
//! | one journal per key; a file, not the in-memory default, across a crash | nothing is known after a crash; one order may be told twice (flagged inferred) |
//! | the key is not used on that server elsewhere for about two minutes | an inferred placement may be the other's order |
//! | lag of `my_orders` plus lateness of a commit < 60 s | NotSeen stays open (safe); after a code 5 a rental could go unknown |
//! | code 5 executes nothing | a second rental, if the first has already ended |
//! | one live order per server and key | code 5 may double; inferred placements may mix up |
//! | code 0 means an order | an inferred placement may be the other's |
//! | no proxy or CDN repeats a POST | `server-already-rented` to the repeat reads as a refusal while the first one bills |
//! | an adapter's NotSent is true | an own order enters the next base ids and is never found |
//! | locks end with the process, flushed data survives (no network file system) | two owners, or a lost intent |
//! | the rows' creation time and the `Date` header agree within 10 s | Ambiguous in place of Placed |
