//! What cargo asks of rustc: only the arguments that matter for linking, of the many that there are.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// One call of rustc by cargo.
///
/// Cargo writes some options as two arguments (`--crate-name x`) and others as one (`--emit=link`), differently
/// in different versions; users add more through `RUSTFLAGS`. Both forms are read for every option.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RustcArgs {
    pub(crate) crate_name: Option<String>,
    /// `bin` if none is given, as rustc has it: cargo gives none for tests that bring their own harness.
    pub(crate) crate_types: Vec<String>,
    /// What `--emit` lists, without file names. Empty if not given, which means only `link`.
    pub(crate) emit: Vec<String>,
    pub(crate) out_dir: Option<PathBuf>,
    /// `-C extra-filename`: what cargo appends to file names to tell builds apart.
    pub(crate) extra_filename: String,
    pub(crate) externs: Vec<Extern>,
    /// `-L dependency=`: the folders of the dependencies' libraries.
    pub(crate) dependency_dirs: Vec<PathBuf>,
    pub(crate) target: Option<String>,
    pub(crate) linker: Option<String>,
    pub(crate) linker_flavor: Option<String>,
    /// `--cfg feature="..."`: the features that the package is compiled with, also those that its build script
    /// made up.
    pub(crate) features: Vec<String>,
    /// Features that the package declares, if cargo says so (since 1.80).
    pub(crate) declared_features: Option<Vec<String>>,
    /// `--test`: rustc makes a program of the tests, whatever the crate types are.
    pub(crate) is_harness: bool,
    /// `--test`, or `--cfg test` for tests that bring their own harness.
    pub(crate) is_test: bool,
    /// `--print` and the like: rustc is only asked something.
    pub(crate) is_query: bool,
    /// `--emit=link=FILE` or `-o FILE`: where the linked file goes, if not into `out_dir`.
    pub(crate) linked_file: Option<PathBuf>,
    /// `-C metadata`, which cargo gives to each unit.
    pub(crate) has_metadata: bool,
    /// The root module of the crate.
    pub(crate) input: Option<PathBuf>,
    /// `-C link-arg` and `-C link-args`.
    pub(crate) link_arguments: Vec<String>,
    /// Arguments that decide the facts of the target beside `--target`, in their order.
    pub(crate) target_arguments: Vec<String>,
}

/// `--extern name=path`: a direct dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Extern {
    /// The name that the source uses, which differs from the library's if the dependency is renamed.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    /// `noprelude:`, which cargo gives to the standard library's crates that it compiles itself.
    pub(crate) is_standard: bool,
}

impl RustcArgs {
    /// Reads the arguments after the name of rustc. Never fails: what is not understood does not matter here, and
    /// rustc will say what it thinks of it.
    pub(crate) fn parse(arguments: &[OsString]) -> Self {
        let mut parsed = Self::default();
        let mut arguments = expand_response_files(arguments).into_iter();
        while let Some(argument) = arguments.next() {
            let (option, value) = split_option(&argument);
            let needs_value = OPTIONS_WITH_VALUE.contains(&option);
            let value = match value {
                None if needs_value => arguments.next(),
                value => value.map(str::to_owned),
            };
            parsed.take(option, &value.unwrap_or_default());
        }
        if parsed.crate_types.is_empty() {
            parsed.crate_types.push("bin".to_owned());
        }
        parsed
    }

    fn take(&mut self, option: &str, value: &str) {
        match option {
            "--crate-name" => self.crate_name = Some(value.to_owned()),
            "--crate-type" => self.crate_types.extend(value.split(',').map(str::to_owned)),
            "--emit" => {
                for kind in value.split(',') {
                    let (kind, file) = match kind.split_once('=') {
                        Some((kind, file)) => (kind, Some(file)),
                        None => (kind, None),
                    };
                    if let ("link", Some(file)) = (kind, file) {
                        self.linked_file = Some(file.into());
                    }
                    self.emit.push(kind.to_owned());
                }
            }
            "-o" => self.linked_file = Some(value.into()),
            "--out-dir" => self.out_dir = Some(value.into()),
            "--target" => self.target = Some(value.to_owned()),
            "--test" => (self.is_harness, self.is_test) = (true, true),
            "--print" => self.is_query |= !is_printed_on_the_way(value),
            "--cfg" => self.take_cfg(value),
            "--check-cfg" => self.take_check_cfg(value),
            "--extern" => self.take_extern(value),
            "-L" => {
                if let Some(folder) = value.strip_prefix("dependency=") {
                    self.dependency_dirs.push(folder.into());
                }
            }
            "-C" | "--codegen" => self.take_codegen(value),
            "-Z" => self.target_arguments.push(format!("-Z{value}")),
            "-vV" | "-V" | "--version" => self.is_query = true,
            input if !input.starts_with('-') && self.input.is_none() => self.input = Some(input.into()),
            _ => {}
        }
    }

