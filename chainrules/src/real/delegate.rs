//! The rules of `f32` and `f64` as those of a real scalar.

use super::convert::*;
use super::table::{conversions, methods, ruled};
use crate::float::*;
use chainrules_core::Activity;

macro_rules! delegate {
    (
        $t:ident $of:ident
        $($name:ident $rule:ident $called:ident $pull_called:ident[$first:ident $($act:ident)*]($($arg:ident: $ty:ty),*) -> $out:ty;)+
    ) => {
        conversions! { delegate $t $of [$($rule[$first $($act)*]($($arg: $ty),*) -> $out;)+] }
    };
    (
        $t:ident $of:ident
        [$($rule:ident[$first:ident $($act:ident)*]($($arg:ident: $ty:ty),*) -> $out:ty;)+]
        to: $($to:ident $rule_to:ident $target:ident),+;
        from: $($from:ident $rule_from:ident $source:ident),+;
        compare: $($compare:ident $rule_compare:ident $order:ty),+;
        text: $($text:ident $rule_text:ident $said:ty),+;
    ) => {
        /// The calls that find the rules of the type: inside an implementation of `RealRules` they
        /// would be ambiguous.
        mod $of {
            use super::*;

            $(
                #[inline(always)]
                pub(super) fn $rule<$first: Activity $(, $act: Activity)*>(
                    x: &$t,
                    $($arg: $ty,)*
                    activity: ($first, $($act,)*),
                ) -> ruled!($out, ($t $(, $ty)*), ($first $t $(, $act $ty)*), $first $(, $act)*) {
                    x.$rule($($arg,)* activity)
                }
            )+
            $(
                #[inline(always)]
                pub(super) fn $rule_to<A0: Activity>(
                    x: &$t,
                    activity: (A0,),
                ) -> ruled!($target, ($t), (A0 $t), A0) {
                    x.$rule_to(activity)
                }
            )+
            $(
                #[inline(always)]
                pub(super) fn $rule_from<A0: Activity>(
                    x: &$source,
                    activity: (A0,),
                ) -> ruled!($t, ($source), (A0 $source), A0) {
                    <$t>::$rule_from(x, activity)
                }
            )+
            $(
                #[inline(always)]
                pub(super) fn $rule_compare<A0: Activity, A1: Activity>(
                    x: &$t,
                    other: &$t,
                    activity: (A0, A1),
                ) -> ruled!($order, ($t, $t), (A0 $t, A1 $t), A0, A1) {
                    x.$rule_compare(other, activity)
                }
            )+
            $(
                #[inline(always)]
                pub(super) fn $rule_text<A0: Activity>(
                    x: &$t,
                    activity: (A0,),
                ) -> ruled!($said, ($t), (A0 $t), A0) {
                    x.$rule_text(activity)
                }
            )+
        }

        impl super::RealRules for $t {
            $(
                #[inline(always)]
                fn $rule<$first: Activity $(, $act: Activity)*>(
                    &self,
                    $($arg: $ty,)*
                    activity: ($first, $($act,)*),
                ) -> ruled!($out, ($t $(, $ty)*), ($first $t $(, $act $ty)*), $first $(, $act)*) {
                    $of::$rule(self, $($arg,)* activity)
                }
            )+
            $(
                #[inline(always)]
                fn $rule_to<A0: Activity>(
                    &self,
                    activity: (A0,),
                ) -> ruled!($target, ($t), (A0 $t), A0) {
                    $of::$rule_to(self, activity)
                }
            )+
            $(
                #[inline(always)]
                fn $rule_from<A0: Activity>(
                    x: &$source,
                    activity: (A0,),
                ) -> ruled!($t, ($source), (A0 $source), A0) {
                    $of::$rule_from(x, activity)
                }
            )+
            $(
                #[inline(always)]
                fn $rule_compare<A0: Activity, A1: Activity>(
                    &self,
                    other: &Self,
                    activity: (A0, A1),
                ) -> ruled!($order, ($t, $t), (A0 $t, A1 $t), A0, A1) {
                    $of::$rule_compare(self, other, activity)
                }
            )+
            $(
                #[inline(always)]
                fn $rule_text<A0: Activity>(
                    &self,
                    activity: (A0,),
                ) -> ruled!($said, ($t), (A0 $t), A0) {
                    $of::$rule_text(self, activity)
                }
            )+
        }
    };
}
methods! { delegate f32 f32 of_f32 }
methods! { delegate f64 f64 of_f64 }
