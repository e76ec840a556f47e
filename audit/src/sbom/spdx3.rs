//! SPDX 3 as JSON-LD in the form that its schema demands: one array of elements, with compact names.

use crate::error::ReadError;
use crate::report::Subject;
use crate::sbom::draft::{Draft, Edge, Item};
use serde::Deserialize;
use std::collections::HashSet;

pub(crate) fn read(json: &[u8]) -> Result<Draft, ReadError> {
    let document: Document = serde_json::from_slice(json)?;
    let mut draft = Draft::default();
    let mut roots: HashSet<String> = HashSet::new();
    for element in &document.graph {
        match element.kind.as_str() {
            "SpdxDocument" | "software_Sbom" | "Bom" => roots.extend(element.root_elements.iter().cloned()),
            "Relationship" | "LifecycleScopedRelationship"
                if matches!(element.relationship_type.as_deref(), Some("dependsOn" | "contains")) =>
            {
                let is_build = matches!(element.scope.as_deref(), Some("build" | "development"));
                for to in &element.to {
                    let from = element.from.clone().unwrap_or_default();
                    draft.edges.push(Edge { from, to: to.clone(), is_build });
                }
            }
            _ => {}
        }
    }
    for element in document.graph {
        if element.kind == "software_File" && draft.subject.sha256.is_none() {
            draft.subject = element.subject();
        }
        if element.kind != "software_Package" {
            continue;
        }
        let Some(id) = element.id else { continue };
        let identifier = element.identifiers.into_iter().find(|one| one.kind == "packageUrl");
        draft.items.push(Item {
            is_root: roots.contains(&id),
            id,
            name: element.name.unwrap_or_default(),
            version: element.version,
            purl: element.purl.or(identifier.map(|one| one.identifier)),
            ..Item::default()
        });
    }
    Ok(draft)
}

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "@graph")]
    graph: Vec<Element>,
}

#[derive(Deserialize)]
struct Element {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(rename = "spdxId")]
    id: Option<String>,
    name: Option<String>,
    #[serde(rename = "software_packageVersion")]
    version: Option<String>,
    #[serde(rename = "software_packageUrl")]
    purl: Option<String>,
    #[serde(rename = "externalIdentifier", default)]
    identifiers: Vec<Identifier>,
    #[serde(rename = "rootElement", default)]
    root_elements: Vec<String>,
    #[serde(rename = "relationshipType")]
    relationship_type: Option<String>,
    from: Option<String>,
    #[serde(default)]
    to: Vec<String>,
    scope: Option<String>,
    #[serde(rename = "verifiedUsing", default)]
    hashes: Vec<Hash>,
}

#[derive(Deserialize)]
struct Identifier {
    #[serde(rename = "externalIdentifierType", default)]
    kind: String,
    #[serde(default)]
    identifier: String,
}

#[derive(Deserialize)]
struct Hash {
    #[serde(default)]
    algorithm: String,
    #[serde(rename = "hashValue", default)]
    value: String,
}

impl Element {
    fn subject(&self) -> Subject {
        let digest = self.hashes.iter().find(|hash| hash.algorithm == "sha256");
        Subject {
            name: self.name.clone().unwrap_or_default(),
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
    fn the_elements_of_a_graph() {
        let text = r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[
            {"type":"CreationInfo","@id":"_:c"},
            {"type":"software_Sbom","spdxId":"S","rootElement":["R"]},
            {"type":"software_File","spdxId":"F","name":"app.exe",
             "verifiedUsing":[{"type":"Hash","algorithm":"sha256","hashValue":"ab"}]},
            {"type":"software_Package","spdxId":"R","name":"app","software_packageVersion":"1.0.0"},
            {"type":"software_Package","spdxId":"A","name":"a","software_packageUrl":"pkg:cargo/a@1.0.0"},
            {"type":"software_Package","spdxId":"B","name":"b",
             "externalIdentifier":[{"externalIdentifierType":"packageUrl","identifier":"pkg:cargo/b@1.0.0"}]},
            {"type":"Relationship","spdxId":"1","relationshipType":"dependsOn","from":"R","to":["A"]},
            {"type":"LifecycleScopedRelationship","spdxId":"2","relationshipType":"dependsOn","from":"A","to":["B"],
             "scope":"build"}]}"#;
        let sbom = parse(text.as_bytes()).unwrap();
        assert_eq!(sbom.inventory.ways().to(2), [0, 1, 2]);
        assert_eq!(sbom.inventory.components[2].package.kind, Kind::Build);
        assert_eq!((sbom.subject.name.as_str(), sbom.subject.sha256.as_deref()), ("app.exe", Some("ab")));
    }
}
