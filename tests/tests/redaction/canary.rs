//! The secrets, and the shapes in which one of them would be recognised.

use clore_core::endpoint::create_order::CreateOrder;
use clore_core::model::ServerId;
use clore_core::secret::Secret;

pub const KEY: &str = "Canary-Key-5f1c9e77";
const PASSWORD: &str = "Canary+Word/8d20aa";
const TOKEN: &str = "Canary+Token/41b7c3";
const DOCKER: &str = "canaryuser:Canary/Docker+9e";
const ENV: &str = "Canary Env=77aa/01";
const COMMAND: &str = "curl -H Canary/Command+6b";
/// What only the service knows: in its rows.
pub const THEIRS: [&str; 4] =
    ["Canary/Row+Word12", "Canary/Row+Token34", "https://login.example/Canary-Row-56", "Canary1Deposit7890"];

const ALL: [&str; 10] =
    [KEY, PASSWORD, TOKEN, DOCKER, ENV, COMMAND, THEIRS[0], THEIRS[1], THEIRS[2], THEIRS[3]];

/// An order with every secret that an order can have.
pub fn order(server: u64) -> CreateOrder {
    CreateOrder::on_demand(ServerId::new(server), "image")
        .ssh_password(Secret::new(PASSWORD))
        .jupyter_token(Secret::new(TOKEN))
        .dockerhub_auth(Secret::new(DOCKER))
        .env("NAME", ENV)
        .command(COMMAND)
}

/// No canary is in `text`, whichever way it may have been written there.
pub fn is_clean(what: &str, text: &str) {
    if let Some((canary, how)) = shown_in(text) {
        panic!("{what} shows {canary} ({how}):\n{text}");
    }
}

/// The first canary that is in `text`, and how it is written there.
fn shown_in(text: &str) -> Option<(&'static str, &'static str)> {
    let text = text.to_lowercase();
    ALL.into_iter().find_map(|canary| {
        let (how, _) = shapes(canary).into_iter().find(|(_, shape)| text.contains(&shape.to_lowercase()))?;
        Some((canary, how))
    })
}

fn shapes(canary: &str) -> Vec<(&'static str, String)> {
    let bytes = canary.as_bytes();
    let joined = |bytes: &[u8], one: fn(u8) -> String, between: &str| {
        bytes.iter().map(|byte| one(*byte)).collect::<Vec<_>>().join(between)
    };
    let percent = |keep: &str| -> String {
        let one = |c: char| {
            if c.is_ascii_alphanumeric() || keep.contains(c) {
                c.to_string()
            } else {
                format!("%{:02x}", c as u32)
            }
        };
        canary.chars().map(one).collect()
    };
    let mut shapes = vec![
        ("plain", canary.to_owned()),
        ("its rarest half", canary.get(canary.len() / 2..).unwrap_or(canary).to_owned()),
        ("backwards", canary.chars().rev().collect()),
        ("hex", joined(bytes, |byte| format!("{byte:02x}"), "")),
        ("hex, a list", joined(bytes, |byte| format!("{byte:02x}"), ", ")),
        ("bytes, a list", joined(bytes, |byte| byte.to_string(), ", ")),
        ("bytes, a dense list", joined(bytes, |byte| byte.to_string(), ",")),
        ("percent", percent("-_.~")),
        ("percent, all", joined(bytes, |byte| format!("%{byte:02x}"), "")),
        ("json", canary.replace('/', "\\/")),
    ];
    // Wherever it begins within a group of three bytes, some of its inner characters are the same.
    for shift in 0..3 {
        let text = base64(&[&b"\0\0"[..shift], bytes].concat());
        let inner: String = text.chars().skip(4).take(text.len().saturating_sub(10)).collect();
        shapes.push(("base64", inner.clone()));
        shapes.push(("base64 for URLs", inner.replace('+', "-").replace('/', "_")));
    }
    shapes
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits =
            (0..3).fold(0u32, |bits, place| bits << 8 | u32::from(group.get(place).copied().unwrap_or(0)));
        (0..4).for_each(|place| text.push(char::from(SIGNS[(bits >> (18 - 6 * place) & 63) as usize])));
    }
    text
}

#[test]
fn a_canary_is_recognised_in_every_shape() {
    assert_eq!(base64(b"Man"), "TWFu");
    for shown in [
        format!("x{KEY}y"),
        format!("{:?}", KEY.as_bytes()),
        base64(format!("user:{KEY}").as_bytes()),
        base64(format!("u:{KEY}").as_bytes()),
        base64(format!("ab:{KEY}").as_bytes()),
        format!("{:02X?}", KEY.as_bytes()),
    ] {
        assert!(shown_in(&shown).is_some_and(|(canary, _)| canary == KEY), "{shown}");
    }
    is_clean("nothing", "an intent 5f1c9 for image canary, key kept");
}
