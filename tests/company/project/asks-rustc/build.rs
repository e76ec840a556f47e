//! Asks the cargo that runs this script, as build scripts do that collect licences or write headers.

use cargo_metadata::MetadataCommand;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let metadata = MetadataCommand::new().no_deps().other_options(["--offline".to_owned()]).exec();
    assert!(metadata.expect("cargo metadata").workspace_packages().len() >= 4);
}
