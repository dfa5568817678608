//! IR to Rust. Nothing fails here.

use crate::adjoint::Adjoint;
use crate::ir::{Callee, Func, Kind, Op, Region, Stmt, VarId};
use crate::record::Record;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::fmt::Write;

/// The identifier of a variable: its name and its number, at its place in the source.
pub fn ident(func: &Func, v: VarId) -> Ident {
    let var = func.var(v);
    Ident::new(
        &format!("{}_{}", var.name.trim_start_matches("r#"), v.0),
        var.span.resolved_at(Span::mixed_site()),
    )
}

fn tape(region: usize) -> Ident {
    format_ident!("tape_{region}")
}

fn tuple(items: &[TokenStream]) -> TokenStream {
    quote!((#(#items,)*))
}

struct Emit<'a> {
    func: &'a Func,
    record: &'a Record,
    /// Whether the adjoint is being written.
    reverse: bool,
}

impl Emit<'_> {
    fn id(&self, v: VarId) -> Ident {
        ident(self.func, v)
    }

    fn op(&self, op: &Op) -> TokenStream {
        match op {
            Op::Const(t) => t.clone(),
            Op::Use(a) => self.id(*a).to_token_stream(),
            Op::Unary(op, a) => {
                let (op, a) = (punct(op), self.id(*a));
                quote!(#op #a)
            }
            Op::Binary(op, a, b) => {
                let (op, a, b) = (punct(op), self.id(*a), self.id(*b));
                quote!(#a #op #b)
            }
            Op::Cast(a, ty) => {
                let a = self.id(*a);
                quote!(#a as #ty)
            }
            Op::Index(s, i) => {
                let (s, i) = (self.id(*s), self.id(*i));
                quote!(#s[#i])
            }
            Op::Plain(name, args, _) => {
                let (this, rest) = (self.id(args[0]), args[1..].iter().map(|a| self.id(*a)));
                let span =
                    name.clone().into_iter().next().map_or_else(Span::call_site, |t| t.span());
                quote_spanned!(span=> ::zygote_engine::__private::inert(#this.#name(#(#rest),*)))
            }
            Op::Rule(callee, args, _) => {
                let args: Vec<_> = args.iter().map(|a| self.id(*a)).collect();
                match callee {
                    Callee::Method(name) => {
                        let (this, rest) = (&args[0], &args[1..]);
                        quote!(#this.#name(#(#rest),*))
                    }
                    Callee::Path(path) => quote!(#path(#(#args),*)),
                }
            }
        }
    }

    /// The activity of an argument, as a value.
    fn activity(&self, v: VarId) -> TokenStream {
        let var = self.func.var(v);
        match var.kind {
            Kind::Reals if var.active => {
                let act = activity_param(v);
                quote!(#act)
            }
            Kind::Real if var.active => quote!(::zygote_engine::__private::Active),
            _ => quote!(::zygote_engine::__private::Constant),
        }
    }

    fn rule(&self, v: VarId, callee: &Callee, args: &[VarId], back: VarId) -> TokenStream {
        let (v, back) = (self.id(v), self.id(back));
        let acts: Vec<_> = args.iter().map(|a| self.activity(*a)).collect();
        let acts = tuple(&acts);
        let args: Vec<_> = args.iter().map(|a| self.id(*a)).collect();
        let call = match callee {
            Callee::Method(name) => {
                let rule = Ident::new(&format!("rrule_{name}"), name.span());
                let (this, rest) = (&args[0], &args[1..]);
                quote_spanned!(name.span()=> #this.#rule(#(#rest,)* #acts))
            }
            Callee::Path(path) => quote!(#path::rrule(#(#args,)* #acts)),
        };
        quote!(let (#v, #back) = #call; let #v = ::zygote_engine::__private::real(#v);)
    }

    fn stmt(&self, stmt: &Stmt) -> TokenStream {
        match stmt {
            Stmt::Let(v, Op::Rule(callee, args, back)) if self.func.var(*v).active => {
                self.rule(*v, callee, args, *back)
            }
            Stmt::Let(v, op) => {
                let mutable = self.func.var(*v).mutable.then(|| quote!(mut));
                let ty = self.func.var(*v).ty.as_ref().map(|t| quote!(: #t));
                let (v, op) = (self.id(*v), self.op(op));
                quote!(let #mutable #v #ty = #op;)
            }
            Stmt::Store(v, op) => {
                let (v, op) = (self.id(*v), self.op(op));
                quote!(#v = #op;)
            }
            Stmt::Add(v, op) => {
                let (v, op) = (self.id(*v), self.op(op));
                quote!(#v += #op;)
            }
            Stmt::AddAt(s, i, d) => {
                let (act, shadow, i, d) = (activity_type(*s), shadow(*s), self.id(*i), self.id(*d));
                quote!(if let Some(shadow) = <#act as ::zygote_engine::__private::Activity>::get(&mut #shadow) { shadow[#i] += #d; })
            }
            Stmt::Pull(back, args, parts, d) => {
                let values = args.iter().map(|a| {
                    let (id, by_ref) =
                        (self.id(*a), matches!(self.func.var(*a).kind, Kind::Reals | Kind::Inerts));
                    if by_ref { quote!(#id) } else { quote!(&#id) }
                });
                let shadows = args.iter().zip(parts).map(|(a, part)| match part {
                    Some(p) => {
                        let p = self.id(*p);
                        quote!(&mut #p)
                    }
                    None if self.func.var(*a).kind == Kind::Reals && self.func.var(*a).active => {
                        let (act, shadow) = (activity_type(*a), shadow(*a));
                        quote!(<#act as ::zygote_engine::__private::Activity>::reborrow(&mut #shadow))
                    }
                    None => quote!(()),
                });
                let (back, d) = (self.id(*back), self.id(*d));
                quote!(#back(#(#values,)* &#d, #(#shadows),*);)
            }
            Stmt::If(c, a, b, out) => {
                let out = out.map(|v| self.id(v)).map(|v| quote!(let #v =));
                let (c, a, b) = (self.id(*c), self.region(a), self.region(b));
                quote!(#out if #c { #a } else { #b };)
            }
            Stmt::For(i, lo, hi, inclusive, reversed, body) => {
                let (i, lo, hi) = (self.id(*i), self.id(*lo), self.id(*hi));
                let range = if *inclusive { quote!(#lo..=#hi) } else { quote!(#lo..#hi) };
                let reserve =
                    (!self.reverse && self.record.keep.contains_key(&body.id)).then(|| {
                        let tape = tape(body.id);
                        quote!(#tape.reserve(::zygote_engine::__private::trips(&(#range)));)
                    });
                let rev = reversed.then(|| quote!(.rev()));
                let body = self.region(body);
                quote!(#reserve for #i in (#range)#rev { #body })
            }
            Stmt::Verbatim(t) => t.clone(),
        }
    }

    fn kept(&self, region: usize) -> Option<(Ident, TokenStream)> {
        let kept: Vec<_> =
            self.record.keep.get(&region)?.iter().map(|v| self.id(*v).to_token_stream()).collect();
        Some((tape(region), tuple(&kept)))
    }

    /// A nested region: the forward sweep ends with what is kept, the reverse sweep begins with it.
    fn region(&self, region: &Region) -> TokenStream {
        let stmts = region.stmts.iter().map(|s| self.stmt(s));
        let result = region.result.map(|v| self.id(v));
        let kept = self.kept(region.id);
        if self.reverse {
            let pop = kept.map(|(tape, kept)| quote!(let #kept = #tape.pop().expect("the tape holds what the forward sweep kept");));
            let replay = self.replay(region.id);
            quote!(#pop #replay #(#stmts)*)
        } else {
            let push = kept.map(|(tape, kept)| quote!(#tape.push(#kept);));
            quote!(#(#stmts)* #push #result)
        }
    }

    fn replay(&self, region: usize) -> TokenStream {
        let replay = self.record.replay.get(&region).into_iter().flatten();
        replay.map(|(v, op)| self.stmt(&Stmt::Let(*v, op.clone()))).collect()
    }

    fn tapes(&self) -> TokenStream {
        let body = self.func.body.id;
        let tapes = self.record.keep.keys().filter(|r| **r != body).map(|r| {
            let tape = tape(*r);
            if self.record.repeated.contains(r) {
                quote!(let mut #tape = ::std::vec::Vec::new();)
            } else {
                quote!(let mut #tape = ::zygote_engine::__private::Once::new();)
            }
        });
        tapes.collect()
    }
}

fn punct(op: &str) -> TokenStream {
    op.parse().expect("operators are tokens")
}

fn activity_type(v: VarId) -> Ident {
    format_ident!("A{}", v.0)
}

fn activity_param(v: VarId) -> Ident {
    format_ident!("activity_{}", v.0)
}

fn shadow(v: VarId) -> Ident {
    format_ident!("shadow_{}", v.0)
}

/// The type that carries the derivative of `item` under the function's own name.
pub fn derivative(
    item: &syn::ItemFn,
    primal: &Func,
    adjoint: &Adjoint,
    record: &Record,
) -> TokenStream {
    let (vis, name) = (&item.vis, &item.sig.ident);
    let syn::ReturnType::Type(_, output) = &item.sig.output else {
        unreachable!("lowering checks the result")
    };
    let cfgs: Vec<_> = item.attrs.iter().filter(|a| a.path().is_ident("cfg")).collect();
    let rrule = rrule(primal, adjoint, record, output);
    let pullback = pullback(primal, output);
    let (ir, adj) = explain(primal, adjoint, record);
    let (ir, adj) = (Literal::string(&ir), Literal::string(&adj));
    let doc = format!("The derivative of [`{name}()`].");
    quote! {
        #(#cfgs)*
        #[doc = #doc]
        #[allow(non_camel_case_types)]
        #vis struct #name {}
        #(#cfgs)*
        #[allow(
            clippy::all, unused, non_snake_case, unused_parens,
            reason = "generated: every intermediate value has a name of its own"
        )]
        const _: () = {
            impl #name {
                /// The IR of the function.
                pub const IR: &'static str = #ir;
                /// The adjoint, what is kept and what is replayed.
                pub const ADJOINT: &'static str = #adj;
                #rrule
                #pullback
            }
        };
    }
}

fn rrule(primal: &Func, adjoint: &Adjoint, record: &Record, output: &syn::Type) -> TokenStream {
    let forward = Emit { func: primal, record, reverse: false };
    let reverse = Emit { func: &adjoint.func, record, reverse: true };
    let ps = &primal.params;
    let acts: Vec<_> = ps.iter().map(|p| activity_type(p.var)).collect();
    let act_values: Vec<_> = ps.iter().map(|p| activity_param(p.var)).collect();
    let ids: Vec<_> = ps.iter().map(|p| forward.id(p.var)).collect();
    let shadows: Vec<_> = ps.iter().map(|p| shadow(p.var)).collect();
    let shadow_types: Vec<_> = ps.iter().map(|p| &p.shadow).collect();
    let types = ps.iter().map(|p| {
        let ty = &p.ty;
        if p.by_ref { quote!(&#ty) } else { quote!(#ty) }
    });
    let inner: Vec<_> = ps.iter().map(|p| &p.ty).collect();
    let values = ps
        .iter()
        .zip(&ids)
        .filter(|(p, _)| !p.by_ref)
        .map(|(_, id)| quote!(let #id = ::std::clone::Clone::clone(#id);));
    let lengths = ps.iter().filter(|p| forward.func.var(p.var).kind == Kind::Reals && !p.constant).map(|p| {
        let (act, shadow, id) = (activity_type(p.var), shadow(p.var), forward.id(p.var));
        quote! {
            if let Some(shadow) = <#act as ::zygote_engine::__private::Activity>::get(&mut #shadow) {
                ::zygote_engine::__private::same_length(shadow.len(), #id.len());
            }
        }
    });
    let params = adjoint.params.iter().map(|(p, d)| {
        let (act, shadow, d) = (activity_type(*p), shadow(*p), reverse.id(*d));
        quote!(if let Some(shadow) = <#act as ::zygote_engine::__private::Activity>::get(&mut #shadow) { *shadow += #d; })
    });
    let tapes = forward.tapes();
    let sweep = primal.body.stmts.iter().map(|s| forward.stmt(s));
    let result =
        forward.id(primal.body.result.expect("lowering checks that a function has a value"));
    let back = adjoint.func.body.stmts.iter().map(|s| reverse.stmt(s));
    let replay = reverse.replay(primal.body.id);
    let seed = reverse.id(adjoint.seed);
    quote! {
        /// The value and the pullback, which takes the arguments as they were, the cotangent of
        /// the value, and the shadows into which it accumulates.
        #[inline(always)]
        pub fn rrule<#(#acts: ::zygote_engine::__private::Activity),*>(
            #(#ids: #types,)* (#(#act_values,)*): (#(#acts,)*)
        ) -> (
            #output,
            impl FnOnce(#(&#inner,)* &#output, #(#acts::Shadow<'_, #shadow_types>),*) + Clone + use<#(#acts),*>,
        ) {
            #tapes
            #(#sweep)*
            (#result, move |#(#ids: &#inner,)* #seed: &#output, #(mut #shadows: #acts::Shadow<'_, #shadow_types>),*| {
                #(#values)*
                let #seed = *#seed;
                #(#lengths)*
                #replay
                #(#back)*
                #(#params)*
            })
        }
    }
}

fn pullback(primal: &Func, output: &syn::Type) -> TokenStream {
    let ps = &primal.params;
    let ids: Vec<_> = ps.iter().map(|p| ident(primal, p.var)).collect();
    let shadows: Vec<_> = ps.iter().map(|p| shadow(p.var)).collect();
    let types = ps.iter().map(|p| {
        let ty = &p.ty;
        if p.by_ref { quote!(&'ad #ty) } else { quote!(#ty) }
    });
    let reals = |v: VarId| primal.var(v).kind == Kind::Reals;
    let wanted: Vec<_> = ps.iter().filter(|p| !p.constant).collect();
    let owned: Vec<_> = wanted
        .iter()
        .map(|p| {
            let ty = &p.shadow;
            if reals(p.var) { quote!(<#ty as ::std::borrow::ToOwned>::Owned) } else { quote!(#ty) }
        })
        .collect();
    let made: Vec<_> = wanted.iter().map(|p| shadow(p.var)).collect();
    let (gradient, made) = match (&owned[..], &made[..]) {
        ([one], [made]) => (one.clone(), made.to_token_stream()),
        _ => (quote!((#(#owned),*)), quote!((#(#made),*))),
    };
    let acts = ps.iter().map(|p| {
        if p.constant {
            quote!(::zygote_engine::__private::Constant)
        } else {
            quote!(::zygote_engine::__private::Active)
        }
    });
    let values =
        ps.iter().zip(&ids).map(|(p, id)| if p.by_ref { quote!(#id) } else { quote!(&#id) });
    let clones =
        ps.iter().zip(&ids).map(|(p, id)| if p.by_ref { quote!(#id) } else { quote!(#id.clone()) });
    let zeros = ps.iter().zip(&ids).zip(&shadows).map(|((p, id), shadow)| {
        match (p.constant, reals(p.var)) {
            (true, _) => quote!(let #shadow = ();),
            (false, true) => quote!(let mut #shadow = ::zygote_engine::__private::zeros(&#id[..]);),
            (false, false) => quote!(let mut #shadow = 0.0;),
        }
    });
    let lent = ps.iter().zip(&shadows).map(|(p, s)| match (p.constant, reals(p.var)) {
        (true, _) => quote!(#s),
        (false, true) => quote!(&mut #s[..]),
        (false, false) => quote!(&mut #s),
    });
    quote! {
        /// The value, and the pullback that gives the cotangents of the arguments that are not constant.
        #[inline(always)]
        pub fn pullback<'ad>(#(#ids: #types),*) -> (#output, impl FnOnce(#output) -> #gradient + Clone + use<'ad>) {
            let (value, back) = Self::rrule(#(#clones,)* (#(#acts,)*));
            (value, move |cotangent: #output| {
                #(#zeros)*
                back(#(#values,)* &cotangent, #(#lent),*);
                #made
            })
        }
    }
}

/// The IR and the adjoint as text.
pub fn explain(primal: &Func, adjoint: &Adjoint, record: &Record) -> (String, String) {
    let ir = text(primal, &primal.body, 0);
    let mut adj = text(&adjoint.func, &adjoint.func.body, 0);
    for (region, kept) in &record.keep {
        let names: Vec<_> = kept.iter().map(|v| ident(primal, *v).to_string()).collect();
        let place = match (*region == primal.body.id, record.repeated.contains(region)) {
            (true, _) => "captured by the pullback",
            (_, true) => "on a tape: its region is in a loop",
            _ => "in a slot: its region runs at most once",
        };
        let _ = writeln!(adj, "region {region} keeps {}: {place}", names.join(", "));
    }
    for (region, values) in &record.replay {
        let names: Vec<_> = values.iter().map(|(v, _)| ident(primal, *v).to_string()).collect();
        let _ = writeln!(
            adj,
            "region {region} replays {}: from immutable values by operators",
            names.join(", ")
        );
    }
    (ir, adj)
}

fn text(func: &Func, region: &Region, depth: usize) -> String {
    let (pad, mut out) = ("  ".repeat(depth), String::new());
    let e = Emit { func, record: &Record::default(), reverse: false };
    let id = |v: &VarId| e.id(*v).to_string();
    for stmt in &region.stmts {
        let _ = match stmt {
            Stmt::Let(v, op) => writeln!(out, "{pad}{} = {}", id(v), e.op(op)),
            Stmt::Store(v, op) => writeln!(out, "{pad}{} := {}", id(v), e.op(op)),
            Stmt::Add(v, op) => writeln!(out, "{pad}{} += {}", id(v), e.op(op)),
            Stmt::AddAt(s, i, d) => writeln!(out, "{pad}d_{}[{}] += {}", id(s), id(i), id(d)),
            Stmt::Pull(back, args, _, d) => {
                let args: Vec<_> = args.iter().map(id).collect();
                writeln!(out, "{pad}pull {} through {} to {}", id(d), id(back), args.join(", "))
            }
            Stmt::If(c, a, b, v) => {
                let v = v.map_or(String::new(), |v| format!("{} = ", id(&v)));
                let (a, b) = (text(func, a, depth + 1), text(func, b, depth + 1));
                writeln!(out, "{pad}{v}if {} {{\n{a}{pad}}} else {{\n{b}{pad}}}", id(c))
            }
            Stmt::For(i, lo, hi, inclusive, reversed, body) => {
                let dots = if *inclusive { "..=" } else { ".." };
                let rev = if *reversed { " reversed" } else { "" };
                let body = text(func, body, depth + 1);
                writeln!(
                    out,
                    "{pad}for {} in {}{dots}{}{rev} {{\n{body}{pad}}}",
                    id(i),
                    id(lo),
                    id(hi)
                )
            }
            Stmt::Verbatim(t) => writeln!(out, "{pad}{t}"),
        };
    }
    if let Some(v) = region.result {
        let _ = writeln!(out, "{pad}{}", id(&v));
    }
    out
}
