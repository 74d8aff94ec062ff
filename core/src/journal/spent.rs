//! What a [`View`] says of money: the facts that limits are checked against.

use super::record::IntentId;
use super::state::{OpenIntent, Ownership, View};
use crate::excerpt::Excerpt;
use crate::spending::{Maybe, Past, Standing};

impl View {
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
