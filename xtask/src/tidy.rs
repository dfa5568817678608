//! What the compiler cannot check about the sources.

use std::fs;
use std::path::{Path, PathBuf};

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("a folder can be read").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The sources of all crates of rules: those that depend on `chainrules-core` by name.
fn sources_of_rules() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is in the workspace");
    let mut found = Vec::new();
    for folder in fs::read_dir(root).expect("the workspace can be read") {
        let folder = folder.expect("the workspace can be read").path();
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let of_rules = name.starts_with("chainrules") || name.starts_with("zygote-");
        if of_rules && !["chainrules-core", "zygote-engine"].contains(&name) {
            rust_files(&folder.join("src"), &mut found);
        }
    }
    found
}

// The macros register what they define. A rule written by hand would be one that no check sees.
#[test]
fn no_rule_is_written_without_a_macro() {
    let sources = sources_of_rules();
    assert!(sources.len() > 10, "{sources:?}");
    for path in sources {
        let text = fs::read_to_string(&path).expect("a source can be read");
        for (number, line) in text.lines().enumerate() {
            let by_hand = line.trim_start().trim_start_matches("pub ").starts_with("fn rrule");
            assert!(!by_hand, "{}:{}: a rule without a macro", path.display(), number + 1);
        }
    }
}
