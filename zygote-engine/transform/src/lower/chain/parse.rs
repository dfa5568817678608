//! The parts of a chain of iterators, by the names that the language's own trait gives them.

use crate::error::{Result, unsupported};
use crate::lower::place::strip;
use proc_macro2::Ident;
use syn::Expr;

/// A chain that gives an item for each trip of one walk.
#[derive(Clone)]
pub(in crate::lower) enum Pipe {
    /// A sequence, or an iterator of it that has a walk.
    Walk(Expr),
    /// What `into_iter` makes of a sequence.
    Owned(Expr),
    /// The elements of a sequence, by index; the flag says exclusively.
    Elements(Expr, bool),
    /// The entries of a map, or a part of each, by key.
    Entries(Expr, Part, Access),
    /// The pairs of a sequence whose type is not known: its items are taken apart. The flag says that
    /// they are those of a map.
    Pairs(Expr, bool),
    /// The elements of this range, which are taken out.
    Drained(Expr, syn::ExprRange),
    /// The windows of this size.
    Windows(Expr, Expr),
    /// The chunks of this size; the flags say exact and exclusive.
    Chunks(Expr, Expr, bool, bool),
    /// A function of each item.
    Map(Box<Pipe>, Expr),
    /// What each item refers to.
    Copied(Box<Pipe>),
    /// Each item with its number.
    Enumerate(Box<Pipe>, Ident),
    /// Two at a time.
    Zip(Box<Pipe>, Ident, Box<Pipe>),
    /// The items in another order, or a part of them: a method of the walk.
    Order(Box<Pipe>, Ident, Vec<Expr>),
    /// One after the other.
    Chain(Box<Pipe>, Box<Pipe>),
}

/// What of a map's entries.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::lower) enum Part {
    Keys,
    Values,
    Both,
}

/// How the parts of a map are given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::lower) enum Access {
    Shared,
    Exclusive,
    Owned,
}

/// An adaptor whose items are not those of the walk one by one, or that comes after such a one.
#[derive(Clone)]
pub(in crate::lower) enum Flow {
    Map(Expr),
    Copied,
    Inspect(Expr),
    Filter(Expr),
    TakeWhile(Expr),
    SkipWhile(Expr),
    /// The flag says that it stops at the first without a value.
    FilterMap(Expr, bool),
    /// The first state and the function.
    Scan(Box<Expr>, Expr),
    Enumerate,
    Take(Expr),
    Skip(Expr),
    StepBy(Expr),
    /// The items of each item, or of what a function makes of it.
    Flat(Option<Expr>),
}

/// A whole chain.
#[derive(Clone)]
pub(in crate::lower) struct Pipeline {
    pub base: Pipe,
    pub flow: Vec<Flow>,
    /// The method that ends it.
    pub consumer: Option<syn::ExprMethodCall>,
}

impl Flow {
    /// Whether it may end the loop early.
    pub fn stops(&self) -> bool {
        matches!(
            self,
            Self::TakeWhile(_) | Self::FilterMap(_, true) | Self::Scan(..) | Self::Take(_)
        )
    }
}

impl Flow {
    /// The functions and the limits of an adaptor.
    pub fn functions<'a>(&'a mut self, fs: &mut Vec<&'a mut Expr>, limits: &mut Vec<&'a mut Expr>) {
        match self {
            Self::Map(f)
            | Self::Inspect(f)
            | Self::Filter(f)
            | Self::TakeWhile(f)
            | Self::SkipWhile(f)
            | Self::FilterMap(f, _)
            | Self::Scan(_, f)
            | Self::Flat(Some(f)) => fs.push(f),
            Self::Take(limit) | Self::Skip(limit) | Self::StepBy(limit) => limits.push(limit),
            Self::Copied | Self::Enumerate | Self::Flat(None) => {}
        }
    }
}

