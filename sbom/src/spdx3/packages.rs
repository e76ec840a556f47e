use super::agents::Agents;
use super::elements::{CREATION_INFO, ExternalIdentifier, ExternalRef, Hash, Package};
use crate::PackageFacts;
use crate::document::{Component, Role};
use crate::identity::hex;
use crate::spdx::{NOASSERTION, not_blank, source_info};
use std::borrow::Cow;

pub(super) fn package<'a>(component: &'a Component, spdx_id: &'a str, agents: &Agents<'_>) -> Package<'a> {
    let facts = &component.facts;
    // The digests and the address are those of the source: what they are of the binary stands at its file.
    let is_crate = matches!(component.role, Role::Crate);
    Package {
        spdx_id,
        creation_info: CREATION_INFO,
        name: not_blank(&component.name),
        description: facts.description.as_deref(),
        verified_using: match component.binary() {
            Some(binary) => hashes(Some(&binary.subject.sha256), Some(&binary.subject.sha512)),
            None => hashes(facts.crate_sha256.as_ref(), facts.crate_sha512.as_ref()),
        },
        external_identifier: component
            .purl
            .as_deref()
            .map(|purl| ExternalIdentifier::new("packageUrl", purl))
            .into_iter()
            .collect(),
        external_ref: external_refs(facts),
        originated_by: agents.originators(component),
        supplied_by: agents.supplier(component),
        primary_purpose: if is_crate { "library" } else { "application" },
        copyright_text: copyright_text(facts),
        package_version: component.version.as_deref(),
        download_location: component.download_address.as_deref().filter(|_| is_crate),
        package_url: component.purl.as_deref(),
        home_page: facts.homepage.as_deref(),
        source_info: source_info(component),
    }
}

pub(super) fn hashes(sha256: Option<&[u8; 32]>, sha512: Option<&[u8; 64]>) -> Vec<Hash> {
    let sha256 = sha256.map(|digest| Hash { r#type: "Hash", algorithm: "sha256", hash_value: hex(digest) });
    let sha512 = sha512.map(|digest| Hash { r#type: "Hash", algorithm: "sha512", hash_value: hex(digest) });
    sha256.into_iter().chain(sha512).collect()
}

/// Manifests name no holders of a copyright. What they name instead is told as what it is.
fn copyright_text(facts: &PackageFacts) -> Cow<'static, str> {
    if !facts.authors.is_empty() {
        return format!("The manifest names as authors: {}", facts.authors.join(", ")).into();
    }
    if facts.license.is_some() {
        return "The manifest names no authors".into();
    }
    NOASSERTION.into()
}

fn external_refs(facts: &PackageFacts) -> Vec<ExternalRef<'_>> {
    [("documentation", &facts.documentation), ("vcs", &facts.repository)]
        .into_iter()
        .filter_map(|(kind, locator)| Some(ExternalRef::new(kind, locator.as_deref()?)))
        .collect()
}
