//! Several calls of one session in one virtual time.

use super::scripted::{Scripted, begin, both, config, never, ok, session, together};
use crate::endpoint::my_orders::MyOrders;
use crate::endpoint::wallets::Wallets;
use crate::error::{ErrorKind, FailureKind};
use crate::op::Permitted;
use crate::session::Session;
use core::time::Duration;

const WALLETS: &str = r#"{"wallets":[],"code":0}"#;
const CODE5: &str = r#"{"code":5}"#;

#[test]
fn the_penalty_is_shared_by_the_calls_of_a_session() {
    let world = Scripted::new(|asked| match asked.n {
        0 => ok(CODE5).header("retry-after", "20"),
        _ => ok(WALLETS),
    });
    let session = session();
    let call = || Box::pin(async { drop(begin(&world, &session, Wallets).await.unwrap()) });
    together(&world, vec![call(), call(), call()]);
    let starts = world.starts();
    assert_eq!(starts.len(), 4);
    assert!(starts[1..].iter().all(|at| *at >= 20_050), "{starts:?}");
    assert!(starts.windows(2).all(|pair| pair[1] - pair[0] >= 1_100), "{starts:?}");
}

/// Reliability T1: the TypeScript client had no timeout, and one hung socket blocked every later call.
#[test]
fn hung_call_does_not_block_others() {
    let world = Scripted::new(|asked| if asked.path() == "/my_orders" { never() } else { ok(WALLETS) });
    let session = session();
    let mut hung = None;
    let mut ended = Vec::new();
    together(
        &world,
        vec![
            Box::pin(async { hung = Some(begin(&world, &session, MyOrders::default()).await.map(drop)) }),
            Box::pin(async {
                for _ in 0..5 {
                    begin(&world, &session, Wallets).await.unwrap();
                    ended.push(world.ms());
                }
            }),
        ],
    );
    assert_eq!(*hung.unwrap().unwrap_err().kind(), ErrorKind::Network(FailureKind::Timeout));
    assert!(*ended.last().unwrap() < 10_000, "{ended:?}");
}

/// The outer limiter's word holds for the whole session, and the spacing counts from the real start.
#[test]
fn an_outer_limiter_never_breaks_the_spacing() {
    let world = Scripted::new(|_| ok(WALLETS)).limited(|n| match n {
        0 => Permitted::NotBefore(Duration::from_secs(5)),
        1 => Permitted::Lost,
        _ => Permitted::Granted,
    });
    let config = config().ask_outer_limiter(true).build().unwrap();
    let session = Session::new(config.clone());
    let call = || Box::pin(async { drop(begin(&world, &session, Wallets).await.unwrap()) });
    together(&world, vec![call(), call(), call()]);
    let starts = world.starts();
    assert!(starts.len() == 3 && starts[0] >= 5_000, "{starts:?}");
    assert!(starts.windows(2).all(|pair| pair[1] - pair[0] >= 1_100), "{starts:?}");
    let denied = Scripted::new(|_| ok(WALLETS)).limited(|_| Permitted::NotBefore(Duration::from_secs(300)));
    let (result, world) = both(&denied, &config, Wallets);
    assert_eq!(*result.unwrap_err().kind(), ErrorKind::Deadline);
    assert!(world.sent().is_empty() && world.ms() == 0, "no sleep that cannot end in an attempt");
}
