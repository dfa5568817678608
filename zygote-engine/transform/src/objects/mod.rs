//! Trait objects that a body makes: where the source says that a box becomes one, a cast is written.
//!
//! `let s: Box<dyn Shape> = if c { Box::new(a) } else { Box::new(b) };` has the same value as with
//! `as Box<dyn Shape>` in each branch, but there the derivative sees what became an object. A
//! reference that a branch chooses is one to a copy.

mod erased;
mod functions;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use std::collections::HashMap;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat, Stmt, Type, parse_quote, parse_quote_spanned, spanned::Spanned};

pub use erased::erased;
pub use functions::{function_as_closure, function_of_path, unboxed};

/// The function with the casts written.
pub fn with_casts(item: &syn::ItemFn) -> syn::ItemFn {
    let mut item = item.clone();
    if !mentions_object(item.to_token_stream()) {
        return item;
    }
    let mut write = Write { scopes: vec![HashMap::new()], output: None, copies: 0 };
    for input in &item.sig.inputs {
        if let syn::FnArg::Typed(p) = input {
            write.bind(&p.pat, Some(&p.ty));
        }
    }
    if let syn::ReturnType::Type(_, ty) = &item.sig.output {
        write.output = Some((**ty).clone());
        expect_block(&mut item.block, ty);
    }
    write.visit_block_mut(&mut item.block);
    item
}

/// The closure with the casts written.
pub fn closure_with_casts(closure: &syn::ExprClosure) -> syn::ExprClosure {
    let mut closure = closure.clone();
    if mentions_object(closure.to_token_stream()) {
        let mut write = Write { scopes: vec![HashMap::new()], output: None, copies: 0 };
        write.visit_expr_closure_mut(&mut closure);
    }
    closure
}

/// Whether a type is a box of a trait object.
pub fn is_box(ty: &Type) -> bool {
    match ty {
        Type::Path(_) => inside(ty, &["Box"]).is_some_and(|t| is_object(&t)),
        Type::Paren(p) => is_box(&p.elem),
        _ => false,
    }
}

/// Whether the tokens have a trait object, or a box that may become one by a name for the type.
pub fn mentions_object(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|t| match t {
        TokenTree::Ident(i) => i == "dyn" || i == "Box",
        TokenTree::Group(g) => mentions_object(g.stream()),
        _ => false,
    })
}

/// Whether a type is `dyn Trait`, and no function.
fn is_object(ty: &Type) -> bool {
    match ty {
        Type::TraitObject(t) => !t.bounds.iter().any(|b| {
            let syn::TypeParamBound::Trait(t) = b else { return false };
            let last = t.path.segments.last();
            last.is_some_and(|s| matches!(s.arguments, syn::PathArguments::Parenthesized(_)))
        }),
        Type::Paren(p) => is_object(&p.elem),
        _ => false,
    }
}

/// The first type argument of a path that ends with one of these names.
pub fn inside(ty: &Type, names: &[&str]) -> Option<Type> {
    let Type::Path(p) = ty else { return None };
    let last = p.path.segments.last()?;
    let syn::PathArguments::AngleBracketed(args) = &last.arguments else { return None };
    let known = names.is_empty() || names.iter().any(|n| last.ident == n);
    args.args.iter().find_map(|a| match a {
        syn::GenericArgument::Type(t) if known => Some(t.clone()),
        _ => None,
    })
}

/// The type of what is in a sequence or an option.
fn element(ty: &Type) -> Option<Type> {
    match ty {
        Type::Reference(r) => element(&r.elem),
        Type::Paren(p) => element(&p.elem),
        Type::Array(a) => Some((*a.elem).clone()),
        Type::Slice(s) => Some((*s.elem).clone()),
        _ => inside(ty, &["Vec", "VecDeque", "LinkedList", "Option", "Result"]),
    }
}

/// Writes the casts that an expected type asks for.
fn expect(e: &mut Expr, ty: &Type) {
    match e {
        Expr::Paren(p) => expect(&mut p.expr, ty),
        Expr::Group(g) => expect(&mut g.expr, ty),
        Expr::Block(b) => expect_block(&mut b.block, ty),
        Expr::If(i) => {
            expect_block(&mut i.then_branch, ty);
            if let Some((_, otherwise)) = &mut i.else_branch {
                expect(otherwise, ty);
            }
        }
        Expr::Match(m) => m.arms.iter_mut().for_each(|arm| expect(&mut arm.body, ty)),
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) | Expr::Loop(_) => {}
        Expr::Cast(c) if *c.ty == *ty => {}
        Expr::Macro(m) if m.mac.path.is_ident("vec") => expect_vec(&mut m.mac, ty),
        Expr::Macro(_) => {}
        _ if is_box(ty) => *e = cast(e, ty),
        Expr::Array(a) => {
            if let Some(ty) = element(ty) {
                a.elems.iter_mut().for_each(|e| expect(e, &ty));
            }
        }
        Expr::Repeat(r) => {
            if let Some(ty) = element(ty) {
                expect(&mut r.expr, &ty);
            }
        }
        Expr::Tuple(t) => {
            if let Type::Tuple(of) = ty {
                t.elems.iter_mut().zip(&of.elems).for_each(|(e, ty)| expect(e, ty));
            }
        }
        Expr::Call(c) if is_some(&c.func) => {
            if let (Some(ty), Some(value)) = (element(ty), c.args.first_mut()) {
                expect(value, &ty);
            }
        }
        // The type may be a name for one of objects.
        _ if is_new_box(e) && matches!(ty, Type::Path(_)) && inside(ty, &["Box"]).is_none() => {
            *e = cast(e, ty);
        }
        _ => {}
    }
}

