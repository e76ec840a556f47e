//! Lets the program say which compiler it was built with.

fn main() -> Result<(), rustc_version::Error> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=HELLO_RUSTC={}", rustc_version::version()?);
    Ok(())
}
