//! Conversions without loss, `f64::from(x)`.

use chainrules_core::{Std, Tangent, rrule};

/// A number from which the real type `Y` can be made without loss.
pub trait Lossless<Y>: Tangent<Std> + Copy {
    /// The cotangent of the number, from that of the real: rounded for a real, zero for an
    /// integer.
    fn pull(dy: &Y) -> Self;
}

macro_rules! lossless {
    ($y:ident: real $($x:ident)*; inert $($n:ident)+) => {
        $(impl Lossless<$y> for $x {
            #[inline(always)]
            fn pull(dy: &$y) -> $x {
                *dy as $x
            }
        })*
        $(impl Lossless<$y> for $n {
            #[inline(always)]
            fn pull(_: &$y) -> $n {
                0
            }
        })+
    };
}
lossless!(f64: real f32; inert u8 u16 u32 i8 i16 i32);
lossless!(f32: real; inert u8 u16 i8 i16);

#[rrule(f64::from, check(X = f32, X = i32, X = u8))]
fn from<X: Lossless<f64>>(x: X) -> f64
where
    f64: From<X>,
{
    (f64::from(x), |dy| Grad { x: X::pull(&dy) })
}

#[rrule(f32::from, check(X = u8, X = i16))]
fn from<X: Lossless<f32>>(x: X) -> f32
where
    f32: From<X>,
{
    (f32::from(x), |dy| Grad { x: X::pull(&dy) })
}

#[cfg(test)]
mod tests {
    use chainrules_core::{Active, FromRule, IntoRule};

    #[test]
    fn the_cotangent_is_rounded_back() {
        let (y, back) = f64::rrule_from(&0.5_f32, (Active,));
        let mut dx = 1.0;
        back(&0.5, &0.25, &mut dx);
        assert_eq!((y, dx), (0.5, 1.25));

        let (y, back): (f64, _) = 0.5_f32.rrule_into((Active,));
        let mut dx = 0.0;
        back(&0.5, &2.0, &mut dx);
        assert_eq!((y, dx), (0.5, 2.0));
    }
}
