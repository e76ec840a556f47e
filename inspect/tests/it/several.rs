//! Files with several binaries: nothing is lost, nothing is mixed up.

use crate::support::{
    COMPONENT, Elf, JSON, MODULE, MachO, NAME, OTHER_JSON, custom, universal, universal_table, wasm, zlib,
};
use auditable_inspect::{Architecture, Binary, Error, Location, binaries, limits, read_slice};

fn slice(macho: MachO, json: &str) -> (u32, Vec<u8>) {
    (macho.cpu, macho.build(&[(NAME, &zlib(json))]))
}

fn module(json: &str) -> (u8, Vec<u8>) {
    (1, wasm(MODULE, &[custom(NAME, &zlib(json))]))
}

fn error(binary: &Binary) -> String {
    binary.lists.as_ref().unwrap_err().to_string()
}

#[test]
fn equal_lists_are_one() {
    // The same graph in other words.
    let reordered = JSON.replace(r#""format":1"#, r#""unknown":0,"format":1"#);
    let file = universal(false, &[slice(MachO::X86_64, JSON), slice(MachO::AARCH64, &reordered)]);
    assert!(read_slice(&file).unwrap().is_some());
}

#[test]
fn a_list_in_one_binary_only_is_the_list() {
    let file = universal(false, &[(7, MachO::I686.build(&[])), slice(MachO::AARCH64, JSON)]);
    assert!(read_slice(&file).unwrap().is_some());
    assert!(read_slice(&wasm(COMPONENT, &[(1, MODULE.to_vec()), module(JSON)])).unwrap().is_some());
}

#[test]
fn different_lists_are_told_apart() {
    for file in [
        universal(true, &[slice(MachO::X86_64, JSON), slice(MachO::AARCH64, OTHER_JSON)]),
        wasm(COMPONENT, &[module(JSON), module(OTHER_JSON)]),
    ] {
        let error = read_slice(&file).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the file has several lists of crates that differ: read them one by one with `binaries`"
        );
        let jsons: Vec<_> = binaries(&file.as_slice())
            .unwrap()
            .into_iter()
            .flat_map(|binary| binary.lists.unwrap())
            .map(|list| list.json)
            .collect();
        assert_eq!(jsons, [JSON.as_bytes(), OTHER_JSON.as_bytes()]);
    }
}

#[test]
fn a_damaged_slice_is_its_own_error() {
    let (cpu, mut damaged) = slice(MachO::X86_64, JSON);
    damaged[0x14..0x18].fill(0xff);
    let file = universal(false, &[(cpu, damaged), slice(MachO::AARCH64, JSON)]);
    let found = binaries(&file.as_slice()).unwrap();
    assert_eq!(error(&found[0]), "load commands end past the file (Mach-O, at offset 0x50)");
    assert_eq!(found[1].lists.as_ref().unwrap().len(), 1);
    assert!(matches!(read_slice(&file), Err(Error::Malformed { .. })));
}

#[test]
fn a_damaged_list_is_the_error_of_its_slice() {
    for damage in [0, 30, zlib(JSON).len() - 1] {
        let mut content = zlib(JSON);
        content[damage] ^= 0xff;
        let damaged = (7, MachO::AARCH64.build(&[(NAME, &content)]));
        let file =
            universal(false, &[slice(MachO::X86_64, JSON), damaged, slice(MachO::AARCH64, OTHER_JSON)]);
        let found = binaries(&file.as_slice()).unwrap();
        assert_eq!(found[0].lists.as_ref().unwrap()[0].json, JSON.as_bytes());
        assert!(matches!(found[1].lists, Err(Error::Inflate { .. })));
        assert_eq!(found[2].lists.as_ref().unwrap()[0].json, OTHER_JSON.as_bytes());
    }
}

