//! The arguments that bring the object into the link and keep its section.

use crate::rustc_args::RustcArgs;
use crate::target::{Container, Target};
use auditable_graph::section;
use std::ffi::OsString;
use std::path::Path;

/// Arguments for rustc that add the object file to the link.
///
/// The object itself is named on the command line, so every linker takes it in; but those that collect unused
/// sections drop it again unless its symbol is asked for.
pub(crate) fn arguments(args: &RustcArgs, target: &Target, object: &Path) -> Vec<OsString> {
    let mut link_arg = OsString::from("-Clink-arg=");
    link_arg.push(object);
    let mut arguments = vec![link_arg];
    let keep = match target.container {
        // Custom sections are not collected.
        Container::Wasm | Container::Xcoff => None,
        container => Some(keep_symbol(container, target, style(args, target))),
    };
    arguments.extend(keep.map(|flags| format!("-Clink-args={flags}").into()));
    arguments
}

fn keep_symbol(container: Container, target: &Target, style: Style) -> String {
    // In these object formats C's names get an underscore in front.
    let has_underscore =
        container == Container::MachO || (container == Container::Coff && target.arch == "x86");
    let symbol = format!("{}{}", if has_underscore { "_" } else { "" }, section::SYMBOL);
    match style {
        Style::Msvc => format!("/INCLUDE:{symbol}"),
        // All Unix linkers have had it since the first: take the symbol for one that is used.
        Style::Compiler => format!("-Wl,-u,{symbol}"),
        Style::Bare => format!("-u {symbol}"),
    }
}

/// How a linker is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// Through a C compiler: its linker's arguments stand behind `-Wl,`.
    Compiler,
    /// A Unix linker itself.
    Bare,
    /// Microsoft's `link.exe` or one that understands its arguments.
    Msvc,
}

/// Rustc's own order: what the call says, then what the linker's name says, then the target's specification.
fn style(args: &RustcArgs, target: &Target) -> Style {
    args.linker_flavor
        .as_deref()
        .and_then(of_flavor)
        .or_else(|| args.linker.as_deref().and_then(|linker| of_linker_name(linker, target)))
        .or_else(|| of_flavor(&target.linker_flavor))
        .unwrap_or(Style::Compiler)
}

/// `-C linker-flavor`, in its stable names and in those of target specifications: every flavor that goes through a
/// C compiler says `cc` or `gcc`.
fn of_flavor(flavor: &str) -> Option<Style> {
    match flavor {
        "em" => Some(Style::Compiler),
        "msvc" | "msvc-lld" | "lld-link" => Some(Style::Msvc),
        "gcc" => Some(Style::Compiler),
        flavor if flavor.split('-').any(|part| part == "cc") => Some(Style::Compiler),
        "ld" | "ld.lld" | "ld64.lld" | "wasm-ld" | "gnu" | "gnu-lld" | "darwin" | "darwin-lld"
        | "wasm-lld" | "unix" => Some(Style::Bare),
        _ => None,
    }
}

/// As rustc infers the flavor (`infer_linker_hints` in `rustc_codegen_ssa`): by the file's stem, without a
/// target's prefix or a version's suffix.
fn of_linker_name(linker: &str, target: &Target) -> Option<Style> {
    let name = linker.rsplit(['/', '\\']).next().unwrap_or(linker);
    let stem = name.strip_suffix(".exe").unwrap_or(name);
    let stem = match stem.rsplit_once('-') {
        Some((stem, version)) if version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => stem,
        _ => stem,
    };
    let is = |tool: &str| stem == tool || stem.strip_suffix(tool).is_some_and(|prefix| prefix.ends_with('-'));
    if is("lld-link") || stem == "link" {
        Some(Style::Msvc)
    } else if is("gcc") || is("g++") || is("cc") || is("c++") || is("clang") || is("clang++") {
        Some(Style::Compiler)
    } else if is("rust-lld") || is("lld") {
        // One program for all formats, which rustc tells the target's.
        Some(if of_flavor(&target.linker_flavor) == Some(Style::Msvc) { Style::Msvc } else { Style::Bare })
    } else if ["ld", "ld.lld", "ld64.lld", "wasm-ld", "ld.bfd", "ld.gold", "ld.mold", "mold", "wild"]
        .into_iter()
        .any(is)
    {
        Some(Style::Bare)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(linker_flavor: &str) -> Target {
        Target {
            container: Container::Elf,
            arch: "x86_64".into(),
            os: "linux".into(),
            abi: String::new(),
            is_big_endian: false,
            pointer_width: 64,
            features: Vec::new(),
            relocation_model: String::new(),
            llvm_abi: String::new(),
            llvm_target: String::new(),
            cpu: String::new(),
            linker_flavor: linker_flavor.into(),
            exe_suffix: String::new(),
            dll_prefix: "lib".into(),
            dll_suffix: ".so".into(),
        }
    }

    #[test]
    fn linkers_by_name() {
        for (name, style) in [
            ("cc", Style::Compiler),
            ("/usr/bin/x86_64-linux-gnu-gcc-12", Style::Compiler),
            ("aarch64-linux-android21-clang", Style::Compiler),
            ("ld.lld-17", Style::Bare),
            ("rust-lld", Style::Bare),
            (r"C:\rust\rust-lld.exe", Style::Bare),
            ("arm-none-eabi-ld", Style::Bare),
            ("mold", Style::Bare),
            (r"C:\VC\bin\link.exe", Style::Msvc),
            ("lld-link", Style::Msvc),
        ] {
            assert_eq!(of_linker_name(name, &target("gnu-cc")), Some(style), "{name}");
        }
        assert_eq!(of_linker_name("flip-link", &target("gnu-cc")), None);
        assert_eq!(of_linker_name("rust-lld", &target("msvc")), Some(Style::Msvc));
    }

    #[test]
    fn flavors_of_the_command_line_and_of_specifications() {
        assert_eq!(of_flavor("gnu-lld-cc"), Some(Style::Compiler));
        assert_eq!(of_flavor("darwin-cc"), Some(Style::Compiler));
        assert_eq!(of_flavor("gnu-lld"), Some(Style::Bare));
        assert_eq!(of_flavor("msvc-lld"), Some(Style::Msvc));
        assert_eq!(of_flavor("bpf"), None);
    }
}
