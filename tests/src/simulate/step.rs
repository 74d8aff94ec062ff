//! A task's steps: it is polled, records, is told what came of it, and ends. Before and after each of them its client
//! may die. Its requests are in [`exchange`](super::exchange).

use super::disk::DiskFault;
use super::task::{End, Next, Start};
use super::world::World;
use clore_core::event::Event;
use clore_core::journal::{JournalError, Record, Recorded};
use clore_core::time::Moment;
use core::time::Duration;

/// In true time no call takes longer than this, however bad the network is: the sum the manual gives, twice settled.
const LONGEST: Duration = Duration::from_secs(120 + 90 + 90 + 90 + 60);

impl World {
    pub(super) fn moment(&self, client: usize) -> Moment {
        self.clients[client].clock.moment(self.now)
    }

    /// The time that spacing is measured by.
    pub(super) fn measure(&self, client: usize) -> Moment {
        if self.clients[client].plot.leaps_ahead() {
            self.moment(client)
        } else {
            Moment::from_origin(self.now)
        }
    }

    /// One more step of the task's client. True: it died, or let go of the task, and the task is gone.
    pub(super) fn gone_after_step(&mut self, task: usize) -> bool {
        let client = self.tasks[task].process.client;
        self.clients[client].steps += 1;
        let steps = self.clients[client].steps;
        if self.clients[client].crashes.front().is_some_and(|after| *after < steps) {
            self.clients[client].crashes.pop_front();
            self.clients[client].steps = 0;
            if self.fault() {
                self.crash(client);
                return true;
            }
        }
        if let Some(left) = self.tasks[task].dropped_after {
            self.tasks[task].dropped_after = left.checked_sub(1);
            if left == 0 && self.fault() {
                self.let_go(task);
                return true;
            }
        }
        false
    }

    pub(super) fn poll(&mut self, task: usize) {
        let client = self.tasks[task].process.client;
        if self.now < self.clients[client].clock.sleeps_until {
            return self.poll_at(task, self.now);
        }
        loop {
            if self.tasks[task].running.is_none()
                || self.tasks[task].flight.is_some()
                || self.gone_after_step(task)
            {
                return;
            }
            let now = self.moment(client);
            let waker = self.tasks[task].waker.clone();
            let Some(running) = &mut self.tasks[task].running else { return };
            let next = running.poll(now, &waker);
            self.hear(task);
            match next {
                Next::Send(exchange) => return self.send(task, exchange),
                Next::Wait(until) => {
                    if let Some(at) = self.clients[client].clock.world(until) {
                        self.poll_at(task, at);
                    }
                    return;
                }
                Next::Record(record) => {
                    let done = self.record(task, record);
                    if self.gone_after_step(task) {
                        return;
                    }
                    let now = self.moment(client);
                    if let Some(running) = &mut self.tasks[task].running {
                        running.recorded(now, done);
                    }
                }
                Next::Done(end) => return self.ends(task, end),
            }
        }
    }

    pub(super) fn hear(&mut self, task: usize) {
        let (client, now) = (self.tasks[task].process.client, self.now);
        let who = self.who(client);
        let Some(running) = &mut self.tasks[task].running else { return };
        while let Some(event) = running.next_event() {
            match &event {
                Event::OrderPlaced { order, .. } => {
                    self.clients[client].orders.push(order.number());
                    self.oracle.heard(order.number());
                }
                Event::WaitBegan { .. } | Event::WaitEnded | Event::AttemptBegan { .. } => continue,
                _ => {}
            }
            self.trace.say(now, who, format_args!("  event {event:?}"));
        }
    }

    fn record(&mut self, task: usize, record: Record) -> Result<Recorded, JournalError> {
        let process = self.tasks[task].process;
        let record = record.at(self.clients[process.client].clock.wall(self.now));
        let fault = (self.random.chance(self.plot.bad_disk) && self.fault())
            .then(|| self.random.pick(&[DiskFault::Full, DiskFault::Locked, DiskFault::Unconfirmed]));
        let who = self.who(process.client);
        if record != Record::Look {
            self.trace.say(self.now, who, format_args!("  record {record:?} {fault:?}"));
        }
        if let Record::Intent(intent) = &record {
            self.tasks[task].attempt = self.oracle.begins(intent);
        }
        let resolves = match &record {
            Record::Resolved { intent, resolution, .. } => {
                self.oracle.resolves(intent, *resolution);
                Some(intent.clone())
            }
            _ => None,
        };
        let disk = self.clients[process.client].disk;
        let done = self.disks[disk].record(process, record, fault);
        if let (Some(intent), Ok(Recorded::Gone | Recorded::Owned)) = (resolves, &done) {
            self.oracle
                .violated(format!("who holds the claim of {intent} was told {done:?} when resolving it"));
        }
        if !matches!(done, Ok(Recorded::Seen(_) | Recorded::Written | Recorded::Claimed(_))) {
            self.trace.say(self.now, who, format_args!("  journal says {done:?}"));
        }
        done
    }

    fn ends(&mut self, task: usize, end: End) {
        let client = self.tasks[task].process.client;
        let who = self.who(client);
        self.trace.say(self.now, who, format_args!("DONE {end:?}"));
        self.tasks[task].running = None;
        let took = self.moment(client).since(self.tasks[task].began);
        if !self.plot.leaps_ahead() && !matches!(self.tasks[task].what, Start::Wait(_) | Start::Cancel(_)) {
            self.oracle.must(took <= LONGEST, || format!("a call took {took:?}"));
        }
        self.note_end(task, &end);
        if self.calm {
            self.ended.push((task, end));
        }
        if self.tasks[task].awaited {
            self.act_later(client);
        }
    }
}
