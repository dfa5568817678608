//! Finds a scene from its picture: rays, spheres and planes, differentiated through the renderer.

#[path = "support/differences.rs"]
mod differences;

use anyhow::{Result, ensure};
use chainrules::prelude::*;
use clap::Parser;
use std::ops::{Add, Mul, Sub};
use zygote_engine::prelude::*;

/// Finds the sphere, the ground and the light of a scene from its picture.
#[derive(Parser)]
struct Args {
    /// Columns of the picture
    #[arg(long, default_value_t = 48)]
    columns: usize,
    /// Rows of the picture
    #[arg(long, default_value_t = 24)]
    rows: usize,
    /// Steps of the optimiser
    #[arg(long, default_value_t = 300)]
    steps: usize,
}

#[derive(Clone, Copy, Tangent)]
struct Vec3 {
    x: f64,
    y: f64,
    z: f64,
}

const fn vec3(x: f64, y: f64, z: f64) -> Vec3 {
    Vec3 { x, y, z }
}

#[differentiable]
impl Add for Vec3 {
    type Output = Vec3;

    fn add(self, other: Vec3) -> Vec3 {
        Vec3 { x: self.x + other.x, y: self.y + other.y, z: self.z + other.z }
    }
}

#[differentiable]
impl Sub for Vec3 {
    type Output = Vec3;

    fn sub(self, other: Vec3) -> Vec3 {
        Vec3 { x: self.x - other.x, y: self.y - other.y, z: self.z - other.z }
    }
}

#[differentiable]
impl Mul<f64> for Vec3 {
    type Output = Vec3;

    fn mul(self, k: f64) -> Vec3 {
        Vec3 { x: self.x * k, y: self.y * k, z: self.z * k }
    }
}

#[differentiable]
impl Vec3 {
    fn dot(self, other: Vec3) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    fn normalised(self) -> Vec3 {
        self * (1.0 / self.dot(self).sqrt())
    }
}

#[derive(Clone, Tangent)]
enum Surface {
    Sphere {
        centre: Vec3,
        radius: f64,
    },
    /// Horizontal, at this height
    Ground(f64),
}

#[derive(Clone, Tangent)]
struct Scene {
    /// From the back to the front
    surfaces: Vec<Surface>,
    /// Towards the light; its length is the brightness.
    light: Vec3,
}

/// Where a ray from the origin meets a surface, and the surface's normal there.
#[derive(Clone, Copy, Tangent)]
struct Hit {
    distance: f64,
    normal: Vec3,
    /// How much of the ray is stopped
    coverage: f64,
}

/// The width of a sphere's edge, as a squared length. A sharp edge that moves over a ray would be a
/// jump, which no derivative sees.
const SOFTNESS: f64 = 0.05;

#[differentiable]
impl Surface {
    fn meet(&self, ray: Vec3) -> Option<Hit> {
        match self {
            Surface::Sphere { centre, radius } => {
                let along = ray.dot(*centre);
                let square = along * along - centre.dot(*centre) + radius * radius;
                if square < -20.0 * SOFTNESS || along < 0.0 {
                    return None;
                }
                let coverage = 1.0 / (1.0 + (-square / SOFTNESS).exp());
                let inside = 0.5 * (square + (square * square + SOFTNESS * SOFTNESS).sqrt());
                let distance = along - inside.sqrt();
                let normal = (ray * distance - *centre).normalised();
                Some(Hit { distance, normal, coverage })
            }
            Surface::Ground(height) => {
                let distance = height / ray.y;
                if distance > 0.0 {
                    let normal = Vec3 { x: 0.0, y: 1.0, z: 0.0 };
                    Some(Hit { distance, normal, coverage: 1.0 })
                } else {
                    None
                }
            }
        }
    }
}

/// The brightness seen along a ray from the origin.
#[differentiable]
fn brightness(scene: &Scene, ray: Vec3) -> f64 {
    let sky = 0.1;
    let mut seen = sky;
    for surface in &scene.surfaces {
        if let Some(hit) = surface.meet(ray) {
            let shade = 0.05 + hit.normal.dot(scene.light).max(0.0);
            // Mist: what is far away fades to the brightness of the sky.
            let clear = (-0.15 * hit.distance).exp();
            seen += hit.coverage * (clear * shade + (1.0 - clear) * sky - seen);
        }
    }
    seen
}

/// The mean squared difference of the scene's picture from a given one.
#[differentiable]
fn difference(scene: &Scene, #[constant] rays: &[Vec3], #[constant] picture: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (ray, seen) in rays.iter().zip(picture) {
        let d = brightness(scene, *ray) - seen;
        sum += d * d;
    }
    sum / rays.len() as f64
}

