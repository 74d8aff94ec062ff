//! Whatever is asked for in whatever order, what the journal lets in stays within the limits, by an account that is
//! kept beside it and added up naively, in whole cents and seconds.

use super::*;
use crate::model::{OrderId, ServerId, Usd, UsdPerDay, UsdPerHour};
use crate::spending::{Check, Limits};
use crate::time::UnixTime;
use proptest::prelude::*;
use rust_decimal::Decimal;

#[derive(Clone, Debug)]
enum Act {
    /// Asks for one more at this many cents a day, or at an unknown price.
    Rent(Option<u32>),
    /// The n-th open intent becomes an order, or turns out refused.
    Settle(usize, bool),
    /// The n-th open order is over.
    End(usize),
    /// The n-th open order is repriced.
    Reprice(usize, u32),
    Wait(i64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        3 => proptest::option::weighted(0.9, 1u32..3000).prop_map(Act::Rent),
        2 => (0usize..4, any::<bool>()).prop_map(|(which, placed)| Act::Settle(which, placed)),
        1 => (0usize..4).prop_map(Act::End),
        1 => (0usize..4, 1u32..3000).prop_map(|(which, cents)| Act::Reprice(which, cents)),
        2 => (0i64..50_000).prop_map(Act::Wait),
    ];
    proptest::collection::vec(act, 0..60)
}

/// What was let in, kept beside the journal.
#[derive(Clone, Debug)]
struct Entry {
    name: IntentId,
    cents: Option<i128>,
    placed: i64,
    order: Option<OrderId>,
    ended: Option<i64>,
    refused: bool,
    claim: Option<std::sync::Arc<Claim>>,
}

impl Entry {
    fn is_open(&self) -> bool {
        self.ended.is_none() && !self.refused
    }
}

fn price(cents: i128) -> UsdPerHour {
    UsdPerDay::new(Decimal::from_i128_with_scale(cents, 2)).unwrap().per_hour()
}

