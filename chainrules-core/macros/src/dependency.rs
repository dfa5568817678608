//! What the crate that is compiled depends on, by its manifest.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::quote;
use std::path::Path;
use std::sync::OnceLock;

/// Whether `::chainrules` is a crate here: then two rules of one function are found where the second is
/// defined. Where the manifest does not say it, they are found by calls and checks alone.
pub fn chainrules() -> bool {
    let own = std::env::var("CARGO_CRATE_NAME").is_ok_and(|name| name == "chainrules");
    !own && manifest().is_some_and(|text| depends(text, "chainrules", &["dependencies"]))
}

/// The protocol by a path that the crate has: its own dependency, or that of `chainrules`.
pub fn protocol(expanded: TokenStream) -> TokenStream {
    let tables = ["dependencies", "dev-dependencies", "build-dependencies"];
    let has = |name| manifest().is_some_and(|text| depends(text, name, &tables));
    if has("chainrules-core") || !has("chainrules") {
        expanded
    } else {
        through_chainrules(expanded)
    }
}

fn manifest() -> Option<&'static str> {
    static TEXT: OnceLock<Option<String>> = OnceLock::new();
    let text = TEXT.get_or_init(|| {
        let folder = std::env::var_os("CARGO_MANIFEST_DIR")?;
        std::fs::read_to_string(Path::new(&folder).join("Cargo.toml")).ok()
    });
    text.as_deref()
}

/// Whether a manifest has a crate in one of these tables, always and by this name.
fn depends(manifest: &str, name: &str, tables: &[&str]) -> bool {
    let mut table = "";
    manifest.lines().map(str::trim).any(|line| {
        if let Some(head) = line.strip_prefix('[').and_then(|head| head.strip_suffix(']')) {
            table = head;
        }
        let key = line.split(['=', '.']).next().unwrap_or_default().trim();
        let listed = tables.iter().any(|of| {
            table == *of && key == name
                || line.strip_prefix('[').is_some() && table == format!("{of}.{name}")
        });
        listed && !line.contains("optional") && !line.contains("package")
    })
}

/// The paths of the protocol through the crate that depends on it.
fn through_chainrules(tokens: TokenStream) -> TokenStream {
    let replaced = |token: TokenTree| match token {
        TokenTree::Ident(name) if name == "chainrules_core" => {
            let chainrules = Ident::new("chainrules", name.span());
            quote!(#chainrules::__core)
        }
        TokenTree::Group(group) => {
            let mut inside = Group::new(group.delimiter(), through_chainrules(group.stream()));
            inside.set_span(group.span());
            TokenTree::Group(inside).into()
        }
        other => other.into(),
    };
    tokens.into_iter().map(replaced).collect()
}

#[cfg(test)]
mod tests {
    use super::{depends, through_chainrules};
    use quote::quote;

    #[test]
    fn manifests() {
        let always = |text: &str| depends(text, "chainrules", &["dependencies"]);
        assert!(always("[dependencies]\nserde = \"1\"\nchainrules = { path = \"..\" }"));
        assert!(always("[dependencies]\nchainrules.workspace = true"));
        assert!(always("[dependencies.chainrules]\npath = \"..\""));
        assert!(!always("[dev-dependencies]\nchainrules = \"0.1\""));
        assert!(!always("[dependencies]\nchainrules-core = \"0.1\""));
        assert!(!always("[dependencies.chainrules-core]\nversion = \"0.1\""));
        assert!(!always("[dependencies]\nchainrules = { version = \"0.1\", optional = true }"));
    }

    #[test]
    fn paths() {
        let through = through_chainrules(quote!(
            #[f(crate = ::chainrules_core::a)]
            fn f() {
                b(::chainrules_core::c)
            }
        ));
        let expected = quote!(
            #[f(crate = ::chainrules::__core::a)]
            fn f() {
                b(::chainrules::__core::c)
            }
        );
        assert_eq!(through.to_string(), expected.to_string());
    }
}
