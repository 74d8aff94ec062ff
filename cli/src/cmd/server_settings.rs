//! `clore server-settings`: changes some settings of a hosted server, shown before they are sent.
//!
//! ```text
//!  configuration read ─► old and new shown, asked ─► all sent ─► changed     exit 0
//!    ├─ not yours ─► nothing sent, exit 1              ├─ refused             exit 1
//!    ├─ something that must be sent is not told        └─ not known           exit 3
//!    │    ─► nothing sent, the flags named, exit 2
//!    └─ it is that already ─► nothing sent, exit 0
//! ```

use crate::args::{Common, ServerSettingsArgs};
use crate::confirm;
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::output::{self, Document};
use clore_core::endpoint::Endpoint;
use clore_core::endpoint::server_config::ServerConfigOf;
use clore_core::endpoint::set_server_settings::{BitcoinSpelling, Incomplete, SetServerSettings};
use clore_core::error::{Error, ErrorKind};
use clore_core::model::hosted::RequiredSetting;
use clore_core::model::{Coin, Kind, Rate, Rates, ServerConfig};
use clore_core::op::UpdateServerSettings;
use core::time::Duration;
use std::collections::BTreeSet;

/// Reads the settings, shows what changes, asks, sends.
pub fn run(common: &Common, args: &ServerSettingsArgs) -> Result<Exit, Failure> {
    let changes = changes(args)?;
    if !common.yes && !confirm::can_ask() {
        return confirm::ask("", false).map(|()| Exit::Done);
    }
    let context = <Context>::open(common, Rates::new(), Needs::Key)?;
    let config = context.client.run(ServerConfigOf::new(&args.name))?;
    let name = output::cell(&args.name, 60);
    let rows = output::setting_changes(&changes, &config);
    let document = |changed: Option<bool>, inferred: bool| {
        Document::new()
            .with("name", &args.name)
            .with("changed", &changed)
            .with("inferred", &inferred)
            .with("changes", &rows)
    };
    // Said before anybody is asked; the update itself reads once more and judges by what it reads.
    if let Err(why) = changes.clone().completed_by(&config) {
        return Err(incomplete(why, &name, document(Some(false), false)));
    }
    output::note(&format!("server {name}:"));
    rows.iter().for_each(|row| output::note(&format!("  {}", row.words())));
    if changes.are_shown_by(&config) {
        output::note("it is that already; nothing was sent");
        return Ok(done(&context, &document(Some(false), false)));
    }
    dropped_dollars(&changes, &config).iter().for_each(|text| output::warn(text));
    confirm::ask("change it?", common.yes)?;
    context.watch.in_doubt(Some(format!(
        "whether the new settings took effect is not known: server {name} (look with `clore server-config {name}`)"
    )));
    match context.client.run(UpdateServerSettings::new(changes.clone())) {
        Ok(updated) => {
            for text in updated.before.iter().flat_map(|before| changed_meanwhile(&changes, &config, before))
            {
                output::warn(&text);
            }
            let how = if updated.inferred {
                "changed; the answer was lost, and a reading shows it"
            } else {
                "changed"
            };
            output::note(how);
            Ok(done(&context, &document(Some(true), updated.inferred)))
        }
        Err(error) => Err(not_changed(error, &name, &document)),
    }
}

/// What the flags name; what is no setting is said before the service is asked anything.
fn changes(args: &ServerSettingsArgs) -> Result<SetServerSettings, Failure> {
    if !args.changes_something() {
        return Err(Failure::usage("nothing to change is named; see `clore server-settings --help`"));
    }
    for (prices, in_usd, what) in [
        (&args.prices, &args.usd_prices, "--price and --usd-price"),
        (&args.min_bids, &args.usd_min_bids, "--min-bid and --usd-min-bid"),
    ] {
        // Which of the two would hold is the service's to say.
        let twice = |price: &&Rate| in_usd.iter().any(|(coin, _)| coin == price.coin());
        if let Some(price) = prices.iter().find(twice) {
            return Err(Failure::usage(format!("{what} both set a price in {}; give one", price.coin())));
        }
    }
    let mut changes = SetServerSettings::new(&args.name);
    if args.sdk_names {
        changes = changes.spelling(BitcoinSpelling::Bare);
    }
    if let Some(available) = args.available {
        changes = changes.available(available);
    }
    if let Some(hours) = args.max_rental {
        changes = changes.max_rental(Duration::from_secs(hours.saturating_mul(3600)));
    }
    changes = args.prices.iter().cloned().fold(changes, SetServerSettings::on_demand);
    changes = args.min_bids.iter().cloned().fold(changes, SetServerSettings::spot);
    for (coin, usd) in &args.usd_prices {
        changes = changes.usd_on_demand(coin.clone(), *usd);
    }
    for (coin, usd) in &args.usd_min_bids {
        changes = changes.usd_spot(coin.clone(), *usd);
    }
    for (coins, enabled) in [(&args.enable, true), (&args.disable, false)] {
        changes = coins.iter().fold(changes, |changes, coin| changes.coin_enabled(coin.clone(), enabled));
    }
    changes.request().map_err(Error::from)?;
    Ok(changes)
}

