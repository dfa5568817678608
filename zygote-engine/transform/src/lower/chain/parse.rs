//! Chains of iterators, by the names that the language's own trait gives their parts.

use super::parts::{
    Access, Drained, Flow, Generator, Part, Pipe, Pipeline, Sort, counts_in_zip, endless, has_macro,
};
use super::pieces::{self, Pieces};
use super::pipe::refuse_watched;
use super::zipped::Side;
use crate::error::{Result, unsupported};
use crate::lower::place::strip;
use proc_macro2::Ident;
use quote::quote;
use syn::Expr;

/// The links of a chain from its base on.
pub(super) fn links(e: &Expr) -> (&Expr, Vec<&syn::ExprMethodCall>) {
    match strip(e) {
        Expr::MethodCall(m) => {
            let (base, mut all) = links(&m.receiver);
            all.push(m);
            (base, all)
        }
        other => (other, vec![]),
    }
}

/// How a chain begins: the first methods of the links that make its iterator.
fn head(base: &Expr, links: &[&syn::ExprMethodCall]) -> Result<Option<(Pipe, Vec<Flow>, usize)>> {
    if let Expr::Range(_) = base {
        if links.is_empty() {
            return Ok(None);
        }
        let known = is_adaptor(&links[0].method) || is_consumer(&links[0].method);
        if !known {
            return Ok(None);
        }
        return Ok(Some((Pipe::Walk(base.clone()), vec![], 0)));
    }
    if let Some((pipe, flow)) = made(base)? {
        return Ok(Some((pipe, flow, 0)));
    }
    // A type of the user's own may have methods of these names that make no iterator.
    let goes_on = |k: usize| {
        links.get(k + 1).is_none_or(|next| is_adaptor(&next.method) || is_consumer(&next.method))
    };
    for (k, link) in links.iter().enumerate() {
        let receiver = || match k {
            0 => base.clone(),
            _ => Expr::MethodCall(links[k - 1].clone()),
        };
        let size = || link.args.first().cloned();
        if let Some(sort) = pieces::Sort::of(&link.method.to_string())
            && goes_on(k)
            && let (Some(test), 1) = (link.args.first(), link.args.len())
            && pieces::is_closure(test)
        {
            let (of, test, call) = (receiver(), test.clone(), (*link).clone());
            let pieces = Flow::Pieces(Box::new(Pieces { of, sort, test, call }));
            let base = Pipe::Made(Generator::Nothing, endless(), quote!());
            return Ok(Some((base, vec![pieces], k + 1)));
        }
        let pipe = match (link.method.to_string().as_str(), link.args.len()) {
            ("iter", 0) => Pipe::Walk(Expr::MethodCall((*link).clone())),
            ("into_iter", 0) => Pipe::Owned(receiver()),
            ("iter_mut", 0) => Pipe::Elements(receiver(), true),
            ("keys", 0) if goes_on(k) => Pipe::Entries(receiver(), Part::Keys, Access::Shared),
            ("values", 0) if goes_on(k) => Pipe::Entries(receiver(), Part::Values, Access::Shared),
            ("range", 1) if goes_on(k) && matches!(strip(&link.args[0]), Expr::Range(_)) => {
                let Expr::Range(range) = strip(&link.args[0]) else { unreachable!("it is one") };
                Pipe::Within(receiver(), range.clone())
            }
            ("values_mut", 0) => Pipe::Entries(receiver(), Part::Values, Access::Exclusive),
            ("into_keys", 0) => Pipe::Entries(receiver(), Part::Keys, Access::Owned),
            ("into_values", 0) => Pipe::Entries(receiver(), Part::Values, Access::Owned),
            ("drain", 1) | ("splice", 2) => match strip(&link.args[0]) {
                Expr::Range(range) => Pipe::Drained(Box::new(Drained {
                    of: receiver(),
                    range: range.clone(),
                    replacement: link.args.get(1).cloned(),
                })),
                other => {
                    return unsupported(
                        other,
                        "a range that is no literal here",
                        "write the range itself: `v.drain(a..b)`",
                    );
                }
            },
            ("windows", 1) => Pipe::Windows(receiver(), size().expect("one argument")),
            ("chars" | "bytes" | "char_indices" | "lines" | "split_whitespace", 0)
                if goes_on(k) =>
            {
                Pipe::Owned(Expr::MethodCall((*link).clone()))
            }
            (name, 1) if chunks(name).is_some() => {
                let sort = chunks(name).expect("it was found before");
                Pipe::Chunks(receiver(), size().expect("one argument"), sort)
            }
            _ => continue,
        };
        return Ok(Some((pipe, vec![], k + 1)));
    }
    Ok(given(base, links).map(|(pipe, first)| (pipe, vec![], first)))
}

