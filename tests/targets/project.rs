//! A program and a C library without a standard library, and what stands in for the libraries that a target's links
//! name: none of their functions is called, so empty archives will do.

use crate::support::Project;
use crate::targets::Target;
use std::process::Command;

/// The cargo whose rustc knows the traits of [`CORE`].
pub(crate) const LEAST_CARGO: u32 = 90;

/// The project, with its stand-ins.
pub(crate) fn without_core() -> Project {
    let project = Project::new()
        .workspace(&["app"], "[profile.dev]\npanic = 'abort'\noverflow-checks = false\ndebug = false\n[profile.release]\npanic = 'abort'\n")
        .bin("app", "1.0.0", "[lib]\nname = 'library'\ncrate-type = ['cdylib']\n[dependencies]\ndep.path = '../dep'\n")
        .file("app/src/main.rs", &format!("#![no_main]\n{NO_CORE}{PROGRAM}"))
        .file("app/src/lib.rs", &format!("{NO_CORE}{LIBRARY}"))
        .lib("dep", "1.2.3", "")
        .file("dep/src/lib.rs", &core())
        .file("start.rs", &format!("{HEAD}{TRAITS}"));
    for name in ["libSystem", "libc", "libm", "libobjc"] {
        project.write(&format!("stubs/apple/{name}.tbd"), &text_based_library());
    }
    for name in ARCHIVES {
        project.write(&format!("stubs/lib/{name}"), "!<arch>\n");
    }
    project
}

/// Makes the stand-ins for start-up objects that rustc names in a target's links. They have no code.
pub(crate) fn write_start_objects(project: &Project, target: &Target) {
    let names: &[&str] = match target.text("os") {
        "windows" if target.text("env") == "gnu" => &["crt2.o", "dllcrt2.o", "rsbegin.o", "rsend.o"],
        "wasi" => &["crt1-command.o", "crt1-reactor.o"],
        _ => return,
    };
    for name in names {
        let status = Command::new(project.toolchain().rustc())
            .args(["--edition=2021", "--crate-type=lib", "--emit=obj", "-Cpanic=abort", "--cap-lints=allow"])
            .args(["--target", &target.triple, "-o"])
            .args([project.path("stubs/lib").join(name), project.path("start.rs")])
            .env("RUSTC_BOOTSTRAP", "1")
            .status();
        assert!(status.is_ok_and(|status| status.success()), "{name}");
    }
}

/// How rustc is made to link for the target with the linker that it comes with.
pub(crate) fn rustflags(project: &Project, target: &Target) -> Vec<String> {
    let mut flags = vec![format!("-Lnative={}", project.path("stubs/lib").display())];
    let mut add = |flag: &str| flags.push(flag.to_owned());
    let flavor = target.text("linker-flavor");
    if flavor.starts_with("darwin") {
        add("-Clinker=rust-lld");
        add("-Clinker-flavor=ld64.lld");
        add(&format!("-Lnative={}", project.path("stubs/apple").display()));
    } else if flavor.starts_with("msvc") {
        add("-Clinker=rust-lld");
        add("-Clinker-flavor=lld-link");
    } else if target.text("linker") != "rust-lld" && !flavor.starts_with("wasm") {
        add("-Clinker=rust-lld");
        add("-Clinker-flavor=ld.lld");
    }
    // Where rustc would bring libraries and start-up objects along with the standard library.
    if target.given_text("crt-objects-fallback").is_some_and(|word| word != "false") {
        add("-Clink-self-contained=no");
    }
    flags
}

/// The linker of [`rustflags`], by the name that it goes by for the format.
pub(crate) fn linker(target: &Target) -> &'static str {
    let flavor = target.text("linker-flavor");
    if flavor.starts_with("darwin") {
        "ld64.lld"
    } else if flavor.starts_with("msvc") {
        "lld-link"
    } else if target.text("linker") == "wasm-component-ld" {
        "wasm-component-ld"
    } else if flavor.starts_with("wasm") {
        "wasm-ld"
    } else {
        "ld.lld"
    }
}

