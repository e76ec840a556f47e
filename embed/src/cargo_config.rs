//! The programs that cargo's configuration names in the place of rustc and before it.
//!
//! Cargo takes `RUSTC_WORKSPACE_WRAPPER` before `build.rustc-workspace-wrapper`, so a wrapper that is set there must be
//! run by ours. The others cargo runs itself, but one of them, sccache, needs our help.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// Where cargo looks for its settings.
pub(crate) struct CargoConfig<'a> {
    /// Of the call of cargo.
    arguments: &'a [String],
    here: PathBuf,
    /// Those that are there, the first counts most.
    files: Vec<PathBuf>,
}

impl<'a> CargoConfig<'a> {
    /// Costs a look for two files in each folder from the current one upwards, and in cargo's home.
    pub(crate) fn of_call(arguments: &'a [String]) -> Self {
        let here = env::current_dir().unwrap_or_default();
        let files = files(&here, reads_folder(arguments));
        Self { arguments, here, files }
    }

    /// The setting `build.KEY`, a program: of `--config`, of the environment, or of the files from the current folder
    /// upwards and in cargo's home, whichever comes first (cargo's reference, "Configuration").
    pub(crate) fn program(&self, key: &str) -> Option<OsString> {
        let variable = format!("CARGO_BUILD_{}", key.to_ascii_uppercase().replace('-', "_"));
        of_arguments(key, self.arguments, &self.here)
            .or_else(|| env::var_os(variable))
            .or_else(|| self.files.iter().find_map(|file| of_file(key, file)))
            .filter(|program| !program.is_empty())
    }
}

/// The compiler itself.
pub(crate) const RUSTC: &str = "rustc";

/// A wrapper of the compiler for the workspace's packages.
pub(crate) const WORKSPACE_WRAPPER: &str = "rustc-workspace-wrapper";

/// A wrapper of the compiler for all packages.
pub(crate) const WRAPPER: &str = "rustc-wrapper";

fn of_arguments(key: &str, arguments: &[String], here: &Path) -> Option<OsString> {
    let mut found = None;
    let mut arguments = arguments.iter().take_while(|argument| *argument != "--");
    while let Some(argument) = arguments.next() {
        let value = match argument.strip_prefix("--config") {
            Some("") => arguments.next().map(String::as_str),
            Some(rest) => rest.strip_prefix('='),
            None => continue,
        };
        // `KEY=VALUE`, or the path of a file.
        let Some(value) = value else { continue };
        let wrapper = if value.contains('=') {
            of_text(key, value, here, here, &mut Vec::new())
        } else {
            of_file(key, &here.join(value))
        };
        found = wrapper.or(found);
    }
    found
}

/// Cargo installs as if it were called elsewhere: what the current folder says is about another project.
fn reads_folder(arguments: &[String]) -> bool {
    !arguments.iter().any(|argument| argument == "install")
}

fn files(here: &Path, reads_folder: bool) -> Vec<PathBuf> {
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".cargo")))
        .into_iter()
        .flat_map(|home| [home.join("config"), home.join("config.toml")]);
    here.ancestors()
        .take_while(|_| reads_folder)
        .flat_map(|folder| [folder.join(".cargo").join("config"), folder.join(".cargo").join("config.toml")])
        .chain(home)
        .filter(|file| file.is_file())
        .collect()
}

fn of_file(key: &str, file: &Path) -> Option<OsString> {
    of_file_unless_read(key, file, &mut Vec::new())
}

/// A file that includes itself is an error for cargo, which says so.
fn of_file_unless_read(key: &str, file: &Path, read: &mut Vec<PathBuf>) -> Option<OsString> {
    if read.iter().any(|known| known == file) {
        return None;
    }
    let text = fs::read_to_string(file).ok()?;
    read.push(file.to_owned());
    let folder = file.parent()?;
    of_text(key, &text, folder.parent()?, folder, read)
}

