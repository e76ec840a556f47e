//! The symbols of lengths and distances: RFC 1951, section 3.2.5. Both tables there are regular, so they are computed.

/// Literals, the end of the block, and lengths.
pub(super) const LITERALS: usize = 286;
/// The symbol that ends a block.
pub(super) const END_OF_BLOCK: usize = 256;
/// The symbol of the shortest length.
const FIRST_LENGTH: usize = 257;
/// Distances.
pub(super) const DISTANCES: usize = 30;
/// Shortest match that has a symbol.
pub(super) const MIN_LENGTH: usize = 3;
/// Longest match that has a symbol.
pub(super) const MAX_LENGTH: usize = 258;

/// A symbol and the bits that follow it as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Symbol {
    pub(super) symbol: usize,
    /// How many bits follow.
    pub(super) extra_bits: u32,
    pub(super) extra: u32,
}

/// The symbol of a match's length, from 3 to 258 bytes.
pub(super) fn length(length: u16) -> Symbol {
    if usize::from(length) >= MAX_LENGTH {
        return Symbol { symbol: FIRST_LENGTH + 28, extra_bits: 0, extra: 0 };
    }
    // Four symbols for each number of extra bits.
    grouped(FIRST_LENGTH, u32::from(length).saturating_sub(3), 2)
}

/// The symbol of a match's distance, from 1 to 32,768 bytes back.
pub(super) fn distance(distance: u16) -> Symbol {
    // Two symbols for each number of extra bits.
    grouped(0, u32::from(distance).saturating_sub(1), 1)
}

/// The extra bits behind a symbol of the first code: a literal, the end, or a length.
pub(super) fn extra_bits_of_literal(symbol: usize) -> u32 {
    match symbol.checked_sub(FIRST_LENGTH) {
        // The longest length of all stands outside of the groups.
        None | Some(28..) => 0,
        Some(group) => (group as u32 >> 2).saturating_sub(1),
    }
}

/// The extra bits behind a symbol of a distance.
pub(super) fn extra_bits_of_distance(symbol: usize) -> u32 {
    (symbol as u32 >> 1).saturating_sub(1)
}

/// Symbols in groups of `2^group_bits`; those of the first two groups have no extra bits, each later group has one
/// more than the one before.
fn grouped(first: usize, value: u32, group_bits: u32) -> Symbol {
    let extra_bits = value.checked_ilog2().unwrap_or(0).saturating_sub(group_bits);
    let symbol = (extra_bits << group_bits) + (value >> extra_bits);
    Symbol { symbol: first + symbol as usize, extra_bits, extra: value & ((1 << extra_bits) - 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edges_of_the_tables_in_the_rfc() {
        let edge = |symbol, extra_bits, extra| Symbol { symbol, extra_bits, extra };
        for (value, symbol) in [
            (3, edge(257, 0, 0)),
            (10, edge(264, 0, 0)),
            (11, edge(265, 1, 0)),
            (18, edge(268, 1, 1)),
            (19, edge(269, 2, 0)),
            (130, edge(280, 4, 15)),
            (131, edge(281, 5, 0)),
            (257, edge(284, 5, 30)),
            (258, edge(285, 0, 0)),
        ] {
            assert_eq!(length(value), symbol, "length {value}");
            assert_eq!(extra_bits_of_literal(symbol.symbol), symbol.extra_bits);
        }
        for (value, symbol) in [
            (1, edge(0, 0, 0)),
            (4, edge(3, 0, 0)),
            (5, edge(4, 1, 0)),
            (8, edge(5, 1, 1)),
            (9, edge(6, 2, 0)),
            (257, edge(16, 7, 0)),
            (24_577, edge(29, 13, 0)),
            (32_768, edge(29, 13, 8191)),
        ] {
            assert_eq!(distance(value), symbol, "distance {value}");
            assert_eq!(extra_bits_of_distance(symbol.symbol), symbol.extra_bits);
        }
    }
}
