//! Conversions between a real scalar and the types of numbers of the language.

use super::Real;
use chainrules_core::{inert, rrule};

#[rrule(f32::to_f32, f64::to_f32)]
fn to_f32(this: Self) -> f32 {
    (this.to_f32(), |dy| Grad { this: Self::from_f32(dy) })
}

#[rrule(f32::to_f64, f64::to_f64)]
fn to_f64(this: Self) -> f64 {
    (this.to_f64(), |dy| Grad { this: Self::from_f64(dy) })
}

#[rrule(f32::from_f32, f64::from_f32)]
fn from_f32(x: f32) -> Self {
    (Self::from_f32(x), |dy| Grad { x: dy.to_f32() })
}

#[rrule(f32::from_f64, f64::from_f64)]
fn from_f64(x: f64) -> Self {
    (Self::from_f64(x), |dy| Grad { x: dy.to_f64() })
}

inert! {
    impl f32, f64 {
        fn from_i8(x: i8) -> Self;
        fn from_i16(x: i16) -> Self;
        fn from_i32(x: i32) -> Self;
        fn from_i64(x: i64) -> Self;
        fn from_isize(x: isize) -> Self;
        fn from_u8(x: u8) -> Self;
        fn from_u16(x: u16) -> Self;
        fn from_u32(x: u32) -> Self;
        fn from_u64(x: u64) -> Self;
        fn from_usize(x: usize) -> Self;
    }
}
