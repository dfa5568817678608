//! Combinations of constructs, as programs have them.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Copy, Tangent)]
struct Particle {
    position: [f64; 2],
    velocity: [f64; 2],
    charge: f64,
}

#[derive(Clone, Tangent)]
struct World {
    particles: Vec<Particle>,
    drag: f64,
    time: f64,
}

fn world(x: &[f64]) -> World {
    let particle =
        |x: &[f64]| Particle { position: [x[0], x[1]], velocity: [x[2], x[3]], charge: x[4] };
    World { particles: x[..10].chunks(5).map(particle).collect(), drag: x[10], time: x[11] }
}

#[differentiable]
impl World {
    fn force(&self, i: usize, j: usize) -> [f64; 2] {
        let (a, b) = (self.particles[i], self.particles[j]);
        let d = [b.position[0] - a.position[0], b.position[1] - a.position[1]];
        let r = (0.5 + d[0] * d[0] + d[1] * d[1]).sqrt();
        let k = a.charge * b.charge / (r * r * r);
        [k * d[0], k * d[1]]
    }

    fn step(&mut self, dt: f64) -> bool {
        let f = self.force(0, 1);
        for k in 0..2 {
            self.particles[0].velocity[k] -= dt * f[k];
            self.particles[1].velocity[k] += dt * f[k];
        }
        let mut fast = false;
        for i in 0..self.particles.len() {
            let p = &mut self.particles[i];
            for k in 0..2 {
                p.velocity[k] *= 1.0 - 0.1 * self.drag;
                p.position[k] += dt * p.velocity[k];
            }
            fast = fast || p.velocity[0] > 2.0;
        }
        self.time += dt;
        fast
    }

    fn run(&mut self, dt: f64, n: usize) -> f64 {
        let mut steps = 0;
        while steps < n {
            steps += 1;
            let fast = self.step(dt);
            if fast {
                return self.time * self.particles[0].position[0];
            }
        }
        self.energy() * self.time
    }

    fn energy(&self) -> f64 {
        let mut e = 0.0;
        for p in &self.particles {
            let [u, v] = p.velocity;
            e += 0.5 * (u * u + v * v) + p.charge * p.position[1];
        }
        e
    }
}

#[differentiable]
fn simulated(w: World, dt: f64) -> f64 {
    let mut w = w;
    let result = w.run(dt, 3);
    result + w.particles[1].position[0] * w.drag
}

#[differentiable]
fn closure_over_fields(w: &World, k: f64) -> f64 {
    let mut w = w.clone();
    let mut kicked = 0.0;
    let mut kick = |i: usize, by: f64| {
        w.particles[i].velocity[0] += by * w.drag;
        kicked += w.particles[i].velocity[0] * by;
    };
    kick(0, k);
    kick(1, k * k);
    kick(0, 0.5);
    let [pull, _] = w.force(0, 1);
    kicked * w.particles[0].velocity[0] + w.energy() + pull * w.time
}

#[derive(Clone, Tangent)]
enum Op {
    Push(f64),
    Add,
    Mul,
    Scale { by: f64, times: usize },
    Dup,
}

#[derive(Clone, Tangent)]
struct Machine {
    stack: Vec<f64>,
    acc: f64,
}

#[differentiable]
impl Machine {
    fn pop(&mut self) -> Option<f64> {
        self.stack.pop()
    }

    fn apply(&mut self, op: &Op) -> Option<f64> {
        match op {
            Op::Push(x) => self.stack.push(x * self.acc),
            Op::Add => {
                let b = self.pop()?;
                let a = self.pop()?;
                self.stack.push(a + b);
            }
            Op::Mul => {
                let b = self.pop()?;
                let a = self.pop()?;
                self.stack.push(a * b);
                self.acc += a;
            }
            Op::Scale { by, times } => {
                for _ in 0..*times {
                    let top = self.stack.len() - 1;
                    self.stack[top] *= by;
                }
            }
            Op::Dup => {
                let top = self.stack[self.stack.len() - 1];
                self.stack.push(top);
            }
        }
        Some(self.acc)
    }
}

#[differentiable]
fn interpreted(ops: &[Op], acc: f64) -> f64 {
    let mut machine = Machine { stack: Vec::new(), acc };
    let mut sum = 0.0;
    for op in ops {
        match machine.apply(op) {
            Some(a) => sum += a * 0.5,
            None => return sum * acc,
        }
    }
    let top = machine.pop().unwrap();
    top * sum
}

fn program(x: &[f64]) -> Vec<Op> {
    vec![
        Op::Push(x[0]),
        Op::Push(x[1]),
        Op::Dup,
        Op::Mul,
        Op::Scale { by: x[2], times: 2 },
        Op::Add,
        Op::Dup,
        Op::Mul,
    ]
}

fn broken_program(x: &[f64]) -> Vec<Op> {
    vec![Op::Push(x[0]), Op::Push(x[1]), Op::Mul, Op::Dup, Op::Mul, Op::Add, Op::Dup]
}

#[derive(Clone, Tangent)]
enum Tree {
    Leaf(f64),
    Node { left: Box<Tree>, right: Box<Tree>, weight: f64 },
}

