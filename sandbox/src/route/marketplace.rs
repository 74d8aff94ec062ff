//! `GET /v1/marketplace`: every server, the only call that needs no key (api-facts 1.1, 3.2).

use super::Call;
use crate::clore::Clore;
use crate::envelope::Answer;

pub(super) fn handle(clore: &mut Clore, call: &Call<'_>) -> Answer {
    let mut body = String::with_capacity(clore.market_bytes + 256);
    // api-facts 1.1: the order of the keys, `code` last.
    body.push_str("{\"servers\":[");
    let shape = clore.shape();
    let mut first = true;
    let mut comma = |body: &mut String| {
        if !std::mem::take(&mut first) {
            body.push(',');
        }
    };
    for row in call.odd_rows() {
        comma(&mut body);
        body.push_str(row);
    }
    for (place, listing) in clore.market.listings().iter().enumerate().filter(|(_, listing)| listing.listed) {
        comma(&mut body);
        shape.server(clore.server_view(place, listing, call.now), &mut body);
    }
    body.push_str("],\"my_servers\":[");
    // api-facts 1.1: asked without a key, nobody's servers are named.
    if call.with_key {
        let own: Vec<String> = clore.market.own().iter().map(u64::to_string).collect();
        body.push_str(&own.join(","));
    }
    body.push_str("],\"code\":0}");
    clore.market_bytes = body.len();
    Answer { code: 0, body, why: None }
}
