//! Local heaps: `BinaryHeap` shows no places of its elements, so that in a derivative a local variable of the type,
//! of which methods alone are called, is a heap that has some. Both give equal elements in the same order.

use proc_macro2::{Ident, TokenStream, TokenTree};
use std::collections::BTreeSet;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat, Path, PathArguments, Type, parse_quote};

/// The methods that both heaps have.
const METHODS: &[&str] =
    &["clear", "into_sorted_vec", "into_vec", "is_empty", "iter", "len", "peek", "pop", "push"];

/// The function with such heaps in the place of its own.
pub fn with_places(item: &syn::ItemFn) -> syn::ItemFn {
    let mut item = item.clone();
    let mut find = Find::default();
    item.sig.inputs.iter().for_each(|input| find.visit_fn_arg(input));
    find.visit_block(&item.block);
    let Some(path) = find.path else { return item };
    let names = &find.heaps - &find.others;
    if names.is_empty() {
        return item;
    }
    Write { names }.visit_block_mut(&mut item.block);
    let of_std = parse_quote! {
        const _: fn(#path<()>) -> ::std::collections::BinaryHeap<()> = |of_std| of_std;
    };
    item.block.stmts.insert(0, of_std);
    item
}

/// The names of heaps, and those that stand for something else, or are used by themselves.
#[derive(Default)]
struct Find {
    heaps: BTreeSet<Ident>,
    others: BTreeSet<Ident>,
    path: Option<Path>,
}

impl Find {
    fn in_macro(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(g) => self.in_macro(g.stream()),
                TokenTree::Ident(i) => {
                    let called =
                        |t: &TokenTree| matches!(t, TokenTree::Punct(p) if p.as_char() == '.');
                    if !tokens.peek().is_some_and(called) {
                        self.others.insert(i);
                    }
                }
                _ => {}
            }
        }
    }
}

impl Visit<'_> for Find {
    fn visit_local(&mut self, local: &syn::Local) {
        let Some((name, path)) = declared(local) else { return visit::visit_local(self, local) };
        self.heaps.insert(name.clone());
        self.path.get_or_insert(path);
        local.init.iter().for_each(|init| visit::visit_local_init(self, init));
    }

    fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
        self.others.insert(p.ident.clone());
        visit::visit_pat_ident(self, p);
    }

    fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
        let known = METHODS.iter().any(|name| m.method == name);
        if !known || !matches!(&*m.receiver, Expr::Path(p) if p.path.get_ident().is_some()) {
            self.visit_expr(&m.receiver);
        }
        m.args.iter().for_each(|a| self.visit_expr(a));
    }

    fn visit_expr_path(&mut self, p: &syn::ExprPath) {
        self.others.extend(p.path.get_ident().cloned());
    }

    fn visit_macro(&mut self, m: &syn::Macro) {
        self.in_macro(m.tokens.clone());
    }
}

/// The functions that make both.
const FUNCTIONS: &[&str] = &["default", "from", "from_iter", "new", "with_capacity"];

/// The name of a heap that a `let` declares, and the path of the type.
fn declared(local: &syn::Local) -> Option<(&Ident, Path)> {
    let (pattern, ty) = match &local.pat {
        Pat::Type(p) => (&*p.pat, Some(&*p.ty)),
        p => (p, None),
    };
    let (Pat::Ident(p), true) = (pattern, local.attrs.is_empty()) else { return None };
    let init = local.init.as_ref().filter(|init| init.diverge.is_none())?;
    let made = made_by(&init.expr);
    let path = match (ty, &*init.expr) {
        (_, Expr::Call(_)) => made?,
        (Some(Type::Path(ty)), Expr::MethodCall(m)) if m.method == "collect" => of_type(&ty.path)?,
        _ => return None,
    };
    (p.by_ref.is_none() && p.subpat.is_none()).then_some((&p.ident, path))
}

/// The path of the type of which a function is called.
fn made_by(e: &Expr) -> Option<Path> {
    let Expr::Call(c) = e else { return None };
    let Expr::Path(f) = &*c.func else { return None };
    let mut path = f.path.clone();
    let function = path.segments.pop()?.ident;
    FUNCTIONS.iter().find(|name| function == name)?;
    path.segments.pop_punct();
    of_type(&path)
}

/// The path of a type without its arguments, if it is a heap.
fn of_type(path: &Path) -> Option<Path> {
    let mut path = path.clone();
    let last = path.segments.last_mut().filter(|s| s.ident == "BinaryHeap")?;
    last.arguments = PathArguments::None;
    Some(path)
}

/// Writes the other type, and its methods.
struct Write {
    names: BTreeSet<Ident>,
}

impl VisitMut for Write {
    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        if declared(local).is_some_and(|(name, _)| self.names.contains(name)) {
            if let Pat::Type(p) = &mut local.pat
                && let Type::Path(ty) = &mut *p.ty
            {
                renamed(&mut ty.path);
            }
            let init = local.init.as_mut().map(|init| &mut *init.expr);
            if let Some(Expr::Call(c)) = init
                && let Expr::Path(f) = &mut *c.func
            {
                renamed(&mut f.path);
            }
        }
        visit_mut::visit_local_mut(self, local);
    }

    fn visit_expr_method_call_mut(&mut self, m: &mut syn::ExprMethodCall) {
        let of_heap = matches!(&*m.receiver, Expr::Path(p)
            if p.path.get_ident().is_some_and(|name| self.names.contains(name)));
        if of_heap && m.method == "peek" {
            m.method = Ident::new("first", m.method.span());
        }
        visit_mut::visit_expr_method_call_mut(self, m);
    }
}

/// The path with the other type.
fn renamed(path: &mut Path) {
    let Some(at) = path.segments.iter().position(|s| s.ident == "BinaryHeap") else { return };
    let mut heap: Path = parse_quote!(::zygote_engine::__private::Heap);
    for (k, segment) in path.segments.iter().enumerate().skip(at) {
        match k == at {
            true => {
                heap.segments.last_mut().expect("it has one").arguments = segment.arguments.clone()
            }
            false => heap.segments.push(segment.clone()),
        }
    }
    *path = heap;
}
