//! Reading a row of `my_orders`.

use super::reach::ReachFields;
use super::{Order, OrderStatus, StatusContext, StatusSource};
use crate::error::{DecodeError, Found};
use crate::excerpt::Excerpt;
use crate::model::coin::Coin;
use crate::model::date::date;
use crate::model::id::{OrderId, ServerId};
use crate::model::kind::Kind;
use crate::model::money::{Amount, Rate};
use crate::model::server::{GpuFields, Gpus};
use crate::model::usd::UsdPerDay;
use crate::secret::Secret;
use crate::time::UnixTime;
use crate::wire::field::{self, Raw};
use core::time::Duration;
use rust_decimal::Decimal;
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Row<'a> {
    #[serde(borrow)]
    id: Raw<'a>,
    #[serde(borrow)]
    order_id: Raw<'a>,
    #[serde(borrow)]
    si: Raw<'a>,
    #[serde(borrow)]
    renting_server: Raw<'a>,
    #[serde(borrow)]
    server_id: Raw<'a>,
    #[serde(borrow)]
    currency: Raw<'a>,
    #[serde(borrow)]
    image: Raw<'a>,
    #[serde(borrow)]
    price: Raw<'a>,
    #[serde(borrow)]
    fee: Raw<'a>,
    #[serde(borrow)]
    creation_fee: Raw<'a>,
    #[serde(borrow)]
    spend: Raw<'a>,
    #[serde(borrow)]
    original_price_usd: Raw<'a>,
    #[serde(borrow)]
    ct: Raw<'a>,
    #[serde(borrow)]
    started: Raw<'a>,
    #[serde(borrow)]
    created_at: Raw<'a>,
    #[serde(borrow)]
    mrl: Raw<'a>,
    #[serde(borrow)]
    online: Raw<'a>,
    #[serde(borrow)]
    spot: Raw<'a>,
    #[serde(borrow, rename = "type")]
    kind: Raw<'a>,
    #[serde(borrow)]
    expired: Raw<'a>,
    #[serde(borrow)]
    paused: Raw<'a>,
    #[serde(borrow)]
    order_end: Raw<'a>,
    #[serde(borrow)]
    pub_cluster: Raw<'a>,
    #[serde(borrow)]
    pub_ip: Raw<'a>,
    #[serde(borrow)]
    tcp_ports: Raw<'a>,
    #[serde(borrow)]
    ssh_port: Raw<'a>,
    #[serde(borrow)]
    http_port: Raw<'a>,
    #[serde(borrow)]
    http_pub: Raw<'a>,
    #[serde(borrow)]
    connection: Raw<'a>,
    #[serde(borrow)]
    auto_login: Raw<'a>,
    #[serde(borrow)]
    ssh_password: Raw<'a>,
    #[serde(borrow)]
    jupyter_token: Raw<'a>,
    #[serde(borrow)]
    mon_container: Raw<'a>,
    #[serde(borrow)]
    specs: Raw<'a>,
    #[serde(borrow)]
    gpu_array: Raw<'a>,
    #[serde(borrow)]
    status: Raw<'a>,
    #[serde(borrow)]
    instance_status: Raw<'a>,
}

#[derive(Deserialize, Default)]
struct SpecsRow<'a> {
    #[serde(borrow)]
    gpu: Raw<'a>,
    #[serde(borrow)]
    gpuram: Raw<'a>,
}

impl Order {
    /// Reads one row of `orders`, a JSON object. `env`, `ssh_key` and `command` are not kept.
    ///
    /// # Errors
    /// Bytes that are not a JSON object, a known field that comes twice, no readable id, or two different ones.
    pub fn decode(raw: &[u8]) -> Result<Self, DecodeError> {
        let row: Row<'_> = field::record(raw)?;
        let id = row.id()?;
        let coin = row.coin();
        let amount = |raw| Some(Amount::new(field::decimal(raw)?, coin.clone()?));
        let secret = |raw| field::text(raw).filter(|text| !text.is_empty()).map(Secret::new);
        let reach = ReachFields {
            pub_cluster: row.pub_cluster,
            pub_ip: row.pub_ip,
            tcp_ports: row.tcp_ports,
            ssh_port: row.ssh_port,
            http_pub: row.http_pub,
            http_port: row.http_port,
            connection: row.connection,
        }
        .decode();
        let order = Self {
            id,
            server: row.server(),
            image: field::word(row.image),
            kind: row.kind().unwrap_or_default(),
            price: row.price(),
            fee: row.fee(),
            creation_fee: amount(row.creation_fee),
            spend: amount(row.spend),
            original_price_usd: row.original_price_usd(),
            created: row.created(),
            max_rental: field::integer(row.mrl).map(Duration::from_secs),
            online: field::boolean(row.online),
            expired: row.expired(),
            paused: field::boolean(row.paused).unwrap_or(false),
            end: date(row.order_end),
            hosts: reach.hosts,
            tcp_ports: reach.tcp_ports,
            http: reach.http,
            auto_login: secret(row.auto_login),
            ssh_password: secret(row.ssh_password),
            jupyter_token: secret(row.jupyter_token),
            mon_container: field::integer(row.mon_container),
            gpus: row.gpus(),
            reported_status: row.reported_status(),
            ssh_text: reach.ssh_text,
            ssh_user: reach.ssh_user,
            status: OrderStatus::Creating,
            status_source: StatusSource::Derived(6),
            coin,
        };
        Ok(order.judged(&StatusContext::new()))
    }
}

