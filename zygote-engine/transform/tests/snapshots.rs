//! The IR, the adjoint with its plan, the expansion and the errors of small functions, as text.
//!
//! A case is a file in `tests/data`, or `tests/data/error` if it is refused; what it gives is in
//! `tests/snapshots` under its name. After a change that is meant, write the snapshots again with
//! `INSTA_UPDATE=always cargo test -p zygote-engine-transform` and read their difference.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use zygote_engine_transform::{Asked, CallSite, Options, expand, explain};

/// The cases whose expansion is written too; of the first all, of the others the rule.
const EXPANDED: [&str; 4] = ["straight_line", "loop_with_state", "exits", "call_with_mut"];

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// The stems of the files in a folder with this extension.
fn stems(folder: &Path, extension: &str) -> BTreeSet<String> {
    let files = fs::read_dir(folder).expect("the folder can be read");
    let files = files.map(|file| file.expect("the folder can be read").path());
    files
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .map(|path| path.file_stem().expect("a file has a name").to_string_lossy().into_owned())
        .collect()
}

fn parse(folder: &Path, case: &str) -> syn::ItemFn {
    let path = folder.join(case).with_extension("rs");
    let text = fs::read_to_string(&path).expect("a case can be read");
    syn::parse_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Compares with a snapshot; gives whether it is the same.
fn same(name: &str, text: &str) -> bool {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let compare = || settings.bind(|| insta::assert_snapshot!(name, text));
    catch_unwind(AssertUnwindSafe(compare)).is_ok()
}

/// The expansion as Rust, without the texts that the other snapshot of the case has.
fn expansion(item: &syn::ItemFn, whole: bool) -> String {
    let mut file: syn::File =
        syn::parse2(expand(&syn::Item::Fn(item.clone()), &Options::default()))
            .expect("an expansion is items");
    for item in &mut file.items {
        let syn::Item::Const(block) = item else { continue };
        let syn::Expr::Block(block) = &mut *block.expr else { continue };
        for stmt in &mut block.block.stmts {
            if let syn::Stmt::Item(syn::Item::Impl(i)) = stmt {
                i.items.retain(|i| match i {
                    syn::ImplItem::Const(c) => whole && c.ident == "ACTIVITY",
                    syn::ImplItem::Fn(f) => whole || f.sig.ident == "rrule",
                    _ => true,
                });
            }
        }
    }
    prettyplease::unparse(&file)
}

/// The messages, each with the tokens that it points at.
fn messages(error: syn::Error) -> String {
    let messages = error.into_iter().map(|error| {
        let at = error.span().source_text().unwrap_or_default();
        format!("at `{}`:\n{error}\n", at.replace('\n', " "))
    });
    messages.collect()
}

#[test]
fn functions() {
    let folder = tests().join("data");
    let mut wrong = vec![];
    for case in stems(&folder, "rs") {
        let item = parse(&folder, &case);
        let (ir, adjoint) = explain(&item).unwrap_or_else(|e| panic!("{case}: {}", messages(e)));
        if !same(&case, &format!("{ir}\n{adjoint}")) {
            wrong.push(case.clone());
        }
        let Some(k) = EXPANDED.iter().position(|name| *name == case) else { continue };
        let name = format!("{case}.expanded");
        if !same(&name, &expansion(&item, k == 0)) {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "other than their snapshots: {wrong:?}");
}

#[test]
fn refused_functions() {
    let folder = tests().join("data/error");
    let mut wrong = vec![];
    for case in stems(&folder, "rs") {
        let item = parse(&folder, &case);
        let refused =
            explain(&item).err().is_some_and(|e| same(&format!("error.{case}"), &messages(e)));
        if !refused {
            wrong.push(case);
        }
    }
    assert!(wrong.is_empty(), "not refused, or with another message: {wrong:?}");
}

#[test]
fn refused_calls() {
    let folder = tests().join("data/call");
    let mut wrong = vec![];
    for case in stems(&folder, "rs") {
        let text = fs::read_to_string(folder.join(&case).with_extension("rs"));
        let text = text.expect("a case can be read");
        let site: CallSite = syn::parse_str(&text).unwrap_or_else(|e| panic!("{case}: {e}"));
        let error = site.expand(Asked::Gradient).to_string();
        if !error.contains("compile_error") || !same(&format!("call.{case}"), &error) {
            wrong.push(case);
        }
    }
    assert!(wrong.is_empty(), "not refused, or with another message: {wrong:?}");
}

#[test]
fn each_snapshot_has_a_case() {
    let (folder, snapshots) = (tests().join("data"), tests().join("snapshots"));
    let errors = stems(&folder.join("error"), "rs").into_iter().map(|case| format!("error.{case}"));
    let calls = stems(&folder.join("call"), "rs").into_iter().map(|case| format!("call.{case}"));
    let expanded = EXPANDED.iter().map(|case| format!("{case}.expanded"));
    let cases: BTreeSet<_> =
        stems(&folder, "rs").into_iter().chain(errors).chain(calls).chain(expanded).collect();
    assert_eq!(stems(&snapshots, "snap"), cases);
}
