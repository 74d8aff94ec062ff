//! [`Gpus`]: the GPUs of a server from all the places they are said in (api-facts 4.5).

use crate::excerpt::Excerpt;
use crate::wire::field::{self, Raw};
use core::fmt;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Lists of lists are flattened this far.
const DEPTH: usize = 4;
/// More names than any machine has GPUs; the rest is dropped.
const NAMES: usize = 256;

/// The name of a GPU as the service writes it, trimmed: `NVIDIA GeForce RTX 3090`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GpuModel(Box<str>);

impl GpuModel {
    /// A model by its name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.trim().into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GpuModel {
    /// The name, made harmless for terminals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(Excerpt::new(&self.0, 120).as_str())
    }
}

impl fmt::Debug for GpuModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Excerpt::new(&self.0, 120), f)
    }
}

/// The GPUs of a server.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Gpus {
    /// `specs.gpu` without its leading count.
    pub listed_as: Option<GpuModel>,
    /// `gpu_array`, one name per GPU in order; empty where the row has none, as in every recording.
    pub each: Vec<GpuModel>,
    /// How many: the first of `8x`, the length of `gpu_array`, `partial_gpu_rental.total_gpus`; where they differ,
    /// the largest.
    pub count: Option<u16>,
    /// Whether the sources of [`Gpus::count`] differ.
    pub count_differs: bool,
    /// GB of memory of one GPU (`specs.gpuram`); an H100 80GB shows 79.
    pub vram_gb: Option<Decimal>,
}

impl Gpus {
    /// The different names this server goes by, `specs.gpu` first. Matching looks at all of them.
    pub fn names(&self) -> impl Iterator<Item = &GpuModel> {
        let listed = self.listed_as.iter();
        let others = self.each.iter().enumerate().filter(move |(index, name)| {
            self.listed_as.as_ref() != Some(*name)
                && !self.each.iter().take(*index).any(|earlier| earlier == *name)
        });
        listed.chain(others.map(|(_, name)| name))
    }

    /// Whether the GPUs are of different models.
    #[must_use]
    pub fn are_mixed(&self) -> bool {
        let differ = self.each.iter().zip(self.each.iter().skip(1)).any(|(a, b)| a != b);
        let said = self.names().any(|name| {
            let name = name.as_str().to_ascii_lowercase();
            name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "mixed")
        });
        differ || said
    }
}

impl fmt::Display for Gpus {
    /// `8x NVIDIA GeForce RTX 3090`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(count) = self.count {
            write!(f, "{count}x ")?;
        }
        match self.listed_as.as_ref().or_else(|| self.each.first()) {
            Some(name) => write!(f, "{name}"),
            None => f.write_str("GPU unknown"),
        }
    }
}

/// The raw fields that tell of GPUs, of a server or an order.
pub(crate) struct GpuFields<'a> {
    pub(crate) gpu: Raw<'a>,
    pub(crate) gpuram: Raw<'a>,
    pub(crate) gpu_array: Raw<'a>,
    pub(crate) total_gpus: Option<u16>,
}

impl GpuFields<'_> {
    pub(crate) fn decode(self) -> Gpus {
        let listed = field::word(self.gpu);
        let (listed_count, name) = match listed.as_deref() {
            Some(text) => {
                let (count, name) = count_and_name(text);
                (count, Some(name).filter(|name| !name.is_empty()))
            }
            None => (None, None),
        };
        let mut each = Vec::new();
        flatten(self.gpu_array, &mut each);
        let array_count = u16::try_from(each.len()).ok().filter(|count| *count > 0);
        let counts = [listed_count, array_count, self.total_gpus.filter(|total| *total > 0)];
        let first = counts.iter().find_map(|count| *count);
        let count_differs = counts.iter().flatten().any(|count| Some(*count) != first);
        Gpus {
            listed_as: name.map(GpuModel::new),
            each,
            count: counts.iter().flatten().max().copied(),
            count_differs,
            vram_gb: field::decimal(self.gpuram).filter(|gb| *gb > Decimal::ZERO),
        }
    }
}

/// `8x NVIDIA GeForce RTX 3090` is 8 of the rest; without such a start it is all name.
fn count_and_name(text: &str) -> (Option<u16>, &str) {
    let digits = text.len().saturating_sub(text.trim_start_matches(|c: char| c.is_ascii_digit()).len());
    let parts = text.split_at_checked(digits).and_then(|(count, rest)| {
        let name = rest.strip_prefix(['x', 'X'])?.strip_prefix(' ')?;
        Some((count.parse::<u16>().ok()?, name.trim()))
    });
    match parts {
        Some((count, name)) => (Some(count).filter(|count| *count > 0), name),
        None => (None, text),
    }
}

/// Names at any depth up to [`DEPTH`], in order; a stack instead of recursion.
fn flatten(raw: Raw<'_>, names: &mut Vec<GpuModel>) {
    let Some(outer) = field::list(raw) else {
        // A single text in place of a list.
        names.extend(field::word(raw).map(|name| GpuModel::new(&name)));
        return;
    };
    let mut open: Vec<std::vec::IntoIter<&RawValue>> = vec![outer.into_iter()];
    while let Some(level) = open.last_mut() {
        let Some(element) = level.next() else {
            open.pop();
            continue;
        };
        if names.len() >= NAMES {
            return;
        }
        if let Some(name) = name_of(element) {
            names.push(GpuModel::new(&name));
        } else if open.len() < DEPTH
            && let Some(inner) = field::list(Some(element))
        {
            open.push(inner.into_iter());
        }
    }
}

#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    name: Raw<'a>,
    #[serde(borrow)]
    model: Raw<'a>,
}

fn name_of(element: &RawValue) -> Option<String> {
    field::word(Some(element)).or_else(|| {
        let named: Named<'_> = field::object(Some(element))?;
        field::word(named.name).or_else(|| field::word(named.model))
    })
}
