//! Whether two ledgers tell the same story.
//!
//! Compared, in the order of placing: server, kind, coin, coin per day, image, ports and how it
//! ended. Left out: order ids
//! (each sandbox draws its own) and everything that is time or follows from it (`created`, `ended`, `held`, `rent`,
//! `creation_fee`, `spent`), because the peers' pace is not ours.

use clore_sandbox::{EndReason, Kind, Rental};
use core::fmt;

/// What two ledgers must agree on of one rental.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    server: u64,
    kind: Kind,
    coin: &'static str,
    /// To eight decimals: what goes over the wire is text, and a spot price by the hour is divided.
    price_per_day: String,
    image: String,
    /// Forwarded ports, and the one of the web.
    ports: (Vec<u16>, Option<u16>),
    end: Option<EndReason>,
}

impl Entry {
    pub(crate) fn of(rental: &Rental) -> Self {
        Self {
            server: rental.server_id,
            kind: rental.kind,
            coin: rental.coin.name(),
            price_per_day: format!("{:.8}", rental.price_per_day),
            image: rental.image.clone(),
            ports: (rental.tcp_ports.clone(), rental.http_port),
            end: rental.end,
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::OnDemand => "on demand",
            Kind::Spot => "spot",
        };
        let price = self.price_per_day.trim_end_matches('0').trim_end_matches('.');
        let (tcp, http) = &self.ports;
        let tcp = tcp.iter().map(|port| format!("{port}/tcp"));
        let ports: Vec<String> = tcp.chain(http.iter().map(|port| format!("{port}/http"))).collect();
        let ports = if ports.is_empty() { "no port".to_owned() } else { ports.join(" ") };
        let (server, coin, image) = (self.server, self.coin, &self.image);
        write!(f, "server {server} {kind} at {price} {coin} a day, {image}, {ports}: ")?;
        match self.end {
            Some(why) => write!(f, "{why:?}"),
            None => f.write_str("still billing"),
        }
    }
}

/// A ledger's entries in the order of placing.
pub(crate) fn entries(ledger: &[Rental]) -> Vec<Entry> {
    let mut rentals: Vec<&Rental> = ledger.iter().collect();
    rentals.sort_by_key(|rental| rental.created);
    rentals.into_iter().map(Entry::of).collect()
}

/// Where a peer's ledger and ours differ, in words; empty when they agree. Two empty ledgers do not: nothing was
/// compared.
pub(crate) fn differences(peer: &[Entry], ours: &[Entry]) -> Vec<String> {
    if peer.is_empty() && ours.is_empty() {
        return vec!["both ledgers are empty".to_owned()];
    }
    let none = "nothing".to_owned();
    (0..peer.len().max(ours.len()))
        .map(|at| (at, peer.get(at), ours.get(at)))
        .filter(|(_, peer, ours)| peer != ours)
        .map(|(at, peer, ours)| {
            let words = |entry: Option<&Entry>| entry.map_or_else(|| none.clone(), ToString::to_string);
            format!("rental {}: the peer has {}; ours has {}", at + 1, words(peer), words(ours))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(server: u64, price: f64) -> Entry {
        Entry {
            server,
            kind: Kind::Spot,
            coin: "bitcoin",
            price_per_day: format!("{price:.8}"),
            image: "i".to_owned(),
            ports: (vec![22], None),
            end: Some(EndReason::Cancelled),
        }
    }

    #[test]
    fn ledgers_agree_only_when_each_rental_does() {
        let peer = [entry(1, 20.0), entry(2, 3.0)];
        assert!(differences(&peer, &[entry(1, 20.000_000_000_004), entry(2, 3.0)]).is_empty());
        assert_eq!(differences(&peer, &[entry(1, 20.0), entry(2, 3.1)]).len(), 1);
        assert_eq!(differences(&peer, &[entry(2, 3.0), entry(1, 20.0)]).len(), 2, "the order counts");
        let short = differences(&peer, &peer[..1]);
        assert!(short[0].contains("ours has nothing"), "{short:?}");
        let open = Entry { end: None, ..entry(1, 20.0) };
        assert!(differences(&[open], &peer[..1])[0].contains("still billing"));
    }

    #[test]
    fn two_empty_ledgers_prove_nothing() {
        assert_eq!(differences(&[], &[]).len(), 1);
    }
}
