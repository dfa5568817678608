//! Whole programs, one from each field, as somebody writes them who does not think of derivatives; only the
//! attributes are added. Their gradients are compared with differences.
#![allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    reason = "the programs are written in every way"
)]

mod attention;
mod beam;
mod check;
mod distributions;
mod epidemic;
mod filters;
mod gaussian_process;
mod heat;
mod heston;
mod hidden_markov;
mod kalman;
mod kinetics;
mod max_flow;
mod mixture;
mod orbits;
mod page_rank;
mod queue;
mod raster;
mod rigid_body;
mod risk_parity;
mod robot_arm;
mod stack_machine;
mod warp;
