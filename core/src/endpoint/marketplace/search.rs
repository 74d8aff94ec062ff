//! [`Search`]: the marketplace through a filter, so that only what fits is held.
//!
//! Records that cannot fit by their raw text are passed over unread: they are counted, not named and not validated.

use super::gather::{Gather, Keep};
use crate::effect::Effect;
use crate::endpoint::create_order::Target;
use crate::endpoint::{Answer, Endpoint, Path, Reader};
use crate::error::{DecodeError, InvalidRequest};
use crate::flow::Flow;
use crate::limits::Caps;
use crate::model::{Rates, Server, ServerId};
use crate::search::{Filter, Found, Judgement, SortKey, UnitDoubt};
use crate::time::Moment;
use crate::wire::kept::Kept;
use crate::wire::rows::SkippedRows;
use memchr::memmem::Finder;

/// Searches the marketplace.
#[derive(Clone, Debug)]
pub struct Search {
    filter: Filter,
    rates: Rates,
    order: SortKey,
}

/// What was found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Searched {
    /// The servers that fit, sorted; those of unknown price last.
    pub found: Vec<Found>,
    /// How many fitted but for their price, which is not known in dollars while a maximum was set.
    pub unknown_price: usize,
    /// Records that could not be used, counted from 0.
    pub skipped: SkippedRows,
    /// Records not read because they cannot fit.
    pub passed_over: usize,
    /// How many records the listing had.
    pub records: usize,
    /// The account's own servers, which it cannot rent; empty without a key.
    pub my_servers: Vec<ServerId>,
    /// Set when the prices look as if their unit had changed.
    pub unit_doubt: Option<UnitDoubt>,
}

impl Search {
    /// Searches for what fits `filter`, the cheapest first.
    #[must_use]
    pub fn new(filter: Filter) -> Self {
        Self { filter, rates: Rates::new(), order: SortKey::default() }
    }

    /// What coins are worth; without it prices in other coins than dollars may be unknown.
    #[must_use]
    pub fn rates(mut self, rates: Rates) -> Self {
        self.rates = rates;
        self
    }

    /// Sorted by something else.
    #[must_use]
    pub fn sorted_by(mut self, order: SortKey) -> Self {
        self.order = order;
        self
    }
}

impl Searched {
    /// Whether more than half of the records that were read could not be used: the service's answers have probably changed, and what
    /// was read of them may be wrong as well.
    #[must_use]
    pub fn is_drifting(&self) -> bool {
        self.skipped
            .is_drift(self.records.saturating_sub(self.passed_over).saturating_sub(self.skipped.count))
    }

    /// The strict view: what was found, if every record was read. Those that were
    /// [passed over](Searched::passed_over) are not judged.
    ///
    /// # Errors
    /// The first record that could not be used, by its place.
    pub fn strict(&self) -> Result<&[Found], DecodeError> {
        self.skipped.refuse("servers").map(|()| self.found.as_slice())
    }

    /// What to rent, with what this listing, read at `read_at`, says of it.
    #[must_use]
    pub fn target(&self, found: &Found, read_at: Moment) -> Target {
        Target::from(found).read(read_at, self.unit_doubt.is_some())
    }
}

impl Endpoint for Search {
    type Output = Searched;
    type Reader = SearchReader;
    const NAME: &'static str = "marketplace";

    fn effect(&self) -> Effect {
        Effect::Read
    }

    fn is_drifting(&self, output: &Self::Output) -> bool {
        output.is_drifting()
    }

    fn needs_key(&self) -> bool {
        false
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        Path::new("/v1/marketplace").into_read()
    }

    fn reader(&self, caps: &Caps) -> SearchReader {
        let keep = Fitting {
            filter: self.filter.clone(),
            needle: self.filter.needle().map(|needle| Finder::new(needle).into_owned()),
            found: Kept::new(caps),
            unknown_price: 0,
        };
        SearchReader { gather: Gather::new(keep, &self.rates, caps), order: self.order }
    }
}

/// Splits the listing and keeps what fits.
pub struct SearchReader {
    gather: Gather<Fitting>,
    order: SortKey,
}

struct Fitting {
    filter: Filter,
    needle: Option<Finder<'static>>,
    found: Kept<Found>,
    unknown_price: usize,
}

impl Keep for Fitting {
    fn may_want(&self, raw: &[u8]) -> bool {
        self.needle.as_ref().is_none_or(|needle| needle.find(raw).is_some())
    }

    fn keep(&mut self, server: Server, rates: &Rates, owns: usize) {
        if self.filter.judge(&server, rates) == Judgement::UnknownPrice {
            self.unknown_price = self.unknown_price.saturating_add(1);
        } else {
            self.filter.find(server, rates).into_iter().for_each(|found| self.found.push(found, owns));
        }
    }

