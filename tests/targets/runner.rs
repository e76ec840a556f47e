//! How programs of other systems and processors are run here.

use crate::stand_ins::StandIns;
use crate::std_targets::{MINGW, MINGW_PACKAGE};
use crate::tools::Need;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// What runs a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runner {
    /// This machine.
    Native,
    /// QEMU's user mode for a processor, with the C library of this cross compiler.
    Qemu { processor: &'static str, compiler: &'static str },
    /// Wine.
    Wine,
    /// Node.js, by its WASI.
    Node,
    /// Nothing here can.
    Nothing,
}

impl Runner {
    pub(crate) fn needs(self) -> Vec<Need> {
        match self {
            Self::Native | Self::Nothing => Vec::new(),
            Self::Qemu { processor, .. } => {
                vec![Need::program(&format!("qemu-{processor}-static"), "qemu-user-static")]
            }
            // Whose compiler makes what Wine lacks.
            Self::Wine => vec![Need::program("wine", "wine wine64"), Need::program(MINGW, MINGW_PACKAGE)],
            Self::Node => vec![Need::program("node", "nodejs")],
        }
    }

    /// A command that runs the program.
    ///
    /// # Panics
    ///
    /// If nothing here can.
    pub(crate) fn command(self, program: &Path, stand_ins: &StandIns) -> Command {
        let mut command = match self {
            Self::Native => Command::new(program),
            Self::Qemu { processor, compiler } => {
                let mut qemu = Command::new(format!("qemu-{processor}-static"));
                // Debian's cross compilers have their libraries in a folder by their name.
                let system = Path::new("/usr").join(compiler.trim_end_matches("-gcc"));
                qemu.arg("-L").arg(system).arg(program);
                qemu
            }
            Self::Wine => {
                let mut wine = Command::new("wine");
                wine.env("WINEPREFIX", wine_prefix(stand_ins)).env("WINEDEBUG", "-all").arg(program);
                wine
            }
            Self::Node => {
                let mut node = Command::new("node");
                node.arg("--no-warnings").arg(stand_ins.source("wasi.mjs")).arg(program);
                node
            }
            Self::Nothing => panic!("nothing runs {}", program.display()),
        };
        command.stdin(Stdio::null());
        command
    }
}

/// As in the table of `docs/targets.md`.
impl fmt::Display for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Native => "native",
            Self::Qemu { .. } => "QEMU",
            Self::Wine => "Wine",
            Self::Node => "Node.js",
            Self::Nothing => "",
        })
    }
}

/// Wine's folder, made once for each run of the tests.
fn wine_prefix(stand_ins: &StandIns) -> &'static Path {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    PREFIX.get_or_init(|| {
        let prefix = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wine");
        let status = Command::new("wine")
            .args(["wineboot", "--init"])
            .env("WINEPREFIX", &prefix)
            .env("WINEDEBUG", "-all")
            // So that it does not offer to install what only web pages and .NET need.
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(status.is_ok_and(|status| status.success()), "Wine cannot make its folder");
        let library = prefix.join("drive_c/windows/system32/bcryptprimitives.dll");
        if !library.exists() {
            stand_ins.make_bcryptprimitives(&library);
        }
        prefix
    })
}
