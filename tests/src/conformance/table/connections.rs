//! Faults of connections and of HTTP itself.

use super::Cell::{Again, Confirmed, Good, NeverSent, Once, Stopped, Unclear};
use super::{Cell, Play, Row};
use crate::conformance::Phase;
use crate::conformance::wire::pack;
use clore_core::effect::Delivery::{Answered, NotSent, Unknown};
use std::sync::Arc;

const BODY: &str = r#"{"wallets":[],"code":0,"order_id":7}"#;

fn row(row: &'static str, form: &str, play: Play, read: Cell) -> Row {
    Row {
        row,
        form: form.to_owned(),
        play,
        read,
        money: Unclear,
        cancel: Confirmed,
        phase: None,
        is_slow: false,
        is_packed: false,
    }
}

/// A status line, these header lines, and a body.
fn http(head: &str, body: impl AsRef<[u8]>) -> Play {
    Play::bytes([format!("HTTP/1.1 {head}\r\n\r\n").as_bytes(), body.as_ref()].concat())
}

fn never_sent(name: &'static str, url: &'static str, phase: Phase) -> Row {
    let row = row(name, url, Play::Nowhere(url), Again(NotSent));
    Row { money: NeverSent, cancel: Stopped, phase: Some(phase), ..row }
}

fn slow(row: Row) -> Row {
    Row { is_slow: true, ..row }
}

fn packed(row: Row) -> Row {
    Row { is_packed: true, ..row }
}

fn endless(first: &str, more: &[u8], pause: u64) -> Play {
    Play::Endless(first.as_bytes().into(), Arc::from(more), pause)
}

/// `text` packed, with the head that says so.
fn gzip(bytes: &[u8]) -> Play {
    let head = format!("200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}", bytes.len());
    http(&head, bytes)
}

