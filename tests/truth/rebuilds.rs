//! Builds on top of earlier builds.

use crate::support::{Format, Project};
use std::thread;
use std::time::Duration;

/// As cargo sees it: some file systems keep times of 10 ms.
fn let_time_pass() {
    thread::sleep(Duration::from_millis(20));
}

fn layered() -> Project {
    Project::new()
        .workspace(&["app"], "")
        .bin("app", "1.0.0", "[dependencies]\ntop.path = '../top'\nderive.path = '../derive'\n[features]\nfull = ['top/full']")
        .build_script("app")
        .lib("top", "1.0.0", "[dependencies]\nbase.path = '../base'\nboth.path = '../both'\nmore = { path = '../more', optional = true }\n[features]\nfull = ['more', 'base/rich']")
        .lib("base", "1.0.0", "[dependencies]\nrich = { path = '../rich', optional = true }\n[build-dependencies]\ncc = { path = '../cc' }")
        .file("base/build.rs", "fn main() { println!(\"cargo:rerun-if-changed=stamp\"); }\n")
        .lib("both", "1.0.0", "[lib]\ncrate-type = ['rlib', 'cdylib']\n[dependencies]\nbase.path = '../base'")
        .proc_macro("derive", "1.0.0", "[dependencies]\nbase.path = '../base'")
        .lib("more", "1.0.0", "")
        .lib("rich", "1.0.0", "")
        .lib("cc", "1.0.0", "")
}

/// A sequence that is the same each time (xorshift).
struct Choices(u64);

impl Choices {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("the bound was a usize")
    }
}

#[test]
fn edits_in_any_order_with_other_features_in_between() {
    const FILES: [&str; 8] = [
        "app/src/main.rs",
        "app/build.rs",
        "top/src/lib.rs",
        "base/src/lib.rs",
        "base/build.rs",
        "both/src/lib.rs",
        "derive/src/lib.rs",
        "cc/src/lib.rs",
    ];
    const BUILDS: [&[&str]; 4] = [
        &["build"],
        &["build", "--features", "full"],
        &["build", "--release"],
        &["build", "-p", "both", "-p", "app"],
    ];
    let project = layered();
    for seed in [1, 2] {
        let mut choices = Choices(0x9e37_79b9_7f4a_7c15 ^ seed);
        for step in 0..10 {
            for _ in 0..choices.below(3) {
                let file = FILES[choices.below(FILES.len())];
                let is_program = file.ends_with("main.rs") || file.ends_with("build.rs");
                let main = if is_program { "fn main() {}" } else { "" };
                project.write(file, &format!("// {seed} {step}\n{main}\n"));
            }
            let_time_pass();
            let build = BUILDS[choices.below(BUILDS.len())];
            project.auditable(build).succeeds().without_warnings_of_ours();
            project.check(Format::RECORDS);
        }
    }
}

#[test]
fn a_dependency_comes_and_goes() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin("app", "1.0.0", "[dependencies]\ndep.path = '../dep'")
        .lib("dep", "1.0.0", "")
        .lib("new", "1.0.0", "");
    project.auditable(["build"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), ["app", "dep"]);
    let_time_pass();
    let manifest = |more: &str| crate::support::project::package("dep", "1.0.1", more);
    project.write("dep/Cargo.toml", &manifest("[dependencies]\nnew.path = '../new'"));
    project.auditable(["build"]).succeeds();
    let checked = project.check(Format::RECORDS);
    assert_eq!(checked.full_names("app"), ["app 1.0.0 local", "dep 1.0.1 local", "new 1.0.0 local"]);
    let_time_pass();
    project.write("dep/Cargo.toml", &manifest(""));
    project.auditable(["build"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), ["app", "dep"]);
}

#[test]
fn a_build_script_that_says_something_else_each_time() {
    let script = |word: &str| {
        format!(
            "fn main() {{ println!(\"cargo:rustc-env=WORD={word}\"); println!(\"cargo:rerun-if-changed=../stamp\"); }}\n"
        )
    };
    let project = Project::new()
        .workspace(&["app"], "")
        .bin("app", "1.0.0", "[dependencies]\ndep.path = '../dep'")
        .lib("dep", "1.0.0", "[build-dependencies]\ncc.path = '../cc'")
        .file(
            "dep/build.rs",
            "fn main() { let word = std::fs::read_to_string(\"../stamp\").unwrap(); \
             println!(\"cargo:rustc-env=WORD={word}\"); println!(\"cargo:rerun-if-changed=../stamp\"); }\n",
        )
        .file("dep/src/lib.rs", "pub const WORD: &str = env!(\"WORD\");\n")
        .file("stamp", "one")
        .lib("cc", "1.0.0", "");
    for word in ["one", "two", "one", "three"] {
        let_time_pass();
        project.write("stamp", word);
        project.auditable(["build"]).succeeds();
        assert_eq!(project.check(Format::RECORDS).packages("app"), ["app", "cc (build)", "dep"]);
    }
    project.write("dep/build.rs", &script("four"));
    project.auditable(["build"]).succeeds();
    project.check(Format::RECORDS);
}

#[test]
fn a_library_without_a_hash_in_its_name_under_several_features() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin("app", "1.0.0", "[dependencies]\nboth.path = '../both'\n[features]\nmore = ['both/more']")
        .lib(
            "both",
            "1.0.0",
            "[lib]\ncrate-type = ['rlib', 'cdylib']\n[dependencies]\nmore = { path = '../more', optional = true }",
        )
        .lib("more", "1.0.0", "");
    for features in ["", "more", "", "more"] {
        let_time_pass();
        project.write("app/src/main.rs", &format!("fn main() {{}} // after {features}\n"));
        project.auditable(["build", "--features", features]).succeeds();
        project.check(Format::RECORDS);
    }
}