/// The directions in which the camera looks, row by row.
fn rays(columns: usize, rows: usize) -> Vec<Vec3> {
    let across = |k: usize, n: usize| (k as f64 + 0.5) / n as f64 * 2.0 - 1.0;
    (0..rows)
        .flat_map(|i| (0..columns).map(move |j| (across(j, columns), -across(i, rows))))
        .map(|(x, y)| vec3(0.8 * x, 0.5 * y, 1.0).normalised())
        .collect()
}

fn scene(x: &[f64]) -> Scene {
    let sphere = Surface::Sphere { centre: vec3(x[1], x[2], x[3]), radius: x[4] };
    Scene { surfaces: vec![Surface::Ground(x[0]), sphere], light: vec3(x[5], x[6], x[7]) }
}

/// The numbers of a scene, or of the cotangent of one.
fn numbers(scene: &Scene) -> Vec<f64> {
    let mut numbers = Vec::new();
    for surface in &scene.surfaces {
        match surface {
            Surface::Sphere { centre, radius } => {
                numbers.extend([centre.x, centre.y, centre.z, *radius]);
            }
            Surface::Ground(height) => numbers.push(*height),
        }
    }
    numbers.extend([scene.light.x, scene.light.y, scene.light.z]);
    numbers
}

fn show(scene: &Scene, rays: &[Vec3], columns: usize) {
    let shades: Vec<char> = " .:-=+*#%@".chars().collect();
    for row in rays.chunks(columns) {
        let shade = |ray: &Vec3| {
            let k = brightness(scene, *ray).clamp(0.0, 0.999) * shades.len() as f64;
            shades[k as usize]
        };
        println!("{}", row.iter().map(shade).collect::<String>());
    }
}

fn main() -> Result<()> {
    let args = Args::parse();
    let rays = rays(args.columns, args.rows);
    let truth = scene(&[-1.0, 0.4, 0.1, 4.0, 1.2, 0.4, 0.6, -0.5]);
    let picture: Vec<f64> = rays.iter().map(|ray| brightness(&truth, *ray)).collect();
    let loss = |scene: &Scene| difference(scene, &rays, &picture);

    let start = [-0.8, 0.2, 0.0, 4.4, 1.0, 0.1, 0.5, -0.3];
    let mut x = start.to_vec();
    let gradient = numbers(&gradient!(difference, &scene(&x), &rays, &picture));
    let worst = differences::worst_error(|x| loss(&scene(x)), &x, &gradient, 1e-5);
    println!("gradient: worst relative difference from finite differences {worst:.1e}");
    ensure!(worst < 1e-5, "the gradient is not that of the differences");

    let (mut mean, mut square) = (vec![0.0; x.len()], vec![0.0; x.len()]);
    let mut best = (loss(&scene(&x)), x.clone());
    for step in 1..=args.steps {
        let (now, d) = value_and_gradient!(difference, &scene(&x), &rays, &picture);
        if now < best.0 {
            best = (now, x.clone());
        }
        if step % (args.steps / 5).max(1) == 0 {
            println!("step {step}: mean squared difference {now:.2e}");
        }
        // Adam (Kingma and Ba 2015), with smaller and smaller steps
        let rate = 0.03 * (1.0 - step as f64 / (args.steps + 1) as f64);
        for (i, g) in numbers(&d).into_iter().enumerate() {
            mean[i] += 0.1 * (g - mean[i]);
            square[i] += 0.01 * (g * g - square[i]);
            let bias = (1.0 - 0.9_f64.powi(step as i32), 1.0 - 0.99_f64.powi(step as i32));
            x[i] -= rate * mean[i] / bias.0 / ((square[i] / bias.1).sqrt() + 1e-12);
        }
    }

    let names = ["ground", "x", "y", "z", "radius", "light x", "light y", "light z"];
    println!("{:<8} {:>8} {:>8} {:>8}", "", "start", "found", "true");
    for (i, true_number) in numbers(&truth).iter().enumerate() {
        println!("{:<8} {:8.3} {:8.3} {:8.3}", names[i], start[i], best.1[i], true_number);
    }
    show(&scene(&best.1), &rays, args.columns);
    let first = loss(&scene(&start));
    println!("mean squared difference {first:.2e} -> {:.2e}", best.0);
    ensure!(best.0 < 0.05 * first, "the scene was not found");
    Ok(())
}
