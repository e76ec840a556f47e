//! Who audited a crate, and who published it, by cargo-vet.

use crate::fixture::{Fixture, component, properties};

fn supply_chain(fixture: &Fixture, folder: &str) {
    let write = |name: &str, text: &str| fixture.project.write(&format!("{folder}/{name}"), text);
    write(
        "audits.toml",
        "[[audits.deep]]\nwho = 'Jane Doe <jane@example.com>'\ncriteria = 'safe-to-deploy'\nversion = '1.0.0'\n\
         [[trusted.dep]]\ncriteria = 'safe-to-deploy'\nuser-id = 7\nstart = '2020-01-01'\nend = '2030-01-01'\n\
         [[audits.near]]\ncriteria = 'safe-to-run'\nversion = '0.2.0'\n",
    );
    write("config.toml", "[[exemptions.scripting]]\nversion = '1.0.0+meta.5'\ncriteria = 'safe-to-run'\n");
    write(
        "imports.lock",
        "[[publisher.dep]]\nversion = '0.3.0'\nwhen = '2024-01-01'\nuser-id = 7\nuser-login = 'jane'\n\
         user-name = 'Jane Doe'\n\
         [[audits.peer.audits.deep]]\nwho = 'Peer'\ncriteria = 'safe-to-deploy'\ndelta = '1.0.0 -> 1.1.0'\n",
    );
}

#[test]
fn a_manifest_says_where_the_audits_are() {
    let fixture = Fixture::new();
    supply_chain(&fixture, "other/place");
    let manifest = std::fs::read_to_string(fixture.path("Cargo.toml")).unwrap();
    let metadata = "\n[workspace.metadata.vet]\nstore = { path = './other/place' }\n";
    fixture.project.write("Cargo.toml", &(manifest + metadata));
    for arguments in ["--lockfile Cargo.lock", "--manifest-path app/Cargo.toml"] {
        let document = fixture.document(&format!("{arguments} app.wasm"));
        assert_eq!(component(&document, "dep")["publisher"], "Jane Doe (jane)", "{arguments}");
    }
}

#[test]
fn each_component_says_who_audited_it_and_who_published_it() {
    let fixture = Fixture::new();
    supply_chain(&fixture, "supply-chain");
    // Found beside the lock file, or named.
    for arguments in ["--lockfile Cargo.lock", "--vet supply-chain"] {
        let document = fixture.document(&format!("{arguments} app.wasm"));
        let audits = |name| properties(component(&document, name), "auditable:audit").join("\n");
        assert_eq!(audits("deep").lines().count(), 2, "{arguments}: {}", audits("deep"));
        for part in
            ["full of 1.0.0", "safe-to-deploy", "Jane Doe <jane@example.com>", "delta from 1.0.0", "peer"]
        {
            assert!(audits("deep").contains(part), "{arguments}: no {part:?} in {}", audits("deep"));
        }
        assert!(audits("dep").contains("trusted") && audits("dep").contains("jane"), "{}", audits("dep"));
        assert!(audits("scripting").contains("exemption"), "{}", audits("scripting"));
        assert_eq!(component(&document, "dep")["publisher"], "Jane Doe (jane)");
        // A local package of that name is not the crate that was audited.
        assert_eq!(audits("near"), "");
        assert_eq!(audits("private"), "");
    }
}

#[test]
fn audits_are_left_out_if_told_so() {
    let fixture = Fixture::new();
    supply_chain(&fixture, "supply-chain");
    let document = fixture.document("--no-enrich --lockfile Cargo.lock app.wasm");
    assert!(properties(component(&document, "deep"), "auditable:audit").is_empty());
    let document = fixture.document("--no-enrich --vet supply-chain --lockfile Cargo.lock app.wasm");
    assert!(!properties(component(&document, "deep"), "auditable:audit").is_empty());
}

#[test]
fn a_damaged_store_is_named() {
    let fixture = Fixture::new();
    supply_chain(&fixture, "vet");
    fixture.project.write("vet/imports.lock", "[[publisher.x]]\n");
    let (code, _, stderr) = fixture.run("sbom --vet vet app.wasm");
    assert!(code == 2 && stderr.contains("imports.lock is not as cargo-vet writes it"), "{stderr}");
    let (code, _, stderr) = fixture.run("sbom --vet nowhere app.wasm");
    assert!(code == 2 && stderr.contains("nowhere"), "{stderr}");
}
