//! Simulation: customers, servers and what they wait for.

use crate::check::check;
use chainrules::prelude::*;
use std::cmp::Ordering;
use std::collections::VecDeque;
use zygote_engine::prelude::*;

#[derive(Debug, Clone)]
pub struct SplitMix {
    state: u64,
}

impl SplitMix {
    pub fn new(seed: u64) -> Self {
        SplitMix { state: seed }
    }
    pub fn next_f64(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9E3779B97F4A7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58476D1CE4E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D049BB133111EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[derive(Debug, Clone, Copy, Tangent)]
pub enum Service {
    Exponential { rate: f64 },
    Uniform { low: f64, high: f64 },
    Deterministic(f64),
}

#[differentiable]
impl Service {
    fn quantile(&self, u: f64) -> f64 {
        match *self {
            Service::Exponential { rate } => -(1.0 - u).ln() / rate,
            Service::Uniform { low, high } => low + u * (high - low),
            Service::Deterministic(t) => t,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Tangent)]
pub struct Customer {
    arrival: f64,
    start: f64,
    finish: f64,
}

#[differentiable]
impl Customer {
    fn wait(&self) -> f64 {
        self.start - self.arrival
    }
}

#[derive(Debug, Clone, Tangent)]
pub struct Station {
    servers: Vec<f64>,
    service: Service,
    capacity: Option<usize>,
    in_system: VecDeque<f64>,
    lost: usize,
}

#[differentiable]
impl Station {
    pub fn new(servers: usize, service: Service) -> Self {
        Station {
            servers: vec![0.0; servers],
            service,
            capacity: None,
            in_system: VecDeque::new(),
            lost: 0,
        }
    }

    pub fn with_capacity(self, capacity: usize) -> Self {
        Station { capacity: Some(capacity), ..self }
    }

    fn admit(&mut self, arrival: f64, u: f64) -> Option<Customer> {
        while self.in_system.front().is_some_and(|&f| f <= arrival) {
            self.in_system.pop_front();
        }
        if let Some(c) = self.capacity {
            if self.in_system.len() >= c {
                self.lost += 1;
                return None;
            }
        }
        let (free, _) = self
            .servers
            .iter()
            .enumerate()
            .min_by(|a, b| a.1.partial_cmp(b.1).unwrap_or(Ordering::Equal))?;
        let start = self.servers[free].max(arrival);
        let finish = start + self.service.quantile(u);
        self.servers[free] = finish;
        let at = self.in_system.iter().position(|&f| f > finish).unwrap_or(self.in_system.len());
        self.in_system.insert(at, finish);
        Some(Customer { arrival, start, finish })
    }
}

#[derive(Debug, Clone, Default, Tangent)]
pub struct Report {
    served: Vec<Customer>,
    lost: usize,
}

#[differentiable]
impl Report {
    pub fn mean_wait(&self) -> f64 {
        if self.served.is_empty() {
            return 0.0;
        }
        self.served.iter().map(Customer::wait).sum::<f64>() / self.served.len() as f64
    }

    pub fn percentile(&self, q: f64) -> f64 {
        let mut stay: Vec<f64> = self.served.iter().map(|c| c.finish - c.arrival).collect();
        stay.sort_by(|a, b| a.total_cmp(b));
        stay[((stay.len() - 1) as f64 * q) as usize]
    }
}

#[differentiable]
pub fn simulate(
    mut station: Station,
    arrivals: Service,
    n: usize,
    #[constant] rng: &mut SplitMix,
) -> Report {
    let mut clock = 0.0;
    let mut report = Report::default();
    for _ in 0..n {
        clock += arrivals.quantile(rng.next_f64());
        let u = rng.next_f64();
        if let Some(c) = station.admit(clock, u) {
            report.served.push(c);
        }
    }
    report.lost = station.lost;
    report
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    #[constant]
    let mut rng = SplitMix::new(2024);
    let arrivals = Service::Exponential { rate: 2.0 * p[0] };
    let desk = Station::new(2, Service::Uniform { low: 0.2, high: 0.6 + p[1] }).with_capacity(3);
    let kiosk = Station::new(1, Service::Exponential { rate: 1.5 + p[2] });
    let machine = Station::new(1, Service::Deterministic(0.4 * p[3]));
    let mut cost = 0.0;
    for station in [desk, kiosk, machine] {
        let report = simulate(station, arrivals, 15, &mut rng);
        cost += report.mean_wait() + 0.3 * report.percentile(0.9) + 0.5 * report.lost as f64;
    }
    cost
}

#[test]
fn gradient() {
    check(4, 0.4..1.4, entry, |x| value_and_gradient!(entry, x));
}
