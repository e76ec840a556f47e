use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// A cargo and the rustc beside it.
#[derive(Clone, Debug)]
pub(crate) struct Toolchain {
    /// The folder that both lie in.
    bin: PathBuf,
}

impl Toolchain {
    /// The one that runs the tests, or the one whose `bin` folder is in `AUDITABLE_TEST_TOOLCHAIN`, by which all tests
    /// run with another version of cargo.
    pub(crate) fn current() -> Self {
        match env::var_os("AUDITABLE_TEST_TOOLCHAIN") {
            Some(bin) => Self { bin: bin.into() },
            None => Self::of_tests().expect("the tests are run by cargo, or AUDITABLE_TEST_TOOLCHAIN is set"),
        }
    }

    /// The one that runs the tests.
    fn of_tests() -> Option<Self> {
        let cargo = PathBuf::from(env::var_os("CARGO")?);
        cargo.parent().filter(|bin| is_bin(bin)).map(|bin| Self { bin: bin.to_owned() })
    }

    /// The one in a folder of programs, if there is one, and if it can compile its standard library for other targets.
    pub(crate) fn with_source(bin: &str) -> Option<Self> {
        let toolchain = Self { bin: bin.into() };
        (toolchain.cargo().exists() && toolchain.has_source()).then_some(toolchain)
    }

    /// A toolchain that rustup has installed.
    pub(crate) fn installed(name: &str) -> Option<Self> {
        let output = Command::new("rustup").args(["which", "--toolchain", name, "cargo"]).output().ok()?;
        let path = output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())?;
        let bin = Path::new(path.trim()).parent()?;
        is_bin(bin).then(|| Self { bin: bin.to_owned() })
    }

    /// As [`Toolchain::installed`]; if it is not there, says so on stderr.
    pub(crate) fn installed_or_skip(name: &str) -> Option<Self> {
        let found = Self::installed(name);
        if found.is_none() {
            eprintln!("skipped: the toolchain {name} is not installed");
        }
        found
    }

    pub(crate) fn cargo(&self) -> PathBuf {
        self.bin.join(format!("cargo{}", env::consts::EXE_SUFFIX))
    }

    pub(crate) fn rustc(&self) -> PathBuf {
        self.bin.join(format!("rustc{}", env::consts::EXE_SUFFIX))
    }

    /// Minor version of cargo: 95 for 1.95.0.
    pub(crate) fn minor_version(&self) -> u32 {
        let output = Command::new(self.cargo()).arg("-V").output().expect("cargo runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.split('.').nth(1).and_then(|minor| minor.parse().ok()).expect("cargo has a version")
    }

    /// Whether this cargo is new enough; if it is not, says so on stderr.
    pub(crate) fn is_at_least(&self, minor: u32) -> bool {
        let has = self.minor_version();
        if has < minor {
            eprintln!("skipped: needs cargo 1.{minor}, this is 1.{has}");
        }
        has >= minor
    }

    /// Whether the source of the standard library is there.
    pub(crate) fn has_source(&self) -> bool {
        self.source().join("std").exists()
    }

    /// Where the source of the standard library is, if it is there.
    pub(crate) fn source(&self) -> PathBuf {
        self.bin.join("../lib/rustlib/src/rust/library")
    }

    /// Whether the standard library for a target is there.
    pub(crate) fn has_target(&self, triple: &str) -> bool {
        self.bin.join("../lib/rustlib").join(triple).join("lib").exists()
    }

    /// The target triple that it runs on.
    pub(crate) fn host(&self) -> String {
        let output = Command::new(self.rustc()).arg("-vV").output().expect("rustc runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host").to_owned()
    }

    /// `PATH` with this toolchain in front.
    pub(crate) fn search_path(&self) -> std::ffi::OsString {
        let rest = env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.bin.clone()).chain(env::split_paths(&rest));
        env::join_paths(folders).expect("folders of PATH have no separator in their names")
    }
}

/// The program that logs calls of rustc, compiled once for each run of a test program.
pub(crate) fn rustc_log() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let file = folder.join(format!("rustc_log{}", env::consts::EXE_SUFFIX));
        let mine = folder.join(format!("rustc_log-{}{}", std::process::id(), env::consts::EXE_SUFFIX));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/rustc_log/main.rs");
        // Not with the one under test, which may be old.
        let rustc = Toolchain::of_tests().map_or_else(|| "rustc".into(), |toolchain| toolchain.rustc());
        let status = Command::new(rustc)
            .args(["--edition=2021", "--crate-name=rustc_log", "-Cdebuginfo=0", "-o"])
            .args([&mine, &source])
            .status();
        assert!(status.is_ok_and(|status| status.success()), "rustc could not compile {}", source.display());
        // Test programs run at the same time, and none must see half a file of another.
        std::fs::rename(&mine, &file).expect("both are in one folder");
        file
    })
}

fn is_bin(folder: &Path) -> bool {
    folder.join(format!("rustc{}", env::consts::EXE_SUFFIX)).exists()
}
