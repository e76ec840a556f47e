//! `cargo auditable`: cargo with the list of crates embedded in what it builds.

use std::process::ExitCode;

fn main() -> ExitCode {
    auditable_embed::main()
}
