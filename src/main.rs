//! `auditable`: says what shipped Rust binaries are made of.
//!
//! One file for each subcommand, which has its options and its `run`; [`scan`] finds and opens what the command line
//! names, [`output`] is where data goes, [`words`] is what people are told.

mod audit;
mod clock;
mod db;
mod diff;
mod digest;
mod find;
mod inspect;
mod object;
mod output;
mod records;
mod recovery;
mod sbom;
mod scan;
mod tree;
mod verify;
mod words;

use crate::words::{Color, Words};
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Says what shipped Rust binaries are made of
///
/// Reads the list of crates that `cargo auditable` leaves in programs and libraries (ELF, PE, Mach-O, wasm), and
/// writes it as a tree, as JSON or as a software bill of materials.
#[derive(Parser)]
#[command(name = "auditable", version, max_term_width = 110, after_long_help = EXIT_STATUS)]
struct Arguments {
    /// When to use colors in messages; NO_COLOR is honored
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,

    /// Say nothing but errors
    #[arg(long, short, global = true)]
    quiet: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Audit(Box<audit::Options>),
    Db(db::Options),
    Diff(diff::Options),
    Find(find::Options),
    Inspect(inspect::Options),
    Object(object::Options),
    Sbom(Box<sbom::Options>),
    Verify(verify::Options),
}

/// How a command ended, which is the exit status of the program. A later, worse outcome wins over an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// Done, and all is well.
    Clean = 0,
    /// Done, and a named file has no list of crates, or what was asked for does not hold.
    Finding = 1,
    /// Something could not be read or written.
    Failed = 2,
}

const EXIT_STATUS: &str = "\
Exit status:
  0  done
  1  done, but a named file has no list of crates, or not the one that was asked for
  2  something could not be read or written";

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let words = Words::new(arguments.color, arguments.quiet);
    let outcome = match arguments.command {
        Command::Audit(mut options) => audit::run(&mut options, &words),
        Command::Db(options) => db::run(&options, &words),
        Command::Diff(options) => diff::run(&options, &words),
        Command::Find(options) => find::run(&options, &words),
        Command::Inspect(options) => inspect::run(&options, &words),
        Command::Object(options) => object::run(&options),
        Command::Sbom(options) => sbom::run(&options, &words),
        Command::Verify(options) => verify::run(&options, &words),
    };
    let outcome = outcome.unwrap_or_else(|error| {
        if words.is_closed_pipe(&*error) {
            // The reader has seen enough.
            return Outcome::Clean;
        }
        words.error(&*error);
        Outcome::Failed
    });
    ExitCode::from(outcome as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_defined() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_option_has_help() {
        for command in Arguments::command().get_subcommands() {
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument.get_id());
            }
        }
    }
}