/// The methods that give chunks.
fn chunks(name: &str) -> Option<Sort> {
    let sort = Sort::default();
    Some(match name {
        "chunks" => sort,
        "chunks_exact" => Sort { exact: true, ..sort },
        "chunks_mut" => Sort { exclusive: true, ..sort },
        "chunks_exact_mut" => Sort { exact: true, exclusive: true, ..sort },
        "rchunks" => Sort { reversed: true, ..sort },
        "rchunks_exact" => Sort { reversed: true, exact: true, ..sort },
        "rchunks_mut" => Sort { reversed: true, exclusive: true, ..sort },
        _ => return None,
    })
}

/// What a function of the language's own makes. That it is that function the compiler checks.
fn made(base: &Expr) -> Result<Option<(Pipe, Vec<Flow>)>> {
    let Expr::Call(c) = base else { return Ok(None) };
    let Expr::Path(p) = strip(&c.func) else { return Ok(None) };
    let of_module = p.path.segments.len() < 2
        || p.path.segments.iter().rev().nth(1).is_some_and(|s| s.ident == "iter");
    let Some(last) = p.path.segments.last().filter(|_| of_module) else { return Ok(None) };
    let mut path = p.path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.arguments = syn::PathArguments::None;
    }
    let args: Vec<Expr> = c.args.iter().cloned().collect();
    let iter = quote!(::core::iter);
    let made = |generator, signature| {
        let check = quote!(const _: #signature = #path;);
        Pipe::Made(generator, endless(), check)
    };
    let known = |pipe, signature| Pipe::Known(Box::new(pipe), quote!(const _: #signature = #path;));
    let pipe = match (last.ident.to_string().as_str(), &args[..]) {
        ("once", [x]) => {
            let one = Pipe::Owned(syn::parse_quote!([#x]));
            known(one, quote!(fn(()) -> #iter::Once<()>))
        }
        ("empty", []) => {
            known(Pipe::Owned(syn::parse_quote!([])), quote!(fn() -> #iter::Empty<()>))
        }
        ("repeat", [x]) => made(Generator::Repeat(x.clone()), quote!(fn(()) -> #iter::Repeat<()>)),
        ("repeat_n", [x, n]) => {
            let signature = quote!(fn((), ::core::primitive::usize) -> #iter::RepeatN<()>);
            let repeated = made(Generator::Repeat(x.clone()), signature);
            repeated.bounded(n).expect("it has no end")
        }
        ("repeat_with", [f]) => {
            let signature = quote!(fn(fn()) -> #iter::RepeatWith<fn()>);
            made(Generator::Call(f.clone()), signature)
        }
        ("from_fn", [f]) if !takes_arguments(f) => {
            let called = quote!(fn() -> ::core::option::Option<()>);
            let signature = quote!(fn(#called) -> #iter::FromFn<#called>);
            let pipe = made(Generator::Call(f.clone()), signature);
            return Ok(Some((pipe, vec![Flow::FilterMap(syn::parse_quote!(|__x| __x), true)])));
        }
        ("successors", [first, f]) => {
            let option = quote!(::core::option::Option<()>);
            let next = quote!(fn(&()) -> #option);
            let signature = quote!(fn(#option, #next) -> #iter::Successors<(), #next>);
            let pipe = made(Generator::Nothing, signature);
            return Ok(Some((pipe, vec![Flow::Successors(Box::new(first.clone()), f.clone())])));
        }
        ("zip", [a, b]) => {
            let first = match parse(a)? {
                None => Pipe::Owned(a.clone()),
                Some(_) => other(a, &last.ident)?,
            };
            let zipped =
                Pipe::Zip(Box::new(first), last.ident.clone(), Box::new(other(b, &last.ident)?));
            let one = quote!(#iter::Empty<()>);
            known(zipped, quote!(fn(#one, #one) -> #iter::Zip<#one, #one>))
        }
        _ => return Ok(None),
    };
    Ok(Some((pipe, vec![])))
}

/// Whether a function is a closure with parameters.
fn takes_arguments(f: &Expr) -> bool {
    matches!(strip(f), Expr::Closure(c) if !c.inputs.is_empty())
}

/// A chain that begins with a call: what a function gives is an iterator if methods follow that no
/// other type of the standard library has, nor matrices.
fn given(base: &Expr, links: &[&syn::ExprMethodCall]) -> Option<(Pipe, usize)> {
    let first = links.iter().rposition(|m| !is_iterating(&m.method)).map_or(0, |k| k + 1);
    let head = match first.checked_sub(1) {
        Some(k) => Expr::MethodCall(links[k].clone()),
        None if matches!(base, Expr::Call(_)) => base.clone(),
        None => return None,
    };
    // By the convention of the language, a method that walks over its receiver ends so.
    if let Expr::MethodCall(m) = &head
        && first < links.len()
        && m.method.to_string().ends_with("_iter")
    {
        return Some((Pipe::Walk(head), first));
    }
    gives_items(&links[first..]).then_some((Pipe::Owned(head), first))
}

/// Whether some methods are those of iterators alone.
pub(super) fn gives_items(links: &[&syn::ExprMethodCall]) -> bool {
    const OF_ITERATORS: [&str; 10] = [
        "enumerate",
        "filter_map",
        "flat_map",
        "take_while",
        "skip_while",
        "map_while",
        "step_by",
        "collect",
        "unzip",
        "partition",
    ];
    links.iter().any(|m| {
        // A sum that names its type is one of items.
        let named = m.turbofish.is_some() && is_consumer(&m.method);
        named || OF_ITERATORS.iter().any(|name| m.method == name)
    })
}

fn is_adaptor(name: &Ident) -> bool {
    const ADAPTORS: [&str; 22] = [
        "map",
        "enumerate",
        "zip",
        "rev",
        "skip",
        "take",
        "step_by",
        "chain",
        "filter",
        "filter_map",
        "flat_map",
        "flatten",
        "take_while",
        "skip_while",
        "map_while",
        "cloned",
        "copied",
        "scan",
        "inspect",
        "by_ref",
        "cycle",
        "peekable",
    ];
    ADAPTORS.iter().any(|a| name == a)
}

pub(super) fn is_consumer(name: &Ident) -> bool {
    const CONSUMERS: [&str; 24] = [
        "sum",
        "product",
        "fold",
        "for_each",
        "collect",
        "unzip",
        "max_by",
        "min_by",
        "max_by_key",
        "min_by_key",
        "reduce",
        "last",
        "nth",
        "all",
        "any",
        "count",
        "position",
        "find",
        "max",
        "min",
        "find_map",
        "partition",
        "try_fold",
        "try_for_each",
    ];
    CONSUMERS.iter().any(|c| name == c)
}

/// Whether a method of an iterator, by its name, ends it: other types have methods of such names.
pub(super) fn is_last(name: &Ident) -> bool {
    name == "next" || is_step(name)
}

/// Whether the value of an end carries no derivative.
pub(super) fn is_step(name: &Ident) -> bool {
    const STEPS: [&str; 13] = [
        "all",
        "any",
        "count",
        "position",
        "rposition",
        "len",
        "is_sorted",
        "eq",
        "ne",
        "lt",
        "le",
        "gt",
        "ge",
    ];
    STEPS.iter().any(|step| name == step)
}

/// A closure without value: a macro in it is a statement.
fn as_statement(mut f: Expr) -> Expr {
    if let Expr::Closure(c) = &mut f
        && let Expr::Macro(m) = &*c.body
    {
        *c.body = syn::parse_quote!({ #m; });
    }
    f
}

/// Whether a method is one of iterators, by its name.
pub fn is_iterating(method: &Ident) -> bool {
    is_adaptor(method) || is_consumer(method)
}

/// Whether a method takes items out of an iterator that goes on.
pub(super) fn advances(method: &Ident) -> bool {
    ["next", "next_back", "by_ref"].iter().any(|name| method == name)
}

/// Whether a method without arguments gives an iterator of its receiver, an iterator or a sequence.
pub fn makes_iterator(method: &Ident) -> bool {
    ["iter", "into_iter", "clone"].iter().any(|name| method == name)
}

/// The chain that an expression is.
pub(in crate::lower) fn parse(e: &Expr) -> Result<Option<Pipeline>> {
    if let Expr::Reference(r) = strip(e)
        && r.mutability.is_some()
    {
        let base = Pipe::Elements((*r.expr).clone(), true);
        return Ok(Some(Pipeline::of(base)));
    }
    let (base, links) = links(e);
    of_links(base, &links)
}

/// The chain that begins in the links of an expression and goes on to their end.
fn of_links(base: &Expr, links: &[&syn::ExprMethodCall]) -> Result<Option<Pipeline>> {
    let Some((mut pipe, mut flow, first)) = head(base, links)? else { return Ok(None) };
    for (k, link) in links.iter().enumerate().skip(first) {
        let name = &link.method;
        if is_consumer(name) || is_last(name) {
            if k + 1 < links.len() {
                // What follows are methods of the value, among which a chain may begin.
                return of_links(&Expr::MethodCall((*link).clone()), &links[k + 1..]);
            }
            return Ok(Some(Pipeline {
                flow,
                consumer: Some((*link).clone()),
                ..Pipeline::of(pipe)
            }));
        }
        if (name == "clone" || name == "peekable") && link.args.is_empty() {
            continue;
        }
        if !is_adaptor(name) {
            // What follows an iterator's head is a method of iterators.
            return unsupported(name, "this method of an iterator", "write a `for` loop");
        }
        let args: Vec<Expr> = link.args.iter().cloned().collect();
        let arg = || args.first().cloned();
        let Some(arg) = arg().or_else(|| args.is_empty().then(|| base.clone())) else {
            return Ok(None);
        };
        let plain = flow.is_empty();
        let whole = plain && !pipe.is_chain();
        match name.to_string().as_str() {
            "map" if whole => pipe = Pipe::Map(Box::new(pipe), arg),
            "map" => flow.push(Flow::Map(arg)),
            "copied" | "cloned" => match pipe {
                // A walk has a method for it.
                Pipe::Walk(e) if plain => pipe = Pipe::Walk(syn::parse_quote!(#e.#name())),
                Pipe::Entries(e, part, Access::Shared) if plain => {
                    pipe = Pipe::Entries(e, part, Access::Owned);
                }
                other if name == "cloned" => {
                    pipe = other;
                    let f: Expr = syn::parse_quote!(|__item| __item.clone());
                    if whole {
                        pipe = Pipe::Map(Box::new(pipe), f);
                    } else {
                        flow.push(Flow::Map(f));
                    }
                }
                other => {
                    pipe = other;
                    if whole {
                        pipe = Pipe::Copied(Box::new(pipe))
                    } else {
                        flow.push(Flow::Copied)
                    }
                }
            },
            "enumerate" if whole => pipe = Pipe::Enumerate(Box::new(pipe), name.clone()),
            "enumerate" => flow.push(Flow::Enumerate),
            // What is skipped is computed, too.
            "skip" | "step_by" if whole && pipe.has_effects() => {
                flow.push(if name == "skip" { Flow::Skip(arg) } else { Flow::StepBy(arg) });
            }
            "take" if flow.iter().all(Flow::is_one_to_one) && pipe.bounded(&arg).is_some() => {
                pipe = pipe.bounded(&arg).expect("it was found before");
            }
            "cycle" => match pipe {
                Pipe::Walk(Expr::MethodCall(m)) if plain && m.method == "iter" => {
                    pipe = Pipe::Cycle((*m.receiver).clone());
                }
                _ => {
                    return unsupported(
                        name,
                        "this adaptor of other iterators than `iter()`",
                        "collect what comes before into a `Vec`, or index with `i % n`",
                    );
                }
            },
            "rev" if !whole && pipe.is_symmetric() && flow.iter().all(Flow::is_symmetric) => {
                pipe = pipe.reversed(name);
            }
            "rev" | "skip" | "take" | "step_by" if whole => {
                pipe = Pipe::Order(Box::new(pipe), name.clone(), args);
            }
            "take" => flow.push(Flow::Take(arg)),
            "skip" => flow.push(Flow::Skip(arg)),
            "step_by" => flow.push(Flow::StepBy(arg)),
            "zip" if whole && dropping(&arg, &pipe)?.is_some() => {
                let with = dropping(&arg, &pipe)?.expect("it was found before");
                let side = Side { pipe, first: true, name: name.clone() };
                (pipe, flow) = (with.base, with.flow);
                flow.push(Flow::Zip(Box::new(side)));
            }
            "zip" if whole && listed(&arg)?.is_none() => {
                let other = other(&arg, name)?;
                pipe = Pipe::Zip(Box::new(pipe), name.clone(), Box::new(other));
            }
            "zip" if counts_in_zip(&pipe, &flow) => return refuse_watched(name),
            "zip" => {
                let other = match listed(&arg)? {
                    Some(listed) => listed,
                    None => other(&arg, name)?,
                };
                let side = Side { pipe: other, first: false, name: name.clone() };
                flow.push(Flow::Zip(Box::new(side)));
            }
            "chain" => {
                let other = match parse(&arg)? {
                    Some(p) if p.consumer.is_none() => p.base.staged(p.flow),
                    _ => other(&arg, name)?,
                };
                pipe = pipe.staged(std::mem::take(&mut flow)).followed_by(other);
            }
            "filter" => flow.push(Flow::Filter(arg)),
            "take_while" => flow.push(Flow::TakeWhile(arg)),
            "skip_while" => flow.push(Flow::SkipWhile(arg)),
            "filter_map" => flow.push(Flow::FilterMap(arg, false)),
            "map_while" => flow.push(Flow::FilterMap(arg, true)),
            "scan" if args.len() == 2 => flow.push(Flow::Scan(Box::new(arg), args[1].clone())),
            "inspect" => flow.push(Flow::Inspect(as_statement(arg))),
            "flat_map" => flow.push(Flow::Flat(Some(arg))),
            "flatten" => flow.push(Flow::Flat(None)),
            _ => {
                return unsupported(
                    name,
                    "this adaptor after one that drops or adds items",
                    "collect what comes before into a `Vec`, or write a loop",
                );
            }
        }
    }
    Ok(Some(Pipeline { flow, ..Pipeline::of(pipe) }))
}

/// The other side of `zip`, if it drops or adds items, and this one may be asked for any of its own.
fn dropping(e: &Expr, this: &Pipe) -> Result<Option<Pipeline>> {
    let mut functions = vec![];
    let mut pipe = this.clone();
    pipe.functions(&mut functions);
    let reads = !this.has_effects() && !functions.iter().any(|f| has_macro(f));
    Ok(parse(e)?
        .filter(|p| reads && !p.flow.is_empty() && p.consumer.is_none() && !p.base.is_chain()))
}

/// The other side of `zip` as a list of its items, if it drops or adds items, has an end, and its
/// functions only compute: more of them may run than items are given.
fn listed(e: &Expr) -> Result<Option<Pipe>> {
    let Some(mut p) = parse(e)?.filter(|p| p.consumer.is_none()) else { return Ok(None) };
    if p.flow.is_empty() && !p.base.is_chain() {
        return Ok(None);
    }
    let ends = p.flow.iter().any(|f| matches!(f, Flow::Take(_)));
    let endless = p.base.is_endless() && !ends;
    let effects = p.base.has_effects() || p.flow.iter().any(Flow::has_effects);
    let mut functions = vec![];
    p.base.functions(&mut functions);
    p.flow.iter_mut().for_each(|f| f.functions(&mut functions, &mut vec![]));
    let only_compute = !effects
        && !functions
            .iter()
            .any(|f| has_macro(f) || matches!(strip(f), Expr::Closure(c) if c.capture.is_some()));
    Ok((only_compute && !endless && !p.base.lends_exclusively()).then(|| Pipe::Listed(e.clone())))
}

/// The other side of `zip`, and that of `chain` if it is a sequence.
fn other(e: &Expr, name: &Ident) -> Result<Pipe> {
    match parse(e)? {
        None => Ok(Pipe::Walk(match strip(e) {
            // What is in it, by reference.
            Expr::MethodCall(m) if m.method == "as_ref" && m.args.is_empty() => {
                let of = &m.receiver;
                syn::parse_quote!(#of.iter())
            }
            _ => e.clone(),
        })),
        Some(p) if p.flow.is_empty() && p.consumer.is_none() && !p.base.is_chain() => Ok(p.base),
        Some(_) => unsupported(
            name,
            "this adaptor with a chain that drops or adds items",
            "collect the other side first, or write a loop",
        ),
    }
}

/// Whether an expression is a chain with a consumer.
pub(in crate::lower) fn is_chain(e: &Expr) -> bool {
    matches!(parse(e), Ok(Some(Pipeline { consumer: Some(_), .. })))
}
