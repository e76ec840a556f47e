use crate::failure::Failure;
use crate::print_failure;
use crate::project::Project;
use crate::steps::{STEPS, Step, TARGETS};

/// Runs the steps in their order and stops at the first that fails. The last line counts the steps.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<(), Failure> {
    let mut only: Vec<&str> = Vec::new();
    let mut with_targets = false;
    let mut arguments = arguments.iter().map(String::as_str);
    while let Some(argument) = arguments.next() {
        match (argument, arguments.next()) {
            ("--list", None) => {
                list();
                return Ok(());
            }
            ("--only", Some(name)) if all_steps().any(|step| step.name == name) => only.push(name),
            ("--only", Some(name)) => {
                return Err(Failure::Usage(format!("there is no step {name:?}: see --list")));
            }
            ("--targets", Some("all")) => with_targets = true,
            (other, _) => {
                return Err(Failure::Usage(format!(
                    "unexpected argument {other:?}: --list, --only STEP or --targets all"
                )));
            }
        }
    }
    let is_chosen = |step: &&Step| match step.name {
        name if only.contains(&name) => true,
        name if name == TARGETS.name => with_targets,
        _ => only.is_empty(),
    };
    let steps: Vec<_> = all_steps().filter(is_chosen).collect();
    for (done, step) in steps.iter().enumerate() {
        println!("\n== {}: {}", step.name, step.summary);
        if let Err(failure) = (step.run)(project) {
            print_failure(&failure);
            let left: Vec<&str> = steps.iter().skip(done + 1).map(|step| step.name).collect();
            if !left.is_empty() {
                println!("\nnot run: {}", left.join(", "));
            }
            println!("\n{done} passed, 1 failed");
            return Err(Failure::Wrong(format!(
                "step {0} failed; again with `cargo xtask test --only {0}`",
                step.name
            )));
        }
    }
    println!("\n{} passed, 0 failed", steps.len());
    Ok(())
}

/// With the one that is run only if it is asked for.
fn all_steps() -> impl Iterator<Item = &'static Step> {
    STEPS.iter().chain([&TARGETS])
}

fn list() {
    for step in STEPS {
        println!("  {:10} {}", step.name, step.summary);
    }
    println!("  {:10} {}; only with --targets all", TARGETS.name, TARGETS.summary);
}
