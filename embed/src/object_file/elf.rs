//! ELF. Linkers refuse to mix objects whose header flags disagree, so these follow what LLVM writes into the other
//! objects of the target.

use super::{add_section, endianness, unsupported, written};
use crate::report::Problem;
use crate::target::Target;
use object::write::Object;
use object::{Architecture, BinaryFormat, FileFlags, SectionFlags, SectionKind, elf};

pub(super) fn object_file(target: &Target, payload: &[u8]) -> Result<Vec<u8>, Problem> {
    let architecture = architecture(target).ok_or_else(|| unsupported(target))?;
    let mut object = Object::new(BinaryFormat::Elf, architecture, endianness(target));
    object.flags = FileFlags::Elf { os_abi: os_abi(target), abi_version: 0, e_flags: header_flags(target) };
    let section = add_section(&mut object, b"", SectionKind::Other, payload);
    // Not allocated: it costs nothing at run time, and GNU strip keeps it.
    object.section_mut(section).flags = NOT_ALLOCATED;
    add_stack_note(&mut object);
    if let Some((property, features)) = protections(architecture) {
        object.add_elf_gnu_property_u32(property, features);
    }
    written(&object, target)
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
        ("sparc", _) => Architecture::Sparc32Plus,
        ("sparc64", _) => Architecture::Sparc64,
        ("loongarch32", _) => Architecture::LoongArch32,
        ("loongarch64", _) => Architecture::LoongArch64,
        ("hexagon", _) => Architecture::Hexagon,
        ("bpf", _) => Architecture::Bpf,
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
        "solaris" | "illumos" => elf::ELFOSABI_SOLARIS,
        _ => elf::ELFOSABI_NONE,
    }
}

/// `e_flags`, from the processor supplements of the ELF specification and LLVM's use of them.
fn header_flags(target: &Target) -> elf::FileFlags {
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
        // 1 for the first version of the ABI, with function descriptors; 2 for the second.
        "powerpc64" => match target.llvm_abi.as_str() {
            "elfv1" => elf::FileFlags(1),
            "elfv2" => elf::FileFlags(2),
            _ => elf::FileFlags(0),
        },
        "sparc" => elf::EF_SPARC_32PLUS,
        "avr" => avr_flags(&target.cpu),
        "csky" if target.abi == "abiv2" || target.abi == "abiv2hf" => elf::EF_CSKY_ABIV2,
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
    let mut flags = architecture | elf::EF_MIPS_CPIC;
    match target.llvm_abi.as_str() {
        "n32" => flags |= elf::EF_MIPS_ABI2 | elf::EF_MIPS_PIC,
        "n64" => flags |= elf::EF_MIPS_PIC,
        "o32" => flags |= elf::EF_MIPS_ABI_O32,
        _ if target.pointer_width == 64 => flags |= elf::EF_MIPS_PIC,
        _ => flags |= elf::EF_MIPS_ABI_O32,
    }
    if target.arch.ends_with("r6") {
        flags |= elf::EF_MIPS_NAN2008;
    }
    flags
}

/// The family of the microcontroller, from the names of those that rustc is used for; the linker checks no more.
fn avr_flags(cpu: &str) -> elf::FileFlags {
    match cpu {
        "atmega328p" | "atmega328" | "atmega32u4" | "atmega168" | "avr5" => elf::EF_AVR_ARCH_AVR5,
        "atmega1280" | "atmega1284p" | "avr51" => elf::EF_AVR_ARCH_AVR51,
        "atmega2560" | "avr6" => elf::EF_AVR_ARCH_AVR6,
        "attiny85" | "attiny84" | "avr25" => elf::EF_AVR_ARCH_AVR25,
        _ => elf::FileFlags(0),
    }
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
