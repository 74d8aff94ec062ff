//! A record as one line of text, for any journal: a JSON object, flat, without white space between its parts.
//!
//! Ids are whole numbers and prices their exact digits as text; no number has a fraction. Unknown fields are ignored,
//! so that a later version may add what earlier ones need not know. What they must know takes a new word or a new
//! [`FORMAT_VERSION`], and both are refused as newer: a record that is not understood is never passed over.
//!
//! Who owns an intent is not written: locks say it.

use super::record::{Intent, IntentId, Record, Resolution};
use super::scope::Scope;
use crate::excerpt::Excerpt;
use crate::model::{Coin, Kind, OrderId, Rate, ServerId, Usd, UsdPerDay, UsdPerHour};
use crate::time::UnixTime;
use crate::wire::number;
use core::fmt;
use core::time::Duration;
use serde::{Deserialize, Serialize};

/// The number of the format this version writes, and the highest it reads.
pub const FORMAT_VERSION: u64 = 1;

/// The first line of a journal that outlives its process.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Header {
    /// What the tags of this journal's keys are salted with, in hex. It is no secret.
    pub salt: String,
}

/// One record of one scope.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Line {
    /// Whose record it is.
    pub scope: Scope,
    /// The record; [`Record::Look`] is never written.
    pub record: Record,
}

/// A text that is no line of a journal. It never quotes the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum TextError {
    /// Not a line at all, or one that lacks what it needs.
    Malformed,
    /// Of a format with a higher number.
    Newer {
        /// The number; for a record with a word this version does not know, one more than [`FORMAT_VERSION`].
        version: u64,
    },
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("not a line of a journal"),
            Self::Newer { version } => write!(f, "a line of the journal format {version}, which is newer"),
        }
    }
}

impl std::error::Error for TextError {}

/// A word this version does not know.
const UNKNOWN_WORD: TextError = TextError::Newer { version: FORMAT_VERSION + 1 };

const FORMAT: &str = "clore-journal";

#[derive(Serialize, Deserialize)]
struct HeaderText {
    format: String,
    version: u64,
    #[serde(default)]
    salt: String,
}

impl Header {
    /// A header with this salt.
    #[must_use]
    pub fn new(salt: impl Into<String>) -> Self {
        Self { salt: salt.into() }
    }

    /// The line, without its end.
    #[must_use]
    pub fn to_text(&self) -> String {
        let text = HeaderText { format: FORMAT.into(), version: FORMAT_VERSION, salt: self.salt.clone() };
        // Texts and numbers alone cannot fail to be written.
        serde_json::to_string(&text).unwrap_or_default()
    }

    /// Reads the line.
    ///
    /// # Errors
    /// [`TextError`]
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let header: HeaderText = serde_json::from_str(text).map_err(|_| TextError::Malformed)?;
        match (header.format == FORMAT, header.version) {
            (false, _) | (_, 0) => Err(TextError::Malformed),
            (true, version) if version > FORMAT_VERSION => Err(TextError::Newer { version }),
            (true, _) if header.salt.is_empty() => Err(TextError::Malformed),
            (true, _) => Ok(Self { salt: header.salt }),
        }
    }
}

/// Every field a record may have. The words come first, so that a person reading the file sees them first.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Fields {
    record: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolution: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inferred: Option<bool>,
    /// Beside the word "sent", so that an older version reads it as that.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<RateFields>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usd_per_day: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    orders: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cap_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cap_usd: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base_ids: Option<Vec<u64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot_date: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wall: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    despite: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct RateFields {
    per_day: String,
    coin: String,
}

impl Line {
    /// `record`, made for `scope`.
    #[must_use]
    pub fn new(scope: Scope, record: Record) -> Self {
        Self { scope, record }
    }

