//! One block: symbols and their codes as bits (RFC 1951, section 3.2).

use super::bits::Bits;
use super::header::header;
use super::huffman;
use super::matches::Match;
use super::symbols::{self, DISTANCES, END_OF_BLOCK, LITERALS};

/// The kind of a block with the fixed codes: RFC 1951, section 3.2.3.
const FIXED: u32 = 1;

/// Longest code of a literal, length or distance, in bits.
const MAX_CODE_LENGTH: usize = 15;

/// One thing that a block says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Literal(u8),
    Match(Match),
}

/// How often each symbol occurs in a block.
#[derive(Clone, Debug)]
pub(super) struct Counts {
    pub(super) literals: [u32; LITERALS],
    pub(super) distances: [u32; DISTANCES],
}

impl Counts {
    pub(super) fn of(steps: &[Step]) -> Self {
        let mut counts = Self { literals: [0; LITERALS], distances: [0; DISTANCES] };
        counts.literals[END_OF_BLOCK] = 1;
        for step in steps {
            match step {
                Step::Literal(byte) => counts.literals[usize::from(*byte)] += 1,
                Step::Match(found) => {
                    counts.literals[symbols::length(found.length).symbol] += 1;
                    counts.distances[symbols::distance(found.distance).symbol] += 1;
                }
            }
        }
        counts
    }
}

/// A block before it is written.
pub(super) struct Block {
    steps: Vec<Step>,
    counts: Counts,
    /// What tells the codes.
    header: Bits,
    literal_lengths: Vec<u8>,
    distance_lengths: Vec<u8>,
}

impl Block {
    /// A block with the codes that need no telling: RFC 1951, section 3.2.6.
    pub(super) fn fixed(steps: Vec<Step>) -> Self {
        let mut literal_lengths = vec![8; 288];
        literal_lengths[144..256].fill(9);
        literal_lengths[256..280].fill(7);
        let mut header = Bits::default();
        header.push(FIXED, 2);
        Self {
            counts: Counts::of(&steps),
            steps,
            header,
            literal_lengths,
            distance_lengths: vec![5; DISTANCES],
        }
    }

    /// A block with the best codes for its steps.
    pub(super) fn new(steps: Vec<Step>) -> Self {
        let counts = Counts::of(&steps);
        let literal_lengths = huffman::code_lengths(&counts.literals, MAX_CODE_LENGTH);
        // Old readers want two codes at least, also where fewer are used.
        let mut distances = counts.distances;
        let used = distances.iter().filter(|&&count| count > 0).count();
        for unused in distances.iter_mut().filter(|count| **count == 0).take(2usize.saturating_sub(used)) {
            *unused = 1;
        }
        let distance_lengths = huffman::code_lengths(&distances, MAX_CODE_LENGTH);
        let header = header(&literal_lengths, &distance_lengths);
        Self { steps, counts, header, literal_lengths, distance_lengths }
    }

    pub(super) fn counts(&self) -> &Counts {
        &self.counts
    }

    /// The size, without the one bit that says whether the block is the last.
    pub(super) fn bit_count(&self) -> u64 {
        let codes = |counts: &[u32], lengths: &[u8], extra_bits: fn(usize) -> u32| -> u64 {
            let sizes = counts.iter().zip(lengths).enumerate();
            sizes
                .map(|(symbol, (&count, &length))| {
                    u64::from(count) * (u64::from(length) + u64::from(extra_bits(symbol)))
                })
                .sum()
        };
        self.header.len()
            + codes(&self.counts.literals, &self.literal_lengths, symbols::extra_bits_of_literal)
            + codes(&self.counts.distances, &self.distance_lengths, symbols::extra_bits_of_distance)
    }

    /// Appends the block.
    pub(super) fn write(&self, is_last: bool, bits: &mut Bits) {
        let literal_codes = huffman::codes(&self.literal_lengths);
        let distance_codes = huffman::codes(&self.distance_lengths);
        bits.push(is_last.into(), 1);
        bits.append(&self.header);
        let literal = |symbol: usize, bits: &mut Bits| {
            bits.push(literal_codes[symbol].into(), self.literal_lengths[symbol].into());
        };
        for step in &self.steps {
            match step {
                Step::Literal(byte) => literal(usize::from(*byte), bits),
                Step::Match(found) => {
                    let length = symbols::length(found.length);
                    literal(length.symbol, bits);
                    bits.push(length.extra, length.extra_bits);
                    let distance = symbols::distance(found.distance);
                    let bit_count = self.distance_lengths[distance.symbol];
                    bits.push(distance_codes[distance.symbol].into(), bit_count.into());
                    bits.push(distance.extra, distance.extra_bits);
                }
            }
        }
        literal(END_OF_BLOCK, bits);
    }
}
