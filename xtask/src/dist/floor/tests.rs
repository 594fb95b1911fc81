//! Against the program that runs these tests, and against what is no program.

use super::{Version, of, version};

#[test]
fn this_program_needs_a_glibc_that_this_machine_has() {
    let program = std::fs::read(std::env::current_exe().expect("a path")).expect("readable");
    let needs = of(&program).expect("a program");
    // `posix_spawn` and the like are of 2.2.5 at the least.
    assert!(needs >= Version { major: 2, minor: 2 }, "{needs}");
    assert_eq!(needs.major, 2);
}

#[test]
fn two_digits_are_a_number() {
    assert!(version("GLIBC_2.34") > version("GLIBC_2.4"));
    assert_eq!(version("GLIBC_2.2.5"), Some(Version { major: 2, minor: 2 }));
    assert_eq!(version("GLIBC_PRIVATE"), None);
    assert_eq!(version("GCC_3.0"), None);
}

#[test]
fn what_is_no_program_is_refused() {
    let error = of(b"#!/bin/sh\n").expect_err("a script");
    assert_eq!(error.to_string(), "it is no program of 64 bits");
}
