//! [`GpuQuery`]: whether a server has the GPU that was asked for, by the rule of api-facts 7.
//!
//! Words are compared whole: `A100` is not `RTX A1000`, `L4` is not `L40S`, and `RTX 4090` is neither the laptop's nor
//! the `4090 D` (reliability S21). `RTX 3060` by fragment would also find 478 other servers of the recording.

use crate::model::server::{GpuModel, Gpus};
use rust_decimal::Decimal;

/// How a GPU name is compared.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum GpuMode {
    /// The model and no variant of it.
    #[default]
    Exact,
    /// The words, with whatever follows them: `RTX 3070` with its Ti and laptops.
    Family,
    /// The text anywhere in the name, without regard to case, as the seed does.
    Fragment,
}

/// A GPU that is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GpuQuery {
    mode: GpuMode,
    text: String,
    words: Words,
    all: bool,
    needle: Option<String>,
}

const DROPPED: [&str; 8] = ["nvidia", "geforce", "amd", "radeon", "tesla", "quadro", "gpu", "generation"];
const VARIANTS: [&str; 13] =
    ["ti", "super", "d", "laptop", "mobile", "max", "q", "xt", "xtx", "gre", "ada", "s", "xp"];
/// What stands behind digits without a gap: `4090ti`. `s` is not among them: `l40s` and `4060s` are words of their own.
const GLUED_VARIANTS: [&str; 10] =
    ["ti", "super", "d", "laptop", "mobile", "xt", "xtx", "gre", "ada", "tisuper"];
const GLUED_LINES: [&str; 4] = ["rtx", "gtx", "rx", "cmp"];
/// Names the service writes without gaps, by their parts.
const GLUED: [(&str, &[&str]); 8] = [
    ("p106100", &["p106", "100"]),
    ("p106090", &["p106", "090"]),
    ("p104100", &["p104", "100"]),
    ("p102100", &["p102", "100"]),
    ("v100sxm232gb", &["v100", "sxm2", "32gb"]),
    ("v100sxm216gb", &["v100", "sxm2", "16gb"]),
    ("titanxp", &["titan", "xp"]),
    ("titanrtx", &["titan", "rtx"]),
];

/// A name in words: the model's own, and those for size and form (`80gb`, `sxm4`), which may stand anywhere behind.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Words {
    model: Vec<String>,
    size_and_form: Vec<String>,
}

impl GpuQuery {
    /// A query for `name` in `mode`; it matches a server of which **any** GPU matches.
    #[must_use]
    pub fn new(name: &str, mode: GpuMode) -> Self {
        let text = name.trim().to_lowercase();
        let words = Words::of(&text);
        // A query made only of dropped words falls back to the fragment (rule 6).
        let mode = if words.is_empty() { GpuMode::Fragment } else { mode };
        let needle = match mode {
            GpuMode::Fragment => longest_digits([text.as_str()]),
            GpuMode::Exact | GpuMode::Family => longest_digits(words.model.iter().map(String::as_str)),
        };
        Self { mode, text, words, all: false, needle }
    }

    /// Whether every GPU of a server must match, not only one (rule 7).
    #[must_use]
    pub fn all(mut self, all: bool) -> Self {
        self.all = all;
        self
    }

    /// Digits that every matching name holds as they are, whatever its case; see
    /// [`Filter::needle`](super::Filter::needle).
    #[must_use]
    pub fn needle(&self) -> Option<&[u8]> {
        self.needle.as_deref().map(str::as_bytes)
    }

    /// Whether these GPUs are what was asked for. An empty query matches nothing: it is a mistake, not "any".
    #[must_use]
    pub fn matches(&self, gpus: &Gpus) -> bool {
        if self.text.is_empty() {
            return false;
        }
        if !self.all {
            return gpus.names().any(|name| self.matches_name(name, gpus.vram_gb));
        }
        let each_matches = |names: &[GpuModel]| {
            !names.is_empty() && names.iter().all(|name| self.matches_name(name, gpus.vram_gb))
        };
        if gpus.each.is_empty() {
            !gpus.are_mixed() && gpus.listed_as.iter().any(|name| self.matches_name(name, gpus.vram_gb))
        } else {
            each_matches(&gpus.each)
        }
    }

    fn matches_name(&self, name: &GpuModel, vram_gb: Option<Decimal>) -> bool {
        let name = name.as_str().to_lowercase();
        if self.mode == GpuMode::Fragment {
            return name.contains(&self.text);
        }
        let name = Words::of(&name);
        let sizes_fit = self.words.size_and_form.iter().all(|asked| {
            name.size_and_form.contains(asked) || size(asked).is_some_and(|size| fits(size, vram_gb))
        });
        sizes_fit && self.model_stands_in(&name.model)
    }

