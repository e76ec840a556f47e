//! Hostile files cost little memory. A test program of its own with one test, because what it measures is the
//! whole process.

#[path = "it/support.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod support;

use auditable_inspect::{Binary, Error, binaries, limits, read_slice};
use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, compress_to_output, create_comp_flags_from_zip_params,
};
use peak_alloc::PeakAlloc;
use support::{
    Elf, JSON, MODULE, MachO, NAME, Section, custom, leb128, pe, pe_headers, universal, wasm, zlib,
};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const CEILING: usize = 32 << 20;

/// Reads a file and says what came out of it, having checked what it cost.
fn outcome(name: &str, bytes: &[u8]) -> Result<usize, Error> {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let list_count = binaries(&bytes).and_then(|binaries| {
        let mut count = 0;
        for binary in binaries {
            count += binary.lists?.len();
        }
        Ok(count)
    });
    let found = ALLOCATOR.peak_usage().saturating_sub(before);
    ALLOCATOR.reset_peak_usage();
    let _ = read_slice(bytes);
    let read = ALLOCATOR.peak_usage().saturating_sub(before);
    assert!(found < CEILING && read < CEILING, "{name}: {found} and {read} bytes");
    list_count
}

#[test]
fn hostile_files_cost_little_memory() {
    let in_elf = |content: &[u8]| {
        let sections: [Section<'_>; 1] = [(NAME, content)];
        Elf::X86_64.build(&sections)
    };

    for bomb in [bomb(0), bomb(b' ')] {
        assert!(bomb.len() < 1 << 19, "{}", bomb.len());
        let error = outcome("bomb", &in_elf(&bomb)).unwrap_err();
        assert!(matches!(error, Error::Limit { what: "bytes of JSON", .. }), "{error}");
        let slices: Vec<(u32, Vec<u8>)> =
            (0..40).map(|cpu| (cpu, MachO::AARCH64.build(&[(NAME, &bomb)]))).collect();
        let file = universal(true, &slices);
        outcome("bomb in each slice", &file).unwrap_err();
        // Two of them are inflated up to the largest size of a list; the others no more.
        let binaries = binaries(&file.as_slice()).unwrap();
        let unread = |binary: &&Binary| {
            matches!(binary.lists, Err(Error::Limit { limit: limits::MAX_FILE_JSON_BYTES, .. }))
        };
        assert_eq!(binaries.iter().filter(unread).count(), 38);
        let module = || (1, wasm(MODULE, &[custom(NAME, &bomb)]));
        let modules: Vec<(u8, Vec<u8>)> = (0..40).map(|_| module()).collect();
        outcome("bomb in each module", &wasm(support::COMPONENT, &modules)).unwrap_err();
    }

    let mut spaces = JSON.to_owned();
    spaces.extend(std::iter::repeat_n(' ', (8 << 20) - JSON.len()));
    assert_eq!(outcome("list of the largest size", &in_elf(&zlib(&spaces))).unwrap(), 1);
    assert_eq!(outcome("two of them", &in_elf(&zlib(&spaces).repeat(2))).unwrap(), 2);

    let package = |dependencies: &str| {
        format!(r#"{{"name":"a","version":"1.0.0","source":"","dependencies":[{dependencies}]}}"#)
    };
    let mut dependencies = "1,".repeat(65_000);
    dependencies.pop();
    let packages = [vec![package(&dependencies); 60], vec![package("")]].concat().join(",");
    let json = format!(r#"{{"packages":[{packages}]}}"#);
    assert_eq!(outcome("many dependencies", &in_elf(&zlib(&json))).unwrap(), 1);

    // What the file claims is not there.
    let mut elf = in_elf(b"x");
    let header = elf.len() - 2 * 64;
    elf[header + 0x20..header + 0x28].copy_from_slice(&(1u64 << 60).to_le_bytes());
    assert!(matches!(outcome("section of 2^60 bytes", &elf), Err(Error::Malformed { .. })));
    let macho = MachO::AARCH64.headers(&[(NAME, 0x100, 1 << 60)]);
    assert!(matches!(outcome("section of 2^60 bytes", &macho), Err(Error::Malformed { .. })));
    let image = pe_headers(true, &[(NAME, 0xffff_ffff, 0x200, 0xffff_ffff)]);
    assert!(matches!(outcome("section of 4 GiB", &image), Err(Error::Malformed { .. })));
    let mut module = wasm(MODULE, &[]);
    module.push(0);
    module.extend(leb128(u32::MAX as usize));
    assert!(matches!(outcome("section of 4 GiB", &module), Err(Error::Malformed { .. })));
    let mut macho = MachO::AARCH64.build(&[]);
    macho[0x10..0x18].fill(0xff);
    assert!(matches!(outcome("2^32 load commands", &macho), Err(Error::Malformed { .. })));

    // What it claims is there.
    let content = zlib(JSON);
    let sections: Vec<Section<'_>> = vec![(".text", &b""[..]); 65_535];
    assert_eq!(outcome("65,535 sections", &pe(true, &sections)).unwrap(), 0);
    assert_eq!(outcome("65,537 sections", &Elf::X86_64.build(&sections)).unwrap(), 0);
    assert_eq!(outcome("65,535 sections", &MachO::AARCH64.build(&sections)).unwrap(), 0);
    let many: Vec<Section<'_>> = vec![(NAME, &content); 65_000];
    assert!(matches!(outcome("65,000 lists", &Elf::X86_64.build(&many)), Err(Error::Limit { .. })));
    let empty_lists = zlib("").repeat(1 << 20);
    assert!(matches!(outcome("2^20 empty lists", &in_elf(&empty_lists)), Err(Error::Limit { .. })));
    let customs = vec![(0, b"\x01x".to_vec()); (1 << 20) + 1];
    assert!(matches!(outcome("2^20 custom sections", &wasm(MODULE, &customs)), Err(Error::Limit { .. })));
}

/// 256 MiB of one byte in some 260 kB. What follows the first piece is the same for each piece, so only one
/// is compressed.
fn bomb(byte: u8) -> Vec<u8> {
    let mut compressor = CompressorOxide::new(create_comp_flags_from_zip_params(6, 15, 0));
    let piece = vec![byte; 1 << 20];
    let mut compress = || {
        let mut output = Vec::new();
        compress_to_output(&mut compressor, &piece, TDEFLFlush::Full, |bytes| {
            output.extend_from_slice(bytes);
            true
        });
        output
    };
    let (first, more) = (compress(), compress());
    [first, more.repeat(255)].concat()
}
