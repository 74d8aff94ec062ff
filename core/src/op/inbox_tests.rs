use super::*;

#[derive(Default)]
struct Log {
    said: Vec<String>,
    stop_at_data: bool,
}

impl Receive for Log {
    fn head(&mut self, head: Head<'_>) -> Flow {
        self.said.push(format!("head {}", head.status.as_u16()));
        Flow::Continue
    }
    fn data(&mut self, decoded: &[u8]) -> Flow {
        self.said.push(format!("data {}", decoded.len()));
        if self.stop_at_data { Flow::Stop } else { Flow::Continue }
    }
    fn close(&mut self, _: Moment, received: Received) {
        self.said.push(match received {
            Received::End => "end".into(),
            Received::Failed(f) => format!("{:?} {:?} {}", f.delivery, f.kind, f.detail),
        });
    }
}

fn told(script: impl FnOnce(&mut Inbox<'_>) -> Option<Result<(), Failure>>) -> String {
    told_by(Log::default(), script)
}

fn told_by(mut log: Log, script: impl FnOnce(&mut Inbox<'_>) -> Option<Result<(), Failure>>) -> String {
    let caps = Caps { head_bytes: 40, head_lines: 3, wire_bytes: 9, ..Caps::default() };
    let mut inbox = Inbox::new(&mut log, caps);
    let result = script(&mut inbox);
    inbox.close(Moment::ORIGIN, result);
    log.said.join(", ")
}

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let pair = |(name, value): &(&'static str, &'static str)| {
        (http::HeaderName::from_static(name), http::HeaderValue::from_static(value))
    };
    pairs.iter().map(pair).collect()
}

const OK: StatusCode = StatusCode::OK;

#[test]
fn a_whole_answer_is_head_data_end() {
    let said = told(|inbox| {
        inbox.head(OK, &headers(&[("content-length", "4")])).unwrap();
        inbox.data(b"ab").unwrap();
        inbox.data(b"cd").unwrap();
        Some(Ok(()))
    });
    assert_eq!(said, "head 200, data 2, data 2, end");
}

#[test]
fn a_body_shorter_than_declared_is_a_failure() {
    let said = told(|inbox| {
        inbox.head(OK, &headers(&[("content-length", "5")])).unwrap();
        inbox.data(b"abcd").unwrap();
        Some(Ok(()))
    });
    assert!(said.ends_with("Unknown Protocol the body is shorter than declared"), "{said}");
}

#[test]
fn misuse_becomes_one_failure_and_nothing_else() {
    type Script = fn(&mut Inbox<'_>);
    let cases: [(&str, Script); 5] = [
        ("without a head", |_| {}),
        ("data before a head", |inbox| assert!(inbox.data(b"x").is_err())),
        ("a second head", |inbox| {
            inbox.head(OK, &HeaderMap::new()).unwrap();
            assert!(inbox.head(OK, &HeaderMap::new()).is_err());
        }),
        ("not unpacked", |inbox| {
            assert!(inbox.head(OK, &headers(&[("content-encoding", "gzip")])).is_err());
        }),
        ("contradict", |inbox| {
            let two = headers(&[("content-length", "1"), ("content-length", "2")]);
            assert!(inbox.head(OK, &two).is_err());
        }),
    ];
    for (text, script) in cases {
        let said = told(|inbox| {
            script(inbox);
            Some(Ok(()))
        });
        let last = said.rsplit(", ").next().unwrap();
        assert!(last.starts_with("Unknown Protocol") && last.contains(text), "{text}: {said}");
    }
}

#[test]
fn never_sent_is_not_believed_after_a_head() {
    let failure = Failure::new(Delivery::NotSent, FailureKind::Connect, "");
    let said = told(|inbox| {
        inbox.head(OK, &HeaderMap::new()).unwrap();
        Some(Err(failure.clone()))
    });
    assert!(said.contains("Unknown Connect"), "{said}");
    assert!(told(|_| Some(Err(failure.clone()))).contains("NotSent Connect"));
}

#[test]
fn a_deadline_counts_as_never_sent_only_when_marked() {
    assert!(told(|_| None).contains("Unknown Timeout"));
    let marked = told(|inbox| {
        inbox.mark(Delivery::NotSent);
        None
    });
    assert!(marked.contains("NotSent Timeout"), "{marked}");
    let begun = told(|inbox| {
        inbox.mark(Delivery::NotSent);
        inbox.mark(Delivery::Unknown);
        None
    });
    assert!(begun.contains("Unknown Timeout"), "{begun}");
}

/// `content-length: 1` is 19 bytes, `a: b` 6.
#[test]
fn a_head_that_meets_its_cap_passes_and_one_more_byte_or_line_does_not() {
    let x = |n: usize| ["", "x", "xx", "xxx"].get(n).copied().unwrap();
    let said = |pairs: &[(&'static str, &'static str)]| {
        told(|inbox| {
            let _ = inbox.head(OK, &headers(pairs));
            Some(Err(Stop(()).into()))
        })
    };
    let filler = ("filler", "12345678901234567890123456789");
    assert!(said(&[filler]).starts_with("head 200"), "39 bytes");
    assert!(said(&[("filler", "123456789012345678901234567890")]).starts_with("head 200"), "40 bytes");
    let over = said(&[("filler", "1234567890123456789012345678901")]);
    assert_eq!(over, "Unknown TooLarge a head over its cap");
    let lines = |n| (0..n).map(|n| ("x", x(n))).collect::<Vec<_>>();
    assert!(said(&lines(3)).starts_with("head 200"));
    assert_eq!(said(&lines(4)), "Unknown TooLarge a head over its cap");
}

#[test]
fn a_body_is_counted_as_it_comes_packed_or_not() {
    type Script = fn(&mut Inbox<'_>) -> Result<(), Stop>;
    let packed: Script = |inbox| {
        inbox.packed(4)?;
        inbox.data(b"0123456789abcdef")?;
        inbox.packed(5)
    };
    let cases: [(Script, bool); 5] = [
        (|inbox| inbox.data(b"123456789"), true),
        (|inbox| inbox.data(b"123456789").and_then(|()| inbox.data(b"0")), false),
        (packed, true),
        (|inbox| inbox.packed(10), false),
        (|inbox| (0..10).try_for_each(|_| inbox.packed(1)), false),
    ];
    for (n, (script, fits)) in cases.into_iter().enumerate() {
        let said = told(|inbox| {
            inbox.head(OK, &HeaderMap::new()).unwrap();
            Some(script(inbox).map_err(Failure::from))
        });
        let end = if fits { "end" } else { "Unknown TooLarge a body over its cap" };
        assert!(said.ends_with(end), "{n}: {said}");
    }
}

#[test]
fn a_stop_ends_the_exchange_once_whatever_the_transport_does() {
    let log = Log { stop_at_data: true, ..Log::default() };
    let said = told_by(log, |inbox| {
        inbox.head(OK, &HeaderMap::new()).unwrap();
        for _ in 0..9 {
            assert!(inbox.data(b"x").is_err());
        }
        Some(Err(Stop(()).into()))
    });
    assert_eq!(said, "head 200, data 1, end");
}