fn tree(x: &[f64]) -> Tree {
    let leaf = |x| Box::new(Tree::Leaf(x));
    let left = Tree::Node { left: leaf(x[0]), right: leaf(x[1]), weight: x[2] };
    Tree::Node { left: Box::new(left), right: leaf(x[3]), weight: x[4] }
}

#[differentiable]
fn summed(t: &Tree) -> f64 {
    match t {
        Tree::Leaf(x) => x * x,
        Tree::Node { left, right, weight } => weight * summed(left) + summed(right).sin(),
    }
}

/// The tree with all leaves scaled and its sides swapped where the weight is negative.
#[differentiable]
fn rebuilt(t: &Tree, k: f64) -> Tree {
    match t {
        Tree::Leaf(x) => Tree::Leaf(x * k),
        Tree::Node { left, right, weight } => {
            let (a, b) = (rebuilt(left, k), rebuilt(right, k * weight));
            if *weight < 0.0 {
                Tree::Node { left: Box::new(b), right: Box::new(a), weight: weight * k }
            } else {
                Tree::Node { left: Box::new(a), right: Box::new(b), weight: *weight }
            }
        }
    }
}

#[differentiable]
fn sum_of_rebuilt(t: &Tree, k: f64) -> f64 {
    summed(&rebuilt(t, k)) + summed(t)
}

#[differentiable]
fn grow(t: &mut Tree, by: f64) {
    match t {
        Tree::Leaf(x) => *x += by,
        Tree::Node { left, right, weight } => {
            *weight *= by;
            grow(left, by * *weight);
            grow(right, by);
        }
    }
}

#[differentiable]
fn sum_of_grown(t: &Tree, by: f64) -> f64 {
    let mut t = t.clone();
    grow(&mut t, by);
    grow(&mut t, 0.5);
    summed(&t)
}

#[derive(Clone, Tangent)]
struct Account {
    balance: f64,
    rate: Option<f64>,
    log: Vec<(f64, bool)>,
}

#[differentiable]
impl Account {
    fn withdraw(&mut self, amount: f64) -> Result<f64, bool> {
        if amount > self.balance {
            self.log.push((amount * self.balance, false));
            return Err(true);
        }
        self.balance -= amount;
        self.log.push((amount, true));
        Ok(self.balance * amount)
    }

    fn accrue(&mut self) {
        if let Some(rate) = &mut self.rate {
            self.balance *= 1.0 + *rate;
            *rate *= 0.5;
        }
    }
}

#[differentiable]
fn transfers(from: Account, amounts: &[f64]) -> f64 {
    let mut from = from;
    let mut total = 0.0;
    for i in 0..amounts.len() {
        from.accrue();
        match from.withdraw(amounts[i]) {
            Ok(value) => total += value,
            Err(_) => total *= amounts[i],
        }
    }
    for (amount, done) in &from.log {
        total += if *done { amount * amount } else { -amount };
    }
    total * from.balance
}

#[differentiable]
fn transfer_all(from: &mut Account, amounts: &[f64]) -> Result<f64, bool> {
    let mut total = 0.0;
    for i in 0..amounts.len() {
        total += from.withdraw(amounts[i])? * from.balance;
        from.accrue();
    }
    Ok(total)
}

#[differentiable]
fn transfers_until_empty(from: &Account, amounts: &[f64]) -> f64 {
    let mut account = from.clone();
    let value = match transfer_all(&mut account, amounts) {
        Ok(total) => total,
        Err(_) => account.balance * account.balance,
    };
    value + account.log[0].0
}

fn account(x: &[f64]) -> Account {
    Account { balance: x[0], rate: Some(x[1]), log: vec![] }
}

#[differentiable]
fn minimise(f: impl Fn(f64) -> f64, slope: impl Fn(f64) -> f64, start: f64, rate: f64) -> f64 {
    let mut x = start;
    for _ in 0..4 {
        let next = x - rate * slope(x);
        if f(next) > f(x) + 0.01 {
            return x;
        }
        x = next;
    }
    f(x) * x
}

#[differentiable]
fn minimised(a: f64, b: f64, start: f64) -> f64 {
    let f = |x: f64| a * x * x + b * x.sin();
    minimise(f, |x| 2.0 * a * x + b * x.cos(), start, 0.6)
}

#[differentiable]
fn closures_in_branches(x: f64, y: f64) -> f64 {
    let mut history = vec![x];
    let mut record = |v: f64| {
        if v > 0.0 {
            history.push(v * y);
        } else {
            history[0] += v;
        }
        history[history.len() - 1]
    };
    let mut s = 0.0;
    for k in 0..4 {
        if k % 2 == 0 {
            s += record(x * k as f64 - s);
        } else {
            s *= record(y);
        }
        if s > 4.0 {
            break;
        }
    }
    s + history[0] * history.len() as f64
}

