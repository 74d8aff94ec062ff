//! A client made of a bare socket. Each test file uses another part of it.
#![allow(dead_code)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use clore_sandbox::{Fault, Options, Server};
use serde_json::{Value, json};

pub(crate) fn start(options: Options) -> Server {
    Server::start(options.servers(40).interval(Duration::ZERO).create_window(Duration::ZERO), "127.0.0.1:0")
        .expect("a server")
}

pub(crate) fn faulty(fault: &str) -> Server {
    start(Options::new().fault(Fault::parse(fault).expect("a fault")))
}

pub(crate) fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address()).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
    stream
}

pub(crate) fn get(server: &Server, path: &str, more: &str) -> String {
    format!("GET /v1/{path} HTTP/1.1\r\nhost: sandbox\r\nauth: {}\r\n{more}\r\n", server.key())
}

pub(crate) fn create(server: &Server) -> String {
    let id = server.with(|clore| clore.free().next().expect("a free server"));
    let body =
        json!({"renting_server": id, "type": "on-demand", "currency": "USD-Blockchain", "image": "ubuntu"})
            .to_string();
    format!(
        "POST /v1/create_order HTTP/1.1\r\nhost: sandbox\r\nauth: {}\r\ncontent-length: {}\r\n\r\n{body}",
        server.key(),
        body.len()
    )
}

/// Sends some bytes and reads to the end of the connection.
pub(crate) fn to_the_end(server: &Server, bytes: &str) -> Vec<u8> {
    let mut stream = connect(server);
    stream.write_all(bytes.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an end");
    answer
}

/// Reads one answer: its head and its body by the length told.
pub(crate) fn one_answer(stream: &mut TcpStream) -> (String, Vec<u8>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("a head");
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).expect("text");
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .and_then(|length| length.parse().ok())
        .expect("a length");
    let mut body = vec![0; length];
    stream.read_exact(&mut body).expect("a body");
    (head, body)
}

pub(crate) fn code(body: &[u8]) -> Value {
    serde_json::from_slice::<Value>(body).expect("JSON")["code"].clone()
}
