//! Patterns that take apart what is written beside them, `let (a, b) = (x, y);`.

use super::Lower;
use super::pattern::has_rest;
use crate::error::Result;
use crate::ir::{Mode, Operand, Stmt, VarId, VarKind};
use syn::{Expr, Pat};

impl Lower {
    /// `let (a, (b, c)) = (x, (y, z));` binds part by part.
    pub(super) fn bind_literal(
        &mut self,
        pattern: &Pat,
        declared: Option<&syn::Type>,
        init: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<bool> {
        let Some(parts) = literal_parts(pattern, declared, init) else { return Ok(false) };
        let mut operands = vec![];
        for (_, _, e) in &parts {
            let value = self.operand(e, out)?;
            operands.push(self.pin(value, out));
        }
        for ((p, ty, _), value) in parts.into_iter().zip(operands) {
            self.bind(p, ty, value, out)?;
        }
        Ok(true)
    }

    /// The item of a loop to which `let name = item;` gives another name: it may be a reference.
    pub(super) fn item_again(&self, pattern: &syn::PatIdent, value: &Operand) -> Option<VarId> {
        let Operand::Place(place, Mode::Value) = value else { return None };
        let item = self.func.var(place.root);
        let again = item.kind == VarKind::Item && !item.mutable && place.path.is_empty();
        (again && pattern.mutability.is_none()).then_some(place.root)
    }
}

/// The parts of a pattern, with their types where they stand there, and the values that are written for them.
fn literal_parts<'a>(
    pattern: &'a Pat,
    declared: Option<&'a syn::Type>,
    init: &'a Expr,
) -> Option<Vec<(&'a Pat, Option<&'a syn::Type>, &'a Expr)>> {
    let (patterns, values) = match (pattern, super::place::strip(init)) {
        (Pat::Tuple(p), Expr::Tuple(e)) => (&p.elems, &e.elems),
        (Pat::Slice(p), Expr::Array(e)) => (&p.elems, &e.elems),
        _ => return None,
    };
    if has_rest(patterns) || patterns.len() != values.len() {
        return None;
    }
    let types: Vec<Option<&syn::Type>> = match declared {
        None => vec![None; patterns.len()],
        Some(syn::Type::Tuple(t)) if t.elems.len() == patterns.len() => {
            t.elems.iter().map(Some).collect()
        }
        Some(_) => return None,
    };
    let parts = patterns.iter().zip(types).zip(values);
    Some(
        parts
            .flat_map(|((p, ty), e)| literal_parts(p, ty, e).unwrap_or(vec![(p, ty, e)]))
            .collect(),
    )
}

/// The parts of a pattern with its type, and the values that are written for them.
pub(super) fn written_parts(pattern: &Pat, value: &Expr) -> Vec<(Pat, Expr)> {
    let (inner, ty) = match pattern {
        Pat::Type(t) => (&*t.pat, Some(&*t.ty)),
        other => (other, None),
    };
    let Some(parts) = literal_parts(inner, ty, value) else {
        return vec![(pattern.clone(), value.clone())];
    };
    let typed = |(p, ty, e): (&Pat, Option<&syn::Type>, &Expr)| {
        let (attrs, colon_token, pat) = (vec![], Default::default(), Box::new(p.clone()));
        let typed = |ty: &syn::Type| {
            Pat::Type(syn::PatType { attrs, pat, colon_token, ty: Box::new(ty.clone()) })
        };
        (ty.map_or_else(|| p.clone(), typed), e.clone())
    };
    parts.into_iter().map(typed).collect()
}
