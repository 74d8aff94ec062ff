//! `clore sandbox`: serves a Clore.ai of its own until it is killed.

use crate::args::SandboxArgs;
use crate::exit::{Exit, Failure, harmless};
use crate::output;
use clore_sandbox::{Market, Options, Server};

/// Stdout gets the base URL and the key, a line each, and nothing else.
pub fn run(args: &SandboxArgs) -> Result<Exit, Failure> {
    let mut options = Options::new().seed(args.seed).dialect(args.dialect);
    options = match &args.market {
        None => options.servers(usize::try_from(args.servers).unwrap_or(usize::MAX)),
        Some(path) => {
            let shown = harmless(&path.display().to_string());
            let bytes = std::fs::read(path)
                .map_err(|error| Failure::usage(format!("{shown} cannot be read: {}", error.kind())))?;
            let market = Market::from_json(&bytes);
            options.market(market.map_err(|error| Failure::usage(format!("{shown}: {error}")))?)
        }
    };
    let mut server = Server::builder(options).speed(args.speed);
    for fault in &args.faults {
        server = server.fault(fault.clone());
    }
    let server = server.start(args.listen).map_err(|error| {
        Failure::new(
            Exit::Failed,
            "listen",
            format!("{} cannot be listened on: {}", args.listen, error.kind()),
        )
    })?;
    output::line(&server.url());
    output::line(server.key());
    output::note("serving until Ctrl-C; nothing here costs anything");
    loop {
        std::thread::park();
    }
}
