//! Questions about a float, and its bits: no derivative.

use chainrules_core::inert;
use std::cmp::Ordering;
use std::num::FpCategory;

inert! {
    impl f32, f64 {
        fn is_nan(self) -> bool;
        fn is_infinite(self) -> bool;
        fn is_finite(self) -> bool;
        fn is_normal(self) -> bool;
        fn is_subnormal(self) -> bool;
        fn is_sign_positive(self) -> bool;
        fn is_sign_negative(self) -> bool;
        fn classify(self) -> FpCategory;
        fn total_cmp(&self, other: &Self) -> Ordering;
        fn partial_cmp(&self, other: &Self) -> Option<Ordering>;
        fn to_string(&self) -> String;
    }

    impl f32 {
        fn to_bits(self) -> u32;
        fn from_bits(v: u32) -> Self;
        fn to_be_bytes(self) -> [u8; 4];
        fn to_le_bytes(self) -> [u8; 4];
        fn to_ne_bytes(self) -> [u8; 4];
        fn from_be_bytes(bytes: [u8; 4]) -> Self;
        fn from_le_bytes(bytes: [u8; 4]) -> Self;
        fn from_ne_bytes(bytes: [u8; 4]) -> Self;
    }

    impl f64 {
        fn to_bits(self) -> u64;
        fn from_bits(v: u64) -> Self;
        fn to_be_bytes(self) -> [u8; 8];
        fn to_le_bytes(self) -> [u8; 8];
        fn to_ne_bytes(self) -> [u8; 8];
        fn from_be_bytes(bytes: [u8; 8]) -> Self;
        fn from_le_bytes(bytes: [u8; 8]) -> Self;
        fn from_ne_bytes(bytes: [u8; 8]) -> Self;
    }
}
