//! `sandbox`: which service to make up, and what to do to its requests.

use clap::Args;
use clore_sandbox::{Dialect, Fault, FaultKind};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Arguments of `clore sandbox`.
#[derive(Args, Debug)]
#[command(after_help = faults())]
pub struct SandboxArgs {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// Which market to make up
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// How many servers it has
    #[arg(long, value_name = "N", default_value_t = 3500, value_parser = clap::value_parser!(u32).range(..=100_000))]
    pub servers: u32,
    /// A recorded answer of the marketplace in place of a made-up market; may be gzip
    #[arg(long, value_name = "FILE", conflicts_with = "servers")]
    pub market: Option<PathBuf>,
    /// Whose names, shapes and units its answers have: live, all (every known name side by side), official (the Python
    /// SDK's) or seed (the Python class's, whose prices are USD per hour: not for this program)
    #[arg(long, value_name = "D", default_value_t = Dialect::All)]
    pub dialect: Dialect,
    /// How many seconds of its clock pass in one of the wall's
    #[arg(long, value_name = "X", default_value_t = 1.0, value_parser = speed)]
    pub speed: f64,
    /// Treats a request badly, see below; may be given several times
    #[arg(long = "fault", value_name = "PATH[#N]=KIND[:ARG]")]
    pub faults: Vec<Fault>,
}

fn speed(text: &str) -> Result<f64, String> {
    let speed = text.parse::<f64>().ok().filter(|speed| *speed > 0.0 && *speed <= 1e6);
    speed.ok_or_else(|| "give a number above 0, at most 1000000".to_owned())
}

fn faults() -> String {
    let mut help = String::from(
        "Faults: PATH is a call such as create_order, or * for any; #N means only the N-th of them. KIND is one of\n",
    );
    for (kind, what) in FaultKind::HELP {
        help.push_str(&format!("  {kind:<28} {what}\n"));
    }
    help.push_str("Example: clore sandbox --fault create_order#1=lose --fault my_orders=delay:2");
    help
}