#[differentiable]
fn aliased_fields(p: Particle, k: f64) -> f64 {
    let mut p = p;
    let v = &mut p.velocity;
    v[0] *= k;
    v[1] += v[0] * p.charge;
    let x = &mut p.position[1];
    *x += k;
    *x *= *x;
    let q = &p;
    q.position[1] * q.velocity[1] + q.charge * q.position[0]
}

#[differentiable]
fn elements_swapped(x: &[f64], k: f64) -> f64 {
    let mut list = vec![Particle { position: [x[0], x[1]], velocity: [k, 0.0], charge: 1.0 }; 2];
    list[1].charge = x[2];
    list[0].position[0] *= k;
    list.swap(0, 1);
    list[0].velocity[1] = list[1].position[0] * list[0].charge;
    let last = list.pop().unwrap();
    last.position[0] * list[0].velocity[1] + last.charge * list[0].position[1]
}

#[differentiable]
fn tuple_of_structs(p: Particle, k: f64) -> (Particle, f64) {
    let mut q = p;
    q.charge *= k;
    (q, p.charge + q.charge)
}

#[differentiable]
fn threaded(p: Particle, n: usize) -> f64 {
    let mut state = (p, 1.0);
    for _ in 0..n {
        let (q, c) = tuple_of_structs(state.0, state.1);
        state = (q, c * 0.5);
    }
    let (Particle { charge, position: [x, _], .. }, c) = state;
    charge * x + c * p.position[1] + p.velocity[0] * p.velocity[1]
}

#[differentiable]
fn early_exits(list: &[Option<f64>; 3], x: f64) -> Option<f64> {
    let mut s = x;
    for i in 0..3 {
        let a = list[i]?;
        if a > 1.0 {
            return Some(s * a);
        }
        s = s * a + 1.0;
    }
    Some(s)
}

#[differentiable]
fn with_early_exits(a: f64, b: f64, x: f64) -> f64 {
    let p = early_exits(&[Some(a), Some(b), Some(x)], x);
    let q = early_exits(&[Some(a), None, Some(b)], x);
    p.unwrap_or(0.5) * x + q.unwrap_or(b)
}

#[differentiable]
fn work_list(x: f64, y: f64) -> f64 {
    let mut work = vec![(x, 3_usize)];
    let mut s = 0.0;
    while let Some((v, depth)) = work.pop() {
        s += v * v * y;
        if depth > 0 {
            work.push((v * 0.5 + s * 0.1, depth - 1));
            if v > 0.0 {
                work.push((v * y, depth - 1));
            }
        }
    }
    s
}

programs![
    machine_without_values("a machine with a stack", || {
        for (ops, value, d) in [
            (vec![Op::Add], 0.0, 0.0),
            (vec![Op::Mul], 0.0, 0.0),
            (vec![Op::Push(2.0), Op::Mul], 4.5, 3.0),
        ] {
            assert_eq!(value_and_gradient!(|acc: f64| interpreted(&ops, acc), 3.0), (value, d));
        }
    }),
    simulated(
        "particles, stepped in place until one is fast",
        13,
        |x| simulated(world(&x[..12]), 0.2 * x[12]),
        |x| {
            let (value, (w, dt)) = value_and_gradient!(simulated, world(&x[..12]), 0.2 * x[12]);
            (value, (w, 0.2 * dt))
        }
    ),
    closure_over_fields("closures that change fields", 13, |x| closure_over_fields(
        &world(x),
        x[12]
    )),
    interpreted("a machine with a stack", 4, |x| interpreted(&program(x), x[3])),
    interpreted_halfway("a machine with a stack", 3, |x| interpreted(&broken_program(x), x[2])),
    summed("trees: summed", 5, |x| summed(&tree(x))),
    sum_of_rebuilt("trees: made from trees", 6, |x| sum_of_rebuilt(&tree(x), x[5])),
    sum_of_grown("trees: changed in place", 6, |x| sum_of_grown(&tree(x), x[5])),
    transfers("methods that change and may fail", 5, |x| transfers(account(x), &x[2..])),
    transfers_without_a_rate("methods that change and may fail", 4, |x| transfers(
        Account { balance: x[0], rate: None, log: vec![] },
        &x[1..]
    )),
    transfers_until_empty("methods that change and may fail", 4, |x| transfers_until_empty(
        &account(x),
        &x[2..]
    )),
    minimised("an optimiser of closures", 3, |x| minimised(x[0], x[1], x[2])),
    closures_in_branches("closures that change, called in branches", 2, |x| closures_in_branches(
        x[0], x[1]
    )),
    aliased_fields("references to fields", 6, |x| aliased_fields(
        Particle { position: [x[0], x[1]], velocity: [x[2], x[3]], charge: x[4] },
        x[5]
    )),
    elements_swapped("structs moved within a `Vec`", 4, |x| elements_swapped(&x[..3], x[3])),
    threaded("structs and tuples handed from step to step", 5, |x| threaded(
        Particle { position: [x[0], x[1]], velocity: [x[2], x[3]], charge: x[4] },
        3
    )),
    with_early_exits("`?` and `return` in loops", 3, |x| with_early_exits(x[0], x[1], x[2])),
    work_list("a work list", 2, |x| work_list(x[0], x[1])),
];
