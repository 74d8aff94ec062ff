//! Hosts and ports of an order, from every shape of api-facts 4.2.

use crate::excerpt::Excerpt;
use crate::model::connection::{Host, HttpAccess, SshTarget, port};
use crate::wire::field::{self, Raw};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// More hosts or ports than this no order has; the rest is dropped.
const ENTRIES: usize = 1_024;

/// The raw fields that tell how to reach a rental.
pub(super) struct ReachFields<'a> {
    pub(super) pub_cluster: Raw<'a>,
    pub(super) pub_ip: Raw<'a>,
    pub(super) tcp_ports: Raw<'a>,
    pub(super) ssh_port: Raw<'a>,
    pub(super) http_pub: Raw<'a>,
    pub(super) http_port: Raw<'a>,
    pub(super) connection: Raw<'a>,
}

pub(super) struct Reach {
    pub(super) hosts: Vec<Host>,
    pub(super) tcp_ports: BTreeMap<u16, u16>,
    pub(super) http: Option<HttpAccess>,
    pub(super) ssh_text: Option<Excerpt>,
    pub(super) ssh_user: Option<Box<str>>,
}

#[derive(Deserialize, Default)]
struct Connection<'a> {
    #[serde(borrow)]
    ssh: Raw<'a>,
    #[serde(borrow)]
    http_ports: Raw<'a>,
}

#[derive(Deserialize)]
struct ClusterHost<'a> {
    #[serde(borrow)]
    address: Raw<'a>,
    #[serde(borrow)]
    ports: Raw<'a>,
}

impl ReachFields<'_> {
    pub(super) fn decode(self) -> Reach {
        let connection: Connection<'_> = field::object(self.connection).unwrap_or_default();
        let ssh_text = field::text(connection.ssh);
        let by_text = ssh_text.as_deref().and_then(|text| SshTarget::parse(text).ok());

        let (mut hosts, cluster_ports) = cluster(self.pub_cluster);
        if hosts.is_empty() {
            hosts.extend(host(self.pub_ip));
        }
        if hosts.is_empty() {
            hosts.extend(by_text.as_ref().map(|target| target.host().clone()));
        }

        let mut tcp_ports = port_map(self.tcp_ports);
        if tcp_ports.is_empty() {
            tcp_ports = port_map(cluster_ports);
        }
        // The text's port belongs to the text's host.
        let by_text = by_text.filter(|target| hosts.contains(target.host()));
        let ssh_port = one_port(self.ssh_port).or(by_text.as_ref().map(SshTarget::port));
        if let Some(public) = ssh_port {
            tcp_ports.entry(22).or_insert(public);
        }
        let http_port = one_port(self.http_port)
            .or_else(|| port_map(connection.http_ports).into_iter().next().map(|(_, public)| public));
        let http_host = host(self.http_pub);
        let http = (http_host.is_some() || http_port.is_some())
            .then_some(HttpAccess { host: http_host, port: http_port });
        Reach {
            hosts,
            tcp_ports,
            http,
            ssh_text: ssh_text.map(|text| Excerpt::new(&text, 512)),
            ssh_user: by_text.map(|target| target.user().into()),
        }
    }
}

/// `"a"`, `["a","b"]` or `[{"address":"a","ports":..}]`; the ports of the last host that has some.
fn cluster(raw: Raw<'_>) -> (Vec<Host>, Raw<'_>) {
    let Some(elements) = field::list(raw) else {
        return (host(raw).into_iter().collect(), None);
    };
    let mut hosts = Vec::new();
    let mut ports = None;
    for element in elements.into_iter().take(ENTRIES) {
        match field::object::<ClusterHost<'_>>(Some(element)) {
            Some(object) => {
                hosts.extend(host(object.address));
                ports = object.ports.or(ports);
            }
            None => hosts.extend(host(Some(element))),
        }
    }
    (hosts, ports)
}

fn host(raw: Raw<'_>) -> Option<Host> {
    field::word(raw).and_then(|text| Host::parse(&text).ok())
}

/// A port as number or text.
fn one_port(raw: Raw<'_>) -> Option<u16> {
    field::integer(raw).and_then(|port| u16::try_from(port).ok()).filter(|port| *port > 0)
}

/// `["22:10022"]`, `{"22":10022}` or `{"22/tcp":"10022"}`. A container port mapped to two different public ones is
/// left out rather than guessed.
fn port_map(raw: Raw<'_>) -> BTreeMap<u16, u16> {
    let pairs: Vec<(u16, u16)> = match field::list(raw) {
        Some(elements) => elements.into_iter().take(ENTRIES).filter_map(pair).collect(),
        None => field::entries(raw)
            .unwrap_or_default()
            .into_iter()
            .take(ENTRIES)
            .filter_map(|(key, value)| Some((container_port(&key)?, one_port(Some(value))?)))
            .collect(),
    };
    let mut map: BTreeMap<u16, Option<u16>> = BTreeMap::new();
    for (container, public) in pairs {
        map.entry(container)
            .and_modify(|known| *known = known.filter(|known| *known == public))
            .or_insert(Some(public));
    }
    map.into_iter().filter_map(|(container, public)| Some((container, public?))).collect()
}

fn pair(element: &RawValue) -> Option<(u16, u16)> {
    let text = field::word(Some(element))?;
    let (container, public) = text.split_once(':')?;
    Some((container_port(container)?, port(public.trim())?))
}

fn container_port(text: &str) -> Option<u16> {
    let text = text.trim();
    port(text.strip_suffix("/tcp").unwrap_or(text))
}