#[test]
fn a_slice_that_is_no_binary_is_its_own_error() {
    let file = universal(
        false,
        &[(7, b"!<arch>\n".to_vec()), (8, Elf::X86_64.build(&[])), slice(MachO::AARCH64, JSON)],
    );
    let found = binaries(&file.as_slice()).unwrap();
    assert_eq!(error(&found[0]), "not a binary but an archive of object files");
    assert_eq!(error(&found[1]), "slice is not a Mach-O binary (Mach-O, at offset 0x60)");
    assert_eq!(found[0].architecture, Architecture::I686);
    assert_eq!(found[0].location, Some(Location::Slice(0)));
    assert!(found[2].lists.is_ok());
}

#[test]
fn slices_that_cannot_be_where_they_say() {
    let (cpu, good) = slice(MachO::AARCH64, JSON);
    let size = good.len() as u64;
    let table = [
        (cpu, 0x1000, size),
        (7, 0x1000 + size - 1, 10),
        (7, 0x14, 10),
        (7, 0x9000, 10),
        (7, 0x1000, u64::MAX),
    ];
    let mut file = universal_table(true, &table);
    file.resize(0x1000, 0);
    file.extend(good);
    file.extend([0; 64]);
    let found = binaries(&file.as_slice()).unwrap();
    assert!(found[0].lists.is_ok());
    for (binary, says) in found[1..].iter().zip([
        "slice overlaps another one or the table of slices (Mach-O, at offset 0x28)",
        "slice overlaps another one or the table of slices (Mach-O, at offset 0x48)",
        "slice ends past the file (Mach-O, at offset 0x9000)",
        "slice ends past the file (Mach-O, at offset 0x1000)",
    ]) {
        assert_eq!(error(binary), says);
    }
}

#[test]
fn too_many_slices_are_refused() {
    let table = vec![(7, 0, 0); limits::MAX_SLICES as usize + 1];
    assert!(matches!(
        read_slice(&universal_table(true, &table)),
        Err(Error::Limit { what: "slices", actual: 45, .. })
    ));
}

#[test]
fn a_damaged_module_is_its_own_error() {
    let mut damaged = module(JSON);
    damaged.1.push(0);
    let component = wasm(COMPONENT, &[module(JSON), damaged, (1, b"nothing".to_vec()), module(JSON)]);
    let found = binaries(&component.as_slice()).unwrap();
    let errors: Vec<bool> = found.iter().map(|binary| binary.lists.is_err()).collect();
    assert_eq!(errors, [false, false, true, true, false]);
    assert_eq!(found[3].location, Some(Location::Module(vec![2])));
}

#[test]
fn what_a_damaged_component_has_before_the_damage_is_found() {
    let mut component = wasm(COMPONENT, &[module(JSON)]);
    component.extend([0, 0x7f]);
    let found = binaries(&component.as_slice()).unwrap();
    assert!(error(&found[0]).starts_with("section ends past the module (wasm, at offset "));
    assert_eq!(found[1].lists.as_ref().unwrap().len(), 1);
}

#[test]
fn components_may_be_nested_to_a_depth() {
    let nested = |depth: usize| {
        let innermost = wasm(COMPONENT, &[custom(NAME, &zlib(JSON))]);
        (0..depth).fold(innermost, |inner, _| wasm(COMPONENT, &[(4, inner)]))
    };
    assert!(read_slice(&nested(limits::MAX_DEPTH)).unwrap().is_some());
    let error = read_slice(&nested(limits::MAX_DEPTH + 1)).unwrap_err();
    assert!(error.to_string().starts_with("17 levels of nested components, over the limit of 16"));
    assert!(read_slice(&nested(10_000)).is_err());
}

#[test]
fn a_component_may_have_some_modules() {
    let component = |count| wasm(COMPONENT, &vec![(1, MODULE.to_vec()); count]);
    assert_eq!(binaries(&component(limits::MAX_MODULES - 1).as_slice()).unwrap().len(), limits::MAX_MODULES);
    assert!(matches!(read_slice(&component(limits::MAX_MODULES)), Err(Error::Limit { .. })));
}
