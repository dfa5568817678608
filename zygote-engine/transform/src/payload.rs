//! What is in an error that a function makes carries no derivative. Where the source does not say so of
//! its parts, the compiler checks their types.

use crate::activity::Activity;
use crate::error::{Result, unsupported};
use crate::ir::{Callee, Func, Mode, Op, Operand, Place, Region, Stmt, Ty, VarId};
use std::collections::BTreeMap;

/// By the statement that declares a variable, what it uses that has to carry no derivative.
pub type Checks = BTreeMap<VarId, Vec<Operand>>;

/// Refuses an error that depends on what is differentiated, as far as the source says it, and finds what
/// is left to the compiler.
pub fn checks(func: &Func, activity: &Activity) -> Result<Checks> {
    let mut payloads = Payloads { func, activity, made: BTreeMap::new(), checks: Checks::new() };
    payloads.find(&func.body);
    payloads.errors(&func.body)?;
    Ok(payloads.checks)
}

/// What gives a variable its value.
enum Made<'a> {
    By(&'a Op),
    InBranches(Vec<&'a Operand>),
}

struct Payloads<'a> {
    func: &'a Func,
    activity: &'a Activity,
    made: BTreeMap<VarId, Made<'a>>,
    checks: Checks,
}

impl<'a> Payloads<'a> {
    fn find(&mut self, region: &'a Region) {
        for stmt in &region.stmts {
            let results = || stmt.regions().iter().filter_map(|r| r.result.as_ref()).collect();
            let (v, made) = match stmt {
                Stmt::Let(v, op) => (Some(*v), Made::By(op)),
                Stmt::If(.., v) | Stmt::Match(_, _, v, _) | Stmt::Block(_, v) => {
                    (*v, Made::InBranches(results()))
                }
                _ => (None, Made::InBranches(vec![])),
            };
            if let Some(v) = v {
                self.made.insert(v, made);
            }
            for inner in stmt.regions() {
                self.find(inner);
            }
        }
    }

    fn errors(&mut self, region: &'a Region) -> Result<()> {
        for stmt in &region.stmts {
            if let Stmt::Let(v, Op::Construct(c)) = stmt
                && c.constant()
            {
                let parts: Vec<_> = c.parts.iter().map(|(_, part)| part).collect();
                self.parts(*v, &parts, &c.path)?;
            }
            for inner in stmt.regions() {
                self.errors(inner)?;
            }
        }
        Ok(())
    }

    /// What a statement uses is without derivative.
    fn parts(&mut self, v: VarId, parts: &[&'a Operand], error: &syn::Path) -> Result<()> {
        let mut open = vec![];
        for part in parts {
            if !self.is_known(part, error)? {
                open.push((*part).clone());
            }
        }
        self.checks.insert(v, open);
        Ok(())
    }

    /// Whether an operand is known to be without derivative, if what it is made of is.
    fn is_known(&mut self, operand: &'a Operand, error: &syn::Path) -> Result<bool> {
        let Some(place) = operand.place().filter(|p| self.varies(p)) else { return Ok(true) };
        if has_a_real(&self.func.ty(&self.func.resolve(place))) {
            return unsupported(
                error,
                "an error that depends on a differentiable value",
                "cut its derivative: `Err(constant(x))`",
            );
        }
        if !place.path.is_empty() || self.func.changeable(place) {
            return Ok(false);
        }
        let operands: Vec<&'a Operand> = match self.made.get(&place.root) {
            Some(Made::By(Op::Use(of))) => vec![of],
            Some(Made::InBranches(all)) => all.clone(),
            Some(Made::By(op)) if self.is_made_of_its_parts(op) => {
                let parts = op.operands();
                self.parts(place.root, &parts, error)?;
                return Ok(true);
            }
            _ => return Ok(false),
        };
        for operand in &operands {
            if !self.is_known(operand, error)? {
                return Ok(false);
            }
        }
        Ok(!operands.is_empty())
    }

    /// Whether a value is without derivative if its parts are: a literal of a struct or the like, or what a
    /// function of a type, such as `From`, makes of no real numbers.
    fn is_made_of_its_parts(&self, op: &Op) -> bool {
        let is_value = |a: &Operand| match a {
            Operand::Place(_, Mode::Exclusive) => false,
            Operand::Place(p, _) => !has_a_real(&self.func.ty(&self.func.resolve(p))),
            _ => true,
        };
        match op {
            Op::Construct(_) | Op::Tuple(_) | Op::Array(..) => true,
            Op::Call(call) => {
                let of_a_type = matches!(call.callee, Callee::Associated(..));
                of_a_type && call.lambdas.is_empty() && call.args.iter().all(is_value)
            }
            _ => false,
        }
    }

    fn varies(&self, place: &Place) -> bool {
        self.activity.varied[self.func.root(place).0] && self.func.carries(place)
    }
}

fn has_a_real(ty: &Ty) -> bool {
    match ty {
        Ty::Real => true,
        Ty::Seq(of) | Ty::Of(_, of) | Ty::Ref(of) => has_a_real(of),
        Ty::Tuple(all) => all.iter().any(has_a_real),
        Ty::Inert | Ty::Text | Ty::Boxed | Ty::Unknown => false,
    }
}
