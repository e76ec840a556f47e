//! What may be in the section, and what may not.

use crate::support::{Elf, JSON, NAME, OTHER_JSON, Section, zlib};
use auditable_inspect::{Error, List, binaries, limits, read_slice};
use miniz_oxide::deflate::compress_to_vec_zlib;

/// The lists of a section with this content.
fn lists(content: &[u8]) -> Result<Vec<List>, Error> {
    let sections: [Section<'_>; 1] = [(NAME, content)];
    let elf = Elf::X86_64.build(&sections);
    binaries(&elf.as_slice()).unwrap().remove(0).lists
}

fn jsons(content: &[u8]) -> Vec<Vec<u8>> {
    lists(content).unwrap().into_iter().map(|list| list.json).collect()
}

#[test]
fn zeros_may_follow() {
    for count in [1, 3, 511, 40_000] {
        let mut content = zlib(JSON);
        content.resize(content.len() + count, 0);
        assert_eq!(jsons(&content), [JSON.as_bytes()]);
    }
}

#[test]
fn lists_that_a_linker_put_together_are_all_found() {
    for padding in [0, 5, 20_000] {
        let mut content = zlib(JSON);
        let first_size = content.len();
        content.resize(first_size + padding, 0);
        content.extend(zlib(OTHER_JSON));
        let lists = lists(&content).unwrap();
        assert_eq!(lists[0].compressed_bytes, first_size as u64);
        assert_eq!(
            lists.into_iter().map(|list| list.json).collect::<Vec<_>>(),
            [JSON.as_bytes(), OTHER_JSON.as_bytes()]
        );
    }
}

#[test]
fn lists_in_several_sections_are_all_found() {
    let (first, second) = (zlib(JSON), zlib(OTHER_JSON));
    let sections: [Section<'_>; 2] = [(NAME, &first), (NAME, &second)];
    let elf = Elf::X86_64.build(&sections);
    let lists = binaries(&elf.as_slice()).unwrap().remove(0).lists.unwrap();
    assert_eq!(lists.len(), 2);
    assert!(matches!(read_slice(&elf), Err(Error::SeveralLists)));
}

#[test]
fn a_stream_may_end_anywhere_in_what_is_read_at_once() {
    // Incompressible, so that the sizes of the streams pass the boundary of 16 KiB byte by byte.
    let mut seed = 1u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as u8
    })
    .take(16 * 1024)
    .collect();
    let mut sizes = Vec::new();
    for length in 16 * 1024 - 40..16 * 1024 {
        let first = compress_to_vec_zlib(&noise[..length], 1);
        sizes.push(first.len());
        let mut content = first;
        content.extend(zlib(JSON));
        let found = jsons(&content);
        assert!(found[0] == noise[..length] && found[1] == JSON.as_bytes());
    }
    assert!(sizes[0] < 16 * 1024 && *sizes.last().unwrap() > 16 * 1024);
}

#[test]
fn an_empty_section_is_an_error() {
    // Something was there once: to call this the absence of a list would hide the loss.
    for content in [&[][..], &[0; 10], &[0; 40_000]] {
        let error = lists(content).unwrap_err();
        assert_eq!(error.to_string(), "the section of the list is empty (at offset 0x40)");
    }
}

#[test]
fn whatever_else_is_there_is_an_error_with_its_place() {
    let stream = zlib(JSON);
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut content = stream.clone();
        change(&mut content);
        lists(&content).unwrap_err().to_string()
    };
    let end = 0x40 + stream.len();
    assert_eq!(
        with(&|content| content.extend([0, 0, b'y'])),
        format!(
            "the list is followed by something that is neither zeros nor another list (at offset {:#x})",
            end + 2
        )
    );
    assert_eq!(
        with(&|content| content[0] = b'{'),
        "the section of the list does not begin with zlib data (at offset 0x40)"
    );
    assert!(with(&|content| content[1] ^= 1).starts_with("the zlib stream is damaged"));
    assert_eq!(
        with(&|content| *content.last_mut().unwrap() ^= 1),
        format!("the checksum of the zlib stream does not match (at offset {end:#x})")
    );
    for size in 1..stream.len() {
        assert_eq!(
            with(&|content| content.truncate(size)),
            format!("the section ends inside the zlib stream (at offset {:#x})", 0x40 + size)
        );
    }
}

#[test]
fn what_is_no_list_is_an_error_with_its_cause() {
    let content = zlib("{}");
    let list = lists(&content).unwrap().remove(0);
    assert_eq!(list.json, b"{}");
    let error = list.graph().unwrap_err();
    assert_eq!(error.to_string(), "the section has no sound list of crates (at offset 0x40)");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the list is not the expected JSON");
}

#[test]
fn a_list_of_the_largest_size_is_read_and_one_byte_more_is_not() {
    let largest = vec![b' '; auditable_graph::limits::MAX_JSON_BYTES];
    assert_eq!(lists(&compress_to_vec_zlib(&largest, 1)).unwrap()[0].json.len(), largest.len());
    let larger = vec![b' '; auditable_graph::limits::MAX_JSON_BYTES + 1];
    let error = lists(&compress_to_vec_zlib(&larger, 1)).unwrap_err();
    assert!(matches!(error, Error::Limit { what: "bytes of JSON", .. }), "{error}");
}

#[test]
fn all_lists_together_have_a_limit() {
    let largest = compress_to_vec_zlib(&vec![b' '; auditable_graph::limits::MAX_JSON_BYTES], 1);
    assert_eq!(lists(&largest.repeat(2)).unwrap().len(), 2);
    let error = lists(&largest.repeat(3)).unwrap_err();
    assert!(matches!(error, Error::Limit { limit: limits::MAX_FILE_JSON_BYTES, .. }), "{error}");
}

#[test]
fn padding_has_a_limit() {
    let mut content = zlib(JSON);
    content.resize(limits::MAX_COMPRESSED_BYTES as usize + 1, 0);
    let error = lists(&content).unwrap_err();
    assert_eq!(error.to_string(), "16777217 compressed bytes, over the limit of 16777216 (at offset 0x40)");
}

#[test]
fn lists_of_every_age_are_read() {
    for json in [
        r#"{"packages":[]}"#,
        // The first writers named neither a format nor a root.
        r#"{"packages":[{"name":"a","version":"1.0.0","source":"crates.io","kind":"build"}]}"#,
        // A later one may know more.
        r#"{"packages":[{"name":"a","version":"1.0.0","source":"moon","features":["x"]}],"format":99,"x":{}}"#,
    ] {
        let graph = lists(&zlib(json)).unwrap()[0].graph().unwrap();
        assert_eq!(graph, auditable_graph::Graph::from_json(json.as_bytes()).unwrap());
    }
}
