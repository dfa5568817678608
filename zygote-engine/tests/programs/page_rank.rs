//! Graphs: the rank of pages, over sparse rows.

use crate::check::check;
use chainrules::prelude::*;
use std::collections::HashMap;
use zygote_engine::prelude::*;

type Links<'a> = HashMap<&'a str, Vec<(&'a str, f64)>>;

#[derive(Debug, Clone, Tangent)]
pub struct SparseMatrix {
    n: usize,
    row_ptr: Vec<usize>,
    col_idx: Vec<usize>,
    values: Vec<f64>,
}

#[differentiable]
impl SparseMatrix {
    pub fn from_triplets(n: usize, triplets: &[(usize, usize, f64)]) -> Self {
        let mut sorted = triplets.to_vec();
        sorted.sort_by_key(|&(r, c, _)| (r, c));
        let mut row_ptr = vec![0; n + 1];
        for (r, _, _) in &sorted {
            row_ptr[r + 1] += 1;
        }
        for i in 0..n {
            row_ptr[i + 1] += row_ptr[i];
        }
        let (col_idx, values) = sorted.iter().map(|&(_, c, v)| (c, v)).unzip();
        SparseMatrix { n, row_ptr, col_idx, values }
    }

    pub fn row(&self, i: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.row_ptr[i]..self.row_ptr[i + 1];
        self.col_idx[range.clone()].iter().copied().zip(self.values[range].iter().copied())
    }

    pub fn row_sum(&self, i: usize) -> f64 {
        self.row(i).map(|(_, v)| v).sum()
    }

    pub fn transpose_mul(&self, x: &[f64], y: &mut [f64]) {
        y.fill(0.0);
        for (i, xi) in x.iter().enumerate() {
            for (j, v) in self.row(i) {
                y[j] += v * xi;
            }
        }
    }

    pub fn normalise_rows(&mut self) {
        for i in 0..self.n {
            let s = self.row_sum(i);
            if s > 0.0 {
                for v in &mut self.values[self.row_ptr[i]..self.row_ptr[i + 1]] {
                    *v /= s;
                }
            }
        }
    }
}

#[differentiable]
pub fn pagerank(links: &SparseMatrix, damping: f64, tol: f64) -> (Vec<f64>, usize) {
    let n = links.n;
    let mut rank = vec![1.0 / n as f64; n];
    let mut next = vec![0.0; n];
    let dangling: Vec<usize> = (0..n).filter(|&i| links.row_sum(i) == 0.0).collect();
    for iteration in 1..=12 {
        links.transpose_mul(&rank, &mut next);
        let lost: f64 = dangling.iter().map(|&i| rank[i]).sum();
        for v in next.iter_mut() {
            *v = (1.0 - damping) / n as f64 + damping * (*v + lost / n as f64);
        }
        let change = rank.iter().zip(&next).map(|(a, b)| (a - b).abs()).sum::<f64>();
        std::mem::swap(&mut rank, &mut next);
        if change < tol {
            return (rank, iteration);
        }
    }
    (rank, 12)
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    let mut m = SparseMatrix::from_triplets(
        4,
        &[(1, 2, p[0]), (0, 1, 1.0), (2, 0, p[1]), (0, 3, p[2]), (2, 3, p[3] * p[3]), (1, 0, 0.4)],
    );
    m.normalise_rows();
    let (rank, iterations) = pagerank(&m, 0.8 + 0.1 * p[4], 1e-9);
    let entropy: f64 = -rank.iter().filter(|r| **r > 0.0).map(|r| r * r.ln()).sum::<f64>();
    entropy + rank[3] / iterations as f64
}

#[test]
fn gradient() {
    check(5, 0.2..0.9, entry, |x| value_and_gradient!(entry, x));
}
