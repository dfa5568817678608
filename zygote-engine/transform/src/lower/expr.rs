//! Expressions.

use super::place::{is_comparison, slice_mode, strip};
use super::pure::Calls;
use super::{Lower, Tail};
use crate::error::{Result, unsupported};
use crate::ir::{Construct, Mode, Op, Operand, Proj, Stmt, Ty, VarId, VarKind};
use proc_macro2::Span;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{BinOp, Expr, UnOp};

impl Lower {
    /// The value of an expression as an operand.
    pub(super) fn operand(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Operand> {
        match self.op(e, out)? {
            Op::Use(operand) => Ok(operand),
            op => {
                let ty = self.op_ty(&op);
                Ok(self.temp(e.span(), ty, op, out))
            }
        }
    }

    /// The value of an expression as an operation.
    pub(super) fn op(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Op> {
        if self.is_place(e) {
            return self.read(e, out);
        }
        if self.is_closure(strip(e)) {
            return self.refused(e);
        }
        if is_comparison(e)
            && let Some((tokens, reads)) = self.pure(e, Calls::Reading)
        {
            return Ok(Op::Verbatim(tokens, reads, Ty::Inert));
        }
        if !matches!(strip(e), Expr::Lit(_) | Expr::Path(_) | Expr::Reference(_) | Expr::Range(_))
            && !crate::objects::has_boxes(e)
            && let Some((tokens, reads)) = self.pure(e, Calls::Forbidden)
            && self.all_constant(&reads)
        {
            let ty = self.known(e);
            let tokens = match self.may_be_view(e) {
                true => super::view::owned(&tokens, e.span()),
                false => tokens,
            };
            return Ok(Op::Verbatim(tokens, reads, ty));
        }
        match e {
            Expr::Paren(p) => self.op(&p.expr, out),
            Expr::Group(g) => self.op(&g.expr, out),
            Expr::Lit(l) => Ok(Op::Use(Operand::Const(l.to_token_stream()))),
            Expr::Path(p) => match crate::pointer::of_method(e) {
                Some(pointer) => Ok(Op::Use(Operand::Const(pointer.to_token_stream()))),
                None => Ok(Op::Use(Operand::Const(p.to_token_stream()))),
            },
            Expr::Unary(u) => self.unary(u, out),
            Expr::Binary(b) => self.binary(b, out),
            Expr::Cast(c) => {
                let value = self.operand(&c.expr, out)?;
                let ty = &c.ty;
                if crate::objects::is_box(ty) || self.ty(&value) == Ty::Boxed {
                    return Ok(Op::Object(value, quote!(#ty)));
                }
                Ok(Op::Cast(value, quote!(#ty)))
            }
            Expr::Reference(r) => self.reference(r, out),
            Expr::Range(r) if r.start.is_some() && r.end.is_some() => self.range_value(r, out),
            Expr::Struct(s) => self.structure(s, out),
            Expr::Tuple(t) => Ok(Op::Tuple(self.operands(&t.elems, out)?)),
            Expr::Array(a) => {
                let all = self.operands(&a.elems, out)?;
                self.check_elements(&a.elems, &all)?;
                Ok(Op::Array(all, false))
            }
            Expr::Repeat(r) => {
                let value = self.operand(&r.expr, out)?;
                // A constant expression, which no variable stands in.
                let len = &r.len;
                Ok(Op::Repeat(value, Operand::Const(quote!(#len)), false))
            }
            Expr::Macro(m) if m.mac.path.is_ident("vec") => self.vec_macro(&m.mac, out),
            Expr::Macro(m) if m.mac.path.is_ident("dbg") => self.debugged(&m.mac, out),
            Expr::Macro(m) if m.mac.path.is_ident("format") => {
                let tokens = self.renamed(m.mac.tokens.clone())?;
                let path = &m.mac.path;
                Ok(Op::Verbatim(quote!(#path!(#tokens)), vec![], Ty::Text))
            }
            Expr::Macro(m) if m.mac.path.is_ident("matches") => {
                let m = super::select::matches_macro(&m.mac)?;
                let value = self.selection(&m, Tail::Value, out)?;
                self.value_of(e, value)
            }
            Expr::Loop(l) => self.loop_value(l, out),
            Expr::Block(b) if b.label.is_some() => self.labelled_block(b, true, out),
            Expr::MethodCall(m) => {
                if let Some(op) = self.constant_call(m, out)? {
                    return Ok(op);
                }
                if let Some(op) = self.of_optional(m, out)? {
                    return Ok(op);
                }
                let same = super::outcome::as_match(m).or_else(|| self.joined_copies(m));
                if let Some(same) = same {
                    return self.op(&same, out);
                }
                match self.consumed(e, out)? {
                    Some(op) => Ok(op),
                    None => self.method(m, out),
                }
            }
            Expr::Call(c)
                if crate::objects::is_new_box(e) && self.closure_of(&c.args[0])?.is_some() =>
            {
                unsupported(
                    e,
                    "a closure in a box, as a value",
                    "bind the box with `let`, hand it to a call, or call one of several closures in a `match`",
                )
            }
            Expr::Call(c) => match self.made_of_pairs(c, out)? {
                Some(op) => Ok(op),
                None => self.call(c, out),
            },
            Expr::If(i) => {
                let value = self.branch(i, Tail::Value, out)?;
                self.value_of(e, value)
            }
            Expr::Match(m) => {
                let value = self.selection(m, Tail::Value, out)?;
                self.value_of(e, value)
            }
            Expr::Block(b) if b.label.is_none() => {
                let value = self.tail(e, Tail::Value, out)?;
                self.value_of(e, value)
            }
            Expr::Index(_) | Expr::Field(_) => {
                let place = self.place(e, out)?;
                Ok(Op::Use(Operand::Place(place, Mode::Value)))
            }
            Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => unsupported(
                e,
                "leaving from inside an expression",
                "leave in a statement: `if .. { return ..; }`",
            ),
            Expr::Macro(m) => match self.constant_macro(&m.mac)? {
                Some((tokens, reads)) => Ok(Op::Verbatim(tokens, reads, Ty::Unknown)),
                None => match self.list_macro(&m.mac, out)? {
                    Some(op) => Ok(op),
                    None => self.refused(e),
                },
            },
            _ => self.refused(e),
        }
    }

    fn value_of(&self, e: &Expr, value: Option<Operand>) -> Result<Op> {
        match value {
            Some(value) => Ok(Op::Use(value)),
            None => unsupported(e, "a block without a value here", "end it with an expression"),
        }
    }

    fn refused(&self, e: &Expr) -> Result<Op> {
        let (what, instead) = match e {
            e if self.is_closure(e) => (
                "a closure as a value",
                "bind it with `let`, pass it to a call, make it a field of a struct, or write a function",
            ),
            Expr::Try(_) => ("`?` here", "bind the value with `let` first"),
            Expr::Unsafe(_) => ("`unsafe`", "write it in safe Rust"),
            Expr::Async(_) | Expr::Await(_) => {
                ("`async`", "differentiate the computation between the awaits")
            }
            Expr::Let(_) => ("`let` here", "use it in the condition of `if` or `while`"),
            Expr::Range(_) => ("a range without an end as a value", "use it in a loop or an index"),
            Expr::Macro(_) => ("this macro", "write out what it does"),
            Expr::Assign(_) => ("an assignment as a value", "assign in a statement of its own"),
            _ => ("this expression", "write it with arithmetic, branches, loops and calls"),
        };
        unsupported(e, what, instead)
    }

    pub(super) fn read(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Op> {
        if let (Some(mode), Expr::MethodCall(m)) = (slice_mode(e), strip(e)) {
            return self.lent_as(mode, &m.receiver, Some(Proj::AsSlice), out);
        }
        let place = self.place(e, out)?;
        let root = self.func.var(place.root);
        if let VarKind::Function(_) = root.kind {
            return unsupported(
                e,
                "a function that is a parameter, as a value",
                "call it or hand it on; of an `fn` pointer that is kept, give the type a name, \
                 `type Activation = fn(f64) -> f64;`, and pass a variable of that type",
            );
        }
        if place.path.is_empty() {
            let mode = match &root.kind {
                VarKind::Exclusive | VarKind::Alias(_, true) if !self.is_walked(&place) => {
                    Some(Mode::Exclusive)
                }
                VarKind::Shared | VarKind::Exclusive | VarKind::Alias(..) => Some(Mode::Shared),
                _ => None,
            };
            if let Some(mode) = mode {
                return Ok(Op::Use(Operand::Place(place, mode)));
            }
        }
        Ok(Op::Use(Operand::Place(place, Mode::Value)))
    }

    fn unary(&mut self, u: &syn::ExprUnary, out: &mut Vec<Stmt>) -> Result<Op> {
        match u.op {
            UnOp::Neg(_) => Ok(Op::Unary("-", self.operand(&u.expr, out)?)),
            UnOp::Not(_) => {
                let inert = self.known(&u.expr).is_inert();
                let value = self.inert(&u.expr, out)?;
                let at = Span::call_site().located_at(u.op.span());
                let not = quote_spanned!(at=> !);
                Ok(checked(self.verbatim(not, value, None), inert, at))
            }
            UnOp::Deref(_) => {
                if let Some(value) = self.optional_or(&u.expr, out)? {
                    return Ok(value);
                }
                let place = self.place(&Expr::Unary(u.clone()), out)?;
                Ok(Op::Use(Operand::Place(place, Mode::Value)))
            }
            _ => unsupported(u, "this operator", "use the value itself"),
        }
    }

    /// An operator without derivative on operands.
    fn verbatim(&self, op: impl ToTokens, a: Operand, b: Option<Operand>) -> Op {
        let mut reads = vec![];
        let mut show = |o: &Operand| match o {
            Operand::Const(t) => t.clone(),
            Operand::Lambda(_) => unreachable!("a closure is an argument of a call"),
            Operand::Place(p, _) => {
                reads.push(p.clone());
                super::placeholder(p.root, self.line).to_token_stream()
            }
        };
        let tokens = match b {
            None => {
                let a = show(&a);
                quote!(#op #a)
            }
            Some(b) => {
                let (a, b) = (show(&a), show(&b));
                quote!(#a #op #b)
            }
        };
        Op::Verbatim(tokens, reads, Ty::Inert)
    }

    fn binary(&mut self, b: &syn::ExprBinary, out: &mut Vec<Stmt>) -> Result<Op> {
        let op = match b.op {
            BinOp::And(_) | BinOp::Or(_) => return self.lazy(b, out),
            BinOp::Add(_) => "+",
            BinOp::Sub(_) => "-",
            BinOp::Mul(_) => "*",
            BinOp::Div(_) => "/",
            BinOp::Rem(_) => "%",
            _ => {
                // Comparisons and bits have no derivative.
                let l = self.inert(&b.left, out)?;
                let l = self.whole(l, out);
                let middle = out.len();
                let r = self.inert(&b.right, out)?;
                let r = self.whole(r, out);
                let l = self.keep_order(l, middle, out);
                // What is only read is lowered as inert, of whatever type it is.
                let inert = is_comparison(&Expr::Binary(b.clone()))
                    || [&b.left, &b.right].into_iter().all(|e| self.known(e).is_inert());
                return Ok(checked(self.verbatim(b.op, l, Some(r)), inert, b.op.span()));
            }
        };
        let left = self.operand_of_operator(&b.left, out)?;
        let middle = out.len();
        let right = self.operand_of_operator(&b.right, out)?;
        let left = self.keep_order(left, middle, out);
        Ok(Op::Binary(op, left, right))
    }

    /// The operand as a whole variable or constant.
    fn whole(&mut self, operand: Operand, out: &mut Vec<Stmt>) -> Operand {
        match &operand {
            Operand::Place(p, _) if !p.path.is_empty() => {
                let ty = self.ty(&operand);
                self.temp(self.line, ty, Op::Use(operand), out)
            }
            _ => operand,
        }
    }

    /// `&&` and `||` evaluate their right side only when it is needed.
    fn lazy(&mut self, b: &syn::ExprBinary, out: &mut Vec<Stmt>) -> Result<Op> {
        let condition = self.inert(&b.left, out)?;
        let condition = self.pin(condition, out);
        let and = matches!(b.op, BinOp::And(_));
        let right = self.region(false, |s, out| s.inert(&b.right, out).map(Some))?;
        let short = if and { quote!(false) } else { quote!(true) };
        let other = self.region(false, |_, _| Ok(Some(Operand::Const(short))))?;
        let (yes, no) = if and { (right, other) } else { (other, right) };
        let v = self.joined(&[&yes, &no], b.span())?.expect("both sides have values");
        out.push(Stmt::If(condition, yes, no, Some(v)));
        Ok(Op::Use(Operand::var(v)))
    }

    fn reference(&mut self, r: &syn::ExprReference, out: &mut Vec<Stmt>) -> Result<Op> {
        let mode = if r.mutability.is_some() { Mode::Exclusive } else { Mode::Shared };
        self.lent_as(mode, &r.expr, None, out)
    }

    /// A reference to a place, or to a part of it.
    pub(super) fn lent_as(
        &mut self,
        mode: Mode,
        of: &Expr,
        part: Option<Proj>,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        // `&v[a..b]` of a value that is no place borrows an intermediate value.
        let mut place = self.place(of, out)?;
        place.path.extend(part);
        if mode == Mode::Exclusive
            && !self.func.changeable(&place)
            && let VarKind::Local = self.func.var(place.root).kind
        {
            self.lend_value(place.root);
        }
        Ok(Op::Use(Operand::Place(place, mode)))
    }

    /// An intermediate value that is changed where it is lent, so that what varies may come into it.
    pub(super) fn lend_value(&mut self, v: VarId) {
        let var = &mut self.func.vars[v.0];
        var.mutable = true;
        var.constant = false;
    }

    /// Operands in the order of the source: one that a later one may change is copied before.
    pub(super) fn operands<'a>(
        &mut self,
        es: impl IntoIterator<Item = &'a Expr>,
        out: &mut Vec<Stmt>,
    ) -> Result<Vec<Operand>> {
        let mut all: Vec<(usize, Operand)> = vec![];
        for e in es {
            let value = self.operand_in_place(e, out)?;
            all.push((out.len(), value));
        }
        Ok(self.in_order(all, out))
    }

    /// The value of an expression as an operand, written where it is used if it is made of boxes, so that
    /// they become what is expected there.
    pub(super) fn operand_in_place(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Operand> {
        let value = self.operand(e, out)?;
        if let Some(Stmt::Let(v, op)) = out.last()
            && value == Operand::var(*v)
            && self.holds_boxes(op)
        {
            self.func.inlined.insert(*v);
        }
        Ok(value)
    }

    /// Whether a value is made of boxes that may become objects, and of nothing that may change.
    fn holds_boxes(&self, op: &Op) -> bool {
        if !matches!(op, Op::Array(..) | Op::Tuple(_) | Op::Construct(_)) {
            return false;
        }
        let boxed = |o: &&Operand| {
            let Operand::Place(p, Mode::Value) = o else { return false };
            let known =
                self.func.var(p.root).ty == Ty::Boxed || self.func.inlined.contains(&p.root);
            p.path.is_empty() && known
        };
        let stays = |o: &&Operand| o.place().is_none_or(|p| !self.may_read_late(p));
        let operands = op.operands();
        operands.iter().any(boxed) && operands.iter().all(stays)
    }

    /// Operands, each with the number of statements by which it is computed: one that a later
    /// statement may change is copied.
    pub(super) fn in_order(
        &mut self,
        all: Vec<(usize, Operand)>,
        out: &mut Vec<Stmt>,
    ) -> Vec<Operand> {
        let mut operands = vec![];
        let mut shift = 0;
        for (at, value) in all {
            let at = at + shift;
            let before = out.len();
            operands.push(self.keep_order(value, at, out));
            shift += out.len() - before;
        }
        operands
    }

    /// Copies `operand`, computed by the statements before `at`, if a later one may change it.
    pub(super) fn keep_order(
        &mut self,
        operand: Operand,
        at: usize,
        out: &mut Vec<Stmt>,
    ) -> Operand {
        let Operand::Place(p, mode) = &operand else { return operand };
        if !self.may_read_late(p) {
            return operand;
        }
        let mut changed = std::collections::BTreeSet::new();
        crate::record::changed_by(&self.func, &out[at..], &mut changed);
        if !self.depends_on(p, &changed) {
            return operand;
        }
        if *mode != Mode::Value {
            // A reference keeps to its place: only the indices are copied.
            let (p, mode) = (p.clone(), *mode);
            let mut copies = vec![];
            let place = self.pinned(p, &mut copies);
            out.splice(at..at, copies);
            return Operand::Place(place, mode);
        }
        let mut copy = vec![];
        let ty = self.ty(&operand);
        let span = self.line;
        let value = self.temp(span, ty, Op::Use(operand), &mut copy);
        out.splice(at..at, copy);
        value
    }

    /// `Path { name: value, ..base }`.
    fn structure(&mut self, s: &syn::ExprStruct, out: &mut Vec<Stmt>) -> Result<Op> {
        if let Some(q) = &s.qself {
            return unsupported(&q.ty, "a qualified path", "name the type");
        }
        self.error_of_result(&s.path);
        let values = s.fields.iter().map(|f| &f.expr).chain(s.rest.as_deref());
        let mut operands = self.fields(&s.path, values, out)?;
        let base = s.rest.is_some().then(|| operands.pop()).flatten();
        let members = s.fields.iter().map(|f| f.member.clone());
        let parts = members.zip(operands).collect();
        Ok(Op::Construct(Box::new(Construct { path: s.path.clone(), parts, braced: true, base })))
    }

    /// What is taken for the error of a `Result` by its name is checked by the compiler to be one.
    pub(super) fn error_of_result(&mut self, path: &syn::Path) {
        let of_std = path.leading_colon.is_some() && path.segments[0].ident == "core";
        if of_std || !crate::ir::is_error(path) {
            return;
        }
        let mut path = path.clone();
        for segment in &mut path.segments {
            segment.arguments = syn::PathArguments::None;
        }
        self.func.items.push(quote_spanned!(path.span()=> const _: fn() = || {
            let _: ::core::result::Result<(), _> = #path(::core::unreachable!());
        };));
    }

    /// `Path(value, ..)`, where the path names a struct or a variant.
    pub(super) fn constructor(
        &mut self,
        path: &syn::Path,
        args: &syn::punctuated::Punctuated<Expr, syn::Token![,]>,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        self.error_of_result(path);
        let operands = self.fields(path, args, out)?;
        let parts = operands.into_iter().enumerate();
        let parts = parts.map(|(k, o)| (syn::Member::from(k), o)).collect();
        Ok(Op::Construct(Box::new(Construct {
            path: path.clone(),
            parts,
            braced: false,
            base: None,
        })))
    }

    fn vec_macro(&mut self, mac: &syn::Macro, out: &mut Vec<Stmt>) -> Result<Op> {
        struct Elements(Vec<Expr>, Option<Expr>);
        impl syn::parse::Parse for Elements {
            fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
                if input.is_empty() {
                    return Ok(Self(vec![], None));
                }
                let first: Expr = input.parse()?;
                if input.parse::<Option<syn::Token![;]>>()?.is_some() {
                    return Ok(Self(vec![first], Some(input.parse()?)));
                }
                let mut all = vec![first];
                while input.parse::<Option<syn::Token![,]>>()?.is_some() && !input.is_empty() {
                    all.push(input.parse()?);
                }
                Ok(Self(all, None))
            }
        }
        let Elements(elements, len) = mac.parse_body()?;
        let tokens: Vec<_> = elements.iter().chain(&len).collect();
        let pure: Option<Vec<_>> = tokens.iter().map(|e| self.pure(e, Calls::Forbidden)).collect();
        let boxes = elements.iter().any(crate::objects::is_or_has_boxes);
        if let Some(pure) = pure
            && !boxes
            && pure.iter().all(|(_, reads)| self.all_constant(reads))
        {
            let reads = pure.iter().flat_map(|(_, r)| r.clone()).collect();
            let parts: Vec<_> = pure.iter().map(|(t, _)| t).collect();
            let tokens = match (&len, &parts[..]) {
                (Some(_), [x, n]) => quote!(::std::vec![#x; #n]),
                _ => quote!(::std::vec![#(#parts),*]),
            };
            return Ok(Op::Verbatim(tokens, reads, Ty::Unknown));
        }
        match len {
            Some(len) => {
                let value = self.operand(&elements[0], out)?;
                let len = self.inert(&len, out)?;
                Ok(Op::Repeat(value, len, true))
            }
            None => {
                let all = self.operands(&elements, out)?;
                self.check_elements(&elements, &all)?;
                Ok(Op::Array(all, true))
            }
        }
    }

    /// References to what varies have no place in a sequence.
    fn check_elements<'a>(
        &self,
        es: impl IntoIterator<Item = &'a Expr>,
        all: &[Operand],
    ) -> Result<()> {
        for (e, operand) in es.into_iter().zip(all) {
            if let Operand::Place(p, Mode::Shared | Mode::Exclusive) = operand
                && !self.all_constant(std::slice::from_ref(p))
                && !self.ty(operand).is_inert()
            {
                return unsupported(
                    e,
                    "a reference in a sequence",
                    "put in the values, `x.clone()`, or write a function that is called for each",
                );
            }
        }
        Ok(())
    }

    /// A variable for the common value of regions, unless they have none.
    pub(super) fn joined(
        &mut self,
        regions: &[&crate::ir::Region],
        span: proc_macro2::Span,
    ) -> Result<Option<VarId>> {
        for region in regions {
            if let Some(p) = super::left::reference_of(region) {
                let name = &self.func.var(p.root).name;
                self.chose_reference = true;
                let name = proc_macro2::Ident::new(&name.to_string(), span);
                return unsupported(
                    name,
                    "a reference as the value of a branch or block",
                    "bind it with `let`, or choose an index, or give a value: `.clone()` or `*x`; \
                     of more than a few branches call a function in each",
                );
            }
        }
        let mut ty: Option<Ty> = None;
        for region in regions {
            let Some(result) = &region.result else { continue };
            let of = self.ty(result);
            ty = Some(match ty {
                None => of,
                Some(before) if before == of => before,
                Some(_) => Ty::Unknown,
            });
        }
        let Some(ty) = ty else { return Ok(None) };
        let var = crate::ir::Var { ty, ..crate::ir::Var::new(VarKind::Local, self.here) };
        Ok(Some(self.func.add("t", span, var)))
    }
}

/// The result of an operator on bits: unless it is known to carry no derivative, the compiler checks
/// that it is an integer or a `bool`.
fn checked(op: Op, inert: bool, at: Span) -> Op {
    match op {
        Op::Verbatim(tokens, reads, ty) if !inert => {
            let bits = quote_spanned!(Span::call_site().located_at(at)=> ::zygote_engine::__private::bits(#tokens));
            Op::Verbatim(bits, reads, ty)
        }
        other => other,
    }
}
