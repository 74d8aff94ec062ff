//! The caps of an order in words.

use crate::output;
use clore_core::spending::OrderCaps;

/// Says when the order is to end, and what that is worth.
pub fn tell(caps: &OrderCaps) {
    if !caps.is_empty() {
        let only =
            "they hold only while `clore guard` runs on this machine; nothing of them is told to the service";
        output::note(&format!("the order is to end {}; {only}", cap_words(caps)));
    }
}

/// As `clore guard --order` reads them.
pub fn guard_words(caps: &OrderCaps) -> String {
    let runtime = caps.runtime.map(|longest| format!("{}s", longest.as_secs()));
    let spend = caps.spend.map(|most| format!("'$'{}", most.amount()));
    [runtime, spend].into_iter().flatten().collect::<Vec<_>>().join(",")
}

fn cap_words(caps: &OrderCaps) -> String {
    let runtime = caps.runtime.map(|longest| format!("after {}", output::span(longest)));
    let spend = caps.spend.map(|most| format!("when it has cost {most}"));
    [runtime, spend].into_iter().flatten().collect::<Vec<_>>().join(" or ")
}
