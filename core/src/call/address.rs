//! Where a request goes: under the base URL, with what the operation put into it; or bare to a checked address elsewhere.
//!
//! Invariant: what goes elsewhere is made anew from the address alone, so that neither the key nor anything else that
//! an operation holds can leave with it.

use crate::config::Config;
use crate::effect::Delivery;
use crate::error::{Failure, FailureKind};
use crate::op::Exchange;
use crate::op::fetch::NO_KEY;

/// A key shorter than this may be a common word, which an address may hold by chance.
const TELLING_KEY: usize = 8;

/// Gives the exchange its whole address.
pub(super) fn address(exchange: &mut Exchange, config: &Config) -> Result<(), Failure> {
    let refuse = |why| Err(Failure::new(Delivery::NotSent, FailureKind::Request, why));
    let Some(foreign) = &exchange.foreign else {
        if exchange.with_key && config.key.is_none() {
            return refuse(NO_KEY);
        }
        // Of a whole URI only the path counts: it goes to the base URL whatever host it names.
        let path = exchange.request.uri();
        let Some(uri) = path.path().starts_with('/').then(|| config.base.join(path)).flatten() else {
            return refuse("the path is no URI");
        };
        *exchange.request.uri_mut() = uri;
        return Ok(());
    };
    let uri = foreign.uri().clone();
    let key = config.key.as_ref().and_then(|key| key.to_str().ok());
    // An address with the key in it would hand the key to its host.
    let tells_key = key.is_some_and(|key| key.len() >= TELLING_KEY && uri.to_string().contains(key));
    if tells_key || !foreign.is_allowed(config.base_url()) {
        return refuse("the address is not one to go to");
    }
    exchange.request = http::Request::new(Vec::new());
    *exchange.request.uri_mut() = uri;
    exchange.with_key = false;
    Ok(())
}
