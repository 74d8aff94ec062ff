//! From a request to its route: the limit, the path, the key, and only then the call.

use std::time::Duration;

use http::{Request, Response};

use crate::clore::{Clore, JSON};
use crate::envelope::Answer;
use crate::fault::OddRows;
use crate::gigaspot;
use crate::query::Query;
use crate::route::{Call, ROUTES};

/// What a scripted fault changes about the handling of a request.
#[derive(Debug, Default)]
pub(crate) struct Twist {
    pub(crate) odd: Option<OddRows>,
    pub(crate) lag: Duration,
}

impl Clore {
    /// Answers one request that arrives at `now`, without any scripted fault.
    pub fn handle(&mut self, now: Duration, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
        self.answer(now, &request, Twist::default(), None)
    }

    pub(crate) fn answer(
        &mut self,
        now: Duration,
        request: &Request<Vec<u8>>,
        twist: Twist,
        fault: Option<String>,
    ) -> Response<Vec<u8>> {
        self.advance(now);
        // api-facts 1.1: a file on a CDN, so it asks for no key, takes no turn and has no envelope.
        if gigaspot::is_snapshot(request) {
            self.log_request(request, Some(0), None, fault);
            return self.response(200, JSON, gigaspot::snapshot(self).into_bytes());
        }
        let answer = self.judge(request, twist);
        self.log_request(request, Some(answer.code), answer.why, fault);
        let status = self.options.http_status.get(usize::from(answer.code)).copied().unwrap_or(200);
        self.response(status, JSON, answer.body.into_bytes())
    }

    fn judge(&mut self, request: &Request<Vec<u8>>, twist: Twist) -> Answer {
        let name = request.uri().path().strip_prefix("/v1/").unwrap_or_default();
        let with_key = self.has_key(request);
        // api-facts 2: the limit is over all endpoints, and refused calls count.
        if !self.limiter.arrive(self.now(), with_key, name == "create_order") {
            return Answer::code(5, "too soon");
        }
        // api-facts 1.3, code 4: an unknown path, or a known one by the wrong method.
        let known = ROUTES.iter().find(|route| route.name == name && route.method == request.method());
        let Some(route) = known else {
            return Answer::code(4, "no such call");
        };
        // api-facts 1.1 and 1.3, code 3: only the header `auth` is a key.
        if route.needs_key && !with_key {
            return Answer::code(3, "no key, or a wrong one");
        }
        let call = Call {
            now: self.now(),
            query: Query::new(request.uri().query().unwrap_or_default()),
            body: request.body(),
            with_key,
            odd: twist.odd,
            lag: twist.lag,
        };
        (route.handle)(self, &call)
    }
}
