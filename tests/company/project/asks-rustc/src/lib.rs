//! A macro that runs cargo and rustc while it is expanded.

use proc_macro::TokenStream;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// A string literal: what a program prints that this macro has written, and built with cargo.
#[proc_macro]
pub fn built_by(_: TokenStream) -> TokenStream {
    let folder = env::temp_dir().join(format!("asks-rustc-{}", std::process::id()));
    let words = evaluate(&folder);
    let _ = fs::remove_dir_all(&folder);
    format!("{words:?}").parse().unwrap()
}

fn evaluate(folder: &Path) -> String {
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("Cargo.toml"), "[package]\nname = \"written\"\nedition = \"2024\"\n[workspace]\n")
        .unwrap();
    fs::write(folder.join("src/main.rs"), "fn main() { print!(\"built by \") }").unwrap();
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut words = output(
        Command::new(cargo)
            .args(["run", "--quiet", "--offline"])
            .current_dir(folder)
            .env_remove("CARGO_TARGET_DIR"),
    );
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    words += output(Command::new(rustc).arg("--version")).trim();
    words
}

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{command:?}: {}\n{errors}", output.status);
    String::from_utf8(output.stdout).unwrap()
}
