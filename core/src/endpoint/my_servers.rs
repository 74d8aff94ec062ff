//! `my_servers`: the account's own machines (api-facts 3.9).
//!
//! A list that is missing or `null` is never an account without machines, and a machine whose row cannot be read is
//! named among the skipped.

use super::{Endpoint, InvalidRequest, Path, Streamed};
use crate::effect::Effect;
use crate::error::DecodeError;
use crate::limits::Caps;
use crate::model::HostedServer;
use crate::wire::number;
use crate::wire::rows::{Listing, SkippedRows};

/// Reads the account's own machines.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct MyServers;

/// The machines that could be read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HostedServers {
    /// The machines, in the service's order.
    pub servers: Vec<HostedServer>,
    /// Rows that could not be read: those without a name.
    pub skipped: SkippedRows,
    /// `limit`: probably how many machines the account may have. Informational.
    pub limit: Option<u64>,
}

impl HostedServers {
    /// Whether every row was read. Only then does the absence of a machine mean anything.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.skipped.count == 0
    }

    /// Whether more than half of the rows could not be used: the service's answers have probably changed, and what
    /// was read of them may be wrong as well.
    #[must_use]
    pub fn is_drifting(&self) -> bool {
        self.skipped.is_drift(self.servers.len())
    }

    /// The strict view: the machines, if every record was read.
    ///
    /// # Errors
    /// The first record that could not be used, by its place.
    pub fn strict(&self) -> Result<&[HostedServer], DecodeError> {
        self.skipped.refuse("servers").map(|()| self.servers.as_slice())
    }

    /// The machine of this name.
    #[must_use]
    pub fn server(&self, name: &str) -> Option<&HostedServer> {
        self.servers.iter().find(|server| server.name == name)
    }
}

impl Endpoint for MyServers {
    type Output = HostedServers;
    type Reader = Streamed<HostedServer, HostedServers>;
    const NAME: &'static str = "my_servers";

    fn effect(&self) -> Effect {
        Effect::Read
    }

    fn is_drifting(&self, output: &Self::Output) -> bool {
        output.is_drifting()
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        Path::new("/v1/my_servers").into_read()
    }

    fn reader(&self, caps: &Caps) -> Self::Reader {
        Streamed::new("servers", caps, HostedServer::decode, |listing, fields| {
            let Listing { rows: servers, skipped, .. } = listing;
            let limit = fields.some("limit").and_then(number::integer);
            Ok(HostedServers { servers, skipped, limit })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Answer;
    use crate::endpoint::tests::answer;
    use crate::model::Coin;
    use crate::model::hosted::Visibility;
    use crate::recordings::recording;

    #[test]
    fn the_documented_machines_are_read() {
        let Some(body) = recording("documented/my_servers-api-page.json") else { return };
        let list = answer(&MyServers, &body).into_value().unwrap();
        assert_eq!((list.servers.len(), list.limit, list.is_complete()), (2, Some(16), true));
        let never = list.server("rig-01").unwrap();
        assert_eq!((never.connected, never.online), (Some(false), Some(false)));
        assert_eq!(never.visibility, Some(Visibility::Hidden));
        assert!(never.on_demand.is_empty() && never.min_spot.is_empty() && never.specs.is_none());
        let token = never.init_token.as_ref().unwrap().expose();
        assert_eq!(token.len(), 48);
        assert!(!format!("{list:?}").contains(token), "a secret");
        let second = list.server("rig-02").unwrap();
        assert_eq!(second.visibility, Some(Visibility::Public));
        assert_eq!(second.on_demand[&Coin::Bitcoin].to_string(), "0.00010337 bitcoin/day");
        assert_eq!(second.min_spot[&Coin::Bitcoin].to_string(), "0.00005168 bitcoin/day");
        assert_eq!((second.on_demand.len(), second.min_spot.len()), (1, 1), "`usd: 0` is no coin");
        assert_eq!(second.gpus.to_string(), "1x GeForce GTX 1080 Ti");
        let network = &second.specs.as_ref().unwrap().network;
        assert_eq!((network.down_mbit.unwrap().to_string(), &network.country), ("119.61".to_owned(), &None));
    }

    #[test]
    fn a_list_that_is_not_there_is_no_account_without_machines() {
        for body in [
            r#"{"code":0}"#,
            r#"{"servers":null,"limit":16,"code":0}"#,
            r#"{"servers":{},"code":0}"#,
            r#"{"servers":[]}"#,
        ] {
            assert!(matches!(answer(&MyServers, body.as_bytes()), Answer::Malformed(_)), "{body}");
        }
        let none = answer(&MyServers, br#"{"servers":[],"code":0}"#).into_value().unwrap();
        assert!(none.servers.is_empty() && none.is_complete());
    }

    #[test]
    fn a_row_without_a_name_is_reported_and_an_odd_field_costs_the_field() {
        let body = br#"{"servers":[{"name":"a","online":"maybe","pricing":[1],"visibility":7,"id":"x"},
            {"id":41},{"name":"","id":42},"x"],"limit":"many","code":0}"#;
        let list = answer(&MyServers, body).into_value().unwrap();
        assert_eq!((list.servers.len(), list.skipped.count, list.limit), (1, 3, None));
        assert!(!list.is_complete());
        let ids: Vec<_> = list.skipped.named.iter().map(|row| row.id).collect();
        assert_eq!(ids, [Some(41), Some(42), None]);
        let odd = &list.servers[0];
        assert_eq!((odd.online, &odd.visibility, odd.id), (None, &None, None));
        assert!(odd.on_demand.is_empty());
    }
}
