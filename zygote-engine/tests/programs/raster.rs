//! Graphics: a soft rasteriser of triangles with a depth buffer.

use crate::check::check;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

pub type Rgb = [f64; 3];

#[derive(Debug, Clone, Copy, Tangent)]
pub struct Vertex {
    position: [f64; 3],
    colour: Rgb,
}

#[derive(Debug, Clone, Copy, Tangent)]
pub struct Triangle([Vertex; 3]);

#[derive(Debug, Clone, Tangent)]
pub struct Camera {
    focal: f64,
    sharpness: f64,
}

#[derive(Debug, Clone, Copy, Tangent)]
struct Pixel {
    colour: Rgb,
    depth: f64,
}

#[derive(Debug, Clone, Tangent)]
pub struct Framebuffer {
    width: usize,
    height: usize,
    pixels: Vec<Pixel>,
}

#[differentiable]
fn edge(a: [f64; 2], b: [f64; 2], p: [f64; 2]) -> f64 {
    (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
}

#[differentiable]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[differentiable]
impl Camera {
    fn project(&self, v: &Vertex) -> [f64; 2] {
        let [x, y, z] = v.position;
        [self.focal * x / z, self.focal * y / z]
    }
}

#[differentiable]
impl Framebuffer {
    pub fn new(width: usize, height: usize) -> Self {
        let blank = Pixel { colour: [0.0; 3], depth: f64::INFINITY };
        Framebuffer { width, height, pixels: vec![blank; width * height] }
    }

    fn centre(&self, x: usize, y: usize) -> [f64; 2] {
        [
            2.0 * (x as f64 + 0.5) / self.width as f64 - 1.0,
            1.0 - 2.0 * (y as f64 + 0.5) / self.height as f64,
        ]
    }

    pub fn draw(&mut self, camera: &Camera, triangle: &Triangle) -> usize {
        let Triangle([a, b, c]) = triangle;
        let (pa, pb, pc) = (camera.project(a), camera.project(b), camera.project(c));
        let area = edge(pa, pb, pc);
        if area <= 0.0 {
            return 0;
        }
        let mut drawn = 0;
        for y in 0..self.height {
            for x in 0..self.width {
                let p = self.centre(x, y);
                let w = [edge(pb, pc, p) / area, edge(pc, pa, p) / area, edge(pa, pb, p) / area];
                let inside = w.iter().cloned().fold(f64::INFINITY, f64::min);
                if inside < -0.3 {
                    continue;
                }
                let depth = triangle.0.iter().zip(w).map(|(v, w)| v.position[2] * w).sum::<f64>();
                let pixel = &mut self.pixels[y * self.width + x];
                if depth >= pixel.depth {
                    continue;
                }
                let coverage = sigmoid(camera.sharpness * inside);
                for (k, channel) in pixel.colour.iter_mut().enumerate() {
                    let shade: f64 = (0..3).map(|i| w[i] * triangle.0[i].colour[k]).sum();
                    *channel = coverage * shade + (1.0 - coverage) * *channel;
                }
                pixel.depth = depth;
                drawn += 1;
            }
        }
        drawn
    }

    pub fn luminance(&self) -> impl Iterator<Item = f64> + '_ {
        const WEIGHTS: Rgb = [0.2126, 0.7152, 0.0722];
        self.pixels.iter().map(|p| p.colour.iter().zip(WEIGHTS).map(|(c, w)| c * w).sum())
    }
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    let camera = Camera { focal: 1.0 + 0.3 * p[0], sharpness: 4.0 * p[1] };
    let corner = |x: f64, y: f64, z: f64, colour: Rgb| Vertex { position: [x, y, z], colour };
    let triangles = vec![
        Triangle([
            corner(-1.0, -1.0, 2.0, [p[2], 0.1, 0.0]),
            corner(1.2, -0.8, 2.0 + p[3], [0.0, 1.0, 0.2]),
            corner(0.1, 1.1, 2.1, [0.3, 0.2, 1.0]),
        ]),
        Triangle([
            corner(-0.5 * p[4], -0.3, 1.5, [1.0, 1.0, p[5]]),
            corner(0.6, 0.1, 1.8, [0.2, 0.9, 0.1]),
            corner(-0.2, 0.7, 2.5, [0.5, 0.5, 0.5]),
        ]),
    ];
    let mut frame = Framebuffer::new(5, 4);
    let drawn: usize = triangles.iter().map(|t| frame.draw(&camera, t)).sum();
    let target = 0.4;
    frame.luminance().map(|l| (l - target).powi(2)).sum::<f64>() / drawn.max(1) as f64
}

#[test]
fn gradient() {
    check(6, 0.1..1.0, entry, |x| value_and_gradient!(entry, x));
}
