//! US dollars per time, each period its own type, compared exactly.
//!
//! All of them hold dollars per **day**, as the wire does (api-facts 5): an hourly figure is multiplied by 24, never a
//! daily one divided, so no rounding decides whether a price is under a cap. Division happens for showing only.

use crate::wire::number;
use core::cmp::Ordering;
use core::fmt;
use core::str::FromStr;
use rust_decimal::{Decimal, RoundingStrategy};

const HOURS: Decimal = Decimal::from_parts(24, 0, 0, false, 0);
/// Above this nothing is a price; it keeps every product inside the decimal's range.
const TOO_MUCH: Decimal = Decimal::from_parts(2_764_472_320, 232_830, 0, false, 0);
/// Decimal places a typed price may have, so that 24 times it is exact.
const TYPED_PLACES: u32 = 10;

/// Why something is no price.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum NotAPrice {
    /// Not a finite number: a word, `NaN`, `inf`, or more digits than can be kept exactly.
    NotANumber,
    /// Zero or less. A price of zero means "none", never "free" (api-facts 4.4).
    NotPositive,
    /// More than 10^15.
    TooLarge,
    /// More than ten decimal places.
    TooFine,
}

/// US dollars per day for a whole server.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UsdPerDay(Decimal);

/// US dollars per hour for a whole server.
///
/// ```
/// use clore_core::model::UsdPerHour;
/// let cap: UsdPerHour = "0.80".parse()?;
/// assert_eq!(cap.to_string(), "$0.80/h");
/// assert!("NaN".parse::<UsdPerHour>().is_err());
/// # Ok::<(), clore_core::model::NotAPrice>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UsdPerHour(UsdPerDay);

/// US dollars per hour for one GPU of a server.
#[derive(Clone, Copy, Debug)]
pub struct UsdPerHourPerGpu {
    server: UsdPerDay,
    gpus: u16,
}

/// `amount` if it can be a price at all.
pub(crate) fn positive(amount: Decimal) -> Result<Decimal, NotAPrice> {
    if amount <= Decimal::ZERO {
        Err(NotAPrice::NotPositive)
    } else if amount > TOO_MUCH {
        Err(NotAPrice::TooLarge)
    } else {
        Ok(amount)
    }
}

fn typed(text: &str) -> Result<Decimal, NotAPrice> {
    let amount = positive(number::plain_decimal(text).ok_or(NotAPrice::NotANumber)?)?;
    if amount.normalize().scale() > TYPED_PLACES {
        return Err(NotAPrice::TooFine);
    }
    Ok(amount)
}

impl UsdPerDay {
    /// This many dollars a day.
    ///
    /// # Errors
    /// [`NotAPrice`] for zero, less, or more than 10^15.
    pub fn new(amount: Decimal) -> Result<Self, NotAPrice> {
        positive(amount).map(Self)
    }

    /// The dollars, exact.
    #[must_use]
    pub fn amount(self) -> Decimal {
        self.0
    }

    /// The same price, said by the hour.
    #[must_use]
    pub fn per_hour(self) -> UsdPerHour {
        UsdPerHour(self)
    }
}

impl UsdPerHour {
    /// Reads what a user typed: `0.80`.
    ///
    /// # Errors
    /// [`NotAPrice`]: not a finite number, not above zero, more than 10^15 a day, or more than ten decimal places.
    pub fn parse(text: &str) -> Result<Self, NotAPrice> {
        let per_day = typed(text)?.checked_mul(HOURS).ok_or(NotAPrice::TooLarge)?;
        UsdPerDay::new(per_day).map(Self)
    }

    /// The same price, said by the day; exact.
    #[must_use]
    pub fn per_day(self) -> UsdPerDay {
        self.0
    }

    /// The dollars an hour, rounded to at most 28 digits. For showing; comparisons use the exact value.
    #[must_use]
    pub fn amount(self) -> Decimal {
        self.0.0.checked_div(HOURS).unwrap_or_default().normalize()
    }

