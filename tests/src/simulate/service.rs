//! The service of a run: a small [`Clore`], and what happens to a request when it arrives there.

use super::network::{Answer, Fate};
use super::plot::{BEGIN, Class, ELSEWHERE, LAST, Plot, SERVERS};
use clore_sandbox::{Clore, Fault, FaultKind, Market, Options, Reply};
use core::fmt::Write as _;
use core::time::Duration;
use http::{Request, Response};
use std::sync::OnceLock;

/// The key of every run. It is a prop, and must not be shown all the same.
pub(super) const KEY: &str = "a-simulated-key-that-nobody-may-see";

fn market() -> Market {
    static MARKET: OnceLock<Market> = OnceLock::new();
    MARKET
        .get_or_init(|| {
            let mut rows = String::from(r#"{"id":11,"rented":true,"price":{}}"#);
            for id in SERVERS.into_iter().chain([ELSEWHERE]).chain(LAST) {
                let _ = write!(
                    rows,
                    concat!(
                        r#",{{"id":{},"rented":false,"mrl":96,"allowed_coins":["CLORE-Blockchain","USD-Blockchain"],"#,
                        r#""price":{{"on_demand":{{"CLORE-Blockchain":{},"USD-Blockchain":{}}}}}}}"#
                    ),
                    id,
                    id * 3,
                    id
                );
            }
            Market::from_json(format!(r#"{{"servers":[{rows}],"code":0}}"#).as_bytes()).unwrap()
        })
        .clone()
}

pub(super) fn clore(plot: &Plot, seed: u64) -> Clore {
    let options = Options::new()
        .seed(seed)
        .market(market())
        .key(KEY)
        .dialect(plot.dialect)
        .create_answer(plot.create_answer)
        .orders_lag(plot.lag)
        .end_lag(plot.end_lag)
        .code_1_places(plot.code_1_places)
        .date_ahead(plot.date_ahead);
    Clore::new(options)
}

pub(super) fn create(server: u64) -> Request<Vec<u8>> {
    let body = format!(
        r#"{{"renting_server":{server},"type":"on-demand","currency":"CLORE-Blockchain","image":"by-hand"}}"#
    );
    Request::post("/v1/create_order").header("auth", KEY).body(body.into_bytes()).unwrap()
}

/// Orders that began and ended long before the run.
pub(super) fn history(clore: &mut Clore) {
    for (place, server) in (0_u32..).zip(SERVERS) {
        let at = Duration::from_secs(10) * place;
        clore.handle(at, create(server));
        let order = clore.ledger().last().map(|rental| rental.order_id).unwrap_or_default();
        let cancel = Request::post("/v1/cancel_order").header("auth", KEY);
        let cancel = cancel.body(format!(r#"{{"id":{order}}}"#).into_bytes()).unwrap();
        clore.handle(at + Duration::from_secs(6), cancel);
    }
    clore.advance(BEGIN / 2);
}

/// A request arrives: what is done, and what the network has of the answer.
pub(super) fn arrives(
    clore: &mut Clore,
    plot: &Plot,
    now: Duration,
    request: Request<Vec<u8>>,
    fate: &Fate,
) -> Answer {
    let is_create = request.uri().path().ends_with("/create_order");
    clore.faults().clear();
    match fate {
        Fate::Service(FaultKind::Code5) if is_create && plot.class == Class::Code5Executes => {
            let mut answer = clore.handle(now, request);
            *answer.body_mut() = br#"{"code":5}"#.to_vec();
            return Answer::Whole(dated(plot, answer));
        }
        Fate::Service(kind) => clore.faults().push(Fault::new("*", None, kind.clone())),
        Fate::Twice { second } => {
            let first = clore.handle(now, request.clone());
            let placed = clore.counts().placed;
            // Nobody's POST is repeated unless the first one placed an order, whose machine is held then.
            if is_create && !first.body().windows(8).any(|part| part == b"\"code\":0") {
                return Answer::Whole(dated(plot, first));
            }
            let again = clore.handle(now, request);
            assert!(!is_create || clore.counts().placed == placed, "the repeat of a create made an order");
            return Answer::Whole(dated(plot, if *second { again } else { first }));
        }
        Fate::BadGateway => {
            clore.handle(now, request);
            let mut answer = Response::new(b"<html>bad gateway</html>".to_vec());
            *answer.status_mut() = http::StatusCode::BAD_GATEWAY;
            return Answer::Whole(answer);
        }
        _ => {}
    }
    match clore.exchange(now, request).reply {
        Reply::Answer(answer) => Answer::Whole(dated(plot, answer)),
        Reply::Cut(answer, bytes) => Answer::Cut(dated(plot, answer), bytes),
        Reply::Raw(_) => Answer::NotHttp,
        _ => Answer::Closed,
    }
}

/// Some proxies take the date off.
fn dated(plot: &Plot, mut answer: Response<Vec<u8>>) -> Response<Vec<u8>> {
    if plot.dateless {
        answer.headers_mut().remove(http::header::DATE);
    }
    answer
}