impl Row<'_> {
    /// Both spellings that are there must be readable and say the same: a wrong id could cancel another's rental.
    pub(super) fn id(&self) -> Result<OrderId, DecodeError> {
        let mut seen = None;
        for (path, raw) in [("id", self.id), ("order_id", self.order_id)] {
            let Some(raw) = raw else { continue };
            let error = |found| DecodeError::new(path, "the id of an order", found);
            let number = field::integer(Some(raw)).ok_or_else(|| error(field::found(Some(raw))))?;
            if seen.is_some_and(|seen| seen != number) {
                return Err(error(Found::Contradiction));
            }
            seen = Some(number);
        }
        seen.map(OrderId::new).ok_or_else(|| DecodeError::new("id", "the id of an order", Found::Missing))
    }

    /// Every spelling that is there must be readable and say the same, else the server is unknown.
    pub(super) fn server(&self) -> Option<ServerId> {
        let mut seen = None;
        for raw in [self.si, self.renting_server, self.server_id].into_iter().flatten() {
            let number = field::integer(Some(raw))?;
            if seen.is_some_and(|seen| seen != number) {
                return None;
            }
            seen = Some(number);
        }
        seen.map(ServerId::new)
    }

    pub(super) fn created(&self) -> Option<UnixTime> {
        [self.ct, self.started, self.created_at].into_iter().find_map(date)
    }

    pub(super) fn coin(&self) -> Option<Coin> {
        field::word(self.currency).map(|name| Coin::named(&name))
    }

    pub(super) fn image(&self) -> Option<String> {
        field::word(self.image)
    }

    pub(super) fn price(&self) -> Option<Rate> {
        Rate::new(field::decimal(self.price)?, self.coin()?).ok()
    }

    /// The fee, as a fraction of the price.
    pub(super) fn fee(&self) -> Option<Decimal> {
        field::decimal(self.fee).filter(|fee| *fee >= Decimal::ZERO)
    }

    pub(super) fn original_price_usd(&self) -> Option<UsdPerDay> {
        field::decimal(self.original_price_usd).and_then(|usd| UsdPerDay::new(usd).ok())
    }

    /// By the flag alone.
    pub(super) fn expired(&self) -> bool {
        field::boolean(self.expired).unwrap_or(false)
    }

    pub(super) fn reported_status(&self) -> Option<Excerpt> {
        let word = field::word(self.status).or_else(|| field::word(self.instance_status));
        word.map(|word| Excerpt::new(&word, 64))
    }

    /// Whether the order is over by its row alone: what [`Order::decode`] would find, without the rest of the work.
    /// A list of past orders may be long, and it is read before every rental.
    pub(super) fn is_over(&self) -> bool {
        let said_over = |word: Excerpt| OrderStatus::named(word.as_str()).is_end();
        self.expired() || self.reported_status().is_some_and(said_over)
    }

    /// Whether the order surely bills no more, by its row alone.
    pub(super) fn is_surely_over(&self) -> bool {
        let word = self.reported_status().map(|word| OrderStatus::named(word.as_str()));
        word.map_or(self.expired(), |word| word.surely_ends(self.expired()))
    }

    /// The kind, if the row says one. Where `type` and `spot` differ it counts as spot, which is believed to run only
    /// on evidence.
    pub(super) fn kind(&self) -> Option<Kind> {
        let by_flag = field::boolean(self.spot).map(|spot| if spot { Kind::Spot } else { Kind::OnDemand });
        let by_word = field::word(self.kind).and_then(|word| Kind::named(&word));
        match (by_flag, by_word) {
            (Some(flag), Some(word)) if flag != word => Some(Kind::Spot),
            (flag, word) => flag.or(word),
        }
    }

    /// Whether `type` and `spot` differ.
    pub(super) fn kind_is_contradictory(&self) -> bool {
        let word = field::word(self.kind).and_then(|word| Kind::named(&word));
        match (field::boolean(self.spot), word) {
            (Some(spot), Some(word)) => spot != (word == Kind::Spot),
            _ => false,
        }
    }

    fn gpus(&self) -> Gpus {
        let specs: SpecsRow<'_> = field::object(self.specs).unwrap_or_default();
        GpuFields { gpu: specs.gpu, gpuram: specs.gpuram, gpu_array: self.gpu_array, total_gpus: None }
            .decode()
    }
}