    /// Rules 3 and 4: the words side by side and in order, and no variant behind them that was not asked for.
    fn model_stands_in(&self, name: &[String]) -> bool {
        let asked = &self.words.model;
        if asked.is_empty() {
            return true;
        }
        let names_a_model = asked.iter().any(|word| word.bytes().any(|b| b.is_ascii_digit()));
        let variants_matter = self.mode == GpuMode::Exact && names_a_model;
        name.windows(asked.len()).enumerate().any(|(start, window)| {
            let behind = name.iter().skip(start.saturating_add(asked.len()));
            window == asked.as_slice()
                && !(variants_matter
                    && behind
                        .into_iter()
                        .any(|word| VARIANTS.contains(&word.as_str()) && !asked.contains(word)))
        })
    }
}

impl Words {
    /// Splits a name in lower case, rules 1, 2 and 5.
    fn of(name: &str) -> Self {
        let mut words = Self::default();
        let name = without_count(name);
        let mut parts: Vec<String> = Vec::new();
        for word in name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            // `80 GB` is said in two words.
            if word == "gb"
                && let Some(number) = parts.last_mut().filter(|last| last.bytes().all(|b| b.is_ascii_digit()))
            {
                number.push_str("gb");
                continue;
            }
            unglue(word, &mut parts);
        }
        for word in parts {
            if DROPPED.contains(&word.as_str()) {
                continue;
            }
            if size(&word).is_some() || is_form(&word) {
                words.size_and_form.push(word);
            } else {
                words.model.push(word);
            }
        }
        words
    }

    fn is_empty(&self) -> bool {
        self.model.is_empty() && self.size_and_form.is_empty()
    }
}

/// Drops a leading `8x `.
fn without_count(name: &str) -> &str {
    let name = name.trim();
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() < name.len() { rest.strip_prefix("x ").unwrap_or(name) } else { name }
}

/// `rtx4090ti` is three words, and so are the names of the table.
fn unglue(word: &str, parts: &mut Vec<String>) {
    if let Some((_, known)) = GLUED.iter().find(|(glued, _)| *glued == word) {
        parts.extend(known.iter().map(|part| (*part).to_owned()));
        return;
    }
    let mut rest = word;
    for line in GLUED_LINES {
        let model = word.strip_prefix(line).filter(|model| {
            let model = model.strip_prefix('a').unwrap_or(model);
            model.starts_with(|c: char| c.is_ascii_digit())
        });
        if let Some(model) = model {
            parts.push(line.to_owned());
            rest = model;
            break;
        }
    }
    let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = rest.len().saturating_sub(behind.len());
    match rest.split_at_checked(digits) {
        Some((number, variant)) if digits >= 3 && GLUED_VARIANTS.contains(&variant) => {
            parts.push(number.to_owned());
            match variant.strip_prefix("ti").filter(|more| *more == "super") {
                Some(more) => parts.extend(["ti".to_owned(), more.to_owned()]),
                None => parts.push(variant.to_owned()),
            }
        }
        _ => parts.push(rest.to_owned()),
    }
}

/// The number of `80gb`.
fn size(word: &str) -> Option<u32> {
    let number = word.strip_suffix("gb")?;
    number.bytes().all(|b| b.is_ascii_digit()).then(|| number.parse().ok()).flatten()
}

/// Less than 2 GB below what was asked: an H100 80GB shows 79, but a 10 GB card is not the 12 GB one.
fn fits(size: u32, vram_gb: Option<Decimal>) -> bool {
    let asked = Decimal::from(size);
    vram_gb.is_some_and(|vram| {
        vram <= asked && vram.checked_add(Decimal::TWO).is_some_and(|reach| reach > asked)
    })
}

fn is_form(word: &str) -> bool {
    word == "pcie"
        || ["sxm", "hbm", "nvl"].iter().any(|form| {
            word.strip_prefix(form)
                .is_some_and(|rest| rest.trim_end_matches('e').bytes().all(|b| b.is_ascii_digit()))
        })
}

fn longest_digits<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<String> {
    texts
        .into_iter()
        .flat_map(|text| text.split(|c: char| !c.is_ascii_digit()))
        .filter(|digits| !digits.is_empty())
        .max_by_key(|digits| digits.len())
        .map(str::to_owned)
}

#[cfg(test)]
#[path = "gpu_tests.rs"]
mod tests;
