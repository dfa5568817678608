//! What is kept as the user wrote it only reads: a method by which a variable changes there is an error of the
//! compiler, and is told what to write instead.

use super::{Emit, TokenStream};
use crate::ir::{Op, Stmt};
use crate::lower::{is_iterating, makes_iterator};
use quote::quote_spanned;
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::{Expr, ExprMethodCall};

impl Emit<'_> {
    /// Calls, in what never runs, the methods of a statement that may change a variable where they must not.
    pub(super) fn only_reads(&self, stmt: &Stmt) -> TokenStream {
        let mut methods = Methods(vec![]);
        match stmt {
            Stmt::Let(_, Op::Verbatim(tokens, ..)) => {
                if let Ok(e) = syn::parse2(tokens.clone()) {
                    methods.visit_expr(&e);
                }
            }
            Stmt::Macro(tokens) => {
                let arguments = syn::parse2(tokens.clone()).and_then(|m: syn::Macro| {
                    m.parse_body_with(Punctuated::<Expr, syn::Token![,]>::parse_terminated)
                });
                arguments.iter().flatten().for_each(|e| methods.visit_expr(e));
            }
            _ => {}
        }
        methods.0.iter().map(|m| self.fill(self.with_copies(only_read(m)))).collect()
    }
}

/// The calls of methods on what is lent because it may change.
struct Methods(Vec<ExprMethodCall>);

impl Visit<'_> for Methods {
    fn visit_expr_method_call(&mut self, m: &ExprMethodCall) {
        let is_lent = matches!(&*m.receiver, Expr::Paren(p)
            if matches!(&*p.expr, Expr::Reference(r) if r.mutability.is_none()));
        let reads = is_iterating(&m.method) || makes_iterator(&m.method);
        if is_lent && !reads && m.args.iter().all(has_a_type) {
            self.0.push(m.clone());
        }
        syn::visit::visit_expr_method_call(self, m);
    }

    // What it reads is not known outside.
    fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {}
    fn visit_expr_block(&mut self, _: &syn::ExprBlock) {}
    fn visit_expr_if(&mut self, _: &syn::ExprIf) {}
    fn visit_expr_match(&mut self, _: &syn::ExprMatch) {}
}

/// Whether the type of an argument does not depend on what it is given to.
fn has_a_type(e: &Expr) -> bool {
    match e {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Reference(r) => has_a_type(&r.expr),
        Expr::Paren(p) => has_a_type(&p.expr),
        Expr::Field(f) => has_a_type(&f.base),
        Expr::Index(i) => has_a_type(&i.expr) && has_a_type(&i.index),
        Expr::Unary(u) => has_a_type(&u.expr),
        Expr::Binary(b) => has_a_type(&b.left) && has_a_type(&b.right),
        Expr::Cast(c) => has_a_type(&c.expr),
        _ => false,
    }
}

/// The call of a method on what gives no exclusive reference, and says so by its name.
fn only_read(m: &ExprMethodCall) -> TokenStream {
    let (receiver, method, turbofish) = (&m.receiver, &m.method, &m.turbofish);
    let args = m.args.iter().map(|arg| match arg {
        Expr::Lit(_) | Expr::Reference(_) => quote!(#arg),
        arg => quote!(::zygote_engine::__private::like(&(#arg))),
    });
    quote_spanned! {method.span()=>
        ::zygote_engine::__private::never(|| {
            let _ = ::zygote_engine::__private::OnlyReadHere_CallItInALetBefore(#receiver)
                .#method #turbofish (#(#args),*);
        });
    }
}
