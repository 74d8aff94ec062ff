//! [`Specs`]: the hardware beside the GPUs (api-facts 3.2 `specs.*`, 4.4). Sizes are decimals in the unit named.

use crate::wire::field::{self, Raw};
use crate::wire::number;
use core::fmt;
use core::str::FromStr;
use rust_decimal::Decimal;
use serde::Deserialize;

/// What a machine is made of, as far as it is said. Texts are as they came: show them through
/// [`Excerpt`](crate::excerpt::Excerpt).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Specs {
    /// The main board.
    pub mainboard: Option<String>,
    /// The processor.
    pub cpu: Option<String>,
    /// Its cores.
    pub cores: Option<u16>,
    /// Its threads.
    pub threads: Option<u16>,
    /// GB of memory.
    pub ram_gb: Option<Decimal>,
    /// GB of disk, read from the end of [`Specs::disk`].
    pub disk_gb: Option<Decimal>,
    /// The disk as listed.
    pub disk: Option<String>,
    /// MB per second; `None` also where it was not measured (the wire's 0).
    pub disk_mb_per_s: Option<Decimal>,
    /// The connection.
    pub network: Network,
    /// The version of the host's software.
    pub backend_version: Option<u64>,
    /// The PCI Express revision, such as `4` or `4.0`.
    pub pcie_revision: Option<String>,
    /// PCI Express lanes.
    pub pcie_width: Option<u64>,
    /// The power limit of each GPU in W.
    pub power_limits_w: Vec<u64>,
}

/// A server's connection.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Network {
    /// Mbit/s up; `None` also where it was not measured (both 0 on the wire).
    pub up_mbit: Option<Decimal>,
    /// Mbit/s down; as `up_mbit`.
    pub down_mbit: Option<Decimal>,
    /// The two letters of the country, upper case.
    pub country: Option<String>,
}

/// A CUDA version, compared by number: 12.10 is newer than 12.2.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub struct CudaVersion {
    /// The 12 of 12.4.
    pub major: u16,
    /// The 4 of 12.4.
    pub minor: u16,
}

/// A text that is no CUDA version such as `12.4` or `12`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct NotACudaVersion;

impl FromStr for CudaVersion {
    type Err = NotACudaVersion;

    /// `12.4`, `12` (12.0) and `12.4.1` (whose third part does not count).
    fn from_str(text: &str) -> Result<Self, NotACudaVersion> {
        let part = |text: &str| {
            let digits = text.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| text.parse::<u16>().ok()).flatten().ok_or(NotACudaVersion)
        };
        let mut parts = text.trim().split('.');
        let major = part(parts.next().unwrap_or_default())?;
        let minor = parts.next().map_or(Ok(0), part)?;
        parts.next().map_or(Ok(0), part)?;
        if parts.next().is_some() {
            return Err(NotACudaVersion);
        }
        Ok(Self { major, minor })
    }
}

impl fmt::Display for CudaVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{}", self.major, self.minor))
    }
}

impl fmt::Display for NotACudaVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a CUDA version: write it as 12.4")
    }
}

impl std::error::Error for NotACudaVersion {}

/// The raw `specs` object of a server or an order; the GPUs in it are read by their own module.
#[derive(Deserialize, Default)]
pub(crate) struct SpecsRow<'a> {
    #[serde(borrow)]
    mb: Raw<'a>,
    #[serde(borrow)]
    cpu: Raw<'a>,
    #[serde(borrow)]
    cpus: Raw<'a>,
    #[serde(borrow)]
    ram: Raw<'a>,
    #[serde(borrow)]
    disk: Raw<'a>,
    #[serde(borrow)]
    disk_speed: Raw<'a>,
    #[serde(borrow)]
    net: Raw<'a>,
    #[serde(borrow)]
    backend_version: Raw<'a>,
    #[serde(borrow)]
    pcie_rev: Raw<'a>,
    #[serde(borrow)]
    pcie_width: Raw<'a>,
    #[serde(borrow)]
    pl: Raw<'a>,
    #[serde(borrow)]
    pub(crate) gpu: Raw<'a>,
    #[serde(borrow)]
    pub(crate) gpuram: Raw<'a>,
}

#[derive(Deserialize)]
struct NetRow<'a> {
    #[serde(borrow)]
    up: Raw<'a>,
    #[serde(borrow)]
    down: Raw<'a>,
    #[serde(borrow)]
    cc: Raw<'a>,
}

impl SpecsRow<'_> {
    pub(crate) fn decode(&self) -> Specs {
        let (cores, threads) = cores_and_threads(self.cpus);
        let disk = field::word(self.disk);
        Specs {
            mainboard: field::word(self.mb),
            cpu: field::word(self.cpu),
            cores,
            threads,
            ram_gb: measured(self.ram),
            disk_gb: disk.as_deref().and_then(disk_gb),
            disk,
            disk_mb_per_s: measured(self.disk_speed),
            network: network(self.net),
            backend_version: field::integer(self.backend_version),
            pcie_revision: field::text_or_number(self.pcie_rev),
            pcie_width: field::integer(self.pcie_width),
            power_limits_w: field::list(self.pl)
                .unwrap_or_default()
                .into_iter()
                .filter_map(|limit| field::integer(Some(limit)))
                .collect(),
        }
    }
}

/// A size or speed; 0 means that nobody measured it.
fn measured(raw: Raw<'_>) -> Option<Decimal> {
    field::decimal(raw).filter(|value| *value > Decimal::ZERO)
}

fn network(raw: Raw<'_>) -> Network {
    let Some(row) = field::object::<NetRow<'_>>(raw) else {
        return Network::default();
    };
    let speed = |raw| field::decimal(raw).filter(|speed| !speed.is_sign_negative() || speed.is_zero());
    let (mut up, mut down) = (speed(row.up), speed(row.down));
    if up.is_none_or(|up| up.is_zero()) && down.is_none_or(|down| down.is_zero()) {
        (up, down) = (None, None);
    }
    let country = field::word(row.cc)
        .filter(|cc| cc.len() == 2 && cc.bytes().all(|b| b.is_ascii_alphabetic()))
        .map(|cc| cc.to_ascii_uppercase());
    Network { up_mbit: up, down_mbit: down, country }
}

/// `"8/16"`, `"8"` or 8.
fn cores_and_threads(raw: Raw<'_>) -> (Option<u16>, Option<u16>) {
    let number = |text: &str| text.trim().parse::<u16>().ok();
    match field::word(raw) {
        Some(text) => match text.split_once('/') {
            Some((cores, threads)) => (number(cores), number(threads)),
            None => (number(&text), None),
        },
        None => (field::integer(raw).and_then(|cores| u16::try_from(cores).ok()), None),
    }
}

/// The last number, before `GB` or `TB`, of a text like `NVMe 512.0GB`.
fn disk_gb(text: &str) -> Option<Decimal> {
    let text = text.trim_end();
    let (number, unit) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let factor = if unit.eq_ignore_ascii_case("GB") {
        Decimal::ONE
    } else if unit.eq_ignore_ascii_case("TB") {
        Decimal::ONE_THOUSAND
    } else {
        return None;
    };
    let number = number.trim_end();
    let start = number.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    number::plain_decimal(number.get(start..)?)?.checked_mul(factor).filter(|gb| *gb > Decimal::ZERO)
}
