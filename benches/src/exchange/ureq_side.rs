//! ureq, through the blocking adapter and by hand.

use crate::{KEY, PAIRS, Pairs, settings};
use clore_blocking::Client;
use std::time::Instant;

pub(crate) fn measure(url: &str) -> Pairs {
    let client = Client::builder().settings(settings(url)).build().unwrap();
    let agent = ureq::Agent::new_with_defaults();
    let address = format!("{url}/v1/wallets");
    let mut pairs = Pairs::default();
    for _ in 0..PAIRS {
        let began = Instant::now();
        client.wallets().unwrap();
        let ours = began.elapsed();
        let began = Instant::now();
        let mut answer = agent.get(&address).header("auth", KEY).call().unwrap();
        answer.body_mut().read_to_vec().unwrap();
        pairs.add(ours, began.elapsed());
    }
    pairs
}
