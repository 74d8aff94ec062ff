//! The fields of each list's records as api-facts has them. Kinds: `n` number, `t` text, `b` boolean, `l` list, `o`
//! object; a number also passes as a text of digits where [`wire::number`](crate::wire::number) reads it so. A path that
//! ends in a dot-less name and has no longer one below it is not looked into: maps by coin, free objects.

/// A field: its path, the kinds it was seen or documented in, and whether every record had it.
pub(super) struct Field {
    pub(super) path: &'static str,
    pub(super) kinds: &'static str,
    pub(super) always: bool,
}

const fn always(path: &'static str, kinds: &'static str) -> Field {
    Field { path, kinds, always: true }
}

const fn may(path: &'static str, kinds: &'static str) -> Field {
    Field { path, kinds, always: false }
}

/// api-facts 3.2: what is always there, was in all 3,500 recorded rows.
pub(super) const MARKETPLACE: &[Field] = &[
    always("id", "n"),
    always("owner", "n"),
    always("mrl", "n"),
    always("price", "o"),
    may("price.on_demand", "o"),
    may("price.spot", "on"),
    may("price.usd", "o"),
    may("price.original_usd", "o"),
    always("rented", "b"),
    always("reliability", "n"),
    always("allowed_coins", "l"),
    always("rating", "o"),
    may("rating.avg", "n"),
    may("rating.cnt", "n"),
    may("cuda_version", "tn"),
    may("oc", "b"),
    may("verification", "n"),
    may("gpu_array", "l"),
    may("gigaspot", "bo"),
    may("autoprice", "t"),
    may("partial_gpu_rental", "bo"),
    may("connection", "otl"),
    may("bids", "l"),
    may("my_past_rating", "on"),
    always("specs", "o"),
    may("specs.mb", "t"),
    may("specs.cpu", "t"),
    always("specs.cpus", "tn"),
    always("specs.ram", "n"),
    always("specs.disk", "t"),
    may("specs.disk_speed", "n"),
    always("specs.gpu", "t"),
    always("specs.gpuram", "n"),
    always("specs.net", "o"),
    may("specs.backend_version", "n"),
    may("specs.pcie_rev", "nt"),
    may("specs.pcie_width", "n"),
    may("specs.pl", "l"),
    may("specs.stock_pl", "l"),
    may("specs.stock_oc", "tl"),
    may("specs.xfs", "n"),
    may("specs.gpus", "l"),
    may("specs.stock_oc_override", "b"),
];

/// api-facts 3.3.
pub(super) const MY_ORDERS: &[Field] = &[
    may("id", "n"),
    may("order_id", "n"),
    may("si", "n"),
    may("renting_server", "n"),
    may("server_id", "n"),
    may("currency", "t"),
    may("image", "t"),
    may("price", "n"),
    may("fee", "n"),
    may("creation_fee", "n"),
    may("spend", "n"),
    may("original_price_usd", "n"),
    may("ct", "n"),
    may("started", "nt"),
    may("created_at", "nt"),
    may("mrl", "n"),
    may("online", "b"),
    may("spot", "bn"),
    may("type", "t"),
    may("expired", "b"),
    may("paused", "b"),
    may("order_end", "nt"),
    may("pub_cluster", "lt"),
    may("pub_ip", "t"),
    may("tcp_ports", "lo"),
    may("ssh_port", "n"),
    may("http_port", "tn"),
    may("http_pub", "t"),
    may("auto_login", "t"),
    may("mon_container", "n"),
    may("specs", "o"),
    may("rating", "o"),
    may("reliability", "n"),
    may("cuda_version", "tn"),
    may("gpu_array", "l"),
    may("owner", "n"),
    may("my_past_rating", "on"),
    may("status", "t"),
    may("instance_status", "t"),
    may("connection", "o"),
    may("env", "o"),
    may("ssh_password", "t"),
    may("ssh_key", "t"),
    may("command", "t"),
    may("jupyter_token", "t"),
    may("p", "n"),
    may("oc_price", "no"),
    may("secure_cloud", "b"),
    may("allowed_orders_features", "lo"),
];

/// api-facts 3.1.
pub(super) const WALLETS: &[Field] = &[
    may("name", "t"),
    may("currency", "t"),
    may("balance", "n"),
    may("deposit", "t"),
    may("deposit_address", "t"),
    may("withdrawal_fee", "n"),
];

/// api-facts 3.9.
pub(super) const MY_SERVERS: &[Field] = &[
    always("name", "t"),
    may("id", "n"),
    may("connected", "b"),
    may("online", "b"),
    may("visibility", "t"),
    may("pricing", "o"),
    may("min_spot_pricing", "o"),
    may("usd_pricing", "o"),
    may("autoprice", "oltb"),
    may("allowed_currencies", "l"),
    may("allowed_coins", "l"),
    may("init_token", "t"),
    may("gpu_array", "l"),
    may("gpu_count", "n"),
    may("specs", "o"),
    may("working_properly", "b"),
    may("is_vpn_enabled", "b"),
    may("mass_price_changeable", "b"),
    may("max_fair_price_usd", "n"),
    may("lock_balance", "bn"),
    may("monitoring", "nbo"),
    may("oc_gpus", "tl"),
];
