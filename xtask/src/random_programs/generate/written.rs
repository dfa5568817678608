//! Statements that are written, with holes for what is generated.
//!
//! In a text `#x` is a variable of its own. `$r` is a real, `$i` an integer, `$c` a condition, `$s` a `Vec` of
//! two elements at least, `$p` a place of a real, `$m` one by `&mut`, `$w` a slice by `&mut`, `$b` a block,
//! `$l` one in a loop.

use super::super::ast::{Expr, Hole, Stmt, Type, Written};
use super::place::Use;
use super::{Generator, MOST};

/// The items that a statement uses, and its text.
const STATEMENTS: &[(&[&str], &str)] = &[
    // Operators of the program's own, methods on temporaries with several arguments.
    (&["Pair"], "let #p = Pair { a: $r, b: $r, kind: 2 } + Pair::new($r, $r);
let mut #q = -(&#p - &Pair { a: $r, b: $r, kind: 2 }) * $r;
$b
#q += #p.clone();
$p = (#q.clone() + #p.clone()).mix($r, &#q, $i).tanh();"),
    (&["Pair"], "let mut #p = Pair::new($r, $r).turned($r, &[$r, 0.5]);
let mut #q: f64 = $r;
for #i in 0..3 {
    let #y = #p.shift($r, &mut #q).sin();
    if #i % 2 == $i % 2 { #p = #p.clone() * #y; }
    $l
}
$p = (#p.mix(#q, &Pair::new($r, 0.25), $i) + Pair { a: #q, ..#p }.mix($r, &(-Pair::new($r, $r)), 1)).sin();"),
    // Traits with default methods, behind `dyn` and not.
    (&["Curve"], "let #c: Vec<Box<dyn Curve>> = vec![Box::new(Line { slope: $r, offset: $r }), Box::new(Wave(vec![$r, $r]))];
for #d in &#c {
    $p = (#d.at($r) + #d.twice($r)).tanh();
    $l
}
$p = along(&*#c[$i % 2], $r, 2);"),
    (&["Curve"], "let mut #c = Wave($s);
let mut #d = Line { slope: $r, offset: $r };
let #y = through(&mut #c, $r) * 0.5 + through(&mut #d, $r);
$p = along(&#d, #y, $i % 3).sin() + #c.at(#d.slope).cos();"),
    // Generic types and functions.
    (&["Two", "generic"], "let mut #t = Two { left: $r, right: $r };
if $c { #t.turn(); }
let #v: Vec<f64> = $s;
$p = (#t.area($r) * dot(&#v, &[$r, $r])).sin() + total([$r, $r, 0.5], $r).tanh();"),
    (&["generic"], "let #k: f64 = $r;
let #v: Vec<f64> = $s;
$p = folded(|#a, #b| #a * #k + #b * $r, &#v, $r) - folded(|#a, _| #a * 0.5, &#v[1..], #k);"),
    // Recursion over a tree, and in a circle.
    (&["Term"], "let #t = Term::Sum(Box::new(Term::Number($r)), Box::new(Term::Product { left: Box::new(Term::Number($r)), right: Box::new(Term::Sum(Box::new(Term::Number($r)), Box::new(Term::Number($r)))) }));
$p = match #t.value($i % 4) { Some(#y) => #y.tanh(), None => $r };"),
    (&["circle"], "let #y: f64 = out($r, $i % 4) * 0.25;
$p = (#y + home($r, 2)).sin();"),
    // Iterators of one's own.
    (&["Halves"], "for #h in (Halves { x: $r, left: $i % 4 + 1 }) {
    $p = (#h * $r).sin();
    $l
}"),
    (&["Halves"], "let mut #h = Halves { x: $r, left: 4 };
let mut #s: f64 = $r;
while let Some(#x) = #h.next() {
    #s += #x * $r;
    if $c { break; }
    $l
}
$p = (#s + #h.x).tanh();"),
    // An index of one's own, parts that methods lend.
    (&["Grid"], "let mut #g = Grid { columns: 2, data: vec![$r, $r, $r, $r] };
for #i in 0..2 {
    #g[(#i, $i % 2)] = #g[(1 - #i, 0)] * $r;
    #g.row_mut(#i)[1] += $r;
    let #y = #g.row(1 - #i);
    $p = (#y[0] - #y[1]).sin();
    $l
}
$p = match #g.find(0.2) { Some(#x) => (#x * $r).tanh(), None => $r };"),
    // Random numbers, which are constant.
    (&["Lcg"], "#[constant] let mut #g = Lcg($i + 3);
for _ in 0..3 {
    let #n = #g.next();
    if #n % 4 == 0 { continue; }
    if #n % 2 == 0 { $p = $r; } else { $b }
}"),
    // `fn` pointers.
    (&["pointers"], "let #f: [fn(f64) -> f64; 3] = [bend, lean, bend];
let mut #y: f64 = $r;
for #i in 0..3 {
    #y = #f[(#i + $i) % 3](#y * $r);
    $l
}
$p = again(bend, #y, $i) + again(lean, $r, 2);"),
    // `Result`, `Option`, `?`.
    (&["checked"], "match both($r, $r, $i) {
    Ok(#y) => { $p = #y; $b }
    Err(#e) if #e.len() > 8 => { $b }
    Err(#e) => { $p = $r; }
}"),
    (&["checked"], "let #y = checked($r, $i).unwrap_or(0.3) + checked($r, 2).ok().map_or(0.1, |#z| #z * $r);
if let (Ok(#a), Some(#b)) = (checked(#y, $i), checked($r, 4).ok()) { $p = (#a * #b).sin(); $b }"),
    (&["checked"], "let #v: Vec<f64> = $s;
let #t: Option<f64> = #v.iter().map(|#x| if *#x > 5.0 { None } else { Some(#x * $r) }).sum();
let #u: Result<Vec<f64>, usize> = #v.iter().enumerate().map(|(#i, #x)| checked(*#x, #i + $i)).collect();
$p = #t.unwrap_or($r).tanh() + #u.map_or(0.2, |#w| #w[0]).sin();"),
    (&[], "let #v: Vec<Option<f64>> = vec![Some($r), None, Some($r)];
for #o in &#v {
    let Some(#x) = #o else { continue };
    if let Some(#y) = #v.last().copied().flatten().filter(|y| *y > *#x) { $p = (#x * #y).sin(); }
    $l
}"),
    // Texts.
    (&["named"], "let #n = format!(\"{}-{}\", $i, $i);
let #t = if #n.len() % 2 == 0 { \"even\" } else { \"odd\" };
assert!(!#n.is_empty(), \"no text: {}\", #n);
$p = named(#t, $r) * 0.5 + named(&#n, $r);"),
    // Maps and deques.
    (&[], "let mut #m: std::collections::BTreeMap<usize, f64> = std::collections::BTreeMap::new();
for #i in 0..4 {
    *#m.entry((#i + $i) % 3).or_insert($r) += $r;
    $l
}
if let Some(#o) = #m.get_mut(&1) { *#o *= $r; }
for (#k, #x) in &mut #m { if #k % 2 == 0 { *#x = #x.sin(); } }
let #a: f64 = #m.values().map(|v| v * 0.3).sum::<f64>();
$p = (#a + #m.get(&2).copied().unwrap_or(0.1) * #m.remove(&0).unwrap_or(0.5)).tanh();"),
    (&[], "let mut #m: std::collections::HashMap<&str, f64> = std::collections::HashMap::new();
#m.insert(\"a\", $r);
let #o = if $c { #m.insert(\"a\", $r) } else { #m.insert(\"b\", $r) };
$p = (#o.unwrap_or(0.5) * #m[\"a\"]).sin() + #m.get(\"b\").map_or(0.25, |#b| #b * $r);"),
    (&[], "let mut #q: std::collections::VecDeque<f64> = std::collections::VecDeque::new();
for #i in 0..4 {
    if #i % 2 == 0 { #q.push_back($r); } else { #q.push_front($r); }
    if #q.len() > 2 && $c { let #x = #q.pop_front().unwrap(); #q[0] += #x * $r; }
    $l
}
$p = #q.iter().rev().fold(0.5, |a, b| (a + b).sin());"),
    // Lists: pieces, orders, what is taken away.
    (&[], "let mut #v: Vec<f64> = $s;
for #w in #v.windows(2) { $p = (#w[1] - #w[0]).sin(); $l }
for #w in #v.chunks_mut(2) {
    let #n = #w.len();
    #w[#n - 1] *= $r;
    #w[0] += $r;
}
#v.sort_by(|a, b| a.partial_cmp(b).unwrap());
#v.rotate_left(1);
$p = #v.chunks(2).map(|c| c[0] * c[c.len() - 1]).sum::<f64>().tanh();"),
    (&[], "let mut #v: Vec<f64> = $s;
#v.extend_from_slice(&[$r, $r]);
#v.swap(0, $i % 2);
let #d: Vec<f64> = #v.drain(..$i % 2 + 1).collect();
#v.retain(|x| *x > -5.0);
if let [#a, .., #b] = &#v[..] { $p = (#a * #b).sin(); }
while let Some(#y) = #v.pop() { if $c { break; } $p = (#y * #d[0]).sin(); $l }"),
    (&[], "let #v: Vec<f64> = $s;
let (#a, #b) = #v.split_at(1);
let (mut #x, mut #y): (f64, f64) = (#a[0], #b[0]);
(#x, #y) = (#y * $r, #x + $r);
let #z = #v.iter().copied().fold(0.1, f64::max) * #x;
$p = (#z - #v.iter().rev().skip(1).zip(&#v).map(|(a, b)| a * b).sum::<f64>() * #y).sin();"),
    // Closures inside closures, which change what is outside.
    (&[], "let mut #a: f64 = $r;
let mut #n = 0;
let mut #f = |#x: f64, #k: usize| {
    let mut #g = |#y: f64| { #a = (#a + #x * #y).sin(); #n += #k; };
    #g(0.5);
    if #k % 2 == 0 { #g(#x * $r); }
    #x * 0.3
};
let #y = #f($r, 2) + #f($r, $i);
$p = if #n % 3 == 1 { (#y * #a).sin() } else { #y - #a };"),
    // What is said of a derivative.
    (&[], "let #y: f64 = hook(hook($r, |#d: f64| #d * 2.0), |#d: f64| #d * 0.5);
$p = checkpoint(|| { let #z = #y * $r; #z.sin() + #z }) * 0.5;"),
    (&["circle"], "let #v: Vec<f64> = $s;
let #y: f64 = checkpoint(|| out(#v[0] * $r, 2) + #v[1]);
$p = #y.sin() * constant(0.5);"),
    // Leaving loops that stand in each other, and blocks.
    (&[], "'#l: for #i in 0..3 {
    for #j in 0..3 {
        if #i + #j > 3 || $c { continue '#l; }
        $l
        if $c { break '#l; }
        $p = $r;
    }
    $p = ($r).sin();
}"),
    (&[], "let #y: f64 = '#b: {
    if $c { break '#b $r; }
    $b
    if $c { break '#b ($r) * 0.5; }
    $r
};
let mut #k = 0;
let #z: f64 = loop {
    #k += 1;
    if #k > 3 || $c { break #y * $r; }
    $p = (#y - $r).cos();
};
$p = (#y + #z).tanh();"),
    // References: tuples of them, exclusive ones.
    (&["paired"], "let (#u, #v) = ($s, $s);
$p = paired((&#u, &#v[1..]), $r).tanh() + paired((&#v, &#v), 0.5).sin();"),
    (&["paired"], "let mut #v: Vec<f64> = $s;
let #y = spread(&mut #v, $w, $i);
$p = #y * #v[0];"),
    (&["Pair"], "let mut #q = Pair::new($r, $r);
let #y: f64 = #q.shift($r, $m);
$p = (#y * #q.b).sin();"),
];

impl Generator {
    /// One of the written statements.
    pub(super) fn written(&mut self, depth: usize) -> Option<Vec<Stmt>> {
        if depth == 0 || self.cost + 40.0 * self.weight > MOST {
            return None;
        }
        let (items, text) = STATEMENTS[self.rng.usize(0..STATEMENTS.len())];
        let name = self.fresh("");
        let written = self.scoped(|g| {
            let kinds: Vec<char> = holes(text);
            // What is lent exclusively is used by nothing else.
            let mut lent = vec![];
            for kind in kinds.iter().filter(|kind| "mw".contains(**kind)) {
                let place = match kind {
                    'm' => match g.place(&Type::Real, Use::Write)? {
                        Expr::Unary("*", reference) => *reference,
                        place => Expr::unary("&mut ", place),
                    },
                    _ => g.lent_slice(Use::Write)?,
                };
                g.scope.hidden.extend(place.root().map(String::from));
                lent.push(Hole::Expr(place));
            }
            // What is lent stays where it is; places that need statements before are lent before those.
            let named_before = !g.before.is_empty();
            let mut lent = lent.into_iter();
            let mut all = vec![];
            for kind in kinds {
                let hole = match kind {
                    'm' | 'w' => lent.next()?,
                    kind => g.repeated(3.0, |g| g.hole(kind, depth))?,
                };
                all.push(hole);
            }
            (named_before || g.before.is_empty()).then_some(all)
        })?;
        let items = items.to_vec();
        Some(vec![Stmt::Written(Written { text, items, name, holes: written })])
    }

    fn hole(&mut self, kind: char, depth: usize) -> Option<Hole> {
        let in_a_block = |g: &mut Self| g.block(depth - 1, 2, |_| None);
        Some(match kind {
            'r' => Hole::Expr(self.pure(|g| g.leaf_or_bounded())),
            'i' => Hole::Expr(self.pure(|g| g.int(1))),
            'c' => Hole::Expr(self.test(0)),
            's' => Hole::Expr(self.pure(|g| g.value(&Type::vec(Type::Real), 0))),
            'p' => Hole::Expr(self.place_without_statements()?),
            // It may stand in a block with a label, through which a plain `break` must not go.
            'b' => Hole::Block(self.scoped(|g| {
                g.scope.loops.retain(Option::is_some);
                in_a_block(g)
            })),
            'l' => Hole::Block(self.scoped(|g| {
                g.scope.loops.retain(Option::is_some);
                g.scope.loops.push(None);
                in_a_block(g)
            })),
            kind => unreachable!("no hole is written `${kind}`"),
        })
    }

    fn leaf_or_bounded(&mut self) -> Expr {
        if self.chance(60) { self.leaf() } else { self.bounded(1) }
    }

    /// A place of a real that stands for itself.
    fn place_without_statements(&mut self) -> Option<Expr> {
        for _ in 0..8 {
            let before = self.before.len();
            let place = self.place(&Type::Real, Use::Write)?;
            if self.before.len() == before {
                return Some(place);
            }
            self.before.truncate(before);
        }
        None
    }
}

/// The kinds of the holes of a text.
fn holes(text: &str) -> Vec<char> {
    text.split('$').skip(1).filter_map(|after| after.chars().next()).collect()
}
