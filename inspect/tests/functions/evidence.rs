//! What debug information and symbols tell.

use crate::built::{Built, PROGRAM, ask, present, query, rustc};
use auditable_inspect::{Answer, Evidence, FunctionPath, Query, Reason, binaries, search};
use std::fs;
use std::process::Command;

#[test]
fn debug_information_tells_what_is_there_and_what_is_not() {
    for (library_arguments, arguments) in [
        (&["-Cdebuginfo=1"][..], &["-Cdebuginfo=1"][..]),
        (&["-Cdebuginfo=2"], &["-Cdebuginfo=2"]),
        (&["-Cdebuginfo=1"], &["-Cdebuginfo=1", "-Clto=fat", "-Ccodegen-units=1"]),
        (&["-Cdebuginfo=1", "-Cdwarf-version=5"], &["-Cdebuginfo=1", "-Cdwarf-version=5"]),
        (
            &["-Cdebuginfo=1", "-Csymbol-mangling-version=v0"],
            &["-Cdebuginfo=1", "-Csymbol-mangling-version=v0"],
        ),
        (&["-Cdebuginfo=1"], &["-Cdebuginfo=1", "-Clink-arg=-Wl,--compress-debug-sections=zlib"]),
        (&["-Cdebuginfo=1"], &["-Cdebuginfo=1", "-Clink-arg=-Wl,--compress-debug-sections=zstd"]),
    ] {
        let built = Built::new();
        let program = built.program(PROGRAM, &built.library("1.2.3", library_arguments), arguments);
        let answers = ask(
            &program,
            &[
                query("library::called"),
                query("library::inlined"),
                query("library::list::List::double"),
                query("library::List::double"),
                query("library::List::index"),
                query("library::with_closure"),
                query("library::avoided"),
                query("library::List::triple"),
                query("library::double"),
                query("library::Other::double"),
                Query::any_code("library", Some("1.2.3".parse().unwrap())),
                Query::any_code("library", Some("1.2.4".parse().unwrap())),
                Query::any_code("elsewhere", None),
            ],
        );
        assert_eq!(answers.evidence, Evidence::Dwarf, "{arguments:?}");
        let (linked, rest) = answers.answers.split_at(6);
        for (index, answer) in linked.iter().enumerate() {
            assert!(matches!(answer, Answer::Present(_)), "{index} {arguments:?}");
            let found = present(answer);
            assert!(found.symbol.starts_with("library") || found.symbol.starts_with('<'), "{found:?}");
            assert_eq!(found.evidence, Evidence::Dwarf);
            assert!(found.file.as_ref().unwrap().ends_with("/library-1.2.3/src/lib.rs"), "{found:?}");
        }
        assert!(present(&linked[1]).is_inlined);
        let other = Answer::Unknown(Reason::OtherPath);
        assert_eq!(rest[..4], [Answer::Absent, Answer::Absent, other.clone(), other], "{arguments:?}");
        present(&rest[4]);
        // What is not in the list may be used by anything.
        let unlisted = match arguments.contains(&"-Clto=fat") {
            true => Answer::Unknown(Reason::NoDependencyDebugInfo),
            false => Answer::Absent,
        };
        assert_eq!(rest[5..], [unlisted.clone(), unlisted], "{arguments:?}");
    }
}

#[test]
fn what_the_linker_drops_is_not_there() {
    // One codegen unit: the function is in an object file that is linked, and dropped by `--gc-sections`.
    let built = Built::new();
    let library = built.library("1.2.3", &["-Cdebuginfo=1", "-Ccodegen-units=1"]);
    // The linker that the compiler comes with, and GNU ld, which write other addresses.
    for linker in ["-Cdebuginfo=1", "-Clink-arg=-fuse-ld=bfd"] {
        let program = built.program(PROGRAM, &library, &["-Cdebuginfo=1", linker]);
        let answers = ask(&program, &[query("library::called"), query("library::avoided")]);
        present(&answers.answers[0]);
        assert_eq!(answers.answers[1], Answer::Absent, "{linker}");
    }
}

