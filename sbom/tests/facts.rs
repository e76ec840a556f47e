//! What is known about crates beyond the list stands in every format, and what several files have in common stands once.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use auditable_sbom::{Document, cyclonedx, spdx2, spdx3};
use serde_json::Value;
use spdx_rs::models::SPDX;
use std::collections::BTreeSet;

#[expect(dead_code, reason = "only some of its documents are needed here")]
mod graphs;

const LOG_PURL: &str = "pkg:cargo/log@0.4.27?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fexample%2Flog%40c7e4a10b3c2f4d5e6f708192a3b4c5d6e7f80912";

#[test]
fn cyclonedx_says_all_that_is_known() {
    let bom = bom(&graphs::known(), cyclonedx::Version::V1_6);
    let serde = component(&bom, "serde");
    assert_eq!(serde["hashes"][0]["content"], "12".repeat(32));
    assert_eq!(serde["licenses"][0]["expression"], "MIT OR Apache-2.0");
    assert_eq!(serde["licenses"][0]["acknowledgement"], "declared");
    assert_eq!(serde["authors"][0]["email"], "erika@example.com");
    assert_eq!(serde["authors"][1]["name"], "The Example Developers");
    assert_eq!(serde["publisher"], "Erika Mustermann (erika)");
    assert_eq!(serde["supplier"]["name"], "crates.io");
    assert_eq!(serde["description"], "About serde: it is an example.");
    let references: Vec<&str> =
        array(&serde["externalReferences"]).map(|each| string(each, "type")).collect();
    assert_eq!(references, ["source-distribution", "documentation", "vcs", "website"]);
    let audits: Vec<&str> = array(&serde["properties"])
        .filter(|property| property["name"] == "auditable:audit")
        .map(|property| string(property, "value"))
        .collect();
    assert_eq!(
        audits,
        [
            "full; criteria: safe-to-run, safe-to-deploy; by: Max <max@example.com>; import: example; notes: Read all of it.",
            "delta from 0.9.9; criteria: safe-to-deploy",
            "trusted as published by erika; criteria: safe-to-deploy",
            "wildcard for all that erika publishes; criteria: safe-to-deploy",
            "exemption; criteria: safe-to-deploy",
            "violation; criteria: safe-to-deploy",
        ]
    );
    assert_eq!(component(&bom, "log")["purl"], LOG_PURL);
    assert_eq!(component(&bom, "shlex")["licenses"][0]["license"]["id"], "MIT");
    assert_eq!(component(&bom, "private")["licenses"][0]["license"]["name"], "Proprietary, see contract");
    assert_eq!(
        component(&bom, "member")["licenses"][0]["expression"],
        "LicenseRef-Example OR GPL-3.0-or-later"
    );
    let metadata = &bom["metadata"];
    assert_eq!(metadata["authors"][0]["email"], "jane@example.com");
    assert_eq!(metadata["supplier"]["url"][0], "https://example.com");
    assert_eq!(metadata["component"]["supplier"]["name"], "Example Ltd");
}

#[test]
fn older_versions_of_cyclonedx_have_what_they_can() {
    let bom = bom(&graphs::known(), cyclonedx::Version::V1_4);
    let serde = component(&bom, "serde");
    assert_eq!(serde["author"], "Erika Mustermann <erika@example.com>, The Example Developers");
    assert_eq!(serde["externalReferences"][0]["type"], "distribution");
    assert_eq!(serde["licenses"][0]["acknowledgement"], Value::Null);
}

#[test]
fn spdx2_says_all_that_is_known() {
    let mut json = Vec::new();
    spdx2::write_json(&graphs::known(), &mut json).unwrap();
    let document: SPDX = serde_json::from_slice(&json).unwrap();
    let package = |name: &str| {
        document.package_information.iter().find(|package| package.package_name == name).unwrap()
    };
    let serde = package("serde");
    assert_eq!(serde.package_checksum[0].value, "12".repeat(32));
    assert_eq!(serde.package_supplier.as_deref(), Some("Organization: crates.io"));
    assert_eq!(serde.package_originator.as_deref(), Some("Person: Erika Mustermann (erika@example.com)"));
    assert_eq!(serde.declared_license.as_ref().unwrap().to_string(), "MIT OR Apache-2.0");
    assert_eq!(serde.package_file_name.as_deref(), Some("serde-1.0.219.crate"));
    assert_eq!(serde.annotations.len(), 6);
    let log = package("log");
    assert_eq!(log.external_reference[0].reference_locator, LOG_PURL);
    let origin = "git+https://github.com/example/log@c7e4a10b3c2f4d5e6f708192a3b4c5d6e7f80912";
    assert_eq!(log.package_download_location, origin);
    let private = package("private").declared_license.as_ref().unwrap().to_string();
    assert_eq!(private, "LicenseRef-Proprietary--see-contract");
    let texts: Vec<&str> = document
        .other_licensing_information_detected
        .iter()
        .map(|info| info.extracted_text.as_str())
        .collect();
    assert_eq!(texts, ["NOASSERTION", "Proprietary, see contract"]);
}

