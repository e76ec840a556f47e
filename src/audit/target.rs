//! What a binary can run on, by its container and its machine.

use auditable_audit::Target;
use auditable_inspect::{Architecture, Container};

/// All systems that have a container, and the architecture if it is a known one.
pub(crate) fn of_binary(container: Container, architecture: Architecture) -> Target {
    let description = format!("{container} for {architecture}");
    let systems = match container {
        Container::Elf => ELF,
        Container::Pe | Container::Coff => PE,
        Container::MachO => MACH_O,
        Container::Wasm => WASM,
        _ => &[],
    };
    let architecture = target_arch(architecture);
    Target::new(description, systems, architecture.as_slice())
}

/// As of a binary, by the words that our own SBOMs have for it.
pub(crate) fn of_words(container: Option<&str>, architecture: Option<&str>) -> Target {
    let systems = match container {
        Some("ELF") => ELF,
        Some("PE" | "COFF") => PE,
        Some("Mach-O") => MACH_O,
        Some("wasm") => WASM,
        _ => &[],
    };
    let words: Vec<&str> = container.into_iter().chain(architecture).collect();
    Target::new(words.join(" for "), systems, &[])
}

/// The word of `target_arch`, where the machine in a header decides it.
fn target_arch(architecture: Architecture) -> Option<&'static str> {
    Some(match architecture {
        Architecture::Aarch64 | Architecture::Aarch64Be | Architecture::Arm6432 => "aarch64",
        Architecture::Arm64Ec => "arm64ec",
        Architecture::Arm | Architecture::Armeb => "arm",
        Architecture::I686 => "x86",
        Architecture::LoongArch64 => "loongarch64",
        Architecture::Mips | Architecture::Mipsel => "mips",
        Architecture::Mips64 | Architecture::Mips64el => "mips64",
        Architecture::PowerPc => "powerpc",
        Architecture::PowerPc64 | Architecture::PowerPc64Le => "powerpc64",
        Architecture::RiscV32 => "riscv32",
        Architecture::RiscV64 => "riscv64",
        Architecture::S390x => "s390x",
        Architecture::Wasm32 => "wasm32",
        Architecture::Wasm64 => "wasm64",
        Architecture::X86_64 => "x86_64",
        _ => return None,
    })
}

/// What `rustc --print target-list` has with these containers, 1.95.
const ELF: &[&str] = &[
    "aix",
    "android",
    "cuda",
    "cygwin",
    "dragonfly",
    "emscripten",
    "espidf",
    "freebsd",
    "fuchsia",
    "haiku",
    "helenos",
    "hermit",
    "horizon",
    "hurd",
    "illumos",
    "l4re",
    "linux",
    "lynxos178",
    "managarm",
    "motor",
    "netbsd",
    "none",
    "nto",
    "nuttx",
    "openbsd",
    "psp",
    "psx",
    "qurt",
    "redox",
    "rtems",
    "solaris",
    "solid_asp3",
    "teeos",
    "trusty",
    "unknown",
    "vexos",
    "vita",
    "vxworks",
    "xous",
    "zkvm",
];
const PE: &[&str] = &["windows", "uefi", "cygwin"];
const MACH_O: &[&str] = &["macos", "ios", "tvos", "watchos", "visionos"];
const WASM: &[&str] = &["wasi", "emscripten", "unknown", "none", "linux"];

#[cfg(test)]
mod tests {
    use super::*;
    use auditable_audit::{Affected, Collection, Ranges};

    #[test]
    fn a_container_rules_out_the_systems_that_have_another() {
        let rules_out = |container, system: &str| {
            let mut affected = Affected::new(Collection::Crates, "one", Ranges::everything());
            affected.systems.push(system.to_owned());
            of_binary(container, Architecture::X86_64).rules_out(&affected).is_some()
        };
        for (container, system) in [
            (Container::Elf, "linux"),
            (Container::Elf, "freebsd"),
            (Container::Pe, "windows"),
            (Container::MachO, "ios"),
            (Container::Wasm, "wasi"),
        ] {
            assert!(!rules_out(container, system), "{system}");
        }
        for (container, system) in [
            (Container::Elf, "windows"),
            (Container::Elf, "macos"),
            (Container::Pe, "linux"),
            (Container::MachO, "windows"),
            (Container::Wasm, "windows"),
        ] {
            assert!(rules_out(container, system), "{system}");
        }
    }

    #[test]
    fn our_own_words_are_understood() {
        let mut affected = Affected::new(Collection::Crates, "one", Ranges::everything());
        affected.systems.push("windows".to_owned());
        assert_eq!(
            of_words(Some("ELF"), Some("x86_64")).rules_out(&affected).as_deref(),
            Some("only windows is affected, and the binary is ELF for x86_64")
        );
        assert!(of_words(Some("a.out"), None).rules_out(&affected).is_none());
        assert!(of_words(None, None).rules_out(&affected).is_none());
    }
}