    fn is_over(&self) -> bool {
        self.found.is_over()
    }
}

impl Reader for SearchReader {
    type Output = Searched;

    fn push(&mut self, decoded: &[u8]) -> Flow {
        self.gather.push(decoded)
    }

    fn finish(self) -> Answer<Searched> {
        let order = self.order;
        self.gather.finish(|fitting, seen| {
            let mut found = fitting.found.into_rows("servers")?;
            order.sort(&mut found);
            Ok(Searched {
                found,
                unknown_price: fitting.unknown_price,
                skipped: seen.skipped,
                passed_over: seen.passed_over,
                records: seen.records,
                my_servers: seen.my_servers,
                unit_doubt: seen.unit_doubt,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::marketplace::Marketplace;
    use crate::endpoint::tests::answer;
    use crate::recordings;

    fn search(filter: Filter, body: &str) -> Searched {
        answer(&Search::new(filter), body.as_bytes()).into_value().unwrap()
    }

    fn read<E: Endpoint>(call: &E, body: &[u8], chunk: usize) -> E::Output {
        let mut reader = call.reader(&Caps::default());
        for part in body.chunks(chunk) {
            assert_eq!(reader.push(part), Flow::Continue);
        }
        reader.finish().into_value().unwrap()
    }

    /// The needle saves reading, it never changes what is found.
    #[test]
    fn a_search_finds_what_the_filter_finds_in_the_whole_listing() {
        let Some(body) = recordings::recording("marketplace-2024-3500-servers.json.gz") else {
            return;
        };
        let all = read(&Marketplace::new().include_rented(true), &body, body.len()).servers;
        for (name, least_passed_over) in
            [("RTX 4090", 2_000), ("RTX 3060", 1_000), ("A40", 0), ("nothing 77", 2_000)]
        {
            for filter in [Filter::new().gpu(name), Filter::new().gpu(name).include_rented(true)] {
                let mut expected: Vec<_> =
                    all.iter().filter_map(|s| filter.find(s.clone(), &Rates::new())).collect();
                SortKey::Price.sort(&mut expected);
                for chunk in [700, body.len()] {
                    let searched = read(&Search::new(filter.clone()), &body, chunk);
                    assert_eq!(searched.found, expected, "{name} by {chunk}");
                    assert_eq!((searched.records, searched.skipped.count), (3_500, 0));
                    assert!(searched.passed_over >= least_passed_over, "{name}: {}", searched.passed_over);
                }
            }
        }
        let rented = read(&Search::new(Filter::new().gpu("RTX 4090").include_rented(true)), &body, 64 << 10);
        assert_eq!(rented.found.len(), 786);
    }

    #[test]
    fn an_escaped_name_does_not_hide_from_the_search() {
        let body = r#"{"servers":[{"id":1,"rented":false,"specs":{"gpu":"1x NVIDIA GeForce \u0052TX 3\u0030\u0037\u0030"}},
            {"id":2,"rented":false,"specs":{"gpu":"1x NVIDIA GeForce RTX 2060"}}],"code":0}"#;
        let searched = search(Filter::new().gpu("RTX 3070"), body);
        assert_eq!(searched.found.iter().map(|f| f.server.id.number()).collect::<Vec<_>>(), [1]);
        assert_eq!((searched.passed_over, searched.records), (1, 2));
    }

    #[test]
    fn unknown_prices_are_counted_and_a_doubted_unit_is_told_in_any_search() {
        let row = |id: u64, gpu: &str, price: &str| {
            format!(
                r#"{{"id":{id},"rented":false,"specs":{{"gpu":"1x NVIDIA GeForce {gpu}"}},"price":{{{price}}}}}"#
            )
        };
        let cheap = r#""usd":{"on_demand_clore":0.35}"#;
        let mut rows: Vec<_> = (10..16).map(|id| row(id, "RTX 4090", cheap)).collect();
        rows.push(row(1, "RTX 3070", ""));
        rows.push(row(2, "RTX 3070", cheap));
        let body = format!(r#"{{"servers":[{}],"my_servers":[9,"8",null],"code":0}}"#, rows.join(","));
        let searched = search(Filter::new().gpu("RTX 3070").max_price("0.80".parse().unwrap()), &body);
        assert_eq!((searched.found.len(), searched.unknown_price), (1, 1));
        assert_eq!(searched.my_servers.iter().map(|id| id.number()).collect::<Vec<_>>(), [9, 8]);
        let found = searched.found.first().unwrap();
        assert!(searched.unit_doubt.is_some());
        assert!(searched.target(found, Moment::ORIGIN).listing().unwrap().unit_doubt());
    }
}
