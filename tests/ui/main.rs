//! What the compiler says: each mistake one message, and what it accepts.

#[test]
fn the_compiler_says_what_it_should() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*/fail/*.rs");
    cases.pass("tests/ui/*/pass/*.rs");
}
