//! Who waits, lane by lane, and whose turn it is among the heads.

use std::collections::BTreeSet;

use crate::effect::Lane;
use crate::time::Moment;

/// The rank of a place, its highest bit: what ends a bill goes before what reads (`rent.md`, "Pacing").
pub(super) const AFTER_CANCELS: u64 = 1 << 63;

fn is_cancel(place: u64) -> bool {
    place < AFTER_CANCELS
}

/// One lane: places in the order they were given out. A place that comes back goes where it was.
#[derive(Default, Debug)]
struct Line {
    places: BTreeSet<u64>,
    /// How many of them are cancels.
    cancels: usize,
    /// The moment the head was told to look again at; none while it has not looked since it became head.
    told: Option<Moment>,
}

/// The three lanes and the memory of the last turns.
#[derive(Debug)]
pub(super) struct Lanes {
    rescue: Line,
    create: Line,
    normal: Line,
    last: Lane,
    /// The last turn that was not Rescue's.
    last_other: Lane,
}

impl Default for Lanes {
    fn default() -> Self {
        Self {
            rescue: Line::default(),
            create: Line::default(),
            normal: Line::default(),
            last: Lane::Normal,
            last_other: Lane::Normal,
        }
    }
}

impl Lanes {
    pub(super) fn waiting(&self, lane: Lane) -> usize {
        self.line(lane).places.len()
    }

    /// How many would be before a newcomer of this rank.
    pub(super) fn before(&self, lane: Lane, rank: u64) -> usize {
        if is_cancel(rank) { self.line(lane).cancels } else { self.waiting(lane) }
    }

    pub(super) fn holds(&self, lane: Lane, place: u64) -> bool {
        self.line(lane).places.contains(&place)
    }

    pub(super) fn head(&self, lane: Lane) -> Option<u64> {
        self.line(lane).places.first().copied()
    }

    /// A place given back may become head before those behind it; its owner has not looked yet.
    pub(super) fn join(&mut self, lane: Lane, place: u64) {
        let line = self.line_mut(lane);
        if line.places.first().is_none_or(|&head| place < head) {
            line.told = None;
        }
        if line.places.insert(place) && is_cancel(place) {
            line.cancels = line.cancels.saturating_add(1);
        }
    }

    /// The new head, if the head has changed by this.
    pub(super) fn leave(&mut self, lane: Lane, place: u64) -> Option<u64> {
        let was_head = self.head(lane) == Some(place);
        let line = self.line_mut(lane);
        if line.places.remove(&place) && is_cancel(place) {
            line.cancels = line.cancels.saturating_sub(1);
        }
        if !was_head {
            return None;
        }
        line.told = None;
        self.head(lane)
    }

    pub(super) fn told(&self, lane: Lane) -> Option<Moment> {
        self.line(lane).told
    }

    pub(super) fn tell(&mut self, lane: Lane, told: Option<Moment>) {
        self.line_mut(lane).told = told;
    }

    pub(super) fn took_turn(&mut self, lane: Lane) {
        self.last = lane;
        if lane != Lane::Rescue {
            self.last_other = lane;
        }
    }

    /// Whose turn it is among the lanes for which `ready` holds: Rescue at most every other turn while others are
    /// ready, the rest in alternation.
    pub(super) fn turn(&self, ready: impl Fn(Lane) -> bool) -> Option<Lane> {
        let other = match (ready(Lane::Create), ready(Lane::Normal)) {
            (true, true) if self.last_other == Lane::Create => Some(Lane::Normal),
            (true, _) => Some(Lane::Create),
            (false, true) => Some(Lane::Normal),
            (false, false) => None,
        };
        match other {
            Some(other) if !ready(Lane::Rescue) || self.last == Lane::Rescue => Some(other),
            None if !ready(Lane::Rescue) => None,
            _ => Some(Lane::Rescue),
        }
    }

    fn line(&self, lane: Lane) -> &Line {
        match lane {
            Lane::Rescue => &self.rescue,
            Lane::Create => &self.create,
            Lane::Normal => &self.normal,
        }
    }

    fn line_mut(&mut self, lane: Lane) -> &mut Line {
        match lane {
            Lane::Rescue => &mut self.rescue,
            Lane::Create => &mut self.create,
            Lane::Normal => &mut self.normal,
        }
    }
}