    /// The share of one of `gpus` GPUs; `None` for a server without any.
    #[must_use]
    pub fn per_gpu(self, gpus: u16) -> Option<UsdPerHourPerGpu> {
        (gpus > 0).then_some(UsdPerHourPerGpu { server: self.0, gpus })
    }
}

impl UsdPerHourPerGpu {
    /// Reads what a user typed: `0.40`.
    ///
    /// # Errors
    /// As [`UsdPerHour::parse`].
    pub fn parse(text: &str) -> Result<Self, NotAPrice> {
        UsdPerHour::parse(text).map(|price| Self { server: price.0, gpus: 1 })
    }

    /// The price of a whole server of so many GPUs, rounded to at most 28 digits. For showing.
    #[must_use]
    pub fn for_gpus(self, gpus: u16) -> Option<UsdPerHour> {
        let whole = self.server.0.checked_mul(Decimal::from(gpus))?.checked_div(Decimal::from(self.gpus))?;
        UsdPerDay::new(whole).ok().map(UsdPerDay::per_hour)
    }

    /// The dollars an hour and GPU, rounded to at most 28 digits. For showing.
    #[must_use]
    pub fn amount(self) -> Decimal {
        UsdPerHour(self.server).amount().checked_div(Decimal::from(self.gpus)).unwrap_or_default().normalize()
    }
}

impl Ord for UsdPerHourPerGpu {
    /// By cross multiplication, so no division rounds. Both products stay below 10^20 with at most 28 places, of
    /// which the decimal keeps 28 significant digits.
    fn cmp(&self, other: &Self) -> Ordering {
        let product =
            |price: UsdPerDay, gpus: u16| price.0.checked_mul(Decimal::from(gpus)).unwrap_or(Decimal::MAX);
        product(self.server, other.gpus).cmp(&product(other.server, self.gpus))
    }
}

impl PartialOrd for UsdPerHourPerGpu {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for UsdPerHourPerGpu {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for UsdPerHourPerGpu {}

impl FromStr for UsdPerHour {
    type Err = NotAPrice;

    fn from_str(text: &str) -> Result<Self, NotAPrice> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for UsdPerHour {
    type Error = NotAPrice;

    fn try_from(text: &str) -> Result<Self, NotAPrice> {
        Self::parse(text)
    }
}

impl FromStr for UsdPerHourPerGpu {
    type Err = NotAPrice;

    fn from_str(text: &str) -> Result<Self, NotAPrice> {
        Self::parse(text)
    }
}

/// Two decimal places at least; below a dollar three significant digits: `12.50`, `0.353`, `0.00012`.
pub(super) fn shown(amount: Decimal) -> String {
    let nearest = RoundingStrategy::MidpointAwayFromZero;
    let mut rounded = if amount >= Decimal::ONE {
        amount.round_dp_with_strategy(2, nearest)
    } else {
        amount.round_sf_with_strategy(3, nearest).unwrap_or(amount)
    }
    .normalize();
    if rounded.scale() < 2 {
        rounded.rescale(2);
    }
    rounded.to_string()
}

impl fmt::Display for UsdPerHour {
    /// `$0.353/h`, rounded for reading.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("${}/h", shown(self.amount())))
    }
}

impl fmt::Display for UsdPerDay {
    /// `$8.47/day`, rounded for reading.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("${}/day", shown(self.0)))
    }
}

impl fmt::Display for UsdPerHourPerGpu {
    /// `$0.353/h per GPU`, rounded for reading.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("${}/h per GPU", shown(self.amount())))
    }
}

impl fmt::Display for NotAPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "not a price: give a finite decimal number such as 0.80",
            Self::NotPositive => "not a price: it must be above zero",
            Self::TooLarge => "not a price: it is too large",
            Self::TooFine => "not a price: at most ten decimal places",
        })
    }
}

impl std::error::Error for NotAPrice {}