#[test]
fn without_debug_information_there_is_no_absence() {
    let built = Built::new();
    let library = built.library("1.2.3", &["-Cdebuginfo=1"]);
    let plain = built.library("1.2.4", &["-Cdebuginfo=0"]);
    let lines = built.library("1.2.5", &["-Cdebuginfo=line-tables-only"]);
    let queries = [query("library::called"), query("library::avoided")];
    for (library, arguments, reason) in [
        (&library, &["-Cstrip=symbols"][..], Reason::Stripped),
        (&plain, &["-Cstrip=debuginfo"], Reason::OnlySymbols),
        (&plain, &["-Cdebuginfo=0"], Reason::OnlySymbols),
        (&plain, &["-Cdebuginfo=1"], Reason::SomeWithoutDebugInfo),
        (&lines, &["-Cdebuginfo=1"], Reason::SomeWithoutDebugInfo),
        (&lines, &["-Cdebuginfo=line-tables-only"], Reason::OnlySymbols),
        (&lines, &["-Cdebuginfo=1", "-Clto=fat"], Reason::SomeWithoutDebugInfo),
        (&library, &["-Cdebuginfo=2", "-Csplit-debuginfo=unpacked"], Reason::SplitDebugInfo),
        (&library, &["-Cdebuginfo=2", "-Csplit-debuginfo=packed"], Reason::SplitDebugInfo),
    ] {
        let program = built.program(PROGRAM, library, arguments);
        let found = ask(&program, &queries);
        assert_eq!(found.answers[1], Answer::Unknown(reason), "{arguments:?}");
        if reason == Reason::Stripped {
            assert_eq!(found.answers[0], Answer::Unknown(reason), "{arguments:?}");
            assert_eq!(found.evidence, Evidence::None);
        } else {
            present(&found.answers[0]);
            assert_eq!(found.evidence, Evidence::Symbols);
        }
    }
}

#[test]
fn two_versions_of_a_crate_are_told_apart() {
    let built = Built::new();
    let old = built.library("1.2.3", &["-Cdebuginfo=1"]);
    let new = built.library("2.0.0", &["-Cdebuginfo=1"]);
    let dependency = format!("--extern=newer={}", new.display());
    let program = built.program(
        r#"fn main() {
            println!("{}", library::called(&std::env::args().next().unwrap()));
            println!("{}", newer::avoided(&std::env::args().next().unwrap()));
        }"#,
        &old,
        &["-Cdebuginfo=1", &dependency],
    );
    let of = |version: &str, path| {
        Query::function("library", Some(version.parse().unwrap()), FunctionPath::parse(path).unwrap())
    };
    let answers = ask(
        &program,
        &[
            of("1.2.3", "library::called"),
            of("1.2.3", "library::avoided"),
            of("2.0.0", "library::called"),
            of("2.0.0", "library::avoided"),
        ],
    )
    .answers;
    assert!(present(&answers[0]).file.as_ref().unwrap().contains("library-1.2.3"));
    assert_eq!(answers[1], Answer::Absent);
    assert_eq!(answers[2], Answer::Absent);
    assert!(present(&answers[3]).file.as_ref().unwrap().contains("library-2.0.0"));
}

#[test]
fn equal_functions_that_are_merged_are_all_there() {
    let built = Built::new();
    let source = built.write(
        "registry/src/index.crates.io-1949cf8c6b5b557f/library-1.2.3/src/lib.rs",
        r#"#[inline(never)]
        pub fn one(text: &str) -> usize { std::hint::black_box(text).len() + 3 }
        #[inline(never)]
        pub fn other(text: &str) -> usize { std::hint::black_box(text).len() + 3 }"#,
    );
    let library = built.folder.path().join("liblibrary.rlib");
    rustc(&source, &library, &["--crate-type=rlib", "--crate-name=library", "-Cdebuginfo=1"]);
    let text = r#"fn main() {
        let text = std::env::args().next().unwrap();
        println!("{} {}", library::one(&text), library::other(&text));
    }"#;
    let program = built.program(text, &library, &["-Cdebuginfo=1"]);
    for answer in ask(&program, &[query("library::one"), query("library::other")]).answers {
        present(&answer);
    }
}