    /// The line, without its end; it never holds a line break. `None` for [`Record::Look`].
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        let scoped = Fields {
            url: Some(self.scope.base_url().to_owned()),
            key: Some(self.scope.key_tag().to_owned()),
            ..Fields::default()
        };
        let fields = match &self.record {
            Record::Intent(intent) => of_intent("intent", intent, scoped),
            Record::Renew(intent) => of_intent("renew", intent, scoped),
            Record::Adopt(id) => Fields { record: "adopt".into(), id: Some(id.to_string()), ..scoped },
            Record::Sent(id) => Fields { record: "sent".into(), id: Some(id.to_string()), ..scoped },
            Record::Answered(id) => {
                Fields { record: "sent".into(), id: Some(id.to_string()), answered: Some(true), ..scoped }
            }
            Record::Resolved { intent, resolution, wall } => {
                let (word, inferred) = match resolution {
                    Resolution::Placed { inferred, .. } => ("placed", Some(*inferred)),
                    Resolution::Done => ("done", None),
                    Resolution::Refused => ("refused", None),
                    Resolution::NeverSent => ("never_sent", None),
                    Resolution::Closed => ("closed", None),
                    Resolution::AttributedTo(_) => ("attributed", None),
                };
                Fields {
                    record: "resolved".into(),
                    id: Some(intent.to_string()),
                    resolution: Some(word.into()),
                    order: resolution.order().map(OrderId::number),
                    inferred,
                    wall: wall.map(UnixTime::seconds),
                    ..scoped
                }
            }
            Record::Ended { order, wall } => Fields {
                record: "ended".into(),
                order: Some(order.number()),
                wall: wall.map(UnixTime::seconds),
                ..scoped
            },
            Record::Repriced { order, price, wall } => Fields {
                record: "repriced".into(),
                order: Some(order.number()),
                usd_per_day: price.map(usd_per_day),
                wall: wall.map(UnixTime::seconds),
                ..scoped
            },
            Record::Look => return None,
        };
        serde_json::to_string(&fields).ok()
    }

    /// Reads the line.
    ///
    /// # Errors
    /// [`TextError`]
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let fields: Fields = serde_json::from_str(text).map_err(|_| TextError::Malformed)?;
        let (Some(url), Some(key)) = (&fields.url, &fields.key) else {
            return Err(TextError::Malformed);
        };
        let scope = Scope::written(url, key);
        let wall = fields.wall.map(UnixTime::from_seconds);
        let order = fields.order.map(OrderId::new).ok_or(TextError::Malformed);
        let id = || fields.id.as_deref().and_then(IntentId::parse).ok_or(TextError::Malformed);
        let record = match fields.record.as_str() {
            "" => return Err(TextError::Malformed),
            "intent" => Record::Intent(Box::new(intent_from(id()?, &fields)?)),
            "renew" => Record::Renew(Box::new(intent_from(id()?, &fields)?)),
            "adopt" => Record::Adopt(id()?),
            "sent" if fields.answered == Some(true) => Record::Answered(id()?),
            "sent" => Record::Sent(id()?),
            "resolved" => {
                let resolution = match fields.resolution.as_deref().ok_or(TextError::Malformed)? {
                    // Unless it is written that the create's own answer told the id, it did not.
                    "placed" => {
                        Resolution::Placed { order: order?, inferred: fields.inferred.unwrap_or(true) }
                    }
                    "refused" => Resolution::Refused,
                    "done" => Resolution::Done,
                    "never_sent" => Resolution::NeverSent,
                    "closed" => Resolution::Closed,
                    "attributed" => Resolution::AttributedTo(order?),
                    _ => return Err(UNKNOWN_WORD),
                };
                Record::Resolved { intent: id()?, resolution, wall }
            }
            "ended" => Record::Ended { order: order?, wall },
            "repriced" => Record::Repriced { order: order?, price: price_from(&fields)?, wall },
            _ => return Err(UNKNOWN_WORD),
        };
        Ok(Self { scope, record })
    }
}

