//! A wallet that pays by the second: its balance, what flows out per day, and when it will be empty.

use std::time::Duration;

use super::order::DAY;

#[derive(Debug)]
pub(crate) struct Wallet {
    balance: f64,
    /// Coin per day over all orders that hold a machine.
    burn: f64,
    paying: usize,
    settled: Duration,
}

impl Wallet {
    pub(crate) fn new(balance: f64) -> Wallet {
        Wallet { balance, burn: 0.0, paying: 0, settled: Duration::ZERO }
    }

    pub(crate) fn settle(&mut self, at: Duration) {
        self.balance = self.balance(at);
        self.settled = self.settled.max(at);
    }

    pub(crate) fn balance(&self, at: Duration) -> f64 {
        let span = at.saturating_sub(self.settled).as_secs_f64();
        if self.paying == 0 { self.balance } else { (self.balance - self.burn * span / DAY).max(0.0) }
    }

    pub(crate) fn start(&mut self, at: Duration, burn: f64) {
        self.settle(at);
        self.burn += burn;
        self.paying += 1;
    }

    pub(crate) fn stop(&mut self, at: Duration, burn: f64) {
        self.settle(at);
        self.paying = self.paying.saturating_sub(1);
        // Nothing flows when nobody pays: the sums of floating numbers must not leave a rest.
        self.burn = if self.paying == 0 { 0.0 } else { (self.burn - burn).max(0.0) };
    }

    /// Takes a fee; gives back what could be paid of it.
    pub(crate) fn charge(&mut self, at: Duration, amount: f64) -> f64 {
        self.settle(at);
        let paid = amount.min(self.balance);
        self.balance -= paid;
        paid
    }

    pub(crate) fn set(&mut self, at: Duration, balance: f64) {
        self.settle(at);
        self.balance = balance;
    }

    pub(crate) fn runs_dry(&self) -> Option<Duration> {
        let seconds = self.balance / self.burn * DAY;
        (self.burn > 0.0 && seconds.is_finite() && seconds < 1e9)
            .then(|| self.settled.saturating_add(Duration::from_secs_f64(seconds.max(0.0))))
    }
}
