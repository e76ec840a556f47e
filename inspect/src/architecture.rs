use std::fmt;

/// What a binary runs on, named as the first part of Rust's target triples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Architecture {
    /// 64-bit ARM, little-endian.
    Aarch64,
    /// 64-bit ARM, big-endian.
    Aarch64Be,
    /// 64-bit ARM with 32-bit pointers.
    Arm6432,
    /// 64-bit ARM in the calling convention of x86_64 Windows.
    Arm64Ec,
    /// 32-bit ARM of any version.
    Arm,
    /// 32-bit ARM, big-endian.
    Armeb,
    /// AVR.
    Avr,
    /// Linux's packet filter machine.
    Bpf,
    /// C-SKY.
    Csky,
    /// Qualcomm Hexagon.
    Hexagon,
    /// 32-bit x86.
    I686,
    /// 32-bit LoongArch.
    LoongArch32,
    /// 64-bit LoongArch.
    LoongArch64,
    /// Motorola 68000.
    M68k,
    /// 32-bit MIPS, big-endian.
    Mips,
    /// 32-bit MIPS, little-endian.
    Mipsel,
    /// 64-bit MIPS, big-endian.
    Mips64,
    /// 64-bit MIPS, little-endian.
    Mips64el,
    /// TI MSP430.
    Msp430,
    /// 32-bit PowerPC.
    PowerPc,
    /// 64-bit PowerPC, big-endian.
    PowerPc64,
    /// 64-bit PowerPC, little-endian.
    PowerPc64Le,
    /// 32-bit RISC-V.
    RiscV32,
    /// 64-bit RISC-V.
    RiscV64,
    /// IBM Z.
    S390x,
    /// 32-bit SPARC.
    Sparc,
    /// 64-bit SPARC.
    Sparc64,
    /// WebAssembly with 32-bit memory, or without a memory of its own.
    Wasm32,
    /// WebAssembly with 64-bit memory.
    Wasm64,
    /// 64-bit x86.
    X86_64,
    /// Xtensa.
    Xtensa,
    /// Any other, by its number in the container.
    Unknown(u32),
}

impl Architecture {
    /// The name in target triples, such as `x86_64`; `unknown` if there is none.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aarch64 => "aarch64",
            Self::Aarch64Be => "aarch64_be",
            Self::Arm6432 => "arm64_32",
            Self::Arm64Ec => "arm64ec",
            Self::Arm => "arm",
            Self::Armeb => "armeb",
            Self::Avr => "avr",
            Self::Bpf => "bpf",
            Self::Csky => "csky",
            Self::Hexagon => "hexagon",
            Self::I686 => "i686",
            Self::LoongArch32 => "loongarch32",
            Self::LoongArch64 => "loongarch64",
            Self::M68k => "m68k",
            Self::Mips => "mips",
            Self::Mipsel => "mipsel",
            Self::Mips64 => "mips64",
            Self::Mips64el => "mips64el",
            Self::Msp430 => "msp430",
            Self::PowerPc => "powerpc",
            Self::PowerPc64 => "powerpc64",
            Self::PowerPc64Le => "powerpc64le",
            Self::RiscV32 => "riscv32",
            Self::RiscV64 => "riscv64",
            Self::S390x => "s390x",
            Self::Sparc => "sparc",
            Self::Sparc64 => "sparc64",
            Self::Wasm32 => "wasm32",
            Self::Wasm64 => "wasm64",
            Self::X86_64 => "x86_64",
            Self::Xtensa => "xtensa",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// As [`as_str`](Architecture::as_str), with the number of an unknown one: `unknown (0x1234)`.
impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(number) => write!(f, "unknown ({number:#x})"),
            known => f.write_str(known.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_one_shows_its_number() {
        assert_eq!(Architecture::Unknown(0x1234).to_string(), "unknown (0x1234)");
        assert_eq!(Architecture::PowerPc64Le.to_string(), "powerpc64le");
    }
}
