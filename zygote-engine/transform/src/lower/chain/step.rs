//! Ends of a chain whose value carries no derivative, and what may stand beside a chain.

use super::Labels;
use super::item::Item;
use super::parse::is_step;
use super::parts::Pipeline;
use crate::error::{Result, unsupported};
use crate::ir::{Exit, Op, Operand, Place, Stmt, Ty};
use crate::lower::Lower;
use crate::lower::pure::Calls;
use crate::lower::select::mentions;
use proc_macro2::Ident;
use quote::{ToTokens, quote};
use syn::Expr;
use syn::spanned::Spanned;
use syn::visit::Visit;

impl Lower {
    /// A consumer whose value carries no derivative, kept as it is if it only reads.
    pub(super) fn inert_consumer(
        &mut self,
        consumer: &syn::ExprMethodCall,
        pipeline: &Pipeline,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let inert = is_step(&consumer.method);
        if let Some((tokens, reads)) =
            self.pure(&Expr::MethodCall(consumer.clone()), Calls::Reading)
            && (inert || self.all_constant(&reads))
        {
            return Ok(Op::Verbatim(tokens, reads, if inert { Ty::Inert } else { Ty::Unknown }));
        }
        match (consumer.method.to_string().as_str(), consumer.args.first()) {
            ("count", None) => self.counted(pipeline, out),
            ("any" | "all" | "position", Some(f)) => self.tested(consumer, f, pipeline, out),
            (name @ ("max" | "min"), None) => {
                let span = consumer.method.span();
                let by = Ident::new(&format!("{name}_by"), span);
                let compare = syn::parse_quote_spanned!(span=> ::core::cmp::Ord::cmp);
                self.extreme(&by, &compare, pipeline, out)
            }
            _ => unsupported(
                &consumer.method,
                "this consumer of an iterator",
                "use `fold`, or write a loop",
            ),
        }
    }

    fn counted(&mut self, pipeline: &Pipeline, out: &mut Vec<Stmt>) -> Result<Op> {
        let number = Some(quote!(::core::primitive::usize));
        let zero = Op::Use(Operand::Const(quote!(0)));
        let n = self.state("count", Ty::Inert, number, zero, out);
        let mut body = |s: &mut Self, _: Item, out: &mut Vec<Stmt>| {
            s.step(n, out);
            Ok(())
        };
        self.run(pipeline, Labels::default(), false, &mut body, out)?;
        Ok(Op::Use(Operand::var(n)))
    }

    /// `any`, `all` and `position`: the first item for which the test is so, or is not so.
    fn tested(
        &mut self,
        consumer: &syn::ExprMethodCall,
        f: &Expr,
        pipeline: &Pipeline,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let all = consumer.method == "all";
        let number = (consumer.method == "position").then(|| {
            let declared = Some(quote!(::core::primitive::usize));
            let zero = Op::Use(Operand::Const(quote!(0)));
            self.state("count", Ty::Inert, declared, zero, out)
        });
        let start = Op::Use(Operand::Const(if all { quote!(true) } else { quote!(false) }));
        let answer = self.state("answer", Ty::Inert, None, start, out);
        let exit = self.exit_label(pipeline);
        let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            let test = s.applied(f, vec![item], out)?;
            let test = s.whole_item(test, out)?;
            let test = s.pin(test, out);
            let go_on = s.region(false, |s, out| {
                if let Some(n) = number {
                    s.step(n, out);
                }
                Ok(None)
            })?;
            let stop = s.region(false, |s, out| {
                let old = s.func.record("old", f.span(), s.here);
                let value = Operand::Const(if all { quote!(false) } else { quote!(true) });
                out.push(Stmt::Store(Place::var(answer), value, old));
                out.push(Stmt::Exit(Exit::Break(exit.clone())));
                Ok(None)
            })?;
            let (yes, no) = if all { (go_on, stop) } else { (stop, go_on) };
            out.push(Stmt::If(test, yes, no, None));
            Ok(())
        };
        let labels = Labels { exit: exit.as_ref(), ..Labels::default() };
        self.run(pipeline, labels, true, &mut body, out)?;
        let Some(n) = number else { return Ok(Op::Use(Operand::var(answer))) };
        let reads = vec![Place::var(answer), Place::var(n)];
        let (found, n) = (self.shown(answer), self.shown(n));
        Ok(Op::Verbatim(quote!(#found.then_some(#n)), reads, Ty::Inert))
    }
}

/// What is given to an adaptor or to `fold` is computed before the chain's source is, where it has to
/// be computed after it: neither may change what the other reads.
pub(super) fn refuse_changes(given: &Expr, source: &Expr) -> Result<()> {
    let mentions = |e: &Expr, name: &str| {
        super::super::closure::free_names(e).iter().any(|(_, other)| other == name)
    };
    let of_source = changed_names(source).iter().any(|name| mentions(given, name));
    if of_source || !changed_names(given).is_empty() {
        return unsupported(
            given,
            "a value beside a chain, of which one changes what the other reads,",
            "bind both with `let` first, in the order that is meant",
        );
    }
    Ok(())
}

/// The variables that an expression assigns or lends exclusively, outside its closures.
fn changed_names(e: &Expr) -> Vec<String> {
    struct Find(Vec<String>);
    impl Find {
        fn root(&mut self, e: &Expr) {
            match e {
                Expr::Field(f) => self.root(&f.base),
                Expr::Index(i) => self.root(&i.expr),
                Expr::Paren(p) => self.root(&p.expr),
                Expr::Unary(u) => self.root(&u.expr),
                Expr::Path(p) => self.0.extend(p.path.get_ident().map(ToString::to_string)),
                _ => self.0.push(String::new()),
            }
        }
    }
    impl syn::visit::Visit<'_> for Find {
        fn visit_expr(&mut self, e: &Expr) {
            match e {
                Expr::Closure(_) => return,
                Expr::Assign(a) => self.root(&a.left),
                Expr::Binary(b) if crate::lower::pure::is_assignment(&b.op) => self.root(&b.left),
                Expr::Reference(r) if r.mutability.is_some() => self.root(&r.expr),
                _ => {}
            }
            syn::visit::visit_expr(self, e);
        }
    }
    let mut find = Find(vec![]);
    syn::visit::Visit::visit_expr(&mut find, e);
    find.0
}

/// The names of functions and constants in a chain stand for what they do at its `let`: nothing after
/// it may have such a name.
pub(super) fn refuse_other_meanings(chain: &Expr, rest: &[syn::Stmt]) -> Result<()> {
    struct Find<'a>(std::collections::BTreeMap<String, Ident>, Result<()>, &'a [syn::Stmt]);
    impl Find<'_> {
        fn refuse(&mut self, at: &impl ToTokens) {
            self.1 = unsupported(
                at,
                "a name that an iterator before it uses for something else",
                "give it another name",
            );
        }
    }
    impl Visit<'_> for Find<'_> {
        fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
            if self.0.contains_key(&p.ident.to_string()) {
                self.refuse(&p.ident);
            }
            syn::visit::visit_pat_ident(self, p);
        }

        fn visit_item(&mut self, item: &syn::Item) {
            // Those of the block itself are known before it, too.
            let of_block = self.2.iter().any(|s| matches!(s, syn::Stmt::Item(i) if i == item));
            if let Some(name) =
                self.0.values().find(|name| !of_block && mentions(&item.to_token_stream(), name))
            {
                let name = name.clone();
                self.refuse(&name);
            }
        }
    }
    let mut find = Find(crate::lower::closure::free_names(chain), Ok(()), rest);
    rest.iter().for_each(|s| find.visit_stmt(s));
    find.1
}
