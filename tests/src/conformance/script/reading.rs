//! Everything that only reads.

use super::Stage;
use crate::conformance::{Adapter, Phase};
use clore_core::endpoint::marketplace::Marketplace;
use clore_core::endpoint::my_orders::MyOrders;
use clore_core::endpoint::poh_balance::PohBalance;
use clore_core::endpoint::renter_fees::RenterFees;
use clore_core::endpoint::wallets::{BalanceOf, Wallets};
use clore_core::model::{Coin, OrderId};
use clore_core::op::{FindOrder, FindServers, Tuned};
use clore_core::search::Filter;
use core::time::Duration;

pub(super) fn play<A: Adapter>(stage: &mut Stage<'_, A>) {
    let _ = stage.step("wallets", Wallets);
    let _ = stage.step("balance", BalanceOf::new(Coin::Clore));
    let _ = stage.step("renter_fees", RenterFees);
    let _ = stage.step("poh_balance", PohBalance);
    // Long enough to be packed, and to come in many pieces.
    let _ = stage.step("marketplace", Marketplace::new().include_rented(true));
    let _ = stage.step("find_servers", FindServers::new(Filter::new().gpu("RTX 4090")));
    let _ = stage.step("orders", MyOrders { include_completed: true });
    let _ = stage.step("order, which is not there", FindOrder::new(OrderId::new(1)));
    let _ = stage.step("a header of one call", Tuned::new(Wallets).header("x-own", "yes"));

    // Every retry path of a read.
    let _ = stage.faulty(&["wallets#1=status:502"], "wallets", Wallets);
    let _ = stage.faulty(&["wallets#1=code5"], "wallets", Wallets);
    let _ = stage.faulty(&["wallets#1=cut:300"], "wallets", Wallets);
    let _ = stage.faulty(&["wallets#1=lose"], "wallets", Wallets);
    let _ = stage.faulty(&["wallets#1=garbage:raw"], "wallets", Wallets);
    let _ = stage.faulty(&["wallets=garbage"], "wallets", Wallets);
    let _ = stage.faulty(&["wallets=status:404"], "wallets", Wallets);
    let _ = stage.faulty(&["wallets=redirect"], "wallets", Wallets);
    let _ = stage.faulty(&["my_orders=odd"], "orders", MyOrders { include_completed: false });
    let once = Tuned::new(Wallets).attempts(1).timeout(Duration::from_millis(300));
    let _ = stage.faulty(&["wallets=hang"], "wallets", once);
    stage.elsewhere("wallets at a closed port", Phase::Connect, "http://127.0.0.1:1", Wallets);
}
