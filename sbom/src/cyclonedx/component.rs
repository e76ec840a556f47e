use super::Version;
use super::elements::{
    Component, Contact, Evidence, ExternalReference, Hash, Identities, Identity, License, LicenseChoice,
    LicenseName, Method, Organization, Property,
};
use crate::PackageFacts;
use crate::document::{Binary, Component as Known, Listed, Role};
use crate::identity::hex;
use auditable_graph::section;

pub(super) fn component<'a>(known: &'a Known, bom_ref: &'a str, version: Version) -> Component<'a> {
    let facts = &known.facts;
    let is_crate = matches!(known.role, Role::Crate);
    let scope = if known.is_build_only() { "excluded" } else { "required" };
    let authors: Vec<crate::Contact> = facts.contacts().collect();
    let (authors, author) = if version >= Version::V1_6 {
        (authors.into_iter().map(Contact::new).collect(), None)
    } else {
        (Vec::new(), (!facts.authors.is_empty()).then(|| facts.authors.join(", ")))
    };
    Component {
        r#type: if is_crate { "library" } else { "application" },
        bom_ref,
        supplier: known.supplier.as_ref().map(Organization::new),
        authors,
        author,
        publisher: facts.publisher.as_ref().map(|publisher| publisher.to_string().into()),
        name: &known.name,
        version: known.version.as_deref(),
        description: facts.description.as_deref(),
        scope: is_crate.then_some(scope),
        hashes: match known.binary() {
            Some(binary) => hashes(Some(&binary.subject.sha256), Some(&binary.subject.sha512)),
            None => hashes(facts.crate_sha256.as_ref(), facts.crate_sha512.as_ref()),
        },
        licenses: licenses(facts, version),
        purl: known.purl.as_deref(),
        external_references: external_references(known, version),
        properties: properties(known),
        evidence: evidence(known, version),
    }
}

fn hashes(sha256: Option<&[u8; 32]>, sha512: Option<&[u8; 64]>) -> Vec<Hash> {
    let sha256 = sha256.map(|digest| Hash { alg: "SHA-256", content: hex(digest) });
    let sha512 = sha512.map(|digest| Hash { alg: "SHA-512", content: hex(digest) });
    sha256.into_iter().chain(sha512).collect()
}

fn licenses(facts: &PackageFacts, version: Version) -> Option<[LicenseChoice<'_>; 1]> {
    let license = facts.license.as_ref()?;
    // The manifest says so; whether the source agrees was not looked at.
    let acknowledgement = (version >= Version::V1_6).then_some("declared");
    Some([match (license.expression(), license.id()) {
        (_, Some(id)) => {
            LicenseChoice::License { license: License { name: LicenseName::Id(id), acknowledgement } }
        }
        (Some(expression), None) => LicenseChoice::Expression { expression, acknowledgement },
        (None, None) => LicenseChoice::License {
            license: License { name: LicenseName::Name(license.text()), acknowledgement },
        },
    }])
}

fn external_references(known: &Known, version: Version) -> Vec<ExternalReference<'_>> {
    let facts = &known.facts;
    let reference = |r#type, url| ExternalReference { r#type, url, hashes: Vec::new() };
    let mut references: Vec<ExternalReference<'_>> = Vec::new();
    if let Some(url) = known.download_address.as_deref() {
        let hashes = hashes(facts.crate_sha256.as_ref(), facts.crate_sha512.as_ref());
        let r#type = if version >= Version::V1_6 { "source-distribution" } else { "distribution" };
        references.push(ExternalReference { r#type, url, hashes });
    }
    references.extend(facts.documentation.as_deref().map(|url| reference("documentation", url)));
    references.extend(facts.repository.as_deref().map(|url| reference("vcs", url)));
    references.extend(facts.homepage.as_deref().map(|url| reference("website", url)));
    references
}

/// Sorted by name, and the audits in their own order.
fn properties(known: &Known) -> Vec<Property<'_>> {
    let mut properties: Vec<_> = known.binary().into_iter().flat_map(binary_properties).collect();
    properties
        .extend(known.facts.audits.iter().map(|audit| Property::new("auditable:audit", audit.to_string())));
    properties.extend(known.listed.iter().flat_map(listed_properties));
    properties.sort_by_key(|property| property.name);
    properties
}

fn listed_properties(listed: &Listed) -> [Property<'_>; 2] {
    [
        Property::new("auditable:kind", listed.kind.as_str()),
        Property::new("auditable:source", listed.source.as_str()),
    ]
}

fn binary_properties(binary: &Binary) -> impl Iterator<Item = Property<'_>> {
    let subject = &binary.subject;
    let format = Property::new("auditable:format", binary.format.to_string());
    let texts = [
        ("auditable:architecture", subject.architecture.as_deref()),
        ("auditable:container", subject.container.as_deref()),
        ("auditable:file-name", Some(subject.file_name.as_str())),
        ("auditable:target", subject.target.as_deref()),
    ];
    std::iter::once(format)
        .chain(texts.into_iter().filter_map(|(name, value)| Some(Property::new(name, value?))))
        .chain(subject.rustc.iter().map(|rustc| Property::new("auditable:rustc", rustc.as_str())))
}

/// Crates are known because the list in the binary names them: it is a manifest, left there by the build.
fn evidence(component: &Known, version: Version) -> Option<Evidence> {
    if version < Version::V1_5 || component.listed.is_none() {
        return None;
    }
    let identity = Identity {
        field: if component.purl.is_some() { "purl" } else { "name" },
        confidence: 1,
        methods: [Method { technique: "manifest-analysis", confidence: 1, value: section::NAME }],
    };
    let identity =
        if version >= Version::V1_6 { Identities::Several([identity]) } else { Identities::One(identity) };
    Some(Evidence { identity })
}