fn cast(e: &Expr, ty: &Type) -> Expr {
    parse_quote_spanned!(e.span()=> (#e) as #ty)
}

fn expect_block(block: &mut syn::Block, ty: &Type) {
    match block.stmts.last_mut() {
        Some(Stmt::Expr(e, None)) => expect(e, ty),
        Some(Stmt::Macro(m)) if m.semi_token.is_none() => expect_vec(&mut m.mac, ty),
        _ => {}
    }
}

/// The elements of `vec![..]`.
fn expect_vec(mac: &mut syn::Macro, ty: &Type) {
    let (true, Some(ty)) = (mac.path.is_ident("vec"), element(ty)) else { return };
    let tokens = &mac.tokens;
    match syn::parse2::<Expr>(quote::quote!([#tokens])) {
        Ok(Expr::Array(mut a)) => {
            a.elems.iter_mut().for_each(|e| expect(e, &ty));
            mac.tokens = a.elems.to_token_stream();
        }
        Ok(Expr::Repeat(mut r)) => {
            expect(&mut r.expr, &ty);
            let (value, len) = (&r.expr, &r.len);
            mac.tokens = quote::quote!(#value; #len);
        }
        _ => {}
    }
}

/// Whether a call is that of `Some` or `Ok`.
fn is_some(function: &Expr) -> bool {
    let Expr::Path(p) = function else { return false };
    p.path.segments.last().is_some_and(|s| s.ident == "Some" || s.ident == "Ok")
}

/// Whether an expression is `Box::new(..)`.
pub fn is_new_box(e: &Expr) -> bool {
    let Expr::Call(c) = e else { return false };
    let Expr::Path(p) = &*c.func else { return false };
    let names: Vec<_> = p.path.segments.iter().map(|s| s.ident.to_string()).collect();
    names == ["Box", "new"]
}

/// Whether an expression is a new box, or puts new boxes in a struct or variant.
pub fn is_or_has_boxes(e: &Expr) -> bool {
    is_new_box(e) || has_boxes(e)
}

/// Whether an expression puts new boxes in a struct or variant: they may become objects there.
pub fn has_boxes(e: &Expr) -> bool {
    match e {
        Expr::Paren(p) => has_boxes(&p.expr),
        Expr::Call(c) if !is_new_box(e) => {
            let Expr::Path(p) = &*c.func else { return false };
            let last = p.path.segments.last().map(|s| s.ident.to_string());
            last.is_some_and(|s| s.starts_with(char::is_uppercase))
                && c.args.iter().any(is_or_has_boxes)
        }
        Expr::Struct(s) => s.fields.iter().any(|f| is_or_has_boxes(&f.expr)),
        Expr::Tuple(t) => t.elems.iter().any(is_or_has_boxes),
        _ => false,
    }
}

struct Write {
    /// The types of the variables, where the source says them.
    scopes: Vec<HashMap<String, Option<Type>>>,
    /// The type of the value of the function or closure.
    output: Option<Type>,
    /// The number of copies.
    copies: usize,
}

impl Write {
    fn bind(&mut self, pattern: &Pat, ty: Option<&Type>) {
        match (pattern, ty) {
            (Pat::Type(t), _) => self.bind(&t.pat, Some(&t.ty)),
            (Pat::Paren(p), ty) => self.bind(&p.pat, ty),
            (Pat::Tuple(p), Some(Type::Tuple(t))) if p.elems.len() == t.elems.len() => {
                p.elems.iter().zip(&t.elems).for_each(|(p, ty)| self.bind(p, Some(ty)));
            }
            (Pat::Ident(i), ty) if i.subpat.is_none() => self.name(&i.ident, ty.cloned()),
            (other, _) => {
                for name in crate::lower::bound_names(other) {
                    self.name(&name, None);
                }
            }
        }
    }

    fn name(&mut self, name: &Ident, ty: Option<Type>) {
        let scope = self.scopes.last_mut().expect("a scope is open");
        scope.insert(name.to_string(), ty);
    }

    fn variable(&mut self, e: &Expr) -> Option<&mut Option<Type>> {
        let Expr::Path(p) = e else { return None };
        let name = p.path.get_ident()?.to_string();
        self.scopes.iter_mut().rev().find_map(|s| s.get_mut(&name))
    }

    /// The type of an expression, where the source says it.
    fn ty(&mut self, e: &Expr) -> Option<Type> {
        match e {
            Expr::Paren(p) => self.ty(&p.expr),
            Expr::Group(g) => self.ty(&g.expr),
            Expr::Cast(c) => Some((*c.ty).clone()),
            Expr::Reference(r) => self.ty(&r.expr),
            Expr::Path(_) => self.variable(e)?.clone(),
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => match self.ty(&u.expr)? {
                Type::Reference(r) => Some(*r.elem),
                boxed => inside(&boxed, &["Box"]),
            },
            Expr::Index(i) if !matches!(*i.index, Expr::Range(_)) => element(&self.ty(&i.expr)?),
            Expr::Array(a) => {
                let ty = self.ty(a.elems.first()?)?;
                Some(parse_quote!([#ty]))
            }
            Expr::Macro(m) if m.mac.path.is_ident("vec") => {
                let tokens = &m.mac.tokens;
                let elements: Expr = syn::parse2(quote::quote!([#tokens])).ok()?;
                let ty = match &elements {
                    Expr::Array(a) => self.ty(a.elems.first()?)?,
                    Expr::Repeat(r) => self.ty(&r.expr)?,
                    _ => return None,
                };
                Some(parse_quote!(Vec<#ty>))
            }
            Expr::Call(c) if is_some(&c.func) => {
                let ty = self.ty(c.args.first()?)?;
                Some(parse_quote!(Option<#ty>))
            }
            // `Vec::<T>::new()`
            Expr::Call(c) => {
                let Expr::Path(p) = &*c.func else { return None };
                let mut path = p.path.clone();
                path.segments.pop();
                let of = path.segments.pop()?;
                element(&parse_quote!(#of)).map(|ty| parse_quote!(Vec<#ty>))
            }
            Expr::MethodCall(m) if m.method == "clone" => self.ty(&m.receiver),
            _ => None,
        }
    }

    /// `let s: &dyn Trait = ..` refers to a copy behind a box, also where branches choose it: a method
    /// of the object's own type with the name of one of the trait's is not the trait's.
    fn chosen(&mut self, local: &mut syn::Local) -> Option<Stmt> {
        let Pat::Type(pattern) = &local.pat else { return None };
        let Type::Reference(r) = &*pattern.ty else { return None };
        let init = local.init.as_mut().filter(|init| init.diverge.is_none())?;
        let made = matches!(
            &*init.expr,
            Expr::If(_) | Expr::Match(_) | Expr::Block(_) | Expr::Reference(_) | Expr::Cast(_)
        );
        if !made || r.mutability.is_some() || !is_object(&r.elem) {
            return None;
        }
        let copy = format_ident!("__copy_{}", self.copies);
        self.copies += 1;
        let (object, mut expr) = (&r.elem, (*init.expr).clone());
        copied(&mut expr, object);
        *init.expr = parse_quote!(&*#copy);
        Some(parse_quote!(let #copy: ::std::boxed::Box<#object> = #expr;))
    }
}

/// Copies what the branches of an expression refer to.
fn copied(e: &mut Expr, object: &Type) {
    let block = |b: &mut syn::Block| {
        if let Some(Stmt::Expr(e, None)) = b.stmts.last_mut() {
            copied(e, object);
        }
    };
    match e {
        Expr::Paren(p) => copied(&mut p.expr, object),
        Expr::Group(g) => copied(&mut g.expr, object),
        Expr::Block(b) => block(&mut b.block),
        Expr::If(i) => {
            block(&mut i.then_branch);
            if let Some((_, otherwise)) = &mut i.else_branch {
                copied(otherwise, object);
            }
        }
        Expr::Match(m) => m.arms.iter_mut().for_each(|arm| copied(&mut arm.body, object)),
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) | Expr::Macro(_) => {}
        // To which object the reference is cast is known.
        Expr::Cast(c) if matches!(*c.ty, Type::Reference(_)) => {
            *e = (*c.expr).clone();
            copied(e, object);
        }
        _ => {
            let object = bare(object);
            *e = parse_quote_spanned!(e.span()=> <#object>::__copied(#e));
        }
    }
}

fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Paren(p) => bare(&p.elem),
        other => other,
    }
}

impl VisitMut for Write {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        self.scopes.push(HashMap::new());
        let stmts = std::mem::take(&mut block.stmts);
        for mut stmt in stmts {
            if let Stmt::Local(local) = &mut stmt {
                for mut function in self.chosen_functions(local) {
                    self.visit_stmt_mut(&mut function);
                    block.stmts.push(function);
                }
            }
            if let Stmt::Local(local) = &mut stmt
                && let Some(mut copy) = self.chosen(local)
            {
                self.visit_stmt_mut(&mut copy);
                block.stmts.push(copy);
            }
            self.visit_stmt_mut(&mut stmt);
            block.stmts.push(stmt);
        }
        self.scopes.pop();
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        let function = functions::unbox(local);
        let mut ty = match &local.pat {
            Pat::Type(t) => Some((*t.ty).clone()),
            _ => None,
        };
        if let Some(init) = &mut local.init {
            if ty.is_none() {
                ty = self.ty(&init.expr);
            }
            if let Some(ty) = &ty {
                expect(&mut init.expr, ty);
            }
        }
        if let Some(init) = &mut local.init {
            self.visit_local_init_mut(init);
        }
        self.bind(&local.pat, ty.or(function).as_ref());
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_expr_closure_mut(&mut self, c: &mut syn::ExprClosure) {
        let output = match &c.output {
            syn::ReturnType::Type(_, ty) => Some((**ty).clone()),
            syn::ReturnType::Default => None,
        };
        if let Some(ty) = &output {
            expect(&mut c.body, ty);
        }
        let outer = std::mem::replace(&mut self.output, output);
        self.scopes.push(HashMap::new());
        for input in &c.inputs {
            self.bind(input, None);
        }
        self.visit_expr_mut(&mut c.body);
        self.scopes.pop();
        self.output = outer;
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        self.scopes.push(HashMap::new());
        self.bind(&arm.pat, None);
        visit_mut::visit_arm_mut(self, arm);
        self.scopes.pop();
    }

    fn visit_expr_for_loop_mut(&mut self, f: &mut syn::ExprForLoop) {
        self.visit_expr_mut(&mut f.expr);
        self.scopes.push(HashMap::new());
        self.bind(&f.pat, None);
        self.visit_block_mut(&mut f.body);
        self.scopes.pop();
    }

    fn visit_expr_let_mut(&mut self, l: &mut syn::ExprLet) {
        self.visit_expr_mut(&mut l.expr);
        self.bind(&l.pat, None);
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        match e {
            Expr::Return(r) => {
                if let (Some(value), Some(ty)) = (&mut r.expr, &self.output) {
                    expect(value, ty);
                }
            }
            Expr::Assign(a) => {
                if let Some(ty) = self.ty(&a.left) {
                    expect(&mut a.right, &ty);
                }
            }
            // What the box holds.
            Expr::MethodCall(m)
                if m.args.is_empty()
                    && (m.method == "as_ref" || m.method == "as_mut")
                    && let Some(ty) = self.ty(&m.receiver)
                    && (is_box(&ty) || functions::is_box(&ty)) =>
            {
                let receiver = &m.receiver;
                *e = match (is_box(&ty), m.method == "as_ref") {
                    (false, _) => parse_quote!(&#receiver),
                    (true, true) => parse_quote!(&*#receiver),
                    (true, false) => parse_quote!(&mut *#receiver),
                };
            }
            Expr::MethodCall(m) => {
                let grows = ["push", "push_back", "push_front", "insert", "replace"];
                if grows.iter().any(|name| m.method == name)
                    && let Some(value) = m.args.last_mut()
                {
                    match self.ty(&m.receiver) {
                        Some(ty) => {
                            if let Some(ty) = element(&ty) {
                                expect(value, &ty);
                            }
                        }
                        None => {
                            if let Some(ty) = self.ty(value)
                                && let Some(of @ None) = self.variable(&m.receiver)
                            {
                                *of = Some(parse_quote!(Vec<#ty>));
                            }
                        }
                    }
                }
            }
            // What refers to a value refers to it as an object, too.
            Expr::Cast(c) if matches!(&*c.ty, Type::Reference(r) if is_object(&r.elem)) => {
                *e = (*c.expr).clone();
                self.visit_expr_mut(e);
                return;
            }
            Expr::Macro(m) if m.mac.path.is_ident("vec") => {
                let tokens = m.mac.tokens.clone();
                if let Ok(mut elements) = syn::parse2::<Expr>(quote::quote!([#tokens])) {
                    visit_mut::visit_expr_mut(self, &mut elements);
                    m.mac.tokens = match elements {
                        Expr::Array(a) => a.elems.to_token_stream(),
                        Expr::Repeat(r) => {
                            let (value, len) = (&r.expr, &r.len);
                            quote::quote!(#value; #len)
                        }
                        _ => tokens,
                    };
                }
                return;
            }
            _ => {}
        }
        visit_mut::visit_expr_mut(self, e);
    }
}
