use crate::support::Project;

/// Targets that a stock rustc links with the linker that it comes with, without a library of their own.
#[test]
fn formats_other_than_the_hosts() {
    for (target, file) in [
        ("x86_64-unknown-uefi", "app.efi"),
        ("wasm32-unknown-unknown", "app.wasm"),
        ("wasm64-unknown-unknown", "app.wasm"),
        ("thumbv7em-none-eabi", "app"),
        ("riscv64gc-unknown-none-elf", "app"),
    ] {
        let project = without_core();
        builds(&project, &["--target", target]);
        project.lists(&format!("target/{target}/debug/{file}"), &["app", "dep"]);
    }
}

#[test]
fn a_c_library_of_web_assembly() {
    let project = without_core().file("app/src/lib.rs", &format!("{NO_CORE}{ANSWER}"));
    let manifest = std::fs::read_to_string(project.path("app/Cargo.toml")).expect("it was written");
    project.write("app/Cargo.toml", &format!("{manifest}\n[lib]\nname = 'other'\ncrate-type = ['cdylib']\n"));
    builds(&project, &["--target", "wasm32-unknown-unknown"]);
    for file in ["app.wasm", "other.wasm"] {
        project.lists(&format!("target/wasm32-unknown-unknown/debug/{file}"), &["app", "dep"]);
    }
}

/// What it is like is told by its JSON alone.
#[test]
fn a_custom_target() {
    let project = without_core();
    let output = std::process::Command::new(project.toolchain().rustc())
        .args(["-Zunstable-options", "--print=target-spec-json", "--target=x86_64-unknown-none"])
        .env("RUSTC_BOOTSTRAP", "1")
        .output()
        .expect("rustc runs");
    let mut specification: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("rustc prints JSON");
    if let Some(fields) = specification.as_object_mut() {
        fields.remove("is-builtin");
    }
    project.write("targets/mine.json", &specification.to_string());
    let mut arguments = vec!["--target", "../targets/mine.json"];
    if project.toolchain().minor_version() >= 95 {
        arguments.push("-Zjson-target-spec");
    }
    let run = project
        .auditable(["build"])
        .args(arguments)
        .in_folder(project.path("app"))
        .env("RUSTC_BOOTSTRAP", "1");
    run.succeeds().without_warnings_of_ours();
    project.lists("target/mine/debug/app", &["app", "dep"]);
}

#[track_caller]
fn builds(project: &Project, arguments: &[&str]) {
    let run = project.auditable(["build"]).args(arguments).env("RUSTC_BOOTSTRAP", "1");
    run.succeeds().without_warnings_of_ours();
}

/// A program and a library that need no core library, which would have to be there for each target.
fn without_core() -> Project {
    Project::new()
        .workspace(&["app"], "[profile.dev]\npanic = 'abort'\noverflow-checks = false")
        .bin("app", "1.0.0", "[dependencies]\ndep.path = '../dep'\n")
        .file("app/src/main.rs", &format!("#![no_main]\n{NO_CORE}{ANSWER}"))
        .lib("dep", "1.2.3", "")
        .file("dep/src/lib.rs", CORE)
}

const NO_CORE: &str = "#![feature(no_core)]\n#![no_core]\n";

/// The entry points that linkers of the targets look for.
const ANSWER: &str = "#[no_mangle] pub extern \"C\" fn _start() -> u32 { dep::answer() }\n\
                      #[no_mangle] pub extern \"C\" fn efi_main() -> u32 { dep::answer() }\n";

/// The least that the language asks for.
const CORE: &str = "#![feature(no_core, lang_items, auto_traits, rustc_attrs)]\n#![no_core]\n\
    #![allow(internal_features)]\n\
    #[lang = \"pointee_sized\"] pub trait PointeeSized {}\n\
    #[lang = \"meta_sized\"] pub trait MetaSized: PointeeSized {}\n\
    #[lang = \"sized\"] pub trait Sized: MetaSized {}\n\
    #[lang = \"copy\"] pub trait Copy: Sized {}\n\
    #[lang = \"freeze\"] pub unsafe auto trait Freeze {}\n\
    impl Copy for u32 {}\n\
    pub fn answer() -> u32 { 42 }\n";
