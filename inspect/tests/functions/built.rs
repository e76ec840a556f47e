//! Programs to search.

use auditable_inspect::{Answer, Found, FunctionPath, Query, Search, binaries, search};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A library like one of crates.io.
pub(crate) const LIBRARY: &str = r#"
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

pub(crate) const PROGRAM: &str = r#"
    pub(crate) fn main() {
        let arguments: Vec<String> = std::env::args().collect();
        let mut list = library::list::List(arguments);
        list.double();
        let length = library::called(&list[0]) + library::inlined(&list[1]);
        println!("{}", library::with_closure()(length));
    }
"#;

/// A folder with programs.
pub(crate) struct Built {
    pub(crate) folder: tempfile::TempDir,
}

impl Built {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Compiles a library of this version, where cargo would.
    pub(crate) fn library(&self, version: &str, arguments: &[&str]) -> PathBuf {
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
    pub(crate) fn program(&self, text: &str, library: &Path, arguments: &[&str]) -> PathBuf {
        self.listed(&list(&[("library", &[])]), text, library, arguments)
    }

    /// Compiles a program with that library and this list.
    pub(crate) fn listed(&self, list: &str, text: &str, library: &Path, arguments: &[&str]) -> PathBuf {
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
    pub(crate) fn crate_of(&self, name: &str, text: &str, arguments: &[&str]) -> PathBuf {
        let package = format!("registry/src/index.crates.io-1949cf8c6b5b557f/{name}-1.2.3/src");
        let source = self.write(&format!("{package}/lib.rs"), text);
        let output = self.folder.path().join(format!("lib{name}.rlib"));
        let name = format!("--crate-name={name}");
        rustc(&source, &output, &[&["--crate-type=rlib", "--edition=2024", &name], arguments].concat());
        output
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }
}

/// A list of packages of version 1.2.3, by their names and what they use, and of a program that uses all of them.
pub(crate) fn list(packages: &[(&str, &[usize])]) -> String {
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

pub(crate) fn rustc(source: &Path, output: &Path, arguments: &[&str]) {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let done =
        Command::new(rustc).arg(source).arg("-O").arg("-o").arg(output).args(arguments).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

pub(crate) fn query(path: &str) -> Query {
    Query::function("library", Some("1.2.3".parse().unwrap()), FunctionPath::parse(path).unwrap())
}

pub(crate) fn ask(program: &Path, queries: &[Query]) -> Search {
    let file = File::open(program).unwrap();
    search(&file, &binaries(&file).unwrap()[0], queries).unwrap()
}

pub(crate) fn present(answer: &Answer) -> &Found {
    let Answer::Present(found) = answer else { panic!("{answer:?}") };
    found
}
