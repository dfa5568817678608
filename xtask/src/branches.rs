//! `cargo xtask branches`: which ways of the conformance suite's branches are taken.
//!
//! The programs are written again with a count in each way of `if`, `match`, guards, `let .. else`, `while`
//! and `?`, built, and run at the points at which the suite compares their gradients.

use crate::generated::{self, PROFILES, write};
use anyhow::{Context, ensure};
use proc_macro2::Span;
use quote::{ToTokens, quote};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Ident, Stmt, parse_quote};

/// The files of the suite that hold no programs.
const OTHERS: [&str; 4] = ["main", "check", "table", "refused"];

/// The ways that no input can take, one in each line.
const NEVER: &str = "zygote-engine/tests/conformance/never.txt";

/// Runs the instrumented suite and lists the ways that no program took.
pub fn run() -> anyhow::Result<ExitCode> {
    let suite = generated::root().join("zygote-engine/tests/conformance");
    let folder = generated::folder("branches");
    let ways = write_crate(&suite, &folder)?;
    let output = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
        .args(["run", "--quiet", "--offline"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", generated::target())
        .env_remove("RUSTFLAGS")
        .output()
        .context("cannot run cargo")?;
    ensure!(
        output.status.success(),
        "the instrumented suite does not compile:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout)?;
    let untaken: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("untaken ")?.parse::<usize>().ok())
        .map(|n| &*ways[n])
        .collect();
    let never = fs::read_to_string(generated::root().join(NEVER)).unwrap_or_default();
    let never: BTreeSet<&str> = never.lines().filter(|line| !line.starts_with('#')).collect();
    let missed: Vec<_> = untaken.iter().filter(|way| !never.contains(**way)).collect();
    let stale: Vec<_> = never.iter().filter(|way| !untaken.contains(way)).collect();
    let failed: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("failed ")).collect();
    failed.iter().for_each(|name| println!("fails: {name}"));
    missed.iter().for_each(|way| println!("not taken: {way}"));
    stale.iter().for_each(|way| println!("taken, or gone, but in {NEVER}: {way}"));
    let (all, not) = (ways.len(), missed.len());
    println!("{all} ways of branches, {not} not taken, {} that nothing can take", never.len());
    Ok(ExitCode::from(u8::from(not + stale.len() + failed.len() > 0)))
}

/// Writes the instrumented suite as a crate, and gives its ways.
fn write_crate(suite: &Path, folder: &Path) -> anyhow::Result<Vec<String>> {
    let source = folder.join("src");
    fs::create_dir_all(&source)?;
    let root = generated::root().display();
    let manifest = format!(
        "[workspace]\n\n[package]\nname = \"branches\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nchainrules = {{ path = \"{root}/chainrules\" }}\n\
         zygote-complex = {{ path = \"{root}/zygote-complex\" }}\n\
         zygote-engine = {{ path = \"{root}/zygote-engine\" }}\n\
         num-traits = \"0.2\"\n\n{PROFILES}"
    );
    write(&folder.join("Cargo.toml"), &manifest)?;
    if !folder.join("Cargo.lock").exists() {
        fs::copy(generated::root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    }
    let mut counts = Counts::default();
    let mut modules = vec![];
    let mut files: Vec<PathBuf> =
        fs::read_dir(suite)?.map(|file| Ok(file?.path())).collect::<anyhow::Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|e| e == "rs"));
    files.sort();
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&file)?;
        if name == "check" {
            write(&source.join("check.rs"), &text)?;
        }
        if OTHERS.contains(&&*name) {
            continue;
        }
        let mut parsed =
            syn::parse_file(&text).with_context(|| format!("{} is not Rust", file.display()))?;
        counts.file.clone_from(&name);
        counts.visit_file_mut(&mut parsed);
        write(&source.join(format!("{name}.rs")), &prettyplease::unparse(&parsed))?;
        modules.push(Ident::new(&name, Span::call_site()));
    }
    let ways = counts.ways.len();
    let (left, before, after): (Vec<_>, Vec<_>, Vec<_>) = {
        let of = |f: fn(&(usize, usize, usize)) -> usize| counts.left.iter().map(f).collect();
        (of(|l| l.0), of(|l| l.1), of(|l| l.2))
    };
    let passes = counts.passes;
    let main = quote! {
        #![allow(warnings)]
        mod check;
        #(mod #modules;)*

        use std::sync::atomic::{AtomicU32, Ordering};

        static TAKEN: [AtomicU32; #ways] = [const { AtomicU32::new(0) }; #ways];

        pub fn taken(way: usize) {
            TAKEN[way].fetch_add(1, Ordering::Relaxed);
        }

        /// The answer of a guard, whose way is taken if it says no.
        pub fn guard(way: usize, answer: bool) -> bool {
            if !answer {
                taken(way);
            }
            answer
        }

        static PASSED: [AtomicU32; #passes] = [const { AtomicU32::new(0) }; #passes];

        /// Comes by before or after a statement.
        pub fn passes(place: usize) {
            PASSED[place].fetch_add(1, Ordering::Relaxed);
        }

        fn main() {
            for programs in [#(#modules::PROGRAMS),*] {
                for p in programs {
                    if std::panic::catch_unwind(p.run).is_err() {
                        println!("failed {}", p.name);
                    }
                }
            }
            // A statement was left where more came to it than came out of it.
            for (way, before, after) in [#((#left, #before, #after)),*] {
                let passed = |place: usize| PASSED[place].load(Ordering::Relaxed);
                if passed(before) > passed(after) {
                    taken(way);
                }
            }
            for (way, taken) in TAKEN.iter().enumerate() {
                if taken.load(Ordering::Relaxed) == 0 {
                    println!("untaken {way}");
                }
            }
        }
    };
    write(&source.join("main.rs"), &prettyplease::unparse(&syn::parse2(main)?))?;
    Ok(counts.ways)
}

/// Puts a count into each way of a branch.
#[derive(Default)]
struct Counts {
    file: String,
    function: Vec<String>,
    ways: Vec<String>,
    /// The way out of a statement by `?`, and the places before and after it.
    left: Vec<(usize, usize, usize)>,
    passes: usize,
}

impl Counts {
    fn count(&mut self, way: &str, of: &str) -> Stmt {
        let n = self.way(way, of);
        parse_quote!(crate::taken(#n);)
    }

    /// The number of a way.
    fn way(&mut self, way: &str, of: &str) -> usize {
        let way = format!("{}::{}: {way} {of}", self.file, self.function.join("::"));
        // Branches of the same text are told apart.
        let same = self.ways.iter().filter(|w| w.split(" #").next() == Some(&way)).count();
        let n = self.ways.len();
        self.ways.push(if same == 0 { way } else { format!("{way} #{}", same + 1) });
        n
    }

    fn passes(&mut self) -> (usize, Stmt) {
        let n = self.passes;
        self.passes += 1;
        (n, parse_quote!(crate::passes(#n);))
    }

    fn within(&mut self, name: &Ident, visit: impl FnOnce(&mut Self)) {
        self.function.push(name.to_string());
        visit(self);
        self.function.pop();
    }
}

impl VisitMut for Counts {
    fn visit_item_fn_mut(&mut self, f: &mut syn::ItemFn) {
        if f.sig.constness.is_none() && !holds_references(&f.sig.output) {
            self.within(&f.sig.ident.clone(), |s| visit_mut::visit_item_fn_mut(s, f));
        }
    }

    fn visit_impl_item_fn_mut(&mut self, f: &mut syn::ImplItemFn) {
        // One that lends a part to write to may do nothing else, not even count.
        let output = &f.sig.output;
        if let syn::ReturnType::Type(_, ty) = output
            && matches!(&**ty, syn::Type::Reference(r) if r.mutability.is_some())
        {
            return;
        }
        if holds_references(output) {
            return;
        }
        self.within(&f.sig.ident.clone(), |s| visit_mut::visit_impl_item_fn_mut(s, f));
    }

    fn visit_trait_item_fn_mut(&mut self, f: &mut syn::TraitItemFn) {
        self.within(&f.sig.ident.clone(), |s| visit_mut::visit_trait_item_fn_mut(s, f));
    }

    fn visit_item_const_mut(&mut self, _: &mut syn::ItemConst) {}

    /// What stands in a pattern, its guard among it, only reads.
    fn visit_pat_mut(&mut self, _: &mut syn::Pat) {}

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        let whole = std::mem::take(&mut block.stmts);
        for mut stmt in whole {
            let asks = question(&stmt);
            self.visit_stmt_mut(&mut stmt);
            let bound = match &mut stmt {
                Stmt::Local(syn::Local { pat, init: Some(init), .. }) => match &mut init.diverge {
                    Some((_, other)) => {
                        let of = text(pat);
                        if let Expr::Block(other) = &mut **other {
                            let count = self.count("else of", &of);
                            other.block.stmts.insert(0, count);
                        }
                        Some(self.count("let", &of))
                    }
                    None => None,
                },
                _ => None,
            };
            let Some(of) = asks else {
                block.stmts.push(stmt);
                block.stmts.extend(bound);
                continue;
            };
            let way = self.way("`?` in", &of);
            let ((before, comes), (after, goes)) = (self.passes(), self.passes());
            self.left.push((way, before, after));
            block.stmts.extend([comes, stmt, goes]);
            block.stmts.extend(bound);
        }
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        // An `else if` is visited as part of the whole, and what stands alone is left as it is.
        if stands_alone(e) {
            return;
        }
        visit_mut::visit_expr_mut(self, e);
        match e {
            Expr::If(branch) => {
                let of = text(&branch.cond);
                let then = self.count("if", &of);
                branch.then_branch.stmts.insert(0, then);
                match &mut branch.else_branch {
                    None => {
                        let count = self.count("without", &of);
                        branch.else_branch = Some((Default::default(), parse_quote!({ #count })));
                    }
                    Some((_, other)) => {
                        if let Expr::Block(other) = &mut **other {
                            let count = self.count("else of", &of);
                            other.block.stmts.insert(0, count);
                        }
                    }
                }
            }
            Expr::Match(branch) => {
                let of = text(&branch.expr);
                for arm in &mut branch.arms {
                    let count = self.count("arm", &format!("{} of {of}", text(&arm.pat)));
                    if let syn::Pat::Guard(guarded) = &mut arm.pat
                        && !text(&guarded.guard).contains("let ")
                    {
                        let guard = &mut guarded.guard;
                        let way = self.way("guard says no", &text(guard));
                        **guard = parse_quote!(crate::guard(#way, #guard));
                    }
                    let body = &arm.body;
                    arm.body = parse_quote!({ #count #body });
                    arm.comma = Some(Default::default());
                }
            }
            Expr::While(branch) => {
                let count = self.count("while", &text(&branch.cond));
                branch.body.stmts.insert(0, count);
            }
            _ => {}
        }
    }
}

/// The text of a statement that is left by `?` alone, if more follows it in its block.
fn question(stmt: &Stmt) -> Option<String> {
    #[derive(Default)]
    struct Find {
        asks: bool,
        leaves: bool,
    }
    impl Visit<'_> for Find {
        fn visit_expr(&mut self, e: &Expr) {
            self.asks |= matches!(e, Expr::Try(_));
            self.leaves |= matches!(e, Expr::Return(_) | Expr::Break(_) | Expr::Continue(_));
            if !matches!(e, Expr::Closure(_)) {
                visit::visit_expr(self, e);
            }
        }
        fn visit_item(&mut self, _: &syn::Item) {}
    }
    let ends = matches!(stmt, Stmt::Expr(_, None) | Stmt::Item(_));
    let mut find = Find::default();
    find.visit_stmt(stmt);
    (find.asks && !find.leaves && !ends).then(|| text(stmt))
}

/// Whether what a branch gives has to stand there alone: a closure, a function, the order of two values
/// in a comparator.
fn stands_alone(branch: &Expr) -> bool {
    let mut given = vec![];
    ways(branch, &mut given);
    let orders = |e: &Expr| text(e).contains("Ordering") || text(e).contains("cmp (");
    matches!(branch, Expr::Match(of) if orders(&of.expr))
        || given.into_iter().any(|e| orders(e) || gives_more_than_a_value(e))
}

/// Whether a type has a lifetime, `Model<'_>`: a function that gives one runs again, and may not count.
fn holds_references(output: &syn::ReturnType) -> bool {
    let syn::ReturnType::Type(_, ty) = output else { return false };
    let syn::Type::Path(p) = &**ty else { return false };
    p.path.segments.last().is_some_and(|s| match &s.arguments {
        syn::PathArguments::AngleBracketed(of) => {
            of.args.iter().any(|a| matches!(a, syn::GenericArgument::Lifetime(_)))
        }
        _ => false,
    })
}

fn gives_more_than_a_value(e: &Expr) -> bool {
    match e {
        Expr::Closure(_) | Expr::Reference(_) => true,
        Expr::Call(call) => call.func.to_token_stream().to_string() == "Box :: new",
        Expr::Path(p) => {
            let name = p.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
            p.path.segments.len() > 1 && name.starts_with(char::is_lowercase)
        }
        _ => false,
    }
}

/// What the ways of a branch give.
fn ways<'a>(e: &'a Expr, given: &mut Vec<&'a Expr>) {
    match e {
        Expr::If(branch) => {
            if let Some(Stmt::Expr(last, None)) = branch.then_branch.stmts.last() {
                given.push(last);
            }
            branch.else_branch.iter().for_each(|(_, other)| ways(other, given));
        }
        Expr::Block(block) => {
            if let Some(Stmt::Expr(last, None)) = block.block.stmts.last() {
                given.push(last);
            }
        }
        Expr::Match(branch) => given.extend(branch.arms.iter().map(|a| &*a.body)),
        _ => {}
    }
}

fn text(of: &impl ToTokens) -> String {
    of.to_token_stream().to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}
