//! `auditable object`: the object file with a list, for build systems that call rustc or a linker themselves.

use crate::Outcome;
use crate::output::{could_not_write, refuse_input};
use crate::words::{Failure, printable};
use auditable_graph::Graph;
use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

/// Write an object file with a list of crates, to be linked by any build system
///
/// For build systems that do not go through cargo, such as Bazel, Buck2 or make: they know what they compile, write it
/// as JSON (docs/format.md), and link the object file like any other. Asks rustc what the target is like.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Options {
    /// The list of crates, as JSON; - is standard input
    #[arg(long, value_name = "FILE")]
    graph: PathBuf,

    /// Target triple, or the path of a custom target's JSON; the host if not given
    #[arg(long, value_name = "TARGET")]
    target: Option<String>,

    /// The rustc to ask about the target
    #[arg(long, value_name = "PATH", default_value = "rustc")]
    rustc: OsString,

    /// Where the object file goes
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

const EXAMPLES: &str = "\
The linker must be told to keep the section: the symbol AUDITABLE_VERSION_INFO stands at its start.
With a C compiler as linker that is -Wl,-u,AUDITABLE_VERSION_INFO (Mach-O: -Wl,-u,_AUDITABLE_VERSION_INFO),
with link.exe /INCLUDE:AUDITABLE_VERSION_INFO (32-bit x86: /INCLUDE:_AUDITABLE_VERSION_INFO).
WebAssembly needs nothing.

Examples:
  auditable object --graph app.json -o app.dep-v0.o
  rustc main.rs -C link-arg=app.dep-v0.o -C link-arg=-Wl,-u,AUDITABLE_VERSION_INFO
  auditable object --target aarch64-apple-darwin --graph app.json -o app.dep-v0.o

Exit status:
  0  done
  2  the list is not sound, rustc could not be asked, or the file could not be written";

pub(crate) fn run(options: &Options) -> Result<Outcome, Box<dyn Error>> {
    let shown = printable(&options.graph.display().to_string());
    let json = if options.graph.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin().lock()).map(String::into_bytes)
    } else {
        fs::read(&options.graph)
    };
    let json = json.map_err(|error| Failure::new(shown.clone()).cause(error))?;
    let graph = Graph::from_json(&json).map_err(|error| Failure::new(shown.clone()).cause(error))?;
    let object = auditable_embed::object(&graph, options.target.as_deref(), &options.rustc)?;
    refuse_input(&options.output, std::slice::from_ref(&options.graph))?;
    fs::write(&options.output, object).map_err(|error| could_not_write(&options.output, error))?;
    Ok(Outcome::Clean)
}
