//! What each GPU of a machine lets a bidder set. The service's own ranges follow from measurements of the machine; here
//! they follow from its power limit, and the clocks are those of the recording for every model.

use super::Overclock;
use crate::hosting::Facts;
use crate::json_text::Object;

/// One GPU: its model, and from what to what each figure may be set.
#[derive(Debug)]
pub(super) struct Ranges {
    model: String,
    /// W.
    pub(super) power_limit: [u64; 2],
}

/// The recording's clock ranges, MHz (api-facts 3.12).
const MEM_LOCK: [i64; 2] = [405, 7001];
const CORE_LOCK: [i64; 2] = [300, 1470];
const MEM_OFFSET: [i64; 2] = [-2000, 2000];
const CORE_OFFSET: [i64; 2] = [-1000, 100];

/// Lowest power limit as a share of the usual one: 70 W of 100 W in the recording.
const LOWEST_PERCENT: u64 = 70;

/// GPU by GPU.
pub(super) fn ranges(facts: &Facts) -> Vec<Ranges> {
    let models = facts.gpus().into_iter().enumerate();
    models
        .map(|(at, model)| {
            let usual = facts.watts(at);
            Ranges { model, power_limit: [usual.saturating_mul(LOWEST_PERCENT) / 100, usual] }
        })
        .collect()
}

impl Ranges {
    pub(super) fn take(&self, asked: &Overclock) -> bool {
        let within = |value: Option<i64>, [least, most]: [i64; 2]| {
            value.is_none_or(|value| (least..=most).contains(&value))
        };
        let [least, most] = self.power_limit;
        (least..=most).contains(&asked.power_limit)
            && within(asked.mem_lock, MEM_LOCK)
            && within(asked.core_lock, CORE_LOCK)
            && within(asked.mem_offset, MEM_OFFSET)
            && within(asked.core_offset, CORE_OFFSET)
    }

    /// As the snapshot has it (api-facts 3.12 `gpus`).
    pub(super) fn json(&self) -> Object {
        let mut gpu = Object::new();
        gpu.array("pl", self.power_limit.map(|watts| watts.to_string()))
            .array("mem_lock", MEM_LOCK.map(|clock| clock.to_string()))
            .array("core_lock", CORE_LOCK.map(|clock| clock.to_string()))
            .array("mem_offset", MEM_OFFSET.map(|clock| clock.to_string()))
            .array("core_offset", CORE_OFFSET.map(|clock| clock.to_string()))
            .text("model", &self.model);
        gpu
    }
}

/// All of them as JSON in a text (api-facts 3.9 `oc_gpus`).
pub(crate) fn ranges_text(facts: &Facts) -> String {
    let gpus: Vec<String> = ranges(facts).iter().map(|gpu| gpu.json().finish()).collect();
    format!("[{}]", gpus.join(","))
}
