//! One request of a task: it starts, arrives at the service or not, and its answer or failure reaches the call.

use super::bug::Bug;
use super::client::Of;
use super::network::{self, Answer, Fate, Flight};
use super::oracle::FRESH;
use super::plot::SERVERS;
use super::service;
use super::trace::Who;
use super::world::{Happening, World};
use clore_core::effect::Delivery;
use clore_core::error::{Failure, FailureKind};
use clore_core::op::{Exchange, Inbox};
use core::time::Duration;
use http::Response;

impl World {
    pub(super) fn send(&mut self, task: usize, exchange: Exchange) {
        let client = self.tasks[task].process.client;
        let mut flight = Flight::of(task, exchange.request, self.now);
        let (is_create, is_list) = (flight.is_create(), flight.call() == "my_orders");
        let storms = self.plot.storms.iter().any(|(from, to)| (*from..*to).contains(&self.now));
        flight.fate = match network::fate(&self.plot, &mut self.random, is_create, is_list) {
            fate if fate != Fate::Clean && self.fault() => fate,
            _ if storms && self.fault() => Fate::Service(clore_sandbox::FaultKind::Code5),
            _ => Fate::Clean,
        };
        let deadline = self.clients[client].clock.world(exchange.deadline).unwrap_or(Duration::MAX);
        let slow = self.plot.faulty > 0 && !self.calm;
        flight.plan(self.now, deadline, self.plot.late, slow, &mut self.random);
        if is_create {
            self.check_create(task);
        }
        self.starts(flight);
    }

    /// What must hold when a create starts.
    fn check_create(&mut self, task: usize) {
        let Of { client, attempt } = self.of(task);
        let Some(attempt) = attempt else {
            return self.oracle.violated("a create that nobody asked for".into());
        };
        let name = self.oracle.attempts[attempt].name.clone();
        let open = self.disks[self.clients[client].disk].is_open(&name);
        self.oracle.must(open, || format!("a create of {name} starts and its intent is not in the journal"));
        let now = self.moment(client);
        let read = self.tasks[task].read;
        let fresh = read.is_some_and(|read| now.since(read) <= FRESH);
        self.oracle.must(fresh, || format!("a create of {name} starts, and orders were read {read:?}"));
        let rechecks = self.tasks[task].rechecks;
        self.oracle.must(!rechecks, || format!("a create of {name} starts after a code 5 without a reading"));
        self.oracle.attempts[attempt].in_flight += 1;
    }

    fn starts(&mut self, flight: Flight) {
        let number = self.flights.len();
        let (task, client) = (flight.task, self.tasks[flight.task].process.client);
        let (now, who) = (self.measure(client), self.who(client));
        self.trace.say(self.now, who, format_args!("{} -> {:?}", flight.call(), flight.fate));
        self.counts.requests += 1;
        let broken = self.clients[client].spacing.starts((now, self.now), number, flight.is_create());
        if let Some(broken) = broken {
            self.oracle.violated(broken);
        }
        if let Some(at) = flight.arrives {
            self.at(at, Happening::Arrive(number));
        } else if flight.is_create()
            && let Some(attempt) = self.of(task).attempt
        {
            self.oracle.attempts[attempt].in_flight -= 1;
        }
        self.at(flight.ends, Happening::Deliver(number));
        self.tasks[task].flight = Some(number);
        self.flights.push(flight);
    }

