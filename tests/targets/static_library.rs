//! Static libraries: the list is in a member of the archive, and what links the archive does not change by it.

use crate::support::Project;
use auditable_inspect::archive::{VisitLimits, Visited, visit};
use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;

#[test]
fn a_static_library_has_the_list_as_a_member() {
    let project = with_static_library("'staticlib'");
    let library = built(&project);
    let members = output(Command::new("ar").arg("t").arg(&library));
    assert_eq!(members.lines().filter(|line| *line == "dep-v0.o").count(), 1, "{members}");
    assert_eq!(lists(&library), [["dep", "app"]]);
    // It takes cargo for what it left: nothing is built again, and nothing is added again.
    let bytes = std::fs::read(&library).expect("it was built");
    let again = project.auditable(["build", "--lib"]).env("CARGO_AUDITABLE", "strict").succeeds();
    assert!(!again.stderr.contains("Compiling"), "{again}");
    assert!(std::fs::read(&library).expect("it was built") == bytes, "it has changed");
}

#[test]
fn a_dynamic_library_and_a_static_one_of_a_crate() {
    let project = with_static_library("'staticlib', 'cdylib', 'rlib'");
    let library = built(&project);
    assert_eq!(lists(&library), [["dep", "app"]]);
    crate::variants::assert_lists(&project.path("target/debug/liblibrary.so"), "beside a static library");
    // After a build without lists as well.
    project.cargo(["clean"]).succeeds();
    project.cargo(["build", "--lib"]).succeeds();
    assert_eq!(lists(&library), [["dep", "app"]; 0]);
    assert_eq!(lists(&built(&project)), [["dep", "app"]]);
}

#[test]
fn a_c_program_is_linked_with_it_as_without() {
    let project = with_static_library("'staticlib'").file(
        "main.c",
        "unsigned library(void);\nint printf(const char *, ...);\nint main(void) { printf(\"%u\\n\", library()); }\n",
    );
    let library = built(&project);
    let program = project.path("program");
    for flags in [["-Wl,--gc-sections", ""], ["-Wl,--whole-archive", "-Wl,--no-whole-archive"]] {
        let mut cc = Command::new("cc");
        cc.arg(project.path("main.c")).args(flags.first()).arg(&library).arg("-o").arg(&program);
        cc.args(flags.last().filter(|flag| !flag.is_empty())).args(["-lpthread", "-ldl", "-lm"]);
        output(&mut cc);
        assert_eq!(output(&mut Command::new(&program)), "42\n");
        let found = auditable_inspect::read_file(&program).expect("it is a binary");
        assert_eq!(found, None, "{flags:?}");
    }
}

/// Its own list, and not that of the library, even though it asks the linker for the symbol of both.
#[test]
fn a_rust_program_that_links_it_has_its_own_list() {
    let library = with_static_library("'staticlib'");
    let folder = built(&library).parent().expect("it is in a folder").display().to_string();
    let project = Project::new()
        .workspace(&["user"], "")
        .bin("user", "2.0.0", "")
        .file(
            "user/build.rs",
            &format!(
                "fn main() {{ println!(\"cargo::rustc-link-search=native={folder}\\n\\
                 cargo::rustc-link-lib=static=library\"); }}\n"
            ),
        )
        .file(
            "user/src/main.rs",
            "extern \"C\" { fn library() -> u32; }\nfn main() { println!(\"{}\", unsafe { library() }); }\n",
        );
    // Two copies of the standard library, as any program has that links a static library of Rust.
    let flags = "-Clink-arg=-Wl,--allow-multiple-definition";
    project
        .auditable(["build"])
        .env("CARGO_AUDITABLE", "strict")
        .env("RUSTFLAGS", flags)
        .succeeds()
        .without_warnings_of_ours();
    let program = project.path("target/debug/user");
    let found = crate::readers::read(&program).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(found.names, ["user"]);
    assert_eq!(output(&mut Command::new(&program)), "42\n");
}

/// The project of the other tests, whose library is of these types.
fn with_static_library(crate_types: &str) -> Project {
    let project = crate::variants::with_std();
    let manifest = std::fs::read_to_string(project.path("app/Cargo.toml")).expect("it was written");
    project.write("app/Cargo.toml", &manifest.replace("'cdylib'", crate_types));
    project
}

fn built(project: &Project) -> std::path::PathBuf {
    project
        .auditable(["build", "--lib"])
        .env("CARGO_AUDITABLE", "strict")
        .succeeds()
        .without_warnings_of_ours();
    project.path("target/debug/liblibrary.a")
}

/// The names in each list of an archive.
fn lists(archive: &Path) -> Vec<Vec<String>> {
    let file = File::open(archive).expect("it was built");
    let mut lists = Vec::new();
    visit(&file, &VisitLimits::default(), &mut |visited| {
        if let Visited::Artifact(artifact) = visited {
            for binary in auditable_inspect::binaries(artifact.source).unwrap_or_default() {
                for list in binary.lists.expect("the object is sound") {
                    let graph = list.graph().expect("the list is sound");
                    lists.push(graph.packages().iter().map(|package| package.name.clone()).collect());
                }
            }
        }
        ControlFlow::Continue(())
    })
    .expect("it is an archive");
    lists
}

#[track_caller]
fn output(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
