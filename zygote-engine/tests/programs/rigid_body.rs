//! Physics: bodies that turn, by quaternions.

use crate::check::check;
use chainrules::prelude::*;
use std::ops::{Add, AddAssign, Mul, Neg, Sub};
use zygote_engine::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Default, Tangent)]
pub struct Vec2 {
    pub x: f64,
    pub y: f64,
}

pub const GRAVITY: Vec2 = Vec2 { x: 0.0, y: -9.81 };

#[differentiable]
impl Vec2 {
    pub const fn new(x: f64, y: f64) -> Self {
        Vec2 { x, y }
    }
    pub fn dot(self, o: Vec2) -> f64 {
        self.x * o.x + self.y * o.y
    }
    pub fn cross(self, o: Vec2) -> f64 {
        self.x * o.y - self.y * o.x
    }
    pub fn perp(self) -> Vec2 {
        Vec2::new(-self.y, self.x)
    }
    pub fn rotate(self, angle: f64) -> Vec2 {
        let (s, c) = angle.sin_cos();
        Vec2::new(c * self.x - s * self.y, s * self.x + c * self.y)
    }
}

#[differentiable]
impl Add for Vec2 {
    type Output = Vec2;
    fn add(self, o: Vec2) -> Vec2 {
        Vec2::new(self.x + o.x, self.y + o.y)
    }
}
#[differentiable]
impl Sub for Vec2 {
    type Output = Vec2;
    fn sub(self, o: Vec2) -> Vec2 {
        Vec2::new(self.x - o.x, self.y - o.y)
    }
}
#[differentiable]
impl Mul<f64> for Vec2 {
    type Output = Vec2;
    fn mul(self, k: f64) -> Vec2 {
        Vec2::new(self.x * k, self.y * k)
    }
}
#[differentiable]
impl Neg for Vec2 {
    type Output = Vec2;
    fn neg(self) -> Vec2 {
        Vec2::new(-self.x, -self.y)
    }
}
#[differentiable]
impl AddAssign for Vec2 {
    fn add_assign(&mut self, o: Vec2) {
        self.x += o.x;
        self.y += o.y;
    }
}

#[derive(Debug, Clone, Tangent)]
pub enum Shape {
    Circle { radius: f64 },
    Polygon { vertices: Vec<Vec2> },
}

#[derive(Debug, Clone, Tangent)]
pub struct RigidBody {
    position: Vec2,
    angle: f64,
    velocity: Vec2,
    spin: f64,
    inv_mass: f64,
    inv_inertia: f64,
    shape: Shape,
}

#[derive(Debug, Clone, Copy, Tangent)]
pub struct Contact {
    point: Vec2,
    normal: Vec2,
    depth: f64,
}

#[differentiable]
impl RigidBody {
    pub fn rectangle(position: Vec2, w: f64, h: f64, density: f64) -> Self {
        let mass = w * h * density;
        let inertia = mass * (w * w + h * h) / 12.0;
        let vertices = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]
            .map(|(a, b)| Vec2::new(a * w, b * h))
            .to_vec();
        RigidBody {
            position,
            angle: 0.0,
            velocity: Vec2::default(),
            spin: 0.0,
            inv_mass: 1.0 / mass,
            inv_inertia: 1.0 / inertia,
            shape: Shape::Polygon { vertices },
        }
    }

    pub fn ball(position: Vec2, radius: f64) -> Self {
        let mass = std::f64::consts::PI * radius * radius;
        Self {
            inv_mass: mass.recip(),
            inv_inertia: 2.0 / (mass * radius * radius),
            shape: Shape::Circle { radius },
            ..Self::rectangle(position, 1.0, 1.0, 1.0)
        }
    }

    fn ground_contacts(&self) -> Vec<Contact> {
        let normal = Vec2::new(0.0, 1.0);
        match &self.shape {
            Shape::Circle { radius } => {
                let depth = radius - self.position.y;
                if depth > 0.0 {
                    vec![Contact { point: self.position - normal * *radius, normal, depth }]
                } else {
                    vec![]
                }
            }
            Shape::Polygon { vertices } => vertices
                .iter()
                .map(|v| self.position + v.rotate(self.angle))
                .filter(|p| p.y < 0.0)
                .map(|p| Contact { point: p, normal, depth: -p.y })
                .collect(),
        }
    }

    fn velocity_at(&self, p: Vec2) -> Vec2 {
        self.velocity + (p - self.position).perp() * self.spin
    }

    fn apply_impulse(&mut self, impulse: Vec2, at: Vec2) {
        self.velocity += impulse * self.inv_mass;
        self.spin += (at - self.position).cross(impulse) * self.inv_inertia;
    }

    pub fn step(&mut self, dt: f64, restitution: f64, friction: f64) {
        self.velocity += GRAVITY * dt;
        for Contact { point, normal, depth } in self.ground_contacts() {
            let v = self.velocity_at(point);
            let vn = v.dot(normal);
            if vn >= 0.0 {
                continue;
            }
            let r = point - self.position;
            let k = self.inv_mass + r.cross(normal).powi(2) * self.inv_inertia;
            let jn = -(1.0 + restitution) * vn / k;
            let tangent = -normal.perp();
            let jt = (-v.dot(tangent) / k).clamp(-friction * jn, friction * jn);
            self.apply_impulse(normal * jn + tangent * jt, point);
            self.position += normal * (0.4 * depth);
        }
        self.position += self.velocity * dt;
        self.angle += self.spin * dt;
    }
}

#[derive(Debug, Clone, Default, Tangent)]
pub struct World {
    bodies: Vec<RigidBody>,
}

#[differentiable]
impl World {
    pub fn simulate(&mut self, steps: usize, dt: f64, restitution: f64, friction: f64) {
        for _ in 0..steps {
            self.bodies.iter_mut().for_each(|b| b.step(dt, restitution, friction));
        }
    }
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    let mut crate_ = RigidBody::rectangle(Vec2::new(0.0, 0.6 + 0.3 * p[0]), 1.0, 0.4 + p[1], 1.2);
    crate_.angle = 0.3 * p[2];
    crate_.velocity = Vec2::new(p[3], -1.0);
    let mut world =
        World { bodies: vec![crate_, RigidBody::ball(Vec2::new(2.0, 0.9), 0.3 + 0.2 * p[1])] };
    world.simulate(25, 0.02, 0.5 * p[4], 0.6 * p[5]);
    world
        .bodies
        .iter()
        .enumerate()
        .map(|(i, b)| (i + 1) as f64 * b.position.x + b.position.y + 0.1 * b.angle)
        .sum()
}

#[test]
fn gradient() {
    check(6, 0.2..1.1, entry, |x| value_and_gradient!(entry, x));
}
