//! The functions that are measured, each with its gradient by hand, by the engine and by peers.

pub mod burgers;
pub mod mlp;
pub mod peers;
pub mod rosenbrock;
pub mod scalar;

type Value = Box<dyn Fn(&[f64]) -> f64>;
type Gradient = Box<dyn Fn(&[f64]) -> Vec<f64>>;

/// A function at a point.
pub struct Case {
    pub name: String,
    pub point: Vec<f64>,
    pub primal: Value,
    /// The hand-written one first.
    pub gradients: Vec<(&'static str, Gradient)>,
}

impl Case {
    fn new(
        name: impl Into<String>,
        point: Vec<f64>,
        primal: impl Fn(&[f64]) -> f64 + 'static,
    ) -> Self {
        Case { name: name.into(), point, primal: Box::new(primal), gradients: Vec::new() }
    }

    fn gradient(
        mut self,
        name: &'static str,
        gradient: impl Fn(&[f64]) -> Vec<f64> + 'static,
    ) -> Self {
        self.gradients.push((name, Box::new(gradient)));
        self
    }

    /// The hand-written gradient agrees with a central difference along a random direction, and
    /// the others with it to 1e-9.
    pub fn check(&self) {
        let by_hand = self.gradients[0].1(&self.point);
        let direction = uniform(self.point.len(), -1.0, 1.0);
        let h = 1e-6;
        let at = |h: f64| {
            let x: Vec<f64> = self.point.iter().zip(&direction).map(|(x, d)| x + h * d).collect();
            (self.primal)(&x)
        };
        let difference = (at(h) - at(-h)) / (2.0 * h);
        let slope: f64 = by_hand.iter().zip(&direction).map(|(g, d)| g * d).sum();
        let size = by_hand.iter().zip(&direction).map(|(g, d)| (g * d).abs()).sum::<f64>();
        assert!(
            (slope - difference).abs() <= 1e-6 * size,
            "{}: by hand {slope}, but differences give {difference}",
            self.name
        );
        let largest = by_hand.iter().fold(0.0, |m: f64, g| m.max(g.abs()));
        for (name, gradient) in &self.gradients[1..] {
            let gradient = gradient(&self.point);
            assert_eq!(gradient.len(), by_hand.len(), "{}, {name}", self.name);
            for (i, (a, b)) in gradient.iter().zip(&by_hand).enumerate() {
                assert!(
                    (a - b).abs() <= 1e-9 * largest,
                    "{}, {name}, component {i}: {a}, but {b} by hand",
                    self.name
                );
            }
        }
    }
}

/// All cases. Peers take part where they finish quickly.
pub fn all() -> Vec<Case> {
    let on_rosenbrock = |n: usize| {
        Case::new(format!("rosenbrock n={n}"), uniform(n, -1.5, 1.5), rosenbrock::rosenbrock)
            .gradient("hand-written", rosenbrock::by_hand)
            .gradient("hand-written, plain", rosenbrock::by_hand_plainly)
            .gradient("ours", rosenbrock::ours)
    };
    let on_burgers = |cells: usize, steps: usize| {
        let dt = 2e-4;
        let wave = |i: usize| (std::f64::consts::TAU * i as f64 / (cells - 1) as f64).sin();
        let u0 = (0..cells).map(wave).collect();
        Case::new(format!("burgers {cells} cells, {steps} steps"), u0, move |u0| {
            burgers::burgers(u0, dt, steps)
        })
        .gradient("hand-written", move |u0| burgers::by_hand(u0, dt, steps))
        .gradient("ours", move |u0| burgers::ours(u0, dt, steps))
    };
    let on_mlp = || {
        let (inputs, hidden, batch) = (64, 64, 128);
        let x: &[f64] = uniform(batch * inputs, -1.0, 1.0).leak();
        let t: &[f64] = uniform(batch, -1.0, 1.0).leak();
        let params = uniform(hidden * (inputs + 2) + 1, -0.2, 0.2);
        Case::new("mlp 64-64-1, batch 128", params, move |p| mlp::mlp(p, x, t))
            .gradient("hand-written", move |p| mlp::by_hand(p, x, t))
            .gradient("hand-written, plain", move |p| mlp::by_hand_plainly(p, x, t))
            .gradient("ours", move |p| mlp::ours(p, x, t))
            .gradient("reverse", move |p| peers::tape(p, |p| peers::mlp(p, x, t)))
    };
    let on_scalar = || {
        Case::new("x^2 + sin x, 1000 calls", uniform(1000, -3.0, 3.0), |x| {
            x.iter().map(|&x| scalar::scalar(x)).sum()
        })
        .gradient("hand-written", over(scalar::by_hand))
        .gradient("ours", over(scalar::ours))
        .gradient("reverse", over(|x| peers::tape(&[x], |x| peers::scalar(x[0]))[0]))
        .gradient("num-dual", over(|x| peers::duals(&[x], |x| peers::scalar(x[0]))[0]))
    };
    vec![
        on_scalar(),
        on_rosenbrock(1000)
            .gradient("reverse", |x| peers::tape(x, |x| peers::rosenbrock(x)))
            .gradient("num-dual", |x| peers::duals(x, peers::rosenbrock)),
        on_rosenbrock(1_000_000),
        on_burgers(100, 100)
            .gradient("reverse", |u| peers::tape(u, |u| peers::burgers(u, 2e-4, 100)))
            .gradient("num-dual", |u| peers::duals(u, |u| peers::burgers(u, 2e-4, 100))),
        on_burgers(1000, 1000),
        on_mlp(),
    ]
}

/// One call for each component.
fn over(f: impl Fn(f64) -> f64) -> impl Fn(&[f64]) -> Vec<f64> {
    move |x| x.iter().map(|&x| f(x)).collect()
}

/// Pseudo-random numbers, the same ones in every run.
fn uniform(n: usize, low: f64, high: f64) -> Vec<f64> {
    let mut random = fastrand::Rng::with_seed(n as u64);
    (0..n).map(|_| low + (high - low) * random.f64()).collect()
}
