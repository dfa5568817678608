//! What the compiler cannot check about the sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is in the workspace")
}

/// Adds the Rust files of a folder, without those that are only data of a test.
fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("a folder can be read").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if !["target", "ui", "data"].contains(&name) && !name.starts_with('.') {
                rust_files(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a source can be read")
}

/// The sources of all crates of rules: those that depend on `chainrules-core` by name.
fn sources_of_rules() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in fs::read_dir(root()).expect("the workspace can be read") {
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
        for (number, line) in read(&path).lines().enumerate() {
            let by_hand = line.trim_start().trim_start_matches("pub ").starts_with("fn rrule");
            assert!(!by_hand, "{}:{}: a rule without a macro", path.display(), number + 1);
        }
    }
}

#[test]
fn each_file_says_what_it_is() {
    let mut found = Vec::new();
    rust_files(root(), &mut found);
    assert!(found.len() > 50, "{found:?}");
    for path in found {
        assert!(read(&path).starts_with("//! "), "{}: the first line is no `//!`", path.display());
    }
}

/// The most lines that a file may have.
const BUDGET: usize = 600;

#[test]
fn no_file_grows_too_long() {
    let mut found = Vec::new();
    rust_files(root(), &mut found);
    for path in found {
        let lines = read(&path).lines().count();
        assert!(lines <= BUDGET, "{}: {lines} lines of {BUDGET}", path.display());
    }
}

fn transform() -> PathBuf {
    root().join("zygote-engine/transform/src")
}

fn sources_of_the_transform() -> Vec<PathBuf> {
    let mut found = Vec::new();
    rust_files(&transform(), &mut found);
    assert!(found.len() > 10, "{found:?}");
    found
}

/// Whether a file of the transformation is a module, or lies in it.
fn is_of(path: &Path, module: &str) -> bool {
    let folder = transform().join(module);
    path.starts_with(&folder) || path.with_extension("") == folder
}