/// What no longer stood as it was shown when the change was made: somebody else changed it too.
fn changed_meanwhile(
    changes: &SetServerSettings,
    shown: &ServerConfig,
    before: &ServerConfig,
) -> Vec<String> {
    let words = |config| -> Vec<String> {
        output::setting_changes(changes, config).iter().map(|row| row.words().to_owned()).collect()
    };
    let shown = words(shown);
    let other = words(before).into_iter().filter(|row| !shown.contains(row));
    other.map(|row| format!("it was changed by somebody else meanwhile; in truth: {row}")).collect()
}

/// A price in a coin takes the place of both that were pinned in dollars for it, on demand and of bids.
fn dropped_dollars(changes: &SetServerSettings, config: &ServerConfig) -> Vec<String> {
    let kinds = [(Kind::OnDemand, "price on demand"), (Kind::Spot, "lowest bid")];
    let named: BTreeSet<&Coin> =
        kinds.iter().flat_map(|(kind, _)| changes.prices(*kind)).map(Rate::coin).collect();
    let mut texts = Vec::new();
    for coin in named {
        let Some(prices) = config.usd_prices.get(coin) else { continue };
        for (kind, name) in kinds {
            let price = if kind == Kind::OnDemand { prices.on_demand } else { prices.spot };
            let dropped = price.filter(|_| changes.usd_prices(kind).all(|(other, _)| other != coin));
            if let Some(usd) = dropped {
                let coin = output::cell(&coin.to_string(), 40);
                texts.push(format!(
                    "the {name} in dollars for who pays with {coin}, {usd}, is sent no longer, but in the coin alone"
                ));
            }
        }
    }
    texts
}

/// Names what is missing, and the flags that give it; or the price that cannot be read.
fn incomplete(why: Incomplete, name: &str, details: Document) -> Failure {
    let missing = match &why {
        Incomplete::Missing(missing) => missing.clone(),
        Incomplete::UnreadPrice(odd) => {
            let message = format!(
                "a price of server {name} cannot be read ({odd}), and settings go out whole; nothing was sent"
            );
            let mut failure = Failure::new(Exit::Failed, "unread_price", message);
            failure.details = details;
            return failure;
        }
    };
    let flag = |setting: &RequiredSetting| match setting {
        RequiredSetting::Availability => "--available yes|no",
        RequiredSetting::MaxRental => "--max-rental HOURS",
        RequiredSetting::BitcoinOnDemand => "--price bitcoin=PER_DAY",
        RequiredSetting::BitcoinSpot => "--min-bid bitcoin=PER_DAY",
    };
    let names = missing.iter().map(|setting| format!("{setting} ({})", flag(setting))).collect::<Vec<_>>();
    let mut failure = Failure::from(Error::from(why));
    failure.message = format!(
        "the service takes all settings at once, and this server's do not tell: {}; nothing was sent; give them as well",
        names.join(", ")
    );
    let flags: Vec<&str> = missing.iter().map(flag).collect();
    failure.details = details.with("missing_flags", &flags);
    failure
}

fn done(context: &Context, document: &Document) -> Exit {
    context.watch.in_doubt(None);
    if context.json {
        output::document(&document.text());
    }
    Exit::Done
}

fn not_changed(error: Error, name: &str, document: &dyn Fn(Option<bool>, bool) -> Document) -> Failure {
    let unknown = *error.kind() == ErrorKind::SettingsUnknown;
    if let ErrorKind::IncompleteSettings(missing) = error.kind() {
        return incomplete(Incomplete::Missing(missing.clone()), name, document(Some(false), false));
    }
    let mut failure = Failure::from(error);
    if unknown {
        failure.message = format!(
            "it is not known whether the new settings of server {name} took effect; look with \
             `clore server-config {name}`; sending the same settings again is harmless"
        );
    }
    failure.details = document(if unknown { None } else { Some(false) }, false);
    failure
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_missing_setting_is_named_with_its_flag() {
        let failure = incomplete(Incomplete::Missing(RequiredSetting::ALL.to_vec()), "rig", Document::new());
        assert_eq!((failure.exit, failure.kind), (Exit::Usage, "incomplete_settings"));
        for part in [
            "--available yes|no",
            "--max-rental HOURS",
            "--price bitcoin=PER_DAY",
            "--min-bid bitcoin=PER_DAY",
        ] {
            assert!(failure.message.contains(part), "{}", failure.message);
            assert!(failure.details.text().contains(part), "{}", failure.details.text());
        }
    }

    #[test]
    fn a_setting_that_somebody_else_changed_meanwhile_is_told() {
        let config = |hours: u64| {
            let raw = format!(r#"{{"name":"rig","visibility":"public","mrl":{hours}}}"#);
            ServerConfig::decode(raw.as_bytes(), "rig").unwrap()
        };
        let changes = SetServerSettings::new("rig").max_rental(Duration::from_secs(48 * 3600));
        assert!(changed_meanwhile(&changes, &config(96), &config(96)).is_empty());
        let told = changed_meanwhile(&changes, &config(96), &config(72));
        assert!(told.len() == 1 && told[0].contains("72"), "{told:?}");
    }
}