/// Apple's description of a library, for all systems that rustc knows.
pub(crate) fn text_based_library() -> String {
    let targets = "x86_64-macos, x86_64h-macos, i386-macos, arm64-macos, arm64e-macos, x86_64-maccatalyst, arm64-maccatalyst, \
                   arm64-ios, arm64e-ios, armv7s-ios, i386-ios-simulator, x86_64-ios-simulator, arm64-ios-simulator, \
                   arm64-tvos, arm64e-tvos, x86_64-tvos-simulator, arm64-tvos-simulator, arm64-watchos, \
                   arm64_32-watchos, armv7k-watchos, x86_64-watchos-simulator, arm64-watchos-simulator, \
                   arm64-xros, arm64-xros-simulator";
    format!(
        "--- !tapi-tbd\ntbd-version: 4\ntargets: [ {targets} ]\ninstall-name: '/usr/lib/libSystem.B.dylib'\n\
         current-version: 1\nexports:\n  - targets: [ {targets} ]\n    symbols: [ dyld_stub_binder ]\n...\n"
    )
}

/// A crate of the least that the language asks for, and a function.
pub(crate) fn core() -> String {
    format!("{HEAD}{TRAITS}#[no_mangle] pub extern \"C\" fn answer() -> u32 {{ 42 }}\n")
}

const HEAD: &str =
    "#![feature(no_core, lang_items, auto_traits)]\n#![no_core]\n#![allow(internal_features)]\n";

const TRAITS: &str = "\
    #[lang = \"pointee_sized\"] pub trait PointeeSized {}\n\
    #[lang = \"meta_sized\"] pub trait MetaSized: PointeeSized {}\n\
    #[lang = \"sized\"] pub trait Sized: MetaSized {}\n\
    #[lang = \"copy\"] pub trait Copy: Sized {}\n\
    #[lang = \"freeze\"] pub unsafe auto trait Freeze {}\n\
    impl Copy for u32 {}\n";

const NO_CORE: &str = "#![feature(no_core)]\n#![no_core]\n";

/// The entry points that the linkers of all targets look for.
const PROGRAM: &str = "\
    #[no_mangle] pub extern \"C\" fn _start() -> u32 { dep::answer() }\n\
    #[cfg(not(any(all(windows, target_env = \"gnu\"), target_os = \"uefi\")))] #[no_mangle]\n\
    pub extern \"C\" fn main() -> u32 { dep::answer() }\n\
    #[no_mangle] pub extern \"C\" fn mainCRTStartup() -> u32 { dep::answer() }\n\
    #[no_mangle] pub extern \"C\" fn efi_main() -> u32 { dep::answer() }\n";

/// A function, and the entry points of Windows.
const LIBRARY: &str = "\
    #[no_mangle] pub extern \"C\" fn library() -> u32 { dep::answer() }\n\
    #[cfg(all(windows, not(target_arch = \"x86\")))] #[no_mangle] pub extern \"C\" fn _DllMainCRTStartup() -> u32 { 1 }\n\
    #[cfg(all(windows, target_arch = \"x86\"))] #[export_name = \"_DllMainCRTStartup\"]\n\
    pub extern \"stdcall\" fn dll_main(_: u32, _: u32, _: u32) -> u32 { 1 }\n\
    #[cfg(windows)] #[no_mangle] pub extern \"C\" fn DllMainCRTStartup() -> u32 { 1 }\n";

const ARCHIVES: &[&str] = &[
    "libc.a",
    "libm.a",
    "libutil.a",
    "librt.a",
    "libpthread.a",
    "libdl.a",
    "libgcc.a",
    "libgcc_eh.a",
    "libgcc_s.a",
    "libunwind.a",
    "libadvapi32.a",
    "libkernel32.a",
    "libuser32.a",
    "libntdll.a",
    "libmingw32.a",
    "libmingwex.a",
    "libmsvcrt.a",
    "softintrin.lib",
];
