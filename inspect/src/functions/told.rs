//! Which code debug information tells of.

use crate::limits::MAX_FUNCTIONS;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::ops::Range;

/// The code of units that name their functions, and the functions in it that have an entry of their own.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Hashes of the address and the name of each: compilers merge equal functions, which then have one address and
    /// one entry, and symbols of all their names.
    functions: Vec<u64>,
    units: Vec<Range<u64>>,
    /// Above these numbers the lists are compacted before they grow.
    function_limit: usize,
    unit_limit: usize,
    is_full: bool,
}

impl Told {
    /// Adds a function by the address of its first instruction and the key of its name.
    pub(super) fn add_function(&mut self, address: u64, name: u64) {
        if self.functions.len() >= self.function_limit.max(FIRST_LIMIT) {
            self.compact();
        }
        if !self.is_full {
            self.functions.push(hash((address, name)));
        }
    }

    /// Adds a part of the code of a unit.
    pub(super) fn add_unit(&mut self, range: Range<u64>) {
        if self.units.len() >= self.unit_limit.max(FIRST_LIMIT) {
            self.compact();
        }
        if !self.is_full && range.start < range.end {
            self.units.push(range);
        }
    }

    /// Sorts, and joins what touches. To be called before asking.
    pub(super) fn compact(&mut self) {
        self.functions.sort_unstable();
        self.functions.dedup();
        self.units.sort_unstable_by_key(|range| range.start);
        self.units.dedup_by(|next, previous| {
            let is_joined = next.start <= previous.end;
            if is_joined {
                previous.end = previous.end.max(next.end);
            }
            is_joined
        });
        self.function_limit = self.functions.len().saturating_mul(2);
        self.unit_limit = self.units.len().saturating_mul(2);
        self.is_full |= self.functions.len() > MAX_FUNCTIONS || self.units.len() > MAX_FUNCTIONS;
    }

    /// Whether there was too much to keep.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.units.is_empty() && self.functions.is_empty()
    }

    /// Whether the function of a name at an address has an entry of its own.
    pub(super) fn has_function(&self, address: u64, name: u64) -> bool {
        self.functions.binary_search(&hash((address, name))).is_ok()
    }

    /// Whether an address is in the code of a unit.
    pub(super) fn has_code(&self, address: u64) -> bool {
        let index = self.units.partition_point(|range| range.start <= address);
        index
            .checked_sub(1)
            .and_then(|index| self.units.get(index))
            .is_some_and(|range| range.contains(&address))
    }
}

/// Stands for a mangled name, without what linkers put before it and LLVM after it.
pub(super) fn name_key(mangled: &str) -> u64 {
    let name = mangled.trim_start_matches('_');
    let is_appended = |at: usize| {
        name.get(at..).is_some_and(|rest| rest.starts_with(".llvm.") || rest.starts_with(".cold"))
    };
    let end = name.match_indices('.').map(|(at, _)| at).find(|&at| is_appended(at));
    hash(name.get(..end.unwrap_or(name.len())).unwrap_or(name))
}

/// A hash that is the same as long as the program runs.
pub(super) fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Not worth compacting below.
const FIRST_LIMIT: usize = 1 << 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_touches_is_joined() {
        let mut told = Told::default();
        assert!(told.is_empty());
        for range in [10..20, 40..50, 20..30, 15..18, 60..60] {
            told.add_unit(range);
        }
        let (one, other) = (name_key("_ZN1a3oneE"), name_key("_ZN1a5otherE"));
        [40, 10, 40].into_iter().for_each(|address| told.add_function(address, one));
        told.compact();
        assert_eq!(told.units, [10..30, 40..50]);
        assert_eq!(told.functions.len(), 2);
        let has: Vec<u64> =
            [9, 10, 29, 30, 49, 50, 60].into_iter().filter(|&address| told.has_code(address)).collect();
        assert_eq!(has, [10, 29, 49]);
        assert!(told.has_function(40, one) && !told.has_function(40, other) && !told.has_function(20, one));
        assert_eq!(name_key("__ZN1a3oneE.llvm.123"), one);
    }

    #[test]
    fn the_same_again_takes_no_more_room() {
        let mut told = Told::default();
        for index in 0..1_000_000u64 {
            told.add_function(index % 1000, 0);
            told.add_unit(index % 1000..index % 1000 + 1);
        }
        assert!(told.functions.len() <= 2 * FIRST_LIMIT && told.units.len() <= 2 * FIRST_LIMIT);
        assert!(!told.is_full());
    }
}
