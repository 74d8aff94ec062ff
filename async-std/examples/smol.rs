//! The same transport on smol: twenty lines say what smol has, the rest is the shipped code.
//!
//! `cargo run -p clore-async-std --example smol` starts an offline Clore, rents its cheapest RTX 4090 and cancels it.
#![allow(clippy::print_stdout)]

use clore_async_std::{HyperTransport, Runtime};
use clore_core::call::Call;
use clore_core::client::TransportOptions;
use clore_core::config::Config;
use clore_core::drive::{Transport, run};
use clore_core::endpoint::create_order::{CreateOrder, DEFAULT_IMAGE};
use clore_core::error::Error;
use clore_core::op::rent::Rent;
use clore_core::op::{Cancel, FindCheapest, Operation, Plan, Settings};
use clore_core::search::Filter;
use clore_core::secret::Secret;
use clore_core::session::Session;
use clore_sandbox::{Options, Server};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

struct Smol;

impl Runtime for Smol {
    type Stream = smol::net::TcpStream;

    async fn resolve(host: String, port: u16) -> io::Result<Vec<SocketAddr>> {
        smol::net::resolve((host, port)).await
    }

    async fn connect(to: SocketAddr) -> io::Result<Self::Stream> {
        let stream = smol::net::TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    async fn sleep(time: Duration) {
        smol::Timer::after(time).await;
    }

    async fn unblock(work: Box<dyn FnOnce() + Send>) {
        smol::unblock(work).await;
    }
}

/// A client of one's own in a few lines.
struct Client {
    session: Session,
    transport: HyperTransport<Smol>,
}

impl Client {
    async fn run<P: Plan>(&self, plan: P) -> Result<<P::Operation as Operation>::Output, Error> {
        let settings = Settings::new(&self.session, self.transport.wall(), self.transport.entropy());
        let operation = plan.begin(&settings, self.transport.now());
        run(&self.transport, Call::new(&self.session, operation)).await
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let clore = Server::builder(Options::new().servers(200)).speed(200.0).start("127.0.0.1:0")?;
    let config = Config::builder().base_url(clore.url()).key(Secret::new(clore.key()));
    let session = Session::new(config.rate_limit(Duration::from_millis(20)).build()?);
    let transport = HyperTransport::new(&session, TransportOptions::default())?;
    let client = Client { session, transport };
    smol::block_on(async {
        let Some(offer) = client.run(FindCheapest::new(Filter::new().gpu("RTX 4090"))).await? else {
            println!("no RTX 4090 is free");
            return Ok(());
        };
        let order = CreateOrder::on_demand(&offer, DEFAULT_IMAGE).ssh_key("ssh-ed25519 AAAA me");
        let Some(order) = client.run(Rent::new(order)).await?.order() else {
            println!("unclear: an open intent is left");
            return Ok(());
        };
        let cancelled = client.run(Cancel::new(order)).await?;
        println!("rented and cancelled order {}", cancelled.order);
        Ok(())
    })
}
