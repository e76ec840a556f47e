//! The elements of an SPDX 3 document, as far as they are used here.

use super::tree::Members;
use serde::Serialize;
use std::borrow::Cow;

/// What can stand in the graph.
#[derive(Serialize)]
#[serde(tag = "type")]
pub(super) enum Node<'a> {
    CreationInfo(CreationInfo),
    #[serde(rename = "SpdxDocument")]
    Document(Collection<'a>),
    #[serde(rename = "software_Sbom")]
    Sbom(Collection<'a>),
    Tool(Agent<'a>),
    SoftwareAgent(Agent<'a>),
    Person(Agent<'a>),
    Organization(Agent<'a>),
    #[serde(rename = "software_Package")]
    Package(Box<Package<'a>>),
    #[serde(rename = "software_File")]
    File(File<'a>),
    #[serde(rename = "simplelicensing_LicenseExpression")]
    LicenseExpression(LicenseExpression<'a>),
    #[serde(rename = "simplelicensing_SimpleLicensingText")]
    LicensingText(LicensingText<'a>),
    Relationship(Relationship<'a>),
    LifecycleScopedRelationship(Relationship<'a>),
    Annotation(Annotation<'a>),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreationInfo {
    #[serde(rename = "@id")]
    pub(super) id: &'static str,
    pub(super) spec_version: &'static str,
    pub(super) created: String,
    pub(super) created_by: Vec<String>,
    pub(super) created_using: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Collection<'a> {
    pub(super) spdx_id: &'a str,
    pub(super) creation_info: &'static str,
    pub(super) name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data_license: Option<&'a str>,
    pub(super) profile_conformance: &'static [&'static str],
    #[serde(rename = "software_sbomType", skip_serializing_if = "<[_]>::is_empty")]
    pub(super) sbom_type: &'static [&'static str],
    pub(super) root_element: Vec<&'a str>,
    pub(super) element: Members<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Agent<'a> {
    pub(super) spdx_id: String,
    pub(super) creation_info: &'static str,
    pub(super) name: Cow<'a, str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) external_identifier: Vec<ExternalIdentifier<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExternalIdentifier<'a> {
    pub(super) r#type: &'static str,
    pub(super) external_identifier_type: &'static str,
    pub(super) identifier: Cow<'a, str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Package<'a> {
    pub(super) spdx_id: &'a str,
    pub(super) creation_info: &'static str,
    pub(super) name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) verified_using: Vec<Hash>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) external_identifier: Vec<ExternalIdentifier<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) external_ref: Vec<ExternalRef<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) originated_by: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) supplied_by: Option<String>,
    #[serde(rename = "software_primaryPurpose")]
    pub(super) primary_purpose: &'static str,
    #[serde(rename = "software_copyrightText")]
    pub(super) copyright_text: Cow<'a, str>,
    #[serde(rename = "software_packageVersion", skip_serializing_if = "Option::is_none")]
    pub(super) package_version: Option<&'a str>,
    #[serde(rename = "software_downloadLocation", skip_serializing_if = "Option::is_none")]
    pub(super) download_location: Option<&'a str>,
    #[serde(rename = "software_packageUrl", skip_serializing_if = "Option::is_none")]
    pub(super) package_url: Option<&'a str>,
    #[serde(rename = "software_homePage", skip_serializing_if = "Option::is_none")]
    pub(super) home_page: Option<&'a str>,
    #[serde(rename = "software_sourceInfo", skip_serializing_if = "Option::is_none")]
    pub(super) source_info: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hash {
    pub(super) r#type: &'static str,
    pub(super) algorithm: &'static str,
    pub(super) hash_value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExternalRef<'a> {
    pub(super) r#type: &'static str,
    pub(super) external_ref_type: &'static str,
    pub(super) locator: [&'a str; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct File<'a> {
    pub(super) spdx_id: &'a str,
    pub(super) creation_info: &'static str,
    pub(super) name: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) verified_using: Vec<Hash>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) external_ref: Vec<ExternalRef<'a>>,
    #[serde(rename = "software_primaryPurpose")]
    pub(super) primary_purpose: &'static str,
    #[serde(rename = "software_additionalPurpose")]
    pub(super) additional_purpose: &'static [&'static str],
    #[serde(rename = "software_fileKind", skip_serializing_if = "Option::is_none")]
    pub(super) file_kind: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LicenseExpression<'a> {
    pub(super) spdx_id: &'a str,
    pub(super) creation_info: &'static str,
    #[serde(rename = "simplelicensing_licenseExpression")]
    pub(super) license_expression: &'a str,
    #[serde(rename = "simplelicensing_customIdToUri", skip_serializing_if = "Vec::is_empty")]
    pub(super) custom_id_to_uri: Vec<DictionaryEntry<'a>>,
}

#[derive(Serialize)]
pub(super) struct DictionaryEntry<'a> {
    pub(super) r#type: &'static str,
    pub(super) key: &'a str,
    pub(super) value: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LicensingText<'a> {
    pub(super) spdx_id: &'a str,
    pub(super) creation_info: &'static str,
    pub(super) name: &'a str,
    #[serde(rename = "simplelicensing_licenseText")]
    pub(super) license_text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Relationship<'a> {
    pub(super) spdx_id: String,
    pub(super) creation_info: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<&'static str>,
    pub(super) from: &'a str,
    pub(super) relationship_type: &'static str,
    pub(super) to: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scope: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) completeness: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Annotation<'a> {
    pub(super) spdx_id: String,
    pub(super) creation_info: &'static str,
    pub(super) annotation_type: &'static str,
    pub(super) subject: &'a str,
    pub(super) statement: String,
}

impl<'a> ExternalIdentifier<'a> {
    pub(super) fn new(external_identifier_type: &'static str, identifier: impl Into<Cow<'a, str>>) -> Self {
        Self { r#type: "ExternalIdentifier", external_identifier_type, identifier: identifier.into() }
    }
}

impl<'a> ExternalRef<'a> {
    pub(super) fn new(external_ref_type: &'static str, locator: &'a str) -> Self {
        Self { r#type: "ExternalRef", external_ref_type, locator: [locator] }
    }
}

impl Node<'_> {
    /// Its identifier, but for the creation information, which is no element.
    pub(super) fn spdx_id(&self) -> Option<&str> {
        Some(match self {
            Self::CreationInfo(_) => return None,
            Self::Document(collection) | Self::Sbom(collection) => collection.spdx_id,
            Self::Tool(agent)
            | Self::SoftwareAgent(agent)
            | Self::Person(agent)
            | Self::Organization(agent) => &agent.spdx_id,
            Self::Package(package) => package.spdx_id,
            Self::File(file) => file.spdx_id,
            Self::LicenseExpression(expression) => expression.spdx_id,
            Self::LicensingText(text) => text.spdx_id,
            Self::Relationship(relationship) | Self::LifecycleScopedRelationship(relationship) => {
                &relationship.spdx_id
            }
            Self::Annotation(annotation) => &annotation.spdx_id,
        })
    }
}

/// The creation information of all elements: a blank node, which has a meaning only within the document.
pub(super) const CREATION_INFO: &str = "_:creationinfo";
