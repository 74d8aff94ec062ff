//! An attempt that is made again is told, by whichever operation: a person sees why it takes longer.

use super::*;
use crate::drive::scripted::{Asked, Scripted, both, config, ok, refused_connection};
use crate::effect::{Effect, Lane};
use crate::endpoint::gigaspot::GigaspotEdit;
use crate::endpoint::set_server_settings::SetServerSettings;
use crate::endpoint::set_spot_price::SetSpotPrice;
use crate::endpoint::wallets::Wallets;
use crate::model::{Coin, GpuOverclock, OrderId, Rate};
use crate::search::Filter;

/// The first request does not get through, and the others are refused.
fn is_told<P: Plan + Clone>(plan: P) -> bool {
    let world = Scripted::new(|asked: &Asked| match asked.n {
        0 => refused_connection(),
        _ => ok(r#"{"code":2}"#),
    });
    let (_, world) = both(&world, &config().build().unwrap(), plan);
    assert!(world.ms() < 10_000, "it is tried again after its pause: {}", world.ms());
    world.events().iter().any(|event| matches!(event, Event::RetryScheduled { .. }))
}

#[test]
fn each_operation_tells_of_an_attempt_that_is_made_again() {
    let order = OrderId::new(7);
    let rate = Rate::parse("2900", Coin::Clore).unwrap();
    assert!(is_told(Wallets));
    assert!(is_told(FindServers::new(Filter::new())));
    assert!(is_told(FindCheapest::new(Filter::new())));
    assert!(is_told(FindOrder::new(order)));
    assert!(is_told(Cancel::new(order)));
    assert!(is_told(CancelMany::new([order, OrderId::new(8)])));
    assert!(is_told(Reprice::new(SetSpotPrice::new(order, rate.clone()))));
    assert!(is_told(ViewGigaspot::new()));
    assert!(is_told(EditGigaspot::new([GigaspotEdit::new(order, rate, [GpuOverclock::new(130)])])));
    assert!(is_told(UpdateServerSettings::new(SetServerSettings::new("rig").available(true))));
}

/// What is only shown, and what looks again by itself, is not tried again in between.
#[test]
fn a_glance_and_a_wait_make_one_attempt_each() {
    assert!(!is_told(Glance::new(Wallets)));
    let wait = WaitForOrder::new(OrderId::new(7)).timeout(Duration::from_secs(9));
    assert!(!is_told(wait));
}

/// Both may hold a password, or be of no use to a reader.
#[test]
fn a_request_shows_where_it_goes_and_not_what_it_holds() {
    let request = http::Request::post("/v1/create_order").body(b"the password".to_vec()).unwrap();
    let exchange = Exchange::new(request, Effect::Spend, Lane::Create, Duration::from_secs(9), Moment::NEVER);
    let shown = format!("{exchange:?}");
    assert!(shown.contains("/v1/create_order") && shown.contains("POST"), "{shown}");
    assert!(!shown.contains("password"), "{shown}");
}
