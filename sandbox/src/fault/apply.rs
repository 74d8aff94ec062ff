//! A request under the plan: handled or not, and what the network would show of the answer.

use std::time::Duration;

use http::{Request, Response};

use super::FaultKind;
use crate::clore::Clore;
use crate::dispatch::Twist;

/// What a client gets to see.
#[derive(Debug)]
#[non_exhaustive]
pub enum Reply {
    /// A whole answer.
    Answer(Response<Vec<u8>>),
    /// The answer breaks off after so many bytes, counted from the first byte of its status line.
    Cut(Response<Vec<u8>>, usize),
    /// Bytes that are not HTTP, then the end of the connection.
    Raw(Vec<u8>),
    /// The connection is closed without an answer.
    Closed,
    /// Nothing, for ever.
    Never,
}

/// A request and what came of it, for users without sockets; the server plays the same.
#[derive(Debug)]
#[non_exhaustive]
pub struct Exchange {
    /// What the client gets.
    pub reply: Reply,
    /// How much later it gets it, by the wall's clock.
    pub delay: Duration,
}

impl Clore {
    /// As [`Clore::handle`], but under the scripted faults.
    pub fn exchange(&mut self, now: Duration, request: Request<Vec<u8>>) -> Exchange {
        let path = request.uri().path().to_owned();
        let fault = self.faults.next(&path);
        let name = fault.as_ref().map(FaultKind::to_string);
        let mut delay = Duration::ZERO;
        let reply = match fault {
            None => Reply::Answer(self.handle(now, request)),
            Some(FaultKind::Lose) => {
                self.answer(now, &request, Twist::default(), name);
                Reply::Closed
            }
            Some(FaultKind::LoseBefore) => {
                self.note(now, &request, None, None, name);
                Reply::Closed
            }
            Some(FaultKind::Hang) => {
                self.note(now, &request, None, None, name);
                Reply::Never
            }
            Some(FaultKind::Delay(time)) => {
                delay = time;
                Reply::Answer(self.answer(now, &request, Twist::default(), name))
            }
            Some(FaultKind::Cut(bytes)) => {
                Reply::Cut(self.answer(now, &request, Twist::default(), name), bytes)
            }
            Some(FaultKind::Garbage { raw }) => {
                self.answer(now, &request, Twist::default(), name);
                if raw {
                    Reply::Raw(b"\x16\x03\x01 this is not HTTP\r\n\r\n\x00\xff".to_vec())
                } else {
                    Reply::Answer(self.html(now, 200, "<html><body><h1>Welcome</h1></body></html>"))
                }
            }
            Some(FaultKind::Status(status)) => {
                self.note(now, &request, None, None, name);
                Reply::Answer(self.html(now, status, "<html><body><h1>Something is wrong</h1></body></html>"))
            }
            Some(FaultKind::Code5) => Reply::Answer(self.code_5(now, &request, name)),
            Some(FaultKind::Redirect(url)) => {
                self.note(now, &request, None, None, name);
                let mut answer = self.html(now, 307, "<html><body>Moved</body></html>");
                if let Ok(url) = http::HeaderValue::from_str(&url) {
                    answer.headers_mut().insert(http::header::LOCATION, url);
                }
                Reply::Answer(answer)
            }
            Some(FaultKind::Odd(rows)) => {
                let twist = Twist { odd: Some(rows), ..Twist::default() };
                Reply::Answer(self.answer(now, &request, twist, name))
            }
            Some(FaultKind::Lag(lag)) => {
                let twist = Twist { lag, ..Twist::default() };
                Reply::Answer(self.answer(now, &request, twist, name))
            }
        };
        Exchange { reply, delay }
    }
}
