/// A WebAssembly module of nothing but custom sections with lists: the smallest binary there is.
pub(crate) fn module(lists: &[&str]) -> Vec<u8> {
    let mut module = b"\0asm\x01\0\0\0".to_vec();
    for list in lists {
        let mut content = b"\x07.dep-v0".to_vec();
        content.extend(miniz_oxide::deflate::compress_to_vec_zlib(list.as_bytes(), 6));
        assert!(content.len() < 1 << 14, "a length of two bytes");
        module.extend([0, (content.len() & 0x7f) as u8 | 0x80, (content.len() >> 7) as u8]);
        module.extend(content);
    }
    module
}