impl Pipe {
    /// The functions of the pipe.
    pub fn functions<'a>(&'a mut self, fs: &mut Vec<&'a mut Expr>) {
        match self {
            Self::Map(of, f) => {
                of.functions(fs);
                fs.push(f);
            }
            Self::Copied(of) | Self::Enumerate(of, _) | Self::Order(of, ..) => of.functions(fs),
            Self::Zip(a, _, b) | Self::Chain(a, b) => {
                a.functions(fs);
                b.functions(fs);
            }
            Self::Walk(_)
            | Self::Owned(_)
            | Self::Elements(..)
            | Self::Entries(..)
            | Self::Pairs(..)
            | Self::Drained(..)
            | Self::Windows(..)
            | Self::Chunks(..) => {}
        }
    }

    /// The pipes at the heads.
    pub fn heads<'a>(&'a mut self, out: &mut Vec<&'a mut Self>) {
        match self {
            Self::Map(of, _) | Self::Copied(of) | Self::Enumerate(of, _) | Self::Order(of, ..) => {
                of.heads(out);
            }
            Self::Zip(a, _, b) | Self::Chain(a, b) => {
                a.heads(out);
                b.heads(out);
            }
            head => out.push(head),
        }
    }

    /// Whether some function of the pipe changes what it captures.
    fn has_effects(&self) -> bool {
        match self {
            Self::Map(of, f) => of.has_effects() || assigns(f),
            Self::Copied(of) | Self::Enumerate(of, _) | Self::Order(of, ..) => of.has_effects(),
            Self::Zip(a, _, b) | Self::Chain(a, b) => a.has_effects() || b.has_effects(),
            _ => false,
        }
    }

    /// The parts of a concatenation.
    pub fn parts(&self) -> Vec<&Pipe> {
        match self {
            Self::Chain(a, b) => [a.parts(), b.parts()].concat(),
            other => vec![other],
        }
    }

    /// What a message points at.
    pub fn span(&self) -> &Expr {
        match self {
            Self::Walk(e)
            | Self::Owned(e)
            | Self::Elements(e, _)
            | Self::Entries(e, ..)
            | Self::Pairs(e, _)
            | Self::Drained(e, _)
            | Self::Windows(e, _)
            | Self::Chunks(e, ..) => e,
            Self::Map(of, _)
            | Self::Copied(of)
            | Self::Enumerate(of, _)
            | Self::Zip(of, ..)
            | Self::Order(of, ..)
            | Self::Chain(of, _) => of.span(),
        }
    }

    fn is_chain(&self) -> bool {
        matches!(self, Self::Chain(..))
    }

    /// Whether a walk alone gives the items, in a form that a `for` loop takes.
    fn is_walk(&self) -> bool {
        match self {
            Self::Walk(_) => true,
            Self::Enumerate(of, _) | Self::Order(of, ..) => of.is_walk(),
            Self::Zip(a, _, b) => a.is_walk() && b.is_walk(),
            _ => false,
        }
    }
}

impl Pipeline {
    /// A chain without adaptors.
    pub fn of(base: Pipe) -> Self {
        Self { base, flow: vec![], consumer: None }
    }

    /// Whether the loop of an item holds another loop.
    pub fn is_nested(&self) -> bool {
        self.flow.iter().any(|f| matches!(f, Flow::Flat(_)))
    }

    /// Whether a `for` loop takes the chain as it is.
    pub fn is_plain(&self) -> bool {
        self.consumer.is_none() && self.flow.is_empty() && self.base.is_walk()
    }
}

