//! Functions in programs that the compiler at hand makes, of which it is known what they call.
//!
//! `tests/functions/run.py` does the same with crates of advisories.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "an error here is a failed test")]

use auditable_inspect::{Answer, Evidence, Found, FunctionPath, Query, Reason, Search, binaries, search};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A library like one of crates.io.
const LIBRARY: &str = r#"
    #[inline(never)]
    pub fn called(text: &str) -> usize { std::hint::black_box(text).len() }
    #[inline(never)]
    pub fn avoided(text: &str) -> usize { std::hint::black_box(text).len() + 1 }
    #[inline(always)]
    pub fn inlined(text: &str) -> usize { std::hint::black_box(text).len() + 2 }
    pub mod list {
        pub struct List<T>(pub Vec<T>);
        impl<T: Clone> List<T> {
            pub fn double(&mut self) { let copy = self.0.clone(); self.0.extend(copy); }
            pub fn triple(&mut self) { self.double(); let copy = self.0.clone(); self.0.extend(copy); }
        }
        impl<T> std::ops::Index<usize> for List<T> {
            type Output = T;
            fn index(&self, index: usize) -> &T { std::hint::black_box(&self.0).get(index).unwrap() }
        }
    }
    pub fn with_closure() -> Box<dyn Fn(usize) -> usize> { Box::new(|number| std::hint::black_box(number) + 1) }
"#;

const PROGRAM: &str = r#"
    fn main() {
        let arguments: Vec<String> = std::env::args().collect();
        let mut list = library::list::List(arguments);
        list.double();
        let length = library::called(&list[0]) + library::inlined(&list[1]);
        println!("{}", library::with_closure()(length));
    }
"#;

/// A folder with programs.
struct Built {
    folder: tempfile::TempDir,
}

impl Built {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Compiles a library of this version, where cargo would.
    fn library(&self, version: &str, arguments: &[&str]) -> PathBuf {
        let package = format!("registry/src/index.crates.io-1949cf8c6b5b557f/library-{version}/src");
        let source = self.write(&format!("{package}/lib.rs"), LIBRARY);
        let output = self.folder.path().join(format!("liblibrary-{version}.rlib"));
        let metadata = format!("-Cmetadata={version}");
        rustc(
            &source,
            &output,
            &[&["--crate-type=rlib", "--crate-name=library", &metadata], arguments].concat(),
        );
        output
    }

    /// Compiles a program with that library, and with a list of the two.
    fn program(&self, text: &str, library: &Path, arguments: &[&str]) -> PathBuf {
        self.listed(&list(&[("library", &[])]), text, library, arguments)
    }

    /// Compiles a program with that library and this list.
    fn listed(&self, list: &str, text: &str, library: &Path, arguments: &[&str]) -> PathBuf {
        let list = miniz_oxide::deflate::compress_to_vec_zlib(list.as_bytes(), 6);
        let kept = format!(
            r#"#[used] #[unsafe(link_section = ".dep-v0")] static LIST: [u8; {}] = {list:?};"#,
            list.len()
        );
        let source = self.write("main.rs", &format!("{text}\n{kept}"));
        let output = self.folder.path().join("program");
        let dependency = format!("--extern=library={}", library.display());
        let is_program = !arguments.iter().any(|argument| argument.starts_with("--crate-type"));
        let kind: &[&str] = if is_program { &["--crate-type=bin"] } else { &[] };
        rustc(&source, &output, &[kind, &["--edition=2024", &dependency], arguments].concat());
        output
    }

    /// Compiles a library with this text.
    fn crate_of(&self, name: &str, text: &str, arguments: &[&str]) -> PathBuf {
        let package = format!("registry/src/index.crates.io-1949cf8c6b5b557f/{name}-1.2.3/src");
        let source = self.write(&format!("{package}/lib.rs"), text);
        let output = self.folder.path().join(format!("lib{name}.rlib"));
        let name = format!("--crate-name={name}");
        rustc(&source, &output, &[&["--crate-type=rlib", "--edition=2024", &name], arguments].concat());
        output
    }

    fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }
}

/// A list of packages of version 1.2.3, by their names and what they use, and of a program that uses all of them.
fn list(packages: &[(&str, &[usize])]) -> String {
    let packages = packages.iter().map(|(name, uses)| {
        format!(r#"{{"name":"{name}","version":"1.2.3","source":"crates.io","dependencies":{uses:?}}},"#)
    });
    let all: Vec<usize> = (0..packages.len()).collect();
    let packages: String = packages.collect();
    format!(
        r#"{{"packages":[{packages}{{"name":"program","version":"0.1.0","source":"local","dependencies":{all:?},
        "root":true}}],"format":9}}"#
    )
}

fn rustc(source: &Path, output: &Path, arguments: &[&str]) {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let done =
        Command::new(rustc).arg(source).arg("-O").arg("-o").arg(output).args(arguments).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn query(path: &str) -> Query {
    Query::function("library", Some("1.2.3".parse().unwrap()), FunctionPath::parse(path).unwrap())
}

fn ask(program: &Path, queries: &[Query]) -> Search {
    let file = File::open(program).unwrap();
    search(&file, &binaries(&file).unwrap()[0], queries).unwrap()
}

fn present(answer: &Answer) -> &Found {
    let Answer::Present(found) = answer else { panic!("{answer:?}") };
    found
}

/// Functions that are inlined into a program leave no trace if they have no debug information.
#[test]
fn after_link_time_optimisation_dependencies_without_debug_information_prove_nothing() {
    let text = r#"fn main() { println!("{}", library::avoided(&std::env::args().next().unwrap())); }"#;
    let open = Answer::Unknown(Reason::NoDependencyDebugInfo);
    let untold = Answer::Unknown(Reason::SomeWithoutDebugInfo);
    for (debug, expected, unlisted) in [("0", &untold, &untold), ("1", &Answer::Absent, &open)] {
        let built = Built::new();
        let library = built.library("1.2.3", &[&format!("-Cdebuginfo={debug}")]);
        for lto in ["-Clto=fat", "-Clto=thin"] {
            let arguments = ["-Cdebuginfo=1", lto, "-Ccodegen-units=1"];
            let program = built.program(text, &library, &arguments);
            assert_eq!(
                ask(&program, &[query("library::called")]).answers,
                std::slice::from_ref(expected),
                "{debug} {lto}"
            );
            // Nothing says which crates use the library.
            let program = built.listed("", text, &library, &arguments);
            assert_eq!(
                ask(&program, &[query("library::called")]).answers,
                std::slice::from_ref(unlisted),
                "{debug} {lto}"
            );
        }
    }
}

/// Where one crate alone has no debug information, other crates prove nothing of it, nor of what it uses.
#[test]
fn one_crate_without_debug_information_hides_what_it_uses() {
    let open = Answer::Unknown(Reason::NoDependencyDebugInfo);
    for (debug, middle_debug, expected) in
        [("1", "1", None), ("1", "0", Some(&open)), ("0", "1", Some(&open))]
    {
        let built = Built::new();
        let debug = format!("-Cdebuginfo={debug}");
        let text = "pub fn called(text: &str) -> usize { std::hint::black_box(text).len() * 3 }
            #[inline(always)] pub fn inlined(text: &str) -> usize { std::hint::black_box(text).len() * 5 }
            #[inline(never)] pub fn other(text: &str) -> usize { std::hint::black_box(text).len() }";
        let library = built.crate_of("library", text, &[&debug]);
        let extern_library = format!("--extern=library={}", library.display());
        let text = "#[inline(never)] pub fn call(text: &str) -> usize { library::called(text) + library::inlined(text) }";
        let middle_debug = format!("-Cdebuginfo={middle_debug}");
        let middle = built.crate_of("middle", text, &[&middle_debug, &extern_library]);
        let extern_middle = format!("--extern=middle={}", middle.display());
        let search_path = format!("-L{}", built.folder.path().display());
        let text = r#"#[inline(always)] fn one(text: &str) -> usize { middle::call(text) + library::other(text) }
            fn main() { println!("{}", one(&std::env::args().next().unwrap())); }"#;
        let list = list(&[("library", &[]), ("middle", &[0])]);
        let lto = ["-Cdebuginfo=1", "-Clto=fat", &extern_middle, &search_path];
        let program = built.listed(&list, text, &library, &lto);
        for answer in ask(&program, &[query("library::called"), query("library::inlined")]).answers {
            // The crate may show by what the optimiser left of it that it has no debug information.
            match expected {
                None => assert!(matches!(answer, Answer::Present(_)), "{answer:?}"),
                Some(_) => assert_ne!(answer, Answer::Absent, "{debug} {middle_debug}"),
            }
        }
        let absent = ask(&program, &[query("library::nowhere")]).answers;
        assert_eq!(absent[0] == Answer::Absent, expected.is_none(), "{absent:?}");
    }
}

/// `rusqlite::Connection::get_aux` of an advisory is a method of `rusqlite::functions::Context`.
#[test]
fn a_function_at_another_path_is_not_said_to_be_absent() {
    let built = Built::new();
    let inner = built.crate_of(
        "inner",
        "#[inline(never)] pub fn reexported(text: &str) -> usize { std::hint::black_box(text).len() + 9 }",
        &["-Cdebuginfo=1"],
    );
    let text = r#"
        pub struct Connection;
        impl Connection { #[inline(never)] pub fn open(&self) -> usize { std::hint::black_box(1) } }
        pub struct Context<T>(pub T);
        pub type Alias = Context<usize>;
        impl<T: Copy + Into<usize>> Context<T> {
            #[inline(never)] pub fn get_aux(&self) -> usize { std::hint::black_box(self.0).into() }
        }
        pub trait Named { #[inline(never)] fn named(&self) -> usize { std::hint::black_box(2) } }
        impl Named for Connection {}
        #[unsafe(no_mangle)] pub extern "C" fn kept(number: usize) -> usize { std::hint::black_box(number) }
        #[unsafe(export_name = "other")] pub extern "C" fn exported(number: usize) -> usize { std::hint::black_box(number) + 7 }
        pub use inner::reexported;
    "#;
    let extern_inner = format!("--extern=inner={}", inner.display());
    let library = built.crate_of("library", text, &["-Cdebuginfo=1", &extern_inner]);
    let text = r#"fn main() {
        use library::Named as _;
        let length = std::env::args().count();
        let sum = library::Connection.open() + library::Alias::get_aux(&library::Context(length))
            + library::Connection.named() + library::kept(length) + library::exported(length)
            + library::reexported(&std::env::args().next().unwrap());
        println!("{sum}");
    }"#;
    let search_path = format!("-L{}", built.folder.path().display());
    let list = list(&[("inner", &[]), ("library", &[0])]);
    for more in ["-Ccodegen-units=16", "-Clto=fat"] {
        let program = built.listed(&list, text, &library, &["-Cdebuginfo=1", &search_path, more]);
        let other = Answer::Unknown(Reason::OtherPath);
        for (path, expected) in [
            ("library::Connection::get_aux", &other),
            ("library::Alias::get_aux", &other),
            ("library::get_aux", &other),
            ("library::Connection::named", &other),
            ("library::c::kept", &other),
            ("library::exported", &other),
            ("library::reexported", &Answer::Unknown(Reason::PerhapsReexported)),
            ("library::Connection::set_aux", &Answer::Absent),
            ("library::Connection::into_raw", &Answer::Unknown(Reason::MayLeaveNoCode)),
        ] {
            let answer = ask(&program, &[query(path)]).answers.remove(0);
            // The newer mangling tells the type that a method of a trait was compiled for.
            let is_told = path.ends_with("named") && matches!(answer, Answer::Present(_));
            assert!(answer == *expected || is_told, "{path} {more} {answer:?}");
        }
    }
}

#[test]
fn an_object_file_tells_nothing() {
    let built = Built::new();
    let library = built.library("1.2.3", &["-Cdebuginfo=1"]);
    let source = built.write("object.rs", PROGRAM);
    let object = built.folder.path().join("program.o");
    let dependency = format!("--extern=library={}", library.display());
    rustc(&source, &object, &["--emit=obj", "-Ccodegen-units=1", "-Cdebuginfo=1", &dependency]);
    let answers = ask(&object, &[query("library::List::double"), query("library::avoided")]);
    assert_eq!(answers.evidence, Evidence::None);
    assert_eq!(
        answers.answers,
        [Answer::Unknown(Reason::NotLinkedYet), Answer::Unknown(Reason::NotLinkedYet)]
    );
}

/// The library `library` of the package `other-name`, whose paths were remapped.
#[test]
fn a_library_of_another_name_than_its_package_is_not_said_to_have_no_code() {
    let list = list(&[("other-name", &[])]);
    let any = Query::any_code("other-name", Some("1.2.3".parse().unwrap()));
    let unknown = Answer::Unknown(Reason::UnknownLibrary);
    for (to, expected) in
        [("/opaque", Some(unknown)), ("other-name-1.2.3", None), ("/x/crates__other-name-1.2.3", None)]
    {
        let built = Built::new();
        let from = built.folder.path().join("registry/src/index.crates.io-1949cf8c6b5b557f/library-1.2.3");
        let remap = format!("--remap-path-prefix={}={to}", from.display());
        let library = built.library("1.2.3", &["-Cdebuginfo=1", &remap]);
        let program = built.listed(&list, PROGRAM, &library, &["-Cdebuginfo=1"]);
        let answer = ask(&program, std::slice::from_ref(&any)).answers.remove(0);
        assert_eq!(expected, (!matches!(answer, Answer::Present(_))).then_some(answer), "{to}");
        let path = FunctionPath::parse("library::called").unwrap();
        let called = Query::function("other-name", Some("1.2.3".parse().unwrap()), path);
        present(&ask(&program, &[called]).answers[0]);
    }
}

#[test]
fn functions_in_a_shared_library_are_not_said_to_be_absent() {
    let built = Built::new();
    let source =
        built.write("registry/src/index.crates.io-1949cf8c6b5b557f/library-1.2.3/src/lib.rs", LIBRARY);
    let library = built.folder.path().join("liblibrary.so");
    let arguments = ["--crate-type=dylib", "--crate-name=library", "-Cprefer-dynamic", "-Cdebuginfo=1"];
    rustc(&source, &library, &arguments);
    let program = built.program(PROGRAM, &library, &["-Cdebuginfo=1", "-Cprefer-dynamic"]);
    let answers = ask(&program, &[query("library::called"), query("library::avoided")]).answers;
    let shared = Answer::Unknown(Reason::SharedLibrary);
    assert_eq!(answers, [shared.clone(), shared]);
}

/// However a program is built: what is called is never absent, and what is avoided never present.
#[test]
fn no_way_to_build_makes_a_wrong_answer() {
    for flags in [
        &["-Clto=thin"][..],
        &["-Clto=thin", "-Ccodegen-units=1"],
        &["-Clto=fat", "-Ccodegen-units=16", "-Cpanic=abort"],
        &["-Copt-level=z"],
        &["-Copt-level=s", "-Ccodegen-units=256"],
        &["-Copt-level=0"],
        &["-Cpanic=abort", "-Ccodegen-units=1"],
        &["-Cembed-bitcode=yes", "-Copt-level=z", "-Clto=fat"],
        &["-Csplit-debuginfo=packed"],
        &["-Csplit-debuginfo=unpacked"],
        &["-Cstrip=debuginfo"],
    ] {
        for debug in ["0", "1"] {
            let built = Built::new();
            // A library is not optimised together with others.
            let own: Vec<&str> = flags.iter().copied().filter(|flag| !flag.starts_with("-Clto")).collect();
            let debug = format!("-Cdebuginfo={debug}");
            let library = built.library("1.2.3", &[&own[..], &[&debug]].concat());
            let program = built.program(PROGRAM, &library, &[flags, &["-Cdebuginfo=1"]].concat());
            let asked = ["called", "inlined", "List::double", "with_closure", "avoided", "List::triple"];
            let queries = asked.map(|name| query(&format!("library::{name}")));
            let answers = ask(&program, &queries).answers;
            let (called, avoided) = answers.split_at(4);
            assert!(!called.contains(&Answer::Absent), "{flags:?} {debug} {called:?}");
            let is_present = |answer: &Answer| matches!(answer, Answer::Present(_));
            assert!(!avoided.iter().any(is_present), "{flags:?} {debug} {avoided:?}");
        }
    }
}

#[test]
fn c_libraries_are_searched_as_programs_are() {
    let built = Built::new();
    let library = built.library("1.2.3", &["-Cdebuginfo=1"]);
    let text = "#[unsafe(no_mangle)] pub extern \"C\" fn outer() -> usize { library::called(\"x\") + library::inlined(\"y\") }";
    for more in ["-Clto=off", "-Clto=fat"] {
        let arguments = ["--crate-type=cdylib", "-Cdebuginfo=1", more];
        let program = built.program(text, &library, &arguments);
        let queries = ["called", "inlined", "avoided"].map(|name| query(&format!("library::{name}")));
        let answers = ask(&program, &queries).answers;
        present(&answers[0]);
        present(&answers[1]);
        assert_eq!(answers[2], Answer::Absent, "{more}");
    }
}

/// The source of such a function lies where the macro is defined.
#[test]
fn a_function_that_a_macro_of_another_crate_made_is_not_said_to_be_absent() {
    let built = Built::new();
    let maker = built.write(
        "registry/src/index.crates.io-1949cf8c6b5b557f/maker-1.0.0/src/lib.rs",
        "#[macro_export] macro_rules! make { ($name:ident) => {
            #[inline(never)] pub fn $name(text: &str) -> usize { std::hint::black_box(text).len() }
        } }",
    );
    let maker_library = built.folder.path().join("libmaker.rlib");
    rustc(&maker, &maker_library, &["--crate-type=rlib", "--crate-name=maker", "-Cdebuginfo=1"]);
    let source = built.write(
        "registry/src/index.crates.io-1949cf8c6b5b557f/library-1.2.3/src/lib.rs",
        "maker::make!(made);",
    );
    let library = built.folder.path().join("liblibrary.rlib");
    let dependency = format!("--extern=maker={}", maker_library.display());
    let arguments = ["--crate-type=rlib", "--crate-name=library", "-Cdebuginfo=1", &dependency];
    rustc(&source, &library, &arguments);
    let search_path = format!("-L{}", built.folder.path().display());
    let text = r#"fn main() { println!("{}", library::made(&std::env::args().next().unwrap())); }"#;
    let program = built.program(text, &library, &["-Cdebuginfo=1", &search_path]);
    let any = Query::any_code("library", Some("1.2.3".parse().unwrap()));
    let elsewhere = Answer::Unknown(Reason::SourceElsewhere);
    assert_eq!(ask(&program, &[query("library::made"), any]).answers, [elsewhere.clone(), elsewhere]);
}

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
fn what_may_be_reexported_or_is_a_type_is_unknown() {
    let built = Built::new();
    let program = built.program(PROGRAM, &built.library("1.2.3", &["-Cdebuginfo=1"]), &["-Cdebuginfo=1"]);
    let of = |package: &str, path| Query::function(package, None, FunctionPath::parse(path).unwrap());
    let answers = ask(
        &program,
        &[
            of("facade", "facade::List::double"),
            of("library", "library::Other"),
            of("library", "library::List"),
        ],
    )
    .answers;
    assert_eq!(answers[0], Answer::Unknown(Reason::PerhapsReexported));
    assert_eq!(answers[1], Answer::Unknown(Reason::NamesType));
    present(&answers[2]);
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
