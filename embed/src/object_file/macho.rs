//! Mach-O, for Apple's systems.

use super::{Place, add_section, endianness, unsupported, written};
use crate::report::Problem;
use crate::target::Target;
use auditable_graph::section;
use object::write::{MachOBuildVersion, Object};
use object::{Architecture, BinaryFormat, SectionKind, macho};

pub(super) fn object_file(target: &Target, payload: &[u8], place: Place) -> Result<Vec<u8>, Problem> {
    let architecture = match (target.arch.as_str(), target.pointer_width) {
        ("x86_64", _) => Architecture::X86_64,
        ("x86", _) => Architecture::I386,
        ("arm", _) => Architecture::Arm,
        ("aarch64", 32) => Architecture::Aarch64_Ilp32,
        ("aarch64", _) => Architecture::Aarch64,
        _ => return Err(unsupported(target)),
    };
    let mut object = Object::new(BinaryFormat::MachO, architecture, endianness(target));
    if let Some(subtype) = cpu_subtype(target) {
        object.set_macho_cpu_subtype(subtype);
    }
    object.set_subsections_via_symbols();
    if let Some(version) = build_version(target) {
        object.set_macho_build_version(version);
    }
    add_section(&mut object, section::MACHO_SEGMENT.as_bytes(), SectionKind::Data, payload, place);
    written(&object, target)
}

/// The processor within its architecture, which only the triple says. `None` for what all of them have.
fn cpu_subtype(target: &Target) -> Option<macho::CpuSubtype> {
    match target.llvm_target.split('-').next()? {
        "x86_64h" => Some(macho::CPU_SUBTYPE_X86_64_H.into()),
        "armv7s" => Some(macho::CPU_SUBTYPE_ARM_V7S.into()),
        "armv7k" => Some(macho::CPU_SUBTYPE_ARM_V7K.into()),
        // With signed pointers, version 0 of their ABI.
        "arm64e" => Some(macho::CPU_SUBTYPE_ARM64E | macho::CPU_SUBTYPE_PTRAUTH_ABI),
        _ => None,
    }
}

/// The platform, without which Apple's linkers warn. The version is the lowest there is: an object for an older
/// system than the program's is always taken.
fn build_version(target: &Target) -> Option<MachOBuildVersion> {
    let simulator = target.abi == "sim" || target.llvm_target.ends_with("-simulator");
    let (platform, lowest) = match (target.os.as_str(), target.abi.as_str()) {
        ("macos", _) => (macho::PLATFORM_MACOS, (10, 12)),
        ("ios", "macabi") => (macho::PLATFORM_MACCATALYST, (13, 1)),
        ("ios", _) if simulator => (macho::PLATFORM_IOSSIMULATOR, (10, 0)),
        ("ios", _) => (macho::PLATFORM_IOS, (10, 0)),
        ("tvos", _) if simulator => (macho::PLATFORM_TVOSSIMULATOR, (10, 0)),
        ("tvos", _) => (macho::PLATFORM_TVOS, (10, 0)),
        ("watchos", _) if simulator => (macho::PLATFORM_WATCHOSSIMULATOR, (5, 0)),
        ("watchos", _) => (macho::PLATFORM_WATCHOS, (5, 0)),
        ("visionos", _) if simulator => (macho::PLATFORM_XROSSIMULATOR, (1, 0)),
        ("visionos", _) => (macho::PLATFORM_XROS, (1, 0)),
        _ => return None,
    };
    let (major, minor) = lowest;
    let mut version = MachOBuildVersion::default();
    version.platform = platform;
    version.minos = macho::Version::new(major, minor, 0);
    version.sdk = version.minos;
    Some(version)
}