#[test]
fn a_file_of_debug_information_answers_for_its_program() {
    let built = Built::new();
    let program = built.program(PROGRAM, &built.library("1.2.3", &["-Cdebuginfo=1"]), &["-Cdebuginfo=1"]);
    let debug = built.folder.path().join("program.debug");
    let done = Command::new("objcopy").arg("--only-keep-debug").args([&program, &debug]).status();
    if !done.is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no objcopy");
        return;
    }
    let answers = ask(&debug, &[query("library::called"), query("library::avoided")]).answers;
    present(&answers[0]);
    assert_eq!(answers[1], Answer::Absent);
}

#[test]
fn damaged_files_are_answers_or_errors() {
    let built = Built::new();
    let source = built.write(
        "lib.rs",
        r#"#![no_std]
        #[panic_handler]
        fn panic(_: &core::panic::PanicInfo<'_>) -> ! { loop {} }
        #[inline(never)]
        fn inner(number: u32) -> u32 { core::hint::black_box(number) / 3 }
        #[inline(always)]
        fn inlined(number: u32) -> u32 { inner(number) + 1 }
        #[unsafe(no_mangle)]
        pub extern "C" fn outer(number: u32) -> u32 { inlined(number) + inner(7) }"#,
    );
    let library = built.folder.path().join("small.so");
    let arguments = [
        "--crate-type=cdylib",
        "--edition=2024",
        "-Cpanic=abort",
        "-Cdebuginfo=2",
        "-Clink-arg=-nostartfiles",
    ];
    rustc(&source, &library, &arguments);
    let sound = fs::read(&library).unwrap();
    let path = FunctionPath::parse("lib::inner").unwrap();
    let queries = [Query::function("lib", None, path), Query::any_code("core", None)];
    let look = |bytes: &[u8]| {
        let Ok(found) = binaries(&bytes) else { return };
        for binary in &found {
            let _ = auditable_inspect::facts(&bytes, binary);
            let _ = auditable_inspect::recover(&bytes, binary);
            let _ = search(&bytes, binary, &queries);
        }
    };
    let answers = ask(&library, &queries).answers;
    assert_eq!(present(&answers[0]).symbol, "lib::inner");

    // Compressed, it is damaged as a whole, and the symbols are still there.
    let compressed = built.folder.path().join("compressed.so");
    let zlib = "-Clink-arg=-Wl,--compress-debug-sections=zlib";
    rustc(&source, &compressed, &[&arguments[..], &[zlib]].concat());
    let mut bytes = fs::read(&compressed).unwrap();
    let elf = goblin::elf::Elf::parse(&bytes).unwrap();
    let is_info =
        |header: &&goblin::elf::SectionHeader| elf.shdr_strtab.get_at(header.sh_name) == Some(".debug_info");
    let info = elf.section_headers.iter().find(is_info).unwrap().file_range().unwrap();
    // After the header of 24 bytes and that of the zlib stream.
    bytes[info.start + 26..info.end].fill(0xff);
    let found = search(&bytes.as_slice(), &binaries(&bytes.as_slice()).unwrap()[0], &queries).unwrap();
    assert_eq!(found.answers[1], Answer::Unknown(Reason::DamagedDebugInfo));
    assert_eq!(present(&found.answers[0]).evidence, Evidence::Symbols);

    (0..64).for_each(|part| look(&sound[..sound.len() * part / 64]));
    // A simple generator: the same damage each time.
    let mut state = 1u64;
    let mut random = |limit: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % limit
    };
    for _ in 0..400 {
        let mut damaged = sound.clone();
        for _ in 0..random(8) + 1 {
            let place = random(damaged.len());
            damaged[place] = [0, 1, 0x7f, 0x80, 0xff, random(256) as u8][random(6)];
        }
        look(&damaged);
    }
}