    pub(super) fn arrive(&mut self, number: usize) {
        let flight = &self.flights[number];
        let (is_create, task) = (flight.is_create(), flight.task);
        let process = self.tasks[task].process;
        let client = &mut self.clients[process.client];
        if client.process == process && !self.plot.leaps_ahead() {
            let broken = client.spacing.arrives(self.now, number, is_create);
            if let Some(broken) = broken {
                self.oracle.violated(broken);
            }
        }
        let flight = &self.flights[number];
        let before = self.clore.counts().placed;
        let answer =
            service::arrives(&mut self.clore, &self.plot, self.now, flight.request.clone(), &flight.fate);
        if self.trace.is_on() {
            let call = flight.call().to_owned();
            self.trace.say(self.now, Who::Service, format_args!("{call} arrives; {}", words(&answer)));
        }
        // A limit knows the price that was listed; nothing is claimed of one that changes afterwards.
        if flight.call() == "marketplace" && self.plot.rises && self.plot.limits.is_empty() {
            let at = self.now + self.random.ms(0, 3_000);
            let free = self.clore.free().find(|server| SERVERS.contains(server));
            free.into_iter().for_each(|server| self.at(at, Happening::PriceRises(server)));
        }
        let code5 = matches!(&answer, Answer::Whole(answer) if answer.body() == br#"{"code":5}"#);
        self.flights[number].answer = Some(answer);
        let by = self.of(task).attempt.filter(|_| is_create);
        if let Some(attempt) = by {
            self.oracle.attempts[attempt].in_flight -= 1;
            let done = self.clore.counts().placed > before;
            self.oracle.attempts[attempt].done_by_code_5 += usize::from(code5 && done);
        }
        self.note_made(before, by);
    }

    pub(super) fn deliver(&mut self, number: usize) {
        let task = self.flights[number].task;
        let client = self.tasks[task].process.client;
        if self.now < self.clients[client].clock.sleeps_until {
            let awake = self.clients[client].clock.sleeps_until;
            return self.at(awake, Happening::Deliver(number));
        }
        if self.tasks[task].flight != Some(number) || self.gone_after_step(task) {
            return;
        }
        let failure = self.flights[number].failure;
        if failure.is_some()
            && let Some(again) = self.again(number)
        {
            return self.starts(again);
        }
        let now = self.moment(client);
        let who = self.who(client);
        let answer = self.flights[number].answer.take();
        let answer = match answer {
            Some(Answer::Cut(answer, bytes)) if self.bug == Some(Bug::CutListIsWhole) => {
                repaired(answer, bytes, self.flights[number].call() == "my_orders")
            }
            other => other,
        };
        let unsent = failure == Some(FailureKind::Connect) || self.falsely_unsent(number);
        let arrived = self.flights[number].arrives.filter(|_| matches!(answer, Some(Answer::Whole(_))));
        let measured = self.measure(client);
        self.clients[client].spacing.ends(measured, number, unsent, arrived);
        let split = self.random.below(2_000);
        let Some(running) = &mut self.tasks[task].running else { return };
        let mut inbox = running.inbox();
        let result = match (failure, &answer) {
            (Some(_), _) if unsent => Some(Err(Failure::new(Delivery::NotSent, FailureKind::Connect, ""))),
            (Some(kind), _) => Some(Err(Failure::new(Delivery::Unknown, kind, ""))),
            (None, Some(answer)) => Some(push(&mut inbox, answer, usize::try_from(split).unwrap())),
            (None, None) => None,
        };
        self.trace.say(
            self.now,
            who,
            format_args!(
                "gets {}",
                result.as_ref().map_or("no answer".to_owned(), |result| format!("{result:?}"))
            ),
        );
        inbox.close(now, result);
        self.tasks[task].flight = None;
        self.note_answer(task, number, answer.as_ref());
        self.hear(task);
        self.poll(task);
    }

    /// What the oracle remembers of an answer.
    fn note_answer(&mut self, task: usize, number: usize, answer: Option<&Answer>) {
        let Some(Answer::Whole(answer)) = answer else { return };
        if self.flights[number].failure.is_some() {
            return;
        }
        let client = self.tasks[task].process.client;
        let code5 = answer.body() == br#"{"code":5}"#;
        if code5 {
            self.clients[client].spacing.too_fast();
            self.counts.too_fast += 1;
        }
        match self.flights[number].call() {
            "create_order" if code5 => {
                self.tasks[task].rechecks = true;
                if let Some(attempt) = self.of(task).attempt {
                    self.oracle.attempts[attempt].too_fast = true;
                }
            }
            "my_orders" if answer.status().is_success() && answer.body().ends_with(b"\"code\":0}") => {
                self.tasks[task].read = Some(self.moment(client));
                self.tasks[task].rechecks = false;
            }
            _ => {}
        }
    }

    /// The same request once more, as [`Bug::RetryPastPacer`] has it.
    fn again(&mut self, number: usize) -> Option<Flight> {
        let flight = &self.flights[number];
        if self.bug != Some(Bug::RetryPastPacer) || flight.resent || flight.is_create() {
            return None;
        }
        let mut again = Flight::of(flight.task, flight.request.clone(), self.now);
        again.resent = true;
        again.plan(self.now, self.now + Duration::from_secs(20), Duration::ZERO, false, &mut self.random);
        Some(again)
    }

    fn falsely_unsent(&self, number: usize) -> bool {
        self.bug == Some(Bug::FalseNotSent) && self.flights[number].failure.is_some()
    }
}

/// A list that broke off, closed as if it were whole: [`Bug::CutListIsWhole`].
fn repaired(mut answer: Response<Vec<u8>>, bytes: usize, is_list: bool) -> Option<Answer> {
    let kept = bytes.saturating_sub(head_length(&answer));
    if !is_list || kept == 0 || kept >= answer.body().len() {
        return Some(Answer::Cut(answer, bytes));
    }
    let text = String::from_utf8_lossy(&answer.body()[..kept]).into_owned();
    let whole = text.rfind("},{").map_or(r#"{"orders":["#.to_owned(), |end| text[..=end].to_owned());
    *answer.body_mut() = format!(r#"{whole}],"code":0}}"#).into_bytes();
    Some(Answer::Whole(answer))
}

fn head_length(answer: &Response<Vec<u8>>) -> usize {
    let headers = answer.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    "HTTP/1.1 200 OK\r\n\r\n".len() + headers.sum::<usize>()
}

/// Gives the answer to the call, in two pieces.
fn push(inbox: &mut Inbox<'_>, answer: &Answer, split: usize) -> Result<(), Failure> {
    let broke = FailureKind::Io(std::io::ErrorKind::UnexpectedEof);
    let (answer, kept, whole) = match answer {
        Answer::Whole(answer) => (answer, answer.body().len(), true),
        Answer::Cut(answer, bytes) => match bytes.checked_sub(head_length(answer)) {
            Some(kept) => (answer, kept.min(answer.body().len()), false),
            None => return Err(Failure::new(Delivery::Unknown, broke, "cut in the head")),
        },
        Answer::NotHttp => return Err(Failure::new(Delivery::Unknown, FailureKind::Protocol, "not HTTP")),
        Answer::Closed => return Err(Failure::new(Delivery::Unknown, broke, "closed")),
    };
    inbox.head(answer.status(), answer.headers())?;
    let body = &answer.body()[..kept];
    let (first, second) = body.split_at(split.min(body.len()));
    inbox.data(first)?;
    inbox.data(second)?;
    if whole { Ok(()) } else { Err(Failure::new(Delivery::Unknown, broke, "cut")) }
}

fn words(answer: &Answer) -> String {
    match answer {
        Answer::Whole(answer) => {
            format!("{} {}", answer.status().as_u16(), String::from_utf8_lossy(answer.body()))
        }
        Answer::Cut(answer, bytes) => {
            format!(
                "{}, cut after {bytes} bytes: {}",
                answer.status().as_u16(),
                String::from_utf8_lossy(answer.body())
            )
        }
        Answer::NotHttp => "what is not HTTP".to_owned(),
        Answer::Closed => "closed".to_owned(),
    }
}
