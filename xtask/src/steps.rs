use crate::failure::Failure;
use crate::project::{Project, output, run};
use crate::{audits, documents, python, targets};

/// One part of `cargo xtask test`.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) run: fn(&Project) -> Result<(), Failure>,
}

/// Run only where it is asked for: it takes half an hour the first time, and packages of the system.
pub(crate) const TARGETS: Step = Step {
    name: "targets",
    summary: "every target links, and programs of other systems run",
    run: targets::all,
};

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
        run: documents::of_ourselves,
    },
    Step {
        name: "sbom",
        summary: "public validators accept every kind of document that we write",
        run: documents::of_specimens,
    },
    Step {
        name: "audits",
        summary: "public validators accept SARIF, OpenVEX, CycloneDX VEX and CSAF as we write them",
        run: audits::of_specimens,
    },
    Step {
        name: "fleet",
        summary: "DuckDB and Spark answer questions about many binaries, as examples/fleet says",
        run: fleet,
    },
    Step { name: "corpus", summary: "shipped binaries of many systems are read right", run: corpus },
];

fn fmt(project: &Project) -> Result<(), Failure> {
    component(project, "fmt", "rustfmt")?;
    run(project.cargo().args(["fmt", "--all", "--check"]))
}

fn clippy(project: &Project) -> Result<(), Failure> {
    component(project, "clippy", "clippy")?;
    let arguments = ["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"];
    run(project.cargo().args(arguments))
}

fn unit(project: &Project) -> Result<(), Failure> {
    run(project.cargo().args(["test", "--workspace", "--locked"]))
}

fn doc(project: &Project) -> Result<(), Failure> {
    let arguments = ["doc", "--workspace", "--no-deps", "--locked"];
    run(project.cargo().args(arguments).env("RUSTDOCFLAGS", "--deny warnings"))
}

fn fleet(project: &Project) -> Result<(), Failure> {
    project.build_release()?;
    // Spark is large and of no use without Java, which the example then says.
    let has_java = output(project.command("java").arg("-version"), &[0]).is_ok();
    let packages: &[&str] = if has_java { &[DUCKDB, SPARK] } else { &[DUCKDB] };
    let python = python::environment_of(project, "venv-fleet", packages)?;
    run(project.command(python).arg("examples/fleet/check.py").arg(project.release_program("auditable")))
}

fn corpus(project: &Project) -> Result<(), Failure> {
    project.build_release()?;
    let python = python::environment(project)?;
    let cache = project.target.join("corpus");
    run(project
        .command(python)
        .args(["tests/corpus/run.py", "--select", "small", "--example", "docs/format.md", "--auditable"])
        .arg(project.release_program("auditable"))
        .arg("--cache")
        .arg(&cache))?;
    let arguments = ["test", "--package", "auditable-inspect", "--test", "it", "--locked", "goblin"];
    run(project.cargo().args(arguments).env("AUDITABLE_TEST_BINARIES", cache))
}

/// Says how to add a component of the toolchain that is not there.
fn component(project: &Project, subcommand: &str, name: &str) -> Result<(), Failure> {
    match output(project.cargo().args([subcommand, "--version"]), &[0]) {
        Ok(_) => Ok(()),
        Err(_) => Err(Failure::Missing(format!("{name} is missing: `rustup component add {name}`"))),
    }
}

const DUCKDB: &str = "examples/fleet/requirements-duckdb.txt";
const SPARK: &str = "examples/fleet/requirements-spark.txt";
