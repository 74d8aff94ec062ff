//! Rents and cancels on a sandbox of this machine, over a socket, with the adapter of this package.
#![allow(clippy::print_stdout)]

use clore_core::config::Config;
use clore_core::journal::MemoryJournal;
use clore_core::secret::Secret;
use clore_core::session::Session;
use clore_sandbox::{Options, Server};
use own_adapter::adapter::Adapter;
use own_adapter::walk::{Walked, walk};
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A clock a hundred times as fast as ours: 20 ms here are 2 s there, so this pace is not too fast for it.
    let server = Server::builder(Options::new()).speed(100.0).start("127.0.0.1:0")?;
    let config = Config::builder()
        .base_url(server.url())
        .key(Secret::new(server.key()))
        .rate_limit(Duration::from_millis(20))
        .create_gap(Duration::from_millis(100));
    let session = Session::new(config.build()?);
    let adapter = Adapter { origin: Instant::now(), journal: MemoryJournal::new() };
    match walk(&adapter, &session, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample example")? {
        Walked::NothingFree => println!("no RTX 4090 is free"),
        Walked::Uncertain(outcome) => {
            let order = outcome.order().map_or_else(String::new, |order| format!(", perhaps order {order}"));
            return Err(format!("it is not certain what was rented ({}{order})", outcome.word()).into());
        }
        Walked::Done(order) => {
            let ssh = order.ssh().map_or_else(String::new, |ssh| format!(" at {}", ssh.raw()));
            println!("order {} ran{ssh}; it is cancelled", order.id);
        }
    }
    Ok(())
}
