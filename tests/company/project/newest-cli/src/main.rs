//! Prints the newest of the versions in a JSON array.

use anyhow::Context as _;

fn main() -> anyhow::Result<()> {
    let json = std::env::args().nth(1).context("give a JSON array of versions")?;
    let newest = newest::newest(&json).context("not a JSON array of versions, or empty")?;
    println!("{newest} ({})", asks_rustc::built_by!());
    // Clippy does not like this, and the trials look whether it says so.
    return Ok(());
}
