//! The macro that defines and registers the rule of a scalar method.

/// Defines and registers the rule of a method of `f32` and `f64`.
///
/// The closure names the arguments and, last, the result; its body lists the partial derivatives
/// in the order of the arguments. The list after it gives the interval from which checks draw each
/// argument.
///
/// ```
/// mod rules {
///     chainrules_core::scalar_rule!(tanh, |x, y| [1.0 - y * y], [-2.0..2.0]);
/// }
/// use chainrules_core::Active;
/// use rules::*;
///
/// let (y, back) = 0.5_f64.rrule_tanh((Active,));
/// let mut dx = 0.0;
/// back(&0.5, &1.0, &mut dx);
/// assert_eq!(y, 0.5_f64.tanh());
/// assert_eq!(dx, 1.0 - y * y);
/// ```
#[macro_export]
macro_rules! scalar_rule {
    ($name:ident, |$x:ident, $y:ident| [$dx:expr], [$($domain:expr),+ $(,)?]) => {
        $crate::scalar_rule!(@rule $name, $x, (), $y, (($x A0 $dx)), [$($domain),+]);
    };
    ($name:ident, |$x:ident, $b:ident, $y:ident| [$dx:expr, $db:expr], [$($domain:expr),+ $(,)?]) => {
        $crate::scalar_rule!(@rule $name, $x, ($b), $y, (($x A0 $dx) ($b A1 $db)), [$($domain),+]);
    };
    ($name:ident, |$x:ident, $b:ident, $c:ident, $y:ident| [$dx:expr, $db:expr, $dc:expr], [$($domain:expr),+ $(,)?]) => {
        $crate::scalar_rule!(@rule $name, $x, ($b $c), $y, (($x A0 $dx) ($b A1 $db) ($c A2 $dc)), [$($domain),+]);
    };
    (@rule $name:ident, $x:ident, ($($rest:ident)*), $y:ident, ($(($arg:ident $act:ident $partial:expr))+), $domain:expr) => {
        $crate::__private::paste! {
            #[doc = concat!("The derivative rule of `", stringify!($name), "`.")]
            pub trait [<Rrule $name:camel>]: Sized {
                #[doc = concat!("The value of `", stringify!($name), "` and its pullback.")]
                #[allow(clippy::type_complexity, reason = "the type says what the pullback takes")]
                fn [<rrule_ $name>]<$($act: $crate::Activity),+>(
                    self, $($rest: Self,)* activity: ($($act,)+)
                ) -> (Self, impl FnOnce($($crate::scalar_rule!(@ref $arg),)+ &Self, $($act::Shadow<'_, Self>),+) + Clone + use<Self, $($act),+>);
            }
            $crate::scalar_rule!(@impl f32, $name, $x, ($($rest)*), $y, ($(($arg $act $partial))+), $domain);
            $crate::scalar_rule!(@impl f64, $name, $x, ($($rest)*), $y, ($(($arg $act $partial))+), $domain);
        }
    };
    (@ref $arg:ident) => { &Self };
    (@impl $t:ident, $name:ident, $x:ident, ($($rest:ident)*), $y:ident, ($(($arg:ident $act:ident $partial:expr))+), $domain:expr) => {
        $crate::__private::paste! {
            impl [<Rrule $name:camel>] for $t {
                #[inline(always)]
                #[allow(clippy::type_complexity, reason = "the type says what the pullback takes")]
                fn [<rrule_ $name>]<$($act: $crate::Activity),+>(
                    self, $($rest: Self,)* _: ($($act,)+)
                ) -> (Self, impl FnOnce($($crate::scalar_rule!(@ref $arg),)+ &Self, $($act::Shadow<'_, Self>),+) + Clone + use<$($act),+>) {
                    let $y = <$t>::$name(self, $($rest),*);
                    ($y, move |$($arg: &$t,)+ dy: &$t, $(mut [<d_ $arg>]: $act::Shadow<'_, $t>),+| {
                        $(let $arg = *$arg;)+
                        let _ = ($($arg,)+ $y);
                        $(if let Some(shadow) = $act::get(&mut [<d_ $arg>]) {
                            *shadow += *dy * $partial;
                        })+
                    })
                }
            }
            const _: () = {
                #[$crate::__private::linkme::distributed_slice($crate::__private::RULES)]
                #[linkme(crate = $crate::__private::linkme)]
                static RULE: $crate::Rule = $crate::Rule {
                    name: stringify!($name),
                    ty: stringify!($t),
                    module: module_path!(),
                    file: file!(),
                    line: line!(),
                    domain: &$domain,
                    epsilon: $t::EPSILON as f64,
                    primal: |args| {
                        let [$($arg),+] = *args else { panic!("`{}` takes {} arguments", stringify!($name), [$(stringify!($arg)),+].len()) };
                        <$t>::$name($($arg as $t),+) as f64
                    },
                    pullback: |args, dy| {
                        let [$($arg),+] = *args else { panic!("`{}` takes {} arguments", stringify!($name), [$(stringify!($arg)),+].len()) };
                        $(let $arg = $arg as $t;)+
                        let (y, back) = <$t as [<Rrule $name:camel>]>::[<rrule_ $name>]($($arg,)+ ($($crate::scalar_rule!(@active $arg),)+));
                        $(let mut [<d_ $arg>] = 0.0;)+
                        back($(&$arg,)+ &(dy as $t), $(&mut [<d_ $arg>]),+);
                        (y as f64, vec![$([<d_ $arg>] as f64),+])
                    },
                };
            };
        }
    };
    (@active $arg:ident) => { $crate::Active };
}
