//! `Cargo.toml`: what a package says of itself.
//!
//! The manifest of a published package has everything written out. In a source tree a member can inherit from its
//! workspace (`license.workspace = true`; the Cargo book, "The `package` table" of workspaces), and other packages of
//! the tree are found by the paths that manifests name.

use crate::{License, PackageFacts};
use auditable_graph::Version;
use std::error::Error;
use std::fmt;
use toml::{Table, Value};

/// The parts that are read of a `Cargo.toml`: of a package, of a workspace, or of both.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    package: Option<Table>,
    workspace: Option<Table>,
    paths: Vec<String>,
}

impl Manifest {
    /// Reads the text of a manifest.
    ///
    /// # Errors
    ///
    /// [`ManifestError`] if it is not TOML.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let mut table: Table = toml::from_str(text).map_err(|error| ManifestError(Box::new(error)))?;
        let paths = paths(&table);
        let mut take = |name: &str| match table.remove(name) {
            Some(Value::Table(table)) => Some(table),
            _ => None,
        };
        // `project` is what the table was called before cargo 1.0.
        let package = take("package").or_else(|| take("project"));
        Ok(Self { package, workspace: take("workspace"), paths })
    }

    /// Name of the package; `None` if the manifest is only that of a workspace.
    pub fn name(&self) -> Option<&str> {
        self.package.as_ref()?.get("name")?.as_str()
    }

    /// Version of the package, which a member can inherit. A package without one has 0.0.0, as for cargo.
    pub fn version(&self, workspace: Option<&Self>) -> Option<Version> {
        match self.package.as_ref()?.get("version") {
            None => Some(Version::new(0, 0, 0)),
            Some(_) => Version::parse(self.field("version", workspace)?.as_str()?).ok(),
        }
    }

    /// Whether this is the manifest of a workspace, be it of a package as well or not.
    pub fn is_workspace(&self) -> bool {
        self.workspace.is_some()
    }

    /// Where the package says its workspace lies, relative to its own folder. Otherwise it is the nearest folder above
    /// with the manifest of a workspace.
    pub fn workspace_path(&self) -> Option<&str> {
        self.package.as_ref()?.get("workspace")?.as_str()
    }

    /// The members that the workspace names, as paths relative to its folder, with `*` for any name.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.list_of_workspace("members")
    }

    /// The folders that do not belong to the workspace though they lie in it, relative to it.
    pub fn excluded(&self) -> impl Iterator<Item = &str> {
        self.list_of_workspace("exclude")
    }

    /// Where cargo-vet keeps its files, relative to the folder of the manifest, if that is not `supply-chain` (the cargo-vet
    /// book, "Configuration").
    pub fn vet_store(&self) -> Option<&str> {
        let tables = [&self.package, &self.workspace].into_iter().flatten();
        let mut stores = tables.filter_map(|table| table.get("metadata")?.get("vet")?.get("store"));
        stores.find_map(|store| store.get("path")?.as_str())
    }

    /// The folders of other packages that this one names as dependencies, relative to its own.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(String::as_str)
    }

    /// What the package says of itself. The workspace is that which it belongs to, if it does.
    pub fn facts(&self, workspace: Option<&Self>) -> PackageFacts {
        let text = |name: &str| {
            let text = self.field(name, workspace)?.as_str()?.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        PackageFacts {
            license: text("license")
                .or_else(|| self.license_of_file(&text("license-file")?, workspace))
                .as_deref()
                .and_then(License::declared),
            authors: self
                .field("authors", workspace)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|author| Some(author.as_str()?.trim().to_owned()))
                .filter(|author| !author.is_empty())
                .collect(),
            description: text("description"),
            homepage: text("homepage"),
            repository: text("repository"),
            documentation: text("documentation"),
            ..PackageFacts::default()
        }
    }

    /// What stands in place of a licence that the manifest only says the file of. It names the package, since files of one
    /// name differ.
    fn license_of_file(&self, path: &str, workspace: Option<&Self>) -> Option<String> {
        let file = path.rsplit(['/', '\\']).next()?;
        let (name, version) = (self.name()?, self.version(workspace)?);
        Some(format!("see the file {file} of {name} {version}"))
    }

    fn list_of_workspace(&self, name: &str) -> impl Iterator<Item = &str> {
        let list = self.workspace.as_ref().and_then(|workspace| workspace.get(name));
        list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    /// A field of the package, or of the workspace if the package says so.
    fn field<'a>(&'a self, name: &str, workspace: Option<&'a Self>) -> Option<&'a Value> {
        let value = self.package.as_ref()?.get(name)?;
        let is_inherited = value.get("workspace").and_then(Value::as_bool) == Some(true);
        if !is_inherited {
            return Some(value);
        }
        workspace?.workspace.as_ref()?.get("package")?.get(name)
    }
}

/// A text that is no manifest: it is not TOML.
#[derive(Debug)]
pub struct ManifestError(Box<dyn Error + Send + Sync>);

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a Cargo.toml")
    }
}

impl Error for ManifestError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

