//! Rate limits, judged by the arrival of a request on the sandbox's clock (api-facts 2).
//!
//! Every arrival restarts its window, a refused one too: the strictest reading of what is known.

use std::time::Duration;

#[derive(Debug, Default)]
struct Bucket {
    any: Option<Duration>,
    create: Option<Duration>,
}

/// Who has asked when. One bucket for the account's key, one for all who show no valid key.
#[derive(Debug)]
pub(crate) struct Limiter {
    interval: Duration,
    create_window: Duration,
    account: Bucket,
    strangers: Bucket,
}

impl Limiter {
    pub(crate) fn new(interval: Duration, create_window: Duration) -> Limiter {
        Limiter { interval, create_window, account: Bucket::default(), strangers: Bucket::default() }
    }

    /// Notes an arrival; false when it came too soon. Exactly on the border is in time.
    pub(crate) fn arrive(&mut self, now: Duration, with_key: bool, create: bool) -> bool {
        let bucket = if with_key { &mut self.account } else { &mut self.strangers };
        let in_time = |last: Option<Duration>, gap: Duration| match last {
            Some(last) => now.saturating_sub(last) >= gap,
            None => true,
        };
        // api-facts 2: 1 request per second over all endpoints, per key.
        let mut fine = in_time(bucket.any, self.interval);
        bucket.any = Some(now);
        if create {
            // api-facts 2: create_order 1 per 5 s, and a refusal may restart the window.
            fine &= in_time(bucket.create, self.create_window);
            bucket.create = Some(now);
        }
        fine
    }
}

#[cfg(test)]
mod tests {
    use super::Limiter;
    use std::time::Duration;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_second_request_is_in_time_exactly_on_the_border() {
        let mut limiter = Limiter::new(ms(1000), ms(5000));
        assert!(limiter.arrive(ms(0), true, false));
        assert!(limiter.arrive(ms(1000), true, false));
        assert!(!limiter.arrive(ms(1999), true, false));
        assert!(!limiter.arrive(ms(2500), true, false), "a refusal restarts the window");
        assert!(limiter.arrive(ms(3500), true, false));
    }

    #[test]
    fn a_refused_create_restarts_the_create_window() {
        let mut limiter = Limiter::new(ms(1000), ms(5000));
        assert!(limiter.arrive(ms(0), true, true));
        assert!(!limiter.arrive(ms(4999), true, true));
        assert!(!limiter.arrive(ms(9998), true, true));
        assert!(limiter.arrive(ms(14_998), true, true));
    }

    #[test]
    fn strangers_do_not_use_up_the_accounts_turns() {
        let mut limiter = Limiter::new(ms(1000), ms(5000));
        assert!(limiter.arrive(ms(0), false, false));
        assert!(limiter.arrive(ms(1), true, false));
        assert!(!limiter.arrive(ms(2), false, false));
    }

    #[test]
    fn time_going_back_is_too_soon_and_nothing_worse() {
        let mut limiter = Limiter::new(ms(1000), ms(5000));
        assert!(limiter.arrive(ms(5000), true, false));
        assert!(!limiter.arrive(ms(0), true, false));
    }
}
