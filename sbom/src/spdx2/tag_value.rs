use super::elements::{Package, SpdxDocument};
use super::tree::spdx_ids;
use crate::Document;
use std::borrow::Cow;
use std::io;

/// Writes a document as SPDX 2.3 tag-value text, with a newline at the end.
///
/// The encoding has no way to write control characters, nor `<text>` and `</text>` within a value. U+FFFD stands in
/// their place; real lists have none of them.
///
/// Writes many small pieces, so the sink should be buffered. About 0.9 kB for each crate.
///
/// # Errors
///
/// Only those of the sink.
pub fn write_tag_value(document: &Document, mut sink: impl io::Write) -> io::Result<()> {
    let ids = spdx_ids(document);
    let document = SpdxDocument::new(document, &ids);
    let sink = &mut sink;
    line(sink, "SPDXVersion", document.spdx_version)?;
    line(sink, "DataLicense", document.data_license)?;
    line(sink, "SPDXID", document.spdx_id)?;
    line(sink, "DocumentName", document.name)?;
    line(sink, "DocumentNamespace", &document.document_namespace)?;
    for creator in &document.creation_info.creators {
        line(sink, "Creator", creator)?;
    }
    line(sink, "Created", &document.creation_info.created)?;
    text(sink, "DocumentComment", &document.comment)?;
    for package in &document.packages {
        write_package(sink, package)?;
    }
    for info in &document.has_extracted_licensing_infos {
        writeln!(sink)?;
        line(sink, "LicenseID", &info.license_id)?;
        text(sink, "ExtractedText", &info.extracted_text)?;
        line(sink, "LicenseName", info.name)?;
        text(sink, "LicenseComment", info.comment)?;
    }
    for package in &document.packages {
        for annotation in &package.annotations {
            writeln!(sink)?;
            line(sink, "Annotator", &annotation.annotator)?;
            line(sink, "AnnotationDate", &annotation.annotation_date)?;
            line(sink, "AnnotationType", annotation.annotation_type)?;
            line(sink, "SPDXREF", package.spdx_id)?;
            text(sink, "AnnotationComment", &annotation.comment)?;
        }
    }
    writeln!(sink)?;
    for relationship in &document.relationships {
        let [element, word, related] =
            [relationship.spdx_element_id, relationship.relationship_type, relationship.related_spdx_element];
        writeln!(sink, "Relationship: {element} {word} {related}")?;
    }
    Ok(())
}

fn write_package(sink: &mut impl io::Write, package: &Package<'_>) -> io::Result<()> {
    writeln!(sink)?;
    line(sink, "PackageName", package.name)?;
    line(sink, "SPDXID", package.spdx_id)?;
    if let Some(version) = package.version_info {
        line(sink, "PackageVersion", version)?;
    }
    if let Some(name) = &package.package_file_name {
        line(sink, "PackageFileName", name)?;
    }
    line(sink, "PackageSupplier", &package.supplier)?;
    if let Some(originator) = &package.originator {
        line(sink, "PackageOriginator", originator)?;
    }
    line(sink, "PackageDownloadLocation", package.download_location)?;
    line(sink, "FilesAnalyzed", if package.files_analyzed { "true" } else { "false" })?;
    for checksum in &package.checksums {
        writeln!(sink, "PackageChecksum: {}: {}", checksum.algorithm, checksum.checksum_value)?;
    }
    if let Some(homepage) = package.homepage {
        line(sink, "PackageHomePage", homepage)?;
    }
    if let Some(info) = &package.source_info {
        text(sink, "PackageSourceInfo", info)?;
    }
    line(sink, "PackageLicenseConcluded", package.license_concluded)?;
    line(sink, "PackageLicenseDeclared", &package.license_declared)?;
    line(sink, "PackageCopyrightText", package.copyright_text)?;
    if let Some(description) = package.description {
        text(sink, "PackageDescription", description)?;
    }
    if let Some(comment) = &package.comment {
        text(sink, "PackageComment", comment)?;
    }
    for reference in &package.external_refs {
        let (category, kind) = (reference.reference_category, reference.reference_type);
        writeln!(sink, "ExternalRef: {category} {kind} {}", reference.reference_locator)?;
    }
    line(sink, "PrimaryPackagePurpose", package.primary_package_purpose)
}

/// A value that ends with its line.
fn line(sink: &mut impl io::Write, tag: &str, value: &str) -> io::Result<()> {
    writeln!(sink, "{tag}: {}", representable(value))
}

/// A value between delimiters.
fn text(sink: &mut impl io::Write, tag: &str, value: &str) -> io::Result<()> {
    writeln!(sink, "{tag}: <text>{}</text>", representable(value))
}

fn representable(value: &str) -> Cow<'_, str> {
    let is_plain = |c: char| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}');
    if value.chars().all(is_plain) && !value.contains("<text>") && !value.contains("</text>") {
        return Cow::Borrowed(value);
    }
    let value: String =
        value.chars().map(|c| if is_plain(c) { c } else { char::REPLACEMENT_CHARACTER }).collect();
    Cow::Owned(value.replace("<text>", "\u{fffd}text>").replace("</text>", "\u{fffd}/text>"))
}