/// Methods that are control flow, as loops and `match` are: the transformation lowers them itself, in
/// these modules and nowhere else.
const LANGUAGE: &[(&[&str], &[&str])] = &[
    // What a key is a method of a map asks; a value in an `Option` that a function gives.
    (&["emit/call"], &["insert"]),
    (&["looked_at"], &["expect", "len", "unwrap"]),
    (&["looked_through"], &["expect", "unwrap"]),
    // The methods of `Iterator`, those that make an iterator of a collection, and those that make a
    // collection of one.
    (
        &["lower/chain"],
        &[
            "all",
            "any",
            "as_ref",
            "bytes",
            "chain",
            "char_indices",
            "chars",
            "chunks",
            "chunks_exact",
            "chunks_exact_mut",
            "chunks_mut",
            "clone",
            "cloned",
            "collect",
            "concat",
            "copied",
            "count",
            "cycle",
            "drain",
            "empty",
            "enumerate",
            "eq",
            "extend",
            "filter",
            "filter_map",
            "find",
            "flat_map",
            "flatten",
            "fold",
            "for_each",
            "from",
            "from_fn",
            "ge",
            "gt",
            "inspect",
            "into_iter",
            "into_keys",
            "into_values",
            "is_sorted",
            "iter",
            "iter_mut",
            "join",
            "keys",
            "last",
            "le",
            "len",
            "lines",
            "lt",
            "map",
            "map_while",
            "max",
            "max_by",
            "max_by_key",
            "min",
            "min_by",
            "min_by_key",
            "ne",
            "next",
            "nth",
            "once",
            "position",
            "product",
            "rchunks",
            "rchunks_exact",
            "rchunks_mut",
            "reduce",
            "repeat",
            "repeat_n",
            "repeat_with",
            "rev",
            "rposition",
            "scan",
            "skip",
            "skip_while",
            "split_whitespace",
            "step_by",
            "successors",
            "sum",
            "take",
            "take_while",
            "try_fold",
            "try_for_each",
            "unzip",
            "values",
            "values_mut",
            "windows",
            "zip",
        ],
    ),
    // What sifts a list by a function with a state, or one that changes the elements.
    (&["lower/chain/sifted"], &["dedup_by", "retain"]),
    // What an iterator that is advanced by hand gives, looked at before it is taken.
    (
        &["lower/chain/cursor", "lower/chain/peek"],
        &["and_then", "as_slice", "is_none", "is_some", "is_some_and", "map_or", "unwrap"],
    ),
    // What gives a reference to a part, if there is one, and what takes such an `Option` apart.
    (
        &["lower/optional"],
        &[
            "and_then",
            "as_deref",
            "as_deref_mut",
            "as_mut",
            "as_ref",
            "back",
            "back_mut",
            "cloned",
            "copied",
            "enumerate",
            "expect",
            "filter",
            "find",
            "first",
            "first_key_value",
            "first_mut",
            "front",
            "front_mut",
            "get",
            "get_mut",
            "get_or_insert",
            "get_or_insert_with",
            "insert",
            "inspect",
            "is_ok_and",
            "is_some_and",
            "iter",
            "last",
            "last_key_value",
            "last_mut",
            "map",
            "map_err",
            "map_or",
            "map_or_else",
            "max_by",
            "max_by_key",
            "min_by",
            "min_by_key",
            "next",
            "nth",
            "ok",
            "ok_or",
            "ok_or_else",
            "rev",
            "skip",
            "skip_while",
            "split_at",
            "split_at_mut",
            "split_first",
            "split_first_mut",
            "split_last",
            "split_last_mut",
            "step_by",
            "take",
            "take_while",
            "unwrap",
            "unwrap_or",
            "unwrap_or_default",
            "values",
            "unwrap_or_else",
            "zip",
        ],
    ),
    // What makes an error or takes it, a closure that only panics, what is taken out of a box.
    (
        &["lower/outcome"],
        &[
            "clone",
            "map",
            "map_err",
            "map_or_else",
            "ok_or",
            "ok_or_else",
            "or_else",
            "unwrap_or_else",
        ],
    ),
    // A sequence as a slice is all of its elements, what is in a box and a copy of a field are places.
    (&["lower/place"], &["as_mut", "as_mut_slice", "as_ref", "as_slice", "clone"]),
    // What may be of any type is no reference to a part.
    (&["emit/slots"], &["expect", "into", "unwrap", "unwrap_or", "unwrap_or_else"]),
    // The context tells which type it makes.
    (&["emit/hidden", "lower/view"], &["into", "try_into"]),
    // The items of these are tuples.
    (&["tuples"], &["enumerate", "rev", "skip", "step_by", "take", "zip"]),
    // The sum of a type of one's own is a fold.
    (&["operator"], &["fold"]),
    // Of a type with a bound of numbers it is a conversion of numbers.
    (&["lower/numbers"], &["from"]),
    // What a bound by a conversion's trait promises is asked for where the body calls it.
    // What copies itself has values of its own type.
    (&["emit/wanted"], &["clone", "from", "into"]),
    // The value of a map's entry, which is inserted where there is none.
    (
        &["lower/entry"],
        &["and_modify", "entry", "map", "or_default", "or_insert", "or_insert_with"],
    ),
    // What a type of one's own has of these is called by the name of the type; its copy is of its type.
    (&["by_type"], &["clone", "extend", "into_iter", "max", "min", "next"]),
    // What changes what it is called on is evaluated before an assertion, and is not pure.
    (&["asserted"], &["insert", "next", "pop", "pop_back", "pop_front", "remove"]),
    (&["lower/pure"], &["from_fn"]),
    (&["iterated"], &["into_iter"]),
    // What both heaps have, so that a local one may be that whose elements have places.
    (
        &["heaps"],
        &[
            "clear",
            "collect",
            "first",
            "from",
            "from_iter",
            "into_sorted_vec",
            "into_vec",
            "is_empty",
            "iter",
            "len",
            "new",
            "pop",
            "push",
            "with_capacity",
        ],
    ),
    // What becomes a trait object is in a box.
    (
        &["objects"],
        &[
            "as_mut",
            "as_ref",
            "clone",
            "insert",
            "new",
            "push",
            "push_back",
            "push_front",
            "replace",
        ],
    ),
    // The copy of a collection is of its type, and a box is made by its function.
    (&["lower/pattern"], &["clone", "new"]),
    // The name of the standard library in paths.
    (&["lower/mod"], &["std"]),
    // A closure that compares has no derivative.
    (
        &["lower/comparator"],
        &[
            "binary_search_by",
            "cmp",
            "filter",
            "is_none_or",
            "is_ok_and",
            "is_some_and",
            "partial_cmp",
            "sort_by",
            "sort_unstable_by",
            "total_cmp",
        ],
    ),
    // What has no end is no list.
    (
        &["opaque"],
        &[
            "cycle",
            "map_while",
            "repeat",
            "repeat_with",
            "scan",
            "successors",
            "take",
            "take_while",
            "zip",
        ],
    ),
    // What these give and is called is an `fn` pointer.
    (&["curried"], &["clone", "expect", "unwrap"]),
    // The copy of a closure is the closure, that of a receiver may be changed.
    (&["lower/call", "lower/lambda"], &["clone"]),
    // The copy of what holds references holds the same.
    (&["makers"], &["clone"]),
];

