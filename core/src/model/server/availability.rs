//! [`Availability`]: whether a server can be had (api-facts 4.4, row rented).

use crate::wire::field::{self, Raw};
use serde::Deserialize;

/// Whether a server can be had.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Availability {
    /// Nobody rents it.
    Free,
    /// This many of its GPUs are free. No call is known that rents a part (api-facts 8, question 8).
    Partly(u16),
    /// Somebody rents it, perhaps you.
    Rented,
    /// The row does not say. Listed, never rented automatically.
    Unknown,
}

#[derive(Deserialize)]
struct Partial<'a> {
    #[serde(borrow)]
    total_gpus: Raw<'a>,
    #[serde(borrow)]
    available_gpus: Raw<'a>,
}

impl Availability {
    pub(crate) fn decode(rented: Raw<'_>, partial: Raw<'_>) -> Self {
        let free = match field::boolean(rented) {
            Some(true) => return Self::Rented,
            Some(false) => true,
            None => false,
        };
        let Some(partial) = field::object::<Partial<'_>>(partial) else {
            return if free { Self::Free } else { Self::Unknown };
        };
        let number = |raw| field::integer(raw).and_then(|n| u16::try_from(n).ok());
        match (number(partial.available_gpus), number(partial.total_gpus)) {
            (Some(available), Some(total)) if available >= total && total > 0 && free => Self::Free,
            (Some(0), _) if free => Self::Rented,
            (Some(available), _) if free => Self::Partly(available),
            (None, _) if free => Self::Free,
            _ => Self::Unknown,
        }
    }

    /// `partial_gpu_rental.total_gpus`, one of the counts of api-facts 4.5.
    pub(crate) fn total_gpus(partial: Raw<'_>) -> Option<u16> {
        let partial: Partial<'_> = field::object(partial)?;
        u16::try_from(field::integer(partial.total_gpus)?).ok()
    }
}
