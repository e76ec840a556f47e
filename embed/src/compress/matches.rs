//! What occurs again: for each position, the nearest earlier occurrence of each length.

use super::symbols::{MAX_LENGTH, MIN_LENGTH};
use std::ops::Range;

/// How many positions are remembered: a match lies less than this far back. The format allows for one more.
const WINDOW: usize = 1 << 15;
const HASH_BITS: u32 = 14;

/// Earlier positions that are looked at for one position. To look at more than 32 gains nothing that can be measured
/// in lists; the bound is for the time that hopeless data takes.
const MAX_STEPS: usize = 32;

/// An earlier occurrence of the bytes at a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// From 3 to 258 bytes.
    pub(super) length: u16,
    /// How many bytes back.
    pub(super) distance: u16,
}

/// The matches at each position of a stretch of data.
pub(super) struct Matches {
    all: Vec<Match>,
    /// Where those of each position end.
    ends: Vec<usize>,
}

impl Matches {
    /// The matches in the next stretch that the finder has not seen.
    pub(super) fn of(finder: &mut MatchFinder<'_>, stretch: Range<usize>) -> Self {
        let mut matches =
            Self { all: Vec::with_capacity(2 * stretch.len()), ends: Vec::with_capacity(stretch.len()) };
        for position in stretch {
            finder.find(position, &mut matches.all);
            matches.ends.push(matches.all.len());
        }
        matches
    }

    /// The matches at a position, counted from the start of the stretch: each longer and further back than the one
    /// before. They may go on behind the end of the stretch.
    pub(super) fn at(&self, position: usize) -> &[Match] {
        let start = position.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[start..self.ends[position]]
    }
}

/// Finds matches by a hash of the next three bytes. The positions of one hash form a binary tree, ordered by the
/// bytes that follow them, the newest at the root. On its way down the tree to its own place, a position meets, for
/// each length, the nearest one that has so many bytes in common with it.
pub(super) struct MatchFinder<'a> {
    data: &'a [u8],
    /// The root for each hash: a position plus one, or 0 for none.
    roots: Vec<u32>,
    /// What orders before and what orders after each remembered position, as in `roots`.
    children: Vec<[u32; 2]>,
    mask: usize,
}

impl<'a> MatchFinder<'a> {
    /// `data` has less than 4 GiB.
    pub(super) fn new(data: &'a [u8]) -> Self {
        let window = data.len().next_power_of_two().min(WINDOW);
        Self { data, roots: vec![0; 1 << HASH_BITS], children: vec![[0; 2]; window], mask: window - 1 }
    }

    /// Appends the matches at a position. To be called for each position in turn.
    fn find(&mut self, position: usize, found: &mut Vec<Match>) {
        let here = &self.data[position..];
        let here = &here[..here.len().min(MAX_LENGTH)];
        let &[a, b, c, ..] = here else { return };
        let hash = u32::from_le_bytes([a, b, c, 0]).wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS);
        let mut candidate = std::mem::replace(&mut self.roots[hash as usize], position as u32 + 1);
        // The tree is parted into what orders before this position and what orders after it. For each side: the place
        // where its next subtree belongs, and how many bytes all below that place have in common with this position.
        let mut open = [(position & self.mask, 0), (position & self.mask, 1)];
        let mut common = [0, 0];
        let mut longest = MIN_LENGTH - 1;
        for _ in 0..MAX_STEPS {
            let Some(earlier) = (candidate as usize).checked_sub(1) else { break };
            let distance = position - earlier;
            if distance > self.mask {
                break;
            }
            let there = &self.data[earlier..];
            let known = common[0].min(common[1]);
            let length = known + common_length(&here[known..], &there[known..]);
            if length > longest {
                longest = length;
                found.push(Match { length: length as u16, distance: distance as u16 });
            }
            let subtrees = self.children[earlier & self.mask];
            let Some(next) = here.get(length) else {
                // Equal as far as can be seen: this position takes the place of the earlier one.
                for ((slot, side), subtree) in open.into_iter().zip(subtrees) {
                    self.children[slot][side] = subtree;
                }
                return;
            };
            let side = usize::from(there[length] > *next);
            let (slot, side_of_slot) = open[side];
            self.children[slot][side_of_slot] = candidate;
            open[side] = (earlier & self.mask, 1 - side);
            common[side] = length;
            candidate = subtrees[1 - side];
        }
        for (slot, side) in open {
            self.children[slot][side] = 0;
        }
    }
}

/// How many bytes from the start are equal. `there` is at least as long as `here`.
fn common_length(here: &[u8], there: &[u8]) -> usize {
    let (here_words, here_rest) = here.as_chunks::<8>();
    let (there_words, _) = there.as_chunks::<8>();
    let mut length = 0;
    for (here, there) in here_words.iter().zip(there_words) {
        let difference = u64::from_le_bytes(*here) ^ u64::from_le_bytes(*there);
        if difference != 0 {
            return length + (difference.trailing_zeros() / 8) as usize;
        }
        length += 8;
    }
    length + here_rest.iter().zip(&there[length..]).take_while(|(here, there)| here == there).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same by looking everywhere.
    fn expected(data: &[u8], position: usize) -> Vec<Match> {
        let mut found = Vec::new();
        let mut longest = MIN_LENGTH - 1;
        for earlier in (0..position).rev() {
            let both = data[position..].iter().zip(&data[earlier..]).take(MAX_LENGTH);
            let length = both.take_while(|(here, there)| here == there).count();
            if length > longest {
                longest = length;
                let distance = position - earlier;
                found.push(Match { length: length as u16, distance: distance as u16 });
            }
        }
        found
    }

    #[test]
    fn the_nearest_match_of_each_length_is_found() {
        let text = "a rose is a rose is a rose, and a nose is no rose as a rose is a rose".repeat(3);
        let matches = Matches::of(&mut MatchFinder::new(text.as_bytes()), 0..text.len());
        for position in 0..text.len() {
            // The window is that of the next power of two, which is larger than the text.
            assert_eq!(matches.at(position), expected(text.as_bytes(), position), "at {position}");
        }
    }
}
