//! The IR, and the adjoint with what is kept, replayed and restored, as text.

use crate::activity::Activity;
use crate::adjoint::Adjoint;
use crate::ir::{
    Call, Callee, Chain, Exit, For, Func, Lent, Mode, Op, Operand, Place, Proj, Pull, Region,
    RegionId, Side, Source, Stmt, VarId, VarKind,
};
use crate::lower::placeholder_id;
use crate::record::Record;
use proc_macro2::{Group, TokenStream, TokenTree};
use std::fmt::Write;

/// The primal as text: each variable with its type, `*` where it is active.
pub fn primal(func: &Func, activity: &Activity) -> String {
    let mut text = Text { func, activity: Some(activity), out: String::new() };
    let params: Vec<_> = func
        .params
        .iter()
        .map(|p| {
            let constant = if p.constant { "constant " } else { "" };
            let declared = func.var(p.var).declared.as_ref().map(tidy).unwrap_or_default();
            format!("{constant}{}: {declared}", text.var(p.var))
        })
        .collect();
    let _ = writeln!(text.out, "fn({})", params.join(", "));
    text.region(&func.body, 1);
    text.out
}

/// The adjoint as text: what is kept of each region, what is replayed and why, then the statements.
pub fn adjoint(primal: &Func, adjoint: &Adjoint, record: &Record) -> String {
    let mut text = Text { func: &adjoint.func, activity: None, out: String::new() };
    for (region, kept) in &record.keep {
        let names: Vec<_> = kept.iter().map(|v| text.var(*v)).collect();
        let place = if *region == primal.body.id {
            "in the pullback"
        } else if primal.lambdas.contains(region) {
            "as the residual of a call"
        } else if primal.repeated(*region) {
            "on a tape, one entry a trip"
        } else {
            "in a slot"
        };
        let reason: Vec<_> = kept
            .iter()
            .map(|v| match &adjoint.func.var(*v).kind {
                VarKind::Record if record.saved.contains(v) => "overwritten, and read in reverse",
                VarKind::Record => "needed to pull or to find the way back",
                _ if adjoint.func.var(*v).mutable => "a state that is restored from its end",
                _ => "can't be computed again from what is at hand",
            })
            .collect();
        let _ = writeln!(text.out, "keep of {} {place}:", text.region_name(*region));
        for (name, reason) in names.iter().zip(reason) {
            let _ = writeln!(text.out, "    {name}: {reason}");
        }
    }
    for (old, state) in &record.held.by {
        let _ =
            writeln!(text.out, "no keep of {}: {} has the value", text.var(*old), text.var(*state));
    }
    for (v, replay) in &record.replay {
        let op = text.op(&replay.op);
        let unless = match replay.kept {
            Some(_) => ", or kept if its type is no scalar",
            None => "",
        };
        let _ = writeln!(
            text.out,
            "replay {} = {op}: follows from what is at hand{unless}",
            text.var(*v)
        );
    }
    let _ = writeln!(text.out, "reverse({})", text.var(adjoint.seed));
    text.region(&adjoint.body, 1);
    text.out
}

struct Text<'a> {
    func: &'a Func,
    activity: Option<&'a Activity>,
    out: String,
}

fn tidy(tokens: &TokenStream) -> String {
    tokens
        .to_string()
        .replace(" :: ", "::")
        .replace("& ", "&")
        .replace(" < ", "<")
        .replace(" >", ">")
}

