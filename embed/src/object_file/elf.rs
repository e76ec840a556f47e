//! ELF. Linkers refuse to mix objects whose header flags disagree, so these follow what LLVM writes into the other
//! objects of the target.
//!
//! # Flags of the section
//!
//! Where a system loads the program, the section is `SHF_ALLOC`, as it is loaded in PE and Mach-O anyway, and
//! `SHF_GNU_RETAIN`. Whether it is still there, measured on x86_64 Linux with a program and a C library (Rust 1.95,
//! GNU binutils 2.40, lld 15 and 22, mold 1.10, wild 0.10, elfutils 0.188; `-u` asks the linker for the symbol):
//!
//! | | no flags | retained | allocated | both |
//! |---|---|---|---|---|
//! | bfd, with `-u` (without) | yes (no) | yes (yes) | yes (no) | yes (yes) |
//! | gold, lld, mold, with `-u` (without) | yes (yes) | yes (yes) | yes (no) | yes (yes) |
//! | wild, which ignores `-u` | no | yes | no | yes |
//! | then GNU `strip -s` | yes | yes | yes | yes |
//! | then `llvm-strip`, 14 and 15 | no | no | yes | yes |
//! | then `eu-strip`, which packages of RPM go through | no | no | yes | yes |
//! | then `patchelf --set-rpath` | yes | yes | yes | yes |
//!
//! So only both together survive everything. That costs nothing that could be measured: the file's size changes by
//! less than 100 bytes, memory in use and page faults not at all, since nobody touches the pages. One thing is lost:
//! the file of debug information that `objcopy --only-keep-debug` splits off has no copy of the list any more.
//!
//! The header says no extension of GNU's, which `SHF_GNU_RETAIN` is. Some versions of bfd would pass that on to the
//! output; all other linkers go by the flag alone, and bfd goes by `-u`.
//!
//! Elsewhere the section has no flags: a firmware's linker script gives each loaded byte its place, and the list
//! would take room in the chip's memory, or stand where the header should be.

use super::{Place, add_section, endianness, unsupported, written};
use crate::report::Problem;
use crate::target::Target;
use object::write::Object;
use object::{Architecture, BinaryFormat, FileFlags, SectionFlags, SectionKind, elf};

pub(super) fn object_file(target: &Target, payload: &[u8], place: Place) -> Result<Vec<u8>, Problem> {
    let architecture = architecture(target).ok_or_else(|| unsupported(target))?;
    let mut object = Object::new(BinaryFormat::Elf, architecture, endianness(target));
    object.flags = FileFlags::Elf {
        os_abi: os_abi(target),
        abi_version: 0,
        e_flags: header_flags(target, architecture),
    };
    let section = add_section(&mut object, b"", SectionKind::Other, payload, place);
    object.section_mut(section).flags = match place {
        Place::Link => section_flags(target),
        Place::StaticLibrary => section_flags_in_library(target),
    };
    add_stack_note(&mut object);
    if let Some((property, features)) = protections(architecture) {
        object.add_elf_gnu_property_u32(property, features);
    }
    written(&object, target)
}

/// Why these, see the module's page.
fn section_flags(target: &Target) -> SectionFlags {
    match target.os.as_str() {
        // Whose own linkers have other uses for the flags that are left to systems.
        "solaris" | "illumos" => ALLOCATED,
        "linux" | "android" | "freebsd" | "netbsd" | "openbsd" | "dragonfly" | "fuchsia" | "haiku"
        | "hurd" | "redox" => RETAINED,
        _ => NOT_ALLOCATED,
    }
}

/// An empty section that says that nothing here needs an executable stack, which GNU ld assumes of an object
/// without it.
fn add_stack_note(object: &mut Object<'_>) {
    let note = object.add_section(Vec::new(), b".note.GNU-stack".to_vec(), SectionKind::Other);
    object.section_mut(note).flags = NOT_ALLOCATED;
}

