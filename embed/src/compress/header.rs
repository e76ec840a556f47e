//! The lengths of a block's codes, as runs with a Huffman code of their own: RFC 1951, section 3.2.7.

use super::bits::Bits;
use super::huffman;
use super::symbols::Symbol;

/// What begins a block that has codes of its own: its kind, and the lengths of both codes.
pub(super) fn header(literal_lengths: &[u8], distance_lengths: &[u8]) -> Bits {
    let used = |lengths: &[u8], least: usize| {
        lengths.iter().rposition(|&length| length > 0).map_or(0, |last| last + 1).max(least)
    };
    let literals = used(literal_lengths, 257);
    let distances = used(distance_lengths, 1);
    let lengths = [&literal_lengths[..literals], &distance_lengths[..distances]].concat();
    // Which runs are worth a symbol of their own depends on the code, and the code on the runs: all ways are tried.
    let mut best: Option<Bits> = None;
    for way in 0..8 {
        let runs = runs(&lengths, way);
        let mut counts = [0; 19];
        for run in &runs {
            counts[run.symbol] += 1;
        }
        let code_lengths = huffman::code_lengths(&counts, 7);
        let codes = huffman::codes(&code_lengths);
        let written = used(&ORDER.map(|symbol| code_lengths[symbol]), 4);
        let mut bits = Bits::default();
        bits.push(DYNAMIC, 2);
        bits.push(literals as u32 - 257, 5);
        bits.push(distances as u32 - 1, 5);
        bits.push(written as u32 - 4, 4);
        for &symbol in &ORDER[..written] {
            bits.push(code_lengths[symbol].into(), 3);
        }
        for run in runs {
            bits.push(codes[run.symbol].into(), code_lengths[run.symbol].into());
            bits.push(run.extra, run.extra_bits);
        }
        if best.as_ref().is_none_or(|best| bits.len() < best.len()) {
            best = Some(bits);
        }
    }
    best.unwrap_or_default()
}

/// The lengths as symbols of the code of code lengths. The bits of `way` say which runs are not used.
fn runs(lengths: &[u8], way: u32) -> Vec<Symbol> {
    let [copies, short_zeros, long_zeros] = [1, 2, 4].map(|bit| way & bit == 0);
    let mut runs = Vec::new();
    let mut push = |symbol, extra_bits, extra: usize| {
        runs.push(Symbol { symbol, extra_bits, extra: extra as u32 });
    };
    for run in lengths.chunk_by(|a, b| a == b) {
        let length = usize::from(run[0]);
        let mut left = run.len();
        if length == 0 {
            while left >= 11 && long_zeros {
                let run = left.min(138);
                push(18, 7, run - 11);
                left -= run;
            }
            while left >= 3 && short_zeros {
                let run = left.min(10);
                push(17, 3, run - 3);
                left -= run;
            }
        }
        if left > 3 && copies {
            push(length, 0, 0);
            left -= 1;
            while left >= 3 {
                // Not so many that one or two are left for which there is no run.
                let run = match left {
                    7 => 4,
                    8 => 5,
                    more => more.min(6),
                };
                push(16, 2, run - 3);
                left -= run;
            }
        }
        for _ in 0..left {
            push(length, 0, 0);
        }
    }
    runs
}

/// The kind of a block with codes of its own: RFC 1951, section 3.2.3.
const DYNAMIC: u32 = 2;

/// The order in which the lengths of the code of code lengths are written.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
