//! `spend`: what orders cost.

use clap::{Args, ValueEnum};

/// Arguments of `clore spend`.
#[derive(Args, Debug)]
#[command(after_help = FROM_THE_JOURNAL)]
pub struct SpendArgs {
    /// One line for each order, or for each day by UTC
    #[arg(long, value_enum, default_value_t = SpendBy::Order)]
    pub by: SpendBy,
}

/// What a line is for.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "a documented value makes a long help longer still")]
pub enum SpendBy {
    Order,
    Day,
}

const FROM_THE_JOURNAL: &str = "\
Nothing is asked of the service: the figures are estimates by the price with its fee and the time, from when the order
was asked for until its end was noticed, with the creation fee after ten minutes. An order that ended elsewhere (expired,
outbid, cancelled on the web page) counts until a rental or a cancel of this machine reads that it is over. Orders made
elsewhere are not in the journal; what is not known is shown as ?, never as 0.";
