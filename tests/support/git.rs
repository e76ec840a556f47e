use std::path::Path;
use std::process::Command;

/// Makes a git repository of a folder, with all its files in one commit, and returns its URL.
///
/// # Panics
///
/// If git is not there.
pub(crate) fn repository(folder: &Path) -> String {
    for arguments in [
        &["init", "--quiet", "--initial-branch=main"][..],
        &["add", "."],
        &["-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "-m", "all"],
    ] {
        let output = Command::new("git")
            .args(arguments)
            .current_dir(folder)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env_remove("GIT_DIR")
            .output()
            .unwrap_or_else(|error| panic!("git: {error}"));
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    url(folder)
}

/// The `file:` address of a folder.
pub(crate) fn url(folder: &Path) -> String {
    let path = folder.display().to_string().replace('\\', "/");
    if path.starts_with('/') { format!("file://{path}") } else { format!("file:///{path}") }
}
