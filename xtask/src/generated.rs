//! Where crates are written that are made by a command, and where they are built.

use std::fs;
use std::path::{Path, PathBuf};

/// The workspace's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is in the workspace")
}

/// The folder of the crates of a command.
pub fn folder(command: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target.unwrap_or_else(|| root().join("target")).join("generated").join(command)
}

/// Where they are built, so that all commands share what these crates depend on.
pub fn target() -> PathBuf {
    folder("target")
}

/// Writes a file if it does not hold this text already, so that cargo sees no change.
pub fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    Ok(fs::write(path, text)?)
}

/// The profiles of a generated workspace.
pub const PROFILES: &str = "[profile.dev]\ndebug = 0\nincremental = false\n\n\
                            [profile.release]\nopt-level = 2\n";
