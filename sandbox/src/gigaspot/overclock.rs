//! What a bidder asks of one GPU, read from the request.

use serde_json::Value;

/// api-facts 3.13 `oc`: the power limit is required, the clocks are not.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Overclock {
    /// W.
    pub(crate) power_limit: u64,
    /// MHz, all of them.
    pub(crate) core_lock: Option<i64>,
    pub(crate) mem_lock: Option<i64>,
    pub(crate) core_offset: Option<i64>,
    pub(crate) mem_offset: Option<i64>,
}

impl Overclock {
    /// The list of a request; None is no such list.
    pub(crate) fn list(value: Option<&Value>) -> Option<Vec<Overclock>> {
        value?.as_array()?.iter().map(Overclock::read).collect()
    }

    fn read(value: &Value) -> Option<Overclock> {
        let fields = value.as_object()?;
        let clock = |key: &str| match fields.get(key) {
            None | Some(Value::Null) => Some(None),
            Some(value) => value.as_i64().map(Some),
        };
        Some(Overclock {
            power_limit: fields.get("pl")?.as_u64()?,
            core_lock: clock("core_lock")?,
            mem_lock: clock("mem_lock")?,
            core_offset: clock("core_offset")?,
            mem_offset: clock("mem_offset")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Overclock;

    #[test]
    fn the_power_limit_is_required_and_a_clock_is_a_whole_number() {
        let read = Overclock::list(Some(&json!([{"pl": 90, "mem_offset": -200, "core_lock": null}])));
        let only = Overclock {
            power_limit: 90,
            core_lock: None,
            mem_lock: None,
            core_offset: None,
            mem_offset: Some(-200),
        };
        assert_eq!(read, Some(vec![only]));
        assert_eq!(Overclock::list(Some(&json!([]))), Some(Vec::new()));
        for odd in [json!(null), json!({"pl": 90}), json!([90]), json!([{}]), json!([{"pl": "90"}])] {
            assert_eq!(Overclock::list(Some(&odd)), None, "{odd}");
        }
        assert_eq!(Overclock::list(Some(&json!([{"pl": 90, "core_lock": 1.5}]))), None);
    }
}
