//! Stands in for cargo and rustc where these cannot be had: says how it was called, and ends as it is told.

use std::env;

fn main() {
    for argument in env::args_os().skip(1) {
        println!("argument {}", argument.display());
    }
    for name in ["RUSTC_WORKSPACE_WRAPPER", "AUDITABLE_CALL"] {
        if let Some(value) = env::var_os(name) {
            println!("{name} {}", value.display());
        }
    }
    let code = env::var("STUB_ENDS_WITH").ok().and_then(|code| code.parse().ok());
    std::process::exit(code.unwrap_or(0));
}
