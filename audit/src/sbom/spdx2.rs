//! SPDX 2.2 and 2.3 as JSON.

use crate::error::ReadError;
use crate::report::Subject;
use crate::sbom::draft::{Draft, Edge, Item};
use serde::Deserialize;
use std::collections::HashSet;

pub(crate) fn read(json: &[u8]) -> Result<Draft, ReadError> {
    let document: Document = serde_json::from_slice(json)?;
    let mut roots: HashSet<String> = document.document_describes.into_iter().collect();
    let mut draft = Draft::default();
    for relationship in document.relationships {
        let Relationship { from, kind, to } = relationship;
        // Direction and meaning: SPDX 2.3, section 11.1.
        let (from, to, is_build) = match kind.as_str() {
            "DESCRIBES" => {
                roots.insert(to);
                continue;
            }
            "DEPENDS_ON" | "CONTAINS" => (from, to, false),
            "DEPENDENCY_OF" | "RUNTIME_DEPENDENCY_OF" | "CONTAINED_BY" => (to, from, false),
            "BUILD_DEPENDENCY_OF" => (to, from, true),
            _ => continue,
        };
        draft.edges.push(Edge { from, to, is_build });
    }
    for package in document.packages {
        let is_root = roots.contains(&package.id);
        if is_root {
            draft.subject = package.subject();
        }
        let purl = package.references.into_iter().find(|reference| reference.kind == "purl");
        draft.items.push(Item {
            id: package.id,
            name: package.name,
            version: package.version,
            purl: purl.map(|purl| purl.locator),
            is_root,
            ..Item::default()
        });
    }
    Ok(draft)
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    packages: Vec<Package>,
    #[serde(default)]
    relationships: Vec<Relationship>,
    #[serde(rename = "documentDescribes", default)]
    document_describes: Vec<String>,
}

#[derive(Deserialize)]
struct Package {
    #[serde(rename = "SPDXID")]
    id: String,
    #[serde(default)]
    name: String,
    #[serde(rename = "versionInfo")]
    version: Option<String>,
    #[serde(rename = "packageFileName")]
    file_name: Option<String>,
    #[serde(default)]
    checksums: Vec<Checksum>,
    #[serde(rename = "externalRefs", default)]
    references: Vec<Reference>,
}

#[derive(Deserialize)]
struct Checksum {
    algorithm: String,
    #[serde(rename = "checksumValue")]
    value: String,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(rename = "referenceType", default)]
    kind: String,
    #[serde(rename = "referenceLocator", default)]
    locator: String,
}

#[derive(Deserialize)]
struct Relationship {
    #[serde(rename = "spdxElementId")]
    from: String,
    #[serde(rename = "relationshipType")]
    kind: String,
    #[serde(rename = "relatedSpdxElement")]
    to: String,
}

impl Package {
    fn subject(&self) -> Subject {
        let digest = self.checksums.iter().find(|checksum| checksum.algorithm == "SHA256");
        Subject {
            name: self.file_name.clone().unwrap_or_else(|| self.name.clone()),
            sha256: digest.map(|digest| digest.value.to_ascii_lowercase()),
            ..Subject::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::sbom::parse;
    use auditable_graph::Kind;

    #[test]
    fn relationships_tell_ways_and_what_only_built() {
        let purl = |name: &str| {
            format!(
                r#""externalRefs":[{{"referenceType":"purl","referenceLocator":"pkg:cargo/{name}@1.0.0"}}]"#
            )
        };
        let text = format!(
            r#"{{"spdxVersion":"SPDX-2.3","packages":[
                {{"SPDXID":"R","name":"app","versionInfo":"1.0.0","packageFileName":"app.exe",
                  "checksums":[{{"algorithm":"SHA256","checksumValue":"AB"}}]}},
                {{"SPDXID":"A","name":"a",{}}},{{"SPDXID":"B","name":"b",{}}},{{"SPDXID":"C","name":"c",{}}}],
              "relationships":[
                {{"spdxElementId":"D","relationshipType":"DESCRIBES","relatedSpdxElement":"R"}},
                {{"spdxElementId":"R","relationshipType":"DEPENDS_ON","relatedSpdxElement":"A"}},
                {{"spdxElementId":"B","relationshipType":"DEPENDENCY_OF","relatedSpdxElement":"A"}},
                {{"spdxElementId":"C","relationshipType":"BUILD_DEPENDENCY_OF","relatedSpdxElement":"A"}}]}}"#,
            purl("a"),
            purl("b"),
            purl("c")
        );
        let sbom = parse(text.as_bytes()).unwrap();
        assert_eq!(sbom.inventory.ways().to(2), [0, 1, 2]);
        let kinds: Vec<Kind> = sbom.inventory.components.iter().map(|one| one.package.kind).collect();
        assert_eq!(kinds, [Kind::Runtime, Kind::Runtime, Kind::Runtime, Kind::Build]);
        assert_eq!((sbom.subject.name.as_str(), sbom.subject.sha256.as_deref()), ("app.exe", Some("ab")));
    }
}