/// Cents × seconds of a day, so that nothing is rounded.
fn spent(entries: &[Entry], now: i64) -> Option<i128> {
    let mut sum = 0;
    for entry in entries {
        if entry.refused {
            continue;
        }
        match entry.ended {
            None => sum += entry.cents? * 86_400,
            Some(ended) if ended > now - 86_400 => {
                sum += entry.cents? * i128::from(ended - entry.placed.max(now - 86_400));
                if ended - entry.placed > 600 {
                    sum += 10 * 86_400;
                }
            }
            Some(_) => {}
        }
    }
    Some(sum)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn what_is_let_in_never_passes_a_limit(
        acts in acts(),
        most in proptest::option::of(0u32..6),
        cents in proptest::option::of(0i64..20_000),
        highest in proptest::option::of(1u32..3000),
    ) {
        let journal = MemoryJournal::new();
        let limits = Limits {
            max_rate: highest.map(|cents| price(cents.into())),
            max_total_per_day: cents.map(|cents| Usd::new(Decimal::new(cents, 2)).unwrap()),
            max_open_orders: most,
        };
        let mut entries: Vec<Entry> = Vec::new();
        let mut now = 1_000_000_i64;
        for (n, act) in acts.into_iter().enumerate() {
            match act {
                Act::Wait(seconds) => now += seconds,
                Act::Rent(cents) => {
                    let cents = cents.map(i128::from);
                    let mut intent = Intent::new(IntentId::parse(&format!("i{n}")).unwrap(), "create_order");
                    intent.server = Some(ServerId::new(n.try_into().unwrap()));
                    intent.wall = Some(UnixTime::from_seconds(now));
                    intent.price = cents.map(price);
                    intent.check = Check::new(limits).rate(cents.map(price));
                    let name = intent.id.clone();
                    let said = journal.record(Record::Intent(Box::new(intent))).unwrap();
                    let entry = |claim| Entry {
                        name, cents, placed: now, order: None, ended: None, refused: false, claim,
                    };
                    let fits = |entries: &[Entry]| {
                        let open = entries.iter().filter(|entry| entry.is_open()).count();
                        let sum = limits.max_total_per_day.map(|_| spent(entries, now));
                        let known = sum != Some(None);
                        let day = i128::from(limits.max_total_per_day.map_or(0, |_| 1));
                        let max = limits.max_total_per_day.map_or(0, |max| max.amount().mantissa());
                        most.is_none_or(|most| open <= most as usize)
                            && known
                            && (day == 0 || sum.flatten().unwrap_or(0) <= max * 86_400)
                            && highest.is_none_or(|highest| {
                                entries.last().unwrap().cents.is_some_and(|cents| cents <= highest.into())
                            })
                    };
                    match said {
                        Recorded::Claimed(claim) => {
                            entries.push(entry(Some(std::sync::Arc::new(claim))));
                            prop_assert!(fits(&entries), "let in: {limits:?} {entries:?}");
                        }
                        Recorded::Limited(breach) => {
                            let mut with = entries.clone();
                            with.push(entry(None));
                            prop_assert!(!fits(&with), "refused: {breach} {entries:?}");
                        }
                        other => prop_assert!(false, "{other:?}"),
                    }
                }
                Act::Settle(which, placed) => {
                    let open = entries.iter_mut().filter(|entry| entry.is_open() && entry.order.is_none());
                    let Some(entry) = open.into_iter().nth(which) else { continue };
                    let order = OrderId::new(1000 + n as u64);
                    let resolution = if placed {
                        entry.order = Some(order);
                        Resolution::Placed { order, inferred: false }
                    } else {
                        entry.refused = true;
                        Resolution::Refused
                    };
                    let intent = entry.name.clone();
                    let wall = Some(UnixTime::from_seconds(now));
                    let said = journal.record(Record::Resolved { intent, resolution, wall }).unwrap();
                    prop_assert!(matches!(said, Recorded::Written));
                    entry.claim = None;
                }
                Act::End(which) | Act::Reprice(which, _) => {
                    let open = entries.iter_mut().filter(|entry| entry.is_open() && entry.order.is_some());
                    let Some(entry) = open.into_iter().nth(which) else { continue };
                    let (order, wall) = (entry.order.unwrap(), Some(UnixTime::from_seconds(now)));
                    let record = if let Act::Reprice(_, cents) = act {
                        entry.cents = entry.cents.map(|before| before.max(cents.into()));
                        Record::Repriced { order, price: Some(price(cents.into())), wall }
                    } else {
                        entry.ended = Some(now);
                        Record::Ended { order, wall }
                    };
                    prop_assert!(matches!(journal.record(record).unwrap(), Recorded::Written));
                }
            }
        }
    }

    /// A wall clock that leaps and goes back decides only the day's total: the number of orders holds.
    #[test]
    fn whatever_the_wall_says_the_number_of_orders_holds(
        walls in proptest::collection::vec(proptest::option::of(any::<i64>()), 1..20),
        most in 0u32..5,
    ) {
        let journal = MemoryJournal::new();
        let mut claims = Vec::new();
        for (n, wall) in walls.into_iter().enumerate() {
            let mut intent = Intent::new(IntentId::parse(&format!("i{n}")).unwrap(), "create_order");
            intent.server = Some(ServerId::new(n.try_into().unwrap()));
            intent.wall = wall.map(UnixTime::from_seconds);
            intent.price = Some(price(100));
            let limits = Limits::new().max_open_orders(most);
            let limits = limits.max_total_per_day(Usd::new(Decimal::from(3)).unwrap());
            intent.check = Check::new(limits);
            if let Recorded::Claimed(claim) = journal.record(Record::Intent(Box::new(intent))).unwrap() {
                claims.push(claim);
            }
        }
        prop_assert!(claims.len() <= most.min(3) as usize);
    }
}