#[test]
fn spdx3_says_all_that_is_known() {
    let mut json = Vec::new();
    spdx3::write_json(&graphs::known(), &mut json).unwrap();
    let document: Value = serde_json::from_slice(&json).unwrap();
    let find = |key: &str, value: &str| {
        array(&document["@graph"])
            .find(|node| node[key] == value)
            .unwrap_or_else(|| panic!("no {key} {value}"))
    };
    let serde = array(&document["@graph"])
        .find(|node| node["type"] == "software_Package" && node["name"] == "serde")
        .unwrap();
    assert_eq!(serde["verifiedUsing"][0]["hashValue"], "12".repeat(32));
    assert_eq!(find("spdxId", string(serde, "suppliedBy"))["name"], "crates.io");
    let originators: BTreeSet<&str> = array(&serde["originatedBy"])
        .map(|id| string(find("spdxId", id.as_str().unwrap()), "name"))
        .collect();
    let expected = ["Erika Mustermann", "The Example Developers", "the project at github.com/example/serde"];
    assert_eq!(originators.into_iter().collect::<Vec<_>>(), expected);
    let declared = array(&document["@graph"])
        .find(|node| node["from"] == serde["spdxId"] && node["relationshipType"] == "hasDeclaredLicense")
        .unwrap();
    let license = find("spdxId", declared["to"][0].as_str().unwrap());
    assert_eq!(license["simplelicensing_licenseExpression"], "MIT OR Apache-2.0");
    let custom = find("simplelicensing_licenseExpression", "LicenseRef-Proprietary--see-contract");
    let text = find("spdxId", custom["simplelicensing_customIdToUri"][0]["value"].as_str().unwrap());
    assert_eq!(text["simplelicensing_licenseText"], "Proprietary, see contract");
}

#[test]
fn passwords_do_not_get_out() {
    for (extension, text) in graphs::encodings(&graphs::known()) {
        assert!(!String::from_utf8(text).unwrap().contains("secret"), "{extension}");
    }
}

#[test]
fn a_release_lists_what_its_files_have_in_common_once() {
    let bom = bom(&graphs::release(), cyclonedx::Version::V1_6);
    assert_eq!(bom["metadata"]["component"]["name"], "hello");
    assert_eq!(bom["metadata"]["component"]["version"], "1.2.3");
    let names: Vec<&str> = array(&bom["components"]).map(|component| string(component, "name")).collect();
    assert_eq!(
        names,
        ["app", "server", "cc", "log", "log", "member", "private", "serde", "shlex"],
        "serde is the same in both, and log is not, since it has other dependencies"
    );
    // What each file is made of can be read back.
    assert_eq!(reached(&bom, "server"), ["log@0.4.27", "serde@1.0.219"]);
    assert_eq!(
        reached(&bom, "app"),
        ["cc@1.0.0", "log@0.4.27", "member@1.0.0", "private@1.0.0", "serde@1.0.219", "shlex@1.0.0"]
    );
}

/// Name and version of everything that a component depends on.
fn reached(bom: &Value, name: &str) -> Vec<String> {
    let mut refs = vec![string(component(bom, name), "bom-ref")];
    let mut next = 0;
    while let Some(&from) = refs.get(next) {
        next += 1;
        let node = array(&bom["dependencies"]).find(|node| node["ref"] == from).unwrap();
        for to in array(&node["dependsOn"]).map(|to| to.as_str().unwrap()) {
            if !refs.contains(&to) {
                refs.push(to);
            }
        }
    }
    let mut names: Vec<String> = refs[1..]
        .iter()
        .map(|reference| array(&bom["components"]).find(|each| each["bom-ref"] == *reference).unwrap())
        .map(|each| format!("{}@{}", string(each, "name"), string(each, "version")))
        .collect();
    names.sort();
    names
}

fn bom(document: &Document, version: cyclonedx::Version) -> Value {
    let mut json = Vec::new();
    cyclonedx::write_json(document, version, &mut json).unwrap();
    serde_json::from_slice(&json).unwrap()
}

fn component<'a>(bom: &'a Value, name: &str) -> &'a Value {
    array(&bom["components"]).find(|component| component["name"] == name).unwrap()
}

fn string<'a>(of: &'a Value, key: &str) -> &'a str {
    of[key].as_str().unwrap_or_else(|| panic!("no {key} in {of}"))
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