/// `paths_from` is where paths of programs start: for files, the folder that has the folder `.cargo`. Paths of included
/// files start beside the file that includes them.
fn of_text(
    key: &str,
    text: &str,
    paths_from: &Path,
    includes_from: &Path,
    read: &mut Vec<PathBuf>,
) -> Option<OsString> {
    // Parsing takes longer than all the rest of the cargo role, and hardly anyone has these.
    if !text.contains(key) && !text.contains(INCLUDE) {
        return None;
    }
    let config: toml::Table = toml::from_str(text).ok()?;
    let wrapper = config.get("build").and_then(|build| build.get(key)?.as_str());
    let Some(wrapper) = wrapper else {
        // What is included counts less than what includes it, and of several, the last counts most.
        let files = included(config.get(INCLUDE)?);
        return files
            .into_iter()
            .rev()
            .find_map(|file| of_file_unless_read(key, &includes_from.join(file), read));
    };
    // A bare name is looked up in the search path.
    if wrapper.contains(std::path::is_separator) {
        Some(paths_from.join(wrapper).into())
    } else {
        Some(wrapper.into())
    }
}

/// A path, or a list of paths and of tables with a path (cargo's reference, "Including extra configuration files").
fn included(include: &toml::Value) -> Vec<&str> {
    match include {
        toml::Value::Array(entries) => entries.iter().filter_map(path_of_include).collect(),
        entry => path_of_include(entry).into_iter().collect(),
    }
}

fn path_of_include(entry: &toml::Value) -> Option<&str> {
    entry.as_str().or_else(|| entry.get("path")?.as_str())
}

const INCLUDE: &str = "include";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_included_files() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join(".cargo");
        fs::create_dir(&place).unwrap();
        let of = |text: &str| {
            fs::write(place.join("config.toml"), text).unwrap();
            of_file(WORKSPACE_WRAPPER, &place.join("config.toml"))
        };
        for name in ["one", "two"] {
            let text = format!("build.rustc-workspace-wrapper = 'bin/{name}'\n");
            fs::write(place.join(format!("{name}.toml")), text).unwrap();
        }
        fs::write(place.join("between.toml"), "include = ['one.toml', 'between.toml']").unwrap();
        let wrapper = |name: &str| Some(folder.path().join("bin/").join(name).into());
        assert_eq!(of("include = 'one.toml'"), wrapper("one"));
        assert_eq!(of("include = ['one.toml', { path = 'two.toml', optional = true }]"), wrapper("two"));
        assert_eq!(of("include = ['one.toml', { path = 'none.toml', optional = true }]"), wrapper("one"));
        assert_eq!(of("include = ['between.toml']"), wrapper("one"));
        assert_eq!(
            of("include = ['one.toml']\n[build]\nrustc-workspace-wrapper = 'bin/own'"),
            wrapper("own")
        );
        assert_eq!(of("include = ['config.toml']"), None);
    }

    #[test]
    fn of_a_file_and_of_arguments() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(".cargo").join("config.toml");
        fs::create_dir(folder.path().join(".cargo")).unwrap();
        fs::write(&file, "[build]\nrustc-workspace-wrapper = \"tools/wrap\"\n").unwrap();
        let inner = folder.path().join("a/b");
        assert_eq!(of_file(WRAPPER, &file), None);
        assert_eq!(of_file(WORKSPACE_WRAPPER, &file), Some(folder.path().join("tools/wrap").into()));
        assert_eq!(files(&inner, true).first(), Some(&file));
        assert!(!files(&inner, false).contains(&file));

        let arguments =
            |arguments: &[&str]| arguments.iter().map(|&argument| argument.to_owned()).collect::<Vec<_>>();
        let of = |list: &[&str]| of_arguments(WORKSPACE_WRAPPER, &arguments(list), folder.path());
        assert_eq!(of(&["build", "--config", "build.rustc-workspace-wrapper='wrap'"]), Some("wrap".into()));
        assert_eq!(
            of(&["build", "--config=.cargo/config.toml"]),
            Some(folder.path().join("tools/wrap").into())
        );
        assert_eq!(of(&["build", "--config", "build.jobs=1"]), None);
        assert_eq!(of(&["run", "--", "--config", "build.rustc-workspace-wrapper='wrap'"]), None);
    }
}
