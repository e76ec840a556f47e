//! Huffman codes of limited length.

/// The lengths in bits of the best prefix code in which none is longer than `limit`, by package-merge: for each
/// symbol that occurs at all, one from 1 to `limit`. There are at most `2^limit` symbols.
///
/// A code of one symbol gets a length of 1.
pub(super) fn code_lengths(counts: &[u32], limit: usize) -> Vec<u8> {
    let mut lengths = vec![0; counts.len()];
    let mut leaves: Vec<(u64, usize)> = counts
        .iter()
        .enumerate()
        .filter(|&(_, &count)| count > 0)
        .map(|(symbol, &count)| (u64::from(count), symbol))
        .collect();
    leaves.sort_unstable();
    if let [(_, only)] = leaves[..] {
        lengths[only] = 1;
        return lengths;
    }
    // Each level holds the leaves and, in pairs, the items of the level before, by weight.
    let mut levels: Vec<Vec<Item>> = Vec::with_capacity(limit);
    for _ in 0..limit {
        let before = levels.last().map(Vec::as_slice).unwrap_or_default();
        let mut pairs = before.chunks_exact(2).map(|pair| pair[0].weight + pair[1].weight).peekable();
        let mut level = Vec::with_capacity(2 * leaves.len());
        for &(weight, _) in &leaves {
            while let Some(weight) = pairs.next_if(|&pair| pair < weight) {
                level.push(Item { weight, is_pair: true });
            }
            level.push(Item { weight, is_pair: false });
        }
        level.extend(pairs.map(|weight| Item { weight, is_pair: true }));
        levels.push(level);
    }
    // The lightest items of the last level make the code: each leaf among them, and in each pair among them, is one
    // bit of its symbol.
    let mut taken = (2 * leaves.len()).saturating_sub(2);
    for level in levels.iter().rev() {
        let pairs = level[..taken].iter().filter(|item| item.is_pair).count();
        for &(_, symbol) in &leaves[..taken - pairs] {
            lengths[symbol] += 1;
        }
        taken = 2 * pairs;
    }
    lengths
}

struct Item {
    weight: u64,
    is_pair: bool,
}

/// The codes that belong to the lengths (RFC 1951, section 3.2.2), with the bits in the order in which they are
/// written.
pub(super) fn codes(lengths: &[u8]) -> Vec<u16> {
    let mut next = [0u16; 17];
    for &length in lengths.iter().filter(|&&length| length > 0) {
        next[usize::from(length) + 1] += 1;
    }
    // From numbers of codes to the first code of each length.
    for length in 1..next.len() {
        next[length] = next[length].wrapping_add(next[length - 1]) << 1;
    }
    let mut codes = Vec::with_capacity(lengths.len());
    for &length in lengths {
        if length == 0 {
            codes.push(0);
            continue;
        }
        let code = &mut next[usize::from(length)];
        codes.push(code.reverse_bits() >> (16 - u32::from(length)));
        *code = code.wrapping_add(1);
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_that_are_known() {
        assert_eq!(code_lengths(&[0, 0, 0], 15), [0, 0, 0]);
        assert_eq!(code_lengths(&[0, 7, 0], 15), [0, 1, 0]);
        assert_eq!(code_lengths(&[1, 0, 1_000_000], 15), [1, 0, 1]);
        assert_eq!(code_lengths(&[1, 1, 2, 4, 8], 15), [4, 4, 3, 2, 1]);
        assert_eq!(code_lengths(&[1, 1, 2, 4, 8], 3), [3, 3, 3, 3, 1]);
        assert_eq!(code_lengths(&[1; 8], 3), [3; 8]);
    }

    /// Fibonacci's numbers: without the limit, each symbol has a length of its own.
    #[test]
    fn limited_codes_are_whole() {
        let mut counts = vec![1u32, 1];
        for i in 2..40 {
            counts.push(counts[i - 1] + counts[i - 2]);
        }
        for limit in [6, 7, 15, 39] {
            let lengths = code_lengths(&counts, limit);
            let share: u64 = lengths.iter().map(|&length| 1 << (40 - length)).sum();
            assert_eq!(share, 1 << 40, "{limit}");
            assert_eq!(usize::from(*lengths.iter().max().unwrap()), limit);
        }
    }

    /// The example of RFC 1951, section 3.2.2, from the last bit to the first.
    #[test]
    fn codes_of_the_rfc() {
        let codes = codes(&[3, 3, 3, 3, 3, 2, 4, 4]);
        assert_eq!(codes, [0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111]);
    }
}