fn architecture(target: &Target) -> Option<Architecture> {
    Some(match (target.arch.as_str(), target.pointer_width) {
        ("x86", _) => Architecture::I386,
        ("x86_64", 32) => Architecture::X86_64_X32,
        ("x86_64", _) => Architecture::X86_64,
        ("arm", _) => Architecture::Arm,
        ("aarch64", 32) => Architecture::Aarch64_Ilp32,
        ("aarch64", _) => Architecture::Aarch64,
        ("riscv32", _) => Architecture::Riscv32,
        ("riscv64", _) => Architecture::Riscv64,
        ("mips" | "mips32r6", _) => Architecture::Mips,
        // The n32 convention has 64-bit registers in a 32-bit file.
        ("mips64" | "mips64r6", 32) => Architecture::Mips64_N32,
        ("mips64" | "mips64r6", _) => Architecture::Mips64,
        ("powerpc", _) => Architecture::PowerPc,
        ("powerpc64", _) => Architecture::PowerPc64,
        ("s390x", _) => Architecture::S390x,
        // The 64-bit registers of V9 in a 32-bit program, or the V8 and V7 that all have.
        ("sparc", _) if target.features.iter().any(|name| name == "v8plus") || target.cpu == "v9" => {
            Architecture::Sparc32Plus
        }
        ("sparc", _) => Architecture::Sparc,
        ("sparc64", _) => Architecture::Sparc64,
        ("loongarch32", _) => Architecture::LoongArch32,
        ("loongarch64", _) => Architecture::LoongArch64,
        ("hexagon", _) => Architecture::Hexagon,
        ("avr", _) => Architecture::Avr,
        ("msp430", _) => Architecture::Msp430,
        ("m68k", _) => Architecture::M68k,
        ("csky", _) => Architecture::Csky,
        ("xtensa", _) => Architecture::Xtensa,
        _ => return None,
    })
}

fn os_abi(target: &Target) -> elf::OsAbi {
    match target.os.as_str() {
        "freebsd" => elf::ELFOSABI_FREEBSD,
        "hermit" => elf::ELFOSABI_STANDALONE,
        "openbsd" => elf::ELFOSABI_OPENBSD,
        "solaris" | "illumos" => elf::ELFOSABI_SOLARIS,
        _ if target.arch == "msp430" => elf::ELFOSABI_STANDALONE,
        _ => elf::ELFOSABI_NONE,
    }
}

/// `e_flags`, from the processor supplements of the ELF specification and LLVM's use of them.
fn header_flags(target: &Target, architecture: Architecture) -> elf::FileFlags {
    let has = |feature: &str| target.features.iter().any(|name| name == feature);
    match target.arch.as_str() {
        "arm" => elf::EF_ARM_EABI_VER5,
        "mips" | "mips32r6" | "mips64" | "mips64r6" => mips_flags(target),
        "riscv32" | "riscv64" => {
            let mut flags = match target.llvm_abi.as_str() {
                "ilp32f" | "lp64f" => elf::EF_RISCV_FLOAT_ABI_SINGLE,
                "ilp32d" | "lp64d" => elf::EF_RISCV_FLOAT_ABI_DOUBLE,
                "ilp32e" | "lp64e" => elf::EF_RISCV_RVE,
                _ => elf::EF_RISCV_FLOAT_ABI_SOFT,
            };
            if has("c") || has("zca") {
                flags |= elf::EF_RISCV_RVC;
            }
            flags
        }
        "loongarch32" | "loongarch64" => {
            elf::EF_LARCH_OBJABI_V1
                | match target.llvm_abi.as_str() {
                    "ilp32s" | "lp64s" => elf::EF_LARCH_ABI_SOFT_FLOAT,
                    "ilp32f" | "lp64f" => elf::EF_LARCH_ABI_SINGLE_FLOAT,
                    _ => elf::EF_LARCH_ABI_DOUBLE_FLOAT,
                }
        }
        // The version of the ABI. The first, with function descriptors, goes without saying.
        "powerpc64" if target.llvm_abi == "elfv2" => elf::FileFlags(2),
        "sparc" if architecture == Architecture::Sparc32Plus => elf::EF_SPARC_32PLUS,
        "avr" => avr_flags(&has),
        "csky" => csky_flags(target),
        "hexagon" => hexagon_flags(&target.cpu),
        _ => elf::FileFlags(0),
    }
}