fn of_intent(word: &str, intent: &Intent, scoped: Fields) -> Fields {
    let text = |excerpt: &Excerpt| excerpt.as_str().to_owned();
    Fields {
        record: word.into(),
        id: Some(intent.id.to_string()),
        call: Some(text(&intent.call)),
        server: intent.server.map(ServerId::number),
        kind: intent.kind.map(|kind| kind.wire_name().to_owned()),
        coin: intent.coin.as_ref().map(|coin| coin.wire_name().to_owned()),
        image: intent.image.as_ref().map(text),
        rate: intent
            .rate
            .as_ref()
            .map(|rate| RateFields { per_day: rate.digits(), coin: rate.coin().wire_name().to_owned() }),
        usd_per_day: intent.price.map(usd_per_day),
        orders: (intent.orders != 1).then_some(intent.orders),
        cap_seconds: intent.caps.runtime.map(|longest| longest.as_secs()),
        cap_usd: intent.caps.spend.map(|most| most.amount().to_string()),
        base_ids: intent.base_ids.as_ref().map(|ids| ids.iter().map(|id| id.number()).collect()),
        snapshot_date: intent.snapshot_date.map(UnixTime::seconds),
        wall: intent.wall.map(UnixTime::seconds),
        plan: intent.plan.as_ref().map(text),
        despite: intent.despite.iter().map(IntentId::to_string).collect(),
        ..scoped
    }
}

fn intent_from(id: IntentId, fields: &Fields) -> Result<Intent, TextError> {
    let known = |text: &String| Kind::named(text).ok_or(UNKNOWN_WORD);
    let rate = |rate: &RateFields| {
        Rate::parse(&rate.per_day, Coin::named(&rate.coin)).map_err(|_| TextError::Malformed)
    };
    let mut intent = Intent::new(id, "");
    intent.call = fields.call.as_ref().map(|text| whole(text)).ok_or(TextError::Malformed)?;
    intent.server = fields.server.map(ServerId::new);
    intent.kind = fields.kind.as_ref().map(known).transpose()?;
    intent.coin = fields.coin.as_deref().map(Coin::named);
    intent.image = fields.image.as_ref().map(|text| whole(text));
    intent.rate = fields.rate.as_ref().map(rate).transpose()?;
    intent.price = price_from(fields)?;
    intent.orders = fields.orders.unwrap_or(1);
    intent.caps.runtime = fields.cap_seconds.map(Duration::from_secs);
    let usd = |text: &String| number::plain_decimal(text).and_then(Usd::new).ok_or(TextError::Malformed);
    intent.caps.spend = fields.cap_usd.as_ref().map(usd).transpose()?;
    intent.base_ids = fields.base_ids.as_ref().map(|ids| ids.iter().copied().map(OrderId::new).collect());
    intent.snapshot_date = fields.snapshot_date.map(UnixTime::from_seconds);
    intent.wall = fields.wall.map(UnixTime::from_seconds);
    intent.plan = fields.plan.as_ref().map(|text| whole(text));
    let despite = fields.despite.iter().map(|name| IntentId::parse(name).ok_or(TextError::Malformed));
    intent.despite = despite.collect::<Result<_, _>>()?;
    Ok(intent)
}

/// By the day, since that figure is exact.
fn usd_per_day(price: UsdPerHour) -> String {
    price.per_day().amount().to_string()
}

fn price_from(fields: &Fields) -> Result<Option<UsdPerHour>, TextError> {
    let price = |text: &String| {
        let amount = number::plain_decimal(text).ok_or(TextError::Malformed)?;
        UsdPerDay::new(amount).map(UsdPerDay::per_hour).map_err(|_| TextError::Malformed)
    };
    fields.usd_per_day.as_ref().map(price).transpose()
}

/// What was cut when it was made is not cut again.
fn whole(text: &str) -> Excerpt {
    Excerpt::new(text, text.len().saturating_mul(10).saturating_add(8))
}

#[cfg(test)]
#[path = "text_tests.rs"]
pub(super) mod tests;
