//! What a [`View`] says of money: the facts that limits are checked against.

use super::record::{Intent, IntentId};
use super::state::{OpenIntent, Ownership, View};
use crate::excerpt::Excerpt;
use crate::spending::{Breach, Maybe, Past, Standing};

impl Intent {
    /// The check where there is no journal: only what travels with the intent counts, so the reading's orders and the
    /// spend itself.
    pub(crate) fn check_alone(&self) -> Result<(), Box<Breach>> {
        if self.check.limits.count_orders() && self.check.active.is_none() {
            return Err(Box::new(Breach::Uncounted));
        }
        Standing::default().check(&self.check, self.price, self.orders, self.wall)
    }
}

impl View {
    /// Orders of this key whose calls were done without telling them (gigaspot bids): nothing here names them.
    #[must_use]
    pub fn unnamed_orders(&self) -> u32 {
        self.unnamed.iter().fold(0, |sum, one| sum.saturating_add(one.orders))
    }

    /// What was spent and is open by this journal, of this base URL and key; `but` does not count.
    ///
    /// Orders of other keys are other accounts' and do not count; should this account's list of orders show one (a key
    /// that was replaced), its price is known.
    #[must_use]
    pub fn standing(&self, but: Option<&IntentId>) -> Standing {
        let mut standing = Standing { newest: self.newest_wall(), ..Standing::default() };
        for known in self.orders() {
            if known.other_key || known.is_over {
                standing.known.insert(known.order, known.price);
            } else {
                standing.open.insert(known.order, known.price);
            }
            if known.is_over && !known.other_key {
                let (order, price) = (known.order, known.price);
                standing.past.push(Past { order, price, placed: known.placed, ended: known.ended });
            }
        }
        let ours = self.open().filter(|open| open.ownership != Ownership::OtherKey);
        standing.maybe.extend(ours.filter(|open| Some(&open.intent.id) != but).map(maybe));
        standing.unnamed.clone_from(&self.unnamed);
        standing
    }
}

fn maybe(open: &OpenIntent) -> Maybe {
    let intent = &open.intent;
    Maybe {
        name: Excerpt::new(intent.id.as_str(), 64),
        server: intent.server,
        base_ids: intent.base_ids.clone(),
        price: intent.price,
        orders: intent.orders,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{Line, Record, Resolution, Scope, State};
    use crate::model::{OrderId, UsdPerHour};
    use crate::time::UnixTime;

    fn id(name: &str) -> IntentId {
        name.parse().unwrap()
    }

    /// Lines of an intent at a dollar an hour and what became of it.
    fn lines(name: &str, resolution: Option<Resolution>) -> Vec<Record> {
        let mut intent = Intent::new(id(name), "create_order");
        intent.price = "1".parse::<UsdPerHour>().ok();
        intent.wall = Some(UnixTime::from_seconds(1000));
        let resolved = |resolution| Record::Resolved { intent: id(name), resolution, wall: None };
        [Record::Intent(Box::new(intent))].into_iter().chain(resolution.map(resolved)).collect()
    }

    fn placed(order: u64) -> Option<Resolution> {
        Some(Resolution::Placed { order: OrderId::new(order), inferred: false })
    }

    /// What one key of a base URL sees of these records of that key and of another, and of another base URL.
    fn view(own: Vec<Record>, others: Vec<Record>) -> View {
        let mut state = State::new();
        for (url, key, records) in [("https://a", "k", own), ("https://a", "other", others.clone())] {
            let lines = records.into_iter().map(|record| Line::new(Scope::new(url, key), record));
            lines.for_each(|line| state.apply(line));
        }
        let elsewhere = others.into_iter().map(|record| match record {
            Record::Intent(mut intent) => {
                intent.id = id("elsewhere");
                Record::Intent(intent)
            }
            other => other,
        });
        elsewhere.for_each(|record| state.apply(Line::new(Scope::new("https://b", "k"), record)));
        state.view(&Scope::new("https://a", "k"), &|_| false)
    }

    #[test]
    fn of_a_key_its_open_orders_and_intents_count_and_of_another_key_none() {
        let own = [lines("a", placed(1)), lines("b", placed(2)), lines("c", None)].concat();
        let ended = Record::Ended { order: OrderId::new(2), wall: Some(UnixTime::from_seconds(4600)) };
        let own = [own, vec![ended]].concat();
        let others = [lines("d", placed(3)), lines("e", None)].concat();
        let view = view(own, others);
        let standing = view.standing(None);
        assert_eq!(standing.open_orders(None, None).journal, 2);
        let day = standing.day(None, Some(UnixTime::from_seconds(4600))).unwrap();
        assert_eq!(
            (day.open.to_string(), day.open_orders, day.ended.to_string()),
            ("$48.00".into(), 2, "$1.10".into())
        );
        assert_eq!(
            view.standing(Some(&id("c"))).open_orders(None, None).journal,
            1,
            "it does not count itself"
        );
        // Should this account's list show the other key's order, its price is known.
        let row = crate::spending::ActiveOrder::new(Some(OrderId::new(3)));
        assert_eq!(standing.day(Some(&[row]), None).unwrap().open_orders, 3);
    }

    #[test]
    fn what_was_done_without_naming_its_orders_counts_for_its_own_key() {
        let view = view(lines("a", Some(Resolution::Done)), lines("d", Some(Resolution::Done)));
        assert_eq!(view.unnamed_orders(), 1);
        assert_eq!(view.standing(None).open_orders(None, Some(UnixTime::from_seconds(1000))).journal, 1);
    }
}