    fn take_cfg(&mut self, value: &str) {
        if value == "test" {
            self.is_test = true;
        } else if let Some(feature) =
            value.strip_prefix("feature=\"").and_then(|feature| feature.strip_suffix('"'))
        {
            self.features.push(feature.to_owned());
        }
    }

    /// `cfg(feature, values("a", "b"))`. A package's build script can add more of this form.
    fn take_check_cfg(&mut self, value: &str) {
        let Some(values) =
            value.strip_prefix("cfg(feature, values(").and_then(|rest| rest.strip_suffix("))"))
        else {
            return;
        };
        let values = values.split(',').map(|feature| feature.trim().trim_matches('"').to_owned());
        self.declared_features.get_or_insert_default().extend(values.filter(|feature| !feature.is_empty()));
    }

    /// `[options:]name=path`. Without a path the crate is looked up, which cargo does only for the standard
    /// library's `proc_macro`.
    fn take_extern(&mut self, value: &str) {
        if let Some((name, path)) = value.split_once('=') {
            let (options, name) = name.rsplit_once(':').unwrap_or(("", name));
            let is_standard = options.split(',').any(|option| option == "noprelude");
            self.externs.push(Extern { name: name.to_owned(), path: path.into(), is_standard });
        }
    }

    fn take_codegen(&mut self, value: &str) {
        let (name, setting) = value.split_once('=').unwrap_or((value, ""));
        match name {
            "metadata" => self.has_metadata = true,
            "extra-filename" => self.extra_filename = setting.to_owned(),
            "link-arg" => self.link_arguments.push(setting.to_owned()),
            "link-args" => self.link_arguments.extend(setting.split_whitespace().map(str::to_owned)),
            "linker" => self.linker = Some(setting.to_owned()),
            "linker-flavor" => self.linker_flavor = Some(setting.to_owned()),
            "target-cpu" | "target-feature" | "soft-float" | "relocation-model" => {
                self.target_arguments.push(format!("-C{value}"));
            }
            _ => {}
        }
    }

    /// Whether this is cargo's question about a target, for a rustc that it does not know yet: it names the crate so.
    pub(crate) fn is_about_target(&self) -> bool {
        self.is_query && self.crate_name.as_deref() == Some("___")
    }

    /// Whether rustc is to link a file of some kind: not only to check, print or document.
    pub(crate) fn links(&self) -> bool {
        self.crate_name.is_some()
            && !self.is_query
            && (self.emit.is_empty() || self.emit.iter().any(|kind| kind == "link"))
    }

    pub(crate) fn has_crate_type(&self, crate_type: &str) -> bool {
        self.crate_types.iter().any(|given| given == crate_type)
    }

    /// The profile folders of cargo's target folder, or wherever else libraries for this link lie.
    pub(crate) fn library_dirs(&self) -> impl Iterator<Item = &Path> {
        let of_externs = self.externs.iter().filter_map(|dependency| dependency.path.parent());
        self.out_dir
            .as_deref()
            .into_iter()
            .chain(of_externs)
            .chain(self.dependency_dirs.iter().map(PathBuf::as_path))
    }
}

/// Options whose value may be the next argument. Others that take one are skipped together with it only by luck,
/// which does no harm: a value never looks like one of these options.
const OPTIONS_WITH_VALUE: &[&str] = &[
    "--crate-name",
    "--crate-type",
    "--emit",
    "--out-dir",
    "--target",
    "--print",
    "--cfg",
    "--check-cfg",
    "--extern",
    "-L",
    "-C",
    "--codegen",
    "-Z",
    "-A",
    "-W",
    "-D",
    "-F",
    "--allow",
    "--warn",
    "--deny",
    "--forbid",
    "--force-warn",
    "--cap-lints",
    "--error-format",
    "--json",
    "--edition",
    "-o",
    "-l",
    "--sysroot",
    "--remap-path-prefix",
    "--color",
    "--diagnostic-width",
    "--explain",
];

/// Whether what `--print` asks for is told while linking. All else makes rustc stop before it compiles.
fn is_printed_on_the_way(question: &str) -> bool {
    // A file to print to can follow.
    let name = question.split('=').next().unwrap_or(question);
    ["link-args", "native-static-libs"].contains(&name)
}