impl Text<'_> {
    fn var(&self, v: VarId) -> String {
        let active = self.activity.is_some_and(|a| a.active(v));
        format!("{}{}", self.func.var(v).name, if active { "*" } else { "" })
    }

    fn region_name(&self, region: RegionId) -> String {
        if region == self.func.body.id { "the body".into() } else { format!("r{}", region.0) }
    }

    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.out, "{}{text}", "    ".repeat(depth));
    }

    fn place(&self, place: &Place) -> String {
        place.path.iter().fold(self.func.var(place.root).name.to_string(), |at, proj| match proj {
            Proj::Field(syn::Member::Named(n)) => format!("{at}.{n}"),
            Proj::Field(syn::Member::Unnamed(n)) => format!("{at}.{}", n.index),
            Proj::Index(i) | Proj::Key(i) => format!("{at}[{}]", self.operand(i)),
            Proj::Slice(a, b, inclusive) => {
                let show =
                    |o: &Option<Operand>| o.as_ref().map_or(String::new(), |o| self.operand(o));
                format!("{at}[{}{}{}]", show(a), if *inclusive { "..=" } else { ".." }, show(b))
            }
            Proj::Deref => format!("(*{at})"),
            Proj::AsSlice => format!("{at}[..]"),
            Proj::Unboxed => format!("(*{at})"),
            Proj::Payload => format!("{at}.payload"),
            Proj::FromEnd(n) => format!("{at}[len - {n}]"),
            Proj::Variant(path, member) => {
                let part = match member {
                    syn::Member::Named(n) => n.to_string(),
                    syn::Member::Unnamed(n) => n.index.to_string(),
                };
                format!("{at}.{}.{part}", tidy(&quote::quote!(#path)))
            }
        })
    }

    fn operand(&self, operand: &Operand) -> String {
        match operand {
            Operand::Const(t) => tidy(t),
            Operand::Lambda(k) => format!("closure {k}"),
            Operand::Place(p, Mode::Value | Mode::Receiver) => self.place(p),
            Operand::Place(p, Mode::Shared) => format!("&{}", self.place(p)),
            Operand::Place(p, Mode::Exclusive) => format!("&mut {}", self.place(p)),
        }
    }

    fn list(&self, all: &[Operand]) -> String {
        all.iter().map(|o| self.operand(o)).collect::<Vec<_>>().join(", ")
    }

    fn filled(&self, tokens: &TokenStream) -> TokenStream {
        tokens
            .clone()
            .into_iter()
            .map(|t| match t {
                TokenTree::Ident(i) => match placeholder_id(&i) {
                    Some(v) => TokenTree::Ident(self.func.var(v).name.clone()),
                    None => TokenTree::Ident(i),
                },
                TokenTree::Group(g) => {
                    TokenTree::Group(Group::new(g.delimiter(), self.filled(&g.stream())))
                }
                other => other,
            })
            .collect()
    }

    fn call(&self, call: &Call) -> String {
        match &call.callee {
            Callee::Method(name) => {
                format!("{}.{name}({})", self.operand(&call.args[0]), self.list(&call.args[1..]))
            }
            Callee::Value(f) | Callee::Pointer(f) => {
                format!("{}({})", self.func.var(*f).name, self.list(&call.args))
            }
            Callee::Function(None, name) => format!("{}({})", name.ident, self.list(&call.args)),
            Callee::Associated(path, name) => {
                format!("{}::{}({})", tidy(path), name.ident, self.list(&call.args))
            }
            Callee::Function(Some(path), name) => {
                let path = tidy(&quote::ToTokens::to_token_stream(path));
                format!("{path}::{}({})", name.ident, self.list(&call.args))
            }
        }
    }

    fn op(&self, op: &Op) -> String {
        let side = |s: &Side| if *s == Side::Lhs { "left" } else { "right" };
        match op {
            Op::Use(a) | Op::Same(a) => self.operand(a),
            Op::Verbatim(tokens, ..) => tidy(&self.filled(tokens)),
            Op::Unary(op, a) => format!("{op}{}", self.operand(a)),
            Op::Binary(op, a, b) => format!("{} {op} {}", self.operand(a), self.operand(b)),
            Op::Stored(s) => format!("a closure of {}", self.operand(&s.captured)),
            Op::Object(a, ty) | Op::Cast(a, ty) => format!("{} as {}", self.operand(a), tidy(ty)),
            Op::Tuple(all) => format!("({})", self.list(all)),
            Op::Array(all, _) => format!("[{}]", self.list(all)),
            Op::Construct(c) => {
                let parts = c
                    .parts
                    .iter()
                    .map(|(_, o)| self.operand(o))
                    .chain(c.base.as_ref().map(|base| format!("..{}", self.operand(base))));
                let (path, parts) = (&c.path, parts.collect::<Vec<_>>().join(", "));
                format!("{}({parts})", tidy(&quote::quote!(#path)))
            }
            Op::Repeat(a, n, _) => format!("[{}; {}]", self.operand(a), self.operand(n)),
            Op::Call(call) => self.call(call),
            Op::Zero(..) => "0".into(),
            Op::ZeroLike(place) => format!("zero like {}", self.place(place)),
            Op::Hook(a, closure, _) => {
                format!("{} with hook {}", self.operand(a), tidy(&self.filled(closure)))
            }
            Op::Settled(d) => format!("{} without constant fields", self.var(*d)),
            Op::Hooked(d, ..) => format!("{} after the hook", self.var(*d)),
            Op::Minus(op) => format!("-{}", self.op(op)),
            Op::Twice(op) => format!("twice {}", self.op(op)),
            Op::PullNeg(_, d) => format!("pull {} through unary -", self.var(*d)),
            Op::PullSum(op, s, _, d) => {
                format!("pull {} through {} of {op}", self.var(*d), side(s))
            }
            Op::Turn(place, _) => format!("turn {}", self.place(place)),
            Op::PullProduct(op, s, a, b, d) => format!(
                "pull {} through {} of {} {op} {}",
                self.var(*d),
                side(s),
                self.operand(a),
                self.operand(b)
            ),
            Op::PullSquare(a, d) => {
                format!("pull {} through both sides of {1} * {1}", self.var(*d), self.operand(a))
            }
            Op::PullCast(_, d) => format!("pull {} through a cast", self.var(*d)),
            Op::PullBoxed(_, op) => format!("{} as the box", self.op(op)),
            Op::PullRepeat(d, _) => format!("sum of {}", self.var(*d)),
            Op::TakeLast(list) => format!("take the last of {}", self.var(*list)),
            Op::Take(place, _) | Op::TakeConstant(place, _) => {
                format!("take {}", self.place(place))
            }
        }
    }

    fn region(&mut self, region: &Region, depth: usize) {
        for stmt in &region.stmts {
            self.stmt(stmt, depth);
        }
        if let Some(result) = &region.result {
            let text = self.operand(result);
            self.line(depth, &text);
        }
    }

    fn block(&mut self, head: &str, region: &Region, depth: usize) {
        self.line(depth, &format!("{head}  r{}", region.id.0));
        self.region(region, depth + 1);
    }

    fn chain(&self, chain: &Chain) -> String {
        match chain {
            Chain::Root(o, _) | Chain::Plain(o) => self.operand(o),
            Chain::Range(lo, hi, inclusive) => self.range(lo, hi, *inclusive),
            Chain::Method(receiver, name, args) => {
                let args: Vec<_> = args.iter().map(|a| self.chain(a)).collect();
                format!("{}.{name}({})", self.chain(receiver), args.join(", "))
            }
        }
    }

    fn range(&self, lo: &Operand, hi: &Operand, inclusive: bool) -> String {
        let dots = if inclusive { "..=" } else { ".." };
        format!("{}{dots}{}", self.operand(lo), self.operand(hi))
    }

    fn source(&self, f: &For) -> String {
        match &f.source {
            Source::Range(lo, hi, inclusive) => self.range(lo, hi, *inclusive),
            Source::Walk(chain) => self.chain(chain),
        }
    }

    fn value(&self, v: &Option<VarId>) -> String {
        v.map_or(String::new(), |v| format!("{} = ", self.var(v)))
    }

    fn stmt(&mut self, stmt: &Stmt, depth: usize) {
        match stmt {
            Stmt::If(c, a, b, v) => {
                let head = format!("{}if {}", self.value(v), self.operand(c));
                self.block(&head, a, depth);
                if !b.stmts.is_empty() || b.result.is_some() {
                    self.block("else", b, depth);
                }
            }
            Stmt::Match(s, arms, v, _) => {
                let head = format!("{}match {}", self.value(v), self.list(s));
                self.line(depth, &head);
                for (pattern, region) in arms {
                    let head = tidy(&self.filled(pattern));
                    self.block(&head, region, depth + 1);
                }
            }
            Stmt::For(f) => {
                let head = format!("for {} in {}", tidy(&self.filled(&f.pattern)), self.source(f));
                self.block(&head, &f.body, depth);
            }
            Stmt::ReverseFor(f, lent) => {
                let head = format!(
                    "for {} in {} backwards{}",
                    tidy(&self.filled(&f.pattern)),
                    self.source(f),
                    self.lent(lent)
                );
                self.block(&head, &f.body, depth);
            }
            Stmt::While(_, c, b, _) => {
                self.block("while", c, depth);
                self.block("do", b, depth);
            }
            Stmt::Loop(_, b, _) => self.block("loop", b, depth),
            Stmt::Rest(flag, r, v) => {
                let head = format!("{}rest, if reached ({})", self.value(v), self.var(*flag));
                self.block(&head, r, depth);
            }
            Stmt::Block(r, v) => {
                let head = format!("{}block", self.value(v));
                self.block(&head, r, depth);
            }
            Stmt::ReverseCount(n, r) => {
                let head = format!("{} times", self.var(*n));
                self.block(&head, r, depth);
            }
            Stmt::ReverseRest(flag, r) => {
                let head = format!("if {}", self.var(*flag));
                self.block(&head, r, depth);
            }
            Stmt::ReverseMatch(arm, arms) => {
                let head = format!("match {}", self.var(*arm));
                self.line(depth, &head);
                for (k, r) in arms.iter().enumerate() {
                    self.block(&format!("arm {k}"), r, depth + 1);
                }
            }
            simple => {
                if let Some(text) = self.simple(simple) {
                    self.line(depth, &text);
                }
                match simple {
                    Stmt::Let(_, Op::Call(call)) => self.lambdas(call, depth + 1),
                    Stmt::Pull(pull) => self.reverse_lambdas(pull, depth + 1),
                    _ => {}
                }
            }
        }
    }

    fn lambdas(&mut self, call: &Call, depth: usize) {
        for (k, lambda) in call.lambdas.iter().enumerate() {
            let params: Vec<_> = lambda.params.iter().map(|(v, ..)| self.var(*v)).collect();
            self.block(&format!("closure {k}({})", params.join(", ")), &lambda.body, depth);
        }
    }

    fn reverse_lambdas(&mut self, pull: &Pull, depth: usize) {
        for (k, lambda) in pull.lambdas.iter().enumerate() {
            let Some(lambda) = lambda else { continue };
            let params: Vec<_> = lambda.params.iter().map(|(.., d)| self.var(*d)).collect();
            let head = format!(
                "pull of closure {k}({}) adds to {}",
                self.var(lambda.result),
                params.join(", ")
            );
            self.block(&head, &lambda.body, depth);
        }
    }

    fn lent(&self, lent: &[Lent]) -> String {
        let all: Vec<_> = lent.iter().map(|l| self.place(&l.shadow)).collect();
        if all.is_empty() {
            String::new()
        } else {
            format!(", items' cotangents in {}", all.join(", "))
        }
    }

    fn simple(&self, stmt: &Stmt) -> Option<String> {
        Some(match stmt {
            Stmt::Let(v, op) => format!("{} = {}", self.var(*v), self.op(op)),
            Stmt::Declare(v) => format!("{} declared", self.var(*v)),
            Stmt::Destructure(pattern, from, _) => {
                format!("{} = {}", tidy(&self.filled(pattern)), self.operand(from))
            }
            Stmt::Alias(v, place, exclusive) => {
                let kind = if *exclusive { "&mut " } else { "&" };
                format!("{} is {kind}{}", self.var(*v), self.place(place))
            }
            Stmt::Store(place, value, _) => {
                format!("{} := {}", self.place(place), self.operand(value))
            }
            Stmt::Update(op, place, value, _) => {
                format!("{} {op}= {}", self.place(place), self.operand(value))
            }
            Stmt::Append(list, value) => {
                format!("{} gets {}", self.var(*list), self.operand(value))
            }
            Stmt::Exit(Exit::Return(value)) => format!("return {}", self.operand(value)),
            Stmt::Exit(Exit::Break(_)) => "break".into(),
            Stmt::Exit(Exit::Continue(_)) => "continue".into(),
            Stmt::Macro(tokens) => tidy(&self.filled(tokens)),
            Stmt::Add(place, Op::Minus(less)) => {
                format!("{} -= {}", self.place(place), self.op(less))
            }
            Stmt::Add(place, op) => format!("{} += {}", self.place(place), self.op(op)),
            Stmt::Set(v, op) => format!("{} := {}", self.var(*v), self.op(op)),
            Stmt::Pull(pull) => self.pull(pull),
            _ => return None,
        })
    }

    fn pull(&self, pull: &Pull) -> String {
        let shadows: Vec<_> = pull
            .shadows
            .iter()
            .map(|s| s.as_ref().map_or_else(|| "constant".into(), |s| self.place(s)))
            .collect();
        format!(
            "{}({}; {}) adds to {}",
            self.var(pull.back),
            self.list(&pull.args),
            self.var(pull.cotangent),
            shadows.join(", ")
        )
    }
}
