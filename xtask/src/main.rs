//! The project's chores: `cargo xtask` lists them.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a program for a terminal")]

mod accuracy;
mod advisories;
mod audits;
mod bench;
mod company;
mod deny;
mod documents;
mod failure;
mod node;
mod peers;
mod project;
mod python;
mod steps;
mod targets;
mod test;
mod tools;

use failure::Failure;
use project::Project;
use std::env;
use std::error::Error;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((name, arguments)) = arguments.split_first() else {
        print_tasks();
        return ExitCode::SUCCESS;
    };
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        eprintln!("error: there is no task {name:?}");
        print_tasks();
        return ExitCode::from(2);
    };
    match Project::find().and_then(|project| (task.run)(&project, arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            print_failure(&failure);
            ExitCode::FAILURE
        }
    }
}

/// A chore, as `cargo xtask NAME`.
struct Task {
    name: &'static str,
    arguments: &'static str,
    summary: &'static str,
    run: fn(&Project, &[String]) -> Result<(), Failure>,
}

const TASKS: &[Task] = &[
    Task {
        name: "test",
        arguments: "[--list] [--only STEP]... [--targets all]",
        summary: "everything that must pass before a change goes in",
        run: test::run,
    },
    Task {
        name: "deny",
        arguments: "[ARGS]...",
        summary: "licences, sources and duplicates of the dependencies, by cargo-deny",
        run: deny::run,
    },
    Task {
        name: "peers",
        arguments: "",
        summary: "whether rust-audit-info and cargo-audit read the same lists as ours (slow: builds them)",
        run: peers::run,
    },
    Task {
        name: "accuracy",
        arguments: "[PROGRAM]...",
        summary: "lists of real programs against what was compiled, for docs/accuracy.md (slow)",
        run: accuracy::run,
    },
    Task {
        name: "company",
        arguments: "[--list] [--only NAME]...",
        summary: "builds together with sccache, maturin and others, for docs/recipes.md (slow)",
        run: company::run,
    },
    Task {
        name: "bench",
        arguments: "build|inspect|audit [FOLDER] [DATABASE]",
        summary: "what the wrapper adds to builds; what reading and audits cost; next to established programs",
        run: bench::run,
    },
];

fn print_tasks() {
    println!("usage: cargo xtask TASK\n");
    for task in TASKS {
        println!("  {:42} {}", format!("{} {}", task.name, task.arguments), task.summary);
    }
}

/// Prints a failure with its causes, outermost first.
pub(crate) fn print_failure(failure: &Failure) {
    eprintln!("error: {failure}");
    let mut cause = failure.source();
    while let Some(error) = cause {
        eprintln!("  caused by: {error}");
        cause = error.source();
    }
}
