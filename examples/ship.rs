//! The whole way of a release: builds the project in `examples/hello` with the wrapper, reads the list of crates back
//! from the program, and writes both kinds of SBOM.
//!
//! ```sh
//! cargo run --release --example ship
//! ```
//!
//! It prints each command before it runs it, so that the same can be done by hand or in a release script.

#![expect(clippy::print_stdout, reason = "this is a program for a terminal")]

use std::env;
use std::error::Error;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    // A user has both programs from `cargo install`; here they are built beside this example.
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    run(&cargo, "build --release --quiet --bins")?;
    let this_program = env::current_exe()?;
    let programs = this_program.parent().and_then(Path::parent).ok_or("this example lies in no folder")?;
    let program = |name: &str| programs.join(format!("{name}{}", env::consts::EXE_SUFFIX)).into_os_string();
    let (wrapper, auditable) = (program("cargo-auditable"), program("auditable"));

    run(
        &wrapper,
        "auditable build --release --locked --manifest-path examples/hello/Cargo.toml \
         --target-dir examples/hello/target",
    )?;
    let hello = format!("examples/hello/target/release/hello{}", env::consts::EXE_SUFFIX);
    run(&auditable, &format!("inspect {hello}"))?;
    for (format, document) in [
        ("cyclonedx-json", "examples/hello/target/hello.cdx.json"),
        ("spdx-json", "examples/hello/target/hello.spdx.json"),
    ] {
        run(&auditable, &format!("sbom --format {format} -o {document} {hello}"))?;
        println!("wrote {document}");
    }
    Ok(())
}

/// Runs a program in this project's folder after showing the command, and fails if it does.
fn run(program: &OsStr, arguments: &str) -> Result<(), Box<dyn Error>> {
    let name = Path::new(program).file_stem().unwrap_or(program).display();
    // Cargo calls its subcommands by name, which a user does not type twice.
    println!("$ {} {arguments}", name.to_string().replace("cargo-auditable", "cargo"));
    let status = Command::new(program)
        .args(arguments.split_whitespace())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()?;
    if status.success() { Ok(()) } else { Err(format!("{name} ended with {status}").into()) }
}