pub(super) fn rows() -> Vec<Row> {
    const CUT: &str = "reset / EOF mid-body, short Content-Length, chunk cut";
    const HEAD: &str = "reset / EOF mid-headers";
    const LENGTHS: &str = "two differing Content-Length, CL + TE";
    const GARBAGE: &str = "garbage status line, HTTP/0.9, bare LF tricks";
    const LARGE: &str = "headers > 64 KiB or > 100 lines";
    const DRIP: &str = "slow drip";
    const BOMB: &str = "gzip/brotli/zstd bomb, nested encodings";
    const INTERIM: &str = "100/102/103 before answer";
    let length = BODY.len();
    let whole = format!("200 OK\r\ncontent-length: {length}");
    let many: String = (0..150).map(|n| format!("x-{n}: y\r\n")).collect();
    let bomb = pack(&[b"{\"wallets\":[".to_vec(), vec![b' '; 80 << 20]].concat());
    let mut corrupt = pack(BODY.repeat(40).as_bytes());
    let middle = corrupt.len() / 2;
    corrupt.iter_mut().skip(middle).take(8).for_each(|byte| *byte ^= 0x5a);
    let cut_gzip = pack(BODY.as_bytes());
    let cut_gzip = cut_gzip.get(..cut_gzip.len() - 6).unwrap_or_default().to_vec();
    let stale = Row {
        money: Good,
        cancel: Confirmed,
        ..row("stale pooled connection, 0 bytes written", "", Play::Stale, Good)
    };
    vec![
        never_sent("DNS failure", "https://no-such-host.invalid", Phase::Name),
        never_sent("connect refused / unreachable", "http://127.0.0.1:1", Phase::Connect),
        stale,
        row("reset after some request bytes", "the request unread", Play::Reset, Again(Unknown)),
        slow(row("no response head in time", "silence", Play::Silence, Again(Unknown))),
        row(HEAD, "before any byte", Play::bytes(""), Again(Unknown)),
        row(HEAD, "in the status line", Play::bytes("HTTP/1.1 20"), Again(Unknown)),
        row(HEAD, "in a header", Play::bytes("HTTP/1.1 200 OK\r\ncontent-le"), Again(Unknown)),
        row(
            HEAD,
            "before the empty line",
            Play::bytes("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n"),
            Again(Unknown),
        ),
        row(CUT, "no byte of the body", http(&whole, ""), Again(Unknown)),
        row(CUT, "all but a byte", http(&whole, BODY.get(..length - 1).unwrap_or_default()), Again(Unknown)),
        row(
            CUT,
            "a whole document, and more was declared",
            http(&format!("200 OK\r\ncontent-length: {}", length + 9), BODY),
            Again(Unknown),
        ),
        row(
            CUT,
            "in a chunk",
            http("200 OK\r\ntransfer-encoding: chunked", format!("40\r\n{BODY}")),
            Again(Unknown),
        ),
        row(
            CUT,
            "between chunks",
            http("200 OK\r\ntransfer-encoding: chunked", format!("{length:x}\r\n{BODY}\r\n")),
            Again(Unknown),
        ),
        packed(row(
            CUT,
            "in a packed body",
            http("200 OK\r\ncontent-encoding: gzip\r\nconnection: close", cut_gzip),
            Again(Unknown),
        )),
        Row {
            money: Good,
            ..row(
                "extra bytes after Content-Length",
                "",
                http(&whole, format!("{BODY}HTTP/1.1 500 No\r\n\r\n")),
                Good,
            )
        },
        row(
            LENGTHS,
            "two",
            http("200 OK\r\ncontent-length: 3\r\ncontent-length: 9", "123456789"),
            Again(Unknown),
        ),
        // The chunks hold: HTTP's rule is that a length beside them is nothing, and every library here keeps it.
        Row {
            money: Good,
            ..row(
                LENGTHS,
                "chunks, and a length that is too short",
                http(
                    "200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked",
                    format!("{length:x}\r\n{BODY}\r\n0\r\n\r\n"),
                ),
                Good,
            )
        },
        row(
            LENGTHS,
            "chunks that break off, and a length that is met",
            http(
                &format!("200 OK\r\ncontent-length: {}\r\ntransfer-encoding: chunked", length + 4),
                format!("{length:x}\r\n{BODY}"),
            ),
            Again(Unknown),
        ),
        // Lines that end by a bare LF are read as lines, as HTTP allows; they bring no header in.
        Row {
            money: Good,
            ..row(
                GARBAGE,
                "bare LF",
                Play::bytes(format!("HTTP/1.1 200 OK\ncontent-length: {length}\n\n{BODY}")),
                Good,
            )
        },
        row(
            GARBAGE,
            "bare CR in a header",
            Play::bytes(format!(
                "HTTP/1.1 200 OK\r\nx: a\rcontent-length: 3\r\ncontent-length: {length}\r\n\r\n{BODY}"
            )),
            Again(Unknown),
        ),
        row(GARBAGE, "garbage", Play::bytes("garbage\r\n\r\n"), Again(Unknown)),
        row(GARBAGE, "TLS", Play::bytes(b"\x15\x03\x01\x00\x02\x02\x50"), Again(Unknown)),
        row(GARBAGE, "HTTP/0.9", Play::bytes(BODY), Again(Unknown)),
        row(
            GARBAGE,
            "a status of letters",
            Play::bytes(format!("HTTP/1.1 abc OK\r\ncontent-length: {length}\r\n\r\n{BODY}")),
            Again(Unknown),
        ),
        row(
            GARBAGE,
            "a header without a colon",
            Play::bytes(format!("HTTP/1.1 200 OK\r\nno colon\r\n\r\n{BODY}")),
            Again(Unknown),
        ),
        row(
            LARGE,
            "1 MiB",
            Play::bytes([b"HTTP/1.1 200 OK\r\nx: ", &vec![b'y'; 1 << 20][..], b"\r\n\r\n"].concat()),
            Once(Unknown),
        ),
        row(
            LARGE,
            "150 lines",
            http(&format!("200 OK\r\n{many}content-length: {length}"), BODY),
            Once(Unknown),
        ),
        slow(row(DRIP, "a head", endless("HTTP/1.1 200 OK\r\nx: ", b"y", 20), Again(Unknown))),
        slow(row(
            DRIP,
            "a body",
            endless("HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n{\"wallets\":[", b" ", 20),
            Again(Unknown),
        )),
        slow(row(
            DRIP,
            "chunks",
            endless(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nc\r\n{\"wallets\":[\r\n",
                b"1\r\n \r\n",
                20,
            ),
            Again(Unknown),
        )),
        row(
            "never-ending body, 10 GB",
            "",
            endless("HTTP/1.1 200 OK\r\n\r\n{\"wallets\":[", &[b' '; 64 << 10], 0),
            Once(Answered),
        ),
        packed(row(BOMB, "80 MiB of spaces", gzip(&bomb), Once(Answered))),
        row(
            BOMB,
            "a coding that was not asked for",
            http(&format!("{whole}\r\ncontent-encoding: zstd"), BODY),
            Again(Unknown),
        ),
        row(
            BOMB,
            "packed twice",
            http(&format!("{whole}\r\ncontent-encoding: gzip, gzip"), BODY),
            Again(Unknown),
        ),
        packed(row("corrupt gzip", "", gzip(&corrupt), Again(Unknown))),
        packed(row("corrupt gzip", "not packed at all", gzip(BODY.as_bytes()), Again(Unknown))),
        Row {
            money: Good,
            ..row(
                INTERIM,
                "100",
                Play::bytes(format!("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 {whole}\r\n\r\n{BODY}")),
                Good,
            )
        },
        Row {
            money: Good,
            ..row(
                INTERIM,
                "103",
                Play::bytes(format!(
                    "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 {whole}\r\n\r\n{BODY}"
                )),
                Good,
            )
        },
        row(
            "101",
            "",
            Play::bytes("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"),
            Once(Answered),
        ),
    ]
}
