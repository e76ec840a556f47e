//! CycloneDX as JSON, of any version.

use crate::error::ReadError;
use crate::report::Subject;
use crate::sbom::draft::{Draft, Edge, Item};
use serde::Deserialize;

pub(crate) fn read(json: &[u8]) -> Result<Draft, ReadError> {
    let document: Document = serde_json::from_slice(json)?;
    let mut draft = Draft::default();
    if let Some(component) = document.metadata.and_then(|metadata| metadata.component) {
        draft.subject = component.subject();
        add(component, true, &mut draft);
    }
    for component in document.components {
        add(component, false, &mut draft);
    }
    for dependency in document.dependencies {
        for to in dependency.depends_on {
            draft.edges.push(Edge { from: dependency.reference.clone(), to, is_build: false });
        }
    }
    // A kind that our own documents write is more than an edge can say.
    if draft.items.iter().any(|item| item.is_build) {
        mark_build(&mut draft);
    }
    Ok(draft)
}

/// Makes edges to packages that took part only in building say so.
fn mark_build(draft: &mut Draft) {
    let build: std::collections::HashSet<&str> =
        draft.items.iter().filter(|item| item.is_build).map(|item| item.id.as_str()).collect();
    for edge in &mut draft.edges {
        edge.is_build = build.contains(edge.to.as_str());
    }
}

/// Adds a component and those in it.
fn add(component: Component, is_root: bool, draft: &mut Draft) {
    let mut open = vec![(component, is_root)];
    while let Some((component, is_root)) = open.pop() {
        let item = Item {
            id: component.reference.clone().unwrap_or_default(),
            source: component.property("auditable:source").map(str::to_owned),
            is_build: component.property("auditable:kind") == Some("build"),
            name: component.name,
            version: component.version,
            purl: component.purl,
            is_root,
        };
        draft.items.push(item);
        open.extend(component.components.into_iter().rev().map(|inner| (inner, false)));
    }
}

#[derive(Deserialize)]
struct Document {
    metadata: Option<Metadata>,
    #[serde(default)]
    components: Vec<Component>,
    #[serde(default)]
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Metadata {
    component: Option<Component>,
}

#[derive(Deserialize)]
struct Component {
    #[serde(rename = "bom-ref")]
    reference: Option<String>,
    #[serde(default)]
    name: String,
    version: Option<String>,
    purl: Option<String>,
    #[serde(default)]
    hashes: Vec<Hash>,
    #[serde(default)]
    properties: Vec<Property>,
    #[serde(default)]
    components: Vec<Component>,
}

#[derive(Deserialize)]
struct Hash {
    alg: String,
    content: String,
}

#[derive(Deserialize)]
struct Property {
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
struct Dependency {
    #[serde(rename = "ref")]
    reference: String,
    #[serde(rename = "dependsOn", default)]
    depends_on: Vec<String>,
}

impl Component {
    fn property(&self, name: &str) -> Option<&str> {
        let property = self.properties.iter().find(|property| property.name == name);
        property.map(|property| property.value.as_str())
    }

    /// The file that a document is about.
    fn subject(&self) -> Subject {
        let digest = self.hashes.iter().find(|hash| hash.alg == "SHA-256");
        let text = |name: &str| self.property(name).map(str::to_owned);
        Subject {
            name: text("auditable:file-name").unwrap_or_else(|| self.name.clone()),
            sha256: digest.map(|hash| hash.content.to_ascii_lowercase()),
            container: text("auditable:container"),
            architecture: text("auditable:architecture"),
            ..Subject::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::sbom::parse;

    #[test]
    fn crates_are_found_by_their_package_urls_in_whatever_tool_s_document() {
        let text = r#"{"bomFormat":"CycloneDX","specVersion":"1.5",
            "metadata":{"component":{"bom-ref":"app","name":"app","version":"1.0.0","type":"application",
                "hashes":[{"alg":"SHA-256","content":"AB"}]}},
            "components":[
                {"bom-ref":"a","name":"a","version":"1.0.0","purl":"pkg:cargo/a@1.0.0"},
                {"bom-ref":"n","name":"n","version":"1.0.0","purl":"pkg:npm/n@1.0.0",
                 "components":[{"bom-ref":"b","name":"b","purl":"pkg:cargo/b@2.0.0%2Bx"}]},
                {"bom-ref":"g","name":"g","purl":"pkg:cargo/g@1.0.0?vcs_url=git%2Bhttps:%2F%2Fexample.com%2Fg"},
                {"bom-ref":"r","name":"r","purl":"pkg:cargo/r@1.0.0?repository_url=https:%2F%2Fexample.com"},
                {"bom-ref":"l","name":"l","purl":"pkg:cargo/l@1.0.0?download_url=file:%2F%2F."},
                {"bom-ref":"v","name":"v","purl":"pkg:cargo/v"},
                {"bom-ref":"w","name":"w","purl":"pkg:cargo/w@one"}],
            "dependencies":[{"ref":"app","dependsOn":["a","missing"]},{"ref":"a","dependsOn":["b","b"]}]}"#;
        let sbom = parse(text.as_bytes()).unwrap();
        let shown: Vec<String> = sbom
            .inventory
            .components
            .iter()
            .map(|one| format!("{} {} {}", one.package.name, one.package.version, one.package.source))
            .collect();
        assert_eq!(
            shown,
            [
                "app 1.0.0 of unknown origin",
                "a 1.0.0 crates.io",
                "b 2.0.0+x crates.io",
                "g 1.0.0 git",
                "r 1.0.0 registry",
                "l 1.0.0 local",
            ]
        );
        assert_eq!(sbom.inventory.ways().to(2), [0, 1, 2]);
        let unreadable: Vec<String> = sbom
            .inventory
            .unreadable
            .iter()
            .map(|one| format!("{}: {}", one.name, one.explanation()))
            .collect();
        assert_eq!(unreadable, ["v: its version is not known", "w: its version is not one of cargo's"]);
        assert_eq!((sbom.subject.name.as_str(), sbom.subject.sha256.as_deref()), ("app", Some("ab")));
    }

    #[test]
    fn the_image_or_folder_that_a_document_describes_is_no_package_that_was_passed_over() {
        for subject in [
            r#"{"name":"app","type":"container","version":"sha256:03fa"}"#,
            r#"{"name":"/srv","type":"file"}"#,
        ] {
            let text = format!(r#"{{"bomFormat":"CycloneDX","metadata":{{"component":{subject}}}}}"#);
            let sbom = parse(text.as_bytes()).unwrap();
            assert!(sbom.inventory.unmatched().is_empty(), "{subject}");
        }
    }

    #[test]
    fn components_nested_without_end_are_refused_and_do_not_end_the_program() {
        let depth = 100_000;
        let open = r#"[{"name":"a","components":"#.repeat(depth);
        let close = "}]".repeat(depth);
        let text = format!(r#"{{"bomFormat":"CycloneDX","components":{open}[]{close}}}"#);
        assert!(parse(text.as_bytes()).is_err());
    }
}
