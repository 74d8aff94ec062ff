//! Drawing without luck: cards in proportion and ranks spread evenly, so that every seed has the same distributions.

use crate::random::Random;

/// `count` cards in the proportion of the weights, shuffled: places in `weights`.
pub(super) fn deck(random: &mut Random, weights: &[u32], count: usize) -> Vec<usize> {
    let total: f64 = weights.iter().map(|weight| f64::from(*weight)).sum();
    let mut cards = Vec::with_capacity(count);
    let (mut card, mut reached) = (0, weights.first().copied().map_or(0.0, f64::from));
    for at in 0..count {
        let wanted = (at as f64 + 0.5) / count as f64 * total;
        while reached < wanted && card + 1 < weights.len() {
            card += 1;
            reached += f64::from(weights[card]);
        }
        cards.push(card);
    }
    random.shuffle(&mut cards);
    cards
}

/// `count` ranks spread evenly over `0..1`, shuffled.
pub(super) fn ranks(random: &mut Random, count: usize) -> Vec<f64> {
    let mut ranks: Vec<f64> = (0..count).map(|at| (at as f64 + 0.5) / count as f64).collect();
    random.shuffle(&mut ranks);
    ranks
}

/// Other ranks for the same servers, below `share` for just those whose first rank is.
pub(super) fn ranks_with_zeros_of(random: &mut Random, first: &[f64], share: f64) -> Vec<f64> {
    let measured = first.iter().filter(|rank| **rank >= share).count();
    let mut fresh =
        ranks(random, measured).into_iter().map(|rank| share + 0.0001 + rank * (1.0 - share - 0.0001));
    first.iter().map(|rank| if *rank < share { *rank } else { fresh.next().unwrap_or(*rank) }).collect()
}

/// The places of `scores` from the lowest score to the highest.
pub(super) fn rising(scores: &[f64]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..scores.len()).collect();
    places.sort_by(|a, b| scores[*a].total_cmp(&scores[*b]));
    places
}

/// The rank in `0..1` of each score.
pub(super) fn rank_of(scores: &[f64]) -> Vec<f64> {
    let mut ranks = vec![0.5; scores.len()];
    for (place, server) in rising(scores).into_iter().enumerate() {
        ranks[server] = (place as f64 + 0.5) / scores.len() as f64;
    }
    ranks
}

pub(super) fn decimals(value: f64, places: i32) -> f64 {
    let scale = 10f64.powi(places);
    (value * scale).round() / scale
}
