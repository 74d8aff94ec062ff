//! `clore server-config`: the settings of one hosted server.

use crate::args::{Common, ServerConfigArgs};
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::output;
use clore_core::endpoint::Endpoint;
use clore_core::endpoint::server_config::ServerConfigOf;
use clore_core::error::Error;
use clore_core::model::Rates;

/// Shows the settings. A name that is none of the account's is the service's refusal, exit 1.
pub fn run(common: &Common, args: &ServerConfigArgs) -> Result<Exit, Failure> {
    let read = ServerConfigOf::new(&args.name);
    read.request().map_err(Error::from)?;
    let context = <Context>::open(common, Rates::new(), Needs::Key)?;
    let config = context.client.run(read)?;
    match context.json {
        true => output::document(&output::config_document(&config).text()),
        false => output::line(&output::config_lines(&config)),
    }
    Ok(Exit::Done)
}
