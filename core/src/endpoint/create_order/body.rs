//! The request's body: what is checked before anything is sent, what is only warned of, and how it is written.

use super::{Access, CreateOrder, Offer, PortKind, default_env};
use crate::endpoint::price::price_number;
use crate::error::{InvalidRequest, Why};
use crate::excerpt::Excerpt;
use crate::model::Rate;
use crate::secret::Secret;
use core::fmt;
use serde::Serialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Limits of api-facts 3.4, in characters.
const KEY_CHARS: usize = 3072;
const PASSWORD_CHARS: usize = 32;
const ENV_NAME_CHARS: usize = 128;
const ENV_VALUE_CHARS: usize = 1536;
const ENV_CHARS: usize = 12_288;

/// Characters in an environment value that made creates fail with code 1 (api-facts 1.4).
const TRIPPING: &[char] = &['&', '<', '>', '|', ';', '`'];

/// An environment variable whose value is known, or suspected, to make the service fail with code 1, after which it
/// is unclear whether the order exists. Its value is sent unchanged and not shown.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct EnvWarning {
    /// The variable's name, escaped.
    pub name: Excerpt,
}

/// The body as api-facts 3.4 writes it.
#[derive(Serialize)]
pub(super) struct Body<'a> {
    renting_server: u64,
    r#type: &'static str,
    currency: &'a str,
    image: &'a str,
    ports: BTreeMap<u16, &'static str>,
    env: Cow<'a, BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ssh_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ssh_password: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jupyter_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spotprice: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    required_price: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    autossh_entrypoint: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remember_password: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dockerhub_auth: Option<&'a str>,
}

impl CreateOrder {
    /// What may go wrong with this request though it is valid. Nothing is changed because of it.
    #[must_use]
    pub fn warnings(&self) -> Vec<EnvWarning> {
        let trips = |value: &str| value.chars().any(|c| !(' '..='~').contains(&c) || TRIPPING.contains(&c));
        self.variables()
            .iter()
            .filter(|(_, value)| trips(value))
            .map(|(name, _)| EnvWarning { name: Excerpt::new(name, ENV_NAME_CHARS) })
            .collect()
    }

    /// Checks everything and gives the body.
    pub(super) fn body(&self) -> Result<Body<'_>, InvalidRequest> {
        let env = self.variables();
        check_env(&env)?;
        let image = self.image.as_str();
        let ports = self.ports.clone().unwrap_or_else(|| BTreeMap::from([super::DEFAULT_PORT]));
        let invalid = |field, why| Err(InvalidRequest::new(field, why));
        if image.is_empty() {
            return invalid("image", Why::Empty);
        }
        if image.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return invalid("image", Why::BadCharacter);
        }
        if ports.contains_key(&0) {
            return invalid("ports", Why::OutOfRange);
        }
        if self.paid_in().wire_name().is_empty() {
            return invalid("currency", Why::Empty);
        }
        if let Access::Key(key) = &self.access {
            check_key(key)?;
        }
        if self.two_ways_in {
            return invalid("ssh_password", Why::Beside { other: "ssh_key" });
        }
        let spotprice = match &self.offer {
            Offer::OnDemand => None,
            Offer::Spot(bid) => Some(bid),
        };
        Ok(Body {
            renting_server: self.target.server().number(),
            r#type: self.kind().wire_name(),
            currency: self.paid_in().wire_name(),
            image,
            ports: ports.into_iter().map(|(port, kind)| (port, kind.wire_name())).collect(),
            env,
            ssh_key: match &self.access {
                Access::Key(key) => Some(key),
                _ => None,
            },
            ssh_password: short("ssh_password", self.access.password())?,
            jupyter_token: short("jupyter_token", self.jupyter_token.as_ref())?,
            command: self.command.as_deref(),
            spotprice: self.price("spotprice", spotprice)?,
            required_price: self.price("required_price", self.required_price.as_ref())?,
            autossh_entrypoint: self.autossh_entrypoint,
            remember_password: self.remember_password,
            dockerhub_auth: self.dockerhub_auth.as_ref().map(Secret::expose),
        })
    }

    fn variables(&self) -> Cow<'_, BTreeMap<String, String>> {
        match &self.env {
            Some(env) => Cow::Borrowed(env),
            None => Cow::Owned(default_env()),
        }
    }

    /// The digits of a price, which must be in the order's coin: the service gets the bare number.
    fn price(
        &self,
        field: &'static str,
        price: Option<&Rate>,
    ) -> Result<Option<Box<RawValue>>, InvalidRequest> {
        match price {
            None => Ok(None),
            Some(price) if price.coin() != self.paid_in() => Err(InvalidRequest::new(field, Why::OtherCoin)),
            Some(price) => price_number(field, price).map(Some),
        }
    }
}

impl PortKind {
    /// The word on the wire: `tcp` or `http`.
    #[must_use]
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Http => "http",
        }
    }
}

fn short<'a>(field: &'static str, secret: Option<&'a Secret>) -> Result<Option<&'a str>, InvalidRequest> {
    let Some(text) = secret.map(Secret::expose) else {
        return Ok(None);
    };
    if text.is_empty() {
        return Err(InvalidRequest::new(field, Why::Empty));
    }
    InvalidRequest::check_characters(field, text, PASSWORD_CHARS)?;
    Ok(Some(text))
}

fn check_key(key: &str) -> Result<(), InvalidRequest> {
    let invalid = |why| Err(InvalidRequest::new("ssh_key", why));
    if key.is_empty() {
        return invalid(Why::Empty);
    }
    if key.contains("PRIVATE KEY") {
        return invalid(Why::PrivateKey);
    }
    InvalidRequest::check_characters("ssh_key", key, KEY_CHARS)
}

fn check_env(env: &BTreeMap<String, String>) -> Result<(), InvalidRequest> {
    let mut total = 0_usize;
    for (name, value) in env {
        if name.is_empty() {
            return Err(InvalidRequest::new("env", Why::Empty));
        }
        InvalidRequest::check_characters("env (a name)", name, ENV_NAME_CHARS)?;
        InvalidRequest::check_characters("env (a value)", value, ENV_VALUE_CHARS)?;
        let length = name.chars().count().saturating_add(value.chars().count());
        total = total.saturating_add(length);
    }
    if total > ENV_CHARS {
        let why = Why::TooLong { length: total, max: ENV_CHARS, unit: "characters" };
        return Err(InvalidRequest::new("env", why));
    }
    Ok(())
}

impl fmt::Display for EnvWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the environment variable `{}` holds characters that made other creates fail with a database error; it is sent unchanged",
            self.name
        )
    }
}