/// The links of a chain from its base on.
fn links(e: &Expr) -> (&Expr, Vec<&syn::ExprMethodCall>) {
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
fn head(base: &Expr, links: &[&syn::ExprMethodCall]) -> Result<Option<(Pipe, usize)>> {
    if let Expr::Range(r) = base {
        if links.is_empty() {
            return Ok(None);
        }
        let known = is_adaptor(&links[0].method) || is_consumer(&links[0].method);
        if !known {
            return Ok(None);
        }
        if r.end.is_none() {
            return unsupported(r, "a range without an end", "write both ends");
        }
        return Ok(Some((Pipe::Walk(base.clone()), 0)));
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
        let pipe = match (link.method.to_string().as_str(), link.args.len()) {
            ("iter", 0) => Pipe::Walk(Expr::MethodCall((*link).clone())),
            ("into_iter", 0) => Pipe::Owned(receiver()),
            ("iter_mut", 0) => Pipe::Elements(receiver(), true),
            ("keys", 0) if goes_on(k) => Pipe::Entries(receiver(), Part::Keys, Access::Shared),
            ("values", 0) if goes_on(k) => Pipe::Entries(receiver(), Part::Values, Access::Shared),
            ("values_mut", 0) => Pipe::Entries(receiver(), Part::Values, Access::Exclusive),
            ("into_keys", 0) => Pipe::Entries(receiver(), Part::Keys, Access::Owned),
            ("into_values", 0) => Pipe::Entries(receiver(), Part::Values, Access::Owned),
            ("drain", 1) => match strip(&link.args[0]) {
                Expr::Range(range) => Pipe::Drained(receiver(), range.clone()),
                other => {
                    return unsupported(
                        other,
                        "a range that is no literal here",
                        "write the range itself: `v.drain(a..b)`",
                    );
                }
            },
            ("windows", 1) => Pipe::Windows(receiver(), size().expect("one argument")),
            ("chunks", 1) => Pipe::Chunks(receiver(), size().expect("one argument"), false, false),
            ("chunks_exact", 1) => {
                Pipe::Chunks(receiver(), size().expect("one argument"), true, false)
            }
            ("chunks_mut", 1) => {
                Pipe::Chunks(receiver(), size().expect("one argument"), false, true)
            }
            ("chunks_exact_mut", 1) => {
                Pipe::Chunks(receiver(), size().expect("one argument"), true, true)
            }
            _ => continue,
        };
        return Ok(Some((pipe, k + 1)));
    }
    Ok(given(base, links))
}

/// A chain that begins with a call: what a function gives is an iterator if methods follow that no
/// other type of the standard library has, nor matrices.
fn given(base: &Expr, links: &[&syn::ExprMethodCall]) -> Option<(Pipe, usize)> {
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
    let first = links.iter().rposition(|m| !is_iterating(&m.method)).map_or(0, |k| k + 1);
    let head = match first.checked_sub(1) {
        Some(k) => Expr::MethodCall(links[k].clone()),
        None if matches!(base, Expr::Call(_)) => base.clone(),
        None => return None,
    };
    let known = links[first..].iter().any(|m| {
        // A sum that names its type is one of items.
        let named = m.turbofish.is_some() && is_consumer(&m.method);
        named || OF_ITERATORS.iter().any(|name| m.method == name)
    });
    known.then_some((Pipe::Owned(head), first))
}

fn is_adaptor(name: &Ident) -> bool {
    const ADAPTORS: [&str; 20] = [
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
    ];
    ADAPTORS.iter().any(|a| name == a)
}

fn is_consumer(name: &Ident) -> bool {
    const CONSUMERS: [&str; 20] = [
        "sum",
        "product",
        "fold",
        "for_each",
        "collect",
        "unzip",
        "max_by",
        "min_by",
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
    ];
    CONSUMERS.iter().any(|c| name == c)
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
pub fn advances(method: &Ident) -> bool {
    ["next", "next_back", "by_ref", "peekable"].iter().any(|name| method == name)
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
    let Some((mut pipe, first)) = head(base, &links)? else { return Ok(None) };
    let mut flow: Vec<Flow> = vec![];
    for (k, link) in links.iter().enumerate().skip(first) {
        let name = &link.method;
        if is_consumer(name) {
            if k + 1 < links.len() {
                // A method of the value.
                return Ok(None);
            }
            return Ok(Some(Pipeline { base: pipe, flow, consumer: Some((*link).clone()) }));
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
            "map" if plain => pipe = mapped(pipe, &arg),
            "map" => flow.push(Flow::Map(arg)),
            "copied" | "cloned" => match pipe {
                // A walk has a method for it.
                Pipe::Walk(e) if plain => pipe = Pipe::Walk(syn::parse_quote!(#e.#name())),
                Pipe::Entries(e, part, Access::Shared) if plain => {
                    pipe = Pipe::Entries(e, part, Access::Owned);
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
            "rev" | "skip" | "take" | "step_by" if whole => {
                pipe = Pipe::Order(Box::new(pipe), name.clone(), args);
            }
            "take" => flow.push(Flow::Take(arg)),
            "skip" => flow.push(Flow::Skip(arg)),
            "step_by" => flow.push(Flow::StepBy(arg)),
            "zip" if whole => {
                let other = other(&arg, name)?;
                pipe = Pipe::Zip(Box::new(pipe), name.clone(), Box::new(other));
            }
            "chain" if plain => {
                let other = other(&arg, name)?;
                pipe = Pipe::Chain(Box::new(pipe), Box::new(other));
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
    Ok(Some(Pipeline { base: pipe, flow, consumer: None }))
}

/// A function of each item of a pipe.
fn mapped(pipe: Pipe, f: &Expr) -> Pipe {
    match pipe {
        Pipe::Chain(a, b) => Pipe::Chain(Box::new(mapped(*a, f)), Box::new(mapped(*b, f))),
        other => Pipe::Map(Box::new(other), f.clone()),
    }
}

/// The other side of `zip` and `chain`.
fn other(e: &Expr, name: &Ident) -> Result<Pipe> {
    match parse(e)? {
        None => Ok(Pipe::Walk(e.clone())),
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

/// Whether a function may change something: it does more than compute with its own parameters.
fn assigns(f: &Expr) -> bool {
    struct Find {
        params: Vec<proc_macro2::Ident>,
        found: bool,
    }
    impl Find {
        fn is_own(&self, e: &Expr) -> bool {
            match strip(e) {
                Expr::Path(p) => p.path.get_ident().is_some_and(|i| self.params.contains(i)),
                Expr::Field(f) => self.is_own(&f.base),
                Expr::Unary(u) => self.is_own(&u.expr),
                Expr::Index(i) => self.is_own(&i.expr),
                Expr::Lit(_) | Expr::Binary(_) | Expr::MethodCall(_) | Expr::Cast(_) => true,
                _ => false,
            }
        }
    }
    impl syn::visit::Visit<'_> for Find {
        fn visit_expr(&mut self, e: &Expr) {
            match e {
                Expr::Assign(_) | Expr::Macro(_) => self.found = true,
                Expr::Binary(b) if crate::lower::pure::is_assignment(&b.op) => self.found = true,
                Expr::Reference(r) if r.mutability.is_some() => self.found = true,
                Expr::MethodCall(m) if !self.is_own(&m.receiver) => self.found = true,
                Expr::Call(c) => {
                    let of_type = matches!(&*c.func, Expr::Path(p) if p.path.segments.len() > 1);
                    self.found |= !of_type;
                }
                _ => {}
            }
            syn::visit::visit_expr(self, e);
        }
    }
    match strip(f) {
        Expr::Closure(c) => {
            let params = c.inputs.iter().flat_map(crate::lower::select::bound_names).collect();
            let mut find = Find { params, found: false };
            syn::visit::Visit::visit_expr(&mut find, &c.body);
            find.found
        }
        Expr::Path(p) => p.path.segments.len() < 2,
        _ => true,
    }
}
