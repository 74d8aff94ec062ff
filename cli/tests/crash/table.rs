//! Every step that a rental records or sends, and a kill at it.

use crate::scenario::{Ledger, Moment, Scenario, Step};
use clore_sandbox::CreateAnswer::{self, CodeOnly, OrderId};
use std::time::Duration;

use Moment::{After, AfterSnapshot, Lines, Request, Told};

/// What the answer to a create may look like. The step that a kill hits is the same for all of them.
const ANSWERS: [CreateAnswer; 2] = [CodeOnly, OrderId];

pub fn scenarios() -> Vec<Scenario> {
    let mut all = Vec::new();
    before_the_create(&mut all);
    the_create(&mut all);
    readings(&mut all);
    told_and_marked(&mut all);
    again(&mut all);
    any_time(&mut all);
    all
}

/// Nothing has left: nothing is placed.
fn before_the_create(all: &mut Vec<Scenario>) {
    let market = Scenario::new("market asked for", Request("marketplace", 1));
    all.push(market.fault("marketplace#1=delay:3600").lines(1).holds(0, &[]));
    let snapshot = Scenario::new("snapshot asked for", Request("my_orders", 1));
    all.push(snapshot.fault("my_orders#1=delay:3600").lines(1).holds(0, &[]));
    let waits = Scenario::new("the intent waits for the journal", AfterSnapshot(Duration::from_millis(200)));
    let waits =
        waits.fault("marketplace#1=delay:0.2").last(|step| step.hold = Some(Request("marketplace", 1)));
    all.push(waits.lines(1).holds(0, &[]));
    // The spacing keeps the create back for a second after the snapshot.
    let queued =
        || Scenario::new("intent recorded, create queued", Lines(2)).last(|step| step.interval = "1");
    all.push(queued().lines(2).holds(0, &["not_seen"]));
    // A line that is torn was never flushed, and so nothing was sent: it counts as never written.
    all.push(queued().torn().lines(2).holds(0, &[]));
}

/// It is on its way, or its answer is.
fn the_create(all: &mut Vec<Scenario>) {
    for answer in ANSWERS {
        let arrived = || Scenario::new("create arrived", Request("create_order", 1)).answer(answer);
        all.push(arrived().fault("create_order#1=hang").lines(2).holds(0, &["not_seen"]));
        all.push(arrived().fault("create_order#1=delay:3600").lines(2).holds(1, &["placed"]));
    }
}

/// The outcome is being read. `Sent` is recorded by then.
fn readings(all: &mut Vec<Scenario>) {
    let first = || Scenario::new("first reading asked for", Request("my_orders", 2));
    let reading = |scenario: Scenario| scenario.fault("my_orders#2=delay:3600").lines(3);
    all.push(reading(first().answer(CodeOnly)).holds(1, &["placed"]));
    all.push(reading(first().answer(CodeOnly)).torn().holds(1, &["placed"]));
    for lost in ["lose", "cut:9", "cut:60", "cut:120", "garbage", "garbage:raw"] {
        let create = format!("create_order#1={lost}");
        all.push(reading(first().answer(OrderId).fault(&create)).holds(1, &["placed"]));
    }
    for never in ["lose-before", "status:502", "status:403", "redirect"] {
        let create = format!("create_order#1={never}");
        all.push(reading(first().fault(&create)).holds(0, &["not_seen"]));
    }
    for bad in ["lose", "status:502", "cut:80", "garbage", "odd:null"] {
        let second = Scenario::new("a reading failed, the next one asked for", Request("my_orders", 3));
        let second = second.answer(CodeOnly).fault("create_order#1=lag:0.5");
        let second = second.fault(&format!("my_orders#2={bad}")).fault("my_orders#3=delay:3600");
        all.push(second.lines(3).holds(1, &["placed"]));
    }
    // An order that the list shows half a second late: killed at each reading on the way there.
    for number in 3..=5 {
        let late = Scenario::new("a later reading asked for", Request("my_orders", number)).answer(CodeOnly);
        let late = late.fault("create_order#1=lag:0.5").fault(&format!("my_orders#{number}=delay:3600"));
        all.push(late.lines(3).holds(1, &["placed"]));
    }
    // The service said "too fast"; it executed nothing, and the create after it did.
    let refused = || Scenario::new("after a code 5", Request("my_orders", 2)).fault("create_order#1=code5");
    all.push(refused().fault("my_orders#2=delay:3600").lines(3).holds(0, &["not_seen"]));
    let sent_again = Scenario::new("sent again after a code 5", Request("create_order", 2));
    let sent_again = sent_again.fault("create_order#1=code5").fault("create_order#2=delay:3600");
    all.push(sent_again.lines(4).holds(1, &["placed"]));
}

/// The order is known: told first, marked then.
fn told_and_marked(all: &mut Vec<Scenario>) {
    // The journal's lock is taken while the answer is on its way: told, and surely not yet marked.
    let told = Scenario::new("told, not yet marked", Told).answer(OrderId).fault("create_order#1=delay:0.2");
    let told = told.last(|step| step.hold = Some(Request("create_order", 1)));
    all.push(told.lines(2).holds(1, &["placed"]));
    for answer in ANSWERS {
        // With an id in the answer `Sent` is never recorded: there is nothing to remember between the two.
        let marked = if answer == CodeOnly { 4 } else { 3 };
        let waits = |name: &str, kill| {
            let scenario = Scenario::new(name, kill).answer(answer).boot(Duration::from_secs(3600));
            scenario.last(|step| step.arguments = vec!["rent", "--yes", "--poll", "0.05"])
        };
        all.push(waits("marked", Lines(marked)).lines(marked).holds(1, &[]));
        all.push(waits("waited for", Request("my_orders", 6)).lines(marked).holds(1, &[]));
        // Whether it is marked by then is not known.
        for _ in 0..2 {
            let mut told = waits("told", Told);
            (told.ledger, told.resumed) = (Ledger::Holds(1), None);
            all.push(told);
        }
    }
}

/// What settles a crash is killed as well.
fn again(all: &mut Vec<Scenario>) {
    let killed =
        || Scenario::new("create arrived", Request("create_order", 1)).fault("create_order#1=delay:3600");
    let resume = killed().then(Step::resume(Request("my_orders", 2))).fault("my_orders#2=delay:3600");
    all.push(resume.lines(3).holds(1, &["placed"]));
    let resume = killed().then(Step::resume(Request("my_orders", 2))).fault("my_orders#2=delay:3600");
    let resume = resume.then(Step::resume(Request("my_orders", 3))).fault("my_orders#3=delay:3600");
    all.push(resume.lines(4).holds(1, &["placed"]));
    let other_rent = killed().then(Step::rent(Request("my_orders", 3))).fault("my_orders#3=delay:3600");
    all.push(other_rent.holds(1, &["placed"]));
    let other_rent = killed().then(Step::rent(Request("my_orders", 2))).fault("my_orders#2=delay:3600");
    all.push(other_rent.lines(2).holds(1, &["placed"]));
}

/// And at moments that nothing is known of.
fn any_time(all: &mut Vec<Scenario>) {
    for answer in ANSWERS {
        for tenth in 0..12 {
            let time = Duration::from_millis(tenth * 12);
            let some = Scenario::new(format!("{time:?} after the first request"), After(time)).answer(answer);
            all.push(some.fault("create_order#1=delay:0.03").fault("my_orders=delay:0.015"));
        }
    }
}
