//! The list as one zlib stream.

use miniz_oxide::deflate::compress_to_vec_zlib;

/// Slowest and smallest. A list has some kB, for which this takes about a millisecond.
const LEVEL: u8 = 10;

/// Compresses the JSON.
pub(crate) fn compress(json: &[u8]) -> Vec<u8> {
    compress_to_vec_zlib(json, LEVEL)
}
