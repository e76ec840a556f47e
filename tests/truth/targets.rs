//! Host and target.

use crate::support::{Format, Project};

/// A dependency for every target, for the host's system only, and for no system that there is, each of the program and
/// of its build script.
fn platforms() -> Project {
    Project::new()
        .workspace(&["app"], "")
        .bin(
            "app",
            "1.0.0",
            "[dependencies]\nshared.path = '../shared'\nderive.path = '../derive'\n\
             [build-dependencies]\nshared.path = '../shared'\n\
             [target.'cfg(any(unix, windows))'.dependencies]\nhere.path = '../here'\n\
             [target.'cfg(target_os = \"nowhere\")'.dependencies]\nnowhere.path = '../nowhere'\n\
             [target.'cfg(any(unix, windows))'.build-dependencies]\nhelper.path = '../helper'\n\
             [target.'cfg(target_os = \"nowhere\")'.build-dependencies]\nnowhere.path = '../nowhere'",
        )
        .build_script("app")
        .proc_macro("derive", "1.0.0", "[dependencies]\nshared = { path = '../shared', features = ['more'] }")
        .lib("shared", "1.0.0", "[dependencies]\nmore = { path = '../more', optional = true }")
        .lib("more", "1.0.0", "")
        .lib("here", "1.0.0", "")
        .lib("helper", "1.0.0", "")
        .lib("nowhere", "1.0.0", "")
}

const PACKAGES: [&str; 6] = ["app", "derive (build)", "helper (build)", "here", "more (build)", "shared"];

#[test]
fn for_the_host() {
    let project = platforms();
    project.auditable(["build", "-p", "app"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), PACKAGES);
}

#[test]
fn for_the_host_by_name_which_keeps_both_apart() {
    let project = platforms();
    let host = project.toolchain().host();
    project.auditable(["build", "-p", "app", "--target", &host]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), PACKAGES);
    // And once more without the name, beside it.
    project.auditable(["build", "-p", "app"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), PACKAGES);
}

/// Without the standard library, which is not installed for it, and without a linker of its own: rustc brings lld.
#[test]
fn for_another_target() {
    const CORE: &str = "#![no_core]\n#![feature(no_core, lang_items)]\n#![allow(internal_features)]\n\
        #[lang = \"pointee_sized\"] pub trait PointeeSized {}\n\
        #[lang = \"meta_sized\"] pub trait MetaSized: PointeeSized {}\n\
        #[lang = \"sized\"] pub trait Sized: MetaSized {}\n";
    const EMPTY: &str = "#![feature(no_core)]\n#![no_core]\n";
    let project = Project::new()
        .workspace(&["app"], "[profile.dev]\npanic = 'abort'\n")
        .bin(
            "app",
            "1.0.0",
            "[dependencies]\ncore = { path = '../mini', package = 'mini' }\nderive.path = '../derive'\n\
             [target.'cfg(target_arch = \"arm\")'.dependencies]\nfor-arm.path = '../for-arm'\n\
             [target.'cfg(not(target_arch = \"arm\"))'.dependencies]\nfor-others.path = '../for-others'\n\
             [build-dependencies]\nfor-others.path = '../for-others'\n\
             [target.'cfg(target_arch = \"arm\")'.build-dependencies]\nnowhere.path = '../nowhere'",
        )
        .build_script("app")
        .lib("mini", "1.0.0", "")
        .lib("for-arm", "1.0.0", "[dependencies]\nmini.path = '../mini'")
        .lib("for-others", "1.0.0", "")
        .lib("nowhere", "1.0.0", "")
        .proc_macro("derive", "1.0.0", "")
        .file("mini/src/lib.rs", CORE)
        .file("for-arm/src/lib.rs", &format!("{EMPTY}extern crate mini;\n"))
        .file("app/src/main.rs", &format!("{EMPTY}#![no_main]\nextern crate core;\n"));
    if !project.toolchain().is_at_least(90) {
        return;
    }
    project
        .auditable(["build", "-p", "app", "--target", "thumbv7m-none-eabi"])
        .env("RUSTC_BOOTSTRAP", "1")
        .succeeds()
        .without_warnings_of_ours();
    assert_eq!(
        project.check(Format::RECORDS).packages("app"),
        ["app", "derive (build)", "for-arm", "for-others (build)", "mini"]
    );
}
