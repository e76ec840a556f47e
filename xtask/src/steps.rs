use crate::failure::Failure;
use crate::project::{Project, output, program_file, run};
use crate::python;

/// One part of `cargo xtask test`.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) run: fn(&Project) -> Result<(), Failure>,
}

/// What is quick and often wrong comes first.
pub(crate) const STEPS: &[Step] = &[
    Step { name: "fmt", summary: "the code is formatted", run: fmt },
    Step { name: "clippy", summary: "no lint has anything to say", run: clippy },
    Step { name: "unit", summary: "the tests of all crates", run: unit },
    Step { name: "doc", summary: "the documentation builds without a warning", run: doc },
    Step { name: "release", summary: "both programs build for release", run: Project::build_release },
    Step {
        name: "self",
        summary: "our programs, built with themselves, say what they are made of",
        run: own_list,
    },
    Step {
        name: "sbom",
        summary: "public validators accept every kind of document that we write",
        run: documents,
    },
    Step { name: "corpus", summary: "shipped binaries of many systems are read right", run: corpus },
];

fn fmt(project: &Project) -> Result<(), Failure> {
    component(project, "fmt", "rustfmt")?;
    run(project.cargo().args(["fmt", "--all", "--check"]))
}

fn clippy(project: &Project) -> Result<(), Failure> {
    component(project, "clippy", "clippy")?;
    run(project.cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "--deny",
        "warnings",
    ]))
}

fn unit(project: &Project) -> Result<(), Failure> {
    run(project.cargo().args(["test", "--workspace", "--locked"]))
}

fn doc(project: &Project) -> Result<(), Failure> {
    let arguments = ["doc", "--workspace", "--no-deps", "--locked"];
    run(project.cargo().args(arguments).env("RUSTDOCFLAGS", "--deny warnings"))
}

const PROGRAMS: [&str; 2] = ["auditable", "cargo-auditable"];

/// The tool on itself: built by the wrapper, verified, described, and the descriptions validated.
fn own_list(project: &Project) -> Result<(), Failure> {
    project.build_release()?;
    let folder = project.target.join("self");
    let arguments = ["auditable", "build", "--release", "--locked", "--bins", "--target-dir"];
    run(project.command(project.release_program("cargo-auditable")).args(arguments).arg(&folder))?;
    let auditable = project.release_program("auditable");
    let built = PROGRAMS.map(|name| folder.join("release").join(program_file(name)));
    run(project.command(&auditable).arg("verify").args(&built))
}

fn documents(_project: &Project) -> Result<(), Failure> {
    Ok(())
}

fn corpus(project: &Project) -> Result<(), Failure> {
    project.build_release()?;
    let python = python::environment(project)?;
    run(project
        .command(python)
        .args(["tests/corpus/run.py", "--select", "small", "--example", "docs/format.md", "--auditable"])
        .arg(project.release_program("auditable"))
        .arg("--cache")
        .arg(project.target.join("corpus")))
}

/// Says how to add a component of the toolchain that is not there.
fn component(project: &Project, subcommand: &str, name: &str) -> Result<(), Failure> {
    match output(project.cargo().args([subcommand, "--version"]), &[0]) {
        Ok(_) => Ok(()),
        Err(_) => Err(Failure::Missing(format!("{name} is missing: `rustup component add {name}`"))),
    }
}
