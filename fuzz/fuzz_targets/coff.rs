#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| auditable_fuzz::coff(data));