/// The paths of dependencies, wherever a manifest can have them: sorted, without repetition.
fn paths(manifest: &Table) -> Vec<String> {
    let table = |parent: &Table, name: &str| parent.get(name).and_then(Value::as_table).cloned();
    let tables = |parent: Option<Table>| {
        let values = parent.into_iter().flatten().map(|(_, value)| value);
        values.filter_map(|value| value.as_table().cloned()).collect::<Vec<_>>()
    };
    let mut users = vec![manifest.clone()];
    users.extend(tables(table(manifest, "target")));
    users.extend(table(manifest, "workspace"));
    let mut dependencies: Vec<Table> = Vec::new();
    for user in &users {
        dependencies.extend(DEPENDENCIES.iter().filter_map(|name| table(user, name)));
    }
    dependencies.extend(tables(table(manifest, "patch")));
    let mut paths: Vec<String> = dependencies
        .iter()
        .flat_map(|table| table.values())
        .filter_map(|dependency| Some(dependency.get("path")?.as_str()?.to_owned()))
        .collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// The tables of dependencies, with the older names of two.
const DEPENDENCIES: &[&str] = &[
    "dependencies",
    "build-dependencies",
    "build_dependencies",
    "dev-dependencies",
    "dev_dependencies",
    "replace",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Manifest {
        Manifest::parse(text).unwrap()
    }

    #[test]
    fn what_a_package_says_of_itself() {
        let manifest = parse(
            r#"
            [package]
            name = "a"
            version = "1.2.3+x"
            license = "MIT/Apache-2.0"
            authors = ["Jane <jane@example.com>", " "]
            description = """
            Does
            it.
            """
            homepage = ""
            repository = "https://example.com/a"
            documentation = 7
            "#,
        );
        assert_eq!(manifest.name(), Some("a"));
        assert_eq!(manifest.version(None).unwrap().to_string(), "1.2.3+x");
        let facts = manifest.facts(None);
        assert_eq!(facts.license.unwrap().expression(), Some("MIT OR Apache-2.0"));
        assert_eq!(facts.authors, ["Jane <jane@example.com>"]);
        assert!(facts.description.unwrap().starts_with("Does\n"));
        assert_eq!((facts.homepage, facts.documentation), (None, None));
        assert_eq!(facts.repository.unwrap(), "https://example.com/a");
    }

    #[test]
    fn a_license_in_a_file_is_told_by_its_file() {
        let license = |rest: &str| {
            let manifest = parse(&format!("[package]\nname = 'a'\nversion = '1.2.3'\n{rest}"));
            manifest
                .facts(None)
                .license
                .map(|license| (license.text().to_owned(), license.expression().is_some()))
        };
        assert_eq!(
            license("license-file = '../legal/LICENSE.txt'\n"),
            Some(("see the file LICENSE.txt of a 1.2.3".to_owned(), false))
        );
        assert_eq!(license("license-file = 'x'\nlicense = 'MIT'\n"), Some(("MIT".to_owned(), true)));
        assert_eq!(license("license-file = ''\n"), None);
    }

    #[test]
    fn a_member_inherits_from_its_workspace() {
        let workspace = parse(
            "[workspace]\nmembers = ['a', 'crates/*']\nexclude = ['b']\n[workspace.package]\nversion = '2.0.0'\nlicense = 'Zlib'\n\
             authors = ['me']\nhomepage = 'https://example.com'",
        );
        let member = parse(
            "[package]\nname = 'a'\nworkspace = '..'\nversion.workspace = true\nlicense.workspace = true\n\
             authors = { workspace = true }\ndescription.workspace = true\n",
        );
        assert!(workspace.is_workspace() && !member.is_workspace());
        assert_eq!(workspace.members().collect::<Vec<_>>(), ["a", "crates/*"]);
        assert_eq!(workspace.excluded().collect::<Vec<_>>(), ["b"]);
        assert_eq!((workspace.name(), workspace.version(None)), (None, None));
        assert_eq!(member.workspace_path(), Some(".."));
        assert_eq!(member.version(Some(&workspace)), Some(Version::new(2, 0, 0)));
        let facts = member.facts(Some(&workspace));
        assert_eq!(facts.license.unwrap().text(), "Zlib");
        assert_eq!(facts.authors, ["me"]);
        // What the member does not inherit, or the workspace does not have, is unknown.
        assert_eq!((facts.homepage, facts.description), (None, None));
        assert_eq!((member.version(None), member.facts(None).license), (None, None));
    }

    #[test]
    fn old_names_and_absent_versions() {
        let manifest = parse("[project]\nname = 'a'\n");
        assert_eq!((manifest.name(), manifest.version(None)), (Some("a"), Some(Version::new(0, 0, 0))));
        assert_eq!(manifest.facts(None), PackageFacts::default());
    }

    #[test]
    fn where_cargo_vet_keeps_its_files() {
        for table in ["package", "workspace"] {
            let text = format!("[{table}.metadata.vet]\nstore = {{ path = './audits' }}\n");
            assert_eq!(parse(&text).vet_store(), Some("./audits"), "{table}");
        }
        assert_eq!(parse("[package.metadata.vet]\nversion = 1\n").vet_store(), None);
    }

    #[test]
    fn paths_from_every_kind_of_dependency() {
        let manifest = parse(
            r#"
            dependencies.a.path = "a"
            dependencies.z = "1"
            build-dependencies.b = { path = "../b", version = "1" }
            dev-dependencies.c.path = "c"
            target.'cfg(unix)'.dependencies.d.path = "d"
            workspace.dependencies.e.path = "e"
            patch.crates-io.f.path = "f"
            replace."g:1.0.0".path = "g"
            dev_dependencies.c.path = "c"
            "#,
        );
        assert_eq!(manifest.paths().collect::<Vec<_>>(), ["../b", "a", "c", "d", "e", "f", "g"]);
    }

    #[test]
    fn what_is_no_toml_is_an_error() {
        assert_eq!(Manifest::parse("[package").unwrap_err().to_string(), "not a Cargo.toml");
    }
}
