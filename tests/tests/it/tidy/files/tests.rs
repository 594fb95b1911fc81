//! Each rule, shown to fail on bad text and to pass on good text.

use super::*;

#[test]
fn a_missing_or_empty_header_is_noticed() {
    assert_eq!(header("", "use std::fs;\n").len(), 1);
    assert_eq!(header("", "//!\n").len(), 1);
    assert_eq!(header("", "\n//! Late.\n").len(), 1);
    assert_eq!(header("", "").len(), 1);
    assert_eq!(header("", "//! Purpose.\n"), [""; 0]);
}

#[test]
fn one_line_over_the_ceiling_is_noticed() {
    assert_eq!(
        size("", &"x\n".repeat(401)),
        ["has 401 lines, 400 is the ceiling"]
    );
    assert_eq!(size("", &"x\n".repeat(400)), [""; 0]);
}

#[test]
fn naming_generated_code_is_noticed() {
    for bad in [
        "let x = crate::gen::Schema {};",
        "use crate::r#gen::tfplugin6;",
        "use crate::{diag, gen};",
        "pub use r#gen::*;",
        "fn f(x: gen::Schema) {}",
    ] {
        assert_eq!(names_generated("", bad).len(), 1, "{bad}");
    }
    for good in [
        "mod r#gen;",
        "// crate::gen is private",
        "let generated = regen::x();",
        "\"src/gen/tfplugin6.rs\"",
    ] {
        assert_eq!(names_generated("", good), [""; 0], "{good}");
    }
}

#[test]
fn machines_and_hosts_are_noticed() {
    for (head, tail) in FORBIDDEN {
        let text = format!("fine\nsee \"{head}{tail}x\"");
        assert_eq!(forbidden_words("", &text), [format!("line 2 names {head}{tail}")]);
    }
    assert_eq!(
        forbidden_words("", &format!("target{}{}x", "/wo", "rk/")),
        [""; 0]
    );
}

#[test]
fn a_readme_without_a_command_is_noticed() {
    assert_eq!(
        commands("run `cargo demo`"),
        ["README.md does not name `cargo verify`"]
    );
    assert_eq!(commands("").len(), 2);
    assert_eq!(commands("`cargo demo`, `cargo verify`"), [""; 0]);
}

#[test]
fn lints_that_are_not_inherited_are_noticed() {
    assert!(inherits_lints("[package]\n\n[lints]\nworkspace = true\n"));
    assert!(!inherits_lints("[package]\nedition.workspace = true\n"));
    assert!(!inherits_lints("[lints]\n[dependencies]\nworkspace = true\n"));
    assert!(!inherits_lints(
        "[lints]\nworkspace = true\nrust.unsafe_code = \"allow\"\n"
    ));
}

#[test]
fn a_workspace_that_only_denies_unsafe_code_is_noticed() {
    assert_eq!(
        forbids_unsafe("[workspace.lints.rust]\nunsafe_code = \"forbid\"\n"),
        [""; 0]
    );
    assert_eq!(
        forbids_unsafe("[workspace.lints.rust]\nunsafe_code = \"deny\"\n").len(),
        1
    );
    assert_eq!(
        forbids_unsafe("[lints.rust]\nunsafe_code = \"forbid\"\n").len(),
        1
    );
}

#[test]
fn tests_are_told_from_the_library_they_use() {
    for test in [
        "rollout/src/plan/tests.rs",
        "tests/tests/it/main.rs",
        "tfplugin/tests/wire.rs",
    ] {
        assert!(is_test(test), "{test}");
    }
    for source in [
        "tests/src/terraform.rs",
        "tests/src/order/mod.rs",
        "rollout/src/lib.rs",
    ] {
        assert!(!is_test(source), "{source}");
    }
}

#[test]
fn the_wire_alone_may_name_generated_code() {
    assert!(is_beyond_the_wire("tfplugin/src/server/plan.rs"));
    assert!(!is_beyond_the_wire("tfplugin/src/wire/decode.rs"));
}

#[test]
fn generated_code_is_nobodys_style() {
    assert!(!is_source("tfplugin/src/gen/tfplugin6.rs"));
    assert!(!is_source("tfplugin/tests/support/gen/plugin.rs"));
    assert!(is_source("tfplugin/src/wire/encode.rs") && is_source("sandbox/src/gen/x.rs"));
    assert!(!is_source("README.md"));
}
