//! Whether the crate that is compiled depends on the rules of the standard library.

use std::path::Path;
use std::sync::OnceLock;

/// Whether `::chainrules` is a crate here, by the manifest: then two rules of one function are found where
/// the second is defined. Where the manifest does not say it, they are found by calls and checks alone.
pub fn chainrules() -> bool {
    static KNOWN: OnceLock<bool> = OnceLock::new();
    *KNOWN.get_or_init(|| {
        let own = std::env::var("CARGO_CRATE_NAME").is_ok_and(|name| name == "chainrules");
        let folder = std::env::var_os("CARGO_MANIFEST_DIR");
        let manifest =
            folder.and_then(|f| std::fs::read_to_string(Path::new(&f).join("Cargo.toml")).ok());
        !own && manifest.is_some_and(|text| depends(&text))
    })
}

/// Whether a manifest has `chainrules` among its dependencies, always and by this name.
fn depends(manifest: &str) -> bool {
    let mut table = "";
    manifest.lines().map(str::trim).any(|line| {
        if line.starts_with('[') {
            table = line;
        }
        let key = line.split(['=', '.']).next().unwrap_or_default().trim();
        let listed =
            table == "[dependencies]" && key == "chainrules" || line == "[dependencies.chainrules]";
        listed && !line.contains("optional") && !line.contains("package")
    })
}

#[cfg(test)]
mod tests {
    use super::depends;

    #[test]
    fn manifests() {
        assert!(depends("[dependencies]\nserde = \"1\"\nchainrules = { path = \"..\" }"));
        assert!(depends("[dependencies]\nchainrules.workspace = true"));
        assert!(depends("[dependencies.chainrules]\npath = \"..\""));
        assert!(!depends("[dev-dependencies]\nchainrules = \"0.1\""));
        assert!(!depends("[dependencies]\nchainrules-core = \"0.1\""));
        assert!(!depends("[dependencies]\nchainrules = { version = \"0.1\", optional = true }"));
    }
}
