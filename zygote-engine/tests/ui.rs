//! What is refused is an error at the user's own token.

#[test]
fn messages() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

/// Apart from the others, as the names of rules have a number of the case.
#[test]
fn conflicts() {
    trybuild::TestCases::new().compile_fail("tests/ui/conflicts/*.rs");
}