// What a call does comes from its rule. A function's name in the transformation would be a rule
// that no check sees and that no other crate could have written.
#[test]
fn the_transformation_knows_no_function_by_name() {
    let mut functions: BTreeSet<String> = chainrules_core::rules()
        .iter()
        .map(|rule| rule.name.rsplit("::").next().unwrap_or_default().to_string())
        .collect();
    assert!(functions.contains("sin") && functions.contains("push"), "{functions:?}");
    functions.extend(LANGUAGE.iter().flat_map(|(_, names)| names.iter().map(|n| n.to_string())));
    for path in sources_of_the_transform() {
        let text = read(&path);
        let own: BTreeSet<&str> = LANGUAGE
            .iter()
            .filter(|(modules, _)| modules.iter().any(|module| is_of(&path, module)))
            .flat_map(|(_, names)| names.iter().copied())
            .collect();
        let pieces: Vec<_> = text.split('"').collect();
        let mut named = BTreeSet::new();
        for pair in pieces.windows(2) {
            // Between two quotation marks, and nothing but a name: a literal.
            let (before, literal) = (pair[0], pair[1]);
            // A name for a variable in generated code.
            let given = ["record(", "add("].iter().any(|call| before.ends_with(call));
            if !given && !own.contains(literal) && functions.contains(literal) {
                named.insert(literal);
            }
        }
        assert!(named.is_empty(), "{}: names {named:?}", path.display());
    }
}

// An exception that is no longer made use of would hide the next one.
#[test]
fn each_method_of_the_language_is_used() {
    for (modules, names) in LANGUAGE {
        let mut files = sources_of_the_transform();
        files.retain(|path| modules.iter().any(|module| is_of(path, module)));
        let text: String = files.iter().map(|path| read(path)).collect();
        for name in *names {
            assert!(text.contains(&format!("\"{name}\"")), "{modules:?} do not name `{name}`");
        }
    }
}

/// The analyses work on the IR: they read no syntax and write no Rust.
#[test]
fn the_analyses_write_no_rust() {
    for path in sources_of_the_transform() {
        if !["ir", "activity", "adjoint", "record"].iter().any(|module| is_of(&path, module)) {
            continue;
        }
        let text = read(&path);
        for word in ["quote!", "parse_quote", "parse2", "parse_str", "syn::Expr", "syn::Stmt"] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
}

#[test]
fn each_member_has_the_lints_of_the_workspace() {
    let workspace = read(&root().join("Cargo.toml"));
    let members = workspace.split("members = [").nth(1).and_then(|rest| rest.split(']').next());
    let members: Vec<_> = members.expect("a workspace has members").split('"').collect();
    let members: Vec<_> = members.iter().skip(1).step_by(2).collect();
    assert!(members.len() > 5, "{members:?}");
    for member in members {
        let manifest = read(&root().join(member).join("Cargo.toml"));
        assert!(manifest.contains("[lints]\nworkspace = true"), "{member}: no `[lints]`");
    }
}

// The README's command is what a change must pass; the script runs that very line, and has its status: it is
// the last, as the shell goes on after a list of commands of which one failed.
#[test]
fn ci_runs_the_readmes_test_command() {
    let readme = read(&root().join("README.md"));
    let command = readme.lines().find(|line| line.starts_with("cargo test"));
    let command = command.expect("the README has a test command");
    let script = read(&root().join(".ci/run"));
    assert_eq!(script.lines().last(), Some(command), ".ci/run ends with the README's command");
}

/// Whether a licence, as a manifest says it, can be had by these alone.
fn is_allowed(licence: &str, allowed: &BTreeSet<&str>) -> bool {
    let licence = licence.replace('/', " OR ");
    // `AND` binds more tightly than `OR`, and parentheses come around whole choices.
    if let Some((before, rest)) = licence.split_once('(') {
        let (inside, after) = rest.split_once(')').expect("parentheses are closed");
        let one = if is_allowed(inside, allowed) { "Allowed" } else { "Refused" };
        let with: BTreeSet<&str> = allowed.iter().copied().chain(["Allowed"]).collect();
        return is_allowed(&format!("{before}{one}{after}"), &with);
    }
    let both = |all: &str| all.split(" AND ").all(|one| allowed.contains(one.trim()));
    licence.split(" OR ").any(both)
}

#[test]
fn the_licences_of_all_dependencies_are_allowed() {
    let allow = read(&root().join("deny.toml"));
    let allow = allow.split("allow = [").nth(1).and_then(|rest| rest.split(']').next());
    let allow: BTreeSet<_> =
        allow.expect("a list of licences").split('"').skip(1).step_by(2).collect();
    assert!(is_allowed("(MIT OR GPL-3.0) AND Unicode-3.0", &allow));
    assert!(!is_allowed("(MIT OR Apache-2.0) AND GPL-3.0", &allow));
    assert!(is_allowed("Unlicense/MIT", &allow) && !is_allowed("GPL-3.0", &allow));
    // Those of other platforms may not be there.
    let about = std::process::Command::new("rustc").arg("-vV").output().expect("rustc runs");
    let about = String::from_utf8_lossy(&about.stdout).into_owned();
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--locked", "--format-version", "1"])
        .args(["--filter-platform", host])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let all: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = all["packages"].as_array().expect("a list of packages");
    assert!(packages.len() > 50, "{}", packages.len());
    for package in packages {
        let licence = package["license"].as_str().unwrap_or("none");
        assert!(is_allowed(licence, &allow), "{}: the licence {licence}", package["name"]);
    }
}
