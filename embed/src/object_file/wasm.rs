//! WebAssembly. A relocatable module is a module with a custom section `linking`; the linker copies every custom
//! section that it does not know into its output.
//!
//! ```text
//! "\0asm" version:u32=1
//! 0 size  name:"linking"  version=2                        (tool-conventions, Linking.md)
//! 0 size  name:".dep-v0"  payload
//! ```

use crate::target::Target;
use auditable_graph::section;

/// Version of the `linking` section's layout.
const LINKING_VERSION: u8 = 2;

/// Flag of a memory's limits that makes it 64-bit.
const MEMORY64: u8 = 0x04;

pub(super) fn object_file(target: &Target, payload: &[u8]) -> Vec<u8> {
    let mut module = b"\0asm\x01\0\0\0".to_vec();
    if target.pointer_width == 64 {
        add_memory64_import(&mut module);
    }
    add_custom_section(&mut module, "linking", &[LINKING_VERSION]);
    add_custom_section(&mut module, section::NAME, payload);
    module
}

/// A linker tells 64-bit modules by their memory, which relocatable modules import.
fn add_memory64_import(module: &mut Vec<u8>) {
    let mut import = vec![1];
    add_text(&mut import, "env");
    add_text(&mut import, "__linear_memory");
    // External kind 2 is a memory; it has no least number of pages.
    import.extend([2, MEMORY64, 0]);
    module.push(2);
    add_leb128(module, import.len());
    module.extend(import);
}

fn add_custom_section(module: &mut Vec<u8>, name: &str, content: &[u8]) {
    let mut body = Vec::new();
    add_text(&mut body, name);
    body.extend_from_slice(content);
    module.push(0);
    add_leb128(module, body.len());
    module.extend(body);
}

fn add_text(bytes: &mut Vec<u8>, text: &str) {
    add_leb128(bytes, text.len());
    bytes.extend_from_slice(text.as_bytes());
}

fn add_leb128(bytes: &mut Vec<u8>, mut value: usize) {
    loop {
        let low = u8::try_from(value & 0x7f).unwrap_or_default();
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}
