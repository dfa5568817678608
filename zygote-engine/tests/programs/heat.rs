//! Partial differential equations: heat in a plate with boundaries of several kinds.

use crate::check::check;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Tangent)]
pub enum Boundary {
    Dirichlet(f64),
    Neumann(f64),
    Periodic,
}

#[derive(Debug, Clone, PartialEq, Tangent)]
pub struct Grid<T> {
    #[constant]
    nx: usize,
    #[constant]
    ny: usize,
    cells: Vec<T>,
}

#[differentiable]
impl<T: Clone> Grid<T> {
    pub fn filled(nx: usize, ny: usize, value: T) -> Self {
        Grid { nx, ny, cells: vec![value; nx * ny] }
    }

    pub fn from_fn(nx: usize, ny: usize, f: impl Fn(usize, usize) -> T) -> Self {
        let mut cells = Vec::with_capacity(nx * ny);
        for j in 0..ny {
            for i in 0..nx {
                cells.push(f(i, j));
            }
        }
        Grid { nx, ny, cells }
    }

    pub fn get(&self, i: usize, j: usize) -> Option<T> {
        if i < self.nx && j < self.ny { Some(self.cells[j * self.nx + i].clone()) } else { None }
    }

    pub fn set(&mut self, i: usize, j: usize, v: T) {
        self.cells[j * self.nx + i] = v;
    }
}

#[derive(Debug, Clone, Tangent)]
pub struct HeatSolver {
    diffusivity: Grid<f64>,
    left: Boundary,
    right: Boundary,
    source: Option<(usize, usize, f64)>,
}

#[differentiable]
impl HeatSolver {
    fn neighbour(&self, u: &Grid<f64>, i: isize, j: isize) -> f64 {
        let (nx, ny) = (u.nx as isize, u.ny as isize);
        let j = j.clamp(0, ny - 1) as usize;
        if i < 0 {
            return match self.left {
                Boundary::Dirichlet(v) => v,
                Boundary::Neumann(flux) => u.get(0, j).unwrap() - flux,
                Boundary::Periodic => u.get(u.nx - 1, j).unwrap(),
            };
        }
        if i >= nx {
            return match self.right {
                Boundary::Dirichlet(v) => v,
                Boundary::Neumann(flux) => u.get(u.nx - 1, j).unwrap() + flux,
                Boundary::Periodic => u.get(0, j).unwrap(),
            };
        }
        u.get(i as usize, j).unwrap()
    }

    pub fn step(&self, u: &Grid<f64>, dt: f64) -> Grid<f64> {
        let mut next = u.clone();
        for j in 0..u.ny {
            for i in 0..u.nx {
                let (si, sj) = (i as isize, j as isize);
                let lap: f64 = [(-1, 0), (1, 0), (0, -1), (0, 1)]
                    .iter()
                    .map(|&(di, dj)| self.neighbour(u, si + di, sj + dj))
                    .sum::<f64>()
                    - 4.0 * u.get(i, j).unwrap();
                let k = self.diffusivity.get(i, j).unwrap_or(0.0);
                let mut value = u.get(i, j).unwrap() + dt * k * lap;
                if let Some((x, y, strength)) = self.source {
                    if (x, y) == (i, j) {
                        value += dt * strength;
                    }
                }
                next.set(i, j, value);
            }
        }
        next
    }
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    let (nx, ny) = (4, 3);
    let solver = HeatSolver {
        diffusivity: Grid::from_fn(nx, ny, |i, j| p[0] + 0.1 * (i * j) as f64),
        left: Boundary::Dirichlet(p[1]),
        right: if p[2] > 0.5 { Boundary::Neumann(0.1 * p[2]) } else { Boundary::Periodic },
        source: Some((1, 2, p[3])),
    };
    let mut u = Grid::filled(nx, ny, p[4]);
    for _ in 0..5 {
        u = solver.step(&u, 0.1);
    }
    let mean = u.cells.iter().sum::<f64>() / u.cells.len() as f64;
    let variance = u.cells.iter().map(|c| (c - mean).powi(2)).sum::<f64>();
    mean + variance
}

#[test]
fn gradient() {
    check(5, 0.2..0.9, entry, |x| value_and_gradient!(entry, x));
}