fn mips_flags(target: &Target) -> elf::FileFlags {
    let architecture = match target.cpu.as_str() {
        "mips1" => elf::EF_MIPS_ARCH_1,
        "mips2" => elf::EF_MIPS_ARCH_2,
        "mips3" => elf::EF_MIPS_ARCH_3,
        "mips32" => elf::EF_MIPS_ARCH_32,
        "mips32r6" => elf::EF_MIPS_ARCH_32R6,
        "mips64" => elf::EF_MIPS_ARCH_64,
        "mips64r2" => elf::EF_MIPS_ARCH_64R2,
        "mips64r6" => elf::EF_MIPS_ARCH_64R6,
        _ if target.arch == "mips64" => elf::EF_MIPS_ARCH_64R2,
        _ => elf::EF_MIPS_ARCH_32R2,
    };
    let mut flags = architecture;
    // Linkers complain of a mixture of objects with and without the Unix way to call functions.
    if !target.features.iter().any(|name| name == "noabicalls") {
        flags |= elf::EF_MIPS_CPIC;
        if target.relocation_model != "static" {
            flags |= elf::EF_MIPS_PIC;
        }
    }
    match target.llvm_abi.as_str() {
        "n32" => flags |= elf::EF_MIPS_ABI2,
        "n64" => {}
        _ if target.pointer_width == 64 => {}
        _ => flags |= elf::EF_MIPS_ABI_O32,
    }
    if target.arch.ends_with("r6") {
        flags |= elf::EF_MIPS_NAN2008;
    }
    flags
}

/// The family of the microcontroller, told by the instructions that set it apart: there are hundreds of names.
fn avr_flags(has: &dyn Fn(&str) -> bool) -> elf::FileFlags {
    let has_large_programs = has("elpm");
    let family = if has("tinyencoding") {
        elf::EF_AVR_ARCH_AVRTINY
    } else if has("lowbytefirst") {
        match (has("eijmpcall"), has_large_programs, has("spm")) {
            (true, ..) => elf::EF_AVR_ARCH_XMEGA6,
            (_, true, _) => elf::EF_AVR_ARCH_XMEGA4,
            (_, _, true) => elf::EF_AVR_ARCH_XMEGA2,
            _ => elf::EF_AVR_ARCH_XMEGA3,
        }
    } else if has("eijmpcall") {
        elf::EF_AVR_ARCH_AVR6
    } else {
        match (has("mul"), has("jmpcall"), has("lpmx")) {
            (true, true, _) if has_large_programs => elf::EF_AVR_ARCH_AVR51,
            (true, true, _) => elf::EF_AVR_ARCH_AVR5,
            (true, false, _) => elf::EF_AVR_ARCH_AVR4,
            (false, true, _) if has_large_programs => elf::EF_AVR_ARCH_AVR31,
            (false, true, true) => elf::EF_AVR_ARCH_AVR35,
            (false, true, false) => elf::EF_AVR_ARCH_AVR3,
            (false, false, true) => elf::EF_AVR_ARCH_AVR25,
            (false, false, false) if has("addsubiw") => elf::EF_AVR_ARCH_AVR2,
            (false, false, false) => elf::EF_AVR_ARCH_AVR1,
        }
    };
    family | AVR_RELAXABLE
}

fn csky_flags(target: &Target) -> elf::FileFlags {
    let mut flags = elf::EF_CSKY_ABIV2 | CSKY_V1;
    flags |= if target.cpu.starts_with("ck860") { CSKY_CK860 } else { CSKY_CK810 };
    if target.abi == "abiv2hf" {
        flags |= CSKY_FLOAT;
    }
    flags
}

/// In a static library the list is for those who read the archive. Where a program takes in all members, it would come
/// before the program's own list, which readers would then not see: so linkers are told to leave it out.
fn section_flags_in_library(target: &Target) -> SectionFlags {
    match target.arch.as_str() {
        // Where the bit says that the section consists of strings.
        "mips" | "mips32r6" | "mips64" | "mips64r6" => NOT_ALLOCATED,
        _ => EXCLUDED,
    }
}

/// The version of the instruction set. Since the sixth its digits are the flag's, as in `hexagonv60`; processors with a
/// smaller core have a bit of their own.
fn hexagon_flags(cpu: &str) -> elf::FileFlags {
    let version = cpu.strip_prefix("hexagonv").unwrap_or("60");
    let (digits, tiny_core) = match version.strip_suffix('t') {
        Some(digits) => (digits, HEXAGON_TINY_CORE),
        None => (version, 0),
    };
    let flag = match digits {
        "5" => 4,
        "55" => 5,
        digits => u32::from_str_radix(digits, 16).unwrap_or(0x60),
    };
    elf::FileFlags(flag | tiny_core)
}

