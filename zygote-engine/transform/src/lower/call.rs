//! Calls of methods and functions.

use super::Lower;
use crate::error::{Result, unsupported};
use crate::ir::{Call, Callee, Mode, Op, Operand, Stmt, Ty};
use proc_macro2::Span;
use syn::Expr;
use syn::spanned::Spanned;

impl Lower {
    pub(super) fn method(&mut self, m: &syn::ExprMethodCall, out: &mut Vec<Stmt>) -> Result<Op> {
        if let Some(t) = &m.turbofish {
            return unsupported(t, "a turbofish", "write the type in a `let`");
        }
        let receiver = if self.is_place(&m.receiver) {
            let place = self.place(&m.receiver, out)?;
            self.pinned(place, out)
        } else {
            match self.operand(&m.receiver, out)? {
                Operand::Place(p, _) => p,
                constant => {
                    let ty = self.ty(&constant);
                    match self.temp(m.receiver.span(), ty, Op::Use(constant), out) {
                        Operand::Place(p, _) => p,
                        Operand::Const(_) => unreachable!("an intermediate value is a place"),
                    }
                }
            }
        };
        let middle = out.len();
        let rest = self.arguments(m.args.iter(), out)?;
        // A receiver that the arguments assign was copied before, or it would not compile.
        let assigned = |s: &Stmt| matches!(s, Stmt::Store(..) | Stmt::Update(..) | Stmt::Block(..));
        let receiver = if out[middle..].iter().any(assigned) {
            match self.keep_order(Operand::Place(receiver, Mode::Value), middle, out) {
                Operand::Place(copy, _) => copy,
                Operand::Const(_) => unreachable!("a place stays one"),
            }
        } else {
            receiver
        };
        let root = self.func.root(&receiver);
        let same = |p: &crate::ir::Place, s: &Self| s.func.root(p) == root;
        // Beside a shared reference to the same variable, the receiver is only read.
        let read =
            rest.iter().any(|a| matches!(a, Operand::Place(p, Mode::Shared) if same(p, self)));
        let mode = if read { Mode::Shared } else { Mode::Receiver };
        let mut args = vec![Operand::Place(receiver, mode)];
        for arg in rest {
            args.push(match arg {
                // A copy, so that the pullback may have the receiver exclusively.
                Operand::Place(p, Mode::Value) if same(&p, self) => {
                    let value = Operand::Place(p, Mode::Value);
                    let ty = self.ty(&value);
                    self.temp(m.method.span(), ty, Op::Use(value), out)
                }
                other => other,
            });
        }
        Ok(self.called(Callee::Method(m.method.clone()), args, m.method.span()))
    }

    pub(super) fn call(&mut self, c: &syn::ExprCall, out: &mut Vec<Stmt>) -> Result<Op> {
        let Expr::Path(p) = &*c.func else {
            return unsupported(
                &c.func,
                "a call of a computed function",
                "call a function by its name",
            );
        };
        if p.path.get_ident().is_some_and(|n| self.lookup(n).is_some()) {
            return unsupported(
                p,
                "a call of a local closure",
                "write a function and mark it `#[differentiable]`",
            );
        }
        if let Some(q) = &p.qself {
            return unsupported(&q.ty, "a qualified path", "call the method on the value");
        }
        let args = self.arguments(c.args.iter(), out)?;
        let mut segments: Vec<_> = p.path.segments.iter().cloned().collect();
        let name = segments.pop().expect("a path has a segment");
        let of_type = segments.last().is_some_and(|s| is_type_name(&s.ident.to_string()));
        let prefix = (!segments.is_empty()).then(|| syn::Path {
            leading_colon: p.path.leading_colon,
            segments: segments.into_iter().collect(),
        });
        let span = name.ident.span();
        self.func.recursive |= self.name.as_ref() == Some(&name.ident) && !of_type;
        let callee = match prefix {
            Some(ty) if of_type => Callee::Associated(ty, name),
            prefix => Callee::Function(prefix, name),
        };
        Ok(self.called(callee, args, span))
    }

    /// Arguments: a part of a place that is passed by value becomes an intermediate value, so that
    /// the pullback can refer to it beside a shadow of the whole.
    fn arguments<'a>(
        &mut self,
        es: impl Iterator<Item = &'a Expr>,
        out: &mut Vec<Stmt>,
    ) -> Result<Vec<Operand>> {
        let mut args = vec![];
        for operand in self.operands(es, out)? {
            args.push(match operand {
                Operand::Place(p, Mode::Value) if !p.path.is_empty() => {
                    let ty = self.ty(&Operand::Place(p.clone(), Mode::Value));
                    let span = self.func.var(p.root).name.span();
                    self.temp(span, ty, Op::Use(Operand::Place(p, Mode::Value)), out)
                }
                Operand::Place(p, mode) => Operand::Place(self.pinned(p, out), mode),
                constant => constant,
            });
        }
        Ok(args)
    }

    fn called(&mut self, callee: Callee, args: Vec<Operand>, span: Span) -> Op {
        let back = self.func.record("back", span, self.here);
        let olds = args
            .iter()
            .map(|arg| match arg {
                Operand::Place(_, Mode::Exclusive | Mode::Receiver) => {
                    Some(self.func.record("old", span, self.here))
                }
                _ => None,
            })
            .collect();
        Op::Call(Box::new(Call { callee, args, back, olds }))
    }
}

/// Whether a path segment names a type, by the convention of the language.
fn is_type_name(name: &str) -> bool {
    let primitive = super::ty_of(
        &syn::parse_str(name).unwrap_or(syn::Type::Verbatim(proc_macro2::TokenStream::new())),
    );
    name.starts_with(char::is_uppercase) || matches!(primitive, Ty::Real | Ty::Inert)
}
