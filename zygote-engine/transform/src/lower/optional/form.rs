//! What gives an optional reference to a part, by the names of methods.

use crate::lower::place::strip;
use quote::quote;
use syn::{Expr, Pat};

/// The sequence, the index of the part, and whether it is exclusive.
pub(super) enum Form<'a> {
    /// The element at an index.
    At(&'a Expr, Expr, bool),
    /// The elements of a range.
    Slice(&'a Expr, &'a syn::ExprRange, bool),
    /// The item of a number, of an iterator of the elements; whether with that number.
    Nth(&'a Expr, Expr, bool),
    /// The value of a key.
    Key(&'a Expr, &'a Expr, bool),
    /// An end of a slice, the last or the first, and the rest.
    End(&'a Expr, bool, bool),
    /// The last or the first entry of a map, and whether that is its value alone.
    Entry(&'a Expr, bool, bool),
    /// The element at an index that a search gives, `usize::MAX` for none; whether with that index.
    Search(&'a Expr, Expr, bool),
    /// What is in an `Option` or a `Result`, or what that dereferences to; whether without the error.
    Payload { option: &'a Expr, exclusive: bool, deref: bool, ok: bool },
    /// Two parts, if both are there.
    Both(&'a Expr, &'a Expr),
}

impl<'a> Form<'a> {
    /// What has the part.
    pub(super) fn of(&self) -> &'a Expr {
        match *self {
            Form::At(of, ..)
            | Form::Slice(of, ..)
            | Form::Nth(of, ..)
            | Form::Key(of, ..)
            | Form::Search(of, ..) => of,
            Form::End(of, ..)
            | Form::Entry(of, ..)
            | Form::Payload { option: of, .. }
            | Form::Both(of, _) => of,
        }
    }

    /// Whether the part may be changed.
    fn is_exclusive(&self) -> bool {
        match *self {
            Form::At(.., exclusive)
            | Form::Slice(.., exclusive)
            | Form::Key(.., exclusive)
            | Form::End(.., exclusive) => exclusive,
            Form::Payload { exclusive, .. } => exclusive,
            Form::Nth(..) | Form::Entry(..) | Form::Search(..) | Form::Both(..) => false,
        }
    }
}

/// What an expression is, by the names of its methods.
pub(super) fn form(e: &Expr) -> Option<Form<'_>> {
    let Expr::MethodCall(m) = strip(e) else { return None };
    if let Some(numbered) = numbered(m) {
        return Some(numbered);
    }
    if let Some(search) = search(m) {
        return Some(search);
    }
    let sequence = &*m.receiver;
    let zero = || syn::parse_quote!(0);
    let last = || last_of(sequence);
    match (m.method.to_string().as_str(), m.args.len()) {
        ("get", 1) => match strip(&m.args[0]) {
            Expr::Range(range) => Some(Form::Slice(sequence, range, false)),
            key if is_key(key) => Some(Form::Key(sequence, key, false)),
            i => Some(Form::At(sequence, i.clone(), false)),
        },
        ("get_mut", 1) => match strip(&m.args[0]) {
            Expr::Range(range) => Some(Form::Slice(sequence, range, true)),
            key if is_key(key) => Some(Form::Key(sequence, key, true)),
            i => Some(Form::At(sequence, i.clone(), true)),
        },
        ("first" | "front", 0) => Some(Form::At(sequence, zero(), false)),
        ("first_mut" | "front_mut", 0) => Some(Form::At(sequence, zero(), true)),
        ("back", 0) => Some(Form::At(sequence, last(), false)),
        ("split_first", 0) => Some(Form::End(sequence, false, false)),
        ("split_first_mut", 0) => Some(Form::End(sequence, false, true)),
        ("split_last", 0) => Some(Form::End(sequence, true, false)),
        ("split_last_mut", 0) => Some(Form::End(sequence, true, true)),
        ("first_key_value", 0) => Some(Form::Entry(sequence, false, false)),
        ("last_key_value", 0) => Some(Form::Entry(sequence, true, false)),
        _ if let Some((map, last)) = end(m, "values") => Some(Form::Entry(map, last, true)),
        ("next_back", 0) => {
            end(m, "iter").map(|(sequence, _)| Form::At(sequence, last_of(sequence), false))
        }
        ("last", 0) => match strip(sequence) {
            Expr::MethodCall(iter) if iter.method == "iter" => {
                Some(Form::At(&iter.receiver, last_of(&iter.receiver), false))
            }
            _ => Some(Form::At(sequence, last(), false)),
        },
        ("nth" | "next", _) => {
            let Expr::MethodCall(iter) = strip(sequence) else { return None };
            let number = match m.args.first() {
                Some(n) if m.method == "nth" => n.clone(),
                None if m.method == "next" => zero(),
                _ => return None,
            };
            (iter.method == "iter").then(|| Form::Nth(&iter.receiver, number, false))
        }
        (name @ ("as_ref" | "as_mut" | "as_deref" | "as_deref_mut"), 0) => Some(Form::Payload {
            option: sequence,
            exclusive: name.ends_with("mut"),
            deref: name.starts_with("as_deref"),
            ok: false,
        }),
        ("ok", 0) => match form(sequence)? {
            Form::Payload { option, exclusive, deref, .. } => {
                Some(Form::Payload { option, exclusive, deref, ok: true })
            }
            _ => None,
        },
        ("zip", 1) if form(sequence).is_some() && form(&m.args[0]).is_some() => {
            Some(Form::Both(sequence, &m.args[0]))
        }
        ("last_mut" | "back_mut", 0) => Some(Form::At(sequence, last(), true)),
        (search @ ("find" | "max_by" | "min_by"), 1) => {
            let Expr::MethodCall(iter) = strip(sequence) else { return None };
            if iter.method != "iter" {
                return None;
            }
            let (sequence, f, name) = (&*iter.receiver, &m.args[0], &m.method);
            let private = quote!(::zygote_engine::__private);
            let search = if search == "find" {
                quote!(#sequence.iter().position(|__x| #private::test(&__x, #f)))
            } else {
                quote! {
                    #sequence.iter().enumerate()
                        .#name(|__a, __b| #private::compare(&__a.1, &__b.1, #f))
                        .map(|__found| __found.0)
                }
            };
            let none = quote!(::core::primitive::usize::MAX);
            Some(Form::Search(sequence, syn::parse_quote!(#search.unwrap_or(#none)), false))
        }
        _ => None,
    }
}

/// The index of the last element.
fn last_of(sequence: &Expr) -> Expr {
    syn::parse_quote!(#sequence.len().wrapping_sub(1))
}

/// What has the item, and whether it is the last: `xs.iter().next()`, `xs.iter().rev().next()`, where the
/// iterator is what the method of this name gives.
pub(super) fn end<'a>(m: &'a syn::ExprMethodCall, iterator: &str) -> Option<(&'a Expr, bool)> {
    let without_arguments = |e: &'a Expr| match strip(e) {
        Expr::MethodCall(m) if m.args.is_empty() => Some(m),
        _ => None,
    };
    let mut last = match m.method.to_string().as_str() {
        "next" => false,
        "next_back" | "last" => true,
        _ => return None,
    };
    let mut of = without_arguments(&m.receiver).filter(|_| m.args.is_empty())?;
    while of.method == "rev" {
        last = !last;
        of = without_arguments(&of.receiver)?;
    }
    (of.method == iterator).then_some((&*of.receiver, last))
}

/// The entry of a map that an expression is, where its pattern takes references apart, which the items of a
/// sequence are none of: `Some((&k, v)) = map.iter().next()`.
pub(super) fn entry_of_map(e: &Expr, pattern: &Pat) -> Option<Expr> {
    let Pat::Tuple(t) = pattern else { return None };
    if t.elems.len() != 2 || !t.elems.iter().any(|p| matches!(p, Pat::Reference(_))) {
        return None;
    }
    let Expr::MethodCall(m) = strip(e) else { return None };
    let (map, last) = end(m, "iter")?;
    Some(match last {
        true => syn::parse_quote!(#map.last_key_value()),
        false => syn::parse_quote!(#map.first_key_value()),
    })
}

/// `xs.iter().enumerate().nth(i)`.
fn numbered(m: &syn::ExprMethodCall) -> Option<Form<'_>> {
    let receiver = |e, name: &str| match strip(e) {
        Expr::MethodCall(m) if m.method == name && m.args.is_empty() => Some(&*m.receiver),
        _ => None,
    };
    let sequence = receiver(receiver(&m.receiver, "enumerate")?, "iter")?;
    (m.method == "nth").then(|| Form::Nth(sequence, m.args[0].clone(), true))
}

/// A search in a chain whose items are the elements of a sequence, in some order, or some of them, or
/// those with their numbers.
fn search(m: &syn::ExprMethodCall) -> Option<Form<'_>> {
    const SEARCHES: [&str; 8] =
        ["find", "max_by", "min_by", "max_by_key", "min_by_key", "last", "nth", "next"];
    const ORDERS: [&str; 8] =
        ["rev", "skip", "take", "step_by", "filter", "skip_while", "take_while", "inspect"];
    if !SEARCHES.iter().any(|name| m.method == name) {
        return None;
    }
    let (mut e, mut numbered, mut plain) = (strip(&m.receiver), false, true);
    let sequence = loop {
        let Expr::MethodCall(link) = e else { return None };
        if link.method == "iter" && link.args.is_empty() {
            break &*link.receiver;
        }
        let known = match numbered {
            true => false,
            false if link.method == "enumerate" => true,
            false => ORDERS.iter().any(|name| link.method == name),
        };
        if !known {
            return None;
        }
        numbered |= link.method == "enumerate";
        plain = false;
        e = strip(&link.receiver);
    };
    if plain && !m.method.to_string().ends_with("_key") {
        return None;
    }
    let none = quote!(::core::primitive::usize::MAX);
    let search = match numbered {
        true => quote!(#m.map(|__found| __found.0)),
        false => quote! {
            #m.and_then(|__found| #sequence.iter().position(|__x| ::core::ptr::eq(__x, __found)))
        },
    };
    Some(Form::Search(sequence, syn::parse_quote!(#search.unwrap_or(#none)), numbered))
}

/// Whether the argument of `get` is the key of a map, by the way it is written.
fn is_key(e: &Expr) -> bool {
    match e {
        Expr::Reference(_) => true,
        Expr::Lit(l) => matches!(l.lit, syn::Lit::Str(_)),
        _ => false,
    }
}

/// Whether an expression is an optional reference, unwrapped, or a part of one.
pub(in crate::lower) fn is_unwrapped(e: &Expr) -> bool {
    match strip(e) {
        Expr::MethodCall(m) => {
            crate::lower::entry::is_entry(m)
                || super::inserted::is_inserted(m)
                || (["unwrap", "expect"].iter().any(|n| m.method == n)
                    || crate::lower::outcome::panics_without(m))
                    && form(&m.receiver).is_some()
        }
        Expr::Field(f) => is_unwrapped(&f.base),
        Expr::Index(i) => is_unwrapped(&i.expr),
        Expr::Unary(u) => matches!(u.op, syn::UnOp::Deref(_)) && is_unwrapped(&u.expr),
        _ => false,
    }
}

/// Whether an expression is, or is a part of, an exclusive optional reference that is unwrapped.
pub(in crate::lower) fn is_exclusive(e: &Expr) -> bool {
    match strip(e) {
        Expr::MethodCall(m) => form(&m.receiver).is_some_and(|form| form.is_exclusive()),
        Expr::Field(f) => is_exclusive(&f.base),
        Expr::Index(i) => is_exclusive(&i.expr),
        Expr::Unary(u) => is_exclusive(&u.expr),
        _ => false,
    }
}

/// Whether a method of an optional reference is lowered here.
pub(in crate::lower) fn takes_apart(method: &syn::Ident, arguments: usize) -> bool {
    let name = method.to_string();
    match arguments {
        0 => ["unwrap", "copied", "cloned"].contains(&name.as_str()),
        1 => ["expect", "map", "and_then", "is_some_and", "is_ok_and"].contains(&name.as_str()),
        _ => ["map_or", "map_or_else"].contains(&name.as_str()),
    }
}

/// What a method is called of that gives another value in the place of an error, if it is what `map` makes
/// of a reference to a payload.
pub(super) fn mapped(m: &syn::ExprMethodCall) -> Option<&syn::ExprMethodCall> {
    if !["unwrap_or", "unwrap_or_default"].iter().any(|name| m.method == name) {
        return None;
    }
    match strip(&m.receiver) {
        Expr::MethodCall(mapped)
            if ["map", "and_then"].iter().any(|name| mapped.method == name) =>
        {
            matches!(form(&mapped.receiver), Some(Form::Payload { .. })).then_some(mapped)
        }
        _ => None,
    }
}

/// `option.as_ref()` and `option.as_mut()` as a reference to the whole, in a `match`.
pub(in crate::lower) fn reference_to_option(e: &Expr) -> Option<(&Expr, Expr)> {
    match form(e)? {
        Form::Payload { option, exclusive, deref: false, ok: false } => {
            let reference = match exclusive {
                true => syn::parse_quote!(&mut #option),
                false => syn::parse_quote!(&#option),
            };
            Some((option, reference))
        }
        _ => None,
    }
}

/// Whether an expression gives an optional reference to one part.
pub fn is_reference_to_part(e: &Expr) -> bool {
    form(e).is_some()
}

/// An optional reference, the error that stands for its absence, and whether that is made in any case.
pub(in crate::lower) fn reference_or_error(e: &Expr) -> Option<(Expr, Expr, bool)> {
    let Expr::MethodCall(m) = strip(e) else { return None };
    if m.method == "map_err" && m.args.len() == 1 {
        let Some(Form::Payload { option, ok: false, .. }) = form(&m.receiver) else { return None };
        let (pattern, error) = super::super::outcome::mapped_error(&m.args[0])?;
        let (receiver, result) = (&m.receiver, quote!(::core::result::Result));
        let error = syn::parse_quote!(match &#option {
            #result::Err(#pattern) => #error,
            #result::Ok(_) => ::core::unreachable!(),
        });
        return Some((syn::parse_quote!(#receiver.ok()), error, false));
    }
    let (error, always) = match (m.method.to_string().as_str(), m.args.first()?) {
        ("ok_or", error) => (error.clone(), true),
        ("ok_or_else", Expr::Closure(c)) => ((*c.body).clone(), false),
        ("ok_or_else", f) => (syn::parse_quote!(#f()), false),
        _ => return None,
    };
    form(&m.receiver).map(|_| ((*m.receiver).clone(), error, always))
}

/// An optional reference, and what stands for it in its absence: `first().unwrap_or(&x)`.
pub(super) fn part_or(e: &Expr) -> Option<(&syn::ExprMethodCall, &Expr)> {
    let Expr::MethodCall(m) = strip(e) else { return None };
    form(&m.receiver)?;
    match m.args.first() {
        Some(Expr::Reference(r)) if m.method == "unwrap_or" => Some((m, &r.expr)),
        _ => None,
    }
}
