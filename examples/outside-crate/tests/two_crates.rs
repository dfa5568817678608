//! Where a program has two crates of rules for one foreign type, the check of rules finds each function that
//! has two rules, also where one of them is generic.

use outside_crate as _;
use zygote_complex as _;

#[test]
fn each_function_with_two_rules_is_found() {
    let twice = rule_testing::duplicates();
    assert_eq!(twice.len(), 15, "{twice:?}");
    let expected = [
        "outside_crate::complex::-Complex<f64> and zygote_complex::arithmetic::-Complex<T> (T = f64)",
        "outside_crate::complex::Complex<f64> * f64 and zygote_complex::arithmetic::Complex<f64> * f64",
        "outside_crate::complex::Complex<f64>::exp and zygote_complex::exponential::Complex<T>::exp (T = f64)",
        "outside_crate::complex::Complex<f64>::new and zygote_complex::construct::Complex<T>::new (T = f64)",
    ];
    for pair in expected {
        assert!(twice.iter().any(|found| found == pair), "no `{pair}` in {twice:?}");
    }
}
