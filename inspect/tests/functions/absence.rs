//! That something is absent is said only if it would have been found.

use crate::built::{Built, LIBRARY, PROGRAM, ask, list, present, query, rustc};
use auditable_inspect::{Answer, Evidence, FunctionPath, Query, Reason};

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
