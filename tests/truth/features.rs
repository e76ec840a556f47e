//! Which features are on, and so which optional dependencies are compiled.

use crate::support::{Format, Project};

/// A library whose feature `extra` turns on a dependency.
fn with_optional(project: Project) -> Project {
    project.lib("dep", "1.0.0", "[dependencies]\noptional = { path = '../optional', optional = true }\n[features]\nextra = ['optional']")
        .lib("optional", "1.0.0", "")
}

/// The program uses `dep` plainly; a build script uses it with a feature.
fn for_resolver(resolver: &str) -> Project {
    let project = Project::new()
        .workspace(&["app"], &format!("resolver = \"{resolver}\""))
        .bin(
            "app",
            "1.0.0",
            "[dependencies]\ndep.path = '../dep'\n\
             [build-dependencies]\ndep = { path = '../dep', features = ['extra'] }",
        )
        .build_script("app");
    with_optional(project)
}

#[test]
fn resolver_1_unites_the_features_of_host_and_target() {
    let project = for_resolver("1");
    project.auditable(["build"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), ["app", "dep", "optional"]);
}

#[test]
fn resolver_2_keeps_features_of_build_dependencies_apart() {
    let project = for_resolver("2");
    project.auditable(["build"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), ["app", "dep", "optional (build)"]);
}

#[test]
fn resolver_3_as_2() {
    let project = for_resolver("3");
    if !project.toolchain().is_at_least(84) {
        return;
    }
    project.auditable(["build"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), ["app", "dep", "optional (build)"]);
}

#[test]
fn a_development_dependency_turns_a_feature_on_for_tests_only() {
    let project = Project::new().workspace(&["app"], "").bin(
        "app",
        "1.0.0",
        "[dependencies]\ndep.path = '../dep'\n[dev-dependencies]\ndep = { path = '../dep', features = ['extra'] }",
    );
    let project = with_optional(project).file("app/tests/it.rs", "");
    project.auditable(["build"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), ["app", "dep"]);
    project.auditable(["test", "--no-run"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("it"), ["app", "dep", "optional"]);
}

#[test]
fn weak_features_and_hidden_names() {
    let project = Project::new()
        .workspace(&["app", "full"], "")
        .bin("app", "1.0.0", "[dependencies]\nmiddle = { path = '../middle', features = ['weak'] }")
        .bin(
            "full",
            "1.0.0",
            "[dependencies]\nmiddle = { path = '../middle', features = ['weak', 'strong'] }",
        )
        .lib(
            "middle",
            "1.0.0",
            "[dependencies]\ndep = { path = '../dep', optional = true }\n\
             [features]\nweak = ['dep?/extra']\nstrong = ['dep:dep']",
        );
    let project = with_optional(project);
    project.auditable(["build", "-p", "app"]).succeeds();
    project.auditable(["build", "-p", "full"]).succeeds();
    let checked = project.check(Format::RECORDS);
    assert_eq!(checked.packages("app"), ["app", "middle"]);
    assert_eq!(checked.packages("full"), ["dep", "full", "middle", "optional"]);
}

#[test]
fn features_turned_on_by_hand() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin(
            "app",
            "1.0.0",
            "[dependencies]\ndep = { path = '../dep', optional = true }\nplain.path = '../plain'\n\
             [features]\ndefault = ['dep']",
        )
        .lib("plain", "1.0.0", "");
    let project = with_optional(project);
    for (arguments, packages) in [
        (&["build"][..], &["app", "dep", "plain"][..]),
        (&["build", "--no-default-features"], &["app", "plain"]),
        (&["build", "--features", "dep/extra"], &["app", "dep", "optional", "plain"]),
        (&["build", "-p", "app", "--no-default-features", "--features", "app/dep"], &["app", "dep", "plain"]),
        (&["build", "--all-features"], &["app", "dep", "plain"]),
    ] {
        project.auditable(arguments).succeeds();
        assert_eq!(project.check(Format::RECORDS).packages("app"), packages, "{arguments:?}");
    }
}

#[test]
fn programs_of_a_workspace_built_together_and_apart() {
    let project = Project::new()
        .workspace(&["plain", "rich"], "")
        .bin("plain", "1.0.0", "[dependencies]\ndep.path = '../dep'")
        .bin("rich", "1.0.0", "[dependencies]\ndep = { path = '../dep', features = ['extra'] }");
    let project = with_optional(project);
    project.auditable(["build", "-p", "plain"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("plain"), ["dep", "plain"]);
    project.auditable(["build"]).succeeds();
    let checked = project.check(Format::RECORDS);
    assert_eq!(checked.packages("plain"), ["dep", "optional", "plain"]);
    assert_eq!(checked.packages("rich"), ["dep", "optional", "rich"]);
}