/// Control-flow protections that hold for an object without code. A linker turns a protection off for the whole
/// program if one object does not claim it.
fn protections(architecture: Architecture) -> Option<(elf::GnuPropertyType, u32)> {
    match architecture {
        Architecture::X86_64 | Architecture::X86_64_X32 | Architecture::I386 => Some((
            elf::GNU_PROPERTY_X86_FEATURE_1_AND,
            elf::GNU_PROPERTY_X86_FEATURE_1_IBT | elf::GNU_PROPERTY_X86_FEATURE_1_SHSTK,
        )),
        Architecture::Aarch64 => Some((
            elf::GNU_PROPERTY_AARCH64_FEATURE_1_AND,
            elf::GNU_PROPERTY_AARCH64_FEATURE_1_BTI | elf::GNU_PROPERTY_AARCH64_FEATURE_1_PAC,
        )),
        _ => None,
    }
}

/// Flags of a section that is not loaded.
const NOT_ALLOCATED: SectionFlags =
    SectionFlags::Elf { sh_type: elf::SHT_PROGBITS, sh_flags: elf::SectionFlags(0) };

/// Flags of a section that is loaded, to be read only.
const ALLOCATED: SectionFlags = SectionFlags::Elf { sh_type: elf::SHT_PROGBITS, sh_flags: elf::SHF_ALLOC };

/// The same, which linkers keep even if nothing refers to it.
const RETAINED: SectionFlags = SectionFlags::Elf {
    sh_type: elf::SHT_PROGBITS,
    sh_flags: elf::SectionFlags(elf::SHF_ALLOC.0 | elf::SHF_GNU_RETAIN.0),
};

/// Flags of a section that does not get from an object into what is linked: bfd, gold, lld and mold go by
/// it.
const EXCLUDED: SectionFlags = SectionFlags::Elf { sh_type: elf::SHT_PROGBITS, sh_flags: elf::SHF_EXCLUDE };

/// Of AVR: nothing here stands in the way of making jumps shorter (`EF_AVR_LINKRELAX_PREPARED`).
const AVR_RELAXABLE: elf::FileFlags = elf::FileFlags(0x80);

/// Of C-SKY, from LLVM's `ELF.h`: the first version of the flags, two lines of processors, and floating point.
const CSKY_V1: elf::FileFlags = elf::FileFlags(0x0100_0000);
const CSKY_CK810: elf::FileFlags = elf::FileFlags(0x8);
const CSKY_CK860: elf::FileFlags = elf::FileFlags(0xb);
const CSKY_FLOAT: elf::FileFlags = elf::FileFlags(0x2000);

/// Of Hexagon: a processor with a smaller core.
const HEXAGON_TINY_CORE: u32 = 0x8000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rustc_args::RustcArgs;
    use std::ffi::OsStr;

    /// What rustc 1.95 writes for each; it compiles for this target only if the processor is named.
    #[test]
    fn families_of_microcontrollers() {
        for (cpu, flags) in [
            ("at90s2313", 0x82),
            ("attiny10", 0xe4),
            ("attiny817", 0xe7),
            ("attiny85", 0x99),
            ("atmega328p", 0x85),
            ("atmega2560", 0x86),
            ("atxmega128a3", 0xea),
        ] {
            let args = RustcArgs {
                target: Some("avr-none".to_owned()),
                target_arguments: vec![format!("-Ctarget-cpu={cpu}")],
                ..RustcArgs::default()
            };
            // Before 1.87 the target has another name, and its processor is no argument.
            let Ok(target) = Target::of(OsStr::new("rustc"), &args) else { return };
            assert_eq!(target.cpu, cpu);
            assert_eq!(header_flags(&target, Architecture::Avr), elf::FileFlags(flags), "{cpu}");
        }
    }

    #[test]
    fn versions_of_hexagon() {
        for (cpu, flags) in [("hexagonv5", 0x4), ("hexagonv60", 0x60), ("hexagonv71t", 0x8071), ("", 0x60)] {
            assert_eq!(hexagon_flags(cpu), elf::FileFlags(flags), "{cpu}");
        }
    }
}
