//! `server_config`: the settings of one of the account's own machines (api-facts 3.10), by a GET with a JSON body.

use super::host_answer::said_to_host;
use super::reader::{Answer, Body, Reader};
use super::{Endpoint, InvalidRequest, Path};
use crate::effect::Effect;
use crate::error::{DecodeError, Found, Why};
use crate::flow::Flow;
use crate::limits::Caps;
use crate::model::ServerConfig;
use crate::wire::envelope::judge;
use crate::wire::number;
use serde::Serialize;

/// Reads the settings of one hosted server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServerConfigOf {
    name: String,
}

impl ServerConfigOf {
    /// Asks for the server of this name, as `my_servers` writes it.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }
}

#[derive(Serialize)]
struct Asked<'a> {
    server_name: &'a str,
}

impl Endpoint for ServerConfigOf {
    type Output = ServerConfig;
    type Reader = ServerConfigReader;
    const NAME: &'static str = "server_config";

    fn effect(&self) -> Effect {
        Effect::Read
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        if self.name.trim().is_empty() {
            return Err(InvalidRequest::new("server_name", Why::Empty));
        }
        Path::new("/v1/server_config").into_read_with(&Asked { server_name: &self.name })
    }

    fn reader(&self, caps: &Caps) -> ServerConfigReader {
        ServerConfigReader { body: Body::new(caps.answer_bytes), caps: *caps, name: self.name.clone() }
    }
}

/// Reads the answer. One without a `config`, or with that of another server, is no answer.
#[derive(Clone, Debug)]
pub struct ServerConfigReader {
    body: Body,
    caps: Caps,
    name: String,
}

impl Reader for ServerConfigReader {
    type Output = ServerConfig;

    fn push(&mut self, decoded: &[u8]) -> Flow {
        self.body.push(decoded)
    }

    fn finish(self) -> Answer<ServerConfig> {
        let body = match self.body.into_bytes() {
            Ok(body) => body,
            Err(error) => return Answer::Malformed(error),
        };
        said_to_host(Answer::read(judge(&body, &self.caps), |fields| {
            let raw = fields.raw("config");
            let raw = raw.ok_or_else(|| DecodeError::new("config", "an object", Found::Missing))?;
            let mut config = ServerConfig::decode(raw.as_bytes(), &self.name)
                .map_err(|error| DecodeError::new(&place(error.path()), error.expected(), error.found()))?;
            let beside = fields.some("creation_completed").and_then(number::boolean);
            config.creation_completed = beside.or(config.creation_completed);
            Ok(config)
        }))
    }
}

fn place(inside: &str) -> String {
    if inside.is_empty() { "config".to_owned() } else { format!("config.{inside}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::tests::answer;
    use crate::error::{Code, Reason};

    fn read(body: &str) -> Answer<ServerConfig> {
        answer(&ServerConfigOf::new("rig-02"), body.as_bytes())
    }

    #[test]
    fn an_answer_without_the_asked_configuration_is_no_answer() {
        for (body, place, found) in [
            (r#"{"code":0}"#, "config", Found::Missing),
            (r#"{"config":null,"code":0}"#, "config", Found::Null),
            (r#"{"config":[],"code":0}"#, "config", Found::List),
            (r#"{"config":{"name":"rig-01"},"code":0}"#, "config.name", Found::Contradiction),
            (r#"{"config":{"mrl":1,"mrl":2},"code":0}"#, "config", Found::DuplicateKey),
            (r#"{"config":{"name":"rig-02"}}"#, "code", Found::Missing),
        ] {
            let Answer::Malformed(error) = read(body) else { panic!("{body}") };
            assert_eq!((error.path(), error.found()), (place, found), "{body}");
        }
        let config = read(r#"{"config":{},"creation_completed":true,"code":0}"#).into_value().unwrap();
        assert_eq!((config.name.as_str(), config.creation_completed), ("rig-02", Some(true)));
    }

    #[test]
    fn a_server_that_is_not_yours_is_a_refusal_that_says_so() {
        for body in [
            r#"{"code":6,"error":"server_dont_exist"}"#,
            r#"{"code":0,"error":"server-dont-exist","config":{}}"#,
        ] {
            let (Answer::Refused(refusal) | Answer::SuccessWithError { refusal, .. }) = read(body) else {
                panic!("{body}")
            };
            assert_eq!(refusal.reason, Reason::NotYourServer);
            assert_eq!(refusal.advice(), "`clore servers` lists them");
        }
        let Answer::Refused(refusal) = read("{\"code\":3}") else { panic!() };
        assert_eq!(refusal.code, Code::Key);
    }

    #[test]
    fn a_server_without_a_name_is_not_asked_for() {
        let error = ServerConfigOf::new(" ").request().unwrap_err();
        assert_eq!((error.field(), error.why()), ("server_name", Why::Empty));
    }
}
