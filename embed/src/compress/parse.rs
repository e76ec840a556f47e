//! Which of the matches to use: those of the cheapest way through a block.

use super::block::{Counts, Step};
use super::matches::{Match, Matches};
use super::symbols::{self, DISTANCES, MAX_LENGTH, MIN_LENGTH};

/// A bit of the output in units of cost: symbols cost fractions of bits, in the mean.
const BIT: i32 = 64;

/// What each step costs. A way through 128 KiB costs less than 2^31, as no byte costs more than 32 bits.
pub(super) struct Costs {
    literals: [i32; 256],
    /// By length of the match, with the extra bits.
    lengths: [i32; MAX_LENGTH + 1],
    /// By symbol, with the extra bits.
    distances: [i32; DISTANCES],
}

impl Costs {
    fn new(literal: impl Fn(usize) -> i32, distance: impl Fn(usize) -> i32) -> Self {
        let mut costs = Self { literals: [0; 256], lengths: [0; MAX_LENGTH + 1], distances: [0; DISTANCES] };
        for (byte, cost) in costs.literals.iter_mut().enumerate() {
            *cost = literal(byte);
        }
        for (length, cost) in (0..).zip(&mut costs.lengths).skip(MIN_LENGTH) {
            let symbol = symbols::length(length);
            *cost = literal(symbol.symbol) + symbol.extra_bits as i32 * BIT;
        }
        for (symbol, cost) in costs.distances.iter_mut().enumerate() {
            *cost = distance(symbol) + symbols::extra_bits_of_distance(symbol) as i32 * BIT;
        }
        costs
    }

    /// Those of the fixed codes.
    pub(super) fn fixed() -> Self {
        let literal = |symbol| match symbol {
            0..144 => 8 * BIT,
            144..256 => 9 * BIT,
            // Lengths; the rarest of them have 8.
            _ => 7 * BIT,
        };
        Self::new(literal, |_| 5 * BIT)
    }

    /// Those of a perfect code for these counts.
    pub(super) fn of(counts: &Counts) -> Self {
        let literals = entropy(&counts.literals);
        let distances = entropy(&counts.distances);
        Self::new(|symbol| literals[symbol], |symbol| distances[symbol])
    }
}

/// What each symbol costs by its share. One that does not occur is taken to occur once, so that it may.
fn entropy(counts: &[u32]) -> Vec<i32> {
    let all = log2(counts.iter().sum());
    counts.iter().map(|&count| (all - log2(count)).max(BIT / 4)).collect()
}

/// The binary logarithm in units of cost, by integers alone. Of 0 as of 1.
fn log2(value: u32) -> i32 {
    let value = value.max(1);
    let mut result = value.ilog2() as i32;
    // From 1 to 2, with 31 binary places. To square it is to double its logarithm.
    let mut mantissa = u64::from(value) << (31 - value.ilog2());
    for _ in 0..BIT.ilog2() {
        mantissa = (mantissa * mantissa) >> 31;
        result *= 2;
        if mantissa >> 32 > 0 {
            mantissa >>= 1;
            result += 1;
        }
    }
    result
}

/// The steps of the cheapest way through a block, which `matches` are of.
pub(super) fn cheapest(data: &[u8], matches: &Matches, costs: &Costs) -> Vec<Step> {
    // What it costs from each position to the end, found from the end backwards: this takes nearly all the time, and
    // so remembers nothing of the way itself.
    let mut to_end = vec![0; data.len() + 1];
    for (position, &byte) in data.iter().enumerate().rev() {
        let after = &to_end[position + 1..];
        let mut best = costs.literals[usize::from(byte)] + after[0];
        for usable in usable(matches.at(position), after.len(), costs) {
            let ways = usable.lengths_costs.iter().zip(&after[usable.first_length - 1..]);
            let way = ways.map(|(length_cost, after)| length_cost + after).fold(i32::MAX, i32::min);
            best = best.min(way.saturating_add(usable.distance_cost));
        }
        to_end[position] = best;
    }
    let mut steps = Vec::new();
    let mut position = 0;
    while let Some(&byte) = data.get(position) {
        let step = step(byte, matches.at(position), &to_end[position..], costs);
        position += match step {
            Step::Literal(_) => 1,
            Step::Match(found) => usize::from(found.length),
        };
        steps.push(step);
    }
    steps
}

/// The step by which the cost from a position to the end, the first of `to_end`, has come about. Of equal ones a match
/// with a low distance.
fn step(byte: u8, matches: &[Match], to_end: &[i32], costs: &Costs) -> Step {
    if let [best, after @ ..] = to_end {
        for usable in usable(matches, after.len(), costs) {
            let ways = usable.lengths_costs.iter().zip(&after[usable.first_length - 1..]);
            let is_best = |(cost, after): (&i32, &i32)| usable.distance_cost + cost + after == *best;
            if let Some(length) = ways.map(is_best).rposition(|is_best| is_best) {
                let length = (usable.first_length + length) as u16;
                return Step::Match(Match { length, distance: usable.distance });
            }
        }
    }
    Step::Literal(byte)
}

/// The lengths for which a match is the nearest.
struct Usable<'a> {
    distance: u16,
    distance_cost: i32,
    first_length: usize,
    /// What the length costs, from the first.
    lengths_costs: &'a [i32],
}

/// The matches in so far as they end before the block does, which is after `longest` bytes.
fn usable<'a>(
    matches: &'a [Match],
    longest: usize,
    costs: &'a Costs,
) -> impl Iterator<Item = Usable<'a>> + 'a {
    let mut covered = MIN_LENGTH - 1;
    matches.iter().map_while(move |found| {
        let first_length = covered + 1;
        covered = longest.min(found.length.into());
        let lengths_costs = costs.lengths.get(first_length..=covered).filter(|costs| !costs.is_empty())?;
        let distance_cost = costs.distances[symbols::distance(found.distance).symbol];
        Some(Usable { distance: found.distance, distance_cost, first_length, lengths_costs })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms() {
        assert_eq!([0, 1, 2, 1 << 31].map(log2), [0, 0, BIT, 31 * BIT]);
        // 1.58496, 3.32193 and 32 less a little
        assert_eq!([3, 10, u32::MAX].map(log2), [101, 212, 32 * BIT - 1]);
    }
}