/// `--name=value`, `-Cvalue` or only a name.
fn split_option(argument: &str) -> (&str, Option<&str>) {
    if argument.starts_with("--") {
        return match argument.split_once('=') {
            Some((option, value)) => (option, Some(value)),
            None => (argument, None),
        };
    }
    for short in ["-C", "-L", "-Z"] {
        if let Some(value) = argument.strip_prefix(short).filter(|value| !value.is_empty()) {
            return (short, Some(value));
        }
    }
    (argument, None)
}

/// Cargo puts the arguments into a file, one a line, when they are too long for the system (Windows). Arguments
/// that are not Unicode are left out: none of those looked for here can be such, but for folders, which then
/// belong to no cargo that could find its own files.
fn expand_response_files(arguments: &[OsString]) -> Vec<String> {
    let mut expanded = Vec::with_capacity(arguments.len());
    for argument in arguments.iter().filter_map(|argument| argument.to_str()) {
        match argument.strip_prefix('@').map(fs::read_to_string) {
            Some(Ok(lines)) => expanded.extend(lines.lines().map(str::to_owned)),
            _ => expanded.push(argument.to_owned()),
        }
    }
    expanded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> RustcArgs {
        RustcArgs::parse(&line.split(' ').map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn what_cargo_writes_for_a_program() {
        let args = parse(
            "--crate-name hello --edition=2024 src/main.rs --error-format=json --crate-type bin \
             --emit=dep-info,link -C embed-bitcode=no --cfg feature=\"default\" -C metadata=1 \
             -C extra-filename=-0a1b --out-dir /t/debug/deps --target x86_64-unknown-linux-musl -C linker=ld.lld \
             -L dependency=/t/debug/deps -L native=/x --extern libc=/t/debug/deps/liblibc-12.rlib \
             --extern noprelude:core=/t/debug/deps/libcore-34.rlib --extern proc_macro",
        );
        assert!(args.links());
        assert_eq!(args.crate_name.as_deref(), Some("hello"));
        assert_eq!(args.crate_types, ["bin"]);
        assert_eq!(args.extra_filename, "-0a1b");
        assert_eq!(args.target.as_deref(), Some("x86_64-unknown-linux-musl"));
        assert_eq!(args.linker.as_deref(), Some("ld.lld"));
        assert_eq!(args.features, ["default"]);
        let externs: Vec<_> = args.externs.iter().map(|dependency| dependency.name.as_str()).collect();
        assert_eq!(externs, ["libc", "core"]);
        assert!(!args.externs[0].is_standard && args.externs[1].is_standard);
        assert_eq!(args.dependency_dirs, [Path::new("/t/debug/deps")]);
    }

    #[test]
    fn both_forms_of_every_option() {
        let args = parse(
            "--crate-name=a --crate-type=lib,cdylib --emit link=/x/y -Cextra-filename=-7 --out-dir=/o --test",
        );
        assert_eq!(args.crate_types, ["lib", "cdylib"]);
        assert_eq!((args.emit.as_slice(), args.is_test), (&["link".to_owned()][..], true));
        assert_eq!(args.extra_filename, "-7");
        assert_eq!(args.out_dir, Some("/o".into()));
    }

    #[test]
    fn checks_and_questions_do_not_link() {
        assert_eq!(parse("--crate-name a --cfg test").crate_types, ["bin"]);
        assert!(!parse("--crate-name a --crate-type bin --emit=dep-info,metadata").links());
        assert!(!parse("- --crate-name ___ --print=file-names --crate-type bin").links());
        assert!(!parse("-vV").links());
        assert!(!parse("--crate-name a --crate-type bin --print cfg --print link-args").links());
        assert!(parse("--crate-name a --crate-type bin --print link-args").links());
        assert!(parse("--crate-name a --crate-type bin --print=link-args=file").links());
    }

    #[test]
    fn declared_features_are_told_from_those_a_build_script_made_up() {
        let args = RustcArgs::parse(&[
            "--cfg".into(),
            "feature=\"zz\"".into(),
            "--check-cfg".into(),
            "cfg(feature, values(\"default\", \"std\"))".into(),
        ]);
        assert_eq!(args.features, ["zz"]);
        assert_eq!(args.declared_features.unwrap(), ["default", "std"]);
        assert_eq!(parse("--check-cfg cfg(feature,").declared_features, None);
    }

    #[test]
    fn arguments_in_a_response_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("args");
        fs::write(&file, "--crate-name\na b\n--emit=link\n").unwrap();
        let args = RustcArgs::parse(&[format!("@{}", file.display()).into()]);
        assert_eq!(args.crate_name.as_deref(), Some("a b"));
    }
}
